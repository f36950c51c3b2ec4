"""The JSON of the REST API: what is said on a merge request, on top of the plain shapes."""

from __future__ import annotations

from typing import Any

from tests.fakes.gitlab.model import Award, Discussion, Draft, Note, Position, Pull
from tests.fakes.gitlab.model_checks import Status
from tests.fakes.gitlab.shapes_checks import CheckShapes
from tests.fakes.gitlab.shapes_plain import when

_REFS = ("base_sha", "start_sha", "head_sha")
_NO_PLACE = (*_REFS, "old_path", "new_path", "position_type", "old_line", "new_line", "line_range")


class Shapes(CheckShapes):
    """Adds notes, discussions, drafts, emojis and statuses."""

    def position(self, at: Position | None) -> dict[str, Any] | None:
        if at is None:
            return None
        shape = {
            "base_sha": at.refs.base,
            "start_sha": at.refs.start,
            "head_sha": at.refs.head,
            "old_path": at.old_path,
            "new_path": at.new_path,
            "position_type": at.kind,
        }
        lines = {"old_line": at.old_line, "new_line": at.new_line, "line_range": at.line_range}
        return shape | (lines if at.kind == "text" else {})

    def note(self, note: Note) -> dict[str, Any]:
        """https://docs.gitlab.com/api/discussions/#merge-requests"""
        pull = note.discussion.pull
        shape = {
            "id": note.id,
            "type": note.kind,
            "body": note.body,
            "attachment": None,
            "author": self.user(note.user),
            "created_at": when(note.created),
            "updated_at": when(note.updated),
            "system": note.system,
            "noteable_id": pull.id,
            "noteable_type": "MergeRequest",
            "project_id": pull.repo.id,
        }
        if note.kind == "DiffNote":
            shape |= {"commit_id": None, "position": self.position(note.position)}
        shape["resolvable"] = note.resolvable
        if note.resolvable:
            shape |= {
                "resolved": note.resolved,
                "resolved_by": self.user(note.resolved_by) if note.resolved_by else None,
                "resolved_at": when(note.resolved_at) if note.resolved_at else None,
            }
        return shape | {
            "confidential": False,
            "internal": False,
            "imported": False,
            "imported_from": "none",
            "noteable_iid": pull.number,
            "commands_changes": {},
        }

    def discussion(self, discussion: Discussion) -> dict[str, Any]:
        notes = [self.note(note) for note in discussion.notes]
        return {"id": discussion.id, "individual_note": discussion.individual, "notes": notes}

    def draft(self, draft: Draft, pull: Pull) -> dict[str, Any]:
        """https://docs.gitlab.com/api/draft_notes/"""
        return {
            "id": draft.id,
            "author_id": draft.user.id,
            "merge_request_id": pull.id,
            "resolve_discussion": draft.resolve,
            "discussion_id": draft.reply_to.id if draft.reply_to else None,
            "note": draft.body,
            "commit_id": None,
            "line_code": draft.line_code,
            "position": self.position(draft.position) or dict.fromkeys(_NO_PLACE) | {"position_type": "text"},
        }

    def award(self, award: Award, awardable: str, of: int) -> dict[str, Any]:
        """https://docs.gitlab.com/api/emoji_reactions/"""
        return {
            "id": award.id,
            "name": award.name,
            "user": self.user(award.user),
            "created_at": when(award.created),
            "updated_at": when(award.created),
            "awardable_id": of,
            "awardable_type": awardable,
            "url": None,
        }

    def status(self, status: Status) -> dict[str, Any]:
        """https://docs.gitlab.com/api/commits/#commit-status"""
        return {
            "id": status.id,
            "sha": status.sha,
            "ref": status.ref,
            "status": status.state,
            "name": status.name,
            "target_url": status.target_url,
            "description": status.description,
            "created_at": when(status.created),
            "started_at": when(status.started) if status.started else None,
            "finished_at": when(status.finished) if status.finished else None,
            "allow_failure": False,
            "coverage": None,
            "pipeline_id": status.pipeline,
            "author": self.user(status.user),
        }
