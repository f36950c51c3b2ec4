"""The fake GitLab: what it delivers, how it signs, and when it gives up on a hook."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Hook, Pull
from tests.fakes.gitlab.webhooks import count, enabled
from tests.forge.fake_gitlab.documented import BASE, MR, begin, documented

EXAMPLES = Path(__file__).parent.parent.parent / "data" / "gitlab" / "deliveries.jsonl"
SIGNING = "whsec_" + base64.b64encode(b"k" * 32).decode()
EVENTS = "/user/project/integrations/webhook_events/"
# In the examples, but not in what GitLab sends of a merge request without an assignee.
NOT_THERE = {"position", "assignee"}


class Receiver(HTTPServer):
    """Takes deliveries; answers `status` after `seconds`."""

    status = 200
    hold: threading.Event | None = None

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receives)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/webhooks/gitlab"
        self.got: list[tuple[dict[str, str], bytes]] = []


class _Receives(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        if self.server.hold is not None:
            self.server.hold.wait(10)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def told(hub: FakeGitLab, event: str) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in hub.delivered() if one.headers["X-Gitlab-Event"] == f"{event} Hook"]


@documented("/user/project/integrations/webhooks/#delivery-headers")
def test_headers(hub: FakeGitLab, pull: Pull, receiver: Receiver):
    hook = hub.hook("team/shop", receiver.url, "it's secret", signing=SIGNING)
    hub.comment(pull, "ann", "hello")
    hub.delivered()
    [(headers, body)] = receiver.got
    assert headers["x-gitlab-event"] == "Note Hook" and headers["x-gitlab-token"] == "it's secret"
    assert headers["x-gitlab-instance"] == hub.web and headers["x-gitlab-webhook-uuid"] == hook.uuid
    assert headers["webhook-id"] == headers["idempotency-key"] != headers["x-gitlab-event-uuid"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.new(b"k" * 32, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"
    assert abs(int(headers["webhook-timestamp"]) - hub.now()) < 60


@documented("/user/project/integrations/webhooks/#inspect-request-and-response-details")
def test_sent_again_it_keeps_its_key(hub: FakeGitLab, pull: Pull, receiver: Receiver):
    hook = hub.hook("team/shop", receiver.url, "")
    hub.comment(pull, "ann", "hello")
    hub.courier.redeliver(hook, hub.delivered()[0])
    hub.delivered()
    (first, body), (second, again) = receiver.got
    assert first["idempotency-key"] == second["idempotency-key"] and body == again
    assert "x-gitlab-token" not in first and "webhook-signature" not in first


@documented(EVENTS)
@pytest.mark.parametrize(
    "source", ["#push-events", "#merge-request-events", "#comment-on-a-merge-request", "#emoji-events"]
)
def test_what_is_delivered_has_the_documented_shape(hub: FakeGitLab, pull: Pull, receiver: Receiver, source: str):
    hub.hook("team/shop", receiver.url, "")
    hub.push("team/shop", "feature", {"a.py": BASE})
    hub.label(pull, "API")
    note = hub.comment(pull, "ann", "hello")
    hub.downvote(note, "eve")
    examples = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
    example = next(one for one in examples if one["source"].endswith(f"webhook_events/{source}"))
    mine = told(hub, example["event"].removesuffix(" Hook"))[-1]
    assert list(_missing(example["payload"], mine, "")) == []


def _missing(example: Any, mine: Any, place: str) -> Iterator[str]:
    """The keys of the example that ours lacks; an emoji's issue is a merge request here."""
    if isinstance(example, list) and example and isinstance(mine, list) and mine:
        yield from _missing(example[0], mine[0], place)
    if not isinstance(example, dict) or not isinstance(mine, dict) or place == ".changes":
        return
    for key, value in example.items():
        if place == "" and key == "issue":
            continue
        if key in mine:
            yield from _missing(value, mine[key], f"{place}.{key}")
        elif key not in NOT_THERE:
            yield f"{place}.{key}"


@documented(f"{EVENTS}#merge-request-events")
def test_actions_of_a_merge_request(hub: FakeGitLab, pull: Pull, receiver: Receiver):
    hub.hook("team/shop", receiver.url, "")
    before = pull.head_sha
    hub.push("team/shop", "feature", {"a.py": BASE}, author="ann")
    hub.convert_to_draft(pull)
    hub.label(pull, "x")
    hub.push("team/shop", "other", {"b.py": "b\n"})
    hub.retarget(pull, "other")
    hub.close_pull(pull)
    hub.reopen(pull)
    hub.merge(pull)
    events = [one["object_attributes"] | {"changes": one["changes"]} for one in told(hub, "Merge Request")]
    assert [one["action"] for one in events] == ["update"] * 4 + ["close", "reopen", "merge"]
    assert [one.get("oldrev") for one in events] == [before] + [None] * 6
    assert [sorted(one["changes"]) for one in events[:4]] == [[], ["draft", "title"], ["labels"], ["target_branch"]]
    assert events[1]["changes"]["draft"] == {"previous": False, "current": True}
    assert told(hub, "Merge Request")[0]["user"]["username"] == "ann"
    assert events[-1]["state"] == "merged"


@documented(f"{EVENTS}#push-events")
def test_a_push_tells_its_newest_commits(hub: FakeGitLab, receiver: Receiver):
    hub.hook("team/shop", receiver.url, "")
    before = hub.store(hub.repositories["team/shop"]).resolve("feature")
    after = hub.push("team/shop", "feature", {"b.py": "b\n", "new.py": None})
    hub.force_push("team/shop", "feature", {"c.py": "c\n"})
    hub.delete_branch("team/shop", "feature")
    first, forced, gone = told(hub, "Push")
    assert (first["before"], first["after"], first["ref"]) == (before, after, "refs/heads/feature")
    [commit] = first["commits"]
    assert (commit["added"], commit["removed"], first["total_commits_count"]) == (["b.py"], ["new.py"], 1)
    assert forced["before"] == after and len(forced["commits"]) == 1
    assert (gone["after"], gone["checkout_sha"], gone["commits"]) == ("0" * 40, None, [])


@documented(f"{EVENTS}#comment-events")
def test_comments_are_told_when_made_and_edited_and_system_notes_never(
    hub: FakeGitLab, pull: Pull, rest: httpx.Client, receiver: Receiver
):
    hub.hook("team/shop", receiver.url, "")
    note = begin(rest, pull, new_line=20)["notes"][0]
    rest.put(f"{MR}/notes/{note['id']}", json={"body": "better"})
    hub.push("team/shop", "feature", {"a.py": BASE})
    rest.delete(f"{MR}/notes/{note['id']}")
    told_of = [one["object_attributes"] for one in told(hub, "Note")]
    assert [(one["action"], one["note"], one["type"]) for one in told_of] == [
        ("create", "hm", "DiffNote"),
        ("update", "better", "DiffNote"),
    ]
    assert told_of[0]["position"]["new_line"] == 20 and told_of[0]["discussion_id"]


@documented(f"{EVENTS}#merge-request-events")
def test_only_the_last_resolved_thread_is_told(hub: FakeGitLab, pull: Pull, receiver: Receiver):
    one, two = (hub.review_comment(pull, "bot", "a.py", line, "hm") for line in (20, 21))
    hub.hook("team/shop", receiver.url, "")
    hub.resolve(one, "ann")
    assert hub.delivered() == []
    hub.resolve(two, "ann")
    [event] = told(hub, "Merge Request")
    assert (event["object_attributes"]["action"], event["changes"]) == ("update", {})
    assert event["object_attributes"]["blocking_discussions_resolved"] is True
    hub.unresolve(two, "ann")
    assert len(hub.delivered()) == 1


@documented(f"{EVENTS}#emoji-events")
def test_emojis_are_told_when_left_and_taken_back(hub: FakeGitLab, pull: Pull, receiver: Receiver):
    note = hub.comment(pull, "ann", "hello")
    hub.hook("team/shop", receiver.url, "")
    hub.downvote(note, "eve")
    hub.take_back(note, "eve")
    events = told(hub, "Emoji")
    assert [one["event_type"] for one in events] == ["award", "revoke"]
    assert events[0]["object_attributes"]["name"] == "thumbsdown" and events[0]["note"]["id"] == note.id


@documented("/user/project/integrations/webhooks/#temporarily-disabled-webhooks")
def test_four_failures_disable_a_hook_for_a_while(hub: FakeGitLab, pull: Pull, receiver: Receiver):
    hub.hook("team/shop", receiver.url, "")
    receiver.status = 500
    for i in range(6):
        hub.comment(pull, "ann", f"{i}")
        hub.delivered()
    assert len(receiver.got) == 4
    receiver.status = 200
    hub.elapsed += 61
    hub.comment(pull, "ann", "back")
    hub.comment(pull, "ann", "again")
    hub.delivered()
    assert len(receiver.got) == 6


@documented("/user/project/integrations/webhooks/#permanently-disabled-webhooks")
def test_the_longer_it_fails_the_longer_it_is_left_alone():
    hook, now, waits = Hook(1, "", ""), 0.0, []
    for _ in range(39):
        count(hook, ok=False, now=now)
        waits.append((hook.disabled_until or now) - now)
        now = (hook.disabled_until or now) + 1
    assert waits[:6] == [0, 0, 0, 60, 120, 240] and max(waits) == 86_400 and enabled(hook, now)
    count(hook, ok=False, now=now)
    assert not enabled(hook, now + 1e9)


@documented("/user/gitlab_com/#webhooks")
def test_a_slow_receiver_has_failed(hub: FakeGitLab, pull: Pull, receiver: Receiver):
    hub.courier.timeout = 0.1
    receiver.hold = threading.Event()
    hook = hub.hook("team/shop", receiver.url, "")
    hub.comment(pull, "ann", "hello")
    [delivery] = hub.delivered()
    assert (delivery.status, hook.failures) == (None, 1) and "timed out" in delivery.answer
    receiver.hold.set()
