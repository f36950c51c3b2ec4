"""GitHub, github.com or Enterprise Server, over its REST API through PyGithub."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import Any

from github import Auth, Github
from github.Commit import Commit
from github.PullRequest import PullRequest as PullRequestHandle
from github.PullRequestComment import PullRequestComment
from github.PullRequestReview import PullRequestReview

from reviewbot import __version__
from reviewbot.domain.event import PullRequest, PullRequestRef
from reviewbot.forge.github_errors import mapped
from reviewbot.forge.github_git import git_environment, web_root
from reviewbot.forge.github_wire import read_address, read_login, read_pull, write_comment
from reviewbot.forge.protocol import ForgeReview

PAGE = 100
"""Entries a page, the most that GitHub gives."""


class GitHub:
    """GitHub, acting as the owner of ``token``. Thread-safe; every failure is a ``ForgeError``.

    Nothing is tried twice here: whoever calls knows whether a repetition is safe.

    Args:
        base_url: the REST API's: ``https://api.github.com``, or ``https://HOST/api/v3``.
        token: a personal access token, or an App's installation token.
        bot_login: whose comments are our own; needed for an App (``NAME[bot]``), which may not ask who it is.
        timeout: seconds to connect, and seconds between two bytes of an answer.
    """

    name = "github"

    def __init__(self, base_url: str, token: str, *, bot_login: str | None = None, timeout: int = 20) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._bot_login = bot_login
        self._client = Github(
            auth=Auth.Token(token),
            base_url=self._base_url,
            timeout=timeout,
            per_page=PAGE,
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
            user_agent=f"reviewbot/{__version__}",
            lazy=True,
        )

    def __repr__(self) -> str:
        """Without the token."""
        return f"GitHub({self._base_url!r})"

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    @cached_property
    def login(self) -> str:
        """Who we are. Asked once."""
        if self._bot_login is not None:
            return self._bot_login
        doing = "asking whose token it is; for a GitHub App set the bot's login"
        return mapped(doing, lambda: read_login(self._client.get_user().raw_data))

    def pull_request(self, ref: PullRequestRef) -> PullRequest:
        """The pull request as it is now. See ``Forge``."""
        return mapped(f"reading {ref}", lambda: read_pull(ref, self._handle(ref).raw_data))

    def clone_environment(self, ref: PullRequestRef) -> dict[str, str]:
        """Environment for git. See ``Forge``."""
        return git_environment(self._base_url, self._token)

    def page(self, ref: PullRequestRef) -> str:
        """The pull request's web address."""
        return f"{web_root(self._base_url)}{ref.repository}/pull/{ref.number}"

    def own_bodies(self, ref: PullRequestRef) -> Sequence[str]:
        """Bodies of our own reviews and review comments, all pages. See ``Forge``."""
        ours = self.login.casefold()

        def read() -> list[str]:
            pull = self._handle(ref)
            written: Iterable[PullRequestReview | PullRequestComment]
            written = chain(pull.get_reviews(), pull.get_review_comments())
            return [one.body or "" for one in written if _login(one) == ours]

        return mapped(f"reading the reviews of {ref}", read)

    def post_review(self, ref: PullRequestRef, review: ForgeReview) -> str:
        """Post all comments in one call. See ``Forge``."""
        comments: list[Any] = [write_comment(comment) for comment in review.comments]

        def post() -> str:
            # Known to be complete: otherwise PyGithub would fetch the commit and its diff just to read its id.
            commit = Commit(self._client.requester, {}, {"sha": review.head}, completed=True)
            posted = self._handle(ref).create_review(commit, review.body, "COMMENT", comments)
            return read_address(posted.raw_data)

        return mapped(f"posting a review on {ref}", post)

    def _handle(self, ref: PullRequestRef) -> PullRequestHandle:
        return self._client.get_repo(ref.repository).get_pull(ref.number)


def _login(written: PullRequestReview | PullRequestComment) -> str | None:
    """Who wrote it, folded to compare; None for a deleted account."""
    user: Any = written.user
    return None if user is None else str(user.login).casefold()
