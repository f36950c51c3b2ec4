"""The page on loopback from which a person registers the App, and to which GitHub sends them back."""

from __future__ import annotations

import hmac
import json
import queue
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from reviewbot.domain.errors import UsageError

_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
}
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>reviewbot</title>
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:38rem;margin:4rem auto;padding:0 1rem}}</style>
<h1>reviewbot</h1>{body}</html>
"""
_FORM = """<p>{words}</p><form method="post" action="{action}"><input type="hidden" name="manifest" value="{manifest}">
<button>Register the App on GitHub</button></form>"""

_OPENED = """<p>This page was opened already, in another browser or by somebody else: end the command with Ctrl-C, and
start again.</p>"""


@dataclass(frozen=True)
class Form:
    """What the page needs to know: GitHub's page for a new App, and the manifest for an address to come back to."""

    register_at: str
    manifest: Callable[[str], Mapping[str, Any]]


@dataclass(frozen=True)
class Reception:
    """What waits for the person: ``address`` is where they begin."""

    address: str
    codes: queue.SimpleQueue[str] = field(repr=False)

    def wait(self, seconds: float) -> str:
        """The code that GitHub sent back.

        Raises:
            UsageError: none came in time.
        """
        try:
            return self.codes.get(timeout=seconds)
        except queue.Empty:
            pass
        raise UsageError(
            f"Nobody registered the App within {seconds / 60:.0f} minutes: start again when you are ready."
        )


@contextmanager
def receiving(form: Form, port: int = 0) -> Iterator[Reception]:
    """Serve the page on ``127.0.0.1`` until the block ends; port 0 takes a free one.

    Raises:
        UsageError: the port is taken.
    """
    desk = _Desk(form)
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), desk.handler())
    except OSError:
        server = None
    if server is None:
        raise UsageError(f"Port {port} of this machine is taken: give another one with --port.")
    server.daemon_threads = True
    desk.root = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Reception(f"{desk.root}/{desk.door}", desk.codes)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Desk:
    """Answers the two addresses.

    ``door`` keeps other users of this machine away from the page, ``state`` keeps codes of others' Apps out. Where a
    browser is started, the list of processes shows the door: so the page is only for whoever opened it first, who is
    known by a cookie.
    """

    def __init__(self, form: Form) -> None:
        self.root, self.door, self.codes = "", secrets.token_urlsafe(16), queue.SimpleQueue[str]()
        self._cookie = f"reviewbot={secrets.token_urlsafe(32)}"
        self._form, self._state = form, secrets.token_urlsafe(32)
        self._lock, self._taken, self._opened = threading.Lock(), False, False

    def answer(self, address: str, host: str | None, cookies: str | None = None) -> tuple[int, str]:
        """Status and page for ``GET address``."""
        parts = urlsplit(address)
        if host != urlsplit(self.root).netloc:  # another name for this address: a page elsewhere tries to read ours
            return 404, "<p>There is nothing here.</p>"
        if self._is_door(parts.path):
            return (200, self._page()) if self._may_open(cookies) else (403, _OPENED)
        if parts.path == "/registered":
            return self._receive(parse_qs(parts.query))
        return 404, "<p>There is nothing here.</p>"

    def headers(self, address: str, status: int) -> Mapping[str, str]:
        """Of the answer: the cookie goes to whoever was shown the page."""
        shown = status == 200 and self._is_door(urlsplit(address).path)
        return {**_HEADERS, **({"Set-Cookie": f"{self._cookie}; HttpOnly; SameSite=Strict"} if shown else {})}

    def _is_door(self, path: str) -> bool:
        return hmac.compare_digest(path.encode(), f"/{self.door}".encode())

    def _may_open(self, cookies: str | None) -> bool:
        with self._lock:
            first, self._opened = not self._opened, True
        given = [one.strip().encode() for one in (cookies or "").split(";")]
        return first or any(hmac.compare_digest(one, self._cookie.encode()) for one in given)

    def _page(self) -> str:
        manifest = json.dumps(self._form.manifest(f"{self.root}/registered"))
        action = f"{self._form.register_at}?{urlencode({'state': self._state})}"
        words = "GitHub will ask you for the App's name, and show what it may do."
        return _FORM.format(words=words, action=escape(action), manifest=escape(manifest))

    def _receive(self, query: Mapping[str, list[str]]) -> tuple[int, str]:
        state, code = query.get("state", [""])[0], query.get("code", [""])[0]
        if not hmac.compare_digest(state.encode(), self._state.encode()):
            return (
                403,
                "<p>This answer is not for the registration that runs here: begin at the address it printed.</p>",
            )
        if not code:
            return 400, "<p>GitHub sent no code: go back and register the App.</p>"
        with self._lock:
            taken, self._taken = self._taken, True
        if taken:
            return 409, "<p>An App was registered here already: look at the terminal.</p>"
        self.codes.put(code)
        return 200, "<p>Registered. What is next stands in the terminal; this page may be closed.</p>"

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """The class that ``http.server`` wants."""
        desk = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10
            server_version = "reviewbot"
            sys_version = ""

            def do_GET(self) -> None:
                status, body = desk.answer(self.path, self.headers.get("Host"), self.headers.get("Cookie"))
                page = _PAGE.format(body=body).encode()
                self.send_response(status)
                for name, value in {**desk.headers(self.path, status), "Content-Length": str(len(page))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: the path holds the code."""

        return Handler
