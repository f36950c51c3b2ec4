"""The gate's memory in dictionaries: what ``reviewbot.store`` keeps in a database, a hundred times as fast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from reviewbot.domain.audit import Entry
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import Pushed
from reviewbot.domain.provenance import Seen
from reviewbot.gate.keeper import Memory
from reviewbot.store.audit import AuditLog
from reviewbot.store.database import Database
from reviewbot.store.gates import GateNote, Gates
from reviewbot.store.holds import HoldNote, Holds
from reviewbot.store.pushes import Pushes
from reviewbot.store.records import Records
from reviewbot.store.seen import HEADS, SeenLines
from reviewbot.store.sign_offs import SignOff, SignOffs


@dataclass
class QuickGates:
    notes: dict[PullRequestRef, GateNote] = field(default_factory=dict)

    def get(self, ref: PullRequestRef) -> GateNote | None:
        return self.notes.get(ref)

    def save(self, note: GateNote) -> None:
        self.notes[note.ref] = note

    def at_head(self, _forge: str, _repository: str, head: str) -> tuple[GateNote, ...]:
        return tuple(note for note in self._open() if note.head == head)

    def into(self, _forge: str, _repository: str, branch: str) -> tuple[int, ...]:
        return tuple(note.ref.number for note in self._open() if note.base_branch == branch)

    def of(self, _forge: str, _repository: str) -> tuple[GateNote, ...]:
        return tuple(self._open())

    def repositories(self, _forge: str) -> tuple[str, ...]:
        return tuple({ref.repository for ref in self.notes})

    def _open(self) -> list[GateNote]:
        return [self.notes[ref] for ref in sorted(self.notes, key=lambda one: one.number) if self.notes[ref].open]


@dataclass
class QuickSignOffs:
    rows: dict[PullRequestRef, dict[str, SignOff]] = field(default_factory=dict)

    def add(self, ref: PullRequestRef, sign_off: SignOff) -> bool:
        rows = self.rows.setdefault(ref, {})
        new = sign_off.key not in rows
        rows.setdefault(sign_off.key, sign_off)
        return new

    def of(self, ref: PullRequestRef) -> tuple[SignOff, ...]:
        return tuple(sorted(self.rows.get(ref, {}).values(), key=lambda one: one.at))


@dataclass
class QuickPushes:
    rows: dict[PullRequestRef, list[Pushed]] = field(default_factory=dict)

    def add(self, ref: PullRequestRef, push: Pushed) -> None:
        if push not in self.rows.setdefault(ref, []):
            self.rows[ref].append(push)

    def of(self, ref: PullRequestRef) -> tuple[Pushed, ...]:
        return tuple(sorted(self.rows.get(ref, ()), key=lambda one: one.at))


@dataclass
class QuickHolds:
    rows: dict[PullRequestRef, dict[str, HoldNote]] = field(default_factory=dict)

    def add(self, ref: PullRequestRef, hold: HoldNote) -> None:
        self.rows.setdefault(ref, {}).setdefault(hold.thread, hold)

    def of(self, ref: PullRequestRef) -> tuple[HoldNote, ...]:
        return tuple(self.rows.get(ref, {}).values())


@dataclass
class QuickSeen:
    rows: dict[PullRequestRef, dict[str, tuple[float, tuple[Seen, ...]]]] = field(default_factory=dict)

    def save(self, ref: PullRequestRef, head: str, seen: Sequence[Seen], now: float) -> None:
        rows = {**self.rows.get(ref, {}), head: (now, tuple(seen))}
        kept = sorted(rows, key=lambda one: (-rows[one][0], one))[:HEADS]
        self.rows[ref] = {one: rows[one] for one in kept}

    def of(self, ref: PullRequestRef) -> tuple[Seen, ...]:
        rows = self.rows.get(ref, {})
        return tuple(one for head in sorted(rows, key=lambda one: (rows[one][0], one)) for one in rows[head][1])


class QuickRecords:
    def of(self, _ref: PullRequestRef) -> tuple[()]:
        return ()


@dataclass
class QuickLog:
    entries: list[Entry] = field(default_factory=list)

    def append(self, entries: Sequence[Entry]) -> None:
        self.entries += entries


def quick_memory() -> Memory:
    quick = (QuickGates, QuickSignOffs, QuickPushes, QuickHolds, QuickSeen, QuickRecords, QuickLog)
    made: list[Any] = [store() for store in quick]
    return Memory(*made)


_STORED = (Gates, SignOffs, Pushes, Holds, SeenLines, Records, AuditLog)


def stored_memory(database: Database) -> Memory:
    """The real one."""
    stores: list[Any] = [store(database) for store in _STORED]
    return Memory(*stores)
