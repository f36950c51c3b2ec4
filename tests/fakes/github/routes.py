"""Which operation answers which path. The templates are those of GitHub's OpenAPI description."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.fakes.github import api

REPO = "/repos/{owner}/{repo}"
ROUTES: dict[tuple[str, str], api.Operation] = {
    ("GET", "/user"): api.get_user,
    ("GET", "/rate_limit"): api.get_rate_limit,
    ("POST", "/app/installations/{installation_id}/access_tokens"): api.create_installation_token,
    ("GET", REPO): api.get_repository,
    ("GET", f"{REPO}/pulls"): api.list_pulls,
    ("POST", f"{REPO}/pulls"): api.create_pull,
    ("GET", f"{REPO}/pulls/{{pull_number}}"): api.get_pull,
    ("PATCH", f"{REPO}/pulls/{{pull_number}}"): api.update_pull,
    ("GET", f"{REPO}/pulls/{{pull_number}}/files"): api.list_files,
    ("GET", f"{REPO}/pulls/{{pull_number}}/commits"): api.list_commits,
    ("GET", f"{REPO}/pulls/{{pull_number}}/reviews"): api.list_reviews,
    ("POST", f"{REPO}/pulls/{{pull_number}}/reviews"): api.create_review,
    ("GET", f"{REPO}/pulls/{{pull_number}}/comments"): api.list_review_comments,
    ("GET", f"{REPO}/issues/{{issue_number}}/comments"): api.list_issue_comments,
    ("POST", f"{REPO}/issues/{{issue_number}}/comments"): api.create_issue_comment,
    ("GET", f"{REPO}/commits/{{ref}}"): api.get_commit,
    ("GET", f"{REPO}/commits/{{ref}}/statuses"): api.list_statuses,
    ("POST", f"{REPO}/statuses/{{sha}}"): api.create_status,
}


def _pattern(template: str) -> re.Pattern[str]:
    number = re.sub(r"\{(\w*number|installation_id)\}", r"(?P<\1>\\d+)", template)
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", number))


_PATTERNS = {template: _pattern(template) for _, template in ROUTES}


def find(method: str, path: str) -> tuple[str, api.Operation, Mapping[str, str]] | None:
    """The template, the operation and the names in `path`; None where GitHub has no such page."""
    for (verb, template), operation in ROUTES.items():
        match = _PATTERNS[template].fullmatch(path)
        if verb == method and match is not None:
            return template, operation, match.groupdict()
    return None
