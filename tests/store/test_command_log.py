"""Each command line of each comment is done once; how many somebody gave is known."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from reviewbot.domain.event import CommentKind, CommentRef, PullRequestRef
from reviewbot.store.command_log import TOO_OFTEN, Begun, CommandLog
from reviewbot.store.database import Database

REF = PullRequestRef("github", "o/r", 7)
NOTE = CommentRef(CommentKind.NOTE, "99")


@pytest.fixture
def log(database: Database) -> CommandLog:
    return CommandLog(database)


def begin(log: CommandLog, line: str = "/seed fix", ref: PullRequestRef = REF, comment: CommentRef = NOTE) -> Begun:
    return log.begin(ref, comment, line, "ada", now=100.0)


def test_a_line_is_new_then_again_then_done(log: CommandLog) -> None:
    assert [begin(log), begin(log)] == [Begun.NEW, Begun.AGAIN]
    log.finish(REF, NOTE, "/seed fix", "fixed", now=101.0)
    assert begin(log) is Begun.DONE


@pytest.mark.parametrize(
    ("line", "begun"),
    [
        ("  /seed \t fix  ", Begun.DONE),
        ("/seed fix --commit", Begun.NEW),
        ("/seed fixed", Begun.NEW),
        ("/seed reject " + "x" * 100_000, Begun.NEW),
        ("/seed reject \0 \ud800 中", Begun.NEW),
    ],
    ids=["white space", "an option more", "another", "100,000 characters", "odd characters"],
)
def test_an_edited_comment_is_done_again_only_if_its_line_changed(log: CommandLog, line: str, begun: Begun) -> None:
    begin(log)
    log.finish(REF, NOTE, "/seed fix", "fixed", now=101.0)
    assert begin(log, line) is begun
    log.finish(REF, NOTE, line, "done \0", now=102.0)
    assert begin(log, line) is Begun.DONE


def test_long_lines_that_differ_at_their_ends_are_two(log: CommandLog) -> None:
    """Fails when the line is cut before it is compared."""
    assert begin(log, "/seed reject " + "x" * 50_000 + "a") is Begun.NEW
    assert begin(log, "/seed reject " + "x" * 50_000 + "b") is Begun.NEW


@pytest.mark.parametrize(
    ("ref", "comment"),
    [
        (replace(REF, forge="gitlab"), NOTE),
        (replace(REF, repository="o/x"), NOTE),
        (replace(REF, number=8), NOTE),
        (REF, CommentRef(CommentKind.LINE, "99")),
        (REF, CommentRef(CommentKind.NOTE, "98")),
    ],
)
def test_the_same_line_elsewhere_is_another(log: CommandLog, ref: PullRequestRef, comment: CommentRef) -> None:
    begin(log)
    assert begin(log, ref=ref, comment=comment) is Begun.NEW


def test_one_of_ten_workers_begins_a_line(log: CommandLog) -> None:
    start = threading.Barrier(10)

    def work(_: int) -> Begun:
        start.wait(10)
        return begin(log)

    with ThreadPoolExecutor(10) as pool:
        assert sorted(b.name for b in pool.map(work, range(10))) == ["AGAIN"] * 9 + ["NEW"]


def test_what_somebody_began_lately_is_counted_over_all_repositories_of_a_forge(log: CommandLog) -> None:
    for number, (ref, login, now) in enumerate(
        [
            (REF, "ada", 99.0),
            (REF, "ada", 100.0),
            (replace(REF, repository="o/x"), "ada", 150.0),
            (replace(REF, forge="gitlab"), "ada", 150.0),
            (REF, "bob", 150.0),
        ]
    ):
        assert log.begin(ref, CommentRef(CommentKind.NOTE, str(number)), "/seed fix", login, now) is Begun.NEW
    log.begin(REF, CommentRef(CommentKind.NOTE, "1"), "/seed fix", "ada", 160.0)  # again: not another command
    assert log.count("github", "ada", since=100.0) == 2
    assert log.count("github", "ada", since=100.0, ref=REF) == 1
    assert log.count("github", "eve", since=0.0) == 0


def test_too_often_is_said_once_an_hour(log: CommandLog) -> None:
    begin(log)
    assert not log.was_told("github", "ada", since=0.0)
    log.finish(REF, NOTE, "/seed fix", TOO_OFTEN, now=101.0)
    assert log.was_told("github", "ada", since=100.0)
    assert not log.was_told("github", "ada", since=102.0)
    assert not log.was_told("github", "bob", since=0.0)
    assert not log.was_told("gitlab", "ada", since=0.0)
