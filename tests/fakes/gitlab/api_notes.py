"""The REST operations on what is said: discussions, notes, draft notes and emojis."""

from __future__ import annotations

from tests.fakes.github.access import Answer
from tests.fakes.gitlab import positions
from tests.fakes.gitlab.access import bad_request, not_found, page
from tests.fakes.gitlab.call import Call, Stop, truth
from tests.fakes.gitlab.model import Draft, Level, Note, Pull
from tests.fakes.gitlab.notes import Refused


def _said(call: Call, pull: Pull) -> None:
    """A new note is counted, and wants a member or somebody who sees a public project."""
    call.allow(call.hub.level(pull.repo, call.user) >= Level.GUEST or not pull.repo.private)
    refused = call.hub.limits.spend_note(call.token)
    if refused is not None:
        raise Stop(refused)


# Discussions: https://docs.gitlab.com/api/discussions/


def list_discussions(call: Call) -> Answer:
    return page(call.url, call.query, call.pull().discussions, call.shapes.discussion)


def get_discussion(call: Call) -> Answer:
    return Answer(200, call.shapes.discussion(call.discussion(call.pull())))


def create_discussion(call: Call) -> Answer:
    pull = call.pull()
    _said(call, pull)
    note = call.hub.add_note(pull, call.user, call.given["body"], call.position(), thread=True)
    return Answer(201, call.shapes.discussion(note.discussion))


def resolve_discussion(call: Call) -> Answer:
    pull = call.pull()
    discussion = call.discussion(pull)
    call.allow(discussion.resolvable and call.hub.may_resolve(pull, call.user))
    call.hub.set_resolved(discussion, call.user, resolved=truth(call.given["resolved"]))
    return Answer(200, call.shapes.discussion(discussion))


def add_to_discussion(call: Call) -> Answer:
    pull = call.pull()
    discussion = call.discussion(pull)
    _said(call, pull)
    return Answer(201, call.shapes.note(call.hub.add_reply(discussion, call.user, call.given["body"])))


def update_in_discussion(call: Call) -> Answer:
    """Exactly one of `body` and `resolved`."""
    pull = call.pull()
    if ("body" in call.given) == ("resolved" in call.given):
        words = (
            "are mutually exclusive" if "body" in call.given else "are missing, exactly one parameter must be provided"
        )
        return Answer(400, {"error": f"body, resolved {words}"})
    note = call.note(pull)
    if "body" in call.given:
        return _update(call, note)
    call.allow(call.hub.may_resolve(pull, call.user))
    if not note.resolvable:
        return bad_request("Note is not resolvable")
    call.hub.set_resolved(note.discussion, call.user, resolved=truth(call.given["resolved"]))
    return Answer(200, call.shapes.note(note))


# Notes: https://docs.gitlab.com/api/notes/


def list_notes(call: Call) -> Answer:
    """Newest first, unless `sort=asc`; `order_by` is `created_at` or `updated_at`."""
    notes = call.pull().notes
    if call.given.get("activity_filter") == "only_comments":
        notes = [note for note in notes if not note.system]
    by_change = call.given.get("order_by") == "updated_at"
    notes.sort(key=lambda note: (note.updated if by_change else note.created, note.id))
    return page(call.url, call.query, notes if call.given.get("sort") == "asc" else notes[::-1], call.shapes.note)


def create_note(call: Call) -> Answer:
    pull = call.pull()
    _said(call, pull)
    return Answer(201, call.shapes.note(call.hub.add_note(pull, call.user, call.given["body"], thread=False)))


def get_note(call: Call) -> Answer:
    return Answer(200, call.shapes.note(call.note(call.pull())))


def update_note(call: Call) -> Answer:
    return _update(call, call.note(call.pull()))


def _update(call: Call, note: Note) -> Answer:
    call.allow(call.hub.may_edit(note, call.user))
    return Answer(200, call.shapes.note(call.hub.change_note(note, call.user, call.given.get("body", note.body))))


def delete_note(call: Call) -> Answer:
    note = call.note(call.pull())
    call.allow(call.hub.may_edit(note, call.user))
    call.hub.remove_note(note)
    return Answer(204)


# Draft notes: https://docs.gitlab.com/api/draft_notes/


def _drafts(call: Call, pull: Pull) -> list[Draft]:
    """Only the author sees a draft."""
    return [draft for draft in pull.drafts if draft.user is call.user]


def _draft(call: Call, pull: Pull) -> Draft:
    found = next((one for one in _drafts(call, pull) if str(one.id) == call.names["draft_id"]), None)
    if found is None:
        raise Stop(not_found())
    return found


def list_drafts(call: Call) -> Answer:
    pull = call.pull()
    return page(call.url, call.query, _drafts(call, pull), lambda draft: call.shapes.draft(draft, pull))


def get_draft(call: Call) -> Answer:
    pull = call.pull()
    return Answer(200, call.shapes.draft(_draft(call, pull), pull))


def create_draft(call: Call) -> Answer:
    """A draft. Its place is not checked: one that stands nowhere has no `line_code`, and is lost when published."""
    pull = call.pull()
    _said(call, pull)
    thread, wanted = None, call.given.get("in_reply_to_discussion_id")
    if wanted:
        thread = next((one for one in pull.discussions if one.id == wanted), None)
        if thread is None:
            return Answer(400, {"message": {"base": ["Thread to reply to cannot be found"]}})
        if any(draft.reply_to is thread for draft in _drafts(call, pull)):
            return Answer(400, {"message": {"author_id": ["has already been taken"]}})
    at = call.position()
    code = positions.line_code(call.hub.store(pull.repo), at) if at else None
    resolve = truth(call.given.get("resolve_discussion"))
    draft = Draft(call.hub.id(), call.user, call.given["note"], at, code, thread, resolve)
    pull.drafts.append(draft)
    return Answer(201, call.shapes.draft(draft, pull))


def update_draft(call: Call) -> Answer:
    pull = call.pull()
    draft = _draft(call, pull)
    if not call.given.get("note"):
        return bad_request("Missing params to modify")
    draft.body = call.given["note"]
    if "position" in call.given:
        draft.position = call.position()
        draft.line_code = positions.line_code(call.hub.store(pull.repo), draft.position) if draft.position else None
    return Answer(200, call.shapes.draft(draft, pull))


def delete_draft(call: Call) -> Answer:
    pull = call.pull()
    pull.drafts.remove(_draft(call, pull))
    return Answer(204)


def publish_draft(call: Call) -> Answer:
    pull = call.pull()
    call.hub.publish(pull, call.user, [_draft(call, pull)], review=False)
    return Answer(204)


def bulk_publish(call: Call) -> Answer:
    pull = call.pull()
    call.hub.publish(pull, call.user, _drafts(call, pull), review=True)
    return Answer(204)


# Emojis: https://docs.gitlab.com/api/emoji_reactions/


def _awarded(call: Call) -> tuple[Note | Pull, str]:
    pull = call.pull()
    return (call.note(pull), "Note") if "note_id" in call.names else (pull, "MergeRequest")


def list_awards(call: Call) -> Answer:
    place, kind = _awarded(call)
    return page(call.url, call.query, place.awards, lambda award: call.shapes.award(award, kind, place.id))


def create_award(call: Call) -> Answer:
    """An emoji by its name; the same one twice is refused with 404, as GitLab does."""
    place, kind = _awarded(call)
    if isinstance(place, Note) and place.system:
        return not_found("Award Emoji Awardable is not awardable")
    try:
        award = call.hub.award(place, call.user, str(call.given["name"]).strip(":"))
    except Refused as refused:
        return not_found(f"Award Emoji {refused}")
    return Answer(201, call.shapes.award(award, kind, place.id))


def delete_award(call: Call) -> Answer:
    place, _ = _awarded(call)
    award = next((one for one in place.awards if str(one.id) == call.names["award_id"]), None)
    if award is None:
        return not_found()
    call.allow(award.user is call.user)
    call.hub.revoke(place, award)
    return Answer(204)
