"""Records: proposed before they are posted, saved whole, every change of state kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import StoreError
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.record import Outcome, Record, State
from reviewbot.store.database import Database
from reviewbot.store.records import Records, Settled
from tests.store.suggestions import HEAD, record, suggestion

REF = PullRequestRef("github", "o/r", 7)
OTHERS = [PullRequestRef("gitlab", "o/r", 7), PullRequestRef("github", "o/x", 7), PullRequestRef("github", "o/r", 8)]


@pytest.fixture
def records(database: Database) -> Records:
    return Records(database)


def test_what_is_proposed_is_written_down_in_its_order(records: Records) -> None:
    made = [suggestion(name) for name in "zma"]
    assert records.propose(REF, made, HEAD, now=1.0) == tuple(made)
    assert records.of(REF) == tuple(Record(one, HEAD, State.PROPOSED) for one in made)
    assert records.propose(REF, [], HEAD, now=1.0) == ()


def test_records_of_another_pull_request_are_apart(records: Records) -> None:
    for ref in OTHERS:
        records.propose(ref, [suggestion()], HEAD, now=1.0)
    assert records.of(REF) == ()
    assert records.propose(REF, [suggestion()], HEAD, now=1.0) != ()
    records.forget(REF, [suggestion().id])
    assert [len(records.of(ref)) for ref in OTHERS] == [1, 1, 1]


@pytest.mark.parametrize("state", list(State))
def test_what_may_be_posted(records: Records, state: State) -> None:
    """New ones, and ones whose worker died before it posted them. Fails when `propose` does not ask the state."""
    records.save(REF, [record("old", state, thread="t1")], now=1.0)
    free = records.propose(REF, [suggestion("old"), suggestion("new")], "b" * 40, now=2.0)
    expected = [suggestion("old")] if state is State.PROPOSED else []
    assert list(free) == [*expected, suggestion("new")]
    old = records.of(REF)[0]
    assert old.state is state
    assert old.head == ("b" * 40 if state is State.PROPOSED else HEAD), "the old head's lines hold no more"


def test_a_suggestion_twice_in_one_call_is_one(records: Records) -> None:
    assert len(records.propose(REF, [suggestion(), suggestion()], HEAD, now=1.0)) == 1
    assert len(records.of(REF)) == 1


def test_ten_workers_at_once_write_each_suggestion_once(records: Records) -> None:
    """In different orders. Fails on PostgreSQL with a deadlock when `lock` is taken out."""
    made, start = [suggestion(str(n)) for n in range(30)], threading.Barrier(10)

    def propose(worker: int) -> int:
        start.wait(10)
        return len(records.propose(REF, made if worker % 2 else made[::-1], HEAD, now=1.0))

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(propose, range(10))) == {30}
    assert {one.suggestion.id for one in records.of(REF)} == {one.id for one in made}
    assert len(records.of(REF)) == 30


def test_two_workers_never_both_post_what_stands(records: Records) -> None:
    """One has posted and saved; the other, which looked at the same head before, may post nothing of it."""
    (first,) = records.propose(REF, [suggestion()], HEAD, now=1.0)
    records.save(REF, [Record(first, HEAD, State.STANDING, thread="t1")], now=2.0)
    assert records.propose(REF, [suggestion()], HEAD, now=2.0) == ()


def test_a_saved_record_is_replaced_whole_and_keeps_its_place(records: Records) -> None:
    records.save(REF, [record("one"), record("two")], now=1.0)
    moved = suggestion("one", path="src/b.py", lines=LineRange(9, 12))
    changed = Record(moved, "b" * 40, State.GONE, "t1", Outcome.FIXED, "c" * 40, "ada", "No \0 \ud83d \\u0000 中 \\")
    records.save(REF, [changed], now=2.0)
    assert records.of(REF) == (changed, record("two"))
    records.save(REF, [record("one")], now=3.0)
    assert records.of(REF)[0] == record("one"), "what is None again is None"
    records.save(REF, [], now=4.0)


def test_history_holds_each_change_of_state_or_outcome_and_nothing_else(records: Records) -> None:
    one, two = record("one"), record("two")
    records.propose(REF, [one.suggestion, two.suggestion], HEAD, now=1.0)
    records.save(REF, [one, two], now=2.0)
    records.save(REF, [replace(one, head="b" * 40, thread="t9")], now=3.0)  # carried: no change
    gone = replace(one, state=State.GONE, outcome=Outcome.FIXED, commit="b" * 40, by="ada")
    records.save(REF, [gone, two], now=4.0)
    records.save(REF, [replace(gone, outcome=Outcome.APPLIED)], now=5.0)
    standing = [Settled(r.id, 2.0, State.STANDING, None, None, None, None) for r in (one, two)]
    assert records.history(REF) == (
        *standing,
        Settled(one.id, 4.0, State.GONE, Outcome.FIXED, "b" * 40, "ada", None),
        Settled(one.id, 5.0, State.GONE, Outcome.APPLIED, "b" * 40, "ada", None),
    )
    assert records.history(OTHERS[0]) == ()


@pytest.mark.parametrize(
    ("state", "outcome", "written"),
    [
        (State.STANDING, None, False),
        (State.GONE, Outcome.FIXED, False),
        (State.ANSWERED, None, False),
        (State.ANSWERED, Outcome.APPLIED, True),
        (State.ANSWERED, Outcome.REJECTED, True),
    ],
)
def test_a_visit_that_read_before_a_person_said_no_does_not_unsay_it(
    records: Records, state: State, outcome: Outcome | None, written: bool
) -> None:
    records.save(REF, [replace(record("a", State.ANSWERED), outcome=Outcome.REJECTED, reason="no")], now=1.0)
    before = records.of(REF)
    late = replace(record("a", state), outcome=outcome, head="b" * 40)
    records.save(REF, [late], now=2.0)
    assert records.of(REF) == ((late,) if written else before)


def test_only_what_was_never_posted_is_forgotten(records: Records) -> None:
    records.save(REF, [record("posted")], now=1.0)
    records.propose(REF, [suggestion("one"), suggestion("two")], HEAD, now=1.0)
    records.forget(REF, [suggestion("posted").id, suggestion("one").id, "unknown"])
    records.forget(REF, [])
    assert [r.suggestion for r in records.of(REF)] == [suggestion("posted"), suggestion("two")]


def test_a_record_that_cannot_be_read_is_an_error(records: Records, database: Database) -> None:
    records.save(REF, [record()], now=1.0)
    with database.write() as connection:
        connection.execute(text("UPDATE records SET body = '{}'"))
    with pytest.raises(StoreError, match="cannot be read"):
        records.of(REF)
