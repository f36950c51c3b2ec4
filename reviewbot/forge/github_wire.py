"""GitHub's JSON, read field by field: what is missing or of a wrong type is said, never guessed."""

from __future__ import annotations

from collections.abc import Mapping

from reviewbot.domain.errors import ForgeUnavailable
from reviewbot.domain.event import PullRequest, PullRequestRef
from reviewbot.forge.protocol import ReviewComment

GHOST = "ghost"
"""Whom GitHub shows for an account that was deleted."""


def read_pull(ref: PullRequestRef, data: object) -> PullRequest:
    """A pull request from ``GET /repos/{owner}/{repo}/pulls/{number}``.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    data = _answer(data)
    base, head = _object(data, "base"), _object(data, "head")
    repository = _object(base, "repo")
    source = head.get("repo")  # null where the fork was deleted
    full_name = _text(repository, "full_name")
    source_name = source.get("full_name") if isinstance(source, Mapping) else None
    return PullRequest(
        ref=ref,
        state="merged" if data.get("merged") is True else _text(data, "state"),
        draft=data.get("draft") is True,
        base=_text(base, "sha"),
        base_branch=_text(base, "ref"),
        head=_text(head, "sha"),
        head_ref=f"refs/pull/{ref.number}/head",
        clone_url=_text(repository, "clone_url"),
        from_fork=source_name != full_name,
        author=_author(data),
    )


def read_login(data: object) -> str:
    """Our own login, from ``GET /user``.

    Raises:
        ForgeUnavailable: it is not there.
    """
    return _text(_answer(data), "login")


def read_address(data: object) -> str:
    """The web address of what was posted.

    Raises:
        ForgeUnavailable: it is not there.
    """
    return _text(_answer(data), "html_url")


def _author(data: Mapping[str, object]) -> str:
    """The login of who wrote it."""
    user = data.get("user")
    login = user.get("login") if isinstance(user, Mapping) else None
    return login if isinstance(login, str) else GHOST


def write_comment(comment: ReviewComment) -> dict[str, str | int]:
    """One entry of ``comments`` in ``POST …/pulls/{number}/reviews``.

    ``start_line`` stands only where there are several lines: GitHub refuses one that equals ``line``.
    """
    entry: dict[str, str | int] = {"path": comment.path, "body": comment.body, "line": comment.lines.end}
    entry["side"] = "RIGHT"
    if len(comment.lines) > 1:
        entry |= {"start_line": comment.lines.start, "start_side": "RIGHT"}
    return entry


def _answer(data: object) -> Mapping[str, object]:
    if not isinstance(data, Mapping):
        raise ForgeUnavailable("GitHub's answer is no object: if it stays so, check the API's address.")
    return data


def _object(data: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = data.get(name)
    if not isinstance(value, Mapping):
        raise _wrong(name)
    return value


def _text(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value:
        raise _wrong(name)
    return value


def _wrong(name: str) -> ForgeUnavailable:
    return ForgeUnavailable(f"GitHub's answer has no usable field {name}: if it stays so, check the API's address.")
