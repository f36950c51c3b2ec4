"""Every failure of GitHub ends in the error tree, with a sentence, without the token."""

from __future__ import annotations

import json
import logging
import pickle
import socket
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from github import BadAttributeException, GithubException, IncompletableObject, RateLimitExceededException

from reviewbot.domain.conversation import Comment, Permission, Person, Reaction, Thread
from reviewbot.domain.errors import (
    ForgeDenied,
    ForgeError,
    ForgeRateLimited,
    ForgeRejected,
    ForgeUnavailable,
)
from reviewbot.domain.event import CommentKind, CommentRef, PullRequest
from reviewbot.forge.buckets import GITHUB
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_credentials import TokenCredentials
from reviewbot.forge.github_errors import MAX_WAIT, explanation, from_status, mapped, wait_seconds
from reviewbot.forge.github_graphql import from_errors
from reviewbot.forge.manners import Manners
from reviewbot.forge.protocol import ForgeReview, Status, StatusState
from reviewbot.forge.turns import Turns
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
QUIET: dict[str, tuple[object, tuple[str, ...]]] = {
    "comment": (None, ("404", "410")),
    "permission": (Permission.NONE, ("404", "410")),
    "delete": (None, ("404", "410")),
    "is_protected": (True, ("403", "404", "410")),
}
"""For some calls a refusal is an answer: what is gone, a stranger, a branch that may not be looked at."""

LINE, NOTE, REVIEW = (CommentRef(kind, "5") for kind in CommentKind)
THREAD = Thread("T1", "a.py", None, None, None, False, None, (Comment(LINE, Person("ada"), "words"),))
CALLS: dict[str, Callable[[GitHub], object]] = {
    "login": lambda github: github.login,
    "pull_request": lambda github: github.pull_request(REF),
    "conversation": lambda github: github.conversation(REF),
    "post_review": lambda github: github.post_review(REF, ForgeReview("0" * 40, "body", ())),
    "reply": lambda github: github.reply(REF, THREAD, "words"),
    "say": lambda github: github.say(REF, "words"),
    "edit": lambda github: github.edit(REF, NOTE, "words"),
    "edit a review": lambda github: github.edit(REF, REVIEW, "words"),
    "delete": lambda github: github.delete(REF, LINE),
    "set_resolved": lambda github: github.set_resolved(REF, "T1", resolved=True),
    "react": lambda github: github.react(REF, NOTE, Reaction.EYES),
    "comment": lambda github: github.comment(REF, LINE),
    "permission": lambda github: github.permission(REF, "ada"),
    "is_protected": lambda github: github.is_protected(head_of(github)),
    "set_status": lambda github: github.set_status(REF, "0" * 40, Status(StatusState.SUCCESS, "reviewbot", "fine")),
}
READING = ("login", "pull_request", "conversation", "comment", "permission", "is_protected")
"""What changes nothing is sent up to three times; ``Manners`` sees to it."""


def head_of(github: GitHub) -> PullRequest:
    address = github.page(REF).replace("/pull/1", ".git")
    return PullRequest(REF, "open", False, "a", "main", "b", "c", address, False, "ada", "feature", address, True)


def client_of(hub: FakeGitHub, secret: str, **more: Any) -> GitHub:
    """A client that waits for nothing."""
    turns = Turns(GITHUB, sleep=lambda seconds: None, jitter=lambda: 0.0)
    return GitHub(TokenCredentials(hub.api, secret, manners=Manners(turns=turns), **{"timeout": 5, **more}))


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
    client = client_of(failing, secret)
    quiet, faults_of = QUIET.get(call, (None, ()))
    if fault in faults_of:
        assert CALLS[call](client) == quiet
        return
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
def test_what_writes_is_sent_once(failing: FakeGitHub, call: str):
    failing.fail("*", ".*", faults.status(503), times=100)
    client = client_of(failing, failing.token("bot"))
    with pytest.raises(ForgeUnavailable):
        CALLS[call](client)
    assert len(failing.seen) == client.calls == (3 if call in READING else 1)


NOT_WHOLE: dict[str, tuple[object, type[ForgeError]]] = {
    "not found": ({"errors": [{"type": "NOT_FOUND", "message": "Could not resolve to a Repository."}]}, ForgeDenied),
    "forbidden": ({"errors": [{"type": "FORBIDDEN", "message": "Resource not accessible"}]}, ForgeDenied),
    "scopes": ({"errors": [{"type": "INSUFFICIENT_SCOPES", "message": "Your token lacks a scope"}]}, ForgeDenied),
    "limited": ({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}, ForgeRateLimited),
    "secondary": ({"message": "You have exceeded a secondary rate limit"}, ForgeRateLimited),
    "secondary, listed": ({"errors": [{"message": "You have exceeded a secondary rate limit"}]}, ForgeRateLimited),
    "a name of a limit": ({"errors": [{"type": "NOT_FOUND", "message": "no 'rate limit'"}]}, ForgeDenied),
    "both": ({"errors": [{"type": "NOT_FOUND"}, {"type": "RATE_LIMITED", "message": "m"}]}, ForgeRateLimited),
    "worst": ({"errors": [{"message": "m"}, {"type": "FORBIDDEN", "message": "m"}]}, ForgeDenied),
    "inner": ({"errors": [{"message": "Something went wrong while executing your query"}]}, ForgeUnavailable),
    "timeout": ({"data": None, "errors": [{"message": "We couldn't respond in time"}]}, ForgeUnavailable),
    "too many nodes": ({"errors": [{"type": "MAX_NODE_LIMIT_EXCEEDED", "message": "m"}]}, ForgeUnavailable),
    "beside data": ({"data": {"repository": None}, "errors": [{"message": "half"}]}, ForgeUnavailable),
    "odd errors": ({"errors": "no"}, ForgeUnavailable),
    "odd list": ({"errors": [7, None, {"type": []}]}, ForgeUnavailable),
    "odd object": ({"errors": {"type": "NOT_FOUND"}}, ForgeUnavailable),
    "nothing": ({}, ForgeUnavailable),
    "null": ({"data": None}, ForgeUnavailable),
    "no repository": ({"data": {"repository": None}}, ForgeUnavailable),
    "no pull request": ({"data": {"repository": {"pullRequest": None}}}, ForgeUnavailable),
    "other": ({"data": {"repository": {"pullRequest": {"state": 7}}, "done": {"thread": {}}}}, ForgeUnavailable),
}


@pytest.mark.parametrize("call", ["conversation", "set_resolved"])
@pytest.mark.parametrize("answer", NOT_WHOLE)
def test_graphql_errs_with_status_200(failing: FakeGitHub, answer: str, call: str):
    data, kind = NOT_WHOLE[answer]
    failing.fail("POST", "/graphql", faults.raw(json.dumps(data).encode()), times=100)
    with pytest.raises(ForgeError) as caught:
        CALLS[call](client_of(failing, failing.token("bot")))
    assert type(caught.value) is kind
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_a_limit_of_graphql_says_how_long():
    data = {"errors": [{"type": "RATE_LIMITED", "message": "m"}]}
    error = from_errors("trying", data, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1500"}, 1000.0)
    assert isinstance(error, ForgeRateLimited) and error.retry_after == 500.0


def test_a_thread_that_does_not_change_is_a_failure(failing: FakeGitHub):
    answer = {"data": {"done": {"thread": {"isResolved": False}}}}
    failing.fail("POST", "/graphql", faults.raw(json.dumps(answer).encode()), times=2)
    client = client_of(failing, failing.token("bot"))
    client.set_resolved(REF, "T1", resolved=False)
    with pytest.raises(ForgeUnavailable):
        client.set_resolved(REF, "T1", resolved=True)


def test_half_a_conversation_is_none(hub: FakeGitHub, github: GitHub):
    """The second page fails: nothing of the first is given."""
    for number in range(101):
        hub.comment(hub.repositories["team/shop"].pulls[1], "ada", f"note {number}")
    assert len(github.conversation(REF).notes) == 101
    wrong = {"errors": [{"type": "FORBIDDEN", "message": "m"}]}
    answers = iter([None, wrong])
    real = hub.faults.take
    with pytest.MonkeyPatch.context() as patch:

        def take(method: str, path: str) -> Fault | None:
            answer = next(answers, None) if path == "/graphql" else None
            return real(method, path) if answer is None else faults.raw(json.dumps(answer).encode())

        patch.setattr(hub.faults, "take", take)
        with pytest.raises(ForgeDenied):
            github.conversation(REF)


def test_a_slow_answer_times_out(hub: FakeGitHub):
    hub.fail("POST", ".*", Fault(faults.status(200).answer, seconds=1.5))
    with pytest.raises(ForgeUnavailable, match="too long"):
        client_of(hub, hub.token("bot"), timeout=1).say(REF, "words")


def test_nobody_listens():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        with pytest.raises(ForgeUnavailable, match="could not be reached"):
            GitHub(TokenCredentials(f"http://127.0.0.1:{port}", "t")).say(REF, "words")


def test_the_fakes_own_limits_are_understood(hub: FakeGitHub):
    """By clients that know of nothing before: one that does would not ask."""
    hub.limits.hourly = 1
    client_of(hub, hub.token("bot")).pull_request(REF)
    with pytest.raises(ForgeRateLimited) as caught:
        client_of(hub, hub.token("bot")).pull_request(REF)
    assert 3500 < caught.value.retry_after <= 3600
    hub.elapsed += 3700
    client_of(hub, hub.token("bot")).pull_request(REF)
    hub.limits.hourly = 5000
    hub.limits.writes_a_minute = 1
    head = hub.repositories["team/shop"].pulls[1].head_sha
    client = client_of(hub, hub.token("bot"))
    client.post_review(REF, ForgeReview(head, "one", ()))
    with pytest.raises(ForgeRateLimited) as caught:
        client.post_review(REF, ForgeReview(head, "two", ()))
    assert 1 <= caught.value.retry_after <= 60


def test_a_token_that_expires(hub: FakeGitHub):
    token = hub.token("app[bot]", installation=True, seconds=3600)
    client = client_of(hub, token, bot_login="app[bot]")
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
