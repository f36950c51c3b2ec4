"""A watch on the forge that never sleeps: around each request it is asked whether it would merge.

Where it would, the slow reference must say that every AI line is reviewed. What is tolerated is in ``Watch.excused``,
and nothing else is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reviewbot.domain.conversation import Person
from reviewbot.domain.errors import ForgeUnavailable, ReviewbotError, SourceUnavailable
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.provenance import OriginKind
from reviewbot.gate.keeper import Memory
from reviewbot.repo_config.ai import Mode
from tests.gate.random.forge import MemoryForge, MemoryMirrors
from tests.gate.random.ground import Ground, Tree
from tests.gate.random.hub import REPOSITORY, Hub, Pull, Thread
from tests.gate.random.parts import Green, Injections, Look, Vouched, Wrong
from tests.gate.random.reference import Answer, Reference, Resolved, lines_named


class Watch:
    """A forge, and what is known of each look at it. ``memory`` is the gate's, and fresh."""

    def __init__(self, kind: str, memory: Memory) -> None:
        self.ground = Ground()
        self.hub = Hub(kind, self.ground)
        self.memory = memory
        self.forge = MemoryForge(self.hub, self.before, self.after)
        self.mirrors = MemoryMirrors(self.hub, self.before, self.after)
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

    def ref(self, number: int) -> PullRequestRef:
        return PullRequestRef(self.hub.kind, REPOSITORY, number)

    # The forge's side

    def before(self, name: str) -> None:
        """A request is about to arrive."""
        self.hub.now += 0.004
        self.moment += 1
        look = self.looks[-1] if self.looks else None
        if look is not None:
            look.requests += 1
            self.inject(look, look.injections)
            if name == "show green" and look.at_green is not None:
                happens, look.at_green = look.at_green, None
                happens(self)
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

    def inject(self, look: Look, injections: Injections) -> None:
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
