"""What the audit log holds: a verdict of the gate with all that it rests on, or the merge of a pull request."""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.domain.canonical import NotCanonical, canonical, parse_canonical
from reviewbot.domain.change import LineRange
from reviewbot.domain.plain import load, plain
from reviewbot.domain.provenance import Claim, OriginKind

VERSION = 1
"""Of the entries' fields. A field more or less is another version; older ones are read for ever."""


@dataclass(frozen=True)
class Clearing:
    """Who cleared lines, looking at which commit, and how: ``approval``, ``sign-off``, ``thread``."""

    by: str
    commit: str
    how: str


@dataclass(frozen=True)
class Judgement:
    """What the gate said of some lines.

    Attributes:
        path, lines: at the head. kind: what they counted as. outcome: what was said of them, such as ``cleared``.
        claims: the evidence, each record that spoke of them. cleared: who cleared them.
        why: the gate's sentences.
    """

    path: str
    lines: LineRange
    kind: OriginKind
    outcome: str
    claims: tuple[Claim, ...] = ()
    cleared: tuple[Clearing, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Override:
    """Who lifted the gate, and the reason given."""

    by: str
    reason: str


@dataclass(frozen=True)
class VerdictEntry:
    """What the gate said of a head.

    Attributes:
        at: milliseconds since the epoch. forge, repository, number: the pull request; number 0 where there is none.
        head: the commit it holds for. base: the commit that the change was taken from, a full id.
        policy: SHA-256 of the policy in force, in hexadecimal. mode: ``off``, ``report`` or ``enforce``.
        state: ``pass``, ``fail``, ``pending`` or ``error``. lines: every changed line, in runs.
        override: what lifted it. problems: what could not be checked.
        patches: digests by which the change is known again after a squash or a rebase: of the whole change first, then
            of each commit; empty where they were not computed. See ``reviewbot.policy.released``.
    """

    at: int
    forge: str
    repository: str
    number: int
    head: str
    base: str
    policy: str
    mode: str
    state: str
    lines: tuple[Judgement, ...] = ()
    override: Override | None = None
    problems: tuple[str, ...] = ()
    patches: tuple[str, ...] = ()


@dataclass(frozen=True)
class MergeEntry:
    """The forge said that a pull request is merged: with which head, and as which commit of the target branch."""

    at: int
    forge: str
    repository: str
    number: int
    head: str
    commit: str


Entry = VerdictEntry | MergeEntry
_TYPES: dict[str, type[VerdictEntry | MergeEntry]] = {"verdict": VerdictEntry, "merge": MergeEntry}


def body(entry: Entry) -> str:
    """An entry in canonical JSON.

    Raises:
        NotCanonical: a number in it is too large.
    """
    kind = next(name for name, made in _TYPES.items() if isinstance(entry, made))
    return canonical({"type": kind, "version": VERSION, **plain(entry)})


def read_body(text: str) -> Entry:
    """The entry that ``body`` was given.

    Raises:
        NotCanonical: it is none of this version.
    """
    value = parse_canonical(text)
    said = (value.pop("type", None), value.pop("version", None)) if isinstance(value, dict) else (None, None)
    kind = _TYPES.get(str(said[0]))
    if kind is None or type(said[1]) is not int or said[1] != VERSION:
        raise NotCanonical(f"The record is no entry of version {VERSION}: read it with a newer reviewbot.")
    made = load(kind, value)
    assert isinstance(made, VerdictEntry | MergeEntry)
    return made
