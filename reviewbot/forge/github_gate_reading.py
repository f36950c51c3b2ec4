"""What GraphQL tells the gate of a pull request, from its JSON to our data. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reviewbot.domain.conversation import Person
from reviewbot.domain.gate import Spoken, Word
from reviewbot.forge.github_json import Json, get_commit, get_moment, get_object, get_optional, get_text, wrong
from reviewbot.forge.github_people import read_person

WEB = "web-flow"
"""The account that GitHub commits with for whoever clicked in its pages: nobody
(https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification).
"""

_WORDS = {
    "APPROVED": Word.APPROVED,
    "CHANGES_REQUESTED": Word.CHANGES_REQUESTED,
    "COMMENTED": Word.COMMENTED,
    "DISMISSED": Word.DISMISSED,
}


@dataclass(frozen=True)
class Hands:
    """Whose the commits are: ``logins`` by commit, and the addresses of each known account, as the commits spell them.

    ``people`` are the accounts, by login.
    """

    logins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    emails: Mapping[str, frozenset[str]] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)


def read_spoken(reviews: Iterable[Json], retargets: Iterable[Json]) -> tuple[Spoken, ...]:
    """Submitted reviews and new bases, oldest first. Of one second, what is said on the code comes first.

    A review that was dismissed is told as ``DISMISSED`` of whoever wrote it: GitHub does not tell what it was before.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    spoken = [_review(one) for one in reviews]
    spoken += [Spoken(get_moment(one, "createdAt"), read_login(one, "actor"), Word.RETARGETED) for one in retargets]
    return tuple(sorted(spoken, key=lambda one: one.at))


def _review(data: Json) -> Spoken:
    word = _WORDS.get(get_text(data, "state"))
    if word is None:
        raise wrong("state")
    commit = get_optional(data, "commit")  # null where it was purged
    at, by = get_moment(data, "submittedAt"), read_login(data, "author")
    return Spoken(at, by, word, "" if commit is None else get_commit(commit, "oid"))


def read_login(data: Json, name: str) -> str:
    """The login of the account ``name``, as REST spells it; ``ghost`` for one that was deleted."""
    return read_person(data, name, "").login


def read_hands(commits: Iterable[tuple[Json, Sequence[Json]]], ours: str) -> Hands:
    """Whose they are, by the accounts that GitHub ties their addresses to.

    Args:
        commits: each with all of its authors, of whom the first is git's author. ours: our own login.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    logins: dict[str, tuple[str, ...]] = {}
    emails: dict[str, set[str]] = {}
    people: dict[str, Person] = {}
    for commit, authors in commits:
        committer = get_optional(commit, "committer")
        known = _accounts([*authors, *([] if committer is None else [committer])], ours)
        for person, email in known:
            people[person.login] = person
            emails.setdefault(person.login, set()).update({email} - {""})
        if known:
            logins[get_commit(commit, "oid")] = tuple(dict.fromkeys(person.login for person, _ in known))
    return Hands(logins, {login: frozenset(found) for login, found in emails.items()}, people)


def _accounts(actors: Iterable[Json], ours: str) -> list[tuple[Person, str]]:
    """Those of git's people whom GitHub knows, with their address."""
    tied = [(read_person(one, "user", ours), one.get("email")) for one in actors if one.get("user") is not None]
    return [(person, email if isinstance(email, str) else "") for person, email in tied if person.login != WEB]


def read_merge_commit(pull: Json) -> str | None:
    """As what it was merged; None where it was not.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    if get_text(pull, "state") != "MERGED" or pull.get("mergeCommit") is None:
        return None
    return get_commit(get_object(pull, "mergeCommit"), "oid")
