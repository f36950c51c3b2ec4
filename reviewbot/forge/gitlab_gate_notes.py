"""What a merge request's discussions tell the gate: GitLab's own notes, and our threads that hold it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reviewbot.domain.conversation import Person
from reviewbot.domain.event import CommentKind
from reviewbot.domain.gate import Hold, Spoken, Word
from reviewbot.forge.gitlab_conversation import read_comment, read_discussion, read_person
from reviewbot.forge.gitlab_gate_approvals import SystemNote
from reviewbot.forge.gitlab_wire import Object, child, children, flag, moment, objects, text, words

# ``change_branch`` of SystemNotes::MergeRequestsService in GitLab's source: by a person, and by GitLab when the target
# branch was deleted. Nothing of a title or a comment can begin like this in a system note.
_RETARGETED = re.compile(
    r"changed target branch from `.+` to `.+`|deleted the `.+` branch\. This merge request now targets the `.+` branch"
)

CHANGES_NOTE = "requested changes"
"""The system note of a request for changes, whole (same source)."""


def read_system_notes(nodes: Iterable[Object], ours: str) -> tuple[tuple[SystemNote, Person], ...]:
    """GitLab's own notes, oldest first, with whom each is about, from the discussions of the query ``GATE``.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    found = []
    for note in (note for node in nodes for note in children(node, "notes")):
        if flag(note, "system"):
            by = read_person(note.get("author"), ours)
            found.append((SystemNote(moment(note, "createdAt"), by.login, words(note, "body")), by))
    return tuple(sorted(found, key=lambda one: one[0].at))


def read_retargets(notes: Iterable[SystemNote]) -> tuple[Spoken, ...]:
    """When the merge request got another target branch."""
    return tuple(Spoken(one.at, one.by, Word.RETARGETED) for one in notes if _RETARGETED.fullmatch(one.body))


def read_requests(
    reviewers: object, notes: Iterable[SystemNote], end: float
) -> tuple[tuple[Spoken, ...], tuple[Object, ...]]:
    """Who wants changes now, and their accounts, from ``GET …/reviewers``.

    Args:
        end: when it was said, where no system note tells.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    said = {one.by.casefold(): one.at for one in notes if one.body == CHANGES_NOTE}
    wanting = [one for one in objects(reviewers, "reviewers") if one.get("state") == "requested_changes"]
    users = tuple(child(one, "user") for one in wanting if one.get("user") is not None)
    names = [text(user, "username") for user in users]
    return tuple(Spoken(said.get(by.casefold(), end), by, Word.CHANGES_REQUESTED) for by in names), users


def read_holds(nodes: Iterable[Object], ours: str) -> tuple[Hold, ...]:
    """The threads that we began in the conversation, on no line; a note that cannot be resolved is none.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    return tuple(hold for hold in (_hold(node, ours) for node in nodes) if hold is not None)


def _hold(node: Object, ours: str) -> Hold | None:
    discussion = read_discussion(node)
    if not flag(node, "resolvable") or not discussion.notes or discussion.kind is not CommentKind.NOTE:
        return None
    first = read_comment(discussion.notes[0], CommentKind.NOTE, ours)
    if not first.author.ours:
        return None
    resolved, resolver = flag(node, "resolved"), node.get("resolvedBy")
    by = read_person(resolver, ours) if resolved and resolver is not None else None
    return Hold(discussion.id, first.ref, first.body, resolved, by)
