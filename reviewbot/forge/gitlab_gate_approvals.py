"""Which head an approval was given for: GitLab keeps none with it, so it is found by time. Pure.

``POST …/approve`` takes a ``sha`` and forgets it, and the answer of ``GET …/approvals`` has none
(https://docs.gitlab.com/api/merge_request_approvals/). Whoever approves on a page that they loaded before a push
approves the new head, as GitLab has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reviewbot.domain.gate import LOOKED_SECONDS, Spoken, Word
from reviewbot.forge.gitlab_wire import Object, child, commit_id, moment, number, objects, text

NOTED_SECONDS = 60.0
"""The same, where only the system note tells when. A background job writes it some time after the approval
(``ApprovalService`` publishes an event for it), and what was pushed in between was not looked at."""

APPROVED_NOTE = "approved this merge request"
"""The system note of an approval, whole (``SystemNotes::MergeRequestsService`` of GitLab's source)."""


@dataclass(frozen=True)
class Version:
    """A version of a merge request's diff: ``head`` was there from ``at`` on. GitLab makes one after each push."""

    at: float
    head: str


@dataclass(frozen=True)
class SystemNote:
    """What GitLab itself wrote of somebody. Only such notes count: anybody can write the same words in a comment."""

    at: float
    by: str
    body: str


def read_versions(entries: object) -> tuple[Version, ...]:
    """Oldest first, from ``GET …/versions``.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    found = [
        (moment(one, "created_at"), number(one, "id"), commit_id(one, "head_commit_sha"))
        for one in objects(entries, "versions")
    ]
    return tuple(Version(at, head) for at, _, head in sorted(found))


def head_at(versions: Iterable[Version], at: float, looked: float = LOOKED_SECONDS) -> str:
    """The newest head that had been there for ``looked`` seconds at ``at``; empty where none had."""
    there = [version.head for version in versions if version.at + looked <= at]
    return there[-1] if there else ""


def read_approvals(
    data: Object, versions: Sequence[Version], notes: Iterable[SystemNote]
) -> tuple[tuple[Spoken, ...], tuple[Object, ...]]:
    """Who approves now, and their accounts, from ``GET …/approvals``.

    Whoever took an approval back, or lost it to a push, is not in the answer. ``approved_at`` is there since
    GitLab 18.4; before, the latest system note tells it. Without either the approval is of no head.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    noted = _latest(notes)
    entries = [one for one in objects(data.get("approved_by"), "approved_by") if one.get("user") is not None]
    spoken = tuple(_approval(one, text(child(one, "user"), "username"), versions, noted) for one in entries)
    return spoken, tuple(child(one, "user") for one in entries)


def _latest(notes: Iterable[SystemNote]) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for note in notes:
        if note.body == APPROVED_NOTE:
            found[note.by.casefold()] = max(note.at, found.get(note.by.casefold(), note.at))
    return found


def _approval(entry: Object, by: str, versions: Sequence[Version], noted: Mapping[str, float]) -> Spoken:
    if entry.get("approved_at") is not None:
        at = moment(entry, "approved_at")
        return Spoken(at, by, Word.APPROVED, head_at(versions, at))
    late = noted.get(by.casefold())
    if late is None:
        return Spoken(0.0, by, Word.APPROVED)
    return Spoken(late, by, Word.APPROVED, head_at(versions, late, NOTED_SECONDS))
