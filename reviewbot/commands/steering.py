"""Commands that steer the bot on one pull request: review, reject, pause, resume; and test, which is not there yet."""

from __future__ import annotations

from dataclasses import replace

from reviewbot.commands.grammar import FULL
from reviewbot.commands.request import Answer, Request
from reviewbot.domain.record import Outcome, State


def review(request: Request) -> Answer | None:
    """Have the pull request reviewed. The review itself answers, when it is done."""
    if request.pull.state != "open":
        return Answer(request.words.not_open(), done=False)
    ref = request.comment.ref
    wish: dict[str, str | bool] = {"comment_kind": ref.kind.value, "comment_id": ref.id}
    if FULL in request.command.options:
        wish["full"] = True
    name = f"asked-{ref.kind.value}-{ref.id}-{'full' if FULL in request.command.options else 'new'}"
    request.with_.ask(request.ref, name, wish, request.now)
    return None


def reject(request: Request) -> Answer:
    """A person says no to the suggestion of this thread: it is not made again here, and its thread is resolved.

    A thread that somebody else began is about more than our suggestion, and stays open.
    """
    record, thread = request.record, request.thread
    if record is None or thread is None:
        return Answer(request.words.not_mine(), done=False)
    using, ours = request.with_.visit, thread.first.author.ours
    settled = replace(
        record,
        state=State.ANSWERED,
        outcome=Outcome.REJECTED,
        thread=record.thread or (thread.id if ours else None),
        by=request.login,
        reason=request.command.words or None,
    )
    using.records.save(request.ref, [settled], request.now)
    return Answer(request.words.rejected(), resolves=ours)


def pause(request: Request) -> Answer:
    """Say nothing more here until ``/seed resume``; commands are obeyed all the same."""
    request.with_.visit.pulls.set_paused(request.ref, paused=True, by=request.login)
    return Answer(request.words.paused())


def resume(request: Request) -> Answer:
    """Go on, and look at what came meanwhile."""
    request.with_.visit.pulls.set_paused(request.ref, paused=False, by=request.login)
    ref = request.comment.ref
    wish: dict[str, str | bool] = {"comment_kind": ref.kind.value, "comment_id": ref.id, "quiet": True}
    request.with_.ask(request.ref, f"asked-{ref.kind.value}-{ref.id}-resume", wish, request.now)
    return Answer(request.words.resumed())


def test(request: Request) -> Answer:
    """Writing tests is not there yet, and that is said."""
    return Answer(request.words.no_tests_yet(), done=False)
