"""GitLab's thread that holds a merge back: whoever resolves it, it says the truth."""

from __future__ import annotations

import pytest

from tests.behaviour.gate.stage import GateStage
from tests.behaviour.gate.watch import Watch, approved, later

pytestmark = pytest.mark.parametrize("stage", ["gitlab"], indirect=True)


def test_a_thread_that_the_author_resolves_is_opened_again(stage: GateStage, watch: Watch):
    watch.watch()
    later(stage)
    (hold,) = stage.gate.facts(stage.ref).holds
    stage.hub.resolve(stage.by_id(hold.comment.id), "alice")
    assert not stage.blocked()  # until the gate hears of it
    watch.watch()
    assert stage.blocked()


@pytest.mark.parametrize("login", ["alice", "linter[bot]"])
def test_a_thread_is_opened_again_however_often_it_is_resolved(stage: GateStage, watch: Watch, login: str):
    stage.hub.user("linter[bot]", "Bot")
    stage.hub.grant("team/shop", "linter[bot]", "write")
    watch.watch()
    for _ in range(3):
        later(stage)
        (hold,) = stage.gate.facts(stage.ref).holds
        stage.hub.resolve(stage.by_id(hold.comment.id), login)
        watch.watch()
        assert stage.blocked()


def test_a_thread_that_is_opened_again_after_the_verdict_passed_is_let_go(stage: GateStage, watch: Watch):
    watch.watch()
    approved(stage, watch, "bob")
    (hold,) = stage.gate.facts(stage.ref).holds
    stage.hub.unresolve(stage.by_id(hold.comment.id), "alice")
    assert stage.blocked()
    watch.watch()
    assert not stage.blocked()


def test_a_reviewer_who_resolves_the_thread_signs_its_lines_off(stage: GateStage, watch: Watch):
    watch.watch()
    later(stage)
    (hold,) = stage.gate.facts(stage.ref).holds
    stage.hub.resolve(stage.by_id(hold.comment.id), "bob")
    watch.watch()
    assert not stage.blocked()
