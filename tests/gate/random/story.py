"""One story: a forge, the gate's own code, its queue, and a watch on both that never sleeps.

After each step and around each request the forge is asked whether it would merge; where it would, the slow reference
must say that every AI line is reviewed. What is tolerated is in ``Story.excused``, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any, cast

from reviewbot.domain.conversation import Person
from reviewbot.domain.errors import ForgeUnavailable, ReviewbotError, SourceUnavailable
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import LABEL, Pushed
from reviewbot.domain.provenance import OriginKind
from reviewbot.gate.comment import is_gate_comment
from reviewbot.gate.heads import attend
from reviewbot.gate.keeper import Keeper, Memory
from reviewbot.gate.look import give_up, look_at
from reviewbot.gate.patrol import AFRESH_SECONDS, OFF_SECONDS, patrol
from reviewbot.policy.check import Tools
from reviewbot.queue.retries import GiveUp, RetryPolicy, after_failure, policy_for
from reviewbot.repo_config.ai import Mode
from reviewbot.source.mirrors import Mirrors
from reviewbot.store.job import JobKind
from reviewbot.visit.outcome import HeadMoved
from tests.gate.random.forge import GITLAB, REPOSITORY, Hub, MemoryForge, MemoryMirrors, Pull, Thread
from tests.gate.random.ground import Ground, Tree
from tests.gate.random.reference import Answer, Reference, Resolved, lines_named

LEASE_SECONDS = 30.0
"""After so long another worker takes over from one that died."""
RETRIES = policy_for(JobKind.GATE, RetryPolicy(max_attempts=5, first_wait=10.0, longest_wait=900.0))
_MOST_LOOKS = 80


class Wrong(AssertionError):
    """What must never be."""


class Killed(BaseException):
    """The worker is gone, in the middle of whatever it did."""


class LeaseLost(ReviewbotError):
    """The worker froze for so long that another one has its job."""


Injection = Callable[["Story"], None]


@dataclass
class Job:
    """A look, or what is asked of a commit where ``number`` is 0."""

    number: int
    due: float
    created: float
    afresh: bool = False
    payload: Mapping[str, str | bool] = field(default_factory=dict)
    attempts: int = 0


@dataclass
class Look:
    """One at work.

    Attributes:
        injections: what happens right before (or, with ``late``, right after) its n-th request.
        facts: what the reference makes of the forge's last answer to it, as soon as the base is fetched.
        answered: when that was. head, branch: that it was of. base: the commit of that branch as it was fetched.
        listed: when it was last told of all open pull requests.
        recorded: what was recorded of the lines there.
    """

    number: int
    injections: dict[int, Injection]
    late: dict[int, Injection] = field(default_factory=dict)
    requests: int = 0
    wanted: bool = True
    over: bool = False
    lost: bool = False
    facts: Callable[[str], Answer] | None = None
    head: str = ""
    branch: str = ""
    base: str = ""
    answered: int = 0
    stale: bool = False
    recorded: Mapping[int, OriginKind] = field(default_factory=dict)
    listed: int = 0


@dataclass(frozen=True)
class Vouched:
    """What the reference said of the facts that the gate's last word on a pull request rests on, given ``at``."""

    head: str
    green: bool
    at: int


@dataclass(frozen=True)
class Green:
    """Which look showed a commit green, and when it had last been told of all open pull requests."""

    look: Look
    listed: int


class Story:
    """Everything of one sequence. ``memory`` is fresh. ``calm``: webhooks are told, sooner or later."""

    def __init__(self, kind: str, memory: Memory, *, calm: bool = False) -> None:
        self.calm = calm
        self.ground = Ground()
        self.hub = Hub(kind, self.ground)
        self.forge = MemoryForge(self.hub, self.before, self.after)
        self.memory = memory
        self.keeper = Keeper(
            forge=cast(Any, self.forge),
            gate=self.forge,
            mirrors=cast(Mirrors, MemoryMirrors(self.hub, self.before, self.after)),
            memory=memory,
            tools=Tools(Path("/none")),
            ask=self.ask,
            clock=lambda: self.hub.now,
        )
        self.waiting: dict[int, Job] = {}
        self.heads: list[Job] = []
        self.hooks: list[tuple[float, Callable[[], None]]] = []
        self.looks: list[Look] = []
        self.down_until = self.broken_until = 0.0
        self.broken: type[ReviewbotError] = SourceUnavailable
        self.clicks: dict[int, list[tuple[Thread, str, float]]] = {}
        self.begun: dict[str, Tree] = {}
        self.vouched: dict[int, Vouched] = {}
        self.known: dict[int, dict[int, OriginKind]] = {}
        self.ever: dict[int, dict[int, OriginKind]] = {}
        self.greens: dict[str, Green] = {}
        self.arrived: dict[int, int] = {}
        self.meddled: dict[int, int] = {}
        self.moment = self.turns = 0
        self.trace: list[str] = []
        self._answers: dict[int, tuple[object, Answer]] = {}

    # The forge's side

    def before(self, name: str) -> None:
        """A request is about to arrive."""
        self.hub.now += 0.004
        self.moment += 1
        look = self.looks[-1] if self.looks else None
        if look is not None:
            look.requests += 1
            self.inject(look, look.injections)
        self.check()
        if name == "keep" and look is not None:
            self.shows_that_it_is_at_it(look)
            if look.facts is not None and look.facts(look.base).green:
                self.vouch(look, shows=True)  # others of the same commit may go by what it writes down
        if name in ("fetch", "keep"):
            if self.hub.now < self.broken_until:
                raise self.broken("git could not do it: this is a test.")
        elif self.hub.now < self.down_until:
            raise ForgeUnavailable("The forge is down: this is a test.")

    def after(self, name: str) -> None:
        """A request was carried out, and its answer is on the way."""
        look, (what, *more) = self.looks[-1] if self.looks else None, name.split()
        if look is not None:
            if what == "facts" and int(more[0]) == look.number:
                self._answered(look, self.hub.pulls[look.number])
            elif what == "fetch":
                look.stale = True
            elif what == "open_pulls":
                look.listed = self.moment
            elif what == "show":
                self._shown(look, more[0])
            elif what == "begin_hold":
                thread = next(one for one in self.hub.pulls[look.number].threads if one.id == more[1])
                self.begun[thread.id] = lines_named(self.ground, thread, look.head)
            elif what == "set_resolved" and self.hub.mergeable(self.hub.pulls[look.number]):
                self.vouch(look, shows=True)
        self.trace.append(f"  {self.hub.now:.3f} {look.number if look else '-'} {name}")
        self.check()
        if look is not None:
            self.inject(look, look.late)
            if what == "fetch" and look.branch:
                look.base = self.ground.fetched[f"refs/heads/{look.branch}"]

    def inject(self, look: Look, injections: dict[int, Injection]) -> None:
        happens = injections.pop(look.requests, None)
        if happens is not None:
            happens(self)

    def _answered(self, look: Look, pull: Pull) -> None:
        """Keep all that was true just now: what the gate makes of it is weighed when it has spoken."""
        said = [replace(one) for one in pull.said]
        kept = replace(pull, said=said, retargets=[*pull.retargets], pushes=[*pull.pushes])
        look.facts = self.reference(kept, self.known.get(pull.number, {}), self.resolved(pull)).answer
        look.answered, look.head, look.stale = self.moment, pull.head, False
        if look.listed == 0:
            look.listed = self.moment
        if look.branch != pull.base_branch:
            look.branch, look.base = pull.base_branch, self.ground.branches[pull.base_branch]
        look.recorded = self._recorded(pull)
        self.ever.setdefault(pull.number, {}).update(look.recorded)

    def vouch(self, look: Look, *, shows: bool = False) -> None:
        """The gate has spoken: from here on it is held to what it was told.

        Between the forge's last answer and the green that is shown there is no time to fetch anything: otherwise the
        gate is held to what is true now. Where the gate is off nobody's word decides.
        """
        if look.facts is not None:
            told = look.facts(look.base)
            late = shows and look.stale and told.mode is not Mode.OFF
            green = told.green and (not late or self.answer(self.hub.pulls[look.number]).green)
            self.vouched[look.number] = Vouched(look.head, green, look.answered)

    def reference(self, pull: Pull, known: Mapping[int, OriginKind], resolved: tuple[Resolved, ...]) -> Reference:
        return Reference(self.hub, pull, known, resolved, frozenset(self.hub.writers))

    def _recorded(self, pull: Pull) -> dict[int, OriginKind]:
        found = {}
        for line in self.ground.commits[pull.head].tree:
            said = self.ground.commits[self.ground.brought(line, pull.head)].records.get(line)
            kinds = {said, self.known.get(pull.number, {}).get(line)} - {None}
            if kinds:
                found[line] = OriginKind.AI if OriginKind.AI in kinds else OriginKind.MIXED
        return found

    def _shown(self, look: Look, head: str) -> None:
        check = self.hub.checks[head]
        self.trace.append(f"    {look.number} shows {check.state.value} on {head[:8]}: {check.title}")
        if check.state.lets_merge:
            self.greens[head] = Green(look, look.listed)
            self.vouch(look, shows=True)

    # The watch

    def answer(self, pull: Pull) -> Answer:
        """What the reference says now."""
        tip = self.ground.branches[pull.base_branch]
        key = (pull.version, pull.head, tip, frozenset(self.hub.writers), len(self.clicks), self.turns)
        kept = self._answers.get(pull.number)
        if kept is None or kept[0] != key:
            made = self.reference(pull, self.known.get(pull.number, {}), self.resolved(pull)).answer(tip)
            kept = self._answers[pull.number] = (key, made)
        return kept[1]

    def resolved(self, pull: Pull) -> tuple[Resolved, ...]:
        """Threads that stand resolved by a person now, and those that the gate has once seen so."""
        noted = {one.key.split(":")[1] + one.by for one in self.memory.sign_offs.of(self.ref(pull.number))}
        return tuple(
            Resolved(by, at, self.begun.get(thread.id, frozenset()))
            for thread, by, at in self.clicks.get(pull.number, ())
            if thread.id + by in noted or (thread in pull.threads and thread.resolved_by == Person(by))
        )

    def check(self) -> None:
        """The gate is never green for an unreviewed line."""
        for pull in self.hub.pulls.values():
            if self.hub.mergeable(pull) and not self.answer(pull).green and not self.excused(pull):
                lines = sorted(self.answer(pull).waiting)
                raise Wrong(f"{pull.number} can be merged, and nobody who counts reviewed {lines}")

    def shows_that_it_is_at_it(self, look: Look) -> None:
        """No check is green while a verdict is written down that is red by what the gate was told."""
        pull = self.hub.pulls[look.number]
        told = look.facts is not None and look.head == pull.head and not look.facts(look.base).green
        here = self.arrived[pull.number] < look.answered
        if told and look.wanted and here and not self.hub.holds and self.hub.mergeable(pull):
            raise Wrong(f"{pull.number} can be merged while the gate is at it")

    def excused(self, pull: Pull) -> bool:
        """Whether what is green was right by the last that the gate could know.

        TAKEN BACK. What was right when the forge last answered the look whose word stands (an approval dismissed since,
        changes requested, another base, rights taken away, a pull request opened again; of the base's own commits, when
        they were last fetched). It lasts until the next look at this pull request has ended. A push is no excuse: a
        check stands on its commit.

        SHARED (GitHub). The pull request came to a commit after the look that made it green for another one was told
        of all open pull requests. It lasts until its own first look at that commit has ended.

        RACE (GitHub). Two workers come to a verdict on two pull requests of one commit at the same moment: the one that
        shows last had asked before the other spoke. It lasts until that look is over: it looks again before it ends.

        UNBOUND (GitLab). A thread holds a merge back whatever the head, and anybody may resolve it: so what was pushed,
        and whatever was done to a thread, since the forge last answered is held back from the end of the next look on;
        before the first look there is no thread at all.
        """
        word, green = self.vouched.get(pull.number), self.greens.get(pull.head)
        if self.hub.holds:
            return word is None or word.green or self.meddled.get(pull.number, 0) >= word.at
        others = green is not None and green.look.number != pull.number
        if word is not None and word.head == pull.head and (word.green or word.at >= self.arrived[pull.number]):
            return word.green or (others and green is not None and not green.look.over and word.at > green.listed)
        return others and green is not None and self.arrived[pull.number] > green.listed

    # The queue's side

    def ref(self, number: int) -> PullRequestRef:
        return PullRequestRef(self.hub.kind, REPOSITORY, number)

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

    # The end

    def settle(self) -> None:
        """Nothing is lost any more, and nobody does anything: the gate comes to rest."""
        self.down_until = self.broken_until = 0.0
        if self.calm:
            self.rest(100.0)
            self.at_rest()
        self.hooks = []
        for seconds in (100.0, AFRESH_SECONDS + 1.0, OFF_SECONDS + 1.0):
            self.rest(seconds)

    def rest(self, seconds: float) -> None:
        """Time goes by, the patrol goes round, and all that is due is done."""
        self.hub.now += seconds
        patrol(self.keeper, self.hub.now)
        self.work(lambda number: Look(number, {}))
        while self.waiting:
            self.hub.now += 30.0
            self.work(lambda number: Look(number, {}))

    def at_rest(self) -> None:
        """What is shown is what the reference says, in both directions."""
        self.trace.append("at rest")
        opened = [one for one in self.hub.pulls.values() if one.state == "open"]
        sure = {one.number: self.strict(one) for one in opened}
        loose = {one.number: self.lenient(one) for one in opened}
        for pull in opened:
            same = [one.number for one in opened if self.hub.kind != GITLAB and one.head == pull.head] or [pull.number]
            if self.hub.mergeable(pull) and not all(loose[one].green for one in same):
                raise Wrong(f"at rest {pull.number} can be merged; waiting: {sorted(loose[pull.number].waiting)}")
            if not self.hub.mergeable(pull) and all(sure[one].green for one in same):
                raise Wrong(f"at rest {pull.number} is held back, and every line is reviewed")
            check = self.hub.checks.get(pull.head)
            if check is not None and check.state.lets_merge and not loose[pull.number].green:
                raise Wrong(f"at rest the check of {pull.number} passes")
            self.shown_once(pull, loose[pull.number], sure[pull.number])

    def strict(self, pull: Pull) -> Answer:
        """The same with every line that ever was on record, and no word of which the order is not sure."""
        clear = () if pull.retargets else self.resolved(pull)
        against = {one.by for one in pull.said if one.word in ("changes-requested", "dismissed")}
        clear = tuple(one for one in clear if one.by not in against)
        known = self.ever.get(pull.number, {})
        return self.reference(pull, known, clear).answer(self.ground.branches[pull.base_branch])

    def lenient(self, pull: Pull) -> Answer:
        return self.answer(pull)

    def shown_once(self, pull: Pull, loose: Answer, sure: Answer) -> None:
        still = [one for one in pull.threads if one.resolved_by is None]
        if len(still) > 1:
            raise Wrong(f"at rest {pull.number} has {len(still)} open threads of the gate's")
        if loose.mode is Mode.OFF:
            return
        if still and loose.green is False and not loose.waiting <= self.begun[still[0].id]:
            raise Wrong(f"at rest the thread of {pull.number} names other lines than those that wait")
        comments = [one for one in pull.notes if one.by.ours and is_gate_comment(one.body)]
        if len(comments) > 1 or (not comments and loose.waiting):
            raise Wrong(f"at rest {pull.number} has {len(comments)} comments of the gate's")
        if (LABEL in pull.labels and not sure.waiting) or (LABEL not in pull.labels and loose.waiting):
            raise Wrong(f"at rest the label of {pull.number} is wrong")


def kill(story: Story) -> None:
    raise Killed


def kill_for_good(story: Story) -> None:
    """And its job is lost."""
    story.looks[-1].lost = True
    raise Killed


def cut_off(story: Story) -> None:
    raise ForgeUnavailable("The connection was cut: this is a test.")
