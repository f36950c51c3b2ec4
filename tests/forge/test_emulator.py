"""A second opinion: an independent emulator of GitHub delivers a webhook, and is read by our client."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue

import pytest

from reviewbot.domain.conversation import Comment, Permission, Person
from reviewbot.domain.event import CommentKind, CommentRef, PullRequestEvent, PullRequestRef
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_credentials import TokenCredentials
from reviewbot.forge.github_webhook import Ignored, SignatureError, parse
from reviewbot.forge.protocol import ForgeReview
from tests.forge.emulator import TOKEN, Emulator, emulator

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
    assert client.comment(REF, posted) == Comment(posted, Person("octocat", ours=True), "<!-- reviewbot:x -->")
    client.close()


def test_our_client_talks_with_it(running: Emulator, receiver: Receiver):
    client = GitHub(TokenCredentials(running.url, TOKEN))
    said = client.say(REF, "words")
    client.edit(REF, said, "other words")
    assert client.comment(REF, said) == Comment(said, Person("octocat", ours=True), "other words")
    assert client.permission(REF, "octocat") is Permission.ADMIN
    client.delete(REF, said)
    client.delete(REF, said)
    assert client.comment(REF, said) is None
    client.close()
