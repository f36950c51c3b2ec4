"""The fake GitHub behind a real port: API below `/api/v3`, git and pages at the root, as Enterprise Server has them."""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, quote

from tests.fakes.github import apps, backend, contract, pages, payloads, registration, routes, webhooks
from tests.fakes.github.access import Answer, etag, problem, secret_of
from tests.fakes.github.faults import Fault
from tests.fakes.github.graphql import endpoint
from tests.fakes.github.hub import Hub
from tests.fakes.github.model import App, Delivery, Hook, Pull, Repository, Token, User
from tests.fakes.github.model_checks import CheckRun
from tests.fakes.github.queueing import Entry
from tests.fakes.github.rest.call import Call, Missing, Operation, forbidden, missing
from tests.fakes.github.shapes_checks import FakeShapes
from tests.fakes.github.webhooks import Courier
from tests.fakes.github.wire import API, Handler, Seen, Server, inner_path

DOWN = b"<!DOCTYPE html><title>Unicorn! &middot; GitHub</title><p>No server is currently available.</p>"


class FakeGitHub(Hub):
    """A GitHub of one's own, until `close`. Use it in a `with` block: it then also fails on a broken contract.

    Attributes:
        web, api: addresses, without a slash at their ends.
        seen: every request of the API. violations: where a request or an answer was not GitHub's.
    """

    def __init__(self, root: Path | None = None, port: int = 0) -> None:
        self._temporary = None if root else tempfile.TemporaryDirectory(prefix="fake-github-")
        self._down = False
        super().__init__(root or Path(self._temporary.name if self._temporary else "."))
        self._server = Server(("127.0.0.1", port), Handler)
        self._server.hub = self
        self.web = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.api = self.web + API
        self.shapes = FakeShapes(self.api, self.web)
        self.seen: list[Seen] = []
        self.violations: list[str] = []
        self.courier = Courier()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.courier.close()
        if self._temporary:
            self._temporary.cleanup()

    def __enter__(self) -> FakeGitHub:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
        if error is None:
            assert not self.violations, self.violations

    def fail(self, method: str, path: str, fault: Fault, times: int = 1) -> None:
        """Let the next `times` requests fail whose path below `/api/v3` matches `path`; GraphQL's is `/graphql`."""
        self.faults.arm(method, path, fault, times)

    def down(self, on: bool = True) -> None:
        """Answer 503 to everything, git and pages too, as GitHub does in an outage; or be up again."""
        self._down = on

    def losing(self, on: bool = True) -> None:
        """Let deliveries be lost on their way from now on, or no more. `delivered` has them all the same, as `lost`."""
        self.courier.losing = on

    def notify(self, event: str, action: str, pull: Pull, sender: User, more: Mapping[str, Any] | None = None) -> None:
        """Deliver an event to each hook of the repository that wants it, and to the Apps that are installed there."""
        hooks = [hook for hook in pull.repo.hooks if event in hook.events or "*" in hook.events]
        heard = [one for one in self.installations_on(pull.repo) if one.app.hook and event in one.app.events]
        if not hooks and not heard:
            return
        payload = payloads.payload(self, self.shapes, event, action, pull, sender, more or {})
        for hook in hooks:
            self.courier.send(hook, event, payload, webhooks.target(pull.repo))
        for one in heard:
            hook = Hook(one.app.id, one.app.hook or "", one.app.webhook_secret)
            told = {**payload, "installation": self.shapes.installation_lite(one)}
            self.courier.send(hook, event, told, webhooks.target(one.app))

    def tell_run(self, repo: Repository, run: CheckRun, action: str, sender: User, identifier: str = "") -> None:
        """An App hears of its own check runs."""
        body: dict[str, Any] = {"action": action, "check_run": self.shapes.check_run(repo, run)}
        if identifier:
            body["requested_action"] = {"identifier": identifier}
        self._tell_app(run.app, repo, "check_run", body, sender)

    def tell_suite(self, repo: Repository, app: App, sha: str, sender: User) -> None:
        """And of its own suites."""
        body = {"action": "rerequested", "check_suite": self.shapes.check_suite(repo, app, sha)}
        self._tell_app(app, repo, "check_suite", body, sender)

    def tell_queue(self, repo: Repository, entry: Entry, action: str) -> None:
        """What happens to an entry of a merge queue."""
        body = {"action": action, "merge_group": self.shapes.merge_group(repo, self.store(repo), entry)}
        self._tell_all(repo, "merge_group", body, entry.pull.user)

    def record(self, repo: Repository, branch: str, before: str | None, login: str, kind: str | None = None) -> None:
        """A push is delivered, too."""
        known = len(repo.activities)
        super().record(repo, branch, before, login, kind)
        for made in repo.activities[known:]:
            self._tell_all(repo, "push", self.shapes.pushed(repo, made), made.user)

    def _tell_all(self, repo: Repository, event: str, body: dict[str, Any], sender: User) -> None:
        """An event of a repository, to its hooks and the Apps that are installed there."""
        whole = {**body, "repository": self.shapes.repository(repo), "sender": self.shapes.user(sender)}
        for hook in repo.hooks:
            if event in hook.events or "*" in hook.events:
                self.courier.send(hook, event, whole, webhooks.target(repo))
        for app in {one.app.id: one.app for one in self.installations_on(repo)}.values():
            self._tell_app(app, repo, event, body, sender)

    def _tell_app(self, app: App, repo: Repository, event: str, body: dict[str, Any], sender: User) -> None:
        for one in self.installations_on(repo):
            if one.app is app and app.hook and event in app.events:
                hook = Hook(app.id, app.hook, app.webhook_secret)
                whole = {**body, "repository": self.shapes.repository(repo), "sender": self.shapes.user(sender)}
                whole["installation"] = self.shapes.installation_lite(one)
                self.courier.send(hook, event, whole, webhooks.target(app))

    def delivered(self) -> list[Delivery]:
        """Wait until every delivery was answered; all so far."""
        return self.courier.delivered()

    @property
    def not_modified(self) -> int:
        """How many requests were answered with 304."""
        return sum(one.status == 304 for one in self.seen)

    # Requests

    def answer(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Answer | Fault:
        """The answer to a request; a fault where the connection is to be cut."""
        if self._down:
            return Answer(503, body=DOWN, kind="text/html")
        if backend.is_git(path):
            return backend.answer(self, method, path, query, headers, body)
        inner = inner_path(path)
        if inner is None and registration.is_page(path):
            return registration.answer(self, method, path, query, body)
        if inner is None:
            return pages.answer(self, path)
        fault = self.faults.take(method, inner)
        if fault is not None:
            time.sleep(fault.seconds)
            if fault.answer is not None and not fault.effect:
                return fault.answer
            if not fault.effect:
                return fault
        true = self._operate(method, inner, dict(parse_qsl(query, keep_blank_values=True)), headers, body)
        if fault is None:
            return true
        return fault.answer or fault

    def _operate(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes) -> Answer:
        found = routes.find(method, path)
        template = found[0] if found else ""
        try:
            token, app = self._who(template, headers)
        except apps.BadJwt as error:
            return problem(error.status, str(error))
        if token is None:
            return problem(401, "Bad credentials" if "authorization" in headers else "Requires authentication")
        if not headers.get("user-agent"):
            return problem(
                403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent"
            )
        if path == "/graphql":
            return self._query(method, token, body)
        with self.lock:
            refused = self.limits.spend(token, write=method != "GET")
        if refused or found is None:
            answer = refused or problem(404, "Not Found")
            answer.headers |= self.limits.headers(token)
            return answer
        names = {name: quote(value, safe="") for name, value in found[2].items()}
        described = template.format(**names)
        self._note(contract.request_violation(method, described, query, body))
        try:
            data = json.loads(body) if body else {}
        except ValueError:
            return problem(400, "Problems parsing JSON")
        call = Call(self, self.shapes, token, self.api + path, found[2], query, data, app)
        with self.lock:
            answer = self._done(call, method, found)
            answer.headers |= self.limits.headers(token)
        self._note(contract.answer_violation(method, described, template, query, answer.status, answer.payload()))
        return self._unchanged(method, headers, answer, token)

    def _who(self, template: str, headers: dict[str, str]) -> tuple[Token | None, App | None]:
        """Who asks: by a token, or as an App by its JWT where that is asked for."""
        secret = secret_of(headers)
        token = self.valid_token(secret)
        if token is None and template in routes.OPEN:
            return Token("", self.user("nobody")), None
        if token is None and template in routes.BY_APP and secret:
            app = self.signed_by(secret)
            return Token("", app.bot), app
        return token, None

    def _done(self, call: Call, method: str, found: tuple[str, Operation, Mapping[str, str]]) -> Answer:
        template, operation, _ = found
        if not call.token.reads:
            return problem(404, "Not Found")
        if not routes.permitted(call.token, method, template):
            return forbidden(call.token)
        try:
            return operation(call)
        except Missing:
            return missing()

    def _query(self, method: str, token: Token, body: bytes) -> Answer:
        if method != "POST":
            return problem(404, "Not Found")
        with self.lock:
            answer, violations = endpoint.answer(self, self.shapes, token, body)
            answer.headers |= self.limits.headers(token, endpoint.RESOURCE)
        self.violations += violations
        return answer

    def _unchanged(self, method: str, headers: dict[str, str], answer: Answer, token: Any) -> Answer:
        if method != "GET" or answer.status != 200:
            return answer
        answer.headers["etag"] = tag = etag(answer.payload())
        if headers.get("if-none-match") != tag:
            return answer
        self.limits.refund(token)
        return Answer(304, headers=answer.headers)

    def _note(self, violation: str | None) -> None:
        if violation is not None:
            self.violations.append(violation)
