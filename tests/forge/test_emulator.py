"""A second opinion: an independent emulator of GitHub delivers a webhook, and is read by our client."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from reviewbot.domain.conversation import Comment, Permission, Person
from reviewbot.domain.event import CommentKind, CommentRef, PullRequestEvent, PullRequestRef
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_credentials import TokenCredentials
from reviewbot.forge.github_webhook import Ignored, SignatureError, parse
from reviewbot.forge.protocol import ForgeReview
from reviewbot.publish import markers
from tests.faults.stack import Stack
from tests.forge.emulator import ADAS_TOKEN, TOKEN, Emulator, emulator
from tests.server.served import served

SECRET = "emulated secret"
REF = PullRequestRef("github", "octocat/shop", 1)


class Receiver(HTTPServer):
    """Keeps what is delivered."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: Queue[tuple[dict[str, str], bytes]] = Queue()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def next(self) -> tuple[dict[str, str], bytes]:
        return self.received.get(timeout=20)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.put((dict(self.headers.items()), body))
        self.send_response(202)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with emulator(tmp_path_factory.mktemp("emulator")) as made:
        yield made


@pytest.fixture(scope="module")
def receiver(running: Emulator) -> Iterator[Receiver]:
    """Receives from a webhook on the repository, and a pull request is opened there."""
    made = Receiver()
    config = {"url": f"http://127.0.0.1:{made.server_port}/hook", "content_type": "json", "secret": SECRET}
    running.call("POST", "/repos/octocat/shop/hooks", name="web", config=config, events=["pull_request"])
    running.call("POST", "/repos/octocat/shop/pulls", title="A change", head="feature", base="main")
    yield made
    made.shutdown()
    made.server_close()


def test_its_delivery_is_accepted_and_only_with_the_secret(running: Emulator, receiver: Receiver):
    headers, body = receiver.next()
    event = parse(headers, body, [SECRET])
    while isinstance(event, Ignored):  # a ping comes first
        headers, body = receiver.next()
        event = parse(headers, body, [SECRET])
    pull = running.call("GET", "/repos/octocat/shop/pulls/1")
    assert isinstance(event, PullRequestEvent)
    assert (event.ref, event.action, event.head, event.draft) == (REF, "opened", pull["head"]["sha"], False)
    with pytest.raises(SignatureError):
        parse(headers, body, [SECRET + "!"])
    with pytest.raises(SignatureError):
        parse(headers, body + b" ", [SECRET])


def test_our_client_reads_it_and_posts_to_it(running: Emulator, receiver: Receiver):
    client = GitHub(TokenCredentials(running.url, TOKEN))
    pull = client.pull_request(REF)
    assert (pull.state, pull.base_branch, pull.author, pull.from_fork) == ("open", "main", "octocat", False)
    assert (pull.head_branch, pull.pushable, pull.labels) == ("feature", True, ())
    url = client.post_review(REF, ForgeReview(pull.head, "<!-- reviewbot:x -->", ()))
    assert "octocat/shop/pull/1" in url
    [review] = running.call("GET", "/repos/octocat/shop/pulls/1/reviews")
    assert (review["state"], review["user"]["login"]) == ("COMMENTED", "octocat")
    posted = CommentRef(CommentKind.REVIEW, str(review["id"]))
    found = client.comment(REF, posted)
    assert found == Comment(posted, Person("octocat", ours=True), "<!-- reviewbot:x -->")
    client.close()


def test_our_client_talks_with_it(running: Emulator, receiver: Receiver):
    client = GitHub(TokenCredentials(running.url, TOKEN))
    said = client.say(REF, "words")
    client.edit(REF, said, "other words")
    found = client.comment(REF, said)
    assert found and replace(found, written=None) == Comment(said, Person("octocat", ours=True), "other words")
    assert client.permission(REF, "octocat") is Permission.ADMIN
    client.delete(REF, said)
    client.delete(REF, said)
    assert client.comment(REF, said) is None
    client.close()


def until(found: Callable[[], Any], stack: Stack) -> Any:
    end = time.monotonic() + 60
    while not (now := found()):
        assert time.monotonic() < end, stack.log()[-3000:]
        time.sleep(0.05)
    return now


def test_a_command_is_answered_by_the_running_bot(running: Emulator, receiver: Receiver, tmp_path: Path):
    """From a review's text there, over its webhook, our server, the broker and our worker, into its conversation.

    Comments of the conversation are what the emulator is faithful in, but for one thing: its deliveries of them leave
    out `issue.pull_request`, by which GitHub tells them from comments on issues, so the command stands in a review. It
    has no reactions, no GraphQL and no git over HTTP (all 404), and its statuses and review comments are not GitHub's:
    so English words, and a command that needs none of these. The command comes from somebody else than the token's
    owner, whose comments the bot takes for its own.
    """
    settings = {"github_url": running.url, "github_token": TOKEN, "github_webhook_secret": SECRET, "model": "none"}
    stack = Stack(tmp_path, **settings)
    stack.argv = ["-m", "reviewbot", "worker"]
    try:
        stack.start_broker()
        stack.start_worker()
        with served(tmp_path, **settings, broker_url=stack.settings.broker_url) as server:
            config = {"url": f"{server.url}/webhooks/github", "content_type": "json", "secret": SECRET}
            events = ["pull_request_review", "issue_comment"]
            running.call("POST", "/repos/octocat/shop/hooks", name="web", config=config, events=events)
            running.call("PUT", "/repos/octocat/shop/collaborators/ada", permission="push")
            words = "How does this work?\n\n/seed help"
            asked = running.call("POST", "/repos/octocat/shop/pulls/1/reviews", ADAS_TOKEN, body=words, event="COMMENT")
            mark = markers.answer_marker("review", str(asked["id"]), "/seed help")

            def answers() -> list[Any]:
                said = running.call("GET", "/repos/octocat/shop/issues/1/comments")
                return [one for one in said if any(name.startswith(mark) for name in markers.read_one(one["body"]))]

            until(answers, stack)
            until(lambda: stack.counts()["done"], stack)
        (answer,) = answers()
    finally:
        stack.close()
    assert answer["user"]["login"] == "octocat"
    assert "`/seed fix" in answer["body"]
    assert sum(stack.counts().values()) == 1, "the bot's own comment is no command"
    assert "Traceback" not in stack.log()
