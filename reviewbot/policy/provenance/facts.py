"""What is asked with besides the repository, and what is answered."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.domain.provenance import Origin
from reviewbot.domain.record import Record

_LONGEST = 120  # characters of a name or a model that are kept


@dataclass(frozen=True)
class Facts:
    """What is known of a pull request beside its commits. All but ``own`` and ``markers`` is a stranger's word.

    Attributes:
        branch, title, description: of the pull request. author_login: who opened it.
        own: the lives of our suggestions on it, to know applied and pasted ones by their text.
        markers: texts by which the repository marks AI code within a file; plain text, no patterns.
        notes: names of refs that hold further git-ai notes, such as those of the fork that the head lies in.
    """

    branch: str = ""
    title: str = ""
    description: str = ""
    author_login: str = ""
    own: Sequence[Record] = ()
    markers: Sequence[str] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Traced:
    """Where the added lines come from.

    Attributes:
        origins: each added line of each file is in exactly one, in the order of files and lines.
        problems: what could not be read, each a sentence. With one of them, ``UNKNOWN`` and ``HUMAN`` are no pass.
    """

    origins: tuple[Origin, ...]
    problems: tuple[str, ...] = ()


def plain(text: object) -> str | None:
    """A record's word as it may be shown: no control, bidirectional or invisible character, not long; None for none."""
    if not isinstance(text, str):
        return None
    shown = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " * (c in " \t") for c in text[: 4 * _LONGEST])
    return " ".join(shown.split())[:_LONGEST] or None
