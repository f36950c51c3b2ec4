"""What the gate remembers: notes, sign-offs, pushes, threads. Whatever a stranger wrote comes back as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import StoreError
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import Pushed
from reviewbot.store.database import Database
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.gates import GateNote, Gates
from reviewbot.store.holds import HoldNote, Holds
from reviewbot.store.pushes import Pushes
from reviewbot.store.schema import HoldRow
from reviewbot.store.sign_offs import SignOff, SignOffs
from tests.store.events import event

REF, OTHER = PullRequestRef("github", "team/shop", 7), PullRequestRef("github", "team/shop", 8)
ODD = "caf\udce9 \0 \\u0000 '中"
NOTE = GateNote(REF, "a" * 40, "b" * 40, "main", "enforce", "waiting", "r1", "f1", "l1", 5.5, 6.5, "17", True)


def test_a_note_comes_back_and_another_takes_its_place(database: Database) -> None:
    gates = Gates(database)
    assert gates.get(REF) is None
    gates.save(NOTE)
    assert gates.get(REF) == NOTE
    changed = replace(NOTE, base_branch=ODD, state="", comment=None, open=False)
    gates.save(changed)
    assert (gates.get(REF), gates.get(OTHER)) == (changed, None)


def test_which_open_ones_are_found(database: Database) -> None:
    gates = Gates(database)
    notes = [
        replace(NOTE, ref=OTHER),
        NOTE,
        replace(NOTE, ref=replace(REF, number=9), head="c" * 40, base_branch=ODD),
        replace(NOTE, ref=replace(REF, number=10), open=False),
        replace(NOTE, ref=replace(REF, repository="team/other")),
        replace(NOTE, ref=replace(REF, forge="gitlab")),
    ]
    for note in notes:
        gates.save(note)
    assert [note.ref.number for note in gates.at_head("github", "team/shop", "a" * 40)] == [7, 8]
    assert gates.into("github", "team/shop", "main") == (7, 8)
    assert gates.into("github", "team/shop", ODD) == (9,)
    assert [note.ref.number for note in gates.of("github", "team/shop")] == [7, 8, 9]
    assert gates.of("github", "team/none") == ()


def test_the_repositories_are_those_of_deliveries_and_notes(database: Database) -> None:
    gates = Gates(database)
    gates.save(NOTE)
    gates.save(replace(NOTE, ref=replace(REF, forge="gitlab", repository="g/p")))
    Deliveries(database).store([event(repository="o/r"), event(repository="team/shop")], now=1.0)
    assert gates.repositories("github") == ("o/r", "team/shop")
    assert gates.repositories("gitlab") == ("g/p",)


SIGNED = SignOff("note:1", 5.0, "ada", "signed-off", "a" * 40, "a.py", LineRange(3, 9))


def test_a_sign_off_counts_once_for_its_pull_request(database: Database) -> None:
    sign_offs = SignOffs(database)
    assert sign_offs.add(REF, SIGNED)
    assert not sign_offs.add(REF, replace(SIGNED, at=9.0, by="eve"))
    assert sign_offs.add(OTHER, SIGNED)
    assert sign_offs.of(REF) == (SIGNED,)


def test_sign_offs_come_oldest_first_and_as_they_were(database: Database) -> None:
    sign_offs = SignOffs(database)
    given = [
        SignOff(ODD, 7.0, ODD, "overrode", "a" * 40, None, None, ODD),
        SignOff("note:3", 3.0, "ada", "signed-off", "a" * 40, ODD, None),
        SignOff("thread:1", 7.0, "ben", "resolved", "b" * 40, "b.py", LineRange(1, 1)),
    ]
    for one in given:
        sign_offs.add(REF, one)
    assert sign_offs.of(REF) == (given[1], given[0], given[2])


def test_pushes_come_oldest_first_and_each_once(database: Database) -> None:
    pushes = Pushes(database)
    first, second = Pushed(3.0, ODD, "a" * 40), Pushed(7.0, "ada", "b" * 40, "a" * 40)
    for push in (second, first, replace(second, by="eve")):
        pushes.add(REF, push)
    assert pushes.of(REF) == (first, second)
    assert pushes.of(OTHER) == ()


def test_the_same_head_pushed_again_is_another_push(database: Database) -> None:
    """Back and forth: who pushed last is who counts."""
    pushes = Pushes(database)
    for at, by in ((1.0, "ada"), (3.0, "eve")):
        pushes.add(REF, Pushed(at, by, "b" * 40, "a" * 40))
    assert [push.by for push in pushes.of(REF)] == ["ada", "eve"]


HOLD = HoldNote("t1", "a" * 40, ((ODD, LineRange(1, 3)), ("b.py", LineRange(7, 7))))


def test_a_thread_means_what_it_was_begun_for(database: Database) -> None:
    """Fails when a second one takes its place: resolving it would sign off lines that nobody was shown."""
    holds = Holds(database)
    holds.add(REF, HOLD)
    holds.add(REF, replace(HOLD, places=()))
    holds.add(REF, HoldNote("t0", "b" * 40, ()))
    assert holds.of(REF) == (HOLD, HoldNote("t0", "b" * 40, ()))
    assert holds.of(OTHER) == ()


@pytest.mark.parametrize("body", ["", "{}", "[1]", '[{"path":"a.py"}]'])
def test_a_thread_that_cannot_be_read_is_an_error_and_not_nothing(database: Database, body: str) -> None:
    holds = Holds(database)
    holds.add(REF, HOLD)
    with database.write() as connection:
        connection.execute(update(HoldRow).values(places=body))
    with pytest.raises(StoreError, match="cannot read"):
        holds.of(REF)
