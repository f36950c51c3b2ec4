"""From a review to at most one call of the forge. May run any number of times; its effect is seen once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reviewbot.domain.change import Change
from reviewbot.domain.errors import ForgeRejected, ForgeUnavailable
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.review import Review
from reviewbot.domain.suggestion import Suggestion
from reviewbot.forge.protocol import Forge, ForgeReview, ReviewComment
from reviewbot.publish import markers
from reviewbot.publish.place import Placement, Unplaced, place
from reviewbot.publish.render import comment_body, review_body


@dataclass(frozen=True)
class Published:
    """What came of it.

    Attributes:
        url: of the review that was posted; None where nothing was.
        posted: ids of the suggestions in it.
        silent: why nothing was posted, in one sentence; None where something was.
        superseded: True where that is because the head is another by now, or the pull request is closed.
    """

    url: str | None = None
    posted: tuple[str, ...] = ()
    silent: str | None = None
    superseded: bool = False


def publish(forge: Forge, ref: PullRequestRef, change: Change, review: Review) -> Published:
    """Post what ``review`` found and does not stand yet, in one call.

    A head that was reviewed before gets nothing, nor does a suggestion that stands in any of our comments. Only
    suggestions are a reason to speak: notes and counts go with them.

    Raises:
        ForgeUnavailable: the forge failed, and nothing was posted as far as it can be told; safe to try again.
        ForgeError: it refused.
    """
    standing = markers.read(forge.own_bodies(ref))
    if markers.head_marker(review.head) in standing:
        return Published(silent=reviewed_before(review.head))
    fresh = tuple(one for one in review.suggestions if one.id not in standing)
    if not fresh:
        return Published(silent="All suggestions stand already." if review.suggestions else "There is nothing to say.")
    moved = _moved(forge, ref, review.head)
    if moved is not None:
        return Published(silent=moved, superseded=True)
    return _post(forge, ref, review, place(fresh, change))


def stands(forge: Forge, ref: PullRequestRef, head: str) -> bool:
    """Whether a review of ``head`` was posted already, so that there is no use in making another."""
    return markers.head_marker(head) in markers.read(forge.own_bodies(ref))


def reviewed_before(head: str) -> str:
    """The sentence for a head whose review stands."""
    return f"{head} was reviewed before."


def compose(review: Review, placement: Placement) -> ForgeReview:
    """The one call: a comment for each placed suggestion, and a body only where there is more to say."""
    comments = tuple(_comment(one, review.head) for one in placement.placed)
    return ForgeReview(review.head, review_body(review, placement.unplaced, marked=bool(comments)), comments)


def _comment(suggestion: Suggestion, head: str) -> ReviewComment:
    return ReviewComment(suggestion.path, suggestion.lines, comment_body(suggestion, head))


def _post(forge: Forge, ref: PullRequestRef, review: Review, placement: Placement) -> Published:
    ids = tuple(one.id for one in (*placement.placed, *(u.suggestion for u in placement.unplaced)))
    try:
        return Published(forge.post_review(ref, compose(review, placement)), ids)
    except ForgeRejected:
        moved = _moved(forge, ref, review.head)
        if moved is not None:
            return Published(silent=moved, superseded=True)
        if not placement.placed:
            raise
        return _post(forge, ref, review, _as_text(placement))
    except ForgeUnavailable:
        if markers.head_marker(review.head) not in markers.read(forge.own_bodies(ref)):
            raise
        return Published(forge.page(ref), ids)


def _as_text(placement: Placement) -> Placement:
    """The same with no comment on a line: of a large diff the forge shows less than git, and takes no line of it."""
    refused = tuple(Unplaced(one, "the forge does not take its lines") for one in placement.placed)
    return replace(placement, placed=(), unplaced=(*refused, *placement.unplaced))


def _moved(forge: Forge, ref: PullRequestRef, head: str) -> str | None:
    """Why a review of ``head`` comes too late; None where it does not."""
    now = forge.pull_request(ref)
    if now.state != "open":
        return f"{ref} is {now.state} by now."
    return f"{ref} is at {now.head} by now." if now.head != head else None
