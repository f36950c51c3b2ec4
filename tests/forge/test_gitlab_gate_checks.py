"""The gate's word where there is an external status check beside the commit status (GitLab Ultimate)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reviewbot.domain.errors import ForgeDenied, ForgeError, ForgeUnavailable
from reviewbot.domain.gate import CheckReport, CheckState
from reviewbot.forge.gitlab import GitLab
from reviewbot.forge.gitlab_gate import GitLabGate
from tests.fakes.github import faults
from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Pull
from tests.fakes.gitlab.model_checks import StatusCheck
from tests.forge.gitlab_hub import BOT, REF, client, opened, sent, the_pull

NAME = "reviewbot/gate"
STATUSES, ANSWERS = r".*/statuses/[0-9a-f]{40}", ".*/status_check_responses"


@pytest.fixture
def hub() -> Iterator[FakeGitLab]:
    with opened() as made:
        made.status_check("team/shop", "QA")
        made.require_status_checks("team/shop")
        yield made


@pytest.fixture
def ours(hub: FakeGitLab) -> StatusCheck:
    return hub.status_check("team/shop", NAME)


@pytest.fixture
def gitlab(hub: FakeGitLab) -> Iterator[GitLab]:
    made = client(hub)
    yield made
    made.close()


@pytest.fixture
def gate(gitlab: GitLab) -> GitLabGate:
    return GitLabGate(gitlab)


@pytest.fixture
def pull(hub: FakeGitLab) -> Pull:
    return the_pull(hub)


def report(pull: Pull, state: CheckState, digest: str = "d1") -> CheckReport:
    return CheckReport(pull.head_sha, state, "words", digest=digest)


def status(hub: FakeGitLab) -> list[str]:
    found = hub.repositories["team/shop"].statuses
    return [one.state for one in found if one.name == NAME and not one.retried]


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (CheckState.WORKING, "pending"),
        (CheckState.WAITING, "pending"),
        (CheckState.FAILED, "failed"),
        (CheckState.ERROR, "failed"),
        (CheckState.PASSED, "passed"),
        (CheckState.REPORTED, "passed"),
    ],
)
def test_both_say_the_same_and_are_told_once(
    hub: FakeGitLab, gate: GitLabGate, pull: Pull, ours: StatusCheck, state: CheckState, says: str
):
    gate.show(REF, report(pull, CheckState.PASSED if says != "passed" else CheckState.FAILED, "d0"))
    gate.show(REF, report(pull, state))
    assert hub.check_state(pull, ours) == says
    assert gate.shown(REF, pull.head_sha) == "d1"
    hub.seen.clear()
    gate.show(REF, report(pull, state))
    assert [one for one in sent(hub) if not one.startswith("GET")] == []
    assert hub.violations == []


def test_what_waited_for_two_minutes_is_left_as_gitlab_made_it(
    hub: FakeGitLab, gate: GitLabGate, pull: Pull, ours: StatusCheck
):
    gate.show(REF, report(pull, CheckState.WAITING))
    hub.respond(pull, BOT, ours, pull.head_sha, "failed")
    hub.seen.clear()
    assert gate.shown(REF, pull.head_sha) == "d1"
    gate.show(REF, report(pull, CheckState.WAITING))
    assert [one for one in sent(hub) if not one.startswith("GET")] == []
    gate.show(REF, report(pull, CheckState.PASSED, "d2"))
    assert hub.check_state(pull, ours) == "passed"


def test_a_status_check_that_another_answered_is_answered_anew(
    hub: FakeGitLab, gate: GitLabGate, pull: Pull, ours: StatusCheck
):
    gate.show(REF, report(pull, CheckState.FAILED))
    hub.grant("team/shop", "eve", "write")
    hub.respond(pull, "eve", ours, pull.head_sha, "passed")
    assert gate.shown(REF, pull.head_sha) is None
    gate.show(REF, report(pull, CheckState.FAILED))
    assert hub.check_state(pull, ours) == "failed"
    assert gate.shown(REF, pull.head_sha) == "d1"


@pytest.mark.parametrize("state", list(CheckState))
@pytest.mark.parametrize("path", [STATUSES, ANSWERS])
@pytest.mark.parametrize("fault", [faults.status(500), faults.status(403, "403 Forbidden"), faults.CUT_BEFORE])
def test_half_a_report_never_passes(
    hub: FakeGitLab,
    gate: GitLabGate,
    pull: Pull,
    ours: StatusCheck,
    state: CheckState,
    path: str,
    fault: faults.Fault,
):
    said = "pending" if state in (CheckState.FAILED, CheckState.ERROR) else "failed"  # so that each is told
    hub.respond(pull, BOT, ours, pull.head_sha, said)
    hub.faults.arm("POST", path, fault, times=9)
    with pytest.raises(ForgeError):
        gate.show(REF, report(pull, state))
    hub.faults.clear()
    assert "success" not in status(hub)
    assert hub.check_state(pull, ours) != "passed"
    assert gate.shown(REF, pull.head_sha) != "d1" or state not in (CheckState.PASSED, CheckState.REPORTED)


@pytest.mark.parametrize("path", [STATUSES, ANSWERS])
def test_what_blocks_is_told_to_the_other_part_when_one_cannot_be_told(
    hub: FakeGitLab, gate: GitLabGate, pull: Pull, ours: StatusCheck, path: str
):
    gate.show(REF, report(pull, CheckState.PASSED))
    hub.faults.arm("POST", path, faults.status(500), times=9)
    with pytest.raises(ForgeUnavailable):
        gate.show(REF, report(pull, CheckState.FAILED, "d2"))
    hub.faults.clear()
    blocked = (status(hub) == ["failed"], hub.check_state(pull, ours) == "failed")
    assert blocked == ((False, True) if path == STATUSES else (True, False))
    assert gate.shown(REF, pull.head_sha) is None
    gate.show(REF, report(pull, CheckState.FAILED, "d2"))
    assert (status(hub), hub.check_state(pull, ours)) == (["failed"], "failed")


def test_a_head_that_moved_meanwhile_is_no_failure(hub: FakeGitLab, gate: GitLabGate, pull: Pull, ours: StatusCheck):
    hub.faults.arm("POST", ANSWERS, faults.status(409, "SHA does not match HEAD of source branch: x"))
    gate.show(REF, report(pull, CheckState.PASSED))
    assert hub.check_state(pull, ours) == "pending"
    assert gate.shown(REF, pull.head_sha) is None


def test_an_old_head_answers_no_status_check(hub: FakeGitLab, gate: GitLabGate, pull: Pull, ours: StatusCheck):
    old = report(pull, CheckState.PASSED)
    hub.push("team/shop", "feature", {"b.py": "x = 1\n"})
    gate.show(REF, old)
    assert hub.check_state(pull, ours) == "pending"
    assert gate.shown(REF, pull.head_sha) is None
    assert gate.shown(REF, old.head) == "d1"
    assert not [one for one in sent(hub) if "status_check_responses" in one]


def test_without_a_status_check_of_ours_none_is_answered(hub: FakeGitLab, gate: GitLabGate, pull: Pull):
    gate.show(REF, report(pull, CheckState.PASSED))
    assert pull.responses == []
    assert gate.shown(REF, pull.head_sha) == "d1"


def test_a_fork_has_the_status_check_though_no_status(hub: FakeGitLab, gate: GitLabGate, ours: StatusCheck):
    hub.fork("team/shop", "eve").private = True
    hub.grant("eve/shop", BOT, "none")
    hub.push("eve/shop", "feature", {"a.py": "evil = 1\n"})
    pull = hub.pull("team/shop", "feature", head_repo="eve/shop", author="eve")
    ref = REF.__class__("gitlab", "team/shop", pull.number)
    for state, says in ((CheckState.WAITING, "pending"), (CheckState.FAILED, "failed"), (CheckState.PASSED, "passed")):
        gate.show(ref, report(pull, state))
        assert hub.check_state(pull, ours) == says
    assert status(hub) == []


def test_a_bot_that_may_set_no_status_still_keeps_back_by_the_check(
    hub: FakeGitLab, gate: GitLabGate, pull: Pull, ours: StatusCheck
):
    hub.faults.arm("POST", STATUSES, faults.status(403, "403 Forbidden"), times=9)
    with pytest.raises(ForgeDenied):
        gate.show(REF, report(pull, CheckState.FAILED))
    assert hub.check_state(pull, ours) == "failed"
