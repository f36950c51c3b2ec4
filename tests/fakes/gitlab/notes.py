"""What is said on a merge request: notes, threads, drafts, emojis, quick actions and suggestions."""

from __future__ import annotations

import secrets

from tests.fakes.gitlab import positions, quick, suggestions
from tests.fakes.gitlab.model import Award, Discussion, Draft, Level, Note, Position, Pull, User
from tests.fakes.gitlab.statuses import Statuses

BLANK_CODE = 'Note {:line_code=>["can\'t be blank", "must be a valid line code"]}'
INCOMPLETE = 'Note {:line_code=>["can\'t be blank", "must be a valid line code"], :position=>["is incomplete"]}'
BLANK_NOTE = 'Note {:note=>["can\'t be blank"]}'
MAX_NOTE = 1_000_000
"""Characters of a note (https://docs.gitlab.com/administration/instance_limits/#size-of-comments-and-descriptions)."""


class Refused(Exception):
    """GitLab does not take it, for this reason."""


class Commands(Exception):
    """The note held quick actions alone; none is made. `summary` is what they did."""

    def __init__(self, summary: list[str]) -> None:
        super().__init__("; ".join(summary))
        self.summary = summary


class Notes(Statuses):
    """The conversation of merge requests. Each change is told to `tell`."""

    quick_actions: list[tuple[str, str, str]]
    reviews: list[tuple[Pull, User, int]]
    lost_drafts: list[Draft]

    def add_note(self, pull: Pull, user: User, body: str, position: Position | None = None, *, thread: bool) -> Note:
        """A new note: a single one, or (`thread`) the first of a thread, on a line of the diff where one is given."""
        with self.lock:
            kind = "DiffNote" if position else "DiscussionNote" if thread else None
            discussion = Discussion(secrets.token_hex(20), pull, individual=kind is None)
            note = self._new(discussion, user, body, kind, position)
            pull.discussions.append(discussion)
            self.tell_note(note, "create")
            return note

    def add_reply(self, discussion: Discussion, user: User, body: str) -> Note:
        """An answer. A single note that is answered becomes a thread.

        https://docs.gitlab.com/user/discussions/#create-a-thread-by-replying-to-a-standard-comment
        """
        with self.lock:
            first = discussion.first
            if first.system:
                raise Refused("Discussion can not be replied to.")
            kind = "DiffNote" if first.kind == "DiffNote" else "DiscussionNote"
            note = self._new(discussion, user, body, kind, None)
            if first.kind == "DiffNote":
                note.position, note.original_position = first.position, first.original_position
                note.change_position, note.line_code = first.change_position, first.line_code
            elif first.kind is None:
                first.kind, discussion.individual = "DiscussionNote", False
            self.tell_note(note, "create")
            return note

    def _new(self, discussion: Discussion, user: User, body: str, kind: str | None, at: Position | None) -> Note:
        pull = discussion.pull
        code = self.check_position(pull, at) if at else None
        text, done = self.interpret(pull, user, body)
        if done and not text.strip():
            raise Commands(done)
        if not text.strip() or len(text) > MAX_NOTE:
            raise Refused(BLANK_NOTE if not text.strip() else 'Note {:note=>["is too long"]}')
        note = Note(self.id(), discussion, user, text, kind, self.now(), self.now(), line_code=code)
        note.position, note.original_position = at, at
        if at is not None and at.refs != pull.refs:
            self._follow(note)
        discussion.notes.append(note)
        note.suggestions = suggestions.read(self, note)
        pull.updated = self.now()
        return note

    def check_position(self, pull: Pull, position: Position) -> str | None:
        """The line code; refuses what is no line of the position's diff."""
        if position.kind == "file":
            return None
        if not all((position.refs.base, position.refs.start, position.refs.head, position.path)):
            raise Refused(INCOMPLETE)
        code = positions.line_code(self.store(pull.repo), position)
        if code is None:
            raise Refused(INCOMPLETE if position.old_line is position.new_line is None else BLANK_CODE)
        return code

    def interpret(self, pull: Pull, user: User, body: str) -> tuple[str, list[str]]:
        """`body` without its quick actions, and what they did."""
        text, found = quick.extract(body)
        for name, argument in found:
            if self.level(pull.repo, user) >= Level.REPORTER or user is pull.user:
                self.quick_actions.append((user.login, name, argument))
                self.act(pull, user, name, argument)
        return text, [quick.summary(name, argument) for name, argument in found]

    def act(self, pull: Pull, user: User, name: str, argument: str) -> None:
        """Do what a quick action says."""
        raise NotImplementedError

    def change_note(self, note: Note, user: User, body: str) -> Note:
        """Another text. Quick actions in it are executed too."""
        with self.lock:
            text, done = self.interpret(note.discussion.pull, user, body)
            if not text.strip():
                if done:
                    self.remove_note(note)
                    raise Commands(done)
                raise Refused(BLANK_NOTE)
            note.body, note.updated, note.edited = text, self.now(), True
            note.edited_by, note.edited_at = user, note.updated
            note.suggestions = suggestions.read(self, note)
            self.tell_note(note, "update")
            return note

    def remove_note(self, note: Note) -> None:
        """Delete a note, and its thread with its last."""
        with self.lock:
            discussion = note.discussion
            discussion.notes.remove(note)
            if not any(not one.system for one in discussion.notes):
                discussion.pull.discussions.remove(discussion)

    def set_resolved(self, discussion: Discussion, user: User, *, resolved: bool) -> None:
        """Resolve a thread or open it again. Hooks hear of it only when none is left open."""
        with self.lock:
            was = discussion.resolved
            for note in discussion.notes:
                if note.resolvable and note.resolved != resolved:
                    note.resolved_by, note.resolved_at = (user, self.now()) if resolved else (None, None)
                    note.updated = self.now()
            pull = discussion.pull
            if resolved and not was and all(one.resolved for one in pull.discussions if one.resolvable):
                self.say_system(pull, user, "resolved all threads")
                self.tell_resolved(pull, user)

    def may_edit(self, note: Note, user: User) -> bool:
        """Its author, and who has at least the Maintainer role; nobody a system note."""
        level = self.level(note.discussion.pull.repo, user)
        return not note.system and (note.user is user or level >= Level.MAINTAINER)

    def may_resolve(self, pull: Pull, user: User) -> bool:
        """The Developer role, or the merge request's author (https://docs.gitlab.com/user/discussions/)."""
        return user is pull.user or self.level(pull.repo, user) >= Level.DEVELOPER

    # Emojis

    def award(self, place: Note | Pull, user: User, name: str) -> Award:
        """Leave an emoji. The same one twice is refused."""
        with self.lock:
            if any(one.user is user and one.name == name for one in place.awards):
                raise Refused("Name has already been taken")
            award = Award(self.id(), name, user, self.now())
            place.awards.append(award)
            self.tell_award(place, award, "award")
            return award

    def revoke(self, place: Note | Pull, award: Award) -> None:
        with self.lock:
            place.awards.remove(award)
            self.tell_award(place, award, "revoke")

    # Drafts

    def publish(self, pull: Pull, user: User, drafts: list[Draft], *, review: bool) -> None:
        """Make notes of drafts: one review, one notification.

        As in GitLab, a draft that stands on no line of the diff is dropped without a word (`lost_drafts` tells).
        """
        with self.lock:
            for draft in drafts:
                pull.drafts.remove(draft)
                try:
                    self._publish(pull, user, draft)
                except Refused:
                    self.lost_drafts.append(draft)
                except Commands:
                    continue
            if drafts and review:
                self.reviews.append((pull, user, len(drafts)))

    def _publish(self, pull: Pull, user: User, draft: Draft) -> None:
        if draft.reply_to is None:
            self.add_note(pull, user, draft.body, draft.position, thread=True)
            return
        note = self.add_reply(draft.reply_to, user, draft.body)
        self.set_resolved(note.discussion, user, resolved=draft.resolve)

    # New versions

    def follow(self, pull: Pull, user: User, before: object) -> None:
        """Take the threads that stood on the diff `before` over to the newest version."""
        for discussion in list(pull.discussions):
            first = discussion.first
            if first.kind != "DiffNote" or first.position is None or first.position.kind != "text":
                continue
            if first.position.refs != before:
                continue
            outdated = {self._follow(note) for note in discussion.notes if not note.system}
            if True in outdated:
                self._outdate(discussion, user)

    def _follow(self, note: Note) -> bool:
        """Move one note; whether its lines were changed."""
        pull = note.discussion.pull
        if note.position is None:
            return False
        traced = positions.trace(self.store(pull.repo), note.position, pull.refs)
        if traced.outdated:
            note.change_position = traced.position
        else:
            note.position, note.change_position = traced.position, None
        return traced.outdated

    def _outdate(self, discussion: Discussion, user: User) -> None:
        pull = discussion.pull
        text = f"changed this line in version {len(pull.versions)} of the diff"
        note = Note(self.id(), discussion, user, text, "DiffNote", self.now(), self.now(), system=True)
        note.position, note.original_position = discussion.first.position, discussion.first.original_position
        discussion.notes.append(note)
        if pull.repo.resolve_outdated and not discussion.resolved:
            self.set_resolved(discussion, user, resolved=True)

    def say_system(self, pull: Pull, user: User, text: str) -> None:
        """A system note, as of a push."""
        discussion = Discussion(secrets.token_hex(20), pull, individual=True)
        discussion.notes.append(Note(self.id(), discussion, user, text, None, self.now(), self.now(), system=True))
        pull.discussions.append(discussion)
        pull.updated = self.now()

    def active(self, note: Note) -> bool:
        """Whether a diff note stands on the newest version."""
        return note.position is not None and note.position.refs == note.discussion.pull.refs

    # Told

    def tell_note(self, note: Note, action: str) -> None:
        """A note was made or changed."""

    def tell_resolved(self, pull: Pull, user: User) -> None:
        """The last open thread was resolved."""

    def tell_award(self, place: Note | Pull, award: Award, event: str) -> None:
        """An emoji was left or taken back."""
