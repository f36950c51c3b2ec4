"""The state machine as a table, and every combination of what can be seen against it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import product

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.conversation import Thread
from reviewbot.domain.record import Outcome, Record, State
from reviewbot.life.answers import Answer, AnswerKind
from reviewbot.life.carry import Sight, Spot
from reviewbot.life.machine import MAX_WORDS, Action, ActionKind, Step, View, step
from tests.life.edits import ALICE, BOT, NEW, OLD, ROBOT, record, thread

ANY = "*"
SPOT = Spot("b.py", LineRange(7, 7))
SIGHTS = {
    "stands": Sight(SPOT, remains=SPOT),
    "applied": Sight(applied=True, remains=SPOT),
    "changed": Sight(remains=SPOT),
    "failing": Sight(remains=SPOT),  # and the failure is still found there
    "nothing": Sight(),
}
ANSWERS = {"-": None} | {kind.value: Answer(kind, "alice", "no, thanks") for kind in AnswerKind}
THREADS: dict[str, Thread | None] = {
    "none": None,
    "open": thread(),
    "by us": thread(resolved=True, by=BOT),
    "by alice": thread(resolved=True, by=ALICE),
    "by a bot": thread(resolved=True, by=ROBOT),
    "by nobody": thread(resolved=True),
}
SETTLED = ("applied", "fixed", "removed", "withdrawn")
OUTCOMES: dict[State, tuple[str, ...]] = {
    State.PROPOSED: ("-",),
    State.STANDING: ("-", "left"),
    State.ANSWERED: ("-", "left", "rejected", *SETTLED),
    State.GONE: SETTLED,
}
SAME = "same"


@dataclass(frozen=True)
class Row:
    """What is given for what is seen. A text names one value, several by ``|``; ``left?`` is left while closing."""

    state: str
    outcome: str
    sight: str
    answer: str
    gives: str | None
    with_outcome: str = SAME
    action: str = "-"


OTHERWISE = "resolved|deleted|replied"
TABLE = [
    # state, outcome before, what is seen of the text, answer: state, outcome, what is done with the thread
    Row("lost", ANY, ANY, ANY, None),
    Row("standing", ANY, "applied", ANY, "gone", "applied", "resolve"),
    Row("standing", ANY, "stands", "-", "standing", "left?", "reopen?"),
    Row("standing", ANY, "changed", "-", "gone", "fixed", "resolve"),
    Row("standing", ANY, "failing", "-", "gone", "withdrawn", "resolve"),
    Row("standing", ANY, "nothing", "-", "gone", "removed", "resolve"),
    Row("standing", ANY, "stands|changed|failing|nothing", "downvoted", "answered", "rejected"),
    Row("standing", ANY, "stands", "resolved|deleted", "answered", "rejected"),
    Row("standing", ANY, "stands", "replied", "answered", "left?"),
    Row("standing", ANY, "changed", OTHERWISE, "answered", "fixed"),
    Row("standing", ANY, "failing", OTHERWISE, "answered", "withdrawn"),
    Row("standing", ANY, "nothing", OTHERWISE, "answered", "removed"),
    Row("answered", ANY, "applied", ANY, "answered", "applied"),
    Row("answered", "rejected", "stands|changed|failing|nothing", ANY, "answered", "rejected"),
    Row("answered", "-|left|applied|fixed|removed|withdrawn", "stands", "resolved|deleted", "answered", "rejected"),
    Row("answered", "-|left|applied|fixed|removed|withdrawn", "stands", "-|replied", "answered", "left?"),
    Row(
        "answered",
        "-|left|applied|fixed|removed|withdrawn",
        "stands|changed|failing|nothing",
        "downvoted",
        "answered",
        "rejected",
    ),
    Row("answered", "-|left", "changed", f"-|{OTHERWISE}", "answered", "fixed"),
    Row("answered", "-|left", "failing", f"-|{OTHERWISE}", "answered", "withdrawn"),
    Row("answered", "-|left", "nothing", f"-|{OTHERWISE}", "answered", "removed"),
    Row("answered", "applied|fixed|removed|withdrawn", "changed|failing|nothing", f"-|{OTHERWISE}", "answered"),
    Row("gone", ANY, "stands", "-", "standing", "left?", "reopen"),
    Row("gone", ANY, "stands", f"downvoted|{OTHERWISE}", "answered", "rejected"),
    Row("gone", ANY, "applied|changed|failing|nothing", ANY, "gone"),
]


@dataclass(frozen=True)
class Case:
    state: State
    outcome: str
    sight: str
    answer: str
    thread: str
    closing: bool
    noted: bool

    @property
    def record(self) -> Record:
        outcome = None if self.outcome == "-" else Outcome(self.outcome)
        kept = None if self.state is State.PROPOSED or self.noted else "T1"
        by = "bob" if self.state in (State.ANSWERED, State.GONE) else None
        commit = None if outcome is None else "c" * 40
        text = "a\nb\nf(x)\n"
        return record(text, (3, 3), state=self.state, outcome=outcome, thread=kept, by=by, commit=commit)

    @property
    def view(self) -> View:
        return View(
            NEW,
            SIGHTS[self.sight],
            ANSWERS[self.answer],
            THREADS[self.thread],
            noted=self.noted,
            still_fails=self.sight == "failing",
            closing=self.closing,
        )

    @property
    def effective(self) -> str:
        """A proposed one that was found is a standing one; one that was not is lost."""
        if self.state is not State.PROPOSED:
            return self.state.value
        return "standing" if self.noted or self.thread != "none" else "lost"


CASES = [
    Case(state, outcome, *rest)
    for state in State
    for outcome in OUTCOMES[state]
    for rest in product(SIGHTS, ANSWERS, THREADS, (False, True), (False, True))
]


def matches(row: Row, case: Case) -> bool:
    seen = ((row.state, case.effective), (row.outcome, case.outcome), (row.sight, case.sight))
    return all(p == ANY or v in p.split("|") for p, v in (*seen, (row.answer, case.answer)))


def expected(row: Row, case: Case) -> tuple[str | None, str, list[str]]:
    if row.gives is None:
        return None, "-", []
    outcome = {SAME: case.outcome, "left?": "left" if case.closing else "-"}.get(row.with_outcome, row.with_outcome)
    there, resolved = case.thread != "none", case.thread not in ("none", "open")
    act = row.action
    if act == "reopen?":  # we closed its thread, then it came back while nothing was to be done
        act = "reopen" if case.outcome == "left" and case.thread == "by us" else "-"
    wanted = act == ("reopen" if resolved else "resolve") and there and not case.closing
    return row.gives, outcome, [act] if wanted else []


def told(result: Step) -> tuple[str | None, str, list[str]]:
    if result.record is None:
        return None, "-", [a.kind.value for a in result.actions]
    outcome = result.record.outcome
    return result.record.state.value, "-" if outcome is None else outcome.value, [a.kind.value for a in result.actions]


def test_every_combination_is_one_row_of_the_table() -> None:
    used: Counter[Row] = Counter()
    for case in CASES:
        rows = [row for row in TABLE if matches(row, case)]
        assert len(rows) == 1, (case, rows)
        assert told(step(case.record, case.view)) == expected(rows[0], case), case
        used[rows[0]] += 1
    assert set(used) == set(TABLE)
    assert len(CASES) == (1 + 2 + 7 + 4) * len(SIGHTS) * len(ANSWERS) * len(THREADS) * 4


def after(view: View, actions: tuple[Action, ...]) -> View:
    """The same view once the actions were done."""
    done = view.thread
    for action in actions:
        assert done is not None and action.thread == done.id
        resolved = action.kind is ActionKind.RESOLVE
        done = replace(done, resolved=resolved, resolved_by=BOT if resolved else None)
    return replace(view, thread=done)


def test_a_step_twice_is_a_step_once() -> None:
    for case in CASES:
        first = step(case.record, case.view)
        if first.record is not None:
            for view in (case.view, after(case.view, first.actions)):
                assert step(first.record, view) == Step(first.record), case


def test_what_holds_for_every_step() -> None:
    for case in CASES:
        one, view = case.record, case.view
        result = step(one, view)
        assert len(result.actions) <= 1
        assert not (result.actions and (view.closing or view.thread is None or one.state is State.ANSWERED))
        for action in result.actions:
            assert (action.thread, action.commit) == ("T1", NEW)
            assert action.outcome is (None if action.kind is ActionKind.REOPEN else result.record.outcome)
        if result.record is None:
            continue
        if result.record.state is State.STANDING:
            assert result.record.by is None and result.record.reason is None
        settled = result.record.outcome is not None
        assert (result.record.commit is not None) == settled
        if settled and result.record.outcome is not one.outcome:
            assert result.record.commit == NEW
        place = (result.record.suggestion.path, result.record.suggestion.lines, result.record.head)
        # A place that is lost is the last one, with the head it holds for.
        assert place == (("b.py", SPOT.lines, NEW) if case.sight == "stands" else ("a.py", LineRange(3, 3), OLD))
        assert result.record.suggestion.original == one.suggestion.original


def test_who_answered_and_their_words() -> None:
    seen = View(NEW, SIGHTS["stands"], Answer(AnswerKind.REPLIED, "alice", "x" * 999), thread())
    answered = step(record("a\nb\n", (1, 1)), seen).record
    assert answered is not None and (answered.by, answered.reason) == ("alice", "x" * MAX_WORDS)
    no = replace(seen, answer=Answer(AnswerKind.DOWNVOTED, "carol"))
    rejected = step(answered, no).record
    assert rejected is not None
    assert (rejected.outcome, rejected.by, rejected.reason) == (Outcome.REJECTED, "carol", "x" * MAX_WORDS)
    again = step(rejected, replace(seen, answer=Answer(AnswerKind.REPLIED, "dave", "yes"))).record
    assert again == rejected  # the first "no" counts


@pytest.mark.parametrize(("kind", "by"), [(AnswerKind.RESOLVED, "alice"), (AnswerKind.DOWNVOTED, None)])
def test_who_clicked(kind: AnswerKind, by: str | None) -> None:
    seen = View(NEW, SIGHTS["applied"], Answer(kind, "alice"), thread(resolved=True, by=ALICE))
    result = step(record("a\nb\n", (1, 1)), seen)
    assert result.record is not None and (result.record.outcome, result.record.by) == (Outcome.APPLIED, by)


def play(*views: View) -> list[tuple[str | None, str, list[str]]]:
    """What is told at each view, one after the other, threads as the actions left them."""
    one, told_all, left = record("a\nb\n", (1, 1)), [], thread()
    for seen in views:
        view = replace(seen, thread=left)
        result = step(one, view)
        told_all.append(told(result))
        left = after(view, result.actions).thread or left
        assert result.record is not None
        one = result.record
    return told_all


def test_a_fix_a_revert_and_a_merge() -> None:
    assert play(
        View("1", SIGHTS["changed"]),
        View("2", SIGHTS["changed"]),
        View("3", SIGHTS["stands"]),
        View("4", SIGHTS["nothing"], closing=True),
    ) == [
        ("gone", "fixed", ["resolve"]),
        ("gone", "fixed", []),
        ("standing", "-", ["reopen"]),
        ("gone", "removed", []),
    ]


def test_it_came_back_while_the_pull_request_was_closed() -> None:
    assert play(
        View("1", SIGHTS["changed"]),
        View("2", SIGHTS["stands"], closing=True),
        View("2", SIGHTS["stands"]),
        View("2", SIGHTS["stands"]),
    ) == [
        ("gone", "fixed", ["resolve"]),
        ("standing", "left", []),
        ("standing", "-", ["reopen"]),
        ("standing", "-", []),
    ]


def test_a_rejected_one_that_was_applied_and_taken_back_is_rejected() -> None:
    no = Answer(AnswerKind.DOWNVOTED, "alice")
    assert play(View("1", SIGHTS["stands"], no), View("2", SIGHTS["applied"], no), View("3", SIGHTS["stands"], no)) == [
        ("answered", "rejected", []),
        ("answered", "applied", []),
        ("answered", "rejected", []),
    ]
