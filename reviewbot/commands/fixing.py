"""``/seed fix``: a fix at the lines of a thread, also where the bot stayed silent."""

from __future__ import annotations

from dataclasses import replace

from reviewbot.commands.committing import commit, done_before
from reviewbot.commands.grammar import COMMIT
from reviewbot.commands.request import Answer, Request
from reviewbot.commands.spot import file_at, said_before, spot_of
from reviewbot.domain.change import FileChange, FileStatus, LineRange
from reviewbot.domain.conversation import Thread
from reviewbot.domain.record import Record, State
from reviewbot.domain.review import Review
from reviewbot.domain.source_file import SourceFile
from reviewbot.domain.suggestion import Suggestion
from reviewbot.life.carry import Spot
from reviewbot.life.twins import named
from reviewbot.publish.publish import publish
from reviewbot.publish.render import comment_text
from reviewbot.visit.ask import options


def fix(request: Request) -> Answer:
    """Propose a fix in the thread, or commit it.

    Raises:
        ForgeError, SourceError, VerifyError: see the visit's collaborators.
    """
    if request.thread is None:
        return Answer(request.words.no_place(), done=False)
    if COMMIT in request.command.options and (made := done_before(request)) is not None:
        return Answer(request.words.committed(made))
    if request.pull.state != "open":
        return Answer(request.words.not_open(), done=False)
    return _fixed(request, request.thread)


def _fixed(request: Request, thread: Thread) -> Answer:
    """What was suggested in the thread is committed as it is; without ``--commit`` nothing is ever pushed."""
    own, to_commit = request.record, COMMIT in request.command.options
    if own is not None and own.state is State.STANDING and not to_commit:
        return Answer(request.words.stands_already(), done=False)
    spot = spot_of(thread, request.scene)
    file = None if spot is None else file_at(spot, request.scene)
    if spot is None or file is None:
        return Answer(request.words.lines_changed(), done=False)
    if to_commit and own is not None and own.suggestion.original == file.slice(spot.lines):
        return commit(request, replace(own.suggestion, path=spot.path, lines=spot.lines), file)
    return _made(request, spot, file)


def _made(request: Request, spot: Spot, file: SourceFile) -> Answer:
    done = make(request, spot)
    if not done.suggestions:
        reason = done.withheld[0].reason if done.withheld else None
        return Answer(request.words.nothing_to_fix(reason), done=False)
    suggestion, same = done.suggestions[0], _made_before(done.suggestions[0], file, request)
    if COMMIT in request.command.options:
        return commit(request, suggestion, file)
    if same is not None and same.state is State.STANDING:
        return Answer(request.words.fix_elsewhere(same.suggestion.path, same.suggestion.lines))
    free = named(suggestion, request.records) if same is None else same.suggestion
    return _posted(request, free, spot, file)


def _made_before(suggestion: Suggestion, file: SourceFile, request: Request) -> Record | None:
    """The record of the very same edit of this head: it stands elsewhere, or a worker died while it was posted."""
    head, text = request.scene.change.head, _edited(suggestion, file)
    live = [r for r in request.records if r.head == head and r.state in (State.STANDING, State.PROPOSED)]
    return next((r for r in live if r.suggestion.path == file.path and _edited(r.suggestion, file) == text), None)


def _edited(suggestion: Suggestion, file: SourceFile) -> str | None:
    exact = suggestion.lines.end <= len(file.lines) and file.slice(suggestion.lines) == suggestion.original
    return file.replace(suggestion.lines, suggestion.replacement).text if exact else None


def make(request: Request, spot: Spot) -> Review:
    """A review of these lines alone, however unsure it is that they want a guard: a person asked."""
    scene, using = request.scene, request.with_.visit
    known = next((one for one in scene.change.files if one.path == spot.path), None)
    file = known or FileChange(spot.path, spot.path, FileStatus.MODIFIED)
    change = replace(scene.change, files=(replace(file, added=(spot.lines,)),))
    asked = replace(
        options(change, scene, using.options),
        min_confidence=0.0,
        floors={},
        max_suggestions=1,
        languages=None,
        hint=said_before(request) or None,
    )
    return using.reviewer(change, scene.head, scene.base, using.engines, asked, progress=request.still_wanted)


def _posted(request: Request, suggestion: Suggestion, spot: Spot, file: SourceFile) -> Answer:
    """In the thread where its lines hold the fix, so that it is one click; else on lines of its own."""
    using, scene = request.with_.visit, request.scene
    if not using.records.propose(request.ref, [suggestion], scene.change.head, request.now):
        return Answer(request.words.stands_already(), done=False)
    shown = request.thread.lines if request.thread is not None else None
    if shown == spot.lines and spot.lines.covers(suggestion.lines):
        wide = widened(suggestion, spot.lines, file)
        return Answer(comment_text(wide, scene.words), stands=wide)
    request.still_wanted("publishing")
    published = publish(using.forge, request.ref, scene.change, [suggestion], scene.words)
    if published.url is None and not published.standing:
        using.records.forget(request.ref, [suggestion.id])
        return Answer(request.words.head_moved(), done=False)
    using.records.save(request.ref, [Record(suggestion, scene.change.head, State.STANDING)], request.now)
    return Answer(request.words.fix_elsewhere(suggestion.path, suggestion.lines))


def widened(suggestion: Suggestion, lines: LineRange, file: SourceFile) -> Suggestion:
    """The same edit as one of all of ``lines``, which hold the suggestion's."""
    before = "".join(file.lines[lines.start - 1 : suggestion.lines.start - 1])
    after = "".join(file.lines[suggestion.lines.end : lines.end])
    return replace(
        suggestion, lines=lines, original=file.slice(lines), replacement=before + suggestion.replacement + after
    )
