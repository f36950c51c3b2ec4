"""GitLab, gitlab.com or self-managed from 17 on, through python-gitlab."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from reviewbot.domain.conversation import Comment, Conversation, Permission, Reaction, Thread
from reviewbot.domain.errors import ForgeDenied, ForgeRejected
from reviewbot.domain.event import CommentKind, CommentRef, PullRequest, PullRequestRef
from reviewbot.forge.git_header import header_environment
from reviewbot.forge.gitlab_accounts import Accounts
from reviewbot.forge.gitlab_api import Api, merge_request_path, project_path
from reviewbot.forge.gitlab_comment import dated
from reviewbot.forge.gitlab_errors import Missing
from reviewbot.forge.gitlab_markdown import write_body
from reviewbot.forge.gitlab_queries import MERGE_REQUEST, read_merge_request
from reviewbot.forge.gitlab_reading import read_conversation
from reviewbot.forge.gitlab_review import post_review, read_version
from reviewbot.forge.gitlab_wire import an_object, flag, number, words
from reviewbot.forge.manners import Manners
from reviewbot.forge.protocol import ForgeReview, Status, StatusState

_EMOJI = {Reaction.EYES: "eyes", Reaction.THUMBS_UP: "thumbsup", Reaction.THUMBS_DOWN: "thumbsdown"}

_STATES = {
    StatusState.PENDING: "pending",
    StatusState.SUCCESS: "success",
    StatusState.FAILURE: "failed",
    StatusState.ERROR: "failed",
}

_MOST_DESCRIPTION = 255
"""Characters of a status's description that GitLab keeps."""


class GitLab:
    """GitLab, acting as the owner of ``token``. Thread-safe; every failure is a ``ForgeError``.

    Args:
        base_url: GitLab's address, without ``/api``.
        token: of a project, a group or a bot user, with the scope ``api``.
        ca_bundle: certificates to trust instead of the system's (PEM), git included.
        timeout: seconds to connect, and seconds between two bytes of an answer.
        manners: how this GitLab wants to be treated, shared with others; by default this client's own.
    """

    name = "gitlab"

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        ca_bundle: Path | None = None,
        timeout: int = 20,
        manners: Manners | None = None,
    ) -> None:
        self._api = Api(base_url, token, ca_bundle, timeout, manners)
        self._root = f"{self._api.base_url}/"
        self._token, self._ca_bundle = token, ca_bundle
        self._accounts = Accounts(self._api)

    def __repr__(self) -> str:
        """Without the token."""
        return f"GitLab({self._api.base_url!r})"

    def close(self) -> None:
        """Let the connections go."""
        self._api.close()

    @property
    def calls(self) -> int:
        """How many requests were sent to the API so far."""
        return self._api.calls

    @property
    def api(self) -> Api:
        """The requests that are sent, for ``GitLabGate``, which acts as the same account over the same connections."""
        return self._api

    @property
    def accounts(self) -> Accounts:
        """Who is who; likewise."""
        return self._accounts

    @property
    def login(self) -> str:
        """Who we are. Asked once."""
        return self._accounts.login

    @cached_property
    def version(self) -> tuple[int, int]:
        """GitLab's version, such as (19, 2). Asked once."""
        return read_version(self._api.get("asking for GitLab's version", "/version"))

    def pull_request(self, ref: PullRequestRef) -> PullRequest:
        """The merge request as it is now. See ``Forge``."""
        data = self._api.ask(f"reading {ref}", MERGE_REQUEST, path=ref.repository, iid=str(ref.number))
        return read_merge_request(ref, self._root, data)

    def conversation(self, ref: PullRequestRef) -> Conversation:
        """The merge request and everything said on it: a request for each 100 discussions. See ``Forge``.

        One more for each 100, where somebody else's discussion stands on lines of the diff: GraphQL does not tell
        whether it is about several.
        """
        return read_conversation(self._api, self._accounts, self._root, ref)

    def clone_environment(self, ref: PullRequestRef) -> dict[str, str]:
        """Environment for git, which takes any user name beside a token. See ``Forge``."""
        settings = {} if self._ca_bundle is None else {"http.sslCAInfo": str(self._ca_bundle)}
        return header_environment(self._root, "oauth2", self._token, settings)

    def push_environment(self, pull: PullRequest) -> dict[str, str]:
        """Environment for git: the same token. See ``Forge``."""
        return self.clone_environment(pull.ref)

    def post_review(self, ref: PullRequestRef, review: ForgeReview) -> str:
        """Post all comments as draft notes, and publish them together. See ``Forge``.

        Its web address is the merge request's: GitLab has no page for a review.
        """
        post_review(self._api, ref, review, self.version if review.body and review.comments else None)
        return self.page(ref)

    def reply(self, ref: PullRequestRef, thread: Thread, body: str) -> None:
        """Add a note to a discussion; a suggestion in it replaces the thread's lines. See ``Forge``."""
        path = f"{merge_request_path(ref)}/discussions/{thread.id}/notes"
        self._api.post(f"answering on {ref}", path, {"body": write_body(body, thread.lines)})

    def say(self, ref: PullRequestRef, body: str) -> CommentRef:
        """Add a note to the conversation. See ``Forge``."""
        path = f"{merge_request_path(ref)}/notes"
        posted = an_object(self._api.post(f"commenting on {ref}", path, {"body": write_body(body)}))
        return CommentRef(CommentKind.NOTE, str(number(posted, "id")))

    def edit(self, ref: PullRequestRef, comment: CommentRef, body: str) -> None:
        """Give one of our own notes another text, in which a suggestion is but code. See ``Forge``."""
        self._api.put(f"editing a comment on {ref}", self._note(ref, comment), {"body": write_body(body)})

    def delete(self, ref: PullRequestRef, comment: CommentRef) -> None:
        """Take back one of our own notes. See ``Forge``."""
        with suppress(Missing):
            self._api.delete(f"deleting a comment on {ref}", self._note(ref, comment))

    def set_resolved(self, ref: PullRequestRef, thread: str, *, resolved: bool) -> None:
        """Resolve a discussion, or open it again. See ``Forge``."""
        path = f"{merge_request_path(ref)}/discussions/{thread}"
        self._api.put(f"resolving a thread of {ref}", path, {"resolved": resolved})

    def react(self, ref: PullRequestRef, comment: CommentRef, reaction: Reaction) -> None:
        """Leave an emoji on a note. See ``Forge``."""
        if comment.kind is CommentKind.REVIEW:
            return
        path = f"{self._note(ref, comment)}/award_emoji"
        try:
            self._api.post(f"reacting on {ref}", path, {"name": _EMOJI[reaction]})
        except (ForgeDenied, ForgeRejected) as error:
            # "404 Award Emoji Name has already been taken Not Found"; without that, the note takes none.
            if "award emoji" not in str(error).lower() and "already been taken" not in str(error):
                raise

    def comment(self, ref: PullRequestRef, comment: CommentRef) -> Comment | None:
        """A note as it stands now. See ``Forge``."""
        try:
            found = an_object(self._api.get(f"reading a comment on {ref}", self._note(ref, comment)))
        except Missing:
            return None
        said = Comment(comment, self._accounts.person(found.get("author")), words(found, "body"))
        return dated(self._api, said, found, self._accounts.login)

    def permission(self, ref: PullRequestRef, login: str) -> Permission:
        """What somebody may do in the project now. See ``Forge``."""
        return self._accounts.permission(ref, login)

    def is_protected(self, pull: PullRequest) -> bool:
        """Whether the head branch is protected, by its name or a wildcard. See ``Forge``."""
        where = pull.head_clone_url
        if where is None or not where.startswith(self._root) or not pull.head_branch:
            return True
        project = project_path(where.removeprefix(self._root).removesuffix(".git"))
        path = f"{project}/repository/branches/{quote(pull.head_branch, safe='')}"
        try:
            found = an_object(self._api.get(f"asking whether a branch of {pull.ref} is protected", path))
        except ForgeDenied:
            return True
        return flag(found, "protected")

    def set_status(self, ref: PullRequestRef, sha: str, status: Status) -> None:
        """Set a commit's status in the project. See ``Forge``."""
        description = status.description[:_MOST_DESCRIPTION]
        data = {"state": _STATES[status.state], "name": status.context, "description": description}
        if status.url is not None:
            data["target_url"] = status.url
        path = f"{project_path(ref.repository)}/statuses/{sha}"
        try:
            self._api.post(f"setting the status of {sha[:12]} in {ref.repository}", path, data)
        except ForgeRejected as error:
            if "Cannot transition status" not in str(error):  # it is in that state already
                raise

    def page(self, ref: PullRequestRef) -> str:
        """The merge request's web address."""
        return f"{self._root}{ref.repository}/-/merge_requests/{ref.number}"

    @staticmethod
    def _note(ref: PullRequestRef, comment: CommentRef) -> str:
        return f"{merge_request_path(ref)}/notes/{quote(comment.id, safe='')}"
