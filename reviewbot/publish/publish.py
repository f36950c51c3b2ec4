"""From suggestions to one review on the forge. May run any number of times; its effect is seen once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reviewbot.domain.change import Change, FileChange
from reviewbot.domain.conversation import Conversation
from reviewbot.domain.errors import ForgeRejected, ForgeUnavailable
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.suggestion import Suggestion
from reviewbot.forge.protocol import Forge, ForgeReview, ReviewComment
from reviewbot.publish import markers
from reviewbot.publish.phrases import EN, Phrases
from reviewbot.publish.place import Placement, Unplaced, place
from reviewbot.publish.render import comment_body, unplaced_body


@dataclass(frozen=True)
class Published:
    """What came of it.

    Attributes:
        url: of the review that was posted; None where nothing was.
        posted: ids of the suggestions in it.
        standing: ids of suggestions that stood already, posted by another worker.
        silent: why nothing was posted, in one sentence; None where something was.
        superseded: True where that is because the head is another by now, or the pull request is closed.
    """

    url: str | None = None
    posted: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    silent: str | None = None
    superseded: bool = False


def publish(
    forge: Forge, ref: PullRequestRef, change: Change, suggestions: Sequence[Suggestion], words: Phrases = EN
) -> Published:
    """Post ``suggestions`` of the head of ``change`` in one review, those that stand already left out.

    Right before the call the forge is asked for the head and for what stands, so nothing is said about an old head,
    and nothing twice.

    Raises:
        ForgeUnavailable: the forge failed, and nothing was posted as far as it can be told; safe to try again.
        ForgeError: it refused.
    """
    if not suggestions:
        return Published(silent="There is nothing to say.")
    talk = forge.conversation(ref)
    moved = reason_too_late(talk, change.head)
    if moved is not None:
        return Published(silent=moved, superseded=True)
    marked = own_markers(talk)
    standing = tuple(one.id for one in suggestions if one.id in marked)
    fresh = tuple(one for one in suggestions if one.id not in marked)
    if not fresh:
        return Published(standing=standing, silent="All suggestions stand already.")
    return replace(_post(forge, ref, change, place(fresh, change), words), standing=standing)


def own_markers(talk: Conversation) -> frozenset[str]:
    """Every marker in a comment of our own."""
    comments = (*talk.notes, *(c for thread in talk.threads for c in thread.comments))
    return markers.read(comment.body for comment in comments if comment.author.ours)


def reason_too_late(talk: Conversation, head: str) -> str | None:
    """Why a review of ``head`` comes too late; None where it does not."""
    pull = talk.pull
    if pull.state != "open":
        return f"{pull.ref} is {pull.state} by now."
    return f"{pull.ref} is at {pull.head} by now." if pull.head != head else None


def compose(change: Change, placement: Placement, words: Phrases = EN) -> ForgeReview:
    """The one call: a comment for each placed suggestion, and a body only for those that have no place."""
    files = {file.path: file for file in change.files}
    comments = tuple(_comment(one, files, words) for one in placement.placed)
    return ForgeReview(change.head, unplaced_body(placement.unplaced, words), comments, change.merge_base)


def _comment(suggestion: Suggestion, files: Mapping[str, FileChange], words: Phrases) -> ReviewComment:
    file = files.get(suggestion.path)
    old = None if file is None else file.old_path
    return ReviewComment(suggestion.path, suggestion.lines, comment_body(suggestion, words), old)


def _post(forge: Forge, ref: PullRequestRef, change: Change, placement: Placement, words: Phrases) -> Published:
    ids = tuple(one.id for one in (*placement.placed, *(u.suggestion for u in placement.unplaced)))
    try:
        return Published(forge.post_review(ref, compose(change, placement, words)), ids)
    except ForgeRejected:
        moved = reason_too_late(forge.conversation(ref), change.head)
        if moved is not None:
            return Published(silent=moved, superseded=True)
        if not placement.placed:
            raise
        return _post(forge, ref, change, _as_text(placement), words)
    except ForgeUnavailable:
        if not _stand(ids, own_markers(forge.conversation(ref))):
            raise
        return Published(forge.page(ref), ids)


def _stand(ids: Iterable[str], marked: frozenset[str]) -> bool:
    return all(id_ in marked for id_ in ids)


def _as_text(placement: Placement) -> Placement:
    """The same with no comment on a line: of a large diff the forge shows less than git, and takes no line of it."""
    refused = tuple(Unplaced(one, "the forge does not take its lines") for one in placement.placed)
    return replace(placement, placed=(), unplaced=(*refused, *placement.unplaced))
