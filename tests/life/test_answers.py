"""Who answered, and how."""

from __future__ import annotations

import pytest

from reviewbot.domain.conversation import Comment, Thread
from reviewbot.domain.record import State
from reviewbot.life.answers import Answer, AnswerKind, answer
from tests.life.edits import ALICE, BOT, ROBOT, comment, record, thread

ONE = record("a\nb\n", (1, 1))


def is_command(line: str) -> bool:
    return line.startswith("/seed")


def said(body: str) -> Comment:
    return comment(ALICE, body)


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (thread(), None),
        (thread(comment(ROBOT, "me too"), comment(BOT, "noted")), None),
        (thread(first=comment(downvoted_by=(BOT, ROBOT))), None),
        (thread(said("no"), resolved=True, by=BOT), Answer(AnswerKind.REPLIED, "alice", "no")),
        (thread(resolved=True, by=BOT), None),
        (thread(resolved=True, by=ROBOT), None),
        (thread(resolved=True, by=ALICE), Answer(AnswerKind.RESOLVED, "alice")),
        (thread(resolved=True), Answer(AnswerKind.RESOLVED)),  # by an account that is gone
        (thread(said("not"), said("really"), resolved=True, by=ALICE), Answer(AnswerKind.RESOLVED, "alice", "not")),
        (thread(first=comment(downvoted_by=(ROBOT, ALICE))), Answer(AnswerKind.DOWNVOTED, "alice")),
        (thread(first=comment(downvoted_by=(ALICE,)), resolved=True, by=ALICE), Answer(AnswerKind.DOWNVOTED, "alice")),
        (thread(comment(BOT, "done", downvoted_by=(ALICE,))), None),  # a 👎 on our answer to a command
        (None, Answer(AnswerKind.DELETED)),
        # our comment was deleted, and the replies were left
        (thread(first=said("what was here?")), Answer(AnswerKind.REPLIED, "alice", "what was here?")),
    ],
)  # fmt: skip
def test_an_answer(seen: Thread | None, found: Answer | None) -> None:
    assert answer(ONE, seen, is_command) == found


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("/seed fix", None),
        ("/seed fix\n\n/seed help\r\n", None),
        ("", None),
        (" \n\t", None),
        ("> why\n>> more\n/seed fix", None),
        ("> why\n", None),
        ("> why\nBecause.\n/seed fix", "Because."),
        ("Because\nof that.", "Because\nof that."),
        ("see /seed", "see /seed"),
    ],
)
def test_a_reply_that_is_only_a_command_is_no_answer(body: str, words: str | None) -> None:
    found = answer(ONE, thread(said(body)), is_command)
    assert found == (None if words is None else Answer(AnswerKind.REPLIED, "alice", words))


def test_a_record_without_a_thread_has_no_answer() -> None:
    assert answer(record("a\n", (1, 1), thread=None), None, is_command) is None


def test_a_proposed_record_is_answered_in_the_thread_that_was_found() -> None:
    one = record("a\n", (1, 1), thread=None, state=State.PROPOSED)
    assert answer(one, thread(said("no")), is_command) == Answer(AnswerKind.REPLIED, "alice", "no")


def test_who_resolved_the_thread_of_what_is_gone_is_not_said_so_it_was_we() -> None:
    gone = record("a\nb\n", (1, 1), state=State.GONE)
    assert answer(gone, thread(resolved=True), is_command) is None
    assert answer(gone, thread(resolved=True, by=ALICE), is_command) == Answer(AnswerKind.RESOLVED, "alice")
