"""GitHub's JSON of pull requests, reviews and comments."""

from __future__ import annotations

from typing import Any

from tests.fakes.github.diff import files
from tests.fakes.github.gitstore import Bare
from tests.fakes.github.model import Comment, IssueComment, Pull, Repository, Review
from tests.fakes.github.shapes import Shapes, node_id, when


class PullShapes(Shapes):
    """Adds what hangs on a pull request."""

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
            "merge_commit_sha": None,
            "assignee": None,
            "assignees": [],
            "requested_reviewers": [],
            "requested_teams": [],
            "labels": [],
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
            "merged_by": None,
            "comments": len(pull.issue_comments),
            "review_comments": len(pull.comments),
            "maintainer_can_modify": False,
            "commits": len(store.commits(store.merge_base(base_sha, pull.head_sha), pull.head_sha)),
            "additions": sum(file.additions for file in changed),
            "deletions": sum(file.deletions for file in changed),
            "changed_files": len(changed),
        }

    def review(self, pull: Pull, review: Review) -> dict[str, Any]:
        html = f"{self._html(pull)}#pullrequestreview-{review.id}"
        return {
            "id": review.id,
            "node_id": node_id("PullRequestReview", review.id),
            "user": self.user(review.user),
            "body": review.body,
            "state": review.state,
            "html_url": html,
            "pull_request_url": self._url(pull),
            "author_association": "NONE",
            "_links": {"html": {"href": html}, "pull_request": {"href": self._url(pull)}},
            "submitted_at": when(review.submitted),
            "commit_id": review.commit,
        }

    def comment(self, pull: Pull, comment: Comment) -> dict[str, Any]:
        """A review's comment; outdated ones (the head is another by now) have no line any more."""
        current = comment.commit == pull.head_sha
        url = f"{self.api}/repos/{pull.repo.full_name}/pulls/comments/{comment.id}"
        html = f"{self._html(pull)}#discussion_r{comment.id}"
        position = comment.hunk.count("\n")
        return {
            "url": url,
            "pull_request_review_id": comment.review.id,
            "id": comment.id,
            "node_id": node_id("PullRequestReviewComment", comment.id),
            "diff_hunk": comment.hunk,
            "path": comment.path,
            "commit_id": comment.commit,
            "original_commit_id": comment.commit,
            "user": self.user(comment.user),
            "body": comment.body,
            "created_at": when(comment.created),
            "updated_at": when(comment.created),
            "html_url": html,
            "pull_request_url": self._url(pull),
            "author_association": "NONE",
            "_links": {
                "self": {"href": url},
                "html": {"href": html},
                "pull_request": {"href": self._url(pull)},
            },
            **({"start_side": comment.side} if comment.start_line else {}),
            "original_start_line": comment.start_line,
            "original_line": comment.line,
            "side": comment.side,
            "original_position": position,
            **({"line": comment.line, "start_line": comment.start_line, "position": position} if current else {}),
            "subject_type": "line",
        }

    def issue_comment(self, pull: Pull, comment: IssueComment) -> dict[str, Any]:
        issue = f"{self.api}/repos/{pull.repo.full_name}/issues"
        return {
            "url": f"{issue}/comments/{comment.id}",
            "html_url": f"{self._html(pull)}#issuecomment-{comment.id}",
            "issue_url": f"{issue}/{pull.number}",
            "id": comment.id,
            "node_id": node_id("IssueComment", comment.id),
            "user": self.user(comment.user),
            "created_at": when(comment.created),
            "updated_at": when(comment.created),
            "author_association": "NONE",
            "body": comment.body,
        }

    def _end(self, repo: Repository, ref: str, sha: str) -> dict[str, Any]:
        return {
            "label": f"{repo.owner.login}:{ref}",
            "ref": ref,
            "sha": sha,
            "user": self.user(repo.owner),
            "repo": None if repo.deleted else self.repository(repo),
        }

    def _url(self, pull: Pull) -> str:
        return f"{self.api}/repos/{pull.repo.full_name}/pulls/{pull.number}"

    def _html(self, pull: Pull) -> str:
        return f"{self.web}/{pull.repo.full_name}/pull/{pull.number}"


_LINKED = ("comments", "review_comments", "review_comment", "commits", "statuses")
