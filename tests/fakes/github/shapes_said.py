"""GitHub's JSON of what is said on a pull request: reviews, comments, reactions, labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fakes.github.model import Comment, IssueComment, Label, Pull, Reaction, Review, Thread
from tests.fakes.github.placing import Place
from tests.fakes.github.shapes import Shapes, node_id, when

Placing = Callable[[Pull, Comment], Place | None]
CONTENTS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


class SaidShapes(Shapes):
    """Adds what hangs on a pull request."""

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

    def comment(self, pull: Pull, comment: Comment, place: Placing) -> dict[str, Any]:
        """A review's comment; an outdated one has no line any more."""
        placed = place(pull, comment)
        url = f"{self.api}/repos/{pull.repo.full_name}/pulls/comments/{comment.id}"
        html = f"{self._html(pull)}#discussion_r{comment.id}"
        return {
            "url": url,
            "pull_request_review_id": comment.review.id,
            "id": comment.id,
            "node_id": node_id("PullRequestReviewComment", comment.id),
            "diff_hunk": comment.hunk,
            "path": comment.path,
            "commit_id": pull.head_sha if placed else comment.commit,
            "original_commit_id": comment.commit,
            "user": self.user(comment.user),
            "body": comment.body,
            "created_at": when(comment.created),
            "updated_at": when(comment.updated or comment.created),
            "html_url": html,
            "pull_request_url": self._url(pull),
            "author_association": "NONE",
            "_links": {
                "self": {"href": url},
                "html": {"href": html},
                "pull_request": {"href": self._url(pull)},
            },
            "start_side": comment.start_side,
            "original_start_line": comment.start_line,
            "original_line": comment.line,
            "side": comment.side,
            "original_position": comment.hunk.count("\n"),
            "line": placed.line if placed else None,
            "start_line": placed.start_line if placed else None,
            "position": placed.position if placed else None,
            "subject_type": "line",
            "reactions": self.counts(url, comment.reactions),
            **({"in_reply_to_id": comment.reply_to.id} if comment.reply_to else {}),
        }

    def legacy_comment(self, pull: Pull, comment: Comment, place: Placing) -> dict[str, Any]:
        """A comment as the list of one review's shows it."""
        return {name: value for name, value in self.comment(pull, comment, place).items() if name != "subject_type"}

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
            "updated_at": when(comment.updated or comment.created),
            "author_association": "NONE",
            "body": comment.body,
            "performed_via_github_app": None,
            "reactions": self.counts(f"{issue}/comments/{comment.id}", comment.reactions),
        }

    def issue(self, pull: Pull) -> dict[str, Any]:
        """A pull request as the issue that it is too."""
        url = f"{self.api}/repos/{pull.repo.full_name}/issues/{pull.number}"
        at, html = self._url(pull), self._html(pull)
        return {
            "url": url,
            "repository_url": f"{self.api}/repos/{pull.repo.full_name}",
            "labels_url": f"{url}/labels{{/name}}",
            "comments_url": f"{url}/comments",
            "events_url": f"{url}/events",
            "html_url": html,
            "id": pull.id,
            "node_id": node_id("PullRequest", pull.id),
            "number": pull.number,
            "title": pull.title,
            "user": self.user(pull.user),
            "labels": [self.label(pull, one) for one in pull.labels],
            "state": pull.state,
            "locked": False,
            "assignee": None,
            "assignees": [],
            "milestone": None,
            "comments": len(pull.issue_comments),
            "created_at": when(pull.created),
            "updated_at": when(pull.updated),
            "closed_at": None if pull.state == "open" else when(pull.updated),
            "author_association": "CONTRIBUTOR",
            "active_lock_reason": None,
            "draft": pull.draft,
            "pull_request": {"url": at, "html_url": html, "diff_url": f"{html}.diff", "patch_url": f"{html}.patch"},
            "body": pull.body or None,
            "reactions": self.counts(url, pull.reactions),
            "timeline_url": f"{url}/timeline",
            "performed_via_github_app": None,
            "state_reason": None,
        }

    def label(self, pull: Pull, label: Label) -> dict[str, Any]:
        return {
            "id": label.id,
            "node_id": node_id("Label", label.id),
            "url": f"{self.api}/repos/{pull.repo.full_name}/labels/{label.name}",
            "name": label.name,
            "color": label.color,
            "default": False,
            "description": None,
        }

    def reaction(self, reaction: Reaction) -> dict[str, Any]:
        return {
            "id": reaction.id,
            "node_id": node_id("Reaction", reaction.id),
            "user": self.user(reaction.user),
            "content": reaction.content,
            "created_at": when(reaction.created),
        }

    def counts(self, url: str, reactions: list[Reaction]) -> dict[str, Any]:
        """How many of each there are."""
        each = {content: sum(one.content == content for one in reactions) for content in CONTENTS}
        return {"url": f"{url}/reactions", "total_count": len(reactions), **each}

    def thread_id(self, thread: Thread) -> str:
        return node_id("PullRequestReviewThread", thread.id)

    def _url(self, pull: Pull) -> str:
        return f"{self.api}/repos/{pull.repo.full_name}/pulls/{pull.number}"

    def _html(self, pull: Pull) -> str:
        return f"{self.web}/{pull.repo.full_name}/pull/{pull.number}"
