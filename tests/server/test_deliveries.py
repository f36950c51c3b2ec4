"""Every recorded delivery of both forges, over a real port into the product's own server and its database."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import CHECK, Pushed
from reviewbot.server.main import listen
from reviewbot.store.job import Job, JobKind, Payload
from reviewbot.store.pushes import Pushes
from tests.fakes import deliveries as github
from tests.forge import gitlab_deliveries as gitlab
from tests.server.served import Served, served

SECRET = "it's a secret"
LIMIT = 200_000
SETTINGS = {
    "github_webhook_secret": SECRET,
    "github_token": "unused",
    "gitlab_token": "unused",
    "max_body_bytes": LIMIT,
}


@dataclass(frozen=True)
class Wanted:
    """What a delivery must lead to."""

    ref: PullRequestRef
    kind: JobKind
    action: str
    head: str = ""
    payload: Payload | None = None
    installation: int | None = None


@pytest.fixture(scope="module")
def by_token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """For GitHub, and for GitLab with the webhook's secret token."""
    with served(tmp_path_factory.mktemp("token"), **SETTINGS, gitlab_webhook_secret=gitlab.TOKEN) as running:
        yield running
        assert "Traceback" not in running.log.read_text()


@pytest.fixture(scope="module")
def by_signature(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """For GitLab with a signing token."""
    with served(tmp_path_factory.mktemp("signing"), **SETTINGS, gitlab_signing_token=gitlab.SIGNING) as running:
        yield running
        assert "Traceback" not in running.log.read_text()


# What each is to lead to, read from the payloads by hand and not by the product's parser.

PULL_ACTIONS = {"opened", "synchronize", "reopened", "ready_for_review", "closed", "labeled"}
ACTIONS = {"unlabeled": "labeled"} | {action: action for action in PULL_ACTIONS}


def wanted_of_github(event: str, data: dict[str, Any]) -> Wanted | None:
    """No recorded comment holds a command, no check is ours, and the one push makes a branch."""
    if event == "merge_group":
        group = data["merge_group"]
        told = {"base": group["base_sha"], "branch": group["head_ref"].removeprefix("refs/heads/")}
        return head_job("github", data, "queued", group["head_sha"], **told)
    actions = {"pull_request": ACTIONS.get(str(data.get("action"))), "pull_request_review_thread": "answered"}
    action = (actions | {"pull_request_review": "reviewed"}).get(event)
    return None if action is None else pull_job(data, action)


def pull_job(data: dict[str, Any], action: str) -> Wanted:
    """What the deliveries about a pull request on GitHub lead to first."""
    pull, gates = data["pull_request"], action in ("reviewed", "described")
    ref = PullRequestRef("github", data["repository"]["full_name"], pull["number"])
    installation = data.get("installation", {}).get("id")
    kind, payload = (JobKind.GATE, {"action": action}) if gates else (JobKind.REVIEW, {})
    return Wanted(ref, kind, action, pull["head"]["sha"], payload, installation)


def head_job(forge: str, data: dict[str, Any], action: str, head: str, **told: str) -> Wanted:
    """What a question about a commit or a branch leads to."""
    place = data["repository"]["full_name"] if forge == "github" else data["project"]["path_with_namespace"]
    by = data["sender"]["login"] if forge == "github" else ""
    payload = {"action": action, "head": head, "base": "", "branch": "", "by": by, **told}
    installation = data.get("installation", {}).get("id")
    return Wanted(PullRequestRef(forge, place, 0), JobKind.GATE, action, head, payload, installation)


def wanted_of_gitlab(data: dict[str, Any]) -> Wanted | None:
    if data.get("object_kind") == "push":
        return head_job("gitlab", data, "ruled", data["after"], branch="master")
    if data.get("object_kind") != "merge_request":
        return None
    attributes = data["object_attributes"]
    ref = PullRequestRef("gitlab", data["project"]["path_with_namespace"], attributes["iid"])
    return Wanted(ref, JobKind.REVIEW, "opened", attributes["last_commit"]["id"], {})


OURS = 4711
TO_OUR_APP = {
    "X-GitHub-Hook-Installation-Target-Type": "integration",
    "X-GitHub-Hook-Installation-Target-ID": str(OURS),
}


@dataclass(frozen=True)
class Case:
    """A delivery with the headers that prove it."""

    name: str
    forge: str
    event: str
    body: bytes
    wanted: Wanted | None

    def headers(self, delivery: str, *, signed: bool = False) -> dict[str, str]:
        if self.forge == "github":
            return github.signed(self.event, self.body, SECRET, delivery) | TO_OUR_APP
        if signed:
            return gitlab.signed(self.event, self.body, delivery, time=int(time.time()))
        return gitlab.headers(self.event, delivery, **{"X-Gitlab-Token": gitlab.TOKEN})


def case(forge: str, event: str, data: dict[str, Any], name: str, wanted: Wanted | None) -> Case:
    return Case(f"{forge} {name}", forge, event, json.dumps(data, ensure_ascii=False).encode(), wanted)


def recorded() -> list[Case]:
    ours = [
        Case(
            f"github {one.name} {at}", "github", one.event, one.body, wanted_of_github(one.event, json.loads(one.body))
        )
        for at, one in enumerate(github.recorded())
    ]
    theirs = [
        Case(f"gitlab {one.name} {at}", "gitlab", one.event, one.body, wanted_of_gitlab(json.loads(one.body)))
        for at, one in enumerate(gitlab.documented())
    ]
    return ours + theirs


def commanded() -> list[Case]:
    """The recorded comments of both forges, each with a command written into its text and nothing else changed."""
    made = []
    for one in github.recorded():
        data = json.loads(one.body)
        place = {"pull_request_review_comment": ("line", "comment"), "issue_comment": ("note", "comment")}
        place |= {"pull_request_review": ("review", "review")}
        kind, holder = place.get(one.event, ("", ""))
        if not kind:
            continue
        data[holder]["body"] = "Please look here.\r\n\r\n/seed fix\r\n"
        if one.event == "issue_comment":
            data["issue"]["pull_request"] = {"url": "https://api.github.com/repos/Codertocat/Hello-World/pulls/2"}
        number = data["issue"]["number"] if one.event == "issue_comment" else data["pull_request"]["number"]
        action = {"created": "created", "submitted": "created", "edited": "edited"}.get(data["action"])
        ref = PullRequestRef("github", data["repository"]["full_name"], number)
        payload = {"comment_kind": kind, "comment_id": str(data[holder]["id"]), "action": action or ""}
        installation = data.get("installation", {}).get("id")
        wanted = Wanted(ref, JobKind.COMMAND, action, "", payload, installation) if action else None
        if data["action"] == "dismissed":  # whatever its text says: nobody wrote it now
            wanted = pull_job(data, "reviewed")
        made.append(case("github", one.event, data, f"command in {one.name}", wanted))
    return made + _commanded_gitlab()


def _commanded_gitlab() -> list[Case]:
    made = []
    for at, one in enumerate(gitlab.documented()):
        data = json.loads(one.body)
        if data.get("object_kind") != "note":
            continue
        attributes = data["object_attributes"]
        attributes["note"] = "Please look here.\n\n/seed fix"
        wanted = None
        if attributes["noteable_type"] == "MergeRequest":
            ref = PullRequestRef("gitlab", data["project"]["path_with_namespace"], data["merge_request"]["iid"])
            payload = {"comment_kind": "note", "comment_id": str(attributes["id"]), "action": "created"}
            wanted = Wanted(ref, JobKind.COMMAND, "created", "", payload)
        made.append(case("gitlab", one.event, data, f"command in {one.name} {at}", wanted))
    return made


def asked_of_the_gate() -> list[Case]:
    """Recorded deliveries, each with what makes it one that the gate is asked by."""
    return [*_asked_by_github(), *_asked_by_gitlab()]


def _example(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(next(one.body for one in github.recorded() if one.name == name))
    return data


def _asked_by_github() -> list[Case]:
    made = []
    for name, button, action in (
        ("rerequested", None, "recheck"),
        ("requested_action", "recheck", "recheck"),
        ("requested_action", "reviewed", "reviewed"),
    ):
        data = _example(f"check_run.{name}")
        data["check_run"] |= {"name": CHECK, "app": {"id": OURS}}
        data |= {} if button is None else {"requested_action": {"identifier": button}}
        wanted = head_job("github", data, action, data["check_run"]["head_sha"])
        made.append(case("github", "check_run", data, f"check_run.{name} {button}", wanted))
    suite = _example("check_suite.rerequested")
    suite["check_suite"]["app"]["id"] = OURS
    wanted = head_job("github", suite, "recheck", suite["check_suite"]["head_sha"])
    made.append(case("github", "check_suite", suite, "check_suite.rerequested ours", wanted))
    push = _example("push") | {"created": False}
    push["commits"][0]["modified"] = [".github/CODEOWNERS"]
    wanted = head_job("github", push, "ruled", push["after"], branch="master")
    made.append(case("github", "push", push, "push of owners", wanted))
    edited = _example("pull_request.opened") | {"action": "edited", "changes": {"body": {"from": "x"}}}
    made.append(case("github", "pull_request", edited, "pull_request.edited", pull_job(edited, "described")))
    return made


def _asked_by_gitlab() -> list[Case]:
    made = []
    label = {"labels": {"previous": [], "current": [{"title": "x"}]}}
    title, reviewers = {"title": {"previous": "a", "current": "b"}}, {"reviewers": [[], []]}
    opened = next(one for one in gitlab.documented() if one.name == "Merge Request Hook: merge-request-events")
    for changes, action, kind in (
        (title, "described", JobKind.GATE),
        (reviewers, "reviewed", JobKind.GATE),
        ({**title, **label}, "edited", JobKind.REVIEW),
        (label, "labeled", JobKind.REVIEW),
    ):
        data = json.loads(opened.body) | {"changes": changes}
        data["object_attributes"]["action"] = "update"
        wanted = wanted_of_gitlab(data)
        assert wanted is not None
        payload = {"action": action} if kind is JobKind.GATE else {}
        wanted = replace(wanted, kind=kind, action=action, payload=payload)
        made.append(case("gitlab", opened.event, data, f"update of {', '.join(changes)}", wanted))
    return made


RECORDED, COMMANDED = recorded(), commanded()
ALL = RECORDED + COMMANDED + asked_of_the_gate()


def check(server: Served, one: Case, answers: Sequence[httpx.Response], delivery: str) -> None:
    """The answers to one delivery that was sent twice, and what is in the database."""
    jobs = server.jobs(one.forge, delivery)
    said = [answer.json() for answer in answers]
    if one.wanted is None:
        assert [answer.status_code for answer in answers] == [200, 200]
        assert all(words["status"] == "ignored" and words["reason"] for words in said)
        assert jobs == []
        return
    assert [answer.status_code for answer in answers] == [202, 202]
    assert said == [{"status": "accepted", "job": jobs[0].id}, {"status": "duplicate"}]
    (job,) = jobs
    assert found(server, job) == one.wanted
    gate = [found(server, look) for look in server.jobs(one.forge, f"gate:{delivery}")]
    assert gate == ([look_beside(one.wanted)] if calls_gate(one.wanted) else [])


def calls_gate(wanted: Wanted) -> bool:
    """Beside its first job. A label decides nothing about a merge, and of comments only a review does."""
    if wanted.kind is JobKind.COMMAND:
        return (wanted.payload or {}).get("comment_kind") == "review"
    return wanted.kind is JobKind.REVIEW and wanted.action != "labeled"


def look_beside(wanted: Wanted) -> Wanted:
    return replace(wanted, kind=JobKind.GATE, payload={"action": wanted.action})


def found(server: Served, job: Job) -> Wanted:
    with server.database.read() as connection:
        action = connection.exec_driver_sql(f"SELECT action FROM deliveries WHERE id = {job.id}").scalar_one()
    return Wanted(job.ref, job.kind, action, job.head, dict(job.payload), job.installation)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_every_delivery_is_answered_as_it_should_be_and_stored_once(by_token: Served, one: Case) -> None:
    """Fails for a wrong kind, payload, place or head, and when a delivery that comes again makes a second job."""
    delivery = f"t-{ALL.index(one)}"
    answers = [by_token.post(one.forge, one.body, one.headers(delivery)) for _ in range(2)]
    check(by_token, one, answers, delivery)


@pytest.mark.parametrize("one", [c for c in ALL if c.forge == "gitlab"], ids=lambda one: one.name)
def test_every_delivery_of_gitlab_by_its_signature(by_signature: Served, one: Case) -> None:
    delivery = f"s-{ALL.index(one)}"
    answers = [by_signature.post("gitlab", one.body, one.headers(delivery, signed=True)) for _ in range(2)]
    check(by_signature, one, answers, delivery)


def test_the_recorded_deliveries_lead_to_every_kind_of_work() -> None:
    """So that a fixture that lost its interesting half is noticed."""
    assert len([one for one in RECORDED if one.forge == "github"]) > 70
    assert len([one for one in RECORDED if one.forge == "gitlab"]) > 15
    made = {(one.forge, one.wanted.action, (one.wanted.payload or {}).get("comment_kind")) for one in ALL if one.wanted}
    asked = ("queued", "ruled", "recheck", "reviewed", "described")
    assert made >= {("github", action, None) for action in asked}
    assert made >= {("gitlab", action, None) for action in ("ruled", "reviewed", "described", "edited")}
    assert made >= {("github", action, None) for action in (*PULL_ACTIONS, "answered")}
    assert made >= {("github", "created", kind) for kind in ("line", "note", "review")}
    assert made >= {("gitlab", "opened", None), ("gitlab", "created", "note")}


def test_who_pushed_is_kept(by_token: Served) -> None:
    """Fails where a delivery's push does not reach the database, or says more than it knows."""
    sync = next(one for one in RECORDED if one.name.startswith("github pull_request.synchronize"))
    data = json.loads(sync.body)
    data["pull_request"]["number"] = 9001
    for named, delivery in ((data, "p-1"), ({**data, "after": "e" * 40}, "p-2"), ({**data, "sender": None}, "p-3")):
        one = case("github", "pull_request", named, "synchronize", None)
        assert by_token.post("github", one.body, one.headers(delivery)).status_code == 202
    ref = PullRequestRef("github", data["repository"]["full_name"], 9001)
    head, before = data["pull_request"]["head"]["sha"], data["before"]
    assert Pushes(by_token.database).of(ref) == (Pushed(1557933633.0, "Codertocat", head, before),)


def unproven(one: Case) -> dict[str, dict[str, str]]:
    """Headers that prove nothing, by what is wrong with them."""
    good = one.headers("bad-1")
    if one.forge == "gitlab":
        return {
            "wrong token": {**good, "X-Gitlab-Token": gitlab.TOKEN[:-1]},
            "no token": {name: value for name, value in good.items() if name != "X-Gitlab-Token"},
            "GitHub's proof": github.signed(one.event, one.body, gitlab.TOKEN, "bad-1"),
        }
    return {
        "other secret": github.signed(one.event, one.body, SECRET + "!", "bad-1"),
        "other body": github.signed(one.event, one.body + b" ", SECRET, "bad-1"),
        "no signature": {name: value for name, value in good.items() if name != "X-Hub-Signature-256"},
        "old signature": {**good, "X-Hub-Signature-256": "sha1=" + "0" * 40},
    }


def refused(server: Served, forge: str, body: bytes, headers: dict[str, str], status: int) -> None:
    before = server.count()
    answer = server.post(forge, body, headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == ["error"]
    assert SECRET not in answer.text and gitlab.SIGNING not in answer.text
    assert server.count() == before


@pytest.mark.parametrize("one", RECORDED, ids=lambda one: one.name)
def test_nothing_that_is_not_proven_is_stored(by_token: Served, one: Case) -> None:
    for headers in unproven(one).values():
        refused(by_token, one.forge, one.body, headers, 401)


@pytest.mark.parametrize("one", RECORDED, ids=lambda one: one.name)
def test_what_is_no_json_or_too_large_is_refused(by_token: Served, one: Case) -> None:
    headers = one.headers("bad-2")
    for kind in ("application/x-www-form-urlencoded", "text/plain", ""):
        refused(by_token, one.forge, one.body, {**headers, "Content-Type": kind}, 415)
    refused(by_token, one.forge, one.body + b" " * LIMIT, headers, 413)


@pytest.mark.parametrize("one", [c for c in RECORDED if c.forge == "gitlab"], ids=lambda one: one.name)
def test_gitlabs_signature_is_checked_and_grows_old(by_signature: Served, one: Case) -> None:
    now = int(time.time())
    token = {"X-Gitlab-Token": gitlab.TOKEN}
    wrong = [
        gitlab.signed(one.event, one.body, "old-1", time=now - 3600),
        gitlab.signed(one.event, one.body, "old-1", time=now + 3600),
        gitlab.signed(one.event, one.body, "old-1", time=now) | {"webhook-timestamp": str(now - 1)},
        gitlab.signed(one.event, one.body, "old-1", time=now) | {"webhook-id": "old-2"},
        gitlab.signed(one.event, one.body + b" ", "old-1", time=now),
        gitlab.signed(one.event, one.body, "old-1", time=now, token="whsec_b3RoZXI="),
        gitlab.headers(one.event, "old-1", **token),  # the secret token alone proves nothing here
    ]
    for headers in wrong:
        refused(by_signature, "gitlab", one.body, headers, 401)


def test_a_delivery_of_one_forge_is_none_of_the_other(by_token: Served) -> None:
    """Proven or not, it is read as what the address says."""
    opened = next(one for one in RECORDED if one.name.startswith("github pull_request.opened"))
    refused(by_token, "gitlab", opened.body, opened.headers("x-1"), 401)
    merge = next(one for one in RECORDED if one.forge == "gitlab" and one.wanted)
    refused(by_token, "github", merge.body, merge.headers("x-1"), 401)


def test_an_answer_on_a_connection_that_is_kept_waits_for_nobody() -> None:
    """asyncio turns off Nagle's algorithm where the socket names its protocol; else each answer takes 40 ms more."""
    with listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP
