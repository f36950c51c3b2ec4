"""schemathesis over the server's own OpenAPI document, against the running server: no 500, and every answer as said."""

from __future__ import annotations

import json
import socket
import threading
import zlib
from collections.abc import Iterator

import httpx
import pytest
import requests
import schemathesis
import uvicorn
from hypothesis import HealthCheck, settings
from requests.auth import AuthBase
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from reviewbot.forge.github_webhook import sign
from reviewbot.server.app import make_web
from reviewbot.server.openapi import openapi_document
from reviewbot.store.database import Database
from reviewbot.store.migrate import migrate
from tests.server.conftest import SECRET, Site

SCHEMA = schemathesis.openapi.from_dict(openapi_document())
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
FEW = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application under uvicorn, as the product serves it."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('state') / 'r.sqlite'}")
    migrate(database)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(make_web(Site(database).web()), log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(20)
    assert not thread.is_alive()
    database.close()


class Proven(AuthBase):
    """What proves a delivery to each forge's webhook, over exactly the bytes that are sent."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        request.headers["X-Hub-Signature-256"] = sign(body, SECRET)
        request.headers["X-Gitlab-Token"] = SECRET
        return request


@SCHEMA.parametrize()
@FEW
def test_no_request_breaks_the_server(case: schemathesis.Case, url: str) -> None:
    response = case.call(base_url=url)
    case.validate_response(response, checks=CHECKS)


@SCHEMA.include(method="POST").parametrize()
@FEW
def test_no_proven_delivery_breaks_the_server(case: schemathesis.Case, url: str) -> None:
    response = case.call(base_url=url, auth=Proven())
    case.validate_response(response, checks=CHECKS)
    assert response.status_code != 401


EVENTS = {
    "/webhooks/github": [
        *("pull_request", "pull_request_review_thread", "pull_request_review_comment"),
        *("pull_request_review", "issue_comment", "ping", "check_run", "check_suite", "merge_group", "push"),
    ],
    "/webhooks/gitlab": ["merge_request", "note", "emoji", "push"],
}


@SCHEMA.include(method="POST").parametrize()
@FEW
def test_no_proven_delivery_of_an_event_that_is_read_breaks_the_server(case: schemathesis.Case, url: str) -> None:
    """As above, with the names that the parsers know, which chance would not find."""
    if case.method != "POST" or not isinstance(case.body, dict):
        return
    names = EVENTS[case.path]
    name = names[zlib.crc32(json.dumps(case.body).encode()) % len(names)]
    case.headers.update({"X-GitHub-Event": name, "X-GitHub-Delivery": "d-1", "Idempotency-Key": "d-1"})
    case.body["object_kind"] = name
    response = case.call(base_url=url, auth=Proven())
    assert response.status_code in (200, 202, 400, 415), response.text
    assert response.text.count("\n") == 1


def test_it_says_what_is_served_and_nothing_else(url: str) -> None:
    app = make_web(Site(Database("sqlite://")).web())
    document = app.openapi()
    assert document == openapi_document()
    served = {route.path for route in app.routes}  # type: ignore[attr-defined]
    assert served == set(document["paths"])
    assert json.loads(json.dumps(document)) == document
    assert httpx.get(f"{url}/openapi.json").status_code == 404


@pytest.mark.parametrize("path", sorted(openapi_document()["paths"]))
def test_every_answer_of_the_issue_is_described(path: str) -> None:
    (operation,) = openapi_document()["paths"][path].values()
    webhook = {"200", "202", "400", "401", "404", "408", "413", "415", "503"}
    assert set(operation["responses"]) == (
        webhook if path.startswith("/webhooks") else {"200"} | ({"503"} if path == "/readyz" else set())
    )
