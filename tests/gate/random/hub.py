"""A forge in memory: what people do there, what the gate is told of it, and what the forge itself would merge.

Two of them. ``GITHUB`` keeps a check on a commit and the commit with an approval, and tells seconds. ``GITLAB`` keeps
threads that hold a merge back whatever the head, finds the head of an approval by time, and tells milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from reviewbot.domain.conversation import Permission, Person
from reviewbot.domain.gate import (
    CheckReport,
    Member,
    Pushed,
    Spoken,
    Word,
)
from reviewbot.forge.gitlab_gate_approvals import Version, head_at
from tests.gate.random.ground import Ground

REPOSITORY = "team/shop"
GITHUB, GITLAB = "github", "gitlab"
US = Person("seedbot", bot=True, ours=True)
WRITERS = ("alice", "alice2", "bob", "carol", "dave", "ci[bot]")
PEOPLE = (*WRITERS, "erin")
"""alice2 is alice's other account; erin may only read."""
READS_FOR = 10.0
"""Seconds that a person reads before they say what they think of it."""


@dataclass
class Said:
    """A review. ``saw``: the head that its author read; empty where they read none."""

    at: float
    by: str
    word: Word
    saw: str


@dataclass
class Thread:
    """One of ours that holds a merge back."""

    id: str
    body: str
    resolved_by: Person | None = None
    resolved_at: float = 0.0


@dataclass
class Note:
    id: str
    by: Person
    body: str


@dataclass
class Pull:
    """A pull request, as the forge has it."""

    number: int
    author: str
    base_branch: str
    head: str
    opened: float
    state: str = "open"
    title: str = "Change"
    description: str = ""
    updated: float = 0.0
    said: list[Said] = field(default_factory=list)
    retargets: list[tuple[float, str]] = field(default_factory=list)
    pushes: list[Pushed] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    version: int = 0

    def head_before(self, at: float) -> str:
        """The head that somebody had read by then."""
        return next((one.after for one in reversed(self.pushes) if one.at + READS_FOR <= at), "")


@dataclass
class Hub:
    """The forge's state. ``kind`` is ``GITHUB`` or ``GITLAB``."""

    kind: str
    ground: Ground
    now: float = 1_000_000.0
    pulls: dict[int, Pull] = field(default_factory=dict)
    checks: dict[str, CheckReport] = field(default_factory=dict)
    writers: set[str] = field(default_factory=lambda: {*WRITERS})
    count: int = 0

    @property
    def holds(self) -> bool:
        return self.kind == GITLAB

    def touch(self, pull: Pull) -> None:
        pull.updated = max(pull.updated, self.stamp(self.now))
        pull.version += 1

    def stamp(self, at: float) -> float:
        """A moment as the forge tells it."""
        return float(int(at)) if self.kind == GITHUB else round(at, 3)

    def fresh(self) -> str:
        self.count += 1
        return str(self.count)

    def push(self, pull: Pull, sha: str, by: str) -> Pushed:
        pushed = Pushed(self.stamp(self.now), by, sha, pull.head if pull.pushes else "")
        pull.pushes.append(pushed)
        pull.head = sha
        self.touch(pull)
        return pushed

    def mergeable(self, pull: Pull) -> bool:
        """Whether the forge would merge at this very moment, by what it shows: every base demands the gate's word."""
        if pull.state != "open":
            return False
        if self.holds:
            return all(one.resolved_by is not None for one in pull.threads)
        check = self.checks.get(pull.head)
        return check is not None and check.state.lets_merge


@cache
def members(writers: frozenset[str]) -> tuple[Member, ...]:
    found = [Member(US, permission=Permission.WRITE)]
    for login in PEOPLE:
        emails = {f"{login}@corp.example"} | ({"alice@corp.example"} if login == "alice2" else set())
        permission = Permission.WRITE if login in writers else Permission.READ
        found.append(Member(Person(login, bot=login.endswith("[bot]")), frozenset(emails), permission))
    return tuple(found)


def spoken_of(hub: Hub, pull: Pull) -> tuple[Spoken, ...]:
    """As the forge's adapter tells it: reviews first, and new bases of the same moment after them."""
    told = [Spoken(hub.stamp(one.at), one.by, one.word, _commit(hub, pull, one)) for one in pull.said]
    told += [Spoken(hub.stamp(at), by, Word.RETARGETED) for at, by in pull.retargets]
    return tuple(sorted(told, key=lambda one: one.at))


def _commit(hub: Hub, pull: Pull, said: Said) -> str:
    if not hub.holds:
        return said.saw
    if said.word is not Word.APPROVED:
        return ""
    return head_at([Version(one.at, one.after) for one in pull.pushes], hub.stamp(said.at))
