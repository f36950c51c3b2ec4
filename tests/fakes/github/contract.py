"""Every request and every answer held against GitHub's own OpenAPI description."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

EXTRACT = Path(__file__).parent.parent.parent / "data" / "github" / "openapi.json"
HOST = "https://api.github.com"


@cache
def _description() -> OpenAPI:
    return OpenAPI.from_dict(json.loads(EXTRACT.read_text(encoding="utf-8")))


@cache
def _documented() -> dict[tuple[str, str], frozenset[str]]:
    """Which statuses each operation may answer with."""
    paths = json.loads(EXTRACT.read_text(encoding="utf-8"))["paths"]
    return {(verb, path): frozenset(op["responses"]) for path, ops in paths.items() for verb, op in ops.items()}


def request_violation(method: str, path: str, query: Mapping[str, str], body: bytes) -> str | None:
    """What is wrong with a request; None where nothing is."""
    try:
        _description().validate_request(_request(method, path, query, body))
    except OpenAPIError as error:
        return _told(f"request {method} {path}", error)
    return None


def answer_violation(
    method: str, path: str, template: str, query: Mapping[str, str], status: int, payload: bytes
) -> str | None:
    """What is wrong with an answer; None where nothing is.

    A status that the description does not name for the operation (401 and 5xx mostly) has no schema to be held to.
    """
    if str(status) not in _documented()[method.lower(), template]:
        return None if status >= 400 else f"answer {method} {path}: status {status} is not GitHub's"
    try:
        answer = MockResponse(data=payload, status_code=status, content_type="application/json")
        _description().validate_response(_request(method, path, query, b""), answer)
    except OpenAPIError as error:
        return _told(f"answer {method} {path} {status}", error)
    return None


def _request(method: str, path: str, query: Mapping[str, str], body: bytes) -> MockRequest:
    return MockRequest(HOST, method.lower(), path, args=dict(query), data=body or None, content_type="application/json")


def _told(where: str, error: BaseException) -> str | None:
    words = _words(error)
    return f"{where}: {words}" if words else None


def _words(error: BaseException) -> str:
    """The innermost complaints, each with its place."""
    found = list(getattr(error.__cause__, "schema_errors", ()))
    leaves = [leaf for top in found for leaf in _leaves(top)]
    told = [f"{'.'.join(map(str, one.absolute_path))}: {one.message[:300]}" for one in leaves if not _known(one)]
    return "; ".join(told[:4]) or ("" if leaves else str(error.__cause__ or error)[:600])


def _known(leaf: Any) -> bool:
    """Where the description is wrong: null is the repository of a deleted fork, the line of an outdated comment, the
    first side of a comment on one line, as the webhooks' schema says, the conclusion of a check that runs, and what a
    label is for.
    """
    place = list(leaf.absolute_path) or [None]
    label = len(place) > 2 and place[-3] == "labels" and place[-1] == "description"
    last = place[-1] in ("line", "position", "start_side", "conclusion")
    return leaf.instance is None and (place[-2:] == ["head", "repo"] or last or label)


def _leaves(error: Any) -> list[Any]:
    return [leaf for one in error.context for leaf in _leaves(one)] if error.context else [error]
