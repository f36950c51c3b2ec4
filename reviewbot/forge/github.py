"""GitHub, github.com or Enterprise Server, over its REST and GraphQL APIs through PyGithub."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial
from urllib.parse import quote

from reviewbot.domain.conversation import Comment, Conversation, Permission, Reaction, Thread
from reviewbot.domain.errors import ForgeRejected
from reviewbot.domain.event import CommentKind, CommentRef, PullRequest, PullRequestRef
from reviewbot.forge import github_graphql as graphql
from reviewbot.forge import github_rights as rights
from reviewbot.forge import github_wire as wire
from reviewbot.forge.github_comment import dated
from reviewbot.forge.github_conversation import read_conversation
from reviewbot.forge.github_credentials import Credentials
from reviewbot.forge.github_errors import nonsense
from reviewbot.forge.github_git import git_environment, web_root
from reviewbot.forge.github_pages import collect
from reviewbot.forge.github_rest import Answer, send
from reviewbot.forge.protocol import ForgeReview, Status

_GONE = (404, 410)
_HIDDEN = (403, 404, 410, 451)
_CONTENT = {Reaction.EYES: "eyes", Reaction.THUMBS_UP: "+1", Reaction.THUMBS_DOWN: "-1"}
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


class GitHub:
    """GitHub, acting with ``credentials``. Thread-safe; every failure is a ``ForgeError``.

    Nothing is tried twice here, but for a repository that was renamed: see ``github_rest``.

    Attributes:
        credentials: as whom.
    """

    name = "github"

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials

    def __repr__(self) -> str:
        """Without the token."""
        return f"GitHub({self.credentials.base_url!r})"

    def close(self) -> None:
        """Let the connections go."""
        self.credentials.close()

    @property
    def login(self) -> str:
        """Who we are."""
        return self.credentials.login

    @property
    def calls(self) -> int:
        """How many requests were sent. See ``Forge``."""
        return self.credentials.calls

    def pull_request(self, ref: PullRequestRef) -> PullRequest:
        """The pull request as it is now. See ``Forge``."""
        path = f"{wire.repository_path(ref.repository)}/pulls/{ref.number}"
        return wire.read_pull(ref, self._send(ref, "GET", path, f"reading {ref}").data)

    def conversation(self, ref: PullRequestRef) -> Conversation:
        """Everything said on it, by GraphQL: one request where no page is full. See ``Forge``."""
        wire.repository_path(ref.repository)
        client = self.credentials.client(ref.repository)
        ask = partial(graphql.ask, client, f"reading the conversation on {ref}")
        return read_conversation(ref, collect(ask, ref), self.login)

    def clone_environment(self, ref: PullRequestRef) -> dict[str, str]:
        """Environment for git. See ``Forge``."""
        return self._git(ref)

    def push_environment(self, pull: PullRequest) -> dict[str, str]:
        """Environment for git, with the base repository's token: in a fork it is its pull request that lets us in.

        Raises:
            ForgeRejected: the head branch lies nowhere, or on another host, which is not told the token.
        """
        if rights.repository_of(self.credentials.base_url, pull.head_clone_url) is None:
            raise ForgeRejected(f"The repository that the head of {pull.ref} lies in is gone: push to another branch.")
        return self._git(pull.ref)

    def post_review(self, ref: PullRequestRef, review: ForgeReview) -> str:
        """Post all comments in one call. See ``Forge``."""
        comments = [wire.write_comment(comment) for comment in review.comments]
        body = {"commit_id": review.head, "body": review.body, "event": "COMMENT", "comments": comments}
        path = f"{wire.repository_path(ref.repository)}/pulls/{ref.number}/reviews"
        return wire.read_address(self._send(ref, "POST", path, f"posting a review on {ref}", body).data)

    def reply(self, ref: PullRequestRef, thread: Thread, body: str) -> None:
        """Add a comment to a thread. See ``Forge``."""
        pull = f"{wire.repository_path(ref.repository)}/pulls/{ref.number}"
        path = f"{pull}/comments/{wire.comment_number(thread.first.ref)}/replies"
        wire.read_id(self._send(ref, "POST", path, f"replying on {ref}", {"body": body}).data)

    def say(self, ref: PullRequestRef, body: str) -> CommentRef:
        """Add a comment to the conversation. See ``Forge``."""
        path = f"{wire.repository_path(ref.repository)}/issues/{ref.number}/comments"
        posted = self._send(ref, "POST", path, f"commenting on {ref}", {"body": body})
        return CommentRef(CommentKind.NOTE, wire.read_id(posted.data))

    def edit(self, ref: PullRequestRef, comment: CommentRef, body: str) -> None:
        """Give one of our own comments another text. See ``Forge``."""
        verb = "PUT" if comment.kind is CommentKind.REVIEW else "PATCH"
        answer = self._send(ref, verb, _comment_path(ref, comment), f"editing a comment on {ref}", {"body": body})
        wire.read_id(answer.data)

    def delete(self, ref: PullRequestRef, comment: CommentRef) -> None:
        """Take back one of our own comments. See ``Forge``.

        Raises:
            ForgeRejected: it is the text of a review, which GitHub does not delete once it was submitted.
        """
        if comment.kind is CommentKind.REVIEW:
            raise ForgeRejected("GitHub deletes no submitted review: give it another text.")
        doing = f"deleting a comment on {ref}"
        if self._send(ref, "DELETE", _comment_path(ref, comment), doing, allow=_GONE).status not in (204, *_GONE):
            raise nonsense(doing)

    def set_resolved(self, ref: PullRequestRef, thread: str, *, resolved: bool) -> None:
        """Resolve a thread, or open it again; REST cannot. See ``Forge``."""
        client = self.credentials.client(ref.repository)
        graphql.set_resolved(client, f"resolving a thread on {ref}", thread, resolved=resolved)

    def react(self, ref: PullRequestRef, comment: CommentRef, reaction: Reaction) -> None:
        """Leave an emoji on a comment; REST has none for a review. See ``Forge``."""
        if comment.kind is CommentKind.REVIEW:
            return
        path, body = f"{_comment_path(ref, comment)}/reactions", {"content": _CONTENT[reaction]}
        wire.read_id(self._send(ref, "POST", path, f"reacting to a comment on {ref}", body).data)

    def comment(self, ref: PullRequestRef, comment: CommentRef) -> Comment | None:
        """A comment as it stands now. See ``Forge``."""
        doing = f"reading a comment on {ref}"
        answer = self._send(ref, "GET", _comment_path(ref, comment), doing, allow=_GONE)
        found = None if answer.status in _GONE else wire.read_comment(ref, comment, answer.data, self.login)
        ask = partial(graphql.ask, self.credentials.client(ref.repository), doing)
        return None if found is None else dated(found, answer.data, ask, self.login)

    def permission(self, ref: PullRequestRef, login: str) -> Permission:
        """What somebody may do. A name that GitHub cannot have is a stranger's, without asking. See ``Forge``."""
        if not rights.is_login(login):
            return Permission.NONE
        path = f"{wire.repository_path(ref.repository)}/collaborators/{quote(login, safe='')}/permission"
        answer = self._send(ref, "GET", path, f"reading what somebody may do in {ref.repository}", allow=_GONE)
        return Permission.NONE if answer.status in _GONE else rights.read_permission(answer.data)

    def is_protected(self, pull: PullRequest) -> bool:
        """Whether a branch protection or a ruleset holds the head branch. See ``Forge``.

        What the token may not see is protected; an outage is a failure like any other.
        """
        name = rights.repository_of(self.credentials.base_url, pull.head_clone_url)
        if name is None or not pull.head_branch:
            return True
        repository, branch = wire.repository_path(name), quote(pull.head_branch, safe="")
        doing = f"reading the protection of the head of {pull.ref}"
        answer = self._send(pull.ref, "GET", f"{repository}/branches/{branch}", doing, allow=_HIDDEN)
        if answer.status in _HIDDEN or rights.read_protected(answer.data):
            return True
        rules = self._send(pull.ref, "GET", f"{repository}/rules/branches/{branch}?per_page=100", doing, allow=_HIDDEN)
        return rules.status in _HIDDEN or rights.protects(rules.data, rules.headers)

    def set_status(self, ref: PullRequestRef, sha: str, status: Status) -> None:
        """Set a commit's status. See ``Forge``."""
        if not _COMMIT.fullmatch(sha):
            raise ForgeRejected("A status is set on a commit: name it by its whole id.")
        path = f"{wire.repository_path(ref.repository)}/statuses/{sha}"
        wire.read_id(self._send(ref, "POST", path, f"setting a status on {ref}", wire.write_status(status)).data)

    def page(self, ref: PullRequestRef) -> str:
        """The pull request's web address. See ``Forge``."""
        return f"{web_root(self.credentials.base_url)}{ref.repository}/pull/{ref.number}"

    def _git(self, ref: PullRequestRef) -> dict[str, str]:
        credentials = self.credentials
        return git_environment(credentials.base_url, credentials.token(ref.repository), credentials.git_settings())

    def _send(
        self, ref: PullRequestRef, verb: str, path: str, doing: str, body: object = None, *, allow: Collection[int] = ()
    ) -> Answer:
        return send(self.credentials.client(ref.repository), verb, path, doing, body, allow=allow)


def _comment_path(ref: PullRequestRef, comment: CommentRef) -> str:
    """Where the API keeps a comment, or a review."""
    repository, number = wire.repository_path(ref.repository), wire.comment_number(comment)
    if comment.kind is CommentKind.REVIEW:
        return f"{repository}/pulls/{ref.number}/reviews/{number}"
    return f"{repository}/{'pulls' if comment.kind is CommentKind.LINE else 'issues'}/comments/{number}"
