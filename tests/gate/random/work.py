"""The gate's queue and its workers, as far as they decide what is looked at, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any, cast

from reviewbot.domain.errors import ReviewbotError
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import Pushed
from reviewbot.gate.heads import attend
from reviewbot.gate.keeper import Keeper, Memory
from reviewbot.gate.look import give_up, look_at
from reviewbot.policy.check import Tools
from reviewbot.queue.retries import GiveUp, RetryPolicy, after_failure, policy_for
from reviewbot.repo_config.ai import Mode
from reviewbot.source.mirrors import Mirrors
from reviewbot.store.job import JobKind
from reviewbot.visit.outcome import HeadMoved
from tests.gate.random.hub import Pull
from tests.gate.random.parts import Job, Killed, LeaseLost, Look, Wrong
from tests.gate.random.watch import Watch

LEASE_SECONDS = 30.0
"""After so long another worker takes over from one that died."""
RETRIES = policy_for(JobKind.GATE, RetryPolicy(max_attempts=5, first_wait=10.0, longest_wait=900.0))
_MOST_LOOKS = 80


class Work(Watch):
    """Looks that wait, and those that are at work. ``calm``: webhooks are told, sooner or later."""

    def __init__(self, kind: str, memory: Memory, *, calm: bool) -> None:
        super().__init__(kind, memory)
        self.calm = calm
        self.keeper = Keeper(
            forge=cast(Any, self.forge),
            gate=self.forge,
            mirrors=cast(Mirrors, self.mirrors),
            memory=memory,
            tools=Tools(Path("/none")),
            ask=self.ask,
            clock=lambda: self.hub.now,
        )
        self.waiting: dict[int, Job] = {}
        self.heads: list[Job] = []
        self.hooks: list[tuple[float, Callable[[], None]]] = []

    def ask(self, ref: PullRequestRef, delivery: str, payload: Mapping[str, str | bool], now: float) -> int:
        """Enqueue a look. It supersedes the queued one, whose wish to look afresh it takes over."""
        before = self.waiting.get(ref.number)
        afresh = bool(payload.get("afresh")) or (before is not None and before.afresh)
        self.waiting[ref.number] = Job(ref.number, now, now, afresh)
        return 1

    def hook(self, pull: Pull, rng: Random, push: Pushed | None = None) -> None:
        """The forge tells of something: at once, twice, late, or never."""

        def deliver() -> None:
            if push is not None:
                self.memory.pushes.add(self.ref(pull.number), push)
            self.ask(self.ref(pull.number), "hook", {}, self.hub.now)

        fates = [(0.0,), (0.0,), (0.0,), (0.0, 0.0), (0.5, 90.0), (45.0,), (400.0,), ()]
        for wait in rng.choice(fates[: -2 if self.calm else None]):
            self.hooks.append((self.hub.now + wait, deliver))

    def head_event(self, rng: Random, **payload: str) -> None:
        """A webhook about a commit or a branch."""
        fates = [(0.0,), (0.0,), (0.0, 1.0), (60.0,), ()]
        for wait in rng.choice(fates[: -1 if self.calm else None]):
            at = self.hub.now + wait
            self.heads.append(Job(0, at, at, payload={**payload, "delivery": self.hub.fresh()}))

    def deliver(self) -> None:
        due = [one for one in self.hooks if one[0] <= self.hub.now]
        self.hooks = [one for one in self.hooks if one[0] > self.hub.now]
        for _, deliver in due:
            deliver()

    def work(self, plan: Callable[[int], Look]) -> int:
        """Do every job that is due; how many that were."""
        done = 0
        while (job := self.next_job()) is not None:
            done += 1
            if done > _MOST_LOOKS:
                raise Wrong("looks ask for looks without end")
            self.run(job, plan(job.number))
        return done

    def next_job(self) -> Job | None:
        """The one that waits longest, of a pull request that nobody is at; it leaves the queue."""
        self.deliver()
        busy = {look.number for look in self.looks if look.wanted}
        due = [one for one in (*self.waiting.values(), *self.heads) if one.due <= self.hub.now]
        free = [one for one in due if one.number == 0 or one.number not in busy]
        if not free:
            return None
        job = min(free, key=lambda one: (one.due, one.number))
        if job.number:
            del self.waiting[job.number]
        else:
            self.heads.remove(job)
        return job

    def run(self, job: Job, look: Look) -> None:
        job.attempts += 1
        self.looks.append(look)
        self.trace.append(f" {self.hub.now:.3f} look at {job.number}{' afresh' if job.afresh else ''}")
        try:
            if job.number:
                outcome = look_at(self.ref(job.number), self.keeper, self.still_wanted, afresh=job.afresh)
                self.trace.append(f"    {outcome.sentence}")
                self.ended(look)
            else:
                attend(self.ref(0), job.payload, str(job.payload["delivery"]), self.keeper, self.still_wanted)
        except Killed:
            self.trace.append("    killed")
            if not look.lost:
                self.put_back(job, LEASE_SECONDS)
        except LeaseLost:
            self.trace.append("    lease lost")
        except ReviewbotError as error:
            self.trace.append(f"    {type(error).__name__}: {error}")
            self.failed(job, error, look)
        finally:
            assert self.looks.pop() is look

    def still_wanted(self, step: str) -> None:
        look = self.looks[-1]
        self.hub.now += 0.002
        self.moment += 1
        look.requests += 1
        self.inject(look, look.injections)
        if not look.wanted:
            raise LeaseLost(f"silent before {step}")

    def ended(self, look: Look) -> None:
        self.turns += 1
        look.over = True
        pull = self.hub.pulls[look.number]
        if look.facts is None or pull.state != "open":
            return
        self.vouch(look)
        if look.facts(look.base).mode is not Mode.OFF:
            self.known[look.number] = dict(look.recorded)
        self.check()

    def put_back(self, job: Job, wait: float) -> None:
        """Try it again. Where a newer one waits, that one does it."""
        job.due = self.hub.now + wait
        newer = self.waiting.get(job.number)
        if job.number == 0:
            self.heads.append(job)
        elif newer is None:
            self.waiting[job.number] = job
        else:
            newer.afresh = newer.afresh or job.afresh

    def failed(self, job: Job, error: ReviewbotError, look: Look) -> None:
        if isinstance(error, HeadMoved) and job.number in self.waiting:
            return
        ending = after_failure(error, job.attempts, self.hub.now - job.created, RETRIES, 0.5)
        if not isinstance(ending, GiveUp):
            job.attempts -= not ending.counts
            self.put_back(job, ending.after)
        elif job.number:
            self.last_word(job, ending, look)

    def last_word(self, job: Job, ending: GiveUp, look: Look) -> None:
        pull, note = self.hub.pulls[job.number], self.memory.gates.get(self.ref(job.number))
        try:
            give_up(self.ref(job.number), ending.reason, self.keeper)
        except Killed:
            self.put_back(job, LEASE_SECONDS)
        except ReviewbotError:
            return
        else:
            enforced = note is not None and note.mode == "enforce"
            meddled = self.meddled.get(pull.number, 0) >= look.answered or pull.head != look.head
            if not meddled and self.hub.mergeable(pull) and (enforced or not self.hub.holds):
                raise Wrong(f"{pull.number} was given up, and can be merged")
