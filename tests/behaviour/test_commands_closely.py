"""Commands where they go wrong: on what was answered before, in others' threads, edited, repeated, half done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from reviewbot.commands.asked import report
from reviewbot.commands.obey import obey
from reviewbot.domain.conversation import Thread
from reviewbot.domain.errors import ForgeDenied, ReviewbotError, RevisionNotFound, SourceError, VerifyError
from reviewbot.domain.event import CommentRef
from reviewbot.domain.record import State
from reviewbot.domain.review import Review
from reviewbot.queue.work import Desk, do
from reviewbot.source.mirrors import Mirrors
from reviewbot.visit.look import look_at
from reviewbot.visit.outcome import NotThereYet
from tests.behaviour.bot import Bot
from tests.behaviour.code import PORT, RATE, line_of, module
from tests.behaviour.stage import Stage, suggestion_of
from tests.behaviour.test_commands import APP, FIRST, SILENT, Commanded, last, port_thread

QUIET = module(PORT, RATE, SILENT)
WIDE = SILENT.replace("int(text)", "int(\n        text\n    )")


@pytest.fixture
def told(stage: Stage, bot: Bot) -> Iterator[Commanded]:
    """A pull request with two suggestions on it."""
    stage.push({APP: FIRST})
    stage.open()
    bot.look()
    yield Commanded(bot)


@pytest.fixture
def shy(stage: Stage, told: Commanded) -> Commanded:
    """The same with a third place at which the bot stays silent."""
    stage.push({APP: QUIET})
    options = replace(told.bot.using.options, min_confidence=0.99)
    told.bot.using = replace(told.bot.using, options=options)
    told.bot.look()
    assert len(stage.mine()) == 2
    return told


def test_fix_of_an_answered_suggestion_pushes_nothing_unless_that_is_asked(stage: Stage, told: Commanded) -> None:
    stage.reply(port_thread(stage), "developer", "Hm, why?")
    stage.push({"other.py": "x = 1\n"})
    told.bot.look()
    assert told.bot.records()[0].state is State.ANSWERED
    before = stage.talk().pull.head
    told.obey(stage.reply(port_thread(stage), "colleague", "/seed fix"))
    assert stage.talk().pull.head == before
    assert "except ValueError" in suggestion_of(port_thread(stage).comments[-1].body)


def test_fix_on_a_closed_pull_request_is_declined(stage: Stage, told: Commanded) -> None:
    thread = port_thread(stage)
    stage.close()
    told.obey(stage.reply(thread, "colleague", "/seed fix"))
    assert "not open" in last(stage, thread.id)


def test_a_command_that_is_mended_in_its_thread_is_answered_again(stage: Stage, told: Commanded) -> None:
    thread = port_thread(stage)
    comment = stage.reply(thread, "colleague", "/seed explian")
    told.obey(comment)
    assert "Did you mean" in last(stage, thread.id)
    stage.edit(comment, "/seed explain")
    told.obey(comment)
    assert "py.unhandled.not-a-number" in last(stage, thread.id)


def test_what_is_rejected_during_a_review_has_no_twin_in_it(stage: Stage, told: Commanded) -> None:
    stage.push({"twin.py": module(PORT)})

    def reject_late(step: str) -> None:
        if step == "publishing":
            told.obey(stage.reply(port_thread(stage), "colleague", "/seed reject the caller checks it"))

    look_at(stage.ref, told.bot.using, reject_late)
    assert told.bot.outcomes() == ["rejected", "standing"]
    assert [path for path, _ in stage.open_lines()] == [APP]


def test_a_pause_silences_the_review_that_is_under_way(stage: Stage, told: Commanded) -> None:
    stage.push({"twin.py": module(PORT)})

    def pause_late(step: str) -> None:
        if step == "publishing":
            told.obey(stage.comment("colleague", "/seed pause"))

    assert "Paused by colleague" in look_at(stage.ref, told.bot.using, pause_late).sentence
    assert len(stage.mine()) == 2
    told.obey(stage.comment("colleague", "/seed resume"))
    told.bot.look()
    assert len(stage.mine()) == 3


def ask_for_a_fix(stage: Stage, part: str, words: str = "") -> CommentRef:
    """In a thread of its own on the line that holds ``part``."""
    return stage.line_comment("colleague", APP, line_of(QUIET, part), f"{words}\n\n/seed fix")


def thread_at(stage: Stage, comment: CommentRef) -> Thread:
    thread = stage.talk().thread_of(comment)
    assert thread is not None
    return thread


def test_a_fix_in_somebody_elses_thread_can_be_rejected_there(stage: Stage, shy: Commanded) -> None:
    comment = ask_for_a_fix(stage, "len(text)", "Hm.")
    shy.obey(comment)
    thread = thread_at(stage, comment)
    shy.obey(stage.reply(thread, "colleague", "/seed explain"))
    assert "py.unhandled.not-a-number" in last(stage, thread.id)
    shy.obey(stage.reply(thread, "colleague", "/seed reject the caller checks it"))
    assert shy.bot.outcomes()[2] == "rejected"
    assert not thread_at(stage, comment).resolved, "it is not ours to end"


@pytest.mark.parametrize("how", ["reply", "downvote", "resolve", "nothing"])
def test_a_fix_in_somebody_elses_thread_is_answered_there(stage: Stage, shy: Commanded, how: str) -> None:
    comment = ask_for_a_fix(stage, "len(text)", "This can fail.")
    shy.obey(comment)
    thread = thread_at(stage, comment)
    if how == "reply":
        stage.reply(thread, "developer", "No, it cannot.")
    elif how == "downvote":
        stage.downvote(thread.comments[-1], "developer")
    elif how == "resolve":
        stage.resolve(thread, "developer")
    stage.push({"other.py": "x = 1\n"})
    shy.bot.look()
    record = shy.bot.records()[2]
    assert (record.state, record.by) == ((State.STANDING, None) if how == "nothing" else (State.ANSWERED, "developer"))


def test_the_same_fix_is_not_posted_twice(stage: Stage, shy: Commanded) -> None:
    shy.obey(ask_for_a_fix(stage, "len(text)"))
    again = ask_for_a_fix(stage, "len(text)")
    shy.obey(again)
    assert suggestion_of(thread_at(stage, again).comments[-1].body) == ""
    assert f"`{APP}`, on line" in thread_at(stage, again).comments[-1].body
    assert len(shy.bot.records()) == 3


class Killed(BaseException):
    """What a kill looks like from within."""


@pytest.mark.parametrize("kill", ["save", "say"])
@pytest.mark.parametrize("silent", [SILENT, WIDE])
def test_a_fix_stands_once_although_the_worker_died(
    stage: Stage, shy: Commanded, monkeypatch: pytest.MonkeyPatch, silent: str, kill: str
) -> None:
    """In the thread, or, where its one line cannot hold the edit, on lines of its own."""
    text = module(PORT, RATE, silent)
    stage.push({APP: text})
    comment = stage.line_comment("colleague", APP, line_of(text, "len(text)"), "/seed fix")
    place = (type(shy.bot.using.records), "save") if kill == "save" else (stage.forge, "reply")

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(*place, die)
        with pytest.raises(Killed):
            shy.obey(comment)
    shy.obey(comment)
    bodies = [c.body for thread in stage.talk().threads for c in thread.comments]
    assert sum("return len(text)" in suggestion_of(body) for body in bodies) == 1
    assert thread_at(stage, comment).comments[-1].author.ours
    assert len(thread_at(stage, comment).comments) == 2
    assert shy.bot.outcomes() == ["standing"] * 3


def test_a_fix_that_is_asked_for_again_hears_what_was_said_and_not_the_command(stage: Stage, shy: Commanded) -> None:
    hints: list[str | None] = []
    reviewer = shy.bot.using.reviewer

    def listening(change, head, base, engines, options, *, progress=None):  # type: ignore[no-untyped-def]
        hints.append(options.hint)
        return reviewer(change, head, base, engines, options, progress=progress)

    shy.colleagues = replace(shy.colleagues, visit=replace(shy.bot.using, reviewer=listening))
    begun = stage.line_comment("developer", APP, 1, "The text may be no number.")
    for _ in range(2):
        shy.obey(stage.reply(thread_at(stage, begun), "colleague", "/seed fix"))
    assert hints == ["The text may be no number."] * 2


def test_a_command_waits_for_a_commit_that_git_does_not_have_yet(
    stage: Stage, told: Commanded, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = stage.reply(port_thread(stage), "colleague", "/seed fix --commit")

    def behind(*_: object, **__: object) -> None:
        raise RevisionNotFound("not here")

    with monkeypatch.context() as patched:
        patched.setattr(Mirrors, "fetch", behind)
        with pytest.raises(NotThereYet) as raised:
            told.obey(comment)
    assert raised.value.retryable
    told.obey(comment)
    assert "Committed as" in port_thread(stage).comments[-1].body


def test_who_asked_for_a_review_of_what_was_closed_meanwhile_is_told_so(stage: Stage, told: Commanded) -> None:
    comment = stage.comment("colleague", "/seed review")
    told.obey(comment)
    stage.close()
    report(stage.ref, comment, told.bot.look(asked=True), told.colleagues)
    assert ["not open" in answer for answer in told.answers()] == [True]


def test_a_review_that_is_answered_names_what_was_reviewed(stage: Stage, told: Commanded) -> None:
    comment = stage.comment("colleague", "/seed review")
    told.obey(comment)
    outcome, reviewed = told.bot.look(asked=True), stage.talk().pull.head
    stage.push({"late.py": "x = 1\n"})
    report(stage.ref, comment, outcome, told.colleagues)
    report(stage.ref, comment, outcome, told.colleagues, full=True)
    assert [f"`{reviewed[:7]}`" in answer for answer in told.answers()] == [True, True]


def test_to_resume_is_no_reason_to_review_a_draft(stage: Stage, bot: Bot) -> None:
    stage.push({APP: FIRST})
    stage.open(draft=True)
    commanded = Commanded(bot)
    commanded.obey(stage.comment("colleague", "/seed resume"))
    job = commanded.jobs.get(commanded.asked[0])
    assert job is not None
    name = stage.forge.name
    do(job, Desk({name: bot.using}, {name: commanded.colleagues}), lambda _: None)
    assert stage.mine() == []


def test_a_comment_that_is_deleted_while_it_is_read_is_not_answered(stage: Stage, told: Commanded) -> None:
    thread = port_thread(stage)
    comment = stage.reply(thread, "colleague", "/seed explain")

    def delete(step: str) -> None:
        found = stage.talk().find(comment)
        if step == "asking the forge" and found is not None:
            stage.delete(found)

    obey(stage.ref, comment, told.colleagues, delete)
    assert told.answers() == [] and len(port_thread(stage).comments) == 1


@pytest.mark.parametrize("error", [VerifyError("broken"), SourceError("odd"), ForgeDenied("hidden")])
def test_a_command_that_fails_for_good_is_answered(stage: Stage, shy: Commanded, error: ReviewbotError) -> None:
    def failing(*_: object, **__: object) -> Review:
        raise error

    shy.colleagues = replace(shy.colleagues, visit=replace(shy.bot.using, reviewer=failing))
    comment = ask_for_a_fix(stage, "len(text)")
    shy.obey(comment)
    assert "could not be done" in thread_at(stage, comment).comments[-1].body
    assert str(error) not in thread_at(stage, comment).comments[-1].body
    assert sorted(shy.reactions(comment)) == ["eyes", "thumbs-down"]


def test_a_commit_is_known_again_under_what_was_pushed_since(stage: Stage, told: Commanded) -> None:
    thread = port_thread(stage)
    comment = stage.reply(thread, "colleague", "/seed fix --commit")

    def die(step: str) -> None:
        if step == "answering":
            raise Killed

    with pytest.raises(Killed):
        obey(stage.ref, comment, told.colleagues, die)
    made = stage.talk().pull.head
    stage.follow()
    stage.push({"late.py": "x = 1\n"})
    told.obey(comment)
    assert f"Committed as `{made[:7]}`" in last(stage, thread.id)
