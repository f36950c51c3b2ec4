"""What a forge, or a file in its place, tells of a pull request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reviewbot.domain.provenance import Seen
from reviewbot.domain.record import Record
from reviewbot.policy.owners import Dialect
from reviewbot.policy.people import Account, Push
from reviewbot.policy.reviews import Review


@dataclass(frozen=True)
class Told:
    """Everything that git does not know.

    Attributes:
        reviews: what was said, oldest first; None where that could not be read.
        author: the login of whoever opened it. accounts: those that are known.
        pushes: to the head branch, oldest first; whether one is an update is not told but found out.
        logins: whom the forge takes the author and the committer of a commit for, by the commit's id.
        teams: logins by ``@org/team``, ``@group`` or ``@@role``. dialect: of CODEOWNERS; None is to be guessed.
        branch, title, description: of the pull request.
        own: the lives of our suggestions on it. notes: names of further refs that hold git-ai notes.
        seen: what records said of lines at earlier heads.
        problems: what the forge did not tell, sentences. With one of them no line passes that needs a review.
    """

    reviews: tuple[Review, ...] | None = ()
    author: str = ""
    accounts: tuple[Account, ...] = ()
    pushes: tuple[Push, ...] = ()
    logins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    teams: Mapping[str, frozenset[str]] = field(default_factory=dict)
    dialect: Dialect | None = None
    branch: str = ""
    title: str = ""
    description: str = ""
    own: tuple[Record, ...] = ()
    notes: tuple[str, ...] = ()
    seen: tuple[Seen, ...] = ()
    problems: tuple[str, ...] = ()
