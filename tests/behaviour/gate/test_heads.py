"""What is asked about a commit or a branch: a button pressed, a base that moved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviewbot.domain.errors import ConfigError
from reviewbot.domain.event import HeadAction, HeadEvent, PullRequestRef
from reviewbot.gate.heads import attend
from tests.behaviour.gate.stage import AI_CODE, CLAUDE, ENFORCE, GateStage
from tests.behaviour.gate.watch import Watch, approved, later


@pytest.fixture(autouse=True)
def one_clock(stage: GateStage, watch: Watch) -> None:
    watch.keeper = replace(watch.keeper, clock=stage.hub.now)


def event(stage: GateStage, action: HeadAction, delivery: str = "d1", **fields: str) -> HeadEvent:
    return HeadEvent(delivery, PullRequestRef(stage.forge_name, stage.ref.repository, 0), action, **fields)


def test_a_check_that_is_asked_for_again_is_come_to_anew(stage: GateStage, watch: Watch):
    watch.watch()
    later(stage)
    stage.hub.approve(stage.pull, "bob")
    watch.hear(event(stage, HeadAction.RECHECK, head=stage.pull.head_sha))
    assert not stage.blocked()


def test_a_commit_that_is_no_head_concerns_nobody(stage: GateStage, watch: Watch):
    outcome = watch.hear(event(stage, HeadAction.RECHECK, head="f" * 40))
    assert outcome.sentence == "It concerns no open pull request."


@pytest.mark.parametrize(
    ("login", "cleared"),
    [("bob", True), ("alice", False), ("mallory", False), ("linter[bot]", False), ("reviewbot[bot]", False)],
)
def test_the_button_signs_off_for_whoever_may(stage: GateStage, watch: Watch, login: str, cleared: bool):
    stage.hub.user("linter[bot]", "Bot")
    stage.hub.grant("team/shop", "linter[bot]", "write")
    watch.watch()
    later(stage)
    watch.hear(event(stage, HeadAction.REVIEWED, head=stage.pull.head_sha, by=login))
    assert stage.blocked() is not cleared


def test_the_button_is_for_the_commit_that_it_stands_on(stage: GateStage, watch: Watch):
    watch.watch()
    later(stage)
    seen = stage.pull.head_sha
    stage.push_as("alice", {"more.py": AI_CODE}, f"More\n\n{CLAUDE}")
    watch.watch()
    watch.hear(event(stage, HeadAction.REVIEWED, head=seen, by="bob"))
    watch.watch()
    assert stage.blocked()
    watch.hear(event(stage, HeadAction.REVIEWED, "d2", head=stage.pull.head_sha, by="bob"))
    assert not stage.blocked()


def test_a_press_that_is_delivered_twice_counts_once(stage: GateStage, watch: Watch):
    watch.watch()
    later(stage)
    for _ in range(2):
        watch.hear(event(stage, HeadAction.REVIEWED, head=stage.pull.head_sha, by="bob"))
    assert len(watch.keeper.memory.sign_offs.of(stage.ref)) == 1


def test_new_settings_on_the_base_hold_at_once(stage: GateStage, watch: Watch):
    approved(stage, watch, "bob")
    assert not stage.blocked()
    stage.work.git("checkout", "-q", "main")
    stage.commit_as("dave", {".reviewbot.toml": f"{ENFORCE}reviewers = 2\n"}, "two must look")
    stage.send("owner", "main")
    watch.hear(event(stage, HeadAction.RULED, branch="main"))
    assert stage.blocked()
    assert "2" in stage.comments()[0]


def test_a_branch_that_nothing_goes_into_concerns_nobody(stage: GateStage, watch: Watch):
    watch.watch()
    outcome = watch.hear(event(stage, HeadAction.RULED, branch="release"))
    assert outcome.sentence == "It concerns no open pull request."


@pytest.mark.parametrize("payload", [{}, {"action": "nonsense"}, {"action": True}])
def test_a_job_that_is_none_of_ours_says_so(stage: GateStage, watch: Watch, payload: dict[str, str | bool]):
    with pytest.raises(ConfigError, match="another version"):
        attend(replace(stage.ref, number=0), payload, "d1", watch.keeper, lambda _: None)
