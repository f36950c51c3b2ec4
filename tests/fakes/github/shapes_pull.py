"""GitHub's JSON of pull requests."""

from __future__ import annotations

from typing import Any

from tests.fakes.github.diff import files
from tests.fakes.github.gitstore import Bare
from tests.fakes.github.model import Pull, Repository
from tests.fakes.github.shapes import node_id, when
from tests.fakes.github.shapes_said import SaidShapes


class PullShapes(SaidShapes):
    """Adds pull requests."""

    def pull(self, pull: Pull, base_sha: str) -> dict[str, Any]:
        """The form of a list."""
        url, html = self._url(pull), self._html(pull)
        issue = f"{self.api}/repos/{pull.repo.full_name}/issues/{pull.number}"
        links = {
            "self": url,
            "html": html,
            "issue": issue,
            "comments": f"{issue}/comments",
            "review_comments": f"{url}/comments",
            "review_comment": f"{self.api}/repos/{pull.repo.full_name}/pulls/comments{{/number}}",
            "commits": f"{url}/commits",
            "statuses": f"{self.api}/repos/{pull.repo.full_name}/statuses/{pull.head_sha}",
        }
        return {
            "url": url,
            "id": pull.id,
            "node_id": node_id("PullRequest", pull.id),
            "html_url": html,
            "diff_url": f"{html}.diff",
            "patch_url": f"{html}.patch",
            "issue_url": issue,
            "number": pull.number,
            "state": pull.state,
            "locked": False,
            "active_lock_reason": None,
            "title": pull.title,
            "user": self.user(pull.user),
            "body": pull.body or None,
            "created_at": when(pull.created),
            "updated_at": when(pull.updated),
            "closed_at": None if pull.state == "open" else when(pull.updated),
            "merged_at": when(pull.updated) if pull.merged else None,
            "merge_commit_sha": pull.merge_commit,
            "assignee": None,
            "assignees": [],
            "requested_reviewers": [self.user(one) for one in pull.requested],
            "requested_teams": [],
            "labels": [self.label(pull, one) for one in pull.labels],
            "milestone": None,
            "draft": pull.draft,
            **{f"{name}_url": links[name] for name in _LINKED},
            "head": self._end(pull.head_repo, pull.head_ref, pull.head_sha),
            "base": self._end(pull.repo, pull.base_ref, base_sha),
            "_links": {name: {"href": link} for name, link in links.items()},
            "author_association": "CONTRIBUTOR",
            "auto_merge": None,
        }

    def full_pull(self, pull: Pull, store: Bare, base_sha: str) -> dict[str, Any]:
        """The longer form of one."""
        changed = files(store, base_sha, pull.head_sha)
        return {
            **self.pull(pull, base_sha),
            "merged": pull.merged,
            "mergeable": None if pull.merged else True,
            "rebaseable": None,
            "mergeable_state": "clean",
            "merged_by": self.user(pull.merged_by) if pull.merged_by else None,
            "comments": len(pull.issue_comments),
            "review_comments": len(pull.comments),
            "maintainer_can_modify": pull.head_repo is not pull.repo and pull.maintainer_can_modify,
            "commits": len(store.commits(store.merge_base(base_sha, pull.head_sha), pull.head_sha)),
            "additions": sum(file.additions for file in changed),
            "deletions": sum(file.deletions for file in changed),
            "changed_files": len(changed),
        }

    def _end(self, repo: Repository, ref: str, sha: str) -> dict[str, Any]:
        return {
            "label": f"{repo.owner.login}:{ref}",
            "ref": ref,
            "sha": sha,
            "user": self.user(repo.owner),
            "repo": None if repo.deleted else self.repository(repo),
        }


_LINKED = ("comments", "review_comments", "review_comment", "commits", "statuses")
