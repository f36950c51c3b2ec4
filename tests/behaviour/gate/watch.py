"""The gate as the tests drive it: the real look, stores, git and client; the looks that it asks for wait in a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reviewbot.domain.audit import MergeEntry, VerdictEntry, read_body
from reviewbot.domain.event import HeadEvent, PullRequestRef
from reviewbot.gate.heads import attend
from reviewbot.gate.keeper import Keeper, Memory
from reviewbot.gate.look import look_at
from reviewbot.gate.patrol import patrol
from reviewbot.policy.check import Tools
from reviewbot.resources import rules_dir
from reviewbot.source.mirrors import Mirrors
from reviewbot.store.audit import AuditLog
from reviewbot.store.database import Database
from reviewbot.store.gates import Gates
from reviewbot.store.holds import Holds
from reviewbot.store.migrate import migrate
from reviewbot.store.pushes import Pushes
from reviewbot.store.records import Records
from reviewbot.store.seen import SeenLines
from reviewbot.store.sign_offs import SignOffs
from reviewbot.visit.outcome import Outcome
from tests.behaviour.gate.stage import GateStage

MINUTE = 60.0


def later(stage: GateStage) -> None:
    """Long enough for somebody to look at what was pushed."""
    stage.hub.elapsed += MINUTE


def approved(stage: GateStage, watch: Watch, login: str) -> None:
    """Somebody looks at what was pushed and approves, and the gate hears of it."""
    later(stage)
    stage.hub.approve(stage.pull, login)
    watch.watch()


@dataclass
class Asked:
    """A look that was asked for."""

    ref: PullRequestRef
    payload: Mapping[str, str | bool]


@dataclass
class Watch:
    """The gate over one stage, with a database and mirrors of its own."""

    stage: GateStage
    place: Path
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.place.mkdir(parents=True, exist_ok=True)
        self.database = Database(f"sqlite:///{self.place / 'gate.sqlite'}")
        migrate(self.database)
        self.asked: list[Asked] = []
        self.log = AuditLog(self.database)
        memory = Memory(
            Gates(self.database),
            SignOffs(self.database),
            Pushes(self.database),
            Holds(self.database),
            SeenLines(self.database),
            Records(self.database),
            self.log,
        )
        self.keeper = Keeper(
            forge=self.stage.forge,
            gate=self.stage.gate,
            mirrors=Mirrors(self.place / "mirrors"),
            memory=memory,
            tools=Tools(rules_dir()),
            ask=self._ask,
            **self.facts,
        )

    def look(self, ref: PullRequestRef | None = None, *, afresh: bool = False) -> Outcome:
        """One look, without what it asks for."""
        return look_at(ref or self.stage.ref, self.keeper, lambda _: None, afresh=afresh)

    def rest(self) -> None:
        """Do every look that was asked for."""
        for _ in range(100):
            if not self.asked:
                return
            one = self.asked.pop(0)
            self.look(one.ref, afresh=bool(one.payload.get("afresh")))
        raise AssertionError("looks ask for looks without end")

    def watch(self) -> Outcome:
        """A look and all that follows."""
        outcome = self.look()
        self.rest()
        return outcome

    def hear(self, event: HeadEvent, still_wanted: Callable[[str], None] = lambda _: None) -> Outcome:
        """A commit's or a branch's event, and all that follows."""
        names = ("head", "base", "branch", "by")
        payload = {"action": event.action.value, **{name: getattr(event, name) for name in names}}
        outcome = attend(event.ref, payload, event.delivery, self.keeper, still_wanted)
        self.rest()
        return outcome

    def patrol(self) -> int:
        """A round of the patrol, and all that follows."""
        asked = patrol(self.keeper, self.keeper.clock())
        self.rest()
        return asked

    def entries(self) -> list[VerdictEntry | MergeEntry]:
        """The audit log."""
        with self.log.links() as links:
            return [read_body((link.body or b"").decode()) for link in links]

    def close(self) -> None:
        self.database.close()

    def _ask(self, ref: PullRequestRef, delivery: str, payload: Mapping[str, str | bool], now: float) -> int:
        self.asked.append(Asked(ref, payload))
        return len(self.asked)
