"""Which candidates are new on the pull request, and what they are called."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.record import Outcome, Record, State
from reviewbot.domain.suggestion import Suggestion, fingerprint
from reviewbot.life.carry import Sight, Spot
from reviewbot.life.twins import named, select
from tests.builders import suggestion
from tests.life.edits import OLD

TEXT = "data = json.load(handle)\n"
RULE = "py.unhandled.json-decode"


def candidate(start: int = 3, end: int | None = None, **facts: Any) -> Suggestion:
    return suggestion(**{"lines": LineRange(start, end or start), "original": TEXT, "id": "0" * 16} | facts)


def made(start: int = 3, state: State = State.STANDING, outcome: Outcome | None = None, **facts: Any) -> Record:
    one = candidate(start, **{"id": fingerprint(RULE, facts.get("original", TEXT))} | facts)
    return Record(one, OLD, state, outcome=outcome)


GONE = [(State.GONE, o) for o in (Outcome.APPLIED, Outcome.FIXED, Outcome.REMOVED)]
ANSWERED = [(State.ANSWERED, o) for o in (None, Outcome.LEFT, Outcome.APPLIED, Outcome.FIXED, Outcome.REJECTED)]


@pytest.mark.parametrize(
    ("state", "outcome"),
    [(State.STANDING, None), (State.PROPOSED, None), (State.STANDING, Outcome.LEFT), *ANSWERED, *GONE],
)
def test_the_same_in_the_same_place_is_not_made_again(state: State, outcome: Outcome | None) -> None:
    assert select([candidate()], [made(state=state, outcome=outcome)]) == ()
    assert select([candidate(original="    " + TEXT)], [made(state=state, outcome=outcome)]) == ()


@pytest.mark.parametrize(("state", "outcome"), [(State.STANDING, None), *ANSWERED, *GONE])
def test_a_twin_elsewhere_is_made_unless_a_person_spoke_to_this_one_and_did_not_take_it(
    state: State, outcome: Outcome | None
) -> None:
    kept = state is not State.ANSWERED or outcome is Outcome.APPLIED
    for facts in ({"start": 9}, {"path": "b.py"}):
        found = select([candidate(**facts)], [made(state=state, outcome=outcome)])
        assert [one.id for one in found] == ([fingerprint(RULE, TEXT, 1)] if kept else [])


@pytest.mark.parametrize(
    ("state", "outcome", "kept"),
    [
        (State.STANDING, None, False),
        (State.PROPOSED, None, False),
        (State.ANSWERED, Outcome.REJECTED, True),
        (State.GONE, Outcome.FIXED, True),
    ],
)
def test_another_one_on_the_same_lines(state: State, outcome: Outcome | None, kept: bool) -> None:
    other = candidate(2, 4, original="with open(path) as handle:\n" + TEXT)
    assert bool(select([other], [made(state=state, outcome=outcome)])) is kept


def test_what_was_withdrawn_makes_room() -> None:
    gone = made(state=State.GONE, outcome=Outcome.WITHDRAWN)
    again = candidate(original="        " + TEXT)
    assert [one.id for one in select([again], [gone])] == [fingerprint(RULE, TEXT, 1)]


def test_another_rule_is_another_suggestion() -> None:
    rejected = made(9, State.ANSWERED, Outcome.REJECTED)
    assert len(select([candidate(rule="py.unhandled.os-error")], [rejected])) == 1


def test_places_are_those_at_this_head() -> None:
    moved, fixed = made(3), made(5, State.GONE, Outcome.APPLIED, id="1" * 16)
    sights = {
        moved.id: Sight(Spot("app.py", LineRange(13, 13))),
        fixed.id: Sight(applied=True, remains=Spot("app.py", LineRange(20, 25))),
    }
    found = select([candidate(n) for n in (3, 5, 13, 21)], [moved, fixed], sights)
    assert [one.lines.start for one in found] == [3, 5]
    assert len(select([candidate(3)], [moved], {moved.id: Sight()})) == 1  # nothing of it is there


def test_names_are_free_and_the_same_on_every_run() -> None:
    records = [made(50), replace(made(60), suggestion=replace(candidate(60), id=fingerprint(RULE, TEXT, 2)))]
    candidates = [candidate(9, path="b.py"), candidate(7), candidate(5), candidate(8, original="other(call)\n")]
    found = select(candidates, records)
    assert [(one.path, one.lines.start) for one in found] == [("b.py", 9), ("app.py", 7), ("app.py", 5), ("app.py", 8)]
    numbers = [fingerprint(RULE, TEXT, n) for n in (4, 3, 1)]
    assert [one.id for one in found] == [*numbers, fingerprint(RULE, "other(call)\n")]
    assert select(list(reversed(candidates)), records) == tuple(reversed(found))


def test_one_that_a_person_asked_for_is_named_whatever_was_before() -> None:
    assert named(candidate(3), [made(3, State.ANSWERED, Outcome.REJECTED)]).id == fingerprint(RULE, TEXT, 1)
    assert named(candidate(3), []) == candidate(3, id=fingerprint(RULE, TEXT))


def test_names_do_not_hang_on_the_lines() -> None:
    assert select([candidate(3)], [])[0].id == select([candidate(30)], [])[0].id == fingerprint(RULE, TEXT)


def test_files_to_be_made_are_told_apart_by_their_names() -> None:
    def test_file(path: str) -> Suggestion:
        return candidate(1, path=path, original="", new_file=True, kind="test", rule="py.missing-test")

    rejected = Record(replace(test_file("test_a.py"), id="a" * 16), OLD, State.ANSWERED, outcome=Outcome.REJECTED)
    found = select([test_file("test_a.py"), test_file("test_b.py"), test_file("test_c.py")], [rejected])
    assert [one.path for one in found] == ["test_b.py", "test_c.py"]
    assert len({one.id for one in found}) == 2
