"""The fake GitLab itself: its state, and what people do there. The methods are those of the fake GitHub."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.github.diff import files
from tests.fakes.gitlab import suggestions
from tests.fakes.gitlab.life import Life
from tests.fakes.gitlab.model import Award, Discussion, Draft, Note, Position, Pull, User
from tests.fakes.gitlab.notes import Refused
from tests.fakes.gitlab.positions import code_of, lines

_DOWN, _UP = "thumbsdown", "thumbsup"
_NAMES = {"-1": _DOWN, "+1": _UP}


class Hub(Life):
    """Accounts, projects and merge requests over bare repositories in `root`, and all that people say on them.

    `accounts` holds accounts, roles and tokens; `notes` what is said; `branches` pushes; `life` merge requests.

    Attributes:
        quick_actions: what was executed out of notes: login, name, argument.
        mentions: who was named in a note, and by whom: author, name, note's id.
        reviews: batches of drafts that were published at once: each is one notification.
        lost_drafts: drafts that stood on no line when they were published.
        violations: where a request or an answer was not as GitLab documents it.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.quick_actions: list[tuple[str, str, str]] = []
        self.mentions: list[tuple[str, str, int]] = []
        self.reviews: list[tuple[Pull, User, int]] = []
        self.lost_drafts: list[Draft] = []
        self.violations: list[str] = []

    def comment(self, pull: Pull, login: str, body: str) -> Note:
        """Say something in the conversation."""
        return self.add_note(pull, self.user(login), body, thread=False)

    def thread(self, pull: Pull, login: str, body: str) -> Note:
        """Begin a thread in the conversation: on no line, and to be resolved."""
        return self.add_note(pull, self.user(login), body, thread=True)

    def review_comment(
        self, pull: Pull, login: str, path: str, line: int, body: str, start_line: int | None = None
    ) -> Note:
        """Begin a thread on lines of the head, at the newest version.

        Raises:
            ValueError: the lines are not in the diff.
        """
        return self.add_note(pull, self.user(login), body, self.place(pull, path, line, start_line), thread=True)

    def place(self, pull: Pull, path: str, line: int, start_line: int | None = None) -> Position:
        """The position of lines of the head, as GitLab's own page makes it."""
        refs = pull.refs
        found = next((file for file in files(self.store(pull.repo), refs.start, refs.head) if file.path == path), None)
        shown = {one.new: one for one in lines(found) if one.mark != "-"} if found else {}
        if found is None or not {line, start_line or line} <= set(shown):
            raise ValueError(f"line {line} of {path} is not in the diff")
        ends = {}
        for name, number in (("start", start_line or line), ("end", line)):
            one = shown[number]
            code, kind = code_of(path, one.old, one.new), "new" if one.mark == "+" else None
            ends[name] = {"line_code": code, "type": kind, "old_line": one.old_line, "new_line": one.new_line}
        spanned = ends if start_line is not None else None
        return Position(refs, found.old_path, path, shown[line].old_line, line, spanned)

    def reply(self, pull: Pull, to: Discussion | Note, login: str, body: str) -> Note:
        """Answer in a thread: by the thread, or any note of it."""
        return self.add_reply(_thread(to), self.user(login), body)

    def edit_comment(self, comment: Note, body: str, login: str | None = None) -> Note:
        """Give a note another text; by its author, where nobody is named."""
        return self.change_note(comment, self.user(login) if login else comment.user, body)

    def delete_comment(self, comment: Note, login: str | None = None) -> None:
        """Take a note away; the thread stays while another stands in it. GitLab tells no hook."""
        self.remove_note(comment)

    def resolve(self, thread: Discussion | Note, login: str) -> None:
        """Resolve a thread, given by itself or a note of it. Once more changes nothing."""
        self.set_resolved(_thread(thread), self.user(login), resolved=True)

    def unresolve(self, thread: Discussion | Note, login: str) -> None:
        """Open it again."""
        self.set_resolved(_thread(thread), self.user(login), resolved=False)

    def react(self, one: Note | Pull, login: str, content: str) -> tuple[Award, bool]:
        """Leave an emoji, spelt as either forge spells it; the emoji, and whether it is new."""
        with self.lock:
            name, user = _NAMES.get(content, content), self.user(login)
            standing = next((award for award in one.awards if award.user is user and award.name == name), None)
            return (standing, False) if standing else (self.award(one, user, name), True)

    def unreact(self, one: Note | Pull, login: str, content: str) -> Award | None:
        """Take it back; None where there was none."""
        with self.lock:
            name = _NAMES.get(content, content)
            found = next((award for award in one.awards if award.user.login == login and award.name == name), None)
            if found is not None:
                self.revoke(one, found)
            return found

    def downvote(self, comment: Note, login: str) -> None:
        """👎."""
        self.react(comment, login, _DOWN)

    def take_back(self, comment: Note, login: str) -> None:
        """No 👎 any more."""
        self.unreact(comment, login, _DOWN)

    def apply_suggestion(self, comment: Note, login: str, index: int = 0) -> str:
        """Press "Apply suggestion": a commit on the source branch, and the thread is resolved; the new head.

        Raises:
            Refused: GitLab would not, with its words.
        """
        with self.lock:
            pull = comment.discussion.pull
            if index >= len(comment.suggestions):
                raise Refused("Can't apply this suggestion.")
            suggestion = comment.suggestions[index]
            words = suggestions.reason(self, comment, suggestion)
            if words is not None:
                raise Refused(words)
            path, content = suggestions.applied(self, comment, suggestion)
            name = comment.user.login
            message = f"Apply 1 suggestion(s) to 1 file(s)\n\nCo-authored-by: {name} <{name}@example.org>"
            suggestion.applied = True
            sha = self.push(pull.head_repo.full_name, pull.head_ref, {path: content}, message=message, author=login)
            suggestion.commit = sha
            if pull.repo.resolve_on_apply:
                self.resolve(comment, login)
            return sha


def _thread(thread: Discussion | Note) -> Discussion:
    return thread.discussion if isinstance(thread, Note) else thread
