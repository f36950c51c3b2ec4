"""What the fake GitHub delivers follows GitHub's own schema, so that it may stand for the real one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft7Validator

from reviewbot.domain.event import CommentEvent, CommentKind, HeadEvent, PullRequestEvent, PullRequestRef
from reviewbot.domain.gate import CHECK
from reviewbot.forge.github_webhook import Ignored, parse
from tests.fakes.deliveries import Recorded, recorded
from tests.fakes.github import FakeGitHub
from tests.fakes.trim_webhooks import READ, SCHEMA

SECRET = "it's a secret"
RECORDED = [one for one in recorded() if one.event in READ]


def wrong(event: str, data: dict[str, Any]) -> list[str]:
    """What GitHub's schema of this action says against a delivery. A push has no action."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = Draft7Validator({**schema, "$ref": f"#/definitions/{event}${data.get('action', 'event')}"})
    return [leaf.message for error in validator.iter_errors(data) for leaf in (error.context or [error])]


@pytest.mark.parametrize("one", RECORDED, ids=lambda one: one.name)
def test_the_schema_knows_every_recorded_delivery(one: Recorded):
    data = json.loads(one.body)
    assert wrong(one.event, data) == []
    assert wrong(one.event, {"action": data["action"]} if "action" in data else {}) != []


def test_the_life_of_a_pull_request_as_it_is_delivered(hub: FakeGitHub):
    hub.hook("team/shop", "http://127.0.0.1:9/nobody", SECRET)
    pull = hub.repositories["team/shop"].pulls[1]
    before = pull.head_sha
    hub.push("team/shop", "feature", {"b.py": "b = 1\n"}, author="ada")
    hub.close_pull(pull)
    hub.reopen(pull)
    delivered = hub.delivered()
    for one in delivered:
        assert wrong(one.event, json.loads(one.body)) == []
    sent = [one for one in delivered if one.event == "pull_request"]
    assert [json.loads(one.body)["action"] for one in sent] == ["synchronize", "closed", "reopened"]
    ref = PullRequestRef("github", "team/shop", 1)
    events = [parse(one.headers, one.body, [SECRET]) for one in sent]
    first = events[0]
    assert isinstance(first, PullRequestEvent) and first.push is not None
    assert (first.push.by, first.push.before) == ("ada", before)
    assert [replace(one, push=None) for one in events if isinstance(one, PullRequestEvent)] == [
        PullRequestEvent(one.id, ref, action, pull.head_sha)
        for one, action in zip(sent, ("synchronize", "closed", "reopened"), strict=True)
    ]


def test_pushes_as_they_are_delivered(hub: FakeGitHub):
    """A branch is made, gets settings, is thrown back, and is deleted. The fake tells no files, so any may be there."""
    hub.hook("team/shop", "http://127.0.0.1:9/nobody", SECRET)
    hub.push("team/shop", "next", {"n.py": "n = 1\n"})
    head = hub.push("team/shop", "next", {".reviewbot.toml": "[ai]\nmode = 'report'\n"})
    hub.force_push("team/shop", "next", {"n.py": "n = 3\n"})
    hub.delete_branch("team/shop", "next")
    sent = [one for one in hub.delivered() if one.event == "push"]
    for one in sent:
        assert wrong(one.event, json.loads(one.body)) == []
    events = [parse(one.headers, one.body, [SECRET]) for one in sent]
    assert [isinstance(one, HeadEvent) for one in events] == [False, True, True, False]
    ruled = events[1]
    assert isinstance(ruled, HeadEvent) and (ruled.branch, ruled.head) == ("next", head)


def test_checks_as_they_are_delivered(hub: FakeGitHub):
    """*Re-run*, a button, *Re-run all checks*, each by somebody, as our App is told of them.

    The fake writes checks as GitHub's OpenAPI has them now, with fields that the schema of deliveries does not know.
    """
    app = hub.app("reviewbot", hook="http://127.0.0.1:9/nobody", events=("check_run", "check_suite"))
    hub.install(app, "team")
    repo = hub.repositories["team/shop"]
    head, buttons = repo.pulls[1].head_sha, [{"label": "x", "description": "y", "identifier": "reviewed"}]
    fields = {"status": "completed", "conclusion": "action_required", "actions": buttons}
    run = hub.begin_run(repo, app, CHECK, head, fields)
    hub.rerequest(repo, run, "ada")
    hub.press(repo, run, "ada", "reviewed")
    hub.rerequest_suite(repo, app, head, "ada")
    sent = hub.delivered()
    told = [parse(one.headers, one.body, [app.webhook_secret]) for one in sent]
    events = [one for one in told if isinstance(one, HeadEvent)]
    assert [(str(one.action), one.by, one.head) for one in events] == [
        (action, "ada", head) for action in ("recheck", "reviewed", "recheck")
    ]
    assert len(events) == len(sent) - 2  # the run as it was made, and as it ended


def test_what_is_said_as_it_is_delivered(hub: FakeGitHub):
    """Each with a command, so that everything a person writes is an event."""
    hub.hook("team/shop", "http://127.0.0.1:9/nobody", SECRET)
    pull = hub.repositories["team/shop"].pulls[1]
    note = hub.comment(pull, "ada", "/seed help")
    first = hub.review_comment(pull, "ada", "a.py", 20, "/seed fix")
    hub.reply(pull, first, "our[bot]", "/seed fix")
    hub.review(pull, "eve", "/seed review")
    hub.edit_comment(note, "/seed status")
    hub.resolve(first, "ada")
    hub.unresolve(first, "our[bot]")
    hub.delete_comment(note)
    hub.label(pull, "skip")
    hub.retarget(pull, "feature")
    sent = hub.delivered()
    for one in sent:
        assert wrong(one.event, json.loads(one.body)) == [], (one.event, json.loads(one.body)["action"])
    events = [parse(one.headers, one.body, [SECRET]) for one in sent]
    assert [(one.comment.kind, one.comment.id, one.action) for one in events if isinstance(one, CommentEvent)] == [
        (CommentKind.NOTE, str(note.id), "created"),
        (CommentKind.LINE, str(first.id), "created"),
        (CommentKind.REVIEW, str(pull.reviews[-1].id), "created"),
        (CommentKind.NOTE, str(note.id), "edited"),
    ]
    assert [one.action for one in events if isinstance(one, PullRequestEvent)] == [
        *("reviewed", "reviewed"),  # the reviews that a comment on a line, and the answer to it, are of
        *("answered", "labeled", "retargeted"),
    ]
    assert sum(isinstance(one, Ignored) for one in events) == len(events) - 9
