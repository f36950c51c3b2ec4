"""The fake GitLab: who approves, what an approval says, and what takes it away."""

from __future__ import annotations

import httpx
import pytest

from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.approving import Forbidden
from tests.fakes.gitlab.model import Pull
from tests.forge.fake_gitlab.documented import BASE, MR, client_of, documented
from tests.forge.fake_gitlab.told import actions, listen, told

API = "/api/merge_request_approvals/"
RULES = "/user/project/merge_requests/approvals/settings/"
EVENTS = "/user/project/integrations/webhook_events/"


def system_notes(pull: Pull) -> list[str]:
    return [note.body for note in pull.notes if note.system]


def approved_by(rest: httpx.Client) -> list[str]:
    return [one["user"]["username"] for one in rest.get(f"{MR}/approvals").json()["approved_by"]]


@documented(f"{API}#approve-a-merge-request")
def test_approving(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    assert rest.get(f"{MR}/approvals").json()["user_can_approve"] is True
    told_of = rest.post(f"{MR}/approve", json={"sha": pull.head_sha})
    assert told_of.status_code == 201
    assert (told_of.json()["user_has_approved"], told_of.json()["user_can_approve"]) == (True, False)
    [entry] = told_of.json()["approved_by"]
    assert entry["user"]["username"] == "bot" and set(entry) == {"user"}, "no commit and no time is told"
    assert rest.post(f"{MR}/approve").status_code == 401, "once is enough"
    assert system_notes(pull) == ["approved this merge request"]


@documented(f"{API}#approve-a-merge-request")
def test_an_approval_may_name_the_head(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    refused = rest.post(f"{MR}/approve", json={"sha": "0" * 40})
    assert (refused.status_code, refused.json()) == (
        409,
        {"message": f"SHA does not match HEAD of source branch: {pull.head_sha}"},
    )
    assert approved_by(rest) == []
    with pytest.raises(Forbidden, match="SHA does not match"):
        hub.approve(pull, "bot", commit="0" * 40)


@documented(f"{API}#retrieve-approval-state-for-a-merge-request")
def test_when_somebody_approved_is_told_from_19_on(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    hub.grant("team/shop", "ann", "write")
    hub.approve(pull, "ann")
    hub.version = "19.0.0-ee"
    [entry] = rest.get(f"{MR}/approvals").json()["approved_by"]
    assert entry["approved_at"].endswith("Z") and rest.get("/version").json()["version"] == "19.0.0-ee"


@documented(f"{API}#unapprove-a-merge-request")
def test_taking_it_back(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    rest.post(f"{MR}/approve")
    assert rest.post(f"{MR}/unapprove").json()["approved_by"] == []
    assert rest.post(f"{MR}/unapprove").status_code == 404, "there is none"
    assert system_notes(pull) == ["approved this merge request", "unapproved this merge request"]
    hub.approve(pull, "bot", body="looks good")
    hub.dismiss(pull, "bot")
    assert approved_by(rest) == [] and pull.notes[-3].body == "looks good"


@documented(f"{RULES}#prevent-approval-by-merge-request-creator")
def test_the_author_may_not_unless_the_project_says_so(hub: FakeGitLab, pull: Pull):
    with client_of(hub, "developer") as author:
        assert author.post(f"{MR}/approve").status_code == 401
        pull.repo.rules.author_approves = True
        assert author.post(f"{MR}/approve").status_code == 201


@documented("/user/permissions/#project-members-permissions")
def test_who_sees_the_code_only_may_not_approve(hub: FakeGitLab, pull: Pull):
    hub.grant("team/shop", "eve", "read")
    with client_of(hub, "eve") as eve:
        assert eve.post(f"{MR}/approve").status_code == eve.post(f"{MR}/unapprove").status_code == 403
        assert eve.get(f"{MR}/approvals").json()["user_can_approve"] is False


@documented("/api/merge_requests/#list-merge-request-reviewers")
def test_reviewers_say_how_far_they_are(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    for login in ("ann", "eve", "zoe"):
        hub.grant("team/shop", login, "write")
    hub.ask_reviewer(pull, "zoe")
    hub.approve(pull, "ann")
    hub.approve(pull, "eve")
    hub.request_changes(pull, "ann", "not like this")
    states = {one["user"]["username"]: one["state"] for one in rest.get(f"{MR}/reviewers").json()}
    assert states == {"zoe": "unreviewed", "ann": "requested_changes", "eve": "approved"}
    assert approved_by(rest) == ["eve"], "who asks for changes approves no more"
    assert "requested changes" in system_notes(pull) and any(note.body == "not like this" for note in pull.notes)


@documented(f"{EVENTS}#merge-request-events")
@pytest.mark.parametrize(
    ("asked_for", "expected"),
    [
        (0, ["approved", "approved", "unapproved", "unapproved"]),
        (1, ["approved", "approved", "unapproved", "unapproved"]),
        (2, ["approval", "approved", "unapproved", "unapproval"]),
        (3, ["approval", "approval", "unapproval", "unapproval"]),
    ],
)
def test_an_approval_is_told_by_what_it_makes_of_the_merge_request(
    hub: FakeGitLab, pull: Pull, rest: httpx.Client, asked_for: int, expected: list[str]
):
    for login in ("ann", "eve"):
        hub.grant("team/shop", login, "write")
    pull.repo.rules.approvals = asked_for
    listen(hub)
    hub.approve(pull, "ann")
    hub.approve(pull, "eve")
    assert rest.get(f"{MR}/approvals").json()["approvals_left"] == max(0, asked_for - 2)
    hub.unapprove(pull, "eve")
    hub.unapprove(pull, "ann")
    assert actions(hub) == expected
    assert [one["user"]["username"] for one in told(hub)] == ["ann", "eve", "eve", "ann"]


@documented(f"{RULES}#remove-all-approvals-when-commits-are-added-to-the-source-branch")
def test_a_push_takes_approvals_away_where_the_project_says_so(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    hub.grant("team/shop", "ann", "write")
    hub.approve(pull, "ann")
    hub.push("team/shop", "feature", {"b.py": "b\n"})
    assert approved_by(rest) == ["ann"], "without the setting it stays"
    pull.repo.rules.reset_on_push = True
    hub.unapprove(pull, "ann")
    hub.approve(pull, "ann")
    hub.push("team/shop", "main", {"other.py": "o\n"})
    hub.rebase("team/shop", "feature")
    assert approved_by(rest) == ["ann"], "a rebase leaves the diff as it was"
    listen(hub)
    hub.push("team/shop", "feature", {"a.py": BASE}, author="eve")
    assert approved_by(rest) == [] and "unapproved" not in "".join(system_notes(pull)[-1:])
    reset = told(hub)[-1]
    assert (reset["object_attributes"]["action"], reset["user"]["username"]) == ("unapproval", "eve")
    assert reset["object_attributes"]["system_action"] == "approvals_reset_on_push"


@documented(f"{RULES}#remove-all-approvals-when-commits-are-added-to-the-source-branch")
def test_another_target_takes_them_away_too(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    hub.grant("team/shop", "ann", "write")
    pull.repo.rules.reset_on_push = True
    hub.approve(pull, "ann")
    hub.push("team/shop", "release", {"r.py": "r\n"})
    hub.retarget(pull, "release", "eve")
    assert approved_by(rest) == []
    assert system_notes(pull)[-1] == "changed target branch from `main` to `release`"


@documented("/user/project/quick_actions/")
def test_quick_actions_approve(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    for words, expected in (("/approve", ["bot"]), ("/unapprove", []), ("/approve", ["bot"]), ("/request_changes", [])):
        assert rest.post(f"{MR}/notes", json={"body": words}).status_code == 202
        assert approved_by(rest) == expected


@documented("/user/project/merge_requests/commits/")
def test_a_push_says_what_it_brought(hub: FakeGitLab, pull: Pull):
    hub.push("team/shop", "feature", {"b.py": "b\n"}, message="one <b>")
    hub.push("team/shop", "side", {"c.py": "c\n"}, onto="feature")
    hub.push("team/shop", "side", {"d.py": "d\n"}, message="two")
    hub.reset("team/shop", "feature", "side", author="ann")
    first, second = [body for body in system_notes(pull) if body.startswith("added ")]
    assert first.startswith("added 1 commit\n\n<ul><li>") and "one &lt;b&gt;" in first
    assert second.startswith("added 2 commits\n\n") and pull.notes[-1].user.login == "ann"
