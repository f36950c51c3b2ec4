"""The REST operations on branches, commits, files and statuses."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from tests.fakes.github.access import Answer
from tests.fakes.gitlab.access import not_found, page
from tests.fakes.gitlab.call import Call
from tests.fakes.gitlab.model import Level, Repository


def get_branch(call: Call) -> Answer:
    """A branch, and what the caller may do with it (https://docs.gitlab.com/api/branches/)."""
    repo, name = call.repo(), call.names["branch"]
    call.allow(call.hub.reads(repo, call.user))
    sha = call.hub.store(repo).resolve(f"refs/heads/{name}")
    if sha is None:
        return not_found("Branch")
    level, needed = call.hub.level(repo, call.user), repo.protected.get(name)
    merges = repo.merges.get(name, needed)
    return Answer(
        200,
        {
            "name": name,
            "merged": False,
            "protected": needed is not None,
            "default": name == repo.default_branch,
            "developers_can_push": needed is Level.DEVELOPER,
            "developers_can_merge": merges is Level.DEVELOPER,
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
    return {
        "id": 1,
        "name": name,
        "push_access_levels": [_access(level)],
        "merge_access_levels": [_access(repo.merges.get(name, level))],
        "unprotect_access_levels": [],
        "allow_force_push": False,
        "code_owner_approval_required": False,
        "inherited": False,
    }


def _access(level: Level) -> dict[str, Any]:
    words = {Level.DEVELOPER: "Developers + Maintainers", Level.MAINTAINER: "Maintainers"}.get(level, "No one")
    return {"id": 1, "access_level": int(level), "access_level_description": words, "user_id": None, "group_id": None}


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
