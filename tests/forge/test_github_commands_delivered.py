"""Comments as GitHub delivers them: which may hold a command, and what is taken from them."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.event import CommentEvent, CommentKind, CommentRef, Event, PullRequestEvent, PullRequestRef
from reviewbot.forge.github_webhook import Ignored, PayloadError, parse
from tests.fakes.deliveries import recorded, signed
from tests.forge.junk import JUNK

SECRET = "it's a secret"
RECORDED = {one.name: json.loads(one.body) for one in recorded()}
COMMAND = "Please:\r\n/seed fix"
HOLDER = {"issue_comment": "comment", "pull_request_review_comment": "comment", "pull_request_review": "review"}
KIND = {
    "issue_comment": CommentKind.NOTE,
    "pull_request_review_comment": CommentKind.LINE,
    "pull_request_review": CommentKind.REVIEW,
}

WITHOUT = dict.fromkeys(HOLDER, Ignored) | {"pull_request_review": PullRequestEvent}
"""What each is where it holds no command: a review still decides about the merge."""


def delivery(event: str, action: str = "created", body: object = COMMAND) -> dict[str, Any]:
    """A recorded delivery whose comment says something else; that of an issue becomes one of a pull request."""
    theirs = "submitted" if event == "pull_request_review" else "created"
    data: dict[str, Any] = json.loads(json.dumps(RECORDED[f"{event}.{theirs}"]))
    data["action"] = theirs if action == "created" else action
    data[HOLDER[event]]["body"] = body
    if "issue" in data:
        data["issue"]["pull_request"] = {"url": f"{data['repository']['url']}/pulls/{data['issue']['number']}"}
    return data


def send(event: str, data: Mapping[str, object]) -> Event | Ignored:
    body = json.dumps(data).encode()
    return parse(signed(event, body, SECRET, "d-1"), body, [SECRET])


@pytest.mark.parametrize("action", ["created", "edited"])
@pytest.mark.parametrize("event", HOLDER)
def test_a_comment_with_a_command(event: str, action: str):
    data = delivery(event, action)
    number = (data.get("issue") or data["pull_request"])["number"]
    assert send(event, data) == CommentEvent(
        "d-1",
        PullRequestRef("github", data["repository"]["full_name"], number),
        action,
        CommentRef(KIND[event], str(data[HOLDER[event]]["id"])),
        COMMAND,
        data.get("installation", {}).get("id"),
    )


@pytest.mark.parametrize(
    ("body", "may"),
    [
        ("/seed fix", True),
        ("/SEED", True),
        ("words\n/seed help", True),
        ("words\r/seed help", True),
        ("words\r\n \t/seed help", True),
        ("> quoted\n\n/seed", True),
        ("/seedling", True),  # the grammar decides
        ("\n" * 30_000 + "/seed", True),
        ("", False),
        (None, False),
        ("please /seed fix", False),
        ("> /seed fix", False),
        ("- /seed fix", False),
        ("`/seed fix`", False),
        ("//seed", False),
        ("/ſeed", False),
        ("/ seed", False),
        ("\N{NO-BREAK SPACE}/seed", False),
    ],
)
@pytest.mark.parametrize("event", HOLDER)
def test_where_a_command_may_be(event: str, body: str | None, may: bool):
    assert isinstance(send(event, delivery(event, body=body)), CommentEvent if may else WITHOUT[event])


@pytest.mark.parametrize("event", HOLDER)
def test_what_a_bot_writes_is_no_command(event: str):
    data = delivery(event)
    data["sender"]["type"] = "Bot"
    outcome = send(event, data)
    assert isinstance(outcome, WITHOUT[event])
    assert not isinstance(outcome, Ignored) or "bot" in outcome.reason


@pytest.mark.parametrize(
    ("event", "action"),
    [
        ("issue_comment", "deleted"),
        ("issue_comment", "pinned"),
        ("pull_request_review_comment", "deleted"),
        ("pull_request_review", "created"),
    ],
)
def test_other_actions_give_no_new_text(event: str, action: str):
    data = delivery(event)
    assert isinstance(send(event, {**data, "action": action}), Ignored)
    assert isinstance(send(event, {"action": action}), Ignored)


def test_a_comment_on_an_issue_is_none_of_ours():
    data = delivery("issue_comment")
    del data["issue"]["pull_request"]
    outcome = send("issue_comment", data)
    assert isinstance(outcome, Ignored) and "issue" in outcome.reason


@pytest.mark.parametrize(("action", "ours"), [("resolved", "answered"), ("unresolved", "answered"), ("other", None)])
def test_a_thread_that_is_resolved_or_opened_again(action: str, ours: str | None):
    outcome = send("pull_request_review_thread", {**RECORDED["pull_request_review_thread.resolved"], "action": action})
    assert (outcome.action if isinstance(outcome, PullRequestEvent) else None) == ours


def test_a_thread_that_a_bot_resolves_answers_nothing():
    data = json.loads(json.dumps(RECORDED["pull_request_review_thread.resolved"]))
    data["sender"]["type"] = "Bot"
    assert isinstance(send("pull_request_review_thread", data), Ignored)


@pytest.mark.parametrize(
    ("changes", "ours"),
    [
        ({"base": {"ref": {"from": "main"}, "sha": {"from": "0" * 40}}}, "retargeted"),
        ({"base": {"ref": {"from": "main"}}, "title": {"from": "x"}}, "retargeted"),
        ({"title": {"from": "x"}}, "described"),
        ({"body": {"from": "/seed fix"}}, "described"),
        ({}, None),
    ],
)
def test_an_edit_matters_where_it_changes_the_base_or_the_words(changes: dict[str, Any], ours: str | None):
    outcome = send("pull_request", {**RECORDED["pull_request.opened"], "action": "edited", "changes": changes})
    assert (outcome.action if isinstance(outcome, PullRequestEvent) else None) == ours


def test_a_text_that_no_database_takes_is_made_one_that_it_does():
    outcome = send("issue_comment", delivery("issue_comment", body="/seed fix \0 \ud800"))
    assert isinstance(outcome, CommentEvent)
    assert outcome.body == "/seed fix \N{REPLACEMENT CHARACTER} ?"


@pytest.mark.parametrize(
    "body", ["\n" + " " * 65_000, " \t" * 32_000, "\r\n" * 32_000, "/see" * 16_000, "\n/see" * 13_000]
)
def test_the_largest_comment_is_looked_through_at_once(body: str):
    before = time.process_time()
    assert isinstance(send("issue_comment", delivery("issue_comment", body=body)), Ignored)
    assert time.process_time() - before < 10


MALFORMED = [
    ("comment.id", "1"),
    ("comment.id", True),
    ("comment.id", 0),
    ("comment.id", 2**60),
    ("comment.body", 7),
    ("comment", None),
    ("sender", None),
    ("sender.type", 1),
    ("repository.full_name", "../.."),
    ("repository.full_name", "a/b\n"),
    ("issue", []),
    ("issue.number", -1),
    ("installation", {"id": "x"}),
    ("action", None),
]


@pytest.mark.parametrize(("path", "value"), MALFORMED, ids=[f"{path}={value}" for path, value in MALFORMED])
def test_signed_but_malformed(path: str, value: object):
    data = delivery("issue_comment")
    *above, last = path.split(".")
    place = data
    for name in above:
        place = place[name]
    place[last] = value
    with pytest.raises(PayloadError, match=path) as caught:
        send("issue_comment", data)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


USED = {
    "issue_comment": [["comment"], ["comment", "id"], ["comment", "body"], ["issue"], ["issue", "number"]],
    "pull_request_review_comment": [["comment"], ["comment", "id"], ["comment", "body"], ["pull_request", "number"]],
    "pull_request_review": [["review"], ["review", "id"], ["review", "body"], ["pull_request"]],
}
EVERYWHERE = [["action"], ["sender"], ["sender", "type"], ["repository"], ["repository", "full_name"], ["installation"]]


@settings(deadline=None)
@given(st.sampled_from(sorted(USED)), st.integers(0, 2**32), JUNK)
def test_any_field_may_be_anything(event: str, seed: int, junk: object):
    """One used field replaced by arbitrary JSON: an event, ignored, or one sentence."""
    data = delivery(event)
    *above, last = random.Random(seed).choice(USED[event] + EVERYWHERE)
    place = data
    for name in above:
        place = place[name]
    place[last] = junk
    try:
        send(event, data)
    except PayloadError as error:
        assert str(error).endswith(".")


@settings(deadline=None)
@given(st.text(max_size=200))
def test_whatever_the_text_the_event_can_be_stored(text: str):
    outcome = send("issue_comment", delivery("issue_comment", body=f"{text}\n/seed"))
    assert isinstance(outcome, CommentEvent)
    outcome.body.encode("utf-8")
    assert "\0" not in outcome.body
