"""The REST operations on branches, commits, files and statuses."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from tests.fakes.github.access import Answer
from tests.fakes.gitlab.access import bad_request, invalid, not_found, page
from tests.fakes.gitlab.call import Call, Stop
from tests.fakes.gitlab.model import Level, Repository, Status

STATES = ("pending", "running", "success", "failed", "canceled", "skipped")
"""https://docs.gitlab.com/api/commits/#set-commit-pipeline-status"""
MAX_DESCRIPTION = 255


def get_branch(call: Call) -> Answer:
    """A branch, and what the caller may do with it (https://docs.gitlab.com/api/branches/)."""
    repo, name = call.repo(), call.names["branch"]
    call.allow(call.hub.reads(repo, call.user))
    sha = call.hub.store(repo).resolve(f"refs/heads/{name}")
    if sha is None:
        return not_found("Branch")
    level, needed = call.hub.level(repo, call.user), repo.protected.get(name)
    return Answer(
        200,
        {
            "name": name,
            "merged": False,
            "protected": needed is not None,
            "default": name == repo.default_branch,
            "developers_can_push": needed is Level.DEVELOPER,
            "developers_can_merge": needed is Level.DEVELOPER,
            "can_push": level >= (needed or Level.DEVELOPER),
            "web_url": f"{call.shapes.web}/{repo.full_name}/-/tree/{name}",
            "commit": commit(call, repo, sha),
        },
    )


def list_protected_branches(call: Call) -> Answer:
    """https://docs.gitlab.com/api/protected_branches/ (any member who sees the code may list them)."""
    repo = call.repo(Level.DEVELOPER)
    return page(call.url, call.query, sorted(repo.protected), lambda name: _protected(repo, name))


def get_protected_branch(call: Call) -> Answer:
    repo, name = call.repo(Level.DEVELOPER), call.names["branch"]
    return Answer(200, _protected(repo, name)) if name in repo.protected else not_found()


def _protected(repo: Repository, name: str) -> dict[str, Any]:
    level = repo.protected[name]
    words = {Level.DEVELOPER: "Developers + Maintainers", Level.MAINTAINER: "Maintainers"}.get(level, "No one")
    access = [
        {"id": 1, "access_level": int(level), "access_level_description": words, "user_id": None, "group_id": None}
    ]
    return {
        "id": 1,
        "name": name,
        "push_access_levels": access,
        "merge_access_levels": access,
        "unprotect_access_levels": [],
        "allow_force_push": False,
        "code_owner_approval_required": False,
        "inherited": False,
    }


def get_commit(call: Call) -> Answer:
    repo = call.repo()
    call.allow(call.hub.reads(repo, call.user))
    sha = call.hub.store(repo).resolve(call.names["sha"])
    return Answer(200, commit(call, repo, sha)) if sha else not_found("Commit")


def commit(call: Call, repo: Repository, sha: str) -> dict[str, Any]:
    """https://docs.gitlab.com/api/commits/"""
    fields = call.hub.store(repo).git("show", "-s", "--format=%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B", sha)
    parents, author, email, at, by, by_email, on, message = fields.decode("utf-8", "replace").rstrip("\n").split("\0")
    return {
        "id": sha,
        "short_id": sha[:8],
        "created_at": on,
        "parent_ids": parents.split(),
        "title": message.split("\n")[0],
        "message": message,
        "author_name": author,
        "author_email": email,
        "authored_date": at,
        "committer_name": by,
        "committer_email": by_email,
        "committed_date": on,
        "web_url": f"{call.shapes.web}/{repo.full_name}/-/commit/{sha}",
    }


def get_file(call: Call) -> Answer:
    """A file at a commit, in base64 (https://docs.gitlab.com/api/repository_files/)."""
    repo = call.repo()
    call.allow(call.hub.reads(repo, call.user))
    sha = call.hub.store(repo).resolve(str(call.given["ref"]))
    if sha is None:
        return not_found("Commit")
    data = call.hub.store(repo).read(sha, call.names["path"])
    if data is None:
        return not_found("File")
    return Answer(
        200,
        {
            "file_name": call.names["path"].rsplit("/", 1)[-1],
            "file_path": call.names["path"],
            "size": len(data),
            "encoding": "base64",
            "content": base64.b64encode(data).decode(),
            "content_sha256": hashlib.sha256(data).hexdigest(),
            "ref": call.given["ref"],
            "commit_id": sha,
            "last_commit_id": sha,
        },
    )


def create_status(call: Call) -> Answer:
    """Set a commit's status. One that is repeated is refused, since it would change nothing."""
    repo, given = call.repo(Level.DEVELOPER), call.given
    sha = call.hub.store(repo).resolve(call.names["sha"])
    if sha is None:
        return not_found("Commit")
    if given["state"] not in STATES:
        return invalid("state does not have a valid value")
    if len(str(given.get("description") or "")) > MAX_DESCRIPTION:
        return bad_request("Validation failed: Description is too long (maximum is 255 characters)")
    name = str(given.get("name") or given.get("context") or "default")
    ref = str(given.get("ref") or _branch_of(call, repo, sha))
    old = next((one for one in reversed(repo.statuses) if (one.sha, one.name, one.ref) == (sha, name, ref)), None)
    if old is not None and old.state == given["state"]:
        verb = {"pending": "enqueue", "running": "run"}.get(old.state)
        if verb is not None:
            reason = f'Reason(s): Status cannot transition via "{verb}"'
            return Answer(400, {"message": f"Cannot transition status via :{verb} from :{old.state} ({reason})"})
    url, words = given.get("target_url"), given.get("description")
    status = Status(call.hub.id(), sha, ref, given["state"], name, words, url, call.user, call.hub.now())
    repo.statuses.append(status)
    return Answer(201, call.shapes.status(status))


def _branch_of(call: Call, repo: Repository, sha: str) -> str:
    found = (
        call.hub.store(repo).git("for-each-ref", "--contains", sha, "--format=%(refname:short)", "refs/heads").decode()
    )
    heads = [pull.head_ref for pull in repo.pulls.values() if pull.head_sha == sha]
    if not found.split() and not heads:
        raise Stop(not_found("References for commit"))
    return [*found.split(), *heads][0]


def list_statuses(call: Call) -> Answer:
    """The newest status of each name; with `all`, every one."""
    repo = call.repo()
    sha = call.hub.store(repo).resolve(call.names["sha"])
    if sha is None:
        return not_found("Commit")
    mine = [one for one in repo.statuses if one.sha == sha and call.given.get("name") in (None, one.name)]
    if str(call.given.get("all")).lower() != "true":
        mine = list({(one.name, one.ref): one for one in mine}.values())
    return page(call.url, call.query, mine, call.shapes.status)
