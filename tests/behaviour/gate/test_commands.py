"""``/seed reviewed`` and ``/seed override`` on both forges: what they clear, and for whom they do nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from reviewbot.commands.colleagues import Colleagues, GateDesk
from reviewbot.commands.obey import obey
from reviewbot.domain.event import CommentRef, PullRequestRef
from reviewbot.store.command_log import CommandLog
from tests.behaviour.bot import Bot
from tests.behaviour.gate.stage import AI_CODE, CLAUDE, ENFORCE, GateStage
from tests.behaviour.gate.watch import Asked, Watch, later


class Commanded:
    """The bot obeys, and the gate looks when it is asked to."""

    def __init__(self, stage: GateStage, watch: Watch, place: Path) -> None:
        self.stage, self.watch = stage, watch
        bot = Bot(stage, place)
        memory = watch.keeper.memory
        desk = GateDesk(stage.gate, memory.sign_offs, memory.pushes, self._ask)
        log = CommandLog(bot.database)
        self.colleagues = Colleagues(bot.using, log, self._ask, limit=50, gate=desk)
        self.without_gate = Colleagues(bot.using, log, self._ask, limit=50)

    def _ask(self, ref: PullRequestRef, delivery: str, payload: Mapping[str, str | bool], now: float) -> int | None:
        self.watch.asked.append(Asked(ref, payload))
        return len(self.watch.asked)

    def obey(self, comment: CommentRef) -> str:
        """The log's sentence; the looks that it asked for are done."""
        said = obey(self.stage.ref, comment, self.colleagues, lambda _: None).sentence
        self.watch.rest()
        return said

    def says(self, login: str, body: str) -> CommentRef:
        comment = self.stage.comment(login, body)
        self.obey(comment)
        return comment

    def answer(self) -> str:
        """The bot's last word in the conversation."""
        return [note.body for note in self.stage.forge.conversation(self.stage.ref).notes if note.author.ours][-1]


@pytest.fixture
def commanded(stage: GateStage, watch: Watch, tmp_path: Path) -> Commanded:
    made = Commanded(stage, watch, tmp_path / "bot")
    watch.watch()
    later(stage)
    return made


def ours(stage: GateStage) -> int:
    return sum(note.author.ours for note in stage.forge.conversation(stage.ref).notes)


def test_all_lines_are_signed_off_with_a_thumb_and_no_word(stage: GateStage, commanded: Commanded):
    before = ours(stage)
    comment = commanded.says("bob", "Looks good.\n\n/seed reviewed")
    assert not stage.blocked()
    assert "by bob" in stage.comments()[0]
    assert (sorted(stage.reactions(comment)), ours(stage)) == (["+1", "eyes"], before)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("new.py:1-2", "`new.py`, lines 3-6"),
        ("new.py:6", "`new.py`, lines 1-5"),
        ("`new.py:1-5`", "`new.py`, line 6"),
        ("new.py", ""),
        ("new.py:1-6", ""),
    ],
)
def test_what_is_named_is_signed_off_and_no_more(stage: GateStage, commanded: Commanded, words: str, left: str):
    commanded.says("bob", f"/seed reviewed {words}")
    assert stage.blocked() is bool(left)
    assert left in stage.comments()[0]


def test_two_people_may_share_the_lines(stage: GateStage, commanded: Commanded):
    commanded.says("bob", "/seed reviewed new.py:1-2")
    commanded.says("carol", "/seed reviewed new.py:3-6")
    assert not stage.blocked()


@pytest.mark.parametrize("words", ["new.py:1-7", "nowhere.py", "../new.py", "/etc/passwd:1", "new.py:x"])
def test_what_is_not_there_is_said(stage: GateStage, commanded: Commanded, words: str):
    commanded.says("bob", f"/seed reviewed {words}")
    assert "there is nothing that" in commanded.answer()
    assert stage.blocked() and not commanded.watch.keeper.memory.sign_offs.of(stage.ref)


@pytest.mark.parametrize("login", ["alice", "mallory", "linter[bot]"])
def test_from_whom_it_does_not_count(stage: GateStage, commanded: Commanded, login: str):
    stage.hub.user("linter[bot]", "Bot")
    stage.hub.grant("team/shop", "linter[bot]", "write")
    commanded.says(login, "/seed reviewed")
    assert stage.blocked()


def test_a_push_takes_back_what_it_changes_alone(stage: GateStage, commanded: Commanded, watch: Watch):
    commanded.says("bob", "/seed reviewed")
    later(stage)
    stage.push_as("alice", {"new.py": AI_CODE.replace("3 * x", "x + x + x")}, f"Other\n\n{CLAUDE}")
    watch.watch()
    assert stage.blocked() and "`new.py`, line 6" in stage.comments()[0]


def test_a_head_that_came_at_the_same_time_is_not_signed_off(stage: GateStage, commanded: Commanded, watch: Watch):
    stage.push_as("alice", {"more.py": AI_CODE}, f"More\n\n{CLAUDE}")
    comment = stage.comment("bob", "/seed reviewed")
    watch.watch()
    commanded.obey(comment)
    assert stage.blocked()
    held = stage.comments()[0].split("<details>")[0]
    assert "`more.py`" in held and "`new.py`, lines" not in held


def test_on_a_thread_it_means_the_threads_lines(stage: GateStage, commanded: Commanded):
    comment = stage.line_comment("bob", "new.py", 6, "Fine.\n\n/seed reviewed")
    later(stage)
    commanded.obey(comment)
    assert stage.blocked() and "`new.py`, lines 1-5" in stage.comments()[0]


def test_what_another_wrote_into_a_comment_counts_for_nobody(stage: GateStage, commanded: Commanded):
    comment = stage.comment("bob", "Hm.")
    later(stage)
    stage.hub.edit_comment(stage.by_id(comment.id), "Hm.\n\n/seed reviewed", "alice")
    commanded.obey(comment)
    assert stage.blocked() and "Somebody else edited this comment" in commanded.answer()


def test_an_edit_counts_from_the_edit_on(stage: GateStage, commanded: Commanded):
    comment = stage.comment("bob", "Hm.")
    stage.push_as("alice", {"more.py": AI_CODE}, f"More\n\n{CLAUDE}")
    later(stage)
    stage.hub.edit_comment(stage.by_id(comment.id), "Hm.\n\n/seed reviewed", "bob")
    commanded.obey(comment)
    assert not stage.blocked()


def test_twice_is_once(stage: GateStage, commanded: Commanded):
    comment = commanded.says("bob", "/seed reviewed")
    commanded.obey(comment)
    assert len(commanded.watch.keeper.memory.sign_offs.of(stage.ref)) == 1


@pytest.mark.parametrize("body", ["> /seed reviewed", "```\n/seed reviewed\n```", "see `/seed reviewed`"])
def test_a_quote_signs_nothing_off(stage: GateStage, commanded: Commanded, body: str):
    commanded.says("bob", body)
    assert stage.blocked()


def with_override(stage: GateStage, watch: Watch) -> None:
    stage.work.git("checkout", "-q", "main")
    stage.commit_as("dave", {".reviewbot.toml": f'{ENFORCE}override = ["Carol"]\n'}, "carol may")
    stage.send("owner", "main")
    stage.work.git("checkout", "-q", "topic")
    watch.look(afresh=True)
    watch.rest()


def test_who_is_named_lifts_the_gate_for_this_head(stage: GateStage, commanded: Commanded, watch: Watch):
    with_override(stage, watch)
    assert "`/seed override REASON`" in stage.comments()[0]
    commanded.says("carol", "/seed override the hotfix cannot wait")
    assert not stage.blocked()
    assert "the hotfix cannot wait" in stage.comments()[0]
    assert watch.entries()[-1].override is not None  # type: ignore[union-attr]
    later(stage)
    stage.push_as("alice", {"more.py": "y = 1\n"}, "By hand")
    watch.watch()
    assert stage.blocked()


@pytest.mark.parametrize(
    ("login", "body", "answer"),
    [
        ("bob", "/seed override the hotfix cannot wait", "only `Carol` may lift the gate"),
        ("carol", "/seed override", "Say why"),
        ("carol", "/seed override now", "Say why"),
    ],
)
def test_an_override_that_is_none(
    stage: GateStage, commanded: Commanded, watch: Watch, login: str, body: str, answer: str
):
    with_override(stage, watch)
    commanded.says(login, body)
    assert answer in commanded.answer() and stage.blocked()


def test_a_head_that_nobody_can_have_seen_is_not_overridden(stage: GateStage, commanded: Commanded, watch: Watch):
    with_override(stage, watch)
    stage.push_as("alice", {"more.py": AI_CODE}, f"More\n\n{CLAUDE}")
    commanded.says("carol", "/seed override the hotfix cannot wait")
    watch.watch()
    assert stage.blocked()


def test_without_a_gate_that_is_said(stage: GateStage, commanded: Commanded):
    comment = stage.comment("bob", "/seed reviewed")
    obey(stage.ref, comment, commanded.without_gate, lambda _: None)
    assert "There is no gate here" in commanded.answer()
