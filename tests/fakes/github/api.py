"""The REST operations: what each one reads or changes, and what it refuses as GitHub does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.github import diff
from tests.fakes.github.access import Answer, page, problem
from tests.fakes.github.hub import Hub
from tests.fakes.github.model import Pull, Repository, Status, Token
from tests.fakes.github.shapes import when
from tests.fakes.github.shapes_pull import PullShapes
from tests.fakes.github.talk import refusal

MAX_BODY = 65_536


@dataclass(frozen=True)
class Call:
    """One request, its path taken apart. `url` is the whole address without the query."""

    hub: Hub
    shapes: PullShapes
    token: Token
    url: str
    names: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]

    def repo(self) -> Repository | None:
        return self.hub.repositories.get(f"{self.names['owner']}/{self.names['repo']}")

    def pull(self) -> Pull | None:
        repo = self.repo()
        return repo.pulls.get(int(self.names.get("pull_number") or self.names["issue_number"])) if repo else None


Operation = Callable[[Call], Answer]
NOT_FOUND = "Not Found"


def get_user(call: Call) -> Answer:
    if call.token.installation:
        return problem(403, "Resource not accessible by integration")
    return Answer(200, call.shapes.self_user(call.token.user))


def get_rate_limit(call: Call) -> Answer:
    headers = call.hub.limits.headers(call.token)
    rate = {name: int(headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining", "reset", "used")}
    return Answer(200, {"resources": {"core": rate, "search": rate}, "rate": rate})


def create_installation_token(call: Call) -> Answer:
    """An hour's token for the App's bot; the caller's login is the App's name."""
    secret = call.hub.token(f"{call.token.user.login}[bot]", seconds=3600, installation=True)
    expires = when(call.hub.tokens[secret].expires or 0)
    return Answer(201, {"token": secret, "expires_at": expires, "permissions": {"pull_requests": "write"}})


def get_repository(call: Call) -> Answer:
    repo = call.repo()
    return problem(404, NOT_FOUND) if repo is None else Answer(200, call.shapes.full_repository(repo))


def list_pulls(call: Call) -> Answer:
    repo = call.repo()
    if repo is None:
        return problem(404, NOT_FOUND)
    state = call.query.get("state", "open")
    pulls = [pull for pull in reversed(repo.pulls.values()) if state in ("all", pull.state)]
    return page(call.url, call.query, pulls, lambda pull: call.shapes.pull(pull, call.hub.base_sha(pull)))


def create_pull(call: Call) -> Answer:
    repo = call.repo()
    if repo is None:
        return problem(404, NOT_FOUND)
    owner, _, branch = str(call.body["head"]).rpartition(":")
    source = f"{owner}/{repo.name}" if owner and owner != repo.owner.login else repo.full_name
    stores = [call.hub.store(r) for r in (repo, call.hub.repositories.get(source)) if r is not None]
    if len(stores) < 2 or any(
        store.resolve(f"refs/heads/{ref}") is None
        for store, ref in zip(stores, (call.body["base"], branch), strict=True)
    ):
        return _invalid("PullRequest", "head", "invalid")
    pull = call.hub.pull(
        repo.full_name,
        branch,
        base=call.body["base"],
        title=call.body.get("title", branch),
        body=call.body.get("body") or "",
        author=call.token.user.login,
        draft=bool(call.body.get("draft")),
        head_repo=source,
    )
    return Answer(201, _full(call, pull))


def get_pull(call: Call) -> Answer:
    pull = call.pull()
    return problem(404, NOT_FOUND) if pull is None else Answer(200, _full(call, pull))


def update_pull(call: Call) -> Answer:
    pull = call.pull()
    if pull is None:
        return problem(404, NOT_FOUND)
    if call.body.get("state") == "closed" and pull.state == "open":
        call.hub.close_pull(pull)
    if call.body.get("state") == "open" and pull.state == "closed":
        call.hub.reopen(pull)
    return Answer(200, _full(call, pull))


def list_files(call: Call) -> Answer:
    pull = call.pull()
    if pull is None:
        return problem(404, NOT_FOUND)
    found = diff.files(call.hub.store(pull.repo), call.hub.base_sha(pull), pull.head_sha)[:3000]
    return page(call.url, call.query, found, lambda file: call.shapes.file(pull.repo, pull.head_sha, file))


def list_commits(call: Call) -> Answer:
    pull = call.pull()
    if pull is None:
        return problem(404, NOT_FOUND)
    store = call.hub.store(pull.repo)
    return page(
        call.url, call.query, call.hub.commits(pull)[:250], lambda sha: call.shapes.commit(pull.repo, store, sha)
    )


def list_reviews(call: Call) -> Answer:
    pull = call.pull()
    if pull is None:
        return problem(404, NOT_FOUND)
    return page(call.url, call.query, pull.reviews, lambda review: call.shapes.review(pull, review))


def list_review_comments(call: Call) -> Answer:
    pull = call.pull()
    if pull is None:
        return problem(404, NOT_FOUND)
    return page(call.url, call.query, pull.comments, lambda comment: call.shapes.comment(pull, comment, call.hub.place))


def create_review(call: Call) -> Answer:
    """All or nothing: one comment that does not fit refuses the whole review."""
    pull = call.pull()
    if pull is None:
        return problem(404, NOT_FOUND)
    if not call.token.writes:
        return problem(403, "Resource not accessible by personal access token")
    commit = call.body.get("commit_id") or pull.head_sha
    wrong = _refusal(call, pull, commit)
    if wrong is not None:
        return problem(422, "Unprocessable Entity", [wrong])
    said = {"body": call.body.get("body") or "", "comments": call.body.get("comments", ()), "commit": commit}
    review = call.hub.review(pull, call.token.user.login, **said)
    return Answer(200, call.shapes.review(pull, review))


def _refusal(call: Call, pull: Pull, commit: str) -> str | None:
    comments = call.body.get("comments", [])
    body = call.body.get("body") or ""
    if call.body.get("event") != "COMMENT":
        return "The fake takes reviews of the event COMMENT only"
    if not body and not comments:
        return "Review Can not be empty"
    if commit not in call.hub.commits(pull):
        return "Commit is not part of the pull request"
    if any(len(text) > MAX_BODY for text in (body, *(entry["body"] for entry in comments))):
        return f"Body is too long (maximum is {MAX_BODY} characters)"
    changed = {file.path: file for file in diff.files(call.hub.store(pull.repo), call.hub.base_sha(pull), commit)}
    refusals = (refusal(entry, changed.get(entry["path"])) for entry in comments)
    return next((wrong for wrong in refusals if wrong is not None), None)


def list_issue_comments(call: Call) -> Answer:
    pull = call.pull()
    if pull is None:
        return problem(404, NOT_FOUND)
    return page(call.url, call.query, pull.issue_comments, lambda one: call.shapes.issue_comment(pull, one))


def create_issue_comment(call: Call) -> Answer:
    pull = call.pull()
    if pull is None:
        return problem(404, NOT_FOUND)
    comment = call.hub.comment(pull, call.token.user.login, call.body["body"])
    return Answer(201, call.shapes.issue_comment(pull, comment))


def get_commit(call: Call) -> Answer:
    repo = call.repo()
    sha = None if repo is None else call.hub.store(repo).resolve(call.names["ref"])
    if repo is None or sha is None:
        return (
            problem(404, NOT_FOUND) if repo is None else problem(422, f"No commit found for SHA: {call.names['ref']}")
        )
    return Answer(200, call.shapes.commit(repo, call.hub.store(repo), sha))


def list_statuses(call: Call) -> Answer:
    repo = call.repo()
    if repo is None:
        return problem(404, NOT_FOUND)
    sha = call.hub.store(repo).resolve(call.names["ref"])
    found = [status for status in reversed(repo.statuses) if status.sha == sha]
    return page(call.url, call.query, found, lambda status: call.shapes.status(repo, status))


def create_status(call: Call) -> Answer:
    repo = call.repo()
    if repo is None:
        return problem(404, NOT_FOUND)
    sha = call.hub.store(repo).resolve(call.names["sha"])
    if sha is None:
        return problem(422, f"No commit found for SHA: {call.names['sha']}")
    told = {name: call.body.get(name) for name in ("description", "target_url")}
    context = call.body.get("context", "default")
    status = Status(
        call.hub.id(), sha, call.body["state"], context, **told, user=call.token.user, created=call.hub.now()
    )
    repo.statuses.append(status)
    return Answer(201, call.shapes.status(repo, status))


def _full(call: Call, pull: Pull) -> dict[str, Any]:
    return call.shapes.full_pull(pull, call.hub.store(pull.repo), call.hub.base_sha(pull))


def _invalid(resource: str, field: str, code: str) -> Answer:
    answer = problem(422, "Validation Failed")
    answer.data["errors"] = [{"resource": resource, "field": field, "code": code}]
    return answer
