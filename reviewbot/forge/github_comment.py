"""When a comment on GitHub got the text that it has, from whom, and on which commit it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from reviewbot.domain.conversation import Comment
from reviewbot.domain.errors import ForgeDenied
from reviewbot.domain.event import CommentKind
from reviewbot.forge.github_json import Json, as_object, get_commit, get_moment, get_object, get_text
from reviewbot.forge.github_people import read_person

_EDITED = "lastEditedAt editor { __typename login }"
EDIT = f"""query Edit($id: ID!) {{
  node(id: $id) {{
    ... on IssueComment {{ {_EDITED} }}
    ... on PullRequestReviewComment {{ {_EDITED} }}
    ... on PullRequestReview {{ {_EDITED} }}
  }}
}}"""
"""The last edit of a comment. REST tells neither who edited it nor, of a review, that it was edited; and its
``updated_at`` is later than the edit where something else changed
(https://docs.github.com/en/graphql/reference/interfaces#comment)."""

Ask = Callable[[str, Mapping[str, object]], Json]
"""Asks GraphQL a question with variables."""


def dated(comment: Comment, data: object, ask: Ask, ours: str) -> Comment:
    """``comment`` with ``written``, ``commit`` and ``editor``: one question more where it may have been edited.

    Where GitHub will not tell of that, ``written`` is None.

    Args:
        data: the comment, or the review, as REST gives it. ours: our own login.

    Raises:
        ForgeError: a field is missing or of a wrong type, or GitHub could not be asked.
    """
    data = as_object(data)
    review = comment.ref.kind is CommentKind.REVIEW
    began = get_moment(data, "submitted_at" if review else "created_at")
    found = replace(comment, written=began, commit=_commit(comment.ref.kind, data))
    if not review and get_moment(data, "updated_at") == began:
        return found
    try:
        edit = get_object(ask(EDIT, {"id": get_text(data, "node_id")}), "node")
    except ForgeDenied:
        return replace(found, written=None)
    if edit.get("lastEditedAt") is None:
        return found
    return replace(found, written=get_moment(edit, "lastEditedAt"), editor=read_person(edit, "editor", ours))


def _commit(kind: CommentKind, data: Json) -> str | None:
    """``commit_id`` of a comment on the diff goes along with pushes, ``original_commit_id`` does not."""
    if kind is CommentKind.LINE and data.get("original_commit_id") is not None:
        return get_commit(data, "original_commit_id") or None
    return None
