"""Where a command points to: the lines of its thread, at the head."""

from __future__ import annotations

from reviewbot.commands.grammar import only_commands
from reviewbot.commands.request import Request
from reviewbot.domain.conversation import Thread
from reviewbot.domain.errors import RevisionNotFound
from reviewbot.domain.source_file import SourceFile
from reviewbot.life.carry import Spot
from reviewbot.source.linemap import line_map
from reviewbot.visit.scene import Scene


def spot_of(thread: Thread, scene: Scene) -> Spot | None:
    """The thread's lines at the head, by their content since the thread began; None where they were changed."""
    if thread.commit is None or thread.original_lines is None:
        return None if thread.lines is None else Spot(thread.path, thread.lines)
    try:
        scene.repository.resolve(thread.commit)
    except RevisionNotFound:
        return None if thread.lines is None else Spot(thread.path, thread.lines)
    file = line_map(scene.repository, thread.commit, scene.change.head).of(thread.path)
    lines = file.lines(thread.original_lines)
    return None if lines is None or file.new_path is None else Spot(file.new_path, lines)


def file_at(spot: Spot, scene: Scene) -> SourceFile | None:
    """The file of a spot at the head; None where it is no text, or has no such lines."""
    data = scene.head.read(spot.path)
    file = None if data is None else SourceFile.decode(spot.path, data)
    return file if file is not None and spot.lines.end <= len(file.lines) else None


def said_before(request: Request) -> str:
    """What was said in the thread before the command, by others than us: the description of what is wrong.

    The command's own words come first; else the last comment before it that is neither ours nor a command alone.
    """
    if request.command.words:
        return request.command.words
    thread = request.thread
    if thread is None:
        return ""
    before = []
    for comment in thread.comments:
        if comment.ref == request.comment.ref:
            break
        before.append(comment)
    others = [c.body for c in before if not c.author.ours and not only_commands(c.body)]
    return others[-1] if others else ""
