"""``--apply``: the suggestions written into the work tree, where it holds exactly the text that was reviewed."""

from __future__ import annotations

import os
import stat
import tempfile
from collections import defaultdict
from pathlib import Path

from reviewbot.domain.errors import SourceError, UsageError
from reviewbot.domain.review import Review
from reviewbot.domain.source_file import SourceFile, Tree
from reviewbot.domain.suggestion import Suggestion
from reviewbot.source import Repository
from reviewbot.source.git import run_git


def apply_review(repository: Repository, review: Review) -> str:
    """Write every suggestion; a sentence that says what was written.

    All files are looked at before the first is written, and each is replaced in one step: a file has all of its
    suggestions or none. Its mode, encoding, byte-order mark and line ends stay.

    Raises:
        UsageError: there is no work tree, or a file in it is not the one that was reviewed.
        SourceError: a file cannot be read or written.
    """
    if not review.suggestions:
        return "Nothing to apply."
    top = _work_tree(repository)
    tree = repository.tree(review.head)
    by_path: dict[str, list[Suggestion]] = defaultdict(list)
    for suggestion in review.suggestions:
        by_path[suggestion.path].append(suggestion)
    ready = {place_of(top, path): _new_bytes(top, tree, path, some) for path, some in by_path.items()}
    for place, data in ready.items():
        write_atomically(place, data)
    number, files = len(review.suggestions), len(ready)
    return f"Applied {number} suggestion{'s' * (number != 1)} to {files} file{'s' * (files != 1)}."


def edited(file: SourceFile, suggestions: list[Suggestion]) -> SourceFile:
    """The file with all suggestions in it, the last lines first so that no line number moves.

    Raises:
        UsageError: the original text of one is not at its lines.
    """
    for suggestion in sorted(suggestions, key=lambda s: s.lines, reverse=True):
        if file.slice(suggestion.lines) != suggestion.original:
            raise UsageError(f"{file.path} changed under its suggestion: review again; nothing was written.")
        file = file.replace(suggestion.lines, suggestion.replacement)
    return file


def place_of(top: Path, path: str) -> Path:
    """The file of a repository's path in the work tree.

    Raises:
        UsageError: the path leads out of the work tree or into git's own folder, or a folder on the way is a
            symbolic link.
    """
    way = Path(path)
    if way.is_absolute() or {"..", ".git"} & {part.lower() for part in way.parts}:
        raise UsageError(f"{path} leads out of the work tree: nothing was written.")
    if (top / way).parent.resolve() != top.resolve() / way.parent:
        raise UsageError(f"{path} goes through a symbolic link in the work tree: nothing was written.")
    return top / way


def write_atomically(place: Path, data: bytes) -> None:
    """Replace the file, keeping its mode, in one step: a reader sees the old or the new one, a crash leaves the old.

    Raises:
        SourceError: it cannot be written.
    """
    try:
        mode = stat.S_IMODE(place.stat().st_mode) if place.exists() else 0o644
        place.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name[:50]}.")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(number, mode)
                os.fsync(number)
            Path(name).replace(place)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise SourceError(f"{place} cannot be written ({error.strerror}): make it and its folder writable.") from error


def _work_tree(repository: Repository) -> Path:
    try:
        found = run_git(repository.path, "rev-parse", "--show-toplevel")
    except SourceError:
        raise UsageError(f"{repository.path} has no work tree to apply to: clone it, or leave --apply out.") from None
    return Path(os.fsdecode(found.removesuffix(b"\n")))


def _new_bytes(top: Path, tree: Tree, path: str, suggestions: list[Suggestion]) -> bytes:
    place = place_of(top, path)
    if any(s.new_file for s in suggestions):
        if place.exists() or place.is_symlink():
            raise UsageError(f"{path} exists already: nothing was written.")
        return "".join(s.replacement for s in suggestions).encode()
    reviewed = tree.read(path)
    there = _read(place)
    if reviewed is None or there is None:
        raise UsageError(f"{path} is not in the work tree as it was reviewed: check out the head; nothing was written.")
    file = SourceFile.decode(path, reviewed)
    if file is None:
        raise UsageError(f"{path} is no text in its own encoding: nothing was written.")
    try:
        data = edited(file, suggestions).encode()
    except UnicodeEncodeError:
        raise UsageError(f"{path} is in {file.encoding}, which lacks a character of the suggestion.") from None
    if there == reviewed:
        return data
    if b"\r\n" not in reviewed and there == reviewed.replace(b"\n", b"\r\n"):
        return data.replace(b"\n", b"\r\n")  # checked out with core.autocrlf
    raise UsageError(f"{path} differs from what was reviewed: check out the head, or commit; nothing was written.")


def _read(place: Path) -> bytes | None:
    """The bytes of a regular file; None where there is none."""
    try:
        return place.read_bytes() if place.is_file() and not place.is_symlink() else None
    except OSError as error:
        raise SourceError(f"{place} cannot be read ({error.strerror}): make it readable.") from error
