"""`POST /webhooks/github`: real recorded deliveries, and everything that is not one."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.forge.github_webhook import ACTIONS
from reviewbot.store.job import JobKind
from tests.fakes.deliveries import Recorded, recorded, signed
from tests.server.conftest import LIMIT, SECRET, Site

RECORDED = [one for one in recorded() if len(one.body) < LIMIT]
WANTED = {f"pull_request.{action}" for action in ACTIONS} | {
    "pull_request_review_thread.resolved",
    "pull_request_review_thread.unresolved",
    "pull_request_review.submitted",
    "pull_request_review.dismissed",
    "merge_group.checks_requested",
}
OPENED = next(one for one in RECORDED if one.name == "pull_request.opened")


def one_line(answer: httpx.Response) -> dict[str, object]:
    assert answer.headers["content-type"] == "application/json"
    assert answer.text.count("\n") == 1
    assert answer.text.endswith("\n")
    said: dict[str, object] = json.loads(answer.text)
    return said


def test_a_delivery_is_stored_enqueued_and_accepted(site: Site) -> None:
    answer = site.post(OPENED.body, OPENED.headers(SECRET, "d-1"))
    assert (answer.status_code, one_line(answer)) == (202, {"status": "accepted", "job": 1})
    assert site.sent_as == [(2, JobKind.GATE), (1, JobKind.REVIEW)]
    job = site.jobs.get(1)
    assert job is not None
    payload = json.loads(OPENED.body)
    assert (job.delivery, job.head) == ("d-1", payload["pull_request"]["head"]["sha"])
    assert (job.ref.repository, job.ref.number) == (payload["repository"]["full_name"], payload["number"])


def test_the_same_delivery_50_times_at_once_makes_one_job(site: Site) -> None:
    answers = site.post_all([(OPENED.body, OPENED.headers(SECRET, "d-1"))] * 50)
    assert {a.status_code for a in answers} == {202}
    assert sorted(str(one_line(a)["status"]) for a in answers) == ["accepted"] + ["duplicate"] * 49
    assert site.sent == [2, 1]
    assert sum(site.jobs.counts().values()) == 2


@pytest.mark.parametrize("one", RECORDED, ids=lambda one: one.name)
def test_every_recorded_delivery_is_accepted_or_ignored_with_a_reason(site: Site, one: Recorded) -> None:
    answer = site.post(one.body, one.headers(SECRET))
    said = one_line(answer)
    wanted = one.name in WANTED
    assert said["status"] == ("accepted" if wanted else "ignored")
    assert answer.status_code == (202 if wanted else 200)
    assert wanted or said["reason"]
    assert (site.jobs.counts()["queued"] > 0) == wanted


def test_the_recorded_deliveries_cover_what_we_act_on() -> None:
    assert {one.name for one in RECORDED} >= WANTED
    assert len({one.event for one in RECORDED}) > 30


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"X-Hub-Signature-256": "sha256=" + "0" * 64}, OPENED.body, 401),
        ({"X-Hub-Signature-256": "sha1=" + "0" * 40}, OPENED.body, 401),
        ({"X-Hub-Signature-256": ""}, OPENED.body, 401),
        ({}, OPENED.body[:-1] + b" ", 401),
        ({"Content-Type": "application/x-www-form-urlencoded"}, OPENED.body, 415),
        ({"Content-Type": ""}, OPENED.body, 415),
        ({"X-GitHub-Delivery": ""}, OPENED.body, 400),
        ({"X-GitHub-Event": ""}, OPENED.body, 400),
        ({}, OPENED.body + b" " * LIMIT, 413),
    ],
    ids=["wrong", "sha1", "none", "other body", "form", "no type", "no id", "no event", "too large"],
)
def test_a_bad_delivery_is_refused_in_one_line_and_leaves_nothing(
    site: Site, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = site.post(body, {**OPENED.headers(SECRET), **headers})
    assert answer.status_code == status
    assert str(one_line(answer)["error"]).endswith(".")
    assert sum(site.jobs.counts().values()) == 0
    assert site.sent == []


def test_a_comment_with_a_command_goes_into_the_queue_of_commands(site: Site) -> None:
    """Beside a review in one burst, so that each goes its own way. Fails when `put` forgets the kind."""
    payload = json.loads(next(one.body for one in RECORDED if one.name == "issue_comment.created"))
    payload["issue"]["pull_request"] = {"url": "https://api.github.com/x"}
    payload["comment"]["body"] = "Please:\n/seed fix"
    body = json.dumps(payload).encode()
    command = (body, signed("issue_comment", body, SECRET))
    answers = site.post_all([(OPENED.body, OPENED.headers(SECRET)), command])
    assert [a.status_code for a in answers] == [202, 202]
    assert site.sent_as == [(3, JobKind.COMMAND), (2, JobKind.GATE), (1, JobKind.REVIEW)]
    job = site.jobs.get(3)
    assert job is not None
    assert job.payload == {"comment_kind": "note", "comment_id": str(payload["comment"]["id"]), "action": "created"}


def test_a_server_without_github_says_so(site: Site) -> None:
    site.github = False
    answer = site.post(OPENED.body, OPENED.headers(SECRET))
    assert (answer.status_code, answer.headers["connection"]) == (404, "close")
    assert "GitHub is not configured" in str(one_line(answer)["error"])


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a": 1}', b"[" * 50_000])
def test_a_signed_body_that_is_no_delivery_is_malformed(site: Site, body: bytes) -> None:
    answer = site.post(body, signed("pull_request", body, SECRET))
    assert answer.status_code == 400
    one_line(answer)


def test_a_number_too_large_for_the_database_is_refused(site: Site) -> None:
    payload = json.loads(OPENED.body) | {"installation": {"id": 2**80}}
    body = json.dumps(payload).encode()
    assert site.post(body, signed("pull_request", body, SECRET)).status_code == 400


def test_an_endless_body_is_refused_before_it_ends(site: Site) -> None:
    """Without a length, in chunks. Fails when the body is read whole: the test's own limit is then passed."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 10_000
            assert sent < 10 * LIMIT, "read far beyond the limit"
            yield b"x" * 10_000

    async def speak(client: httpx.AsyncClient) -> None:
        answer = await client.post("/webhooks/github", content=endless(), headers=OPENED.headers(SECRET))
        assert answer.status_code == 413
        assert answer.headers["connection"] == "close"

    site.talk(speak)


def test_a_broker_that_is_down_does_not_keep_a_delivery_out(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.broker_down = True
    assert site.post(OPENED.body, OPENED.headers(SECRET)).status_code == 202
    assert site.jobs.counts()["queued"] == 2
    assert "the sweeper will" in caplog.text


def test_a_database_that_is_locked_is_503_and_the_next_delivery_is_stored(site: Site, tmp_path: Path) -> None:
    blocker = sqlite3.connect(tmp_path / "r.sqlite", isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    answer = site.post(OPENED.body, OPENED.headers(SECRET, "d-1"))
    assert answer.status_code == 503
    assert "locked" in str(one_line(answer)["error"])
    blocker.execute("ROLLBACK")
    blocker.close()
    assert site.post(OPENED.body, OPENED.headers(SECRET, "d-1")).status_code == 202


def test_every_line_of_the_log_names_the_delivery(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    from reviewbot.logs import JsonFormatter, context

    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonFormatter().format(record))

    log = logging.getLogger("reviewbot.server")
    keep = Keep()
    log.addHandler(keep)
    try:
        with caplog.at_level(logging.INFO, "reviewbot.server"):
            site.post_all([(OPENED.body, OPENED.headers(SECRET, f"d-{n}")) for n in range(20)])
    finally:
        log.removeHandler(keep)
    assert {json.loads(line).get("delivery") for line in lines} == {f"d-{n}" for n in range(20)}
    assert SECRET not in "".join(lines)
    assert context() == {}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    headers=st.dictionaries(
        st.sampled_from(["Content-Type", "X-GitHub-Event", "X-GitHub-Delivery", "X-Hub-Signature-256", "X-Other"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
    ),
    body=st.one_of(st.binary(max_size=200), st.recursive(st.none() | st.text(), st.lists).map(repr).map(str.encode)),
    sign=st.booleans(),
)
def test_hostile_requests_never_break_the_server(site: Site, headers: dict[str, str], body: bytes, sign: bool) -> None:
    base = signed("pull_request", body, SECRET) if sign else {}
    answer = site.post(body, {**base, **headers})
    assert answer.status_code in (200, 400, 401, 415)
    one_line(answer)
