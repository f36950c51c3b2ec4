"""Deliveries: the signature first, then only the fields that are used."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.errors import ConfigError
from reviewbot.domain.event import Event, HeadEvent, PullRequestEvent, PullRequestRef, PushedHead
from reviewbot.forge import github_payload, github_signature
from reviewbot.forge.github_webhook import ACTIONS, Ignored, PayloadError, SignatureError, parse, sign
from tests.fakes.deliveries import Recorded, recorded, signed

SECRET = "it's a secret"
RECORDED = recorded()
OPENED = next(one for one in RECORDED if one.name == "pull_request.opened")


def payload(**changes: Any) -> dict[str, Any]:
    data = json.loads(OPENED.body)
    data["pull_request"] |= changes.pop("pull_request", {})
    return {**data, **changes}


def send(data: object, event: str = "pull_request") -> Event | Ignored:
    body = json.dumps(data).encode()
    return parse(signed(event, body, SECRET, "d-1"), body, [SECRET])


def test_every_event_that_github_sends_is_recorded_here():
    assert len({one.event for one in RECORDED}) == 58
    assert {one.action for one in RECORDED if one.event == "pull_request"} >= ACTIONS


def wanted(delivery: Recorded) -> str | None:
    """Our action for a recorded delivery about a pull request; None for one that asks for nothing."""
    if delivery.event == "pull_request" and delivery.action in ACTIONS:
        return "labeled" if delivery.action == "unlabeled" else delivery.action
    return {"pull_request_review_thread": "answered", "pull_request_review": "reviewed"}.get(delivery.event)


SYNCHRONIZED = PushedHead(1557933633.0, "Codertocat", "f95f852bd8fca8fcc58a9a2d6c842781e32a215e")


@pytest.mark.parametrize("delivery", RECORDED, ids=lambda one: one.name)
def test_recorded_deliveries(delivery: Recorded):
    outcome = parse(delivery.headers(SECRET, "d-1"), delivery.body, [SECRET])
    action = wanted(delivery)
    if delivery.event == "merge_group":
        assert isinstance(outcome, HeadEvent)
        return
    if action is None:
        assert isinstance(outcome, Ignored)
        assert outcome.delivery == "d-1" and outcome.reason
        return
    sent = json.loads(delivery.body)
    pull = sent["pull_request"]
    assert outcome == PullRequestEvent(
        "d-1",
        PullRequestRef("github", sent["repository"]["full_name"], pull["number"]),
        action,
        pull["head"]["sha"],
        draft=pull["draft"],
        installation=sent.get("installation", {}).get("id"),
        push=SYNCHRONIZED if action == "synchronize" else None,
    )


def test_ping_says_that_it_works():
    assert "ping" in send({"zen": "Keep it logically awesome."}, "ping").reason  # type: ignore[union-attr]


def test_any_of_several_secrets_may_sign():
    body = OPENED.body
    for secret in ("old", "new"):
        assert isinstance(parse(signed("pull_request", body, secret), body, ["new", "old"]), PullRequestEvent)
    with pytest.raises(SignatureError):
        parse(signed("pull_request", body, "older"), body, ["new", "old"])


def test_headers_in_any_case():
    headers = {name.upper(): value for name, value in OPENED.headers(SECRET).items()}
    assert isinstance(parse(headers, OPENED.body, [SECRET]), PullRequestEvent)


GOOD = sign(OPENED.body, SECRET)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        GOOD.removeprefix("sha256="),
        GOOD.replace("sha256", "sha1"),
        GOOD[:-1],
        GOOD + "0",
        GOOD.upper(),
        f" {GOOD}",
        "sha256=" + "0" * 64,
        "sha256=é",
        sign(OPENED.body + b" ", SECRET),
        sign(OPENED.body, SECRET + " "),
        sign(OPENED.body, ""),
    ],
)
def test_bad_signatures(signature: str | None):
    headers = OPENED.headers(SECRET)
    headers.pop("X-Hub-Signature-256")
    if signature is not None:
        headers["X-Hub-Signature-256"] = signature
    with pytest.raises(SignatureError) as caught:
        parse(headers, OPENED.body, [SECRET])
    assert caught.value.status == 401
    assert SECRET not in str(caught.value)


def test_sha1_is_not_enough():
    headers = OPENED.headers(SECRET)
    headers["X-Hub-Signature"] = headers.pop("X-Hub-Signature-256")
    with pytest.raises(SignatureError):
        parse(headers, OPENED.body, [SECRET])


def test_nothing_is_looked_at_before_the_signature(monkeypatch: pytest.MonkeyPatch):
    def touched(*_: object) -> None:
        raise AssertionError("the body was read")

    monkeypatch.setattr(github_payload.json, "loads", touched)
    for body in (b"not json", OPENED.body):
        with pytest.raises(SignatureError):
            parse({"X-Hub-Signature-256": "sha256=0"}, body, [SECRET])


def test_compared_in_constant_time_and_against_every_secret(monkeypatch: pytest.MonkeyPatch):
    compared: list[bytes] = []
    real = github_signature.hmac.compare_digest

    def compare(one: bytes, other: bytes) -> bool:
        compared.append(other)
        return real(one, other)

    monkeypatch.setattr(github_signature.hmac, "compare_digest", compare)
    parse(OPENED.headers(SECRET), OPENED.body, [SECRET, "b", "c"])
    assert len(compared) == 3


@pytest.mark.parametrize("secrets", [[], [""], ["a", ""]])
def test_no_secret_is_an_error_whatever_the_signature(secrets: list[str]):
    with pytest.raises(ConfigError):
        parse(OPENED.headers(""), OPENED.body, secrets)


@pytest.mark.parametrize("action", sorted({one.action for one in RECORDED if one.event == "pull_request"} - ACTIONS))
def test_other_actions_are_ignored_even_when_nothing_else_is_there(action: str):
    assert isinstance(send({"action": action}), Ignored)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ([], "object"),
        ("text", "object"),
        ({}, "action"),
        ({"action": 1}, "action"),
        ({"action": "opened"}, "pull_request"),
        (payload(pull_request={"number": "1"}), "pull_request.number"),
        (payload(pull_request={"number": True}), "pull_request.number"),
        (payload(pull_request={"number": 0}), "pull_request.number"),
        (payload(pull_request={"number": 10**30}), "pull_request.number"),
        (payload(pull_request={"head": None}), "pull_request.head"),
        (payload(pull_request={"head": {"sha": "--upload-pack=x"}}), "pull_request.head.sha"),
        (payload(pull_request={"draft": "no"}), "pull_request.draft"),
        (payload(repository=None), "repository"),
        (payload(repository={"full_name": "a/b/../c"}), "repository.full_name"),
        (payload(repository={"full_name": "../.."}), "repository.full_name"),
        (payload(repository={"full_name": "a/b\n"}), "repository.full_name"),
        (payload(installation={"id": "1"}), "installation.id"),
        (payload(installation={"id": 0}), "installation.id"),
        (payload(installation={"id": 2**63}), "installation.id"),
        (payload(installation=[]), "installation"),
        ({"action": "edited"}, "changes"),
    ],
)
def test_signed_but_malformed(data: object, field: str):
    with pytest.raises(PayloadError, match=field) as caught:
        send(data)
    assert caught.value.status == 400
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"payload=%7B%7D", b"[" * 100_000, b"\xef\xbb\xbf"])
def test_signed_but_not_json(body: bytes):
    with pytest.raises(PayloadError, match="not JSON"):
        parse(signed("pull_request", body, SECRET), body, [SECRET])


@pytest.mark.parametrize("header", ["X-GitHub-Delivery", "X-GitHub-Event"])
def test_missing_headers(header: str):
    headers = {name: value for name, value in OPENED.headers(SECRET).items() if name != header}
    with pytest.raises(PayloadError, match=header):
        parse(headers, OPENED.body, [SECRET])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.integers(0, 2**32), JSON)
def test_any_field_may_be_anything(seed: int, junk: object):
    """One used field replaced by arbitrary JSON: an event, ignored, or one sentence."""
    data = payload()
    place, key = random.Random(seed).choice(
        [
            (data, "action"),
            (data, "pull_request"),
            (data, "repository"),
            (data, "installation"),
            (data["pull_request"], "number"),
            (data["pull_request"], "head"),
            (data["pull_request"], "draft"),
            (data["pull_request"]["head"], "sha"),
            (data["repository"], "full_name"),
        ]
    )
    place[key] = junk
    try:
        send(data)
    except PayloadError as error:
        assert str(error).endswith(".")


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_without_a_signature(body: bytes):
    with pytest.raises(SignatureError):
        parse({"X-GitHub-Event": "pull_request"}, body, [SECRET])
