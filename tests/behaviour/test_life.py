"""The life of a comment, on every forge and over real git histories: after each step, what stands now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviewbot.domain.errors import ForgeDenied, ForgeError, ForgeRejected
from tests.behaviour.bot import Bot
from tests.behaviour.code import AGE, LOAD, PORT, RATE, line_of, module
from tests.behaviour.stage import TOPIC, Stage

APP = "app.py"
FIRST = module(PORT, RATE)
PORT_FIXED = PORT.replace(
    "    number = int(text)\n", "    try:\n        number = int(text)\n    except ValueError:\n        return None\n"
)
PORT_OTHERWISE = PORT.replace("    number = int(text)\n", "    number = int(text) if text.isdigit() else 0\n")
PORT_STILL = PORT.replace("number = int(text)", "number = int(text.strip())")


def port(text: str) -> int:
    return line_of(text, "number = int(")


def rate(text: str) -> int:
    return line_of(text, "amount = float(")


@pytest.fixture
def opened(stage: Stage, bot: Bot) -> Bot:
    """A pull request on which two suggestions stand: in ``port`` and in ``rate``."""
    stage.push({APP: FIRST})
    stage.open()
    assert "Posted 2" in bot.look().sentence
    assert stage.open_lines() == [(APP, port(FIRST)), (APP, rate(FIRST))]
    return bot


def short(sha: str) -> str:
    return f"`{sha[:7]}`"


# A new push.


def test_the_same_head_again_says_nothing(stage: Stage, opened: Bot) -> None:
    before = stage.talk()
    assert "reviewed before" in opened.look().sentence
    assert stage.talk() == before


def test_lines_that_only_moved_keep_their_comment(stage: Stage, opened: Bot) -> None:
    moved = FIRST.replace("import json\n", "import json\nimport os\nimport sys\n")
    stage.push({APP: moved})
    opened.look()
    assert stage.open_lines() == [(APP, port(moved)), (APP, rate(moved))]
    assert len(stage.mine()) == 2
    assert [record.suggestion.lines.start for record in opened.records()] == [port(moved), rate(moved)]


def test_only_what_changed_since_is_reviewed(stage: Stage, opened: Bot) -> None:
    more = module(PORT, RATE, AGE)
    stage.push({APP: more})
    assert "Posted 1" in opened.look().sentence
    assert stage.open_lines() == [(APP, port(more)), (APP, rate(more)), (APP, line_of(more, "years = int("))]


@pytest.mark.parametrize(
    ("text", "outcome", "sentence"),
    [
        (module(PORT_FIXED, RATE), "applied", "Applied in {}."),
        (module(PORT_OTHERWISE, RATE), "fixed", "Fixed in {}."),
        (module(RATE), "removed", "These lines are gone as of {}."),
        (module(PORT_STILL, RATE), "withdrawn", "Withdrawn: {} changed these lines, and the suggestion was made for"),
    ],
)
def test_what_became_of_it_is_said_once(stage: Stage, opened: Bot, text: str, outcome: str, sentence: str) -> None:
    head = stage.push({APP: text})
    opened.look()
    gone, kept = stage.standing()[:2]
    assert gone.resolved and len(gone.replies) == 1 and gone.replies[0].startswith(sentence.format(short(head)))
    assert not kept.resolved and (kept.path, kept.line) == (APP, rate(text))
    assert opened.outcomes()[:2] == [outcome, "standing"]
    stage.push({"other.py": "x = 1\n"})
    opened.look()
    assert stage.standing()[0].replies == gone.replies


def test_lines_that_changed_and_still_fail_get_a_new_comment(stage: Stage, opened: Bot) -> None:
    text = module(PORT_STILL, RATE)
    stage.push({APP: text})
    assert "Posted 1" in opened.look().sentence
    assert sorted(stage.open_lines(), key=str) == sorted([(APP, rate(text)), (APP, port(text))], key=str)


def test_the_forges_own_button(stage: Stage, opened: Bot) -> None:
    stage.click(stage.mine()[0], "developer")
    opened.look()
    one, other = stage.standing()
    assert one.resolved and not other.resolved
    assert opened.outcomes() == ["applied", "standing"]
    text = (stage.work.path / APP).read_text()
    assert text == module(PORT_FIXED, RATE)


def test_a_deleted_file_takes_its_comments_with_it(stage: Stage, opened: Bot) -> None:
    stage.push({APP: None, "b.py": "x = 1\n"})
    opened.look()
    assert [one.resolved for one in stage.standing()] == [True, True]
    assert opened.outcomes() == ["removed", "removed"]


def test_a_renamed_file_keeps_them(stage: Stage, opened: Bot) -> None:
    stage.work.git("checkout", "-q", TOPIC)
    stage.work.git("mv", APP, "settings.py")
    stage.work.commit(message="rename")
    stage.push()
    assert opened.look().url is None
    assert len(stage.mine()) == 2 and not any(one.resolved for one in stage.standing())
    assert {record.suggestion.path for record in opened.records()} == {"settings.py"}
    assert opened.outcomes() == ["standing", "standing"]


def test_moved_code_keeps_them(stage: Stage, opened: Bot) -> None:
    stage.push({APP: module(RATE), "ports.py": module(PORT)})
    assert opened.look().url is None
    assert len(stage.mine()) == 2
    assert [record.suggestion.path for record in opened.records()] == ["ports.py", APP]


def test_a_revert_opens_the_thread_again(stage: Stage, opened: Bot) -> None:
    stage.push({APP: module(PORT_OTHERWISE, RATE)})
    opened.look()
    stage.work.git("revert", "--no-edit", "HEAD")
    stage.push()
    assert opened.look().url is None
    # GitLab never anchors again what it once called outdated: the thread is open, and shown without its line.
    again = None if stage.forge.name == "gitlab" else port(FIRST)
    assert stage.open_lines() == [(APP, again), (APP, rate(FIRST))]
    assert [record.suggestion.lines.start for record in opened.records()] == [port(FIRST), rate(FIRST)]
    assert len(stage.mine()) == 2
    assert opened.outcomes() == ["standing", "standing"]


def test_a_head_that_goes_back_to_an_old_commit(stage: Stage, opened: Bot) -> None:
    old = stage.work.git("rev-parse", TOPIC)
    stage.push({APP: module(PORT_OTHERWISE, RATE, AGE)})
    opened.look()
    stage.work.git("reset", "-q", "--hard", old)
    stage.push()
    assert opened.look().url is None
    assert stage.open_lines() == [(APP, port(FIRST)), (APP, rate(FIRST))]
    assert opened.outcomes() == ["standing", "standing", "removed"]


@pytest.mark.parametrize("refusal", [ForgeDenied("locked"), ForgeRejected("gone")])
def test_a_thread_that_takes_no_answer_keeps_no_review_away(
    stage: Stage, opened: Bot, monkeypatch: pytest.MonkeyPatch, refusal: ForgeError
) -> None:
    def refuse(*_: object) -> None:
        raise refusal

    monkeypatch.setattr(stage.forge, "reply", refuse)
    stage.push({APP: module(PORT_OTHERWISE, RATE, AGE)})
    assert "Posted 1" in opened.look().sentence
    assert opened.outcomes() == ["fixed", "standing", "standing"]
    assert [one.resolved for one in stage.standing()] == [True, False, False]


# Rewritten history.


def test_an_amended_commit(stage: Stage, opened: Bot) -> None:
    text = module(PORT, RATE, LOAD)
    stage.work.git("checkout", "-q", TOPIC)
    stage.work.write(APP, text)
    stage.work.git("commit", "-q", "-a", "--amend", "-m", "again")
    stage.push()
    assert "Posted 1" in opened.look().sentence
    assert stage.open_lines()[:2] == [(APP, port(text)), (APP, rate(text))]


def test_a_rebase_says_nothing(stage: Stage, opened: Bot) -> None:
    stage.work.git("checkout", "-q", "main")
    stage.commit({"README.md": "# other\n", "base.py": module(AGE)})
    stage.publish("main")
    stage.work.git("checkout", "-q", TOPIC)
    stage.work.git("rebase", "-q", "main")
    stage.push()
    assert opened.look().url is None
    assert stage.open_lines() == [(APP, port(FIRST)), (APP, rate(FIRST))]


def test_a_merge_of_the_base_says_nothing(stage: Stage, opened: Bot) -> None:
    stage.work.git("checkout", "-q", "main")
    stage.commit({"base.py": module(AGE)})
    stage.publish("main")
    stage.work.git("checkout", "-q", TOPIC)
    stage.work.git("merge", "-q", "--no-ff", "-m", "merge main", "main")
    stage.push()
    assert opened.look().url is None
    assert stage.open_lines() == [(APP, port(FIRST)), (APP, rate(FIRST))]
    assert len(stage.mine()) == 2


def test_a_squash_to_one_commit_says_nothing(stage: Stage, opened: Bot) -> None:
    stage.push({"b.py": "x = 1\n"})
    opened.look()
    stage.work.git("reset", "-q", "--soft", "main")
    stage.work.commit(message="all in one")
    stage.push()
    assert opened.look().url is None
    assert stage.open_lines() == [(APP, port(FIRST)), (APP, rate(FIRST))]


def test_another_base_branch(stage: Stage, opened: Bot) -> None:
    """Onto a branch that lacks what main has: what comes into the diff by that is reviewed, what stands stays."""
    stage.work.git("checkout", "-q", "main")
    old = stage.work.git("rev-parse", "HEAD")
    stage.commit({"base.py": module(AGE)})
    stage.publish("main")
    stage.work.git("checkout", "-q", TOPIC)
    stage.work.git("rebase", "-q", "main")
    stage.push()
    opened.look()
    stage.work.git("branch", "release", old)
    stage.publish("release")
    stage.retarget("release")
    assert "Posted 1" in opened.look().sentence
    assert ("base.py", line_of(module(AGE), "years = int(")) in stage.open_lines()
    assert (APP, port(FIRST)) in stage.open_lines() and len(stage.mine()) == 3
    stage.retarget("main")
    before = stage.talk()
    opened.look()
    assert stage.talk().threads == before.threads


# Open, closed, draft.


def test_a_draft_is_reviewed_when_it_is_ready(stage: Stage, bot: Bot) -> None:
    stage.push({APP: FIRST})
    stage.open(draft=True)
    assert "draft" in bot.look().sentence and stage.mine() == []
    stage.ready()
    assert "Posted 2" in bot.look().sentence


def test_closed_and_opened_again(stage: Stage, opened: Bot) -> None:
    stage.close()
    before = stage.talk()
    assert "closed" in opened.look().sentence
    assert stage.talk() == before
    assert opened.outcomes() == ["left", "left"]
    stage.reopen()
    opened.look()
    assert opened.outcomes() == ["standing", "standing"] and len(stage.mine()) == 2


def test_merged_records_what_became_of_each(stage: Stage, opened: Bot) -> None:
    stage.push({APP: module(PORT_FIXED, RATE)})
    stage.merge()
    opened.look()
    assert opened.outcomes() == ["applied", "left"]
    assert not any(one.replies for one in stage.standing())


# What people answer.


@pytest.mark.parametrize("how", ["downvote", "resolve", "reply", "delete"])
def test_an_answer_ends_it_for_good_and_its_twin(stage: Stage, opened: Bot, how: str) -> None:
    thread = stage.mine()[0]
    match how:
        case "downvote":
            stage.downvote(thread.first, "developer")
        case "resolve":
            stage.resolve(thread, "developer")
        case "reply":
            stage.reply(thread, "developer", "The port is checked by the caller.")
        case "delete":
            stage.delete(thread.first)
    twin = module(PORT)
    stage.push({APP: FIRST + "\n\nx = 1\n", "twin.py": twin})
    opened.look()
    assert ("twin.py", port(twin)) not in stage.open_lines()
    assert opened.records()[0].state == "answered"
    assert opened.outcomes()[0] == ("answered" if how == "reply" else "rejected")
    if how == "reply":
        assert opened.records()[0].reason == "The port is checked by the caller."
    again = module(AGE, PORT, RATE)
    stage.push({APP: again})
    opened.look()
    assert [line for _, line in stage.open_lines()].count(port(again)) == (1 if how in ("downvote", "reply") else 0)
    assert len(stage.mine()) == (2 if how == "delete" else 3)


def test_what_bots_say_is_no_answer(stage: Stage, opened: Bot) -> None:
    stage.reply(stage.mine()[0], "linter[bot]", "This fails.")
    stage.push({"b.py": "x = 1\n"})
    opened.look()
    assert opened.outcomes() == ["standing", "standing"]


def test_a_command_is_no_answer(stage: Stage, opened: Bot) -> None:
    stage.reply(stage.mine()[0], "developer", "/seed explain")
    stage.push({"b.py": "x = 1\n"})
    opened.look()
    assert opened.outcomes() == ["standing", "standing"]


def test_answered_and_then_applied(stage: Stage, opened: Bot) -> None:
    stage.reply(stage.mine()[0], "developer", "Good catch.")
    opened.look()
    stage.push({APP: module(PORT_FIXED, RATE)})
    opened.look()
    assert opened.outcomes() == ["applied", "standing"]
    assert [one.replies for one in stage.standing()] == [("Good catch.",), ()]


# What else must not happen.


def test_a_marker_that_a_contributor_forged_counts_for_nothing(stage: Stage, bot: Bot) -> None:
    stage.push({APP: FIRST})
    stage.open()
    bot.look()
    marker = stage.mine()[1].first.body.splitlines()[-1]
    stage.comment("mallory", f"Nothing to see.\n\n{marker}")
    stage.push({"b.py": module(AGE)})
    bot.look()
    assert len(stage.mine()) == 3


def test_the_database_was_lost(stage: Stage, opened: Bot, fresh_bot: Bot) -> None:
    """What stands is known by its marker, so nothing is said twice."""
    assert "stand already" in fresh_bot.look().sentence or fresh_bot.look().url is None
    assert len(stage.mine()) == 2


def test_what_was_posted_twice_is_taken_back(stage: Stage, opened: Bot) -> None:
    """A worker that froze inside the call posts a second time; the later one goes, unless somebody answered it."""
    from reviewbot.publish.publish import publish

    records = opened.records()
    change = opened.using.mirrors.fetch(
        stage.talk().pull.clone_url, [stage.talk().pull.head_ref], stage.forge.clone_environment(stage.ref)
    ).change(stage.talk().pull.base, stage.talk().pull.head)
    original = publish.__globals__["own_markers"]
    publish.__globals__["own_markers"] = lambda talk: frozenset()
    try:
        publish(stage.forge, stage.ref, change, [record.suggestion for record in records])
    finally:
        publish.__globals__["own_markers"] = original
    assert len(stage.mine()) == 4
    stage.push({"b.py": "x = 1\n"})
    opened.look()
    assert stage.open_lines() == [(APP, port(FIRST)), (APP, rate(FIRST))]


def test_paused(stage: Stage, opened: Bot) -> None:
    opened.using.pulls.set_paused(stage.ref, paused=True, by="developer")
    before = stage.talk().threads
    stage.push({APP: module(PORT_OTHERWISE, RATE, AGE)})
    assert "Paused by developer" in opened.look().sentence
    assert [t.comments for t in stage.talk().threads] == [t.comments for t in before]
    opened.using.pulls.set_paused(stage.ref, paused=False, by="developer")
    opened.look()
    assert opened.outcomes() == ["fixed", "standing", "standing"]


def test_labels(stage: Stage, bot: Bot) -> None:
    stage.work.git("checkout", "-q", "main")
    stage.commit({".reviewbot.toml": '[review]\nskip_labels = ["wip"]\nforce_labels = ["check"]\n'})
    stage.publish("main")
    stage.work.git("checkout", "-q", TOPIC)
    stage.work.git("rebase", "-q", "main")
    stage.push({APP: FIRST})
    stage.open(draft=True)
    stage.label("wip")
    assert "label" in bot.look().sentence
    stage.label("check")
    assert "Posted 2" in bot.look().sentence


# The comment that sums up.


def summaries(stage: Stage) -> list[str]:
    return [note.body for note in stage.talk().notes if note.author.ours]


def capped(bot: Bot, most: int) -> None:
    bot.using = replace(bot.using, options=replace(bot.using.options, max_suggestions=most))


def test_a_summary_is_written_although_the_worker_died_before_it(
    stage: Stage, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """What a kill looks like from within."""

    def die(*_: object) -> None:
        raise Killed

    capped(bot, 1)
    stage.push({APP: FIRST})
    stage.open()
    with monkeypatch.context() as patched:
        patched.setattr(stage.forge, "say", die)
        with pytest.raises(Killed):
            bot.look()
    bot.look()
    assert len(stage.mine()) == 1
    assert ["held back" in body for body in summaries(stage)] == [True]


def test_a_summary_goes_when_a_full_review_left_nothing_unsaid(stage: Stage, bot: Bot) -> None:
    capped(bot, 1)
    stage.push({APP: FIRST})
    stage.open()
    bot.look()
    assert len(summaries(stage)) == 1
    capped(bot, 5)
    bot.look(full=True)
    assert len(stage.mine()) == 2 and summaries(stage) == []
