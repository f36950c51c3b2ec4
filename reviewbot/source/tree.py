"""The files of one commit, read straight from the object database: nothing is ever checked out."""

from __future__ import annotations

import subprocess
import threading
import weakref
from functools import cached_property
from pathlib import Path

from reviewbot.domain.errors import SourceError
from reviewbot.source.git import git_command, git_environment, run_git

MAX_BYTES = 4 * 1024 * 1024
"""A file over this is no source that a person wrote; it is not read."""


class GitTree:
    """A commit's files; implements ``domain.source_file.Tree``. Thread-safe.

    Args:
        path: the repository's folder. commit: a full commit id.
    """

    def __init__(self, path: Path, commit: str) -> None:
        self._path = path
        self._commit = commit
        self._lock = threading.Lock()
        self._greps: dict[tuple[tuple[str, ...], str], tuple[str, ...]] = {}

    def read(self, path: str) -> bytes | None:
        """The bytes of a regular file of at most ``MAX_BYTES``; None where there is none at that path."""
        entry = self._entries.get(path)
        if entry is None or entry[1] > MAX_BYTES:
            return None
        with self._lock:
            return self._batch.read(entry[0])

    def paths(self) -> tuple[str, ...]:
        """Every regular file, sorted."""
        return tuple(sorted(self._entries))

    def size(self, path: str) -> int | None:
        """The bytes of a regular file; None where there is none."""
        entry = self._entries.get(path)
        return entry[1] if entry else None

    def grep(self, words: tuple[str, ...], suffix: str) -> tuple[str, ...]:
        """Paths ending in ``suffix`` whose text holds one of ``words`` (plain text), sorted."""
        key = (words, suffix)
        if key not in self._greps:
            self._greps[key] = self._grep(words, suffix)
        return self._greps[key]

    def _grep(self, words: tuple[str, ...], suffix: str) -> tuple[str, ...]:
        usable = [w for w in words if w and "\n" not in w and "\0" not in w]
        if not usable:
            return ()
        patterns = [part for word in usable for part in ("-e", word)]
        where = [f":(glob)**/*{suffix}"]
        out = run_git(
            self._path,
            *("grep", "-l", "-z", "-F", "--full-name", *patterns, self._commit, "--", *where),
            environment={"GIT_LITERAL_PATHSPECS": "0"},
            accept=(0, 1),
        )
        names = (name.partition(b":")[2].decode("utf-8", "surrogateescape") for name in out.split(b"\0") if name)
        return tuple(sorted(name for name in names if name in self._entries))

    @cached_property
    def _entries(self) -> dict[str, tuple[str, int]]:
        """Path to object id and size, of regular files alone."""
        out = run_git(self._path, "ls-tree", "-r", "-l", "-z", "--full-tree", self._commit)
        entries = {}
        for record in out.split(b"\0"):
            meta, _, name = record.partition(b"\t")
            fields = meta.split()
            if len(fields) == 4 and fields[0] in (b"100644", b"100755", b"100664"):
                path = name.decode("utf-8", "surrogateescape")
                entries[path] = (fields[2].decode(), _bytes(path, fields[3]))
        return entries

    @cached_property
    def _batch(self) -> _Batch:
        return _Batch(self._path)


def _bytes(path: str, told: bytes) -> int:
    """The size that git tells; of an object that a partial clone has not fetched it tells ``BAD``."""
    if not told.isdigit():
        raise SourceError(f"{path!r} is missing from the repository: fetch it in full, without a filter.")
    return int(told)


class _Batch:
    """One ``git cat-file --batch`` process, ended with its owner."""

    def __init__(self, path: Path) -> None:
        self._process = subprocess.Popen(
            git_command(path, ("cat-file", "--batch")),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=git_environment(),
        )
        weakref.finalize(self, _end, self._process)

    def read(self, oid: str) -> bytes:
        """The bytes of the object ``oid``.

        Raises:
            SourceError: the object is missing, or git ended.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise SourceError("git cat-file has no pipes: run the command again.")
        try:
            stdin.write(oid.encode() + b"\n")
            stdin.flush()
            header = stdout.readline().split()
            if len(header) != 3:
                raise SourceError(f"The object {oid} is missing from the repository: fetch it again.")
            data = stdout.read(int(header[2]))
            stdout.read(1)
        except OSError as error:
            raise SourceError(f"git cat-file ended early: run the command again ({error}).") from error
        return data


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.kill()
    process.wait()
