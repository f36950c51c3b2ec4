"""When a note got the text that it has, and from whom."""

from __future__ import annotations

from dataclasses import replace

from reviewbot.domain.conversation import Comment
from reviewbot.forge.gitlab_api import Api
from reviewbot.forge.gitlab_conversation import read_person
from reviewbot.forge.gitlab_wire import Object, child, moment

EDIT = """query lastEdit($id: NoteID!) {
  note(id: $id) { lastEditedAt lastEditedBy { username bot } }
}"""
"""The last edit of a note (https://docs.gitlab.com/api/graphql/reference/#querynote). REST has ``updated_at`` alone,
which an emoji or a resolved thread changes too, and not who edited it: each Maintainer may
(https://docs.gitlab.com/user/discussions/#edit-a-comment)."""


def dated(api: Api, comment: Comment, note: Object, ours: str) -> Comment:
    """``comment`` with ``written`` and ``editor``: one question more where it may have been edited.

    Where GitLab will not tell of that, ``written`` is None. It never tells on which head a comment on the diff was
    written: its position moves along.

    Args:
        note: the comment as REST gives it. ours: our own login.

    Raises:
        ForgeError: a field is missing or of a wrong type, or GitLab could not be asked.
    """
    began = moment(note, "created_at")
    if moment(note, "updated_at") == began:
        return replace(comment, written=began)
    gid = f"gid://gitlab/Note/{comment.ref.id}"
    data = api.ask(f"asking who edited the comment {comment.ref.id}", EDIT, id=gid)
    if data.get("note") is None:
        return comment
    edit = child(data, "note")
    if edit.get("lastEditedAt") is None:
        return replace(comment, written=began)
    return replace(comment, written=moment(edit, "lastEditedAt"), editor=read_person(edit.get("lastEditedBy"), ours))
