"""What GitLab delivers (https://docs.gitlab.com/user/project/integrations/webhook_events/)."""

from __future__ import annotations

import datetime
from typing import Any

from tests.fakes.gitlab.branches import ZERO
from tests.fakes.gitlab.hub import Hub
from tests.fakes.gitlab.model import Award, Note, Pull, Repository, User
from tests.fakes.gitlab.shapes import Shapes

MAX_COMMITS = 20
"""Commits that a push event tells of."""
_STATES = {"opened": 1, "closed": 2, "merged": 3}


def when(seconds: float | None) -> str | None:
    """`2017-09-15 16:50:55 UTC`, as events give times."""
    if seconds is None:
        return None
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


class Payloads:
    """The body of each event."""

    def __init__(self, hub: Hub, shapes: Shapes) -> None:
        self.hub = hub
        self.shapes = shapes

    def user(self, user: User) -> dict[str, Any]:
        return {"id": user.id, "name": user.login, "username": user.login, "avatar_url": None, "email": "[REDACTED]"}

    def project(self, repo: Repository) -> dict[str, Any]:
        web, ssh = f"{self.shapes.web}/{repo.full_name}", f"git@127.0.0.1:{repo.full_name}.git"
        return {
            "id": repo.id,
            "name": repo.name,
            "description": None,
            "web_url": web,
            "avatar_url": None,
            "git_ssh_url": ssh,
            "git_http_url": f"{web}.git",
            "namespace": repo.owner.login,
            "visibility_level": 0 if repo.private else 20,
            "path_with_namespace": repo.full_name,
            "default_branch": repo.default_branch,
            "ci_config_path": "",
            "homepage": web,
            "url": ssh,
            "ssh_url": ssh,
            "http_url": f"{web}.git",
        }

    def repository(self, repo: Repository) -> dict[str, Any]:
        whole = self.project(repo)
        return {name: whole[name] for name in ("name", "url", "description", "homepage")}

    def pull(self, pull: Pull) -> dict[str, Any]:
        """The attributes of a merge request."""
        source = None if pull.head_repo.deleted else pull.head_repo
        return {
            "id": pull.id,
            "iid": pull.number,
            "target_branch": pull.base_ref,
            "source_branch": pull.head_ref,
            "source_project_id": source.id if source else None,
            "target_project_id": pull.repo.id,
            "author_id": pull.user.id,
            "assignee_ids": [],
            "assignee_id": None,
            "reviewer_ids": [],
            "title": pull.title,
            "created_at": when(pull.created),
            "updated_at": when(pull.updated),
            "last_edited_at": None,
            "last_edited_by_id": None,
            "milestone_id": None,
            "state_id": _STATES[pull.called],
            "state": pull.called,
            "blocking_discussions_resolved": all(d.resolved for d in pull.discussions if d.resolvable),
            "work_in_progress": pull.draft,
            "draft": pull.draft,
            "first_contribution": False,
            "merge_status": "can_be_merged",
            "detailed_merge_status": self.shapes.pull(pull)["detailed_merge_status"],
            "merge_commit_sha": pull.merge_sha,
            "description": pull.body,
            "prepared_at": when(pull.created),
            "total_time_spent": 0,
            "time_change": 0,
            "human_total_time_spent": None,
            "human_time_change": None,
            "human_time_estimate": None,
            "url": self.shapes.pull_url(pull),
            "source": self.project(source) if source else None,
            "target": self.project(pull.repo),
            "last_commit": self.commit(pull.repo, pull.head_sha),
            "labels": [self.label(pull.repo, name) for name in pull.labels],
        }

    def commit(self, repo: Repository, sha: str) -> dict[str, Any]:
        fields = self.hub.store(repo).git("show", "-s", "--format=%an%x00%ae%x00%aI%x00%B", sha)
        name, email, at, message = fields.decode("utf-8", "replace").rstrip("\n").split("\0")
        return {
            "id": sha,
            "message": message,
            "title": message.split("\n")[0],
            "timestamp": at,
            "url": f"{self.shapes.web}/{repo.full_name}/-/commit/{sha}",
            "author": {"name": name, "email": email},
        }

    def label(self, repo: Repository, name: str) -> dict[str, Any]:
        found = next(one for one in repo.labels if one.name == name)
        return {
            "id": found.id,
            "title": name,
            "color": "#6699cc",
            "project_id": repo.id,
            "created_at": when(repo.created),
            "updated_at": when(repo.created),
            "template": False,
            "description": None,
            "type": "ProjectLabel",
            "group_id": None,
        }

    def merge_request(
        self,
        pull: Pull,
        user: User,
        action: str,
        oldrev: str | None,
        changes: dict[str, tuple[object, object]],
        system: str = "",
    ) -> dict[str, Any]:
        """Merge Request Hook. `oldrev` is there only when code was pushed, `system` where GitLab itself did it."""
        attributes = self.pull(pull) | {"action": action} | ({"oldrev": oldrev} if oldrev else {})
        attributes |= {"system": bool(system)} | ({"system_action": system} if system else {})
        return {
            "object_kind": "merge_request",
            "event_type": "merge_request",
            "user": self.user(user),
            "project": self.project(pull.repo),
            "repository": self.repository(pull.repo),
            "object_attributes": attributes,
            "labels": attributes["labels"],
            "changes": {name: self._change(pull, name, *pair) for name, pair in changes.items()},
            "assignees": [],
            "reviewers": [],
        }

    def _change(self, pull: Pull, name: str, old: Any, new: Any) -> dict[str, Any]:
        if name == "labels":
            old, new = ([self.label(pull.repo, one) for one in names] for names in (old, new))
        return {"previous": old, "current": new}

    def note(self, note: Note, action: str) -> dict[str, Any]:
        """Note Hook."""
        pull = note.discussion.pull
        return {
            "object_kind": "note",
            "event_type": "note",
            "user": self.user(note.user),
            "project_id": pull.repo.id,
            "project": self.project(pull.repo),
            "repository": self.repository(pull.repo),
            "object_attributes": self.note_attributes(note) | {"action": action},
            "merge_request": self.pull(pull),
        }

    def note_attributes(self, note: Note) -> dict[str, Any]:
        pull, at = note.discussion.pull, self.shapes.position
        return {
            "id": note.id,
            "note": note.body,
            "noteable_type": "MergeRequest",
            "author_id": note.user.id,
            "created_at": when(note.created),
            "updated_at": when(note.updated),
            "project_id": pull.repo.id,
            "attachment": None,
            "line_code": note.line_code,
            "commit_id": None,
            "noteable_id": pull.id,
            "system": note.system,
            "st_diff": None,
            "discussion_id": note.discussion.id,
            "type": note.kind,
            "position": at(note.position),
            "original_position": at(note.original_position),
            "change_position": at(note.change_position),
            "resolved_at": when(note.resolved_at),
            "resolved_by_id": note.resolved_by.id if note.resolved_by else None,
            "resolved_by_push": None,
            "updated_by_id": None,
            "internal": False,
            "description": note.body,
            "url": f"{self.shapes.pull_url(pull)}#note_{note.id}",
        }

    def emoji(self, place: Note | Pull, award: Award, event: str) -> dict[str, Any]:
        """Emoji Hook."""
        pull = place.discussion.pull if isinstance(place, Note) else place
        url = self.shapes.pull_url(pull) + (f"#note_{place.id}" if isinstance(place, Note) else "")
        body = {
            "object_kind": "emoji",
            "event_type": event,
            "user": self.user(award.user),
            "project_id": pull.repo.id,
            "project": self.project(pull.repo),
            "object_attributes": {
                "user_id": award.user.id,
                "created_at": when(award.created),
                "id": award.id,
                "name": award.name,
                "awardable_type": "Note" if isinstance(place, Note) else "MergeRequest",
                "awardable_id": place.id,
                "updated_at": when(award.created),
                "action": event,
                "awarded_on_url": url,
            },
        }
        if isinstance(place, Note):
            body["note"] = self.note_attributes(place)
        return body | {"merge_request": self.pull(pull)}

    def push(self, repo: Repository, branch: str, before: str, after: str, user: User) -> dict[str, Any]:
        """Push Hook: the newest twenty commits."""
        commits = [] if after == ZERO else self._new(repo, branch, before, after)
        return {
            "object_kind": "push",
            "event_name": "push",
            "before": before,
            "after": after,
            "ref": f"refs/heads/{branch}",
            "ref_protected": branch in repo.protected,
            "checkout_sha": None if after == ZERO else after,
            "message": None,
            "user_id": user.id,
            "user_name": user.login,
            "user_username": user.login,
            "user_email": "",
            "user_avatar": None,
            "project_id": repo.id,
            "project": self.project(repo),
            "commits": [self._pushed(repo, sha) for sha in commits[-MAX_COMMITS:]],
            "total_commits_count": len(commits),
            "push_options": {},
            "repository": self.repository(repo)
            | {name: self.project(repo)[name] for name in ("git_http_url", "git_ssh_url", "visibility_level")},
        }

    def _new(self, repo: Repository, branch: str, before: str, after: str) -> list[str]:
        """The commits that a push brought, oldest first; none where a branch was made of what was there."""
        store = self.hub.store(repo)
        known = [before]
        if before == ZERO:
            heads = store.git("for-each-ref", "--format=%(refname)", "refs/heads").decode().split()
            known = [one for one in heads if one != f"refs/heads/{branch}"]
        return store.git("rev-list", "--reverse", after, "--not", *known).decode().split()

    def _pushed(self, repo: Repository, sha: str) -> dict[str, Any]:
        output = self.hub.store(repo).git("show", "--format=", "--name-status", "-z", "--no-renames", sha)
        parts = output.decode("utf-8", "replace").split("\0")[:-1]
        found: dict[str, list[str]] = {"added": [], "modified": [], "removed": []}
        for status, path in zip(parts[::2], parts[1::2], strict=True):
            found[{"A": "added", "D": "removed"}.get(status, "modified")].append(path)
        return self.commit(repo, sha) | found
