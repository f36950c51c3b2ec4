"""Every failure of GitHub ends in the error tree, with a sentence, without the token."""

from __future__ import annotations

import logging
import pickle
import socket
import traceback
from collections.abc import Callable, Iterator

import pytest
import requests
from github import BadAttributeException, GithubException, IncompletableObject, RateLimitExceededException

from reviewbot.domain.errors import (
    ForgeDenied,
    ForgeError,
    ForgeRateLimited,
    ForgeRejected,
    ForgeUnavailable,
)
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_errors import MAX_WAIT, explanation, from_status, mapped, wait_seconds
from reviewbot.forge.protocol import ForgeReview
from tests.fakes.github import FakeGitHub, faults
from tests.fakes.github.faults import Fault
from tests.forge.conftest import REF

FAULTS: dict[str, tuple[Fault, type[ForgeError]]] = {
    "401": (faults.status(401, "Bad credentials"), ForgeDenied),
    "403": (faults.status(403, "Resource not accessible by integration"), ForgeDenied),
    "403 primary": (
        faults.status(403, "API rate limit exceeded for user ID 1.", x_ratelimit_remaining="0", x_ratelimit_reset="1"),
        ForgeRateLimited,
    ),
    "403 secondary": (
        faults.status(403, "You have exceeded a secondary rate limit.", retry_after="30"),
        ForgeRateLimited,
    ),
    "403 secondary, no time": (faults.status(403, "You have exceeded a secondary rate limit."), ForgeRateLimited),
    "429": (faults.status(429, "Too many requests", retry_after="9"), ForgeRateLimited),
    "404": (faults.status(404, "Not Found"), ForgeDenied),
    "410": (faults.status(410, "Gone"), ForgeDenied),
    "422": (faults.status(422, "Validation Failed"), ForgeRejected),
    "400": (faults.status(400, "Problems parsing JSON"), ForgeRejected),
    "409": (faults.status(409, "Conflict"), ForgeRejected),
    "500": (faults.status(500), ForgeUnavailable),
    "502 page": (faults.page_instead(502), ForgeUnavailable),
    "503": (faults.status(503), ForgeUnavailable),
    "504 page": (faults.page_instead(504), ForgeUnavailable),
    "cut": (faults.CUT_BEFORE, ForgeUnavailable),
    "half": (faults.HALF, ForgeUnavailable),
    "200 page": (faults.page_instead(200), ForgeUnavailable),
    "200 empty": (faults.raw(b""), ForgeUnavailable),
    "200 half JSON": (faults.raw(b'{"id": 1, "ba'), ForgeUnavailable),
    "200 not UTF-8": (faults.raw(b"\xff\xfe{}"), ForgeUnavailable),
    "200 null": (faults.raw(b"null"), ForgeUnavailable),
    "200 number": (faults.raw(b"7"), ForgeUnavailable),
    "200 other list": (faults.raw(b"[1, 2]"), ForgeUnavailable),
    "200 other object": (
        faults.raw(b'{"id": "x", "user": 7, "body": 3, "base": [], "html_url": []}'),
        ForgeUnavailable,
    ),
    "422 list": (faults.raw(b"[1]", 422), ForgeError),
    "500 odd message": (faults.raw(b'{"message": 7}', 500), ForgeUnavailable),
    "301 elsewhere": (faults.status(301, location="http://127.0.0.2/x"), ForgeUnavailable),
    "302": (faults.status(302, "Found"), ForgeError),
}
CALLS: dict[str, Callable[[GitHub], object]] = {
    "pull_request": lambda github: github.pull_request(REF),
    "own_bodies": lambda github: github.own_bodies(REF),
    "login": lambda github: github.login,
    "post_review": lambda github: github.post_review(REF, ForgeReview("0" * 40, "body", ())),
}


@pytest.fixture(scope="module")
def _empty() -> Iterator[FakeGitHub]:
    with FakeGitHub() as made:
        yield made


@pytest.fixture
def failing(_empty: FakeGitHub) -> FakeGitHub:
    """A GitHub that is asked only to fail, so nothing need be in it."""
    _empty.faults.clear()
    _empty.seen.clear()
    return _empty


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", FAULTS)
def test_every_failure_of_every_call(failing: FakeGitHub, fault: str, call: str, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    secret = failing.token("bot")
    given, kind = FAULTS[fault]
    failing.fail("*", ".*", given, times=100)
    client = GitHub(failing.api, secret, timeout=5)
    with pytest.raises(ForgeError) as caught:
        CALLS[call](client)
    client.close()
    error = caught.value
    assert isinstance(error, kind), error
    assert str(error).endswith(".") and "\n" not in str(error)
    assert error.retryable is isinstance(error, ForgeUnavailable | ForgeRateLimited)
    shown = "".join(traceback.format_exception(error)) + caplog.text + repr(client) + repr(error)
    assert secret not in shown
    assert error.__context__ is None and error.__cause__ is None
    assert secret.encode() not in pickle.dumps(error.args)


@pytest.mark.parametrize("call", CALLS)
def test_nothing_is_tried_twice_by_itself(failing: FakeGitHub, call: str):
    failing.fail("*", ".*", faults.status(503), times=100)
    client = GitHub(failing.api, failing.token("bot"), timeout=5)
    with pytest.raises(ForgeUnavailable):
        CALLS[call](client)
    assert len(failing.seen) == 1


def test_a_slow_answer_times_out(hub: FakeGitHub):
    hub.fail("GET", ".*", Fault(faults.status(200).answer, seconds=3))
    with pytest.raises(ForgeUnavailable, match="too long"):
        GitHub(hub.api, hub.token("bot"), timeout=1).pull_request(REF)


def test_nobody_listens():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        with pytest.raises(ForgeUnavailable, match="could not be reached"):
            GitHub(f"http://127.0.0.1:{port}", "t").pull_request(REF)


def test_the_fakes_own_limits_are_understood(hub: FakeGitHub):
    client = GitHub(hub.api, hub.token("bot"))
    hub.limits.hourly = 1
    client.pull_request(REF)
    with pytest.raises(ForgeRateLimited) as caught:
        client.pull_request(REF)
    assert 3500 < caught.value.retry_after <= 3600
    hub.elapsed += 3700
    client.pull_request(REF)
    hub.limits.hourly = 5000
    hub.limits.writes_a_minute = 1
    head = hub.repositories["team/shop"].pulls[1].head_sha
    client.post_review(REF, ForgeReview(head, "one", ()))
    with pytest.raises(ForgeRateLimited) as caught:
        client.post_review(REF, ForgeReview(head, "two", ()))
    assert 1 <= caught.value.retry_after <= 60


def test_a_token_that_expires(hub: FakeGitHub):
    client = GitHub(hub.api, hub.token("app[bot]", installation=True, seconds=3600), bot_login="app[bot]")
    client.pull_request(REF)
    hub.elapsed += 3601
    with pytest.raises(ForgeDenied, match="token"):
        client.pull_request(REF)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "30"}, 30.0),
        ({"retry-after": "30", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1500"}, 30.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1500"}, 500.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "500"}, 1.0),
        ({"x-ratelimit-remaining": "3", "x-ratelimit-reset": "1500"}, 60.0),
        ({"x-ratelimit-remaining": "0"}, 60.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, 60.0),
        ({"retry-after": "²"}, 60.0),
        ({"retry-after": "0"}, 1.0),
        ({"retry-after": "9" * 400}, MAX_WAIT),
        ({}, 60.0),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], wait: float):
    assert wait_seconds(headers, now=1000.0) == wait


@pytest.mark.parametrize("status", range(300, 600))
def test_every_status_has_its_error(status: int):
    error = from_status("trying", status, {}, {"message": "m"}, 0.0)
    assert str(error).endswith(".")
    if status >= 500:
        assert type(error) is ForgeUnavailable
    if status < 400:
        assert type(error) is ForgeError


def _everything_a_library_raises() -> Iterator[Exception]:
    yield from (GithubException(502, None, None), RateLimitExceededException(403, {"message": "rate limit"}, {}))
    yield IncompletableObject(400, message="no URL")
    yield BadAttributeException(1, str, None)
    for name in dir(requests.exceptions):
        kind = getattr(requests.exceptions, name)
        if isinstance(kind, type) and issubclass(kind, requests.RequestException) and name != "JSONDecodeError":
            yield kind("Authorization: token s3cret")
    yield requests.exceptions.JSONDecodeError("s3cret", "", 0)


@pytest.mark.parametrize("raised", list(_everything_a_library_raises()), ids=lambda one: type(one).__name__)
def test_every_exception_of_pygithub_and_requests_is_mapped(raised: Exception):
    def action() -> None:
        raise raised

    with pytest.raises(ForgeError) as caught:
        mapped("trying", action)
    assert "s3cret" not in str(caught.value)
    assert caught.value.retryable


def test_our_own_errors_pass_through():
    mine = ForgeDenied("mine.")

    def action() -> None:
        raise mine

    with pytest.raises(ForgeDenied) as caught:
        mapped("trying", action)
    assert caught.value is mine


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "no reason given"),
        ([], "no reason given"),
        ({}, "no reason given"),
        ({"message": "Unprocessable", "errors": ["one", "two"]}, "Unprocessable; one; two"),
        ({"message": "Failed", "errors": [{"code": "missing"}, {"message": "m", "code": "c"}]}, "Failed; missing; m"),
        ({"message": "two\nlines", "errors": "odd"}, "two lines"),
        ({"message": "x" * 400}, "x" * 300 + "…"),
    ],
)
def test_githubs_own_words(data: object, words: str):
    assert explanation(data) == words
