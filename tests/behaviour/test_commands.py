"""Commands on every forge: what they do, to whom they answer, and every refusal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.commands.asked import apologise
from reviewbot.commands.colleagues import Colleagues
from reviewbot.commands.obey import obey
from reviewbot.domain.event import CommentRef
from reviewbot.publish import markers
from reviewbot.store.command_log import CommandLog
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.job import JobKind
from reviewbot.store.jobs import Jobs
from tests.behaviour.bot import Bot
from tests.behaviour.code import AGE, PORT, RATE, line_of, module
from tests.behaviour.stage import TOPIC, Stage, seen, suggestion_of

APP = "app.py"
FIRST = module(PORT, RATE)
SILENT = "def size(text: str) -> int | None:\n    if not text:\n        return None\n    return len(text) + int(text)\n"


REMOTE = pytest.mark.parametrize("stage", ["github", "gitlab"], indirect=True)
"""A folder has no strangers, no forks and no protected branches."""


class Commanded:
    """A bot that is given commands, as a worker gives them on."""

    def __init__(self, bot: Bot) -> None:
        self.bot, self.stage = bot, bot.stage
        self.deliveries, self.jobs = Deliveries(bot.database), Jobs(bot.database, 5)
        self.asked: list[int] = []
        self.colleagues = Colleagues(bot.using, CommandLog(bot.database), self._ask, limit=20)

    def _ask(self, *given: object) -> int | None:
        job = self.deliveries.ask(*given)  # type: ignore[arg-type]
        self.asked += [] if job is None else [job]
        return job

    def obey(self, comment: CommentRef) -> str:
        return obey(self.stage.ref, comment, self.colleagues, lambda _: None).sentence

    def reactions(self, comment: CommentRef) -> list[str]:
        return self.stage.reactions(comment)

    def answers(self) -> list[str]:
        """What the bot said in the conversation, without its markers; the summary left out."""
        notes = [note.body for note in self.stage.talk().notes if note.author.ours]
        return [body.split("\n\n<!--")[0] for body in notes if markers.SUMMARY not in markers.read_one(body)]


@pytest.fixture
def commanded(stage: Stage, bot: Bot) -> Iterator[Commanded]:
    """A pull request with two suggestions on it."""
    stage.push({APP: FIRST})
    stage.open()
    bot.look()
    yield Commanded(bot)


def port_thread(stage: Stage):  # type: ignore[no-untyped-def]
    return next(thread for thread in stage.mine() if "number" in suggestion_of(thread.first.body))


def last(stage: Stage, thread_id: str) -> str:
    thread = next(one for one in stage.talk().threads if one.id == thread_id)
    return thread.comments[-1].body


# Telling.


def test_help_in_the_conversation(stage: Stage, commanded: Commanded) -> None:
    comment = stage.comment("colleague", "How does this work?\n\n/seed help")
    commanded.obey(comment)
    assert commanded.reactions(comment) == ["eyes"]
    assert len(commanded.answers()) == 1 and "`/seed fix" in commanded.answers()[0]


def test_status(stage: Stage, commanded: Commanded) -> None:
    commanded.obey(stage.comment("colleague", "/seed status"))
    assert "2" in commanded.answers()[0]


def test_explain_answers_in_the_thread(stage: Stage, commanded: Commanded) -> None:
    thread = port_thread(stage)
    commanded.obey(stage.reply(thread, "colleague", "/seed explain"))
    assert "py.unhandled.not-a-number" in last(stage, thread.id)
    assert commanded.answers() == []


# Fixing.


def test_fix_where_the_bot_stayed_silent(stage: Stage, commanded: Commanded) -> None:
    quiet = module(PORT, RATE, SILENT)
    stage.push({APP: quiet})
    shy = replace(commanded.bot.using, options=replace(commanded.bot.using.options, min_confidence=0.99))
    commanded.bot.using = shy
    commanded.bot.look()
    assert len(stage.mine()) == 2
    line = line_of(quiet, "len(text)")
    comment = stage.line_comment("colleague", APP, line, "This can fail, can it not?\n\n/seed fix")
    commanded.obey(comment)
    thread = stage.talk().thread_of(comment)
    assert thread is not None
    answer = thread.comments[-1]
    assert answer.author.ours and "except ValueError" in suggestion_of(answer.body)
    assert commanded.reactions(comment) == ["eyes"]
    assert commanded.obey(comment).endswith("done before")
    assert len((stage.talk().thread_of(comment) or thread).comments) == 2


def test_fix_uses_the_words_that_it_replies_to(stage: Stage, commanded: Commanded) -> None:
    hints: list[str | None] = []
    reviewer = commanded.bot.using.reviewer

    def listening(change, head, base, engines, options, *, progress=None):  # type: ignore[no-untyped-def]
        hints.append(options.hint)
        return reviewer(change, head, base, engines, options, progress=progress)

    using = replace(commanded.bot.using, reviewer=listening)
    commanded.colleagues = replace(commanded.colleagues, visit=using)
    begun = stage.line_comment("linter[bot]", APP, 1, "W0707: json may raise ValueError here")
    thread = stage.talk().thread_of(begun)
    assert thread is not None
    commanded.obey(stage.reply(thread, "colleague", "/seed fix"))
    commanded.obey(stage.reply(thread, "colleague", "/seed fix the file may be missing"))
    assert hints == ["W0707: json may raise ValueError here", "the file may be missing"]


def test_fix_where_nothing_fails(stage: Stage, commanded: Commanded) -> None:
    comment = stage.line_comment("colleague", APP, line_of(FIRST, "import json"), "/seed fix")
    commanded.obey(comment)
    thread = stage.talk().thread_of(comment)
    assert thread is not None and "Nothing to fix here" in thread.comments[-1].body
    assert sorted(commanded.reactions(comment)) == ["eyes", "thumbs-down"]


def test_fix_without_a_place(stage: Stage, commanded: Commanded) -> None:
    comment = stage.comment("colleague", "/seed fix")
    commanded.obey(comment)
    assert "reply on a line of the diff" in commanded.answers()[0]
    assert sorted(commanded.reactions(comment)) == ["eyes", "thumbs-down"]


def test_fix_commit_pushes_the_suggestion(stage: Stage, commanded: Commanded) -> None:
    thread = port_thread(stage)
    before = stage.work.git("rev-parse", TOPIC)
    commanded.obey(stage.reply(thread, "colleague", "/seed fix --commit"))
    stage.follow()
    head = stage.work.git("rev-parse", "HEAD")
    assert stage.work.git("rev-parse", "HEAD~1") == before
    assert f"`{head[:7]}`" in last(stage, thread.id)
    said = stage.work.git("show", "-s", "--format=%an%n%B", "HEAD")
    assert said.startswith("reviewbot\nHandle ValueError in port\n")
    assert "Co-authored-by: colleague <colleague@users.noreply." in said
    assert stage.work.git("diff", "--stat", "HEAD~1").count("|") == 1
    assert "    try:\n        number = int(text)\n    except ValueError:\n" in (stage.work.path / APP).read_text()
    commanded.bot.look()
    assert commanded.bot.outcomes() == ["applied", "standing"]
    settled = next(one for one in stage.mine() if one.id == thread.id)
    assert settled.resolved
    ours = [comment for comment in settled.comments[1:] if comment.author.ours]
    assert len(ours) == 1  # "Committed as …" says it; "Applied in …" would only be another notification


def test_fix_commit_of_a_head_that_moved_meanwhile(stage: Stage, commanded: Commanded) -> None:
    thread = port_thread(stage)
    comment = stage.reply(thread, "colleague", "/seed fix --commit")
    stage.work.git("checkout", "-q", TOPIC)

    def push_late(step: str) -> None:
        if step == "pushing":
            stage.push({"late.py": "x = 1\n"})

    obey(stage.ref, comment, commanded.colleagues, push_late)
    assert "ask again" in last(stage, thread.id).lower() or "moved" in last(stage, thread.id).lower()
    stage.follow()
    assert stage.work.git("show", "-s", "--format=%an", "HEAD") == "a"


@REMOTE
def test_fix_commit_never_to_a_protected_branch(stage: Stage, commanded: Commanded) -> None:
    thread = port_thread(stage)
    stage.protect(TOPIC)
    before = stage.talk().pull.head
    commanded.obey(stage.reply(thread, "colleague", "/seed fix --commit"))
    assert "protected" in last(stage, thread.id)
    assert stage.talk().pull.head == before


def test_fix_commit_once_although_the_worker_died_after_the_push(stage: Stage, commanded: Commanded) -> None:
    thread = port_thread(stage)
    comment = stage.reply(thread, "colleague", "/seed fix --commit")

    class Killed(BaseException):
        """What a kill looks like from within."""

    def die(step: str) -> None:
        if step == "answering":
            raise Killed

    with pytest.raises(Killed):
        obey(stage.ref, comment, commanded.colleagues, die)
    head = stage.talk().pull.head
    commanded.obey(comment)
    assert stage.talk().pull.head == head
    assert f"`{head[:7]}`" in last(stage, thread.id)


# Steering.


def test_reject_with_a_reason(stage: Stage, commanded: Commanded) -> None:
    thread = port_thread(stage)
    comment = stage.reply(thread, "colleague", "/seed reject the caller checks it")
    commanded.obey(comment)
    record = next(one for one in commanded.bot.records() if "number" in one.suggestion.original)
    assert (record.state, record.outcome, record.by) == ("answered", "rejected", "colleague")
    assert record.reason == "the caller checks it"
    assert next(one for one in stage.mine() if one.id == thread.id).resolved
    twin = module(PORT)
    stage.push({"twin.py": twin})
    commanded.bot.look()
    assert all(path != "twin.py" for path, _ in stage.open_lines())


def test_reject_where_there_is_nothing_of_ours(stage: Stage, commanded: Commanded) -> None:
    comment = stage.line_comment("colleague", APP, 1, "/seed reject")
    commanded.obey(comment)
    thread = stage.talk().thread_of(comment)
    assert thread is not None and "no suggestion of mine" in thread.comments[-1].body


def test_review_is_enqueued_and_answered(stage: Stage, commanded: Commanded) -> None:
    from reviewbot.commands.asked import report

    comment = stage.comment("colleague", "/seed review --full")
    commanded.obey(comment)
    assert len(commanded.asked) == 1
    job = commanded.jobs.get(commanded.asked[0])
    assert job is not None and job.kind is JobKind.REVIEW and job.payload["full"] is True
    outcome = commanded.bot.look(full=True)
    report(stage.ref, comment, outcome, commanded.colleagues)
    report(stage.ref, comment, outcome, commanded.colleagues)
    assert len(commanded.answers()) == 1


def test_pause_and_resume(stage: Stage, commanded: Commanded) -> None:
    commanded.obey(stage.comment("colleague", "/seed pause"))
    stage.push({APP: module(PORT, RATE, AGE)})
    assert "Paused by colleague" in commanded.bot.look().sentence and len(stage.mine()) == 2
    commanded.obey(stage.comment("colleague", "/seed resume"))
    assert len(commanded.asked) == 1
    commanded.bot.look()
    assert len(stage.mine()) == 3


def test_tests_are_not_written_yet_and_that_is_said(stage: Stage, commanded: Commanded) -> None:
    comment = stage.line_comment("colleague", APP, 1, "/seed test")
    commanded.obey(comment)
    thread = stage.talk().thread_of(comment)
    assert thread is not None and "test" in thread.comments[-1].body
    assert "thumbs-down" in commanded.reactions(comment)


# Refusals.


@REMOTE
@pytest.mark.parametrize("line", ["/seed fix", "/seed fix --commit", "/seed review", "/seed reject", "/seed pause"])
def test_a_stranger_changes_nothing(stage: Stage, commanded: Commanded, line: str) -> None:
    stage.grant("mallory", "read")
    before = stage.talk().pull.head
    comment = stage.reply(port_thread(stage), "mallory", line)
    commanded.obey(comment)
    assert "may write to the repository" in last(stage, port_thread(stage).id)
    assert sorted(commanded.reactions(comment)) == ["eyes", "thumbs-down"]
    assert stage.talk().pull.head == before and commanded.asked == []
    assert not commanded.bot.using.pulls.get(stage.ref).paused
    assert {record.state for record in commanded.bot.records()} == {"standing"}


def test_a_bot_is_never_answered(stage: Stage, commanded: Commanded) -> None:
    comment = stage.comment("linter[bot]", "/seed help")
    assert commanded.obey(comment) == "A bot gives no commands."
    assert commanded.reactions(comment) == [] and commanded.answers() == []


@pytest.mark.parametrize(
    "body", ["> /seed help", "```\n/seed help\n```", "    /seed help", "say /seed help", "/seedling"]
)
def test_what_is_quoted_or_shown_is_no_command(stage: Stage, commanded: Commanded, body: str) -> None:
    comment = stage.comment("colleague", body)
    assert commanded.obey(comment) == "The comment holds no command."
    assert commanded.reactions(comment) == [] and commanded.answers() == []


def test_an_unknown_command_gets_the_nearest_known_one(stage: Stage, commanded: Commanded) -> None:
    comment = stage.comment("colleague", "/seed helb")
    commanded.obey(comment)
    assert "`/seed help`" in commanded.answers()[0]
    assert sorted(commanded.reactions(comment)) == ["eyes", "thumbs-down"]


@pytest.mark.parametrize("line", ["/seed fix --repo=https://evil.example/x", "/seed fix ../../etc/passwd"])
def test_what_reaches_elsewhere_is_refused(stage: Stage, commanded: Commanded, line: str) -> None:
    comment = stage.line_comment("colleague", APP, 1, line)
    commanded.obey(comment)
    assert "thumbs-down" in commanded.reactions(comment)
    thread = stage.talk().thread_of(comment)
    assert thread is not None and len(thread.comments) == 2


def test_too_often_is_said_once(stage: Stage, commanded: Commanded) -> None:
    commanded.colleagues = replace(commanded.colleagues, limit=2)
    for _ in range(5):
        commanded.obey(stage.comment("colleague", "/seed status"))
    assert len(commanded.answers()) == 3 and "2 commands in an hour" in commanded.answers()[2]
    commanded.obey(stage.comment("developer", "/seed status"))
    assert len(commanded.answers()) == 4


def test_a_comment_that_is_gone(stage: Stage, commanded: Commanded) -> None:
    comment = stage.comment("colleague", "/seed help")
    note = stage.talk().find(comment)
    assert note is not None
    stage.delete(note)
    assert commanded.obey(comment) == "The comment is gone."


def test_an_edit_runs_again_only_where_the_line_changed(stage: Stage, commanded: Commanded) -> None:
    comment = stage.comment("colleague", "/seed status")
    commanded.obey(comment)
    stage.edit(comment, "Please:\n\n/seed   STATUS\n")
    commanded.obey(comment)
    assert len(commanded.answers()) == 1
    stage.edit(comment, "/seed help")
    commanded.obey(comment)
    assert len(commanded.answers()) == 2


@REMOTE
def test_the_author_of_a_forks_pull_request(stage: Stage, bot: Bot, tmp_path: Path) -> None:
    stage.open_from_fork("mallory", {APP: FIRST})
    bot.look()
    commanded = Commanded(bot)
    commanded.obey(stage.comment("mallory", "/seed review"))
    assert len(commanded.asked) == 1
    comment = stage.comment("mallory", "/seed pause")
    commanded.obey(comment)
    assert "thumbs-down" in commanded.reactions(comment)
    assert not bot.using.pulls.get(stage.ref).paused


@REMOTE
def test_a_fork_that_lets_nobody_push(stage: Stage, bot: Bot) -> None:
    stage.open_from_fork("mallory", {APP: FIRST}, pushable=False)
    bot.look()
    commanded = Commanded(bot)
    thread = port_thread(stage)
    commanded.obey(stage.reply(thread, "colleague", "/seed fix --commit"))
    assert "fork" in last(stage, thread.id)


def test_hostile_comments_cost_nothing(stage: Stage, commanded: Commanded) -> None:
    for body in ("/seed " + "x" * 60_000, "/seed fix @everyone <b>\x07 [a](http://x)", "/seed\n" * 5_000):
        commanded.obey(stage.comment("colleague", body))
    for answer in commanded.answers():
        assert "@everyone" not in answer.replace("`@everyone`", "") and "<b>" not in answer.replace("`<b>`", "")


def test_seen_has_its_replies(stage: Stage, commanded: Commanded) -> None:
    stage.reply(port_thread(stage), "colleague", "hm")
    assert seen(port_thread(stage)).replies == ("hm",)


def test_who_asked_is_told_once_that_it_was_given_up(stage: Stage, commanded: Commanded) -> None:
    comment = stage.comment("colleague", "/seed fix")
    apologise(stage.ref, comment, commanded.colleagues)
    apologise(stage.ref, comment, commanded.colleagues)
    assert len(commanded.answers()) == 1 and commanded.reactions(comment) == ["thumbs-down"]
    bots = stage.comment("linter[bot]", "/seed fix")
    apologise(stage.ref, bots, commanded.colleagues)
    assert len(commanded.answers()) == 1
