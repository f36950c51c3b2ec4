"""The REST operations on users, projects, merge requests and commits."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from tests.fakes.github.access import Answer
from tests.fakes.gitlab.access import bad_request, invalid, not_found, page
from tests.fakes.gitlab.call import Call, Stop
from tests.fakes.gitlab.model import Level, Repository, Status

VERSION = "18.5.1-ee"
STATES = ("pending", "running", "success", "failed", "canceled", "skipped")
"""https://docs.gitlab.com/api/commits/#set-commit-pipeline-status"""
MAX_DESCRIPTION = 255


def get_user(call: Call) -> Answer:
    return Answer(200, call.shapes.full_user(call.user) | {"email": f"{call.user.login}@example.org"})


def get_user_by_id(call: Call) -> Answer:
    user = next((one for one in call.hub.users.values() if str(one.id) == call.names["user_id"]), None)
    return Answer(200, call.shapes.full_user(user)) if user else not_found("User")


def list_users(call: Call) -> Answer:
    """By `username`, whatever its case."""
    wanted = str(call.given.get("username", "")).lower()
    found = [user for user in call.hub.users.values() if user.kind != "Group" and wanted in ("", user.login.lower())]
    return page(call.url, call.query, found, call.shapes.user)


def get_version(call: Call) -> Answer:
    return Answer(200, {"version": VERSION, "revision": "0123456789a"})


def get_metadata(call: Call) -> Answer:
    kas = {"enabled": False, "externalUrl": None, "externalK8sProxyUrl": None, "version": None}
    return Answer(200, {"version": VERSION, "revision": "0123456789a", "kas": kas, "enterprise": True})


def get_project(call: Call) -> Answer:
    repo = call.repo()
    return Answer(200, call.shapes.project(repo, call.hub.level(repo, call.user)))


def list_members(call: Call) -> Answer:
    repo = call.repo()
    levels = [(user, call.hub.level(repo, user)) for user in call.hub.users.values() if user.kind != "Group"]
    members = [pair for pair in levels if pair[1]]
    return page(call.url, call.query, members, lambda pair: call.shapes.member(*pair))


def get_member(call: Call) -> Answer:
    """A member, with what a group above gives; 404 for who is none."""
    repo = call.repo()
    user = next((one for one in call.hub.users.values() if str(one.id) == call.names["user_id"]), None)
    level = call.hub.level(repo, user) if user else Level.NONE
    return Answer(200, call.shapes.member(user, level)) if user and level else not_found()


def list_labels(call: Call) -> Answer:
    labels = call.repo().labels
    return page(
        call.url,
        call.query,
        labels,
        lambda label: {"id": label.id, "name": label.name, "color": "#6699cc", "description": None},
    )


# Merge requests


def list_pulls(call: Call) -> Answer:
    repo = call.repo()
    call.allow(call.hub.reads(repo, call.user))
    state, branch = call.given.get("state", "all"), call.given.get("source_branch")
    pulls = [p for p in reversed(repo.pulls.values()) if state in ("all", p.called) and branch in (None, p.head_ref)]
    return page(call.url, call.query, pulls, call.shapes.pull)


def create_pull(call: Call) -> Answer:
    repo = call.repo(Level.GUEST)
    given = call.given
    target = next((one for one in call.hub.repositories.values() if one.id == given.get("target_project_id")), repo)
    if call.hub.store(repo).resolve(f"refs/heads/{given['source_branch']}") is None:
        return Answer(400, {"message": {"source_branch": ["does not exist"]}})
    same = [p.number for p in target.pulls.values() if p.state == "open" and p.head_repo is repo]
    same = [n for n in same if target.pulls[n].head_ref == given["source_branch"]]
    if same:
        words = f"Another open merge request already exists for this source branch: !{same[0]}"
        return Answer(409, {"message": [words]})
    pull = call.hub.pull(
        target.full_name,
        given["source_branch"],
        base=given["target_branch"],
        title=given["title"],
        body=given.get("description") or "",
        author=call.user.login,
        head_repo=repo.full_name,
    )
    return Answer(201, call.shapes.full_pull(pull, call.user))


def get_pull(call: Call) -> Answer:
    return Answer(200, call.shapes.full_pull(call.pull(), call.user))


def update_pull(call: Call) -> Answer:
    pull, given, login = call.pull(), call.given, call.user.login
    call.allow(call.hub.may_resolve(pull, call.user))
    event = given.get("state_event")
    if event == "close" and pull.state == "open":
        call.hub.close_pull(pull, login=login)
    if event == "reopen" and pull.state == "closed":
        call.hub.reopen(pull, login=login)
    if "title" in given:
        call.hub.edit(pull, given["title"], login=login)
    if "target_branch" in given:
        call.hub.retarget(pull, given["target_branch"], login=login)
    names = given.get("labels", given.get("add_labels"))
    if names is not None:
        listed = names.split(",") if isinstance(names, str) else list(names)
        kept = pull.labels if "add_labels" in given else []
        call.hub.label(pull, [*kept, *(name for name in listed if name and name not in kept)], login=login)
    return Answer(200, call.shapes.full_pull(pull, call.user))


def list_diffs(call: Call) -> Answer:
    pull = call.pull()
    return page(call.url, call.query, list(call.shapes.files(pull)), call.shapes.diff)


def get_changes(call: Call) -> Answer:
    pull = call.pull()
    changes = [call.shapes.diff(file) for file in call.shapes.files(pull)]
    return Answer(200, call.shapes.full_pull(pull, call.user) | {"changes": changes, "overflow": False})


def list_versions(call: Call) -> Answer:
    pull = call.pull()
    return page(call.url, call.query, pull.versions[::-1], lambda version: call.shapes.version(version, pull))


def list_commits(call: Call) -> Answer:
    pull = call.pull()
    commits = call.hub.store(pull.repo).commits(pull.refs.base, pull.head_sha)[::-1]
    return page(call.url, call.query, commits, lambda sha: commit(call, pull.repo, sha))


# Code


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
