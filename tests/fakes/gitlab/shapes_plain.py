"""The JSON of the REST API: users, projects, merge requests, notes (https://docs.gitlab.com/api/rest/)."""

from __future__ import annotations

import datetime
from typing import Any

from tests.fakes.github.diff import File, files
from tests.fakes.gitlab.accounts import Accounts
from tests.fakes.gitlab.model import (
    Level,
    Pull,
    Repository,
    User,
    Version,
)
from tests.fakes.gitlab.model_checks import Rules


def when(seconds: float) -> str:
    """ISO 8601 with milliseconds, as the API gives times."""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


class PlainShapes:
    """Shapes with addresses below `web`."""

    def __init__(self, hub: Accounts, web: str) -> None:
        self.hub = hub
        self.web = web
        self.api = f"{web}/api/v4"

    def user(self, user: User) -> dict[str, Any]:
        """A person in short (`UserBasic`). Whether it is a bot is not said here."""
        return {
            "id": user.id,
            "username": user.login,
            "public_email": user.public_email,
            "name": user.login,
            "state": "active",
            "locked": False,
            "avatar_url": None,
            "web_url": f"{self.web}/{user.login}",
        }

    def full_user(self, user: User) -> dict[str, Any]:
        """`GET /users/:id` (https://docs.gitlab.com/api/users/#retrieve-a-user)."""
        return self.user(user) | {
            "created_at": when(0),
            "bio": "",
            "location": "",
            "bot": user.kind == "Bot",
            "is_admin": False,
        }

    def member(self, user: User, level: Level) -> dict[str, Any]:
        """https://docs.gitlab.com/api/project_members/"""
        return self.user(user) | {
            "created_at": when(0),
            "expires_at": None,
            "access_level": int(level),
            "membership_state": "active",
        }

    def project(self, repo: Repository, level: Level = Level.NONE) -> dict[str, Any]:
        """https://docs.gitlab.com/api/projects/#retrieve-a-project"""
        base = f"{self.web}/{repo.full_name}"
        shape: dict[str, Any] = {
            "id": repo.id,
            "description": None,
            "name": repo.name,
            "name_with_namespace": f"{repo.owner.login} / {repo.name}",
            "path": repo.name,
            "path_with_namespace": repo.full_name,
            "created_at": when(repo.created),
            "default_branch": repo.default_branch,
            "topics": [],
            "ssh_url_to_repo": f"git@127.0.0.1:{repo.full_name}.git",
            "http_url_to_repo": f"{base}.git",
            "web_url": base,
            "readme_url": None,
            "forks_count": 0,
            "avatar_url": None,
            "star_count": 0,
            "archived": False,
            "visibility": "private" if repo.private else "public",
            "empty_repo": False,
            "namespace": {"id": repo.owner.id, "name": repo.owner.login, "path": repo.owner.login, "kind": "group"},
            "merge_method": "merge",
            **_rules(repo.rules),
            "resolve_outdated_diff_discussions": repo.resolve_outdated,
            "permissions": {
                "project_access": {"access_level": int(level), "notification_level": 3} if level else None,
                "group_access": None,
            },
        }
        if repo.parent is not None:
            shape["forked_from_project"] = {"id": repo.parent.id, "path_with_namespace": repo.parent.full_name}
        return shape

    def pull(self, pull: Pull) -> dict[str, Any]:
        """A merge request in a list (https://docs.gitlab.com/api/merge_requests/#list-project-merge-requests)."""
        fork = pull.head_repo is not pull.repo
        shape: dict[str, Any] = {
            "id": pull.id,
            "iid": pull.number,
            "project_id": pull.repo.id,
            "title": pull.title,
            "description": pull.body,
            "state": pull.called,
            "created_at": when(pull.created),
            "updated_at": when(pull.updated),
            "merged_by": self.user(pull.merged_by) if pull.merged_by else None,
            "merge_user": self.user(pull.merged_by) if pull.merged_by else None,
            "merged_at": when(pull.closed_at) if pull.merged and pull.closed_at else None,
            "closed_by": None,
            "closed_at": when(pull.closed_at) if pull.closed_at and not pull.merged else None,
            "target_branch": pull.base_ref,
            "source_branch": pull.head_ref,
            "user_notes_count": sum(not note.system for note in pull.notes),
            "upvotes": sum(one.name == "thumbsup" for one in pull.awards),
            "downvotes": sum(one.name == "thumbsdown" for one in pull.awards),
            "author": self.user(pull.user),
            "assignees": [],
            "assignee": None,
            "reviewers": [self.user(one.user) for one in pull.reviewers],
            "source_project_id": None if pull.head_repo.deleted else pull.head_repo.id,
            "target_project_id": pull.repo.id,
            "labels": sorted(pull.labels),
            "draft": pull.draft,
            "work_in_progress": pull.draft,
            "milestone": None,
            "merge_when_pipeline_succeeds": False,
            "merge_status": "can_be_merged",
            "detailed_merge_status": self.hindrance(pull),
            "sha": pull.head_sha,
            "merge_commit_sha": pull.merge_sha,
            "squash_commit_sha": pull.squash_sha,
            "discussion_locked": None,
            "should_remove_source_branch": None,
            "force_remove_source_branch": False,
            "reference": f"!{pull.number}",
            "references": self._references(pull),
            "web_url": self.pull_url(pull),
            "time_stats": dict.fromkeys(("time_estimate", "total_time_spent"), 0)
            | dict.fromkeys(("human_time_estimate", "human_total_time_spent")),
            "squash": False,
            "task_completion_status": {"count": 0, "completed_count": 0},
            "has_conflicts": False,
            "blocking_discussions_resolved": all(d.resolved for d in pull.discussions if d.resolvable),
        }
        if fork:
            shape |= {
                "allow_collaboration": pull.allow_collaboration,
                "allow_maintainer_to_push": pull.allow_collaboration,
            }
        return shape

    def _references(self, pull: Pull) -> dict[str, str]:
        short = f"!{pull.number}"
        return {"short": short, "relative": short, "full": f"{pull.repo.full_name}{short}"}

    def full_pull(self, pull: Pull, viewer: User) -> dict[str, Any]:
        """One merge request (https://docs.gitlab.com/api/merge_requests/#retrieve-a-merge-request)."""
        refs = pull.refs
        return self.pull(pull) | {
            "subscribed": False,
            "changes_count": str(len(self.files(pull))),
            "latest_build_started_at": None,
            "latest_build_finished_at": None,
            "first_deployed_to_production_at": None,
            "pipeline": self.head_pipeline(pull),
            "head_pipeline": self.head_pipeline(pull),
            "diff_refs": {"base_sha": refs.base, "head_sha": refs.head, "start_sha": refs.start},
            "merge_error": None,
            "first_contribution": False,
            "user": {"can_merge": self.hub.level(pull.repo, viewer) >= Level.DEVELOPER},
        }

    def hindrance(self, pull: Pull) -> str:
        """Why it cannot be merged."""
        raise NotImplementedError

    def head_pipeline(self, pull: Pull) -> dict[str, Any] | None:
        """The pipeline of the head."""
        raise NotImplementedError

    def pull_url(self, pull: Pull) -> str:
        return f"{self.web}/{pull.repo.full_name}/-/merge_requests/{pull.number}"

    def files(self, pull: Pull) -> tuple[File, ...]:
        return files(self.hub.store(pull.repo), pull.refs.start, pull.refs.head)

    def diff(self, file: File) -> dict[str, Any]:
        """A file of a diff (https://docs.gitlab.com/api/merge_requests/#list-merge-request-diffs)."""
        return {
            "diff": "".join(f"{hunk.text}\n" for hunk in file.hunks),
            "collapsed": False,
            "too_large": False,
            "new_path": file.path,
            "old_path": file.old_path,
            "a_mode": "0" if file.status == "added" else "100644",
            "b_mode": "0" if file.status == "removed" else "100644",
            "new_file": file.status == "added",
            "renamed_file": file.status == "renamed",
            "deleted_file": file.status == "removed",
            "generated_file": False,
        }

    def version(self, version: Version, pull: Pull) -> dict[str, Any]:
        """https://docs.gitlab.com/api/merge_requests/#list-merge-request-diff-versions"""
        return {
            "id": version.id,
            "head_commit_sha": version.refs.head,
            "base_commit_sha": version.refs.base,
            "start_commit_sha": version.refs.start,
            "created_at": when(version.created),
            "merge_request_id": pull.id,
            "state": "collected",
            "real_size": str(len(files(self.hub.store(pull.repo), version.refs.start, version.refs.head))),
            "patch_id_sha": None,
        }


def _rules(rules: Rules) -> dict[str, Any]:
    """The settings that decide about merges; those of Ultimate are told there alone."""
    found = {
        "only_allow_merge_if_pipeline_succeeds": rules.pipeline,
        "only_allow_merge_if_all_discussions_are_resolved": rules.threads,
        "allow_merge_on_skipped_pipeline": rules.skipped,
    }
    return found | ({"only_allow_merge_if_all_status_checks_passed": rules.checks} if rules.ultimate else {})
