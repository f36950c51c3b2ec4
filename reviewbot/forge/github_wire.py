"""GitHub's REST JSON, from and to our data."""

from __future__ import annotations

import re
from urllib.parse import quote

from reviewbot.domain.conversation import Comment
from reviewbot.domain.errors import ForgeRejected
from reviewbot.domain.event import CommentRef, PullRequest, PullRequestRef
from reviewbot.forge.github_json import (
    Json,
    as_object,
    get_number,
    get_object,
    get_objects,
    get_optional,
    get_text,
    get_words,
)
from reviewbot.forge.github_people import read_person
from reviewbot.forge.protocol import ReviewComment, Status

MAX_DESCRIPTION = 140
"""Characters of a commit status's description that GitHub takes; it refuses longer ones with 422."""

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_NUMBER = re.compile(r"[0-9]{1,19}")


def is_repository(name: str) -> bool:
    """Whether ``name`` is ``owner/name`` as GitHub allows it, and no way to another place in a path."""
    return _NAME.fullmatch(name) is not None and not {".", ".."} & set(name.split("/"))


def repository_path(name: str) -> str:
    """Where the API keeps the repository ``owner/name``.

    Raises:
        ForgeRejected: it is no repository's name.
    """
    if not is_repository(name):
        raise ForgeRejected("A repository on GitHub is named owner/name: give the name as its address shows it.")
    owner, _, short = name.partition("/")
    return f"/repos/{quote(owner, safe='')}/{quote(short, safe='')}"


def comment_number(comment: CommentRef) -> int:
    """The number that GitHub knows a comment by.

    Raises:
        ForgeRejected: it is none.
    """
    if not _NUMBER.fullmatch(comment.id):
        raise ForgeRejected("A comment on GitHub is known by a number: read the conversation anew.")
    return int(comment.id)


def read_pull(ref: PullRequestRef, data: object) -> PullRequest:
    """A pull request from ``GET /repos/{owner}/{repo}/pulls/{number}``.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    data = as_object(data)
    base, head = get_object(data, "base"), get_object(data, "head")
    repository = get_object(base, "repo")
    source = get_optional(head, "repo")  # null where the fork was deleted
    from_fork = source is None or get_text(source, "full_name") != get_text(repository, "full_name")
    return PullRequest(
        ref=ref,
        state="merged" if data.get("merged") is True else get_text(data, "state"),
        draft=data.get("draft") is True,
        base=get_text(base, "sha"),
        base_branch=get_text(base, "ref"),
        head=get_text(head, "sha"),
        head_ref=f"refs/pull/{ref.number}/head",
        clone_url=get_text(repository, "clone_url"),
        from_fork=from_fork,
        author=read_person(data, "user", "").login,
        head_branch=get_text(head, "ref"),
        head_clone_url=None if source is None else get_text(source, "clone_url"),
        pushable=is_pushable(source is not None, from_fork=from_fork, allowed=data.get("maintainer_can_modify")),
        labels=tuple(get_text(label, "name") for label in get_objects(data, "labels")),
    )


def is_pushable(there: bool, *, from_fork: bool, allowed: object) -> bool:
    """Whether the base repository's maintainers may push to the head branch.

    Args:
        there: the head's repository was not deleted. allowed: ``maintainer_can_modify``, which GitHub sets to false
            within one repository, where it means nothing.
    """
    return there and (not from_fork or allowed is True)


def read_comment(ref: PullRequestRef, comment: CommentRef, data: object, ours: str) -> Comment | None:
    """A comment or a review from REST; None where it belongs to another pull request of the repository.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    data = as_object(data)
    owner = next((name for name in ("pull_request_url", "issue_url") if name in data), "pull_request_url")
    if get_text(data, owner).rpartition("/")[2] != str(ref.number):
        return None
    return Comment(comment, read_person(data, "user", ours), get_words(data, "body"))


def read_login(data: object) -> str:
    """Our own login, from ``GET /user``.

    Raises:
        ForgeUnavailable: it is not there.
    """
    return get_text(as_object(data), "login")


def read_address(data: object) -> str:
    """The web address of what was posted.

    Raises:
        ForgeUnavailable: it is not there.
    """
    return get_text(as_object(data), "html_url")


def read_id(data: object) -> str:
    """The number of what was written, as text: the sign that GitHub took it.

    Raises:
        ForgeUnavailable: it is not there.
    """
    return str(get_number(as_object(data), "id"))


def write_comment(comment: ReviewComment) -> Json:
    """One entry of ``comments`` in ``POST …/pulls/{number}/reviews``.

    ``start_line`` stands only where there are several lines: GitHub refuses one that equals ``line``.
    """
    entry: dict[str, str | int] = {"path": comment.path, "body": comment.body, "line": comment.lines.end}
    entry["side"] = "RIGHT"
    if len(comment.lines) > 1:
        entry |= {"start_line": comment.lines.start, "start_side": "RIGHT"}
    return entry


def write_status(status: Status) -> Json:
    """The body of ``POST …/statuses/{sha}``."""
    text = status.description
    told = text if len(text) <= MAX_DESCRIPTION else text[: MAX_DESCRIPTION - 1] + "…"
    entry = {"state": status.state.value, "context": status.context, "description": told}
    return entry if status.url is None else {**entry, "target_url": status.url}
