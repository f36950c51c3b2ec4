"""The gate's word on a GitLab that is as strict as GitLab: what stands, what is sent, and half of it never passes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from reviewbot.domain.errors import ForgeDenied, ForgeUnavailable
from reviewbot.domain.gate import CheckReport, CheckState
from reviewbot.forge.gitlab import GitLab
from reviewbot.forge.gitlab_gate import GitLabGate
from tests.fakes.github import faults
from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Pull
from tests.forge.gitlab_hub import BOT, REF, client, opened, sent, the_pull

NAME = "reviewbot/gate"
GREEN = (CheckState.PASSED, CheckState.REPORTED)


@pytest.fixture
def hub() -> Iterator[FakeGitLab]:
    with opened() as made:
        yield made


@pytest.fixture
def gitlab(hub: FakeGitLab) -> Iterator[GitLab]:
    made = client(hub)
    assert made.login == BOT
    yield made
    made.close()


@pytest.fixture
def gate(gitlab: GitLab) -> GitLabGate:
    return GitLabGate(gitlab)


@pytest.fixture
def pull(hub: FakeGitLab) -> Pull:
    return the_pull(hub)


def report(pull: Pull, state: CheckState, digest: str = "d1", title: str = "words") -> CheckReport:
    return CheckReport(pull.head_sha, state, title, digest=digest)


def standing(hub: FakeGitLab, full_name: str = "team/shop") -> list[tuple[str, str, str]]:
    """The newest statuses of the gate's name: state, words, whose."""
    found = hub.repositories[full_name].statuses
    return [(one.state, str(one.description), one.user.login) for one in found if one.name == NAME and not one.retried]


def pipeline(hub: FakeGitLab, pull: Pull) -> str:
    found = hub.head_pipeline(pull)
    assert found is not None
    return hub.pipeline_state(pull.head_repo, found)


@pytest.mark.parametrize(
    ("state", "shown", "merges"),
    [
        (CheckState.WORKING, "pending", "pending"),
        (CheckState.WAITING, "pending", "pending"),
        (CheckState.FAILED, "failed", "failed"),
        (CheckState.ERROR, "failed", "failed"),
        (CheckState.PASSED, "success", "success"),
        (CheckState.REPORTED, "success", "success"),
    ],
)
def test_a_report_stands_in_the_head_pipeline(
    hub: FakeGitLab, gate: GitLabGate, pull: Pull, state: CheckState, shown: str, merges: str
):
    assert gate.shown(REF, pull.head_sha) is None
    gate.show(REF, report(pull, state))
    assert standing(hub) == [(shown, "words", BOT)]
    assert pipeline(hub, pull) == merges
    assert gate.shown(REF, pull.head_sha) == "d1"
    assert hub.violations == []


@pytest.mark.parametrize("state", list(CheckState))
def test_the_same_report_again_sends_nothing(hub: FakeGitLab, gate: GitLabGate, pull: Pull, state: CheckState):
    gate.show(REF, report(pull, state))
    hub.seen.clear()
    gate.show(REF, report(pull, state))
    assert [one for one in sent(hub) if not one.startswith("GET")] == []
    assert len(hub.seen) == 3


def every_change() -> list[CheckState]:
    """States one after the other, so that each is followed by each once, itself too."""
    left = {(one, other) for one in CheckState for other in CheckState}
    way, stack = [], [CheckState.WORKING]
    while stack:
        following = sorted(other for one, other in left if one is stack[-1])
        if following:
            left.remove((stack[-1], following[0]))
            stack.append(following[0])
        else:
            way.append(stack.pop())
    return way[::-1]


def test_any_report_takes_the_place_of_any_other(hub: FakeGitLab, gate: GitLabGate, pull: Pull):
    changes = every_change()
    assert len(set(pairwise(changes))) == len(changes) - 1 == len(CheckState) ** 2
    for number, state in enumerate(changes):
        gate.show(REF, report(pull, state, f"d{number}", f"words {number}"))
        assert [(one[1], one[2]) for one in standing(hub)] == [(f"words {number}", BOT)]
        assert (pipeline(hub, pull) == "success") == (state in GREEN)
        if number % 5 == 0:
            assert gate.shown(REF, pull.head_sha) == f"d{number}"
    assert hub.violations == []


@pytest.mark.parametrize("ours", [None, CheckState.WAITING, CheckState.FAILED, CheckState.PASSED])
@pytest.mark.parametrize("state", [CheckState.WAITING, CheckState.FAILED, CheckState.PASSED])
def test_a_status_of_the_same_name_by_somebody_else_is_replaced(
    hub: FakeGitLab, gate: GitLabGate, pull: Pull, ours: CheckState | None, state: CheckState
):
    if ours is not None:
        gate.show(REF, report(pull, ours))
    hub.set_status("team/shop", pull.head_sha, "eve", "success", name=NAME, ref="feature", url=f"{hub.web}#gate-d1")
    assert gate.shown(REF, pull.head_sha) is None
    gate.show(REF, report(pull, state))
    assert [one[2] for one in standing(hub)] == [BOT]
    assert (pipeline(hub, pull) == "success") == (state in GREEN)
    assert gate.shown(REF, pull.head_sha) == "d1"


def test_what_a_pipeline_of_ci_says_stays(hub: FakeGitLab, gate: GitLabGate, pull: Pull):
    hub.set_status("team/shop", pull.head_sha, "ci", "failed", name="tests", ref="feature")
    gate.show(REF, report(pull, CheckState.PASSED))
    assert len(hub.repositories["team/shop"].pipelines) == 1
    assert pipeline(hub, pull) == "failed"


def test_a_status_in_an_older_pipeline_does_not_count(hub: FakeGitLab, gate: GitLabGate, pull: Pull):
    gate.show(REF, report(pull, CheckState.PASSED))
    old = pull.head_sha
    hub.push("team/shop", "feature", {"b.py": "x = 1\n"})
    assert gate.shown(REF, pull.head_sha) is None
    assert gate.shown(REF, old) == "d1"
    gate.show(REF, CheckReport(old, CheckState.PASSED, "late", digest="d3"))
    assert gate.shown(REF, pull.head_sha) is None


def test_on_a_commit_that_is_gone_nothing_is_shown(hub: FakeGitLab, gate: GitLabGate):
    gate.show(REF, CheckReport("0" * 40, CheckState.PASSED, "x", digest="d"))
    assert standing(hub) == []
    assert gate.shown(REF, "0" * 40) is None


def test_a_title_is_cut_and_the_link_is_the_merge_requests(hub: FakeGitLab, gate: GitLabGate, pull: Pull):
    gate.show(REF, report(pull, CheckState.WAITING, title="t" * 900))
    (status,) = hub.repositories["team/shop"].statuses
    assert status.description == "t" * 255
    assert status.target_url == f"{hub.web}/team/shop/-/merge_requests/1#gate-d1"


def test_a_bot_without_the_right_says_so_and_nothing_stands(hub: FakeGitLab, gate: GitLabGate, pull: Pull):
    hub.grant("team/shop", BOT, "read")
    for state in (CheckState.PASSED, CheckState.FAILED):
        with pytest.raises(ForgeDenied):
            gate.show(REF, report(pull, state))
    assert standing(hub) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_forge_that_is_down_is_told(hub: FakeGitLab, gate: GitLabGate, pull: Pull, method: str):
    hub.faults.arm(method, ".*/statuses.*", faults.status(500), times=9)
    with pytest.raises(ForgeUnavailable):
        gate.show(REF, report(pull, CheckState.PASSED))
    hub.faults.clear()
    assert standing(hub) == []


def test_a_report_that_was_left_half_way_is_completed(hub: FakeGitLab, gate: GitLabGate, pull: Pull):
    """From running to waiting anew it is ended first: a worker may die after that."""
    gate.show(REF, report(pull, CheckState.WAITING, "d1"))
    gate.show(REF, report(pull, CheckState.WAITING, "d2"))
    assert standing(hub)[0][0] == "running"
    url = f"{hub.web}/team/shop/-/merge_requests/1#gate-d3"
    hub.set_status("team/shop", pull.head_sha, BOT, "canceled", name=NAME, ref="feature", url=url)
    assert gate.shown(REF, pull.head_sha) is None
    gate.show(REF, report(pull, CheckState.WAITING, "d3"))
    assert gate.shown(REF, pull.head_sha) == "d3"
    assert pipeline(hub, pull) == "pending"


@pytest.fixture
def forked(hub: FakeGitLab) -> Pull:
    """A merge request from a fork whose branch is called as one of the project's."""
    hub.fork("team/shop", "eve")
    hub.push("eve/shop", "feature", {"a.py": "evil = 1\n"})
    return hub.pull("team/shop", "feature", head_repo="eve/shop", author="eve")


def test_a_forks_head_takes_a_status_in_the_fork_where_we_may(hub: FakeGitLab, gate: GitLabGate, forked: Pull):
    hub.grant("eve/shop", BOT, "write")
    ref = REF.__class__("gitlab", "team/shop", forked.number)
    gate.show(ref, report(forked, CheckState.FAILED))
    assert [one[0] for one in standing(hub, "eve/shop")] == ["failed"]
    assert standing(hub) == []
    assert pipeline(hub, forked) == "failed"
    assert gate.shown(ref, forked.head_sha) == "d1"


def test_a_forks_head_never_gets_a_status_on_the_projects_own_branch(hub: FakeGitLab, gate: GitLabGate, forked: Pull):
    hub.repositories["eve/shop"].private = True
    hub.grant("eve/shop", BOT, "none")
    ref = REF.__class__("gitlab", "team/shop", forked.number)
    for state in CheckState:
        gate.show(ref, report(forked, state))
    assert standing(hub) == standing(hub, "eve/shop") == []
    assert hub.repositories["team/shop"].pipelines == []
    assert gate.shown(ref, forked.head_sha) is None


def test_a_label_goes_on_and_off_once(hub: FakeGitLab, gate: GitLabGate, pull: Pull):
    for on, labels in ((False, []), (True, ["ai-unreviewed"]), (True, ["ai-unreviewed"]), (False, []), (False, [])):
        gate.set_label(REF, "ai-unreviewed", on=on)
        assert pull.labels == labels
    assert len([one for one in sent(hub) if one.startswith("PUT")]) == 2


def test_a_hold_blocks_until_it_is_resolved(hub: FakeGitLab, gitlab: GitLab, gate: GitLabGate, pull: Pull):
    assert gate.can_hold
    id_ = gate.begin_hold(REF, "wait\n/merge\n<!-- reviewbot:hold -->")
    (discussion,) = pull.discussions
    assert not discussion.resolved
    assert discussion.notes[0].user.login == BOT
    gitlab.set_resolved(REF, id_, resolved=True)
    assert discussion.resolved
    gitlab.set_resolved(REF, id_, resolved=False)
    assert not discussion.resolved
    assert hub.quick_actions == []
