"""The server's own OpenAPI document. It is written by hand: the webhooks are read from raw bytes, which are signed.

What the forges may send is theirs to say; described is what we read of it, and every answer that we give.
"""

from __future__ import annotations

from typing import Any

import reviewbot

_Object = dict[str, Any]


def openapi_document() -> _Object:
    """The document (OpenAPI 3.1), as plain data that the caller may change. The server gives it to nobody by itself."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "reviewbot",
            "version": reviewbot.__version__,
            "description": "Webhooks in, health out. Every answer is one line of JSON.",
        },
        "paths": {
            "/webhooks/github": {"post": _webhook("GitHub", _GITHUB_HEADERS, _GITHUB_BODY)},
            "/webhooks/gitlab": {"post": _webhook("GitLab", _GITLAB_HEADERS, _GITLAB_BODY)},
            "/healthz": {"get": _health("Whether the process lives.", {"200": "It does."})},
            "/readyz": {
                "get": _health(
                    "Whether it can do its work: a word for each thing that it needs.",
                    {"200": "Everything that it needs answers.", "503": "Something does not; the log says what."},
                )
            },
        },
        "components": {"schemas": _schemas()},
    }


def _webhook(forge: str, headers: list[_Object], body: _Object) -> _Object:
    return {
        "operationId": f"receive_{forge.lower()}",
        "summary": f"A delivery of {forge}'s webhook.",
        "parameters": [dict(header) for header in headers],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": _answer("A good delivery that asks for nothing.", "Ignored"),
            "202": _answer("Stored; work on it begins, or began when it came for the first time.", "Accepted"),
            **{status: _answer(text, "Error") for status, text in _REFUSALS.items()},
            "404": _answer(f"{forge} is not configured here.", "Error"),
        },
    }


_REFUSALS = {
    "400": "It is proven, but is not what the forge sends.",
    "401": "It is not proven: the signature or the token is missing, wrong or too old.",
    "408": "The body did not arrive in time.",
    "413": "The body is larger than REVIEWBOT_MAX_BODY_BYTES.",
    "415": "The content type is not application/json.",
    "503": "The database cannot be used. Nothing was stored: send it again.",
}


def _answer(text: str, schema: str) -> _Object:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": text, "content": content}


def _health(summary: str, answers: dict[str, str]) -> _Object:
    responses = {status: _answer(text, "Health") for status, text in answers.items()}
    return {"summary": summary, "responses": responses}


def _schemas() -> _Object:
    reason = {"type": "string", "minLength": 1}
    return {
        "Accepted": {
            "oneOf": [
                _exactly({"status": {"const": "accepted"}, "job": {"type": "integer", "minimum": 1}}),
                _exactly({"status": {"const": "duplicate"}}),
            ]
        },
        "Ignored": _exactly({"status": {"const": "ignored"}, "reason": reason}),
        "Error": _exactly({"error": reason}),
        "Health": {
            "type": "object",
            "properties": {"status": {"enum": ["ok", "ready", "not ready"]}},
            "required": ["status"],
            "additionalProperties": {"enum": ["ok", "failed"]},
        },
    }


def _exactly(properties: _Object) -> _Object:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _header(name: str, schema: _Object, text: str, *, required: bool = False) -> _Object:
    return {"name": name, "in": "header", "required": required, "description": text, "schema": schema}


def _some(**properties: _Object) -> _Object:
    """An object of which we read these; the rest is the forge's."""
    return {"type": "object", "properties": properties}


_TEXT = {"type": "string"}
_NUMBER = {"type": "integer", "minimum": 1}
_ID = {"type": "string", "pattern": "^[A-Za-z0-9-]{1,100}$"}
_COMMIT = {"type": "string", "pattern": "^[0-9a-f]{40}$"}

# https://docs.github.com/en/webhooks/webhook-events-and-payloads
_GITHUB_HEADERS = [
    _header("X-GitHub-Event", {**_TEXT, "minLength": 1}, "The event's name.", required=True),
    _header("X-GitHub-Delivery", _ID, "The delivery's id: it is worked on once.", required=True),
    _header(
        "X-Hub-Signature-256",
        {"type": "string", "pattern": "^sha256=[0-9a-f]{64}$"},
        "HMAC-SHA256 of the body with the webhook's secret.",
        required=True,
    ),
]
_BOOLEAN = {"type": "boolean"}
_MOMENT = {"type": "string", "format": "date-time"}
_PATHS = {"type": "array", "items": _TEXT}
_COMMITS = {"type": "array", "items": _some(added=_PATHS, modified=_PATHS, removed=_PATHS)}
_APP = _some(id=_NUMBER)
_HEAD_REPOSITORY = _some(full_name=_TEXT, owner=_some(login=_TEXT)) | {"type": ["object", "null"]}
_GITHUB_BODY = _some(
    action=_TEXT,
    changes={"type": "object"},
    before=_COMMIT,
    after=_COMMIT,
    pull_request=_some(
        number=_NUMBER, head=_some(sha=_COMMIT, repo=_HEAD_REPOSITORY), draft=_BOOLEAN, updated_at=_MOMENT
    ),
    label=_some(name=_TEXT),
    issue=_some(number=_NUMBER, pull_request={"type": "object"}),
    comment=_some(id=_NUMBER, body=_TEXT),
    review=_some(id=_NUMBER, body={"type": ["string", "null"]}),
    check_run=_some(name=_TEXT, head_sha=_COMMIT, app=_APP),
    requested_action=_some(identifier=_TEXT),
    check_suite=_some(head_sha=_COMMIT, app=_APP),
    merge_group=_some(head_sha=_COMMIT, base_sha=_COMMIT, head_ref=_TEXT),
    ref=_TEXT,
    created=_BOOLEAN,
    deleted=_BOOLEAN,
    forced=_BOOLEAN,
    commits=_COMMITS,
    repository=_some(full_name=_TEXT),
    sender=_some(type=_TEXT, login=_TEXT),
    installation=_some(id=_NUMBER),
)

# https://docs.gitlab.com/user/project/integrations/webhooks/ and …/webhook_events/
_GITLAB_HEADERS = [
    _header("X-Gitlab-Event", {**_TEXT, "minLength": 1}, "The event's name.", required=True),
    _header("X-Gitlab-Token", _TEXT, "The webhook's secret token, where no signing token is set."),
    _header("Idempotency-Key", _ID, "The delivery's id: it is worked on once."),
    _header("X-Gitlab-Webhook-UUID", _ID, "The delivery's id before GitLab 17.4."),
    _header("webhook-id", _ID, "The id of a signed delivery (Standard Webhooks)."),
    _header("webhook-timestamp", {"type": "string", "pattern": "^[0-9]{1,15}$"}, "When it was signed, in seconds."),
    _header("webhook-signature", _TEXT, "v1, and HMAC-SHA256 of id, time and body with the signing token, in base64."),
]
_GITLAB_BODY = _some(
    object_kind=_TEXT,
    project=_some(path_with_namespace=_TEXT),
    user=_some(username=_TEXT),
    merge_request=_some(iid=_NUMBER),
    changes={"type": "object"},
    ref=_TEXT,
    before=_COMMIT,
    after=_COMMIT,
    commits=_COMMITS,
    total_commits_count={"type": "integer", "minimum": 0},
    object_attributes=_some(
        id=_NUMBER,
        iid=_NUMBER,
        action=_TEXT,
        note=_TEXT,
        noteable_type=_TEXT,
        type={"type": ["string", "null"]},
        name=_TEXT,
        awardable_type=_TEXT,
        last_commit=_some(id=_COMMIT),
        oldrev=_COMMIT,
        updated_at=_TEXT,
        source=_some(path_with_namespace=_TEXT),
    ),
)
