"""Entries of the audit log, as the gate writes them."""

from __future__ import annotations

from typing import Any

from reviewbot.domain.audit import Clearing, Judgement, MergeEntry, Override, VerdictEntry
from reviewbot.domain.change import LineRange
from reviewbot.domain.provenance import Claim, OriginKind, Strength

CURSOR = Claim(OriginKind.AI, Strength.LINE, "git-ai", "cursor", "m-1", "ada@example.org", "note of 1a2b3c4")


def judged(path: str = "app.py", start: int = 1, end: int = 9, **fields: Any) -> Judgement:
    given = {"kind": OriginKind.AI, "outcome": "cleared", "claims": (CURSOR,)} | fields
    return Judgement(path, LineRange(start, end), **given)


def verdict(number: int = 7, **fields: Any) -> VerdictEntry:
    given: dict[str, Any] = {
        "at": 1_700_000_000_000 + number,
        "forge": "github",
        "repository": "o/r",
        "head": "a" * 40,
        "base": "b" * 40,
        "policy": "c" * 64,
        "mode": "enforce",
        "state": "pass",
        "lines": (judged(cleared=(Clearing("bob", "a" * 40, "approval"),), why=("reviewed",)),),
        "override": Override("eve", "hot \0 fix \ud800 \udcff 中 \u2028 \x7f \\ \" '"),
    }
    return VerdictEntry(number=number, **(given | fields))


def merge(number: int = 7, **fields: Any) -> MergeEntry:
    given: dict[str, Any] = {"at": 1_800_000_000_000, "forge": "github", "repository": "o/r"}
    return MergeEntry(number=number, **(given | {"head": "a" * 40, "commit": "d" * 40} | fields))
