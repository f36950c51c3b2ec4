"""The gate's word on a GitHub that is as strict as GitHub: what stands, what is sent, and half of it never passes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import ForgeDenied, ForgeRejected, ForgeUnavailable
from reviewbot.domain.gate import CHECK, LABEL, Annotation, CheckReport, CheckState
from reviewbot.forge.github_app import AppCredentials
from reviewbot.forge.github_credentials import TokenCredentials
from reviewbot.forge.github_gate import GitHubGate
from reviewbot.forge.github_permissions import PERMISSIONS
from tests.fakes.github import FakeGitHub, faults
from tests.fakes.github.model import App, Pull
from tests.fakes.github.model_checks import CheckRun
from tests.forge.conftest import REF

RIGHTS = {need.name: need.access for need in PERMISSIONS}
SHOP = "team/shop"


@pytest.fixture
def app(hub: FakeGitHub) -> App:
    made = hub.app("reviewbot", owner="team", permissions=RIGHTS)
    hub.install(made, "team")
    return made


def gate_of(hub: FakeGitHub, app: App) -> GitHubGate:
    return GitHubGate(AppCredentials(hub.api, app.id, app.pem, timeout=5, now=hub.now))


@pytest.fixture
def gate(hub: FakeGitHub, app: App) -> GitHubGate:
    return gate_of(hub, app)


@pytest.fixture
def token_gate(hub: FakeGitHub) -> Iterator[GitHubGate]:
    hub.grant(SHOP, "seed-bot", "write")
    credentials = TokenCredentials(hub.api, hub.token("seed-bot"), timeout=5)
    yield GitHubGate(credentials)
    credentials.close()


@pytest.fixture
def pull(hub: FakeGitHub, app: App) -> Pull:
    """Into a branch that takes the check from our App alone."""
    hub.grant(SHOP, "owner", "admin")
    hub.require(SHOP, "main", context=CHECK, app=app)
    return hub.repositories[SHOP].pulls[1]


def report(pull: Pull, state: CheckState, digest: str = "d1", annotations: int = 0) -> CheckReport:
    notes = tuple(Annotation("a.py", LineRange(at + 1, at + 2), "AI-written", "why") for at in range(annotations))
    return CheckReport(pull.head_sha, state, "words", "more words", notes, digest)


def runs(hub: FakeGitHub, pull: Pull) -> list[CheckRun]:
    return hub.check_runs(SHOP, pull.head_sha)


def writes(hub: FakeGitHub) -> list[str]:
    return [one.method for one in hub.seen if one.method in ("POST", "PATCH") and "check-runs" in one.path]


@pytest.mark.parametrize("state", CheckState)
def test_a_report_stands_and_lets_merge_what_it_should(
    hub: FakeGitHub, gate: GitHubGate, pull: Pull, state: CheckState
):
    assert gate.shown(REF, pull.head_sha) is None
    assert "expected" in hub.hindrance(pull)
    gate.show(REF, report(pull, state))
    assert (hub.hindrance(pull) == "mergeable") is state.lets_merge
    assert hub.try_merge(pull, "owner") == (200 if state.lets_merge else 405)
    assert gate.shown(REF, pull.head_sha) == "d1"


def test_the_same_report_again_changes_nothing(hub: FakeGitHub, gate: GitHubGate, pull: Pull):
    gate.show(REF, report(pull, CheckState.WAITING, annotations=120))
    before = writes(hub)
    gate.show(REF, report(pull, CheckState.WAITING, annotations=120))
    assert writes(hub) == before == ["POST", "PATCH", "PATCH"]


def test_one_run_goes_from_working_to_the_verdict(hub: FakeGitHub, gate: GitHubGate, pull: Pull):
    gate.show(REF, report(pull, CheckState.WORKING, "d0"))
    assert gate.shown(REF, pull.head_sha) == "d0"
    gate.show(REF, report(pull, CheckState.WAITING, annotations=2))
    (run,) = runs(hub, pull)
    assert (run.conclusion, run.title, run.summary, len(run.annotations)) == (
        "action_required", "words", "more words", 2,
    )  # fmt: skip


def test_a_new_verdict_leaves_no_old_mark_on_the_lines(hub: FakeGitHub, gate: GitHubGate, pull: Pull):
    gate.show(REF, report(pull, CheckState.WAITING, annotations=3))
    gate.show(REF, report(pull, CheckState.WAITING, "d2", annotations=1))
    newest = runs(hub, pull)[-1]
    assert (len(runs(hub, pull)), len(newest.annotations)) == (2, 1)
    gate.show(REF, report(pull, CheckState.PASSED, "d3"))
    assert hub.hindrance(pull) == "mergeable"
    gate.show(REF, report(pull, CheckState.WORKING, "d4"))
    assert "in progress" in hub.hindrance(pull)


def test_a_check_that_was_posted_half_blocks_and_is_completed(hub: FakeGitHub, gate: GitHubGate, pull: Pull):
    hub.fail("PATCH", r"/repos/team/shop/check-runs/\d+", faults.status(502))
    with pytest.raises(ForgeUnavailable):
        gate.show(REF, report(pull, CheckState.PASSED, annotations=60))
    assert "in progress" in hub.hindrance(pull) and gate.shown(REF, pull.head_sha) is None
    gate.show(REF, report(pull, CheckState.PASSED, annotations=60))
    assert hub.hindrance(pull) == "mergeable" and len(runs(hub, pull)[-1].annotations) == 60


def test_an_answer_that_was_lost_does_no_harm(hub: FakeGitHub, gate: GitHubGate, pull: Pull):
    hub.fail("POST", "/repos/team/shop/check-runs", faults.CUT_AFTER)
    with pytest.raises(ForgeUnavailable):
        gate.show(REF, report(pull, CheckState.WAITING))
    gate.show(REF, report(pull, CheckState.WAITING))
    assert len(runs(hub, pull)) == 1


def test_another_apps_check_of_the_same_name_opens_nothing(hub: FakeGitHub, gate: GitHubGate, pull: Pull):
    stranger = hub.app("mallory", owner="team", permissions=RIGHTS)
    hub.install(stranger, "team")
    gate.show(REF, report(pull, CheckState.WAITING))
    gate_of(hub, stranger).show(REF, report(pull, CheckState.PASSED))
    assert len(runs(hub, pull)) == 2
    assert hub.try_merge(pull, "owner") == 405
    assert gate.shown(REF, pull.head_sha) == "d1"
    gate.show(REF, report(pull, CheckState.WAITING))
    assert hub.try_merge(pull, "owner") == 405


def test_a_status_of_the_same_name_opens_nothing(hub: FakeGitHub, gate: GitHubGate, token_gate: GitHubGate, pull: Pull):
    gate.show(REF, report(pull, CheckState.WAITING))
    token_gate.show(REF, report(pull, CheckState.PASSED))
    assert hub.try_merge(pull, "owner") == 405


def test_a_rule_that_takes_it_from_anybody_is_told_apart(hub: FakeGitHub, gate: GitHubGate, app: App):
    assert gate.requirement(SHOP, "main").in_force is False
    hub.require(SHOP, "main", context=CHECK)
    found = gate.requirement(SHOP, "main")
    assert (found.in_force, found.pinned, found.expects) == (True, False, True)
    hub.require_by_ruleset(SHOP, "main", context=CHECK, app=app)
    found = gate.requirement(SHOP, "main")
    assert (found.in_force, found.pinned) == (True, True)
    assert gate.requirement(SHOP, "none").in_force is None


def test_without_the_permission_it_is_denied(hub: FakeGitHub, pull: Pull):
    weak = hub.app("weak", owner="team", permissions={**RIGHTS, "checks": "read"})
    hub.install(weak, "team")
    with pytest.raises(ForgeDenied):
        gate_of(hub, weak).show(REF, report(pull, CheckState.PASSED))


@pytest.mark.parametrize("with_token", [True, False])
def test_a_commit_that_is_gone_takes_no_report(
    hub: FakeGitHub, gate: GitHubGate, token_gate: GitHubGate, pull: Pull, with_token: bool
):
    lost = CheckReport("f" * 40, CheckState.PASSED, "words", digest="d1")
    used = token_gate if with_token else gate
    used.show(REF, lost)
    assert used.shown(REF, "f" * 40) is None
    assert hub.repositories[SHOP].check_runs == [] and hub.repositories[SHOP].statuses == []


@pytest.mark.parametrize("state", CheckState)
def test_a_token_speaks_by_a_status(hub: FakeGitHub, token_gate: GitHubGate, state: CheckState):
    hub.require(SHOP, "main", context=CHECK)
    pull = hub.repositories[SHOP].pulls[1]
    token_gate.show(REF, report(pull, state))
    token_gate.show(REF, report(pull, state))
    assert len(hub.repositories[SHOP].statuses) == 1
    assert (hub.hindrance(pull) == "mergeable") is state.lets_merge
    assert token_gate.shown(REF, pull.head_sha) == "d1"


def test_a_status_that_somebody_put_over_ours_is_put_right(hub: FakeGitHub, token_gate: GitHubGate):
    hub.require(SHOP, "main", context=CHECK)
    pull = hub.repositories[SHOP].pulls[1]
    token_gate.show(REF, report(pull, CheckState.WAITING))
    hub.grant(SHOP, "mallory", "write")
    forged = GitHubGate(TokenCredentials(hub.api, hub.token("mallory"), timeout=5))
    forged.show(REF, report(pull, CheckState.PASSED))
    assert token_gate.shown(REF, pull.head_sha) is None
    token_gate.show(REF, report(pull, CheckState.WAITING))
    assert hub.hindrance(pull) != "mergeable"


def test_the_label_is_put_on_and_taken_off(hub: FakeGitHub, gate: GitHubGate, pull: Pull):
    for on in (True, True, False, False):
        gate.set_label(REF, LABEL, on=on)
        assert (LABEL in [one.name for one in pull.labels]) is on


def test_no_thread_of_githubs_conversation_blocks(gate: GitHubGate):
    assert not gate.can_hold
    with pytest.raises(ForgeRejected):
        gate.begin_hold(REF, "wait")
