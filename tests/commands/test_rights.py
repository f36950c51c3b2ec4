"""Who may give which command: the whole table."""

from __future__ import annotations

import pytest

from reviewbot.commands.grammar import COMMIT, FULL, Command, Name
from reviewbot.commands.rights import Refusal, Why, refusal
from reviewbot.domain.conversation import Permission, Person
from reviewbot.domain.event import PullRequest, PullRequestRef

NONE, READ, WRITE, ADMIN = Permission
CHANGING = [Name.FIX, Name.TEST, Name.REVIEW, Name.REJECT, Name.PAUSE, Name.RESUME, Name.REVIEWED, Name.OVERRIDE]
TELLING = [Name.EXPLAIN, Name.HELP, Name.STATUS]
ANN, BEN = Person("Ann"), Person("ben")


def pull(*, fork: bool, author: str = "ann") -> PullRequest:
    ref = PullRequestRef("github", "o/r", 1)
    return PullRequest(ref, "open", False, "1" * 40, "main", "2" * 40, "refs/pull/1/head", "url", fork, author)


def ask(name: Name, actor: Person, may: Permission, *, fork: bool = False, asked: int = 0, option: str = ""):
    command = Command(name, frozenset(filter(None, [option])), "", "")
    return refusal(command, actor, may, pull(fork=fork), asked_in_last_hour=asked, limit=3)


def test_every_command_is_in_the_table():
    assert sorted(CHANGING + TELLING) == sorted(Name)


@pytest.mark.parametrize("name", CHANGING)
@pytest.mark.parametrize(
    ("may", "why"), [(NONE, Why.NEEDS_WRITE), (READ, Why.NEEDS_WRITE), (WRITE, None), (ADMIN, None)]
)
@pytest.mark.parametrize("fork", [False, True])
def test_what_changes_anything_needs_writing(name: Name, may: Permission, why: Why | None, fork: bool):
    assert ask(name, BEN, may, fork=fork) == (why and Refusal(why))


@pytest.mark.parametrize("name", TELLING)
@pytest.mark.parametrize(("may", "why"), [(NONE, Why.NEEDS_READ), (READ, None), (WRITE, None), (ADMIN, None)])
def test_what_only_tells_needs_reading(name: Name, may: Permission, why: Why | None):
    assert ask(name, BEN, may) == (why and Refusal(why))


@pytest.mark.parametrize(("option", "why"), [("", Why.NEEDS_WRITE), (COMMIT, Why.NEEDS_WRITE)])
def test_options_lower_nothing(option: str, why: Why):
    assert ask(Name.FIX, BEN, READ, option=option) == Refusal(why)


@pytest.mark.parametrize("may", [NONE, READ])
@pytest.mark.parametrize(
    ("name", "option", "why"),
    [
        (Name.REVIEW, "", None),
        (Name.REVIEW, FULL, None),
        (Name.HELP, "", None),
        (Name.STATUS, "", None),
        (Name.EXPLAIN, "", None),
        (Name.FIX, "", Why.ONLY_REVIEW),
        (Name.FIX, COMMIT, Why.ONLY_REVIEW),
        (Name.TEST, "", Why.ONLY_REVIEW),
        (Name.REJECT, "", Why.ONLY_REVIEW),
        (Name.PAUSE, "", Why.ONLY_REVIEW),
        (Name.RESUME, "", Why.ONLY_REVIEW),
    ],
)
def test_the_author_of_a_forks_pull_request(may: Permission, name: Name, option: str, why: Why | None):
    assert ask(name, ANN, may, fork=True, option=option) == (why and Refusal(why))


def test_an_author_within_the_repository_has_no_such_right():
    assert ask(Name.REVIEW, ANN, READ) == Refusal(Why.NEEDS_WRITE)


def test_nobody_is_the_author_that_the_forge_does_not_name():
    nameless = pull(fork=True, author="")
    command = Command(Name.REVIEW, frozenset(), "", "")
    found = refusal(command, Person(""), READ, nameless, asked_in_last_hour=0, limit=3)
    assert found == Refusal(Why.NEEDS_WRITE)


@pytest.mark.parametrize(
    "actor", [Person("ann", bot=True), Person("ann", ours=True), Person("ann", bot=True, ours=True)]
)
@pytest.mark.parametrize("name", list(Name))
def test_a_bot_is_answered_nothing_whatever_it_may_do(actor: Person, name: Name):
    assert ask(name, actor, ADMIN, fork=True, asked=9) == Refusal(Why.NOT_HUMAN, silent=True)


@pytest.mark.parametrize(("asked", "silent"), [(0, None), (2, None), (3, False), (4, True), (99, True)])
@pytest.mark.parametrize(("name", "may"), [(Name.FIX, WRITE), (Name.FIX, ADMIN), (Name.HELP, READ)])
def test_who_asks_too_often_is_told_once(asked: int, silent: bool | None, name: Name, may: Permission):
    assert ask(name, BEN, may, asked=asked) == (None if silent is None else Refusal(Why.TOO_OFTEN, silent))


def test_a_stranger_who_goes_on_asking_is_not_answered_for_ever():
    assert ask(Name.FIX, BEN, NONE, asked=4) == Refusal(Why.TOO_OFTEN, silent=True)
