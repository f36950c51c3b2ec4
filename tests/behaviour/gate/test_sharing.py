"""Two pull requests with one head: a check stands on the commit, so neither is merged on the other's review."""

from __future__ import annotations

from typing import Any

import pytest

from reviewbot.domain.event import PullRequestRef
from tests.behaviour.gate.stage import AI_CODE, CLAUDE, GateStage
from tests.behaviour.gate.watch import Watch, later


@pytest.fixture
def second(stage: GateStage) -> Any:
    """The same branch, asked to be merged into ``release`` as well."""
    stage.work.git("branch", "release", "main")
    stage.send("bob", "release")
    stage.demand("release")
    first, ref = stage.pull, stage.ref
    made = stage.open_as("alice", base="release")
    stage.pull, stage.ref = first, ref
    return made


def ref_of(stage: GateStage, pull: Any) -> PullRequestRef:
    return PullRequestRef(stage.forge_name, stage.ref.repository, pull.number)


def look(stage: GateStage, watch: Watch, pull: Any) -> None:
    watch.look(ref_of(stage, pull))
    watch.rest()


def test_one_that_nobody_heard_of_keeps_the_other_back_where_they_share_a_check(
    stage: GateStage, watch: Watch, second: Any
):
    later(stage)
    stage.hub.approve(stage.pull, "bob")
    watch.look()
    assert stage.blocked() is not stage.gate.can_hold
    watch.rest()
    assert stage.blocked(second)


def test_neither_is_merged_on_the_others_review(stage: GateStage, watch: Watch, second: Any):
    later(stage)
    stage.hub.approve(stage.pull, "bob")
    for pull in (stage.pull, second, stage.pull):
        look(stage, watch, pull)
        assert stage.blocked(second)
    stage.hub.approve(second, "carol")
    look(stage, watch, second)
    assert not stage.blocked() and not stage.blocked(second)


def test_a_review_that_is_taken_back_blocks_both(stage: GateStage, watch: Watch, second: Any):
    later(stage)
    for pull in (stage.pull, second):
        stage.hub.approve(pull, "bob")
        look(stage, watch, pull)
    assert not stage.blocked() and not stage.blocked(second)
    stage.take_back("bob")
    watch.watch()
    assert stage.blocked()
    assert stage.blocked(second) is not stage.gate.can_hold


def test_one_that_is_closed_lets_the_other_go(stage: GateStage, watch: Watch, second: Any):
    look(stage, watch, second)
    later(stage)
    stage.hub.approve(stage.pull, "bob")
    watch.watch()
    stage.hub.close_pull(second)
    look(stage, watch, second)
    assert not stage.blocked()


def test_a_push_leads_both_to_the_new_head(stage: GateStage, watch: Watch, second: Any):
    later(stage)
    for pull in (stage.pull, second):
        stage.hub.approve(pull, "bob")
        look(stage, watch, pull)
    stage.push_as("alice", {"more.py": AI_CODE}, f"More\n\n{CLAUDE}")
    watch.watch()
    look(stage, watch, second)
    assert stage.blocked() and stage.blocked(second)
