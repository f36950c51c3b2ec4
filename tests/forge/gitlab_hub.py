"""The fake GitLab with one merge request, and a client of it that never sleeps."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from reviewbot.domain.change import LineRange
from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.gitlab import GitLab
from reviewbot.forge.manners import GITLAB, Manners
from reviewbot.forge.protocol import ReviewComment
from reviewbot.forge.turns import Turns
from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Pull
from tests.forge.conftest import BASE, HEAD

REF = PullRequestRef("gitlab", "team/shop", 1)
BOT = "project_1_bot_0f"


def manners() -> Manners:
    """GitLab's limits, on a clock that sleeping moves."""
    time = [0.0]

    def sleep(seconds: float) -> None:
        time[0] += seconds

    return Manners(GITLAB, turns=Turns(GITLAB, clock=lambda: time[0], sleep=sleep))


@contextmanager
def opened() -> Iterator[FakeGitLab]:
    """A GitLab with the merge request `team/shop!1`, open."""
    with FakeGitLab() as made:
        made.repository("team/shop", {"a.py": BASE})
        made.push("team/shop", "feature", {"a.py": HEAD})
        made.pull("team/shop", "feature")
        made.user(BOT, "Bot")
        made.grant("team/shop", BOT, "write")
        yield made


def client(hub: FakeGitLab) -> GitLab:
    """Acts as the bot of a project access token."""
    return GitLab(hub.web, hub.token(BOT, installation=True), timeout=5, manners=manners())


@contextmanager
def listener() -> Iterator[str]:
    """A receiver that takes everything; GitLab would disable one that does not answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/webhooks/gitlab"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def the_pull(hub: FakeGitLab) -> Pull:
    return hub.repositories["team/shop"].pulls[1]


def comment(start: int, end: int, path: str = "a.py", body: str = "words <!-- reviewbot:x -->") -> ReviewComment:
    return ReviewComment(path, LineRange(start, end), body, path)


def sent(hub: FakeGitLab) -> list[str]:
    """What was asked, without the project's address."""
    return [f"{one.method} {one.path.rpartition('merge_requests/1')[2] or one.path}" for one in hub.seen]


def without_lines(hub: FakeGitLab, monkeypatch: Any) -> None:
    """Every file is too large for its lines to be shown."""
    real = hub.shapes.diff
    monkeypatch.setattr(hub.shapes, "diff", lambda file: {**real(file), "diff": "", "collapsed": True})


def moved(reference: PullRequestRef, number: int) -> PullRequestRef:
    return replace(reference, number=number)
