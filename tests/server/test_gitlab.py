"""`POST /webhooks/gitlab`: as GitHub's, proven by a token or by a signature."""

from __future__ import annotations

import json
import logging
import time
from typing import Any

import pytest

from reviewbot.forge.gitlab_signing import Secrets, sign
from reviewbot.store.job import JobKind
from tests.server.conftest import LIMIT, SECRET, Site
from tests.server.test_webhook import one_line

SIGNING = "whsec_" + "c2VjcmV0" * 4
OPENED: dict[str, Any] = {
    "object_kind": "merge_request",
    "project": {"path_with_namespace": "group/sub/shop"},
    "object_attributes": {"iid": 7, "action": "open", "last_commit": {"id": "a" * 40}, "draft": False},
}
COMMAND: dict[str, Any] = {
    "object_kind": "note",
    "user": {"username": "ada"},
    "project": {"path_with_namespace": "group/sub/shop"},
    "merge_request": {"iid": 7},
    "object_attributes": {"id": 99, "note": "/seed fix", "noteable_type": "MergeRequest", "action": "create"},
}


def headers(delivery: str = "d-1", **more: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-Gitlab-Event": "Merge Request Hook",
        "X-Gitlab-Token": SECRET,
        "Idempotency-Key": delivery,
        **more,
    }


def test_a_delivery_is_stored_enqueued_and_accepted(site: Site) -> None:
    answer = site.post(json.dumps(OPENED).encode(), headers(), "gitlab")
    assert (answer.status_code, one_line(answer)) == (202, {"status": "accepted", "job": 1})
    assert site.sent_as == [(2, JobKind.GATE), (1, JobKind.REVIEW)]
    job = site.jobs.get(1)
    assert job is not None
    assert (str(job.ref), job.delivery, job.head) == ("gitlab:group/sub/shop#7", "d-1", "a" * 40)


def test_a_command_goes_into_the_queue_of_commands(site: Site) -> None:
    answer = site.post(json.dumps(COMMAND).encode(), headers(), "gitlab")
    assert answer.status_code == 202
    assert site.sent_as == [(1, JobKind.COMMAND)]


def test_both_forges_may_give_one_id(site: Site) -> None:
    """Fails when deliveries are unique by their id alone."""
    body = json.dumps(OPENED).encode()
    answers = [site.post(body, headers(), "gitlab") for _ in range(2)]
    assert [one_line(a)["status"] for a in answers] == ["accepted", "duplicate"]


def test_a_signed_delivery_is_accepted_and_an_old_one_refused(site: Site) -> None:
    site.gitlab = Secrets(signing=(SIGNING,))
    body = json.dumps(OPENED).encode()
    for age, status in ((0, 202), (3600, 401)):
        at = str(int(time.time()) - age)
        signed = {"webhook-id": "d-9", "webhook-timestamp": at, "webhook-signature": sign(body, SIGNING, "d-9", at)}
        assert site.post(body, headers(**signed), "gitlab").status_code == status


@pytest.mark.parametrize(
    ("changed", "body", "status"),
    [
        ({"X-Gitlab-Token": "other"}, json.dumps(OPENED).encode(), 401),
        ({"Content-Type": "text/plain"}, json.dumps(OPENED).encode(), 415),
        ({"Idempotency-Key": ""}, json.dumps(OPENED).encode(), 400),
        ({}, b"[]", 400),
        ({}, b"[" * 50_000, 400),
        ({}, b" " * (LIMIT + 1), 413),
        ({}, json.dumps({**OPENED, "object_attributes": {"iid": 2**80, "action": "open"}}).encode(), 400),
    ],
    ids=["token", "no JSON", "no id", "no object", "deep", "too large", "number"],
)
def test_a_bad_delivery_is_refused_in_one_line_and_leaves_nothing(
    site: Site, changed: dict[str, str], body: bytes, status: int
) -> None:
    answer = site.post(body, {**headers(), **changed}, "gitlab")
    assert answer.status_code == status
    assert str(one_line(answer)["error"]).endswith(".")
    assert sum(site.jobs.counts().values()) == 0


def test_a_server_without_gitlab_says_so_before_it_reads_anything(site: Site) -> None:
    site.gitlab = None
    answer = site.post(b"x" * (LIMIT + 1), {"Content-Type": "text/plain"}, "gitlab")
    assert (answer.status_code, answer.headers["connection"]) == (404, "close")
    assert "GitLab is not configured" in str(one_line(answer)["error"])


@pytest.mark.parametrize(
    ("given", "bound"),
    [
        ({"webhook-id": "w"}, "w"),
        ({}, "d-1"),
        ({"Idempotency-Key": "", "X-Gitlab-Webhook-UUID": "u"}, ""),
    ],
)
def test_the_log_names_the_delivery(
    site: Site, caplog: pytest.LogCaptureFixture, given: dict[str, str], bound: str
) -> None:
    from reviewbot.logs import context

    seen: list[object] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(context()["delivery"])

    keep = Keep()
    logging.getLogger("reviewbot.server").addHandler(keep)
    try:
        with caplog.at_level(logging.INFO, "reviewbot.server"):
            site.post(json.dumps(OPENED).encode(), headers(**given), "gitlab")
    finally:
        logging.getLogger("reviewbot.server").removeHandler(keep)
    assert seen == [bound]
