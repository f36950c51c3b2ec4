"""Finding the git-ai notes of some commits, without listing those of all the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reviewbot.policy.provenance.git_ai import Note, NoteError, read_note
from reviewbot.policy.provenance.room import Found, Room
from reviewbot.source.git import run_git
from reviewbot.source.mirrors import Mirrors
from reviewbot.source.repository import Repository

REF = "refs/notes/ai"
MOST_BYTES = 4 * 1024 * 1024
"""Of one note. The standard's own logs have some kilobytes."""
_MOST_ALTOGETHER = 32 * 1024 * 1024
_FANOUTS = range(5)  # git goes one level deeper for about each 256 notes (notes.c: determine_fanout)


@dataclass(frozen=True)
class Notes:
    """The notes of some commits, and what of them could not be read."""

    of: dict[str, list[Note]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def notes(repository: Repository, also: Sequence[str] = ()) -> tuple[str, ...]:
    """The ids to which the notes' refs point: the repository's own, what a mirror keeps of it, and ``also``."""
    names = [REF, Mirrors.name(REF), *also]
    out = run_git(repository.path, "for-each-ref", "--format=%(objectname) %(refname)", *names).decode()
    found = {name: target for target, _, name in (line.partition(" ") for line in out.splitlines())}
    return tuple(dict.fromkeys(found[name] for name in names if name in found))


def read_notes(room: Room, refs: Sequence[str], commits: Sequence[str]) -> Notes:
    """The notes of ``commits`` under all ``refs``, as ``notes`` gives them: what any of them says is said.

    Raises:
        SourceError: git failed, or was too slow.
    """
    of: dict[str, list[Note]] = {}
    problems: list[str] = []
    for ref in refs:
        read = _read_notes(room, ref, commits)
        problems += read.problems
        for commit, found in read.of.items():
            of.setdefault(commit, []).extend(found)
    return Notes(of, tuple(dict.fromkeys(problems)))


def _read_notes(room: Room, ref: str, commits: Sequence[str]) -> Notes:
    if not commits:
        return Notes()
    if (top := room.find([f"{ref}^{{tree}}"]))[0] is None or top[0].kind != "tree":
        return Notes(problems=(f"{REF} is no history of notes: fetch it again.",))
    names = [(commit, f"{ref}:{_place(commit, depth)}") for commit in commits for depth in _FANOUTS]
    found = [(commit, one) for (commit, _), one in zip(names, room.find([n for _, n in names]), strict=True) if one]
    problems = [_refusal(commit, one) for commit, one in found]
    wanted = [pair for pair, problem in zip(found, problems, strict=True) if problem is None]
    told = [problem for problem in problems if problem]
    if sum(one.size for _, one in wanted) > _MOST_ALTOGETHER:
        return Notes(problems=(*told, f"The git-ai notes have more than {_MOST_ALTOGETHER} bytes: they were not read."))
    of: dict[str, list[Note]] = {}
    for (commit, _), one in zip(wanted, room.read([o.id for _, o in wanted], MOST_BYTES), strict=True):
        try:
            note = read_note((one and one.data) or b"", f"note of {commit[:7]}")
        except NoteError as error:
            told.append(f"The git-ai note of {commit[:7]} {error}.")
            continue
        of.setdefault(commit, []).append(note)
        told += [f"The git-ai note of {commit[:7]} {doubt}." for doubt in note.doubts]
    return Notes(of, tuple(told))


def _place(commit: str, depth: int) -> str:
    return "/".join([*(commit[2 * i : 2 * i + 2] for i in range(depth)), commit[2 * depth :]])


def _refusal(commit: str, one: Found) -> str | None:
    if one.kind != "blob":
        return f"The git-ai note of {commit[:7]} is no file."
    if one.size > MOST_BYTES:
        return f"The git-ai note of {commit[:7]} has {one.size} bytes: at most {MOST_BYTES} are read."
    return None
