"""GitHub's merge queue: its commit passes where each pull request in it does, and where it holds nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from reviewbot.domain.event import HeadAction, HeadEvent, PullRequestRef
from reviewbot.gate.heads import give_up_heads
from tests.behaviour.gate.stage import AI_CODE, CLAUDE, GateStage
from tests.behaviour.gate.watch import Watch, approved, later
from tests.fakes.github.merging import Refusal

pytestmark = pytest.mark.parametrize("stage", ["github"], indirect=True)
SHOP = "team/shop"


@pytest.fixture
def queue(stage: GateStage) -> None:
    stage.hub.require_queue(SHOP, "main")


def asked(stage: GateStage, watch: Watch, entry: Any, delivery: str = "d1") -> str:
    place = {"head": entry.head, "base": entry.base, "branch": entry.branch}
    return watch.hear(HeadEvent(delivery, PullRequestRef("github", SHOP, 0), HeadAction.QUEUED, **place)).sentence


def second(stage: GateStage, watch: Watch) -> Any:
    """Another pull request with AI lines, approved."""
    first, ref = stage.pull, stage.ref
    stage.work.git("checkout", "-q", "-b", "other", "main")
    stage.commit_as("alice", {"other.py": AI_CODE}, f"Other\n\n{CLAUDE}")
    stage.send("alice", "other")
    made = stage.open_as("alice", branch="other")
    approved(stage, watch, "bob")
    stage.pull, stage.ref = first, ref
    return made


def test_what_does_not_pass_does_not_come_into_it(stage: GateStage, watch: Watch, queue: None):
    watch.watch()
    with pytest.raises(Refusal):
        stage.hub.enqueue(stage.pull, "owner")


def test_an_entry_waits_for_the_gate_and_is_merged(stage: GateStage, watch: Watch, queue: None):
    approved(stage, watch, "bob")
    assert stage.hub.try_merge(stage.pull, "owner") == 405  # through the queue alone
    entry = stage.hub.enqueue(stage.pull, "owner")
    assert stage.hub.process_queue(SHOP, "main") == []
    assert asked(stage, watch, entry) == "Each pull request merged here passes: 1"
    assert stage.hub.process_queue(SHOP, "main") == [stage.pull]


def test_a_review_that_is_taken_back_meanwhile_keeps_it_out(stage: GateStage, watch: Watch, queue: None):
    approved(stage, watch, "bob")
    entry = stage.hub.enqueue(stage.pull, "owner")
    stage.take_back("bob")
    assert "Pull request 1 waits for a human review" in asked(stage, watch, entry)
    assert stage.hub.process_queue(SHOP, "main") == [] and not stage.pull.merged


def test_two_entries_stand_on_each_other(stage: GateStage, watch: Watch, queue: None):
    other = second(stage, watch)
    approved(stage, watch, "bob")
    first, behind = stage.hub.enqueue(other, "owner"), stage.hub.enqueue(stage.pull, "owner")
    assert behind.base == first.head
    assert asked(stage, watch, behind, "d2") == "Each pull request merged here passes: 2, 1"
    assert stage.hub.process_queue(SHOP, "main") == []
    assert asked(stage, watch, first) == "Each pull request merged here passes: 2"
    assert stage.hub.process_queue(SHOP, "main") == [other, stage.pull]


def test_one_that_fails_keeps_what_stands_on_it_back(stage: GateStage, watch: Watch, queue: None):
    other = second(stage, watch)
    approved(stage, watch, "bob")
    first, behind = stage.hub.enqueue(other, "owner"), stage.hub.enqueue(stage.pull, "owner")
    stage.hub.dismiss(other, "bob")
    assert "Pull request 2 waits" in asked(stage, watch, first)
    assert "Pull request 2 waits" in asked(stage, watch, behind, "d2")
    assert stage.hub.process_queue(SHOP, "main") == []
    (anew,) = stage.pull.repo.queues["main"]
    assert asked(stage, watch, anew, "d3") == "Each pull request merged here passes: 1"
    assert stage.hub.process_queue(SHOP, "main") == [stage.pull] and not other.merged


def test_a_commit_that_holds_more_is_not_merged(stage: GateStage, watch: Watch, queue: None):
    approved(stage, watch, "bob")
    entry = stage.hub.enqueue(stage.pull, "owner")
    store = stage.hub.store(stage.pull.repo)
    smuggled = store.commit(
        "sly", {"evil.py": "x = 1\n"}, "sly", onto=entry.head, when=int(stage.hub.now()), author="alice"
    )
    store.set_ref(f"refs/heads/{entry.branch}", smuggled)
    entry.head = smuggled
    assert "holds other code" in asked(stage, watch, entry)
    assert stage.hub.process_queue(SHOP, "main") == []


def test_a_push_while_it_waits_is_not_merged_with_it(stage: GateStage, watch: Watch, queue: None):
    approved(stage, watch, "bob")
    entry = stage.hub.enqueue(stage.pull, "owner")
    later(stage)
    stage.push_as("alice", {"more.py": AI_CODE}, f"More\n\n{CLAUDE}")
    asked(stage, watch, entry)
    assert stage.hub.process_queue(SHOP, "main") == []


def test_an_entry_that_is_gone_is_left_alone(stage: GateStage, watch: Watch, queue: None):
    approved(stage, watch, "bob")
    entry = stage.hub.enqueue(stage.pull, "owner")
    stage.hub.dequeue(stage.pull)
    assert asked(stage, watch, entry) == "The merge queue has no such entry any more."
    assert stage.hub.check_runs(SHOP, entry.head) == []


def test_an_entry_whose_look_is_given_up_is_told_why(stage: GateStage, watch: Watch, queue: None):
    approved(stage, watch, "bob")
    entry = stage.hub.enqueue(stage.pull, "owner")
    payload = {"action": HeadAction.QUEUED.value, "head": entry.head, "base": entry.base, "branch": entry.branch}
    give_up_heads(PullRequestRef("github", SHOP, 0), payload, "git could not fetch it.", watch.keeper)
    (run,) = stage.hub.check_runs(SHOP, entry.head)
    assert run.conclusion == "failure" and "git could not fetch it." in run.title
    assert stage.hub.process_queue(SHOP, "main") == [] and not stage.pull.merged
