"""Which operation answers which path, and what a GitHub App needs for it.

The templates are those of GitHub's OpenAPI description; the permissions are GitHub's too:
https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.fakes.github.model import Token
from tests.fakes.github.rest import app, basics, checks, comments, people, pulls, reactions, reviews, rights
from tests.fakes.github.rest.call import Operation

REPO = "/repos/{owner}/{repo}"
PULL = f"{REPO}/pulls/{{pull_number}}"
ISSUE = f"{REPO}/issues/{{issue_number}}"
COMMENT = f"{REPO}/pulls/comments/{{comment_id}}"
NOTE = f"{REPO}/issues/comments/{{comment_id}}"
RUN = f"{REPO}/check-runs/{{check_run_id}}"
ROUTES: dict[tuple[str, str], Operation] = {
    ("GET", "/user"): basics.get_user,
    ("GET", "/rate_limit"): basics.get_rate_limit,
    ("GET", "/app"): app.get_app,
    ("GET", "/app/installations"): app.list_installations,
    ("GET", "/app/installations/{installation_id}"): app.get_installation,
    ("POST", "/app/installations/{installation_id}/access_tokens"): app.create_installation_token,
    ("POST", "/app-manifests/{code}/conversions"): app.convert_manifest,
    ("GET", "/installation/repositories"): app.list_installation_repositories,
    ("GET", "/user/repos"): people.list_own_repositories,
    ("GET", "/orgs/{org}/teams/{team_slug}/members"): people.list_team,
    ("GET", REPO): basics.get_repository,
    ("GET", f"{REPO}/activity"): people.list_activity,
    ("GET", f"{REPO}/installation"): app.get_repository_installation,
    ("GET", f"{REPO}/branches/{{branch}}"): rights.get_branch,
    ("GET", f"{REPO}/rules/branches/{{branch}}"): rights.list_rules,
    ("GET", f"{REPO}/collaborators/{{username}}/permission"): rights.get_permission,
    ("GET", f"{REPO}/pulls"): pulls.list_pulls,
    ("POST", f"{REPO}/pulls"): pulls.create_pull,
    ("GET", COMMENT): comments.get_line_comment,
    ("PATCH", COMMENT): comments.update_line_comment,
    ("DELETE", COMMENT): comments.delete_line_comment,
    ("GET", f"{COMMENT}/reactions"): reactions.list_on_line_comment,
    ("POST", f"{COMMENT}/reactions"): reactions.create_on_line_comment,
    ("DELETE", f"{COMMENT}/reactions/{{reaction_id}}"): reactions.delete_on_line_comment,
    ("GET", PULL): pulls.get_pull,
    ("PATCH", PULL): pulls.update_pull,
    ("GET", f"{PULL}/files"): pulls.list_files,
    ("GET", f"{PULL}/commits"): pulls.list_commits,
    ("GET", f"{PULL}/reviews"): reviews.list_reviews,
    ("POST", f"{PULL}/reviews"): reviews.create_review,
    ("GET", f"{PULL}/reviews/{{review_id}}"): reviews.get_review,
    ("GET", f"{PULL}/reviews/{{review_id}}/comments"): reviews.list_comments_of_review,
    ("GET", f"{PULL}/comments"): comments.list_review_comments,
    ("POST", f"{PULL}/comments"): reviews.create_comment,
    ("POST", f"{PULL}/comments/{{comment_id}}/replies"): reviews.reply,
    ("GET", NOTE): comments.get_note,
    ("PATCH", NOTE): comments.update_note,
    ("DELETE", NOTE): comments.delete_note,
    ("GET", f"{NOTE}/reactions"): reactions.list_on_note,
    ("POST", f"{NOTE}/reactions"): reactions.create_on_note,
    ("DELETE", f"{NOTE}/reactions/{{reaction_id}}"): reactions.delete_on_note,
    ("GET", f"{ISSUE}/comments"): comments.list_issue_comments,
    ("POST", f"{ISSUE}/comments"): comments.create_issue_comment,
    ("GET", f"{ISSUE}/labels"): pulls.list_labels,
    ("POST", f"{ISSUE}/labels"): pulls.add_labels,
    ("DELETE", f"{ISSUE}/labels/{{name}}"): pulls.remove_label,
    ("GET", f"{REPO}/commits/{{ref}}"): basics.get_commit,
    ("GET", f"{REPO}/commits/{{ref}}/statuses"): basics.list_statuses,
    ("POST", f"{REPO}/statuses/{{sha}}"): basics.create_status,
    ("GET", f"{REPO}/commits/{{ref}}/check-runs"): checks.list_runs,
    ("POST", f"{REPO}/check-runs"): checks.create_run,
    ("GET", RUN): checks.get_run,
    ("PATCH", RUN): checks.update_run,
    ("GET", f"{RUN}/annotations"): checks.list_annotations,
    ("PUT", f"{PULL}/merge"): pulls.merge_pull,
}
OPEN = {"/app-manifests/{code}/conversions"}
"""Asked without any token."""
BY_APP = {template for _, template in ROUTES if template.startswith("/app")} | {f"{REPO}/installation"}
"""Asked with an App's JSON web token."""


def _pattern(template: str) -> re.Pattern[str]:
    number = re.sub(r"\{(\w*number|\w+_id)\}", r"(?P<\1>\\d+)", template)
    branch = re.sub(r"\{branch\}", "(?P<branch>.+)", number)
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", branch))


_PATTERNS = {template: _pattern(template) for _, template in ROUTES}


def find(method: str, path: str) -> tuple[str, Operation, Mapping[str, str]] | None:
    """The template, the operation and the names in `path`; None where GitHub has no such page."""
    for (verb, template), operation in ROUTES.items():
        match = _PATTERNS[template].fullmatch(path)
        if verb == method and match is not None:
            return template, operation, match.groupdict()
    return None


def permitted(token: Token, method: str, template: str) -> bool:
    """Whether an installation's token was granted what an operation needs; a token without grants may all."""
    if token.permissions is None or not template.startswith(REPO):
        return True
    return any(token.may(what, "read" if method == "GET" else "write") for what in _needs(template))


def _needs(template: str) -> tuple[str, ...]:
    """The permissions of which one is enough."""
    if template.startswith((ISSUE, NOTE)):
        return ("issues", "pull_requests")
    if template.startswith(f"{REPO}/pulls"):
        return ("pull_requests",)
    if "check-runs" in template:
        return ("checks",)
    if "status" in template:
        return ("statuses",)
    if template.startswith((f"{REPO}/commits", f"{REPO}/branches", f"{REPO}/activity")):
        return ("contents",)
    return ("metadata",)
