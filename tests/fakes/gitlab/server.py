"""The fake GitLab behind a real port: REST below `/api/v4`, GraphQL, git and pages."""

from __future__ import annotations

import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qsl, unquote

from tests.fakes.github.access import Answer
from tests.fakes.github.faults import Fault
from tests.fakes.gitlab import backend, contract, graphql_api, pages, params, routes
from tests.fakes.gitlab.access import bad_request, invalid, problem, secret_of
from tests.fakes.gitlab.call import Call, Stop
from tests.fakes.gitlab.model import Pull, Token
from tests.fakes.gitlab.notes import Commands, Refused
from tests.fakes.gitlab.shapes import Shapes
from tests.fakes.gitlab.telling import Telling
from tests.fakes.gitlab.webhooks import Courier
from tests.fakes.gitlab.wire import Server

API = "/api/v4"
GRAPHQL = "/api/graphql"
DOWN = b"<html><body><h1>503</h1><p>GitLab is not responding</p></body></html>"


@dataclass(frozen=True)
class Seen:
    """A request that came in, and the status it got (0: the connection was cut)."""

    method: str
    path: str
    status: int


class FakeGitLab(Telling):
    """A GitLab of one's own, until `close`. Use it in a `with` block: it then also fails on a broken contract.

    Attributes:
        web, api, graphql: addresses, without a slash at their ends.
        seen: every request of the API. violations: where a request was not as GitLab documents it.
    """

    def __init__(self, root: Path | None = None, port: int = 0) -> None:
        self._temporary = None if root else tempfile.TemporaryDirectory(prefix="fake-gitlab-")
        super().__init__(root or Path(self._temporary.name if self._temporary else "."))
        self.seen: list[Seen] = []
        self._down = False
        self._server = Server(port, self._answer)
        self.web = f"http://127.0.0.1:{self._server.port}"
        self.api, self.graphql = self.web + API, self.web + GRAPHQL
        self.shapes = Shapes(self, self.web)
        self.courier = Courier(self.web, self.now)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.courier.close()
        if self._temporary:
            self._temporary.cleanup()

    def __enter__(self) -> FakeGitLab:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
        if error is None:
            assert not self.violations, self.violations

    def fail(self, method: str, path: str, fault: Fault, times: int = 1) -> None:
        """Let the next `times` requests fail whose path below `/api/v4`, as it is sent, matches `path` whole."""
        self.faults.arm(method, path, fault, times)

    def down(self, on: bool = True) -> None:
        """Answer 503 to everything, as GitLab's own proxy does while it is down; or be up again."""
        self._down = on

    def url(self, pull: Pull) -> str:
        """The merge request's page."""
        return self.shapes.pull_url(pull)

    # Requests

    def _answer(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Answer | Fault:
        """The answer to a request; a fault where the connection is to be cut."""
        if self._down:
            self.seen.append(Seen(method, path.removeprefix(API), 503))
            return Answer(503, body=DOWN, kind="text/html")
        if backend.is_git(path):
            return backend.answer(self, method, unquote(path), query, headers, body)
        if not path.startswith("/api/"):
            return pages.answer(self, self.shapes, path)
        inner = path.removeprefix(API)
        given = self._faulty(method, inner, query, headers, body)
        self.seen.append(Seen(method, inner, given.status if isinstance(given, Answer) else 0))
        return given

    def _faulty(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Answer | Fault:
        fault = self.faults.take(method, path)
        if fault is None:
            return self._operate(method, path, query, headers, body)
        time.sleep(fault.seconds)
        if fault.effect:
            self._operate(method, path, query, headers, body)
        return fault.answer or fault

    def _operate(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Answer:
        secret = secret_of(headers)
        token = self.valid_token(secret)
        graph = path == GRAPHQL
        if token is None and (secret is not None or not graph):
            return Answer(401, {"errors": [{"message": "Invalid token"}]}) if graph else problem(401)
        with self.lock:
            refused = self.limits.spend(token) if token else None
            if refused is None and graph:
                answer = graphql_api.answer(self.shapes, token, body, self.violations)
            else:
                assert token is not None
                answer = refused or self._allowed(token, method, path, query, headers, body)
            answer.headers |= self.limits.headers(token) if token else {}
        return answer

    def _allowed(
        self, token: Token, method: str, path: str, query: str, headers: dict[str, str], body: bytes
    ) -> Answer:
        if not token.reads or (method != "GET" and not token.writes):
            words = "The request requires higher privileges than provided by the access token."
            scope = {"error": "insufficient_scope", "error_description": words, "scope": "api"}
            return Answer(403, scope)
        route = routes.find(method, path)
        if route is None:
            return Answer(404, {"error": "404 Not Found"})
        try:
            given = params.read(query, headers, body)
        except ValueError:
            return invalid("The request body is not valid JSON")
        spelled = not body or "json" not in headers.get("content-type", "")
        self.violations += [
            f"{method} {path}: {one}" for one in params.violations(route.params, given, spelled=spelled)
        ]
        wrong = params.missing(route.params, given)
        if wrong is not None:
            return invalid(wrong)
        pages = dict(parse_qsl(query, keep_blank_values=True))
        call = Call(self, self.shapes, token, self.api + path, route.names, pages, given)
        return self._run(call, method, route)

    def _run(self, call: Call, method: str, route: routes.Route) -> Answer:
        try:
            answer = route.operation(call)
            self.violations += contract.violations(method, route.template, answer.status, answer.data)
            return answer
        except Stop as stop:
            return stop.answer
        except Refused as refused:
            return bad_request(str(refused))
        except Commands as commands:
            return Answer(202, {"commands_changes": {}, "summary": commands.summary})
