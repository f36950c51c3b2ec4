"""The page on which a person makes a GitHub App of a manifest.

https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.fakes.github.access import Answer
from tests.fakes.github.hub import Hub

_PAGE = re.compile(r"(?:/organizations/([^/]+))?/settings/apps/new")
_NEEDS = {
    "pull_request": ("pull_requests",),
    "pull_request_review": ("pull_requests",),
    "pull_request_review_comment": ("pull_requests",),
    "pull_request_review_thread": ("pull_requests",),
    "issue_comment": ("issues", "pull_requests"),
    "issues": ("issues",),
    "push": ("contents",),
    "status": ("statuses",),
    "check_run": ("checks",),
    "check_suite": ("checks",),
    "merge_group": ("merge_queues",),
}
_LEVELS = ("read", "write", "admin")


def is_page(path: str) -> bool:
    return _PAGE.fullmatch(path) is not None


def answer(hub: Hub, method: str, path: str, query: str, body: bytes) -> Answer:
    """The person presses the button at once: back to `redirect_url` with the code."""
    match = _PAGE.fullmatch(path)
    if method != "POST" or match is None:
        return _refused("Register a GitHub App by posting its manifest here.", 404)
    given = parse_qs(body.decode("utf-8", "replace")).get("manifest", [""])[0]
    try:
        manifest = json.loads(given)
    except ValueError:
        return _refused("Error: the manifest is not valid JSON.")
    wrong = violation(manifest)
    if wrong is not None:
        return _refused(f"Invalid GitHub App configuration: {wrong}")
    code = hub.take_manifest(manifest, match[1] or "developer")
    back = manifest["redirect_url"]
    told = {"code": code, **({"state": state[0]} if (state := parse_qs(query).get("state")) else {})}
    joined = f"{back}{'&' if urlsplit(back).query else '?'}{urlencode(told)}"
    return Answer(302, body=b"", kind="text/html", headers={"Location": joined})


def violation(manifest: Any) -> str | None:
    """What GitHub says against a manifest; None where it takes it."""
    if not isinstance(manifest, dict):
        return "the manifest must be an object."
    for name in ("url", "redirect_url"):
        if not _is_address(manifest.get(name)):
            return f'"{name}" wasn\'t supplied.' if name not in manifest else f'"{name}" must be a valid URL.'
    hook = manifest.get("hook_attributes")
    if hook is not None and not (isinstance(hook, dict) and _is_address(hook.get("url"))):
        return '"hook_attributes.url" wasn\'t supplied.'
    if len(str(manifest.get("name", ""))) > 34:
        return "Name is too long (maximum is 34 characters)"
    return _unsupported(manifest)


def _unsupported(manifest: Mapping[str, Any]) -> str | None:
    granted = manifest.get("default_permissions", {})
    levels = [f"{what}: {how}" for what, how in granted.items() if how not in _LEVELS]
    if levels:
        return f"Default permission records {', '.join(levels)} is not a permitted value."
    events = manifest.get("default_events", [])
    if events and manifest.get("hook_attributes") is None:
        return '"hook_attributes" must be supplied for events.'
    wrong = [event for event in events if not set(_NEEDS.get(event, ())) & set(granted)]
    return f"Default events unsupported: {', '.join(wrong)}" if wrong else None


def _is_address(text: Any) -> bool:
    return isinstance(text, str) and urlsplit(text).scheme in ("http", "https") and bool(urlsplit(text).netloc)


def _refused(words: str, status: int = 200) -> Answer:
    """GitHub shows what is wrong on its page."""
    return Answer(status, body=f"<!doctype html><p>{escape(words)}</p>".encode(), kind="text/html; charset=utf-8")
