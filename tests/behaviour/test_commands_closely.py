"""Commands where they go wrong: on what was answered before, in others' threads, edited, repeated, half done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from reviewbot.domain.record import State
from reviewbot.visit.look import look_at
from tests.behaviour.bot import Bot
from tests.behaviour.code import PORT, RATE, module
from tests.behaviour.stage import Stage, suggestion_of
from tests.behaviour.test_commands import APP, FIRST, SILENT, Commanded, last, port_thread

QUIET = module(PORT, RATE, SILENT)


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
