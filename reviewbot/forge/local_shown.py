"""How a local forge shows what is said: threads where their lines stand now."""

from __future__ import annotations

from functools import cached_property

from reviewbot.domain.change import Change, LineRange
from reviewbot.domain.conversation import Comment, Person, Thread
from reviewbot.domain.errors import RevisionNotFound
from reviewbot.domain.event import CommentKind, CommentRef, PullRequest
from reviewbot.forge.local_state import LocalComment, LocalThread
from reviewbot.source.linemap import LineMap, line_map
from reviewbot.source.repository import Repository

_OURS = "reviewbot"


class Places:
    """Where lines of old heads stand in the head of a pull request, and which lines its diff shows."""

    def __init__(self, repository: Repository, pull: PullRequest) -> None:
        self._repository, self._pull = repository, pull
        self._maps: dict[str, LineMap | None] = {}

    def now(self, path: str, lines: LineRange, commit: str) -> LineRange | None:
        """The lines in the head; None where they were changed, or are not in the diff any more."""
        if commit not in self._maps:
            self._maps[commit] = self._map(commit)
        known = self._maps[commit]
        if known is None:
            return None
        file = known.of(path)
        found = None if file.new_path is None else file.lines(lines)
        return found if found is not None and file.new_path and self.takes(file.new_path, found) else None

    def takes(self, path: str, lines: LineRange) -> bool:
        """Whether a comment may stand there: the lines stand together in one hunk of the diff."""
        file = next((one for one in self._change.files if one.path == path), None)
        return file is not None and any(hunk.covers(lines) for hunk in file.shown)

    @cached_property
    def _change(self) -> Change:
        return self._repository.change(self._pull.base, self._pull.head)

    def _map(self, commit: str) -> LineMap | None:
        try:
            return line_map(self._repository, commit, self._pull.head)
        except RevisionNotFound:
            return None


def shown_thread(thread: LocalThread, places: Places) -> Thread:
    """A thread with its lines in the head."""
    lines = LineRange(thread.start, thread.end)
    resolver = None if thread.resolved_by is None else shown_person(thread.resolved_by)
    return Thread(
        id=str(thread.id),
        path=thread.path,
        lines=places.now(thread.path, lines, thread.commit),
        commit=thread.commit,
        original_lines=lines,
        resolved=resolver is not None,
        resolved_by=resolver,
        comments=tuple(shown_comment(one) for one in thread.comments),
    )


def shown_comment(comment: LocalComment) -> Comment:
    """A comment with its author."""
    ref = CommentRef(CommentKind(comment.kind), str(comment.id))
    return Comment(ref, shown_person(comment.author), comment.body, tuple(shown_person(one) for one in comment.down))


def shown_person(login: str) -> Person:
    """An account; ``…[bot]`` is a bot, as on GitHub."""
    return Person(login, bot=login == _OURS or login.endswith("[bot]"), ours=login == _OURS)
