"""One story, from the first pull request to the rest at its end."""

from __future__ import annotations

from reviewbot.domain.gate import LABEL
from reviewbot.gate.comment import is_gate_comment
from reviewbot.gate.keeper import Memory
from reviewbot.gate.patrol import AFRESH_SECONDS, OFF_SECONDS, patrol
from reviewbot.repo_config.ai import Mode
from tests.gate.random.hub import GITLAB, Pull
from tests.gate.random.parts import Look, Wrong
from tests.gate.random.reference import Answer
from tests.gate.random.work import Work


class Story(Work):
    """Everything of one sequence."""

    def __init__(self, kind: str, memory: Memory, *, calm: bool = False) -> None:
        super().__init__(kind, memory, calm=calm)

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
