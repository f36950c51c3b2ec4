"""git over a repository's objects alone: none of its settings, attributes, grafts or replacements is in force.

So ``blame.ignoreRevsFile``, ``.git-blame-ignore-revs``, ``refs/replace`` and a work tree's ``.gitattributes`` cannot
change who wrote a line, and an object that a partial clone lacks is an error, not a download.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from reviewbot.domain.errors import SourceError, SourceUnavailable
from reviewbot.source.git import complaint, git_command, git_environment, run_git
from reviewbot.source.repository import Repository

MOST_BYTES = 256 * 1024 * 1024
"""Of one answer of git's. A diff over this is no change that anybody reviews."""

_CONFIG = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = {}\n"


class TooMuch(SourceError):
    """git printed more than is read."""


@dataclass(frozen=True)
class Found:
    """An object. ``data`` is None where it is larger than was asked for, or no file."""

    id: str
    kind: str
    size: int
    data: bytes | None = None


class Room:
    """An empty repository that borrows another's objects; made by ``open_room``.

    Args:
        folder: the empty repository. objects, shallow: the other's. seconds: that all its calls may take together.
    """

    def __init__(self, folder: Path, objects: Path, shallow: Path, seconds: float) -> None:
        self._folder, self._objects, self._shallow = folder, objects, shallow
        self._until = time.monotonic() + seconds
        self._environment = {
            "GIT_DIR": str(folder),
            "GIT_OBJECT_DIRECTORY": str(objects),
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            **({"GIT_SHALLOW_FILE": str(shallow)} if shallow.exists() else {}),
        }

    def part(self, seconds: float) -> Room:
        """The same, for work that may take no more than ``seconds`` of what is left."""
        left = max(self._until - time.monotonic(), 0.0)
        return Room(self._folder, self._objects, self._shallow, min(seconds, left))

    def git(self, *arguments: str, stdin: bytes = b"", most: int = MOST_BYTES) -> bytes:
        """What ``git ARGUMENTS`` prints.

        Args:
            stdin: given to it. most: bytes that are read.

        Raises:
            TooMuch: it printed more. SourceUnavailable: the time was over. SourceError: git refused.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise SourceUnavailable(f"git {arguments[0]} did not begin in time: try again later.")
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as told:
            given.write(stdin)
            given.seek(0)
            out, code, late = self._run(arguments, (given, told), most, left)
            told.seek(0)
            said = told.read(4096)
        if late:
            raise SourceUnavailable(f"git {arguments[0]} did not end in time: try again later.")
        if len(out) > most:
            raise TooMuch(f"git {arguments[0]} printed more than {most} bytes: split the change.")
        if code:
            raise SourceError(f"git {arguments[0]} failed: {complaint(said)}")
        return out

    def _run(
        self, arguments: Sequence[str], files: tuple[IO[bytes], IO[bytes]], most: int, seconds: float
    ) -> tuple[bytes, int, bool]:
        """Output, exit code, and whether the time was over."""
        late = threading.Event()
        with subprocess.Popen(
            git_command(self._folder, arguments),
            stdin=files[0],
            stdout=subprocess.PIPE,
            stderr=files[1],
            env=git_environment(self._environment),
            start_new_session=True,
        ) as process:

            def stop() -> None:
                late.set()
                with suppress(ProcessLookupError):  # with all that it started, which hold the pipe as well
                    os.killpg(process.pid, signal.SIGKILL)

            timer = threading.Timer(seconds, stop)
            timer.start()
            try:
                out = process.stdout.read(most + 1) if process.stdout else b""
                if len(out) > most:
                    process.kill()
                code = process.wait()
            finally:
                timer.cancel()
        return out, code, late.is_set()

    def find(self, names: Sequence[str]) -> list[Found | None]:
        """Kind and size of each object by a name without line ends, ``id:path`` too; None where there is none."""
        if not names:
            return []
        asked = "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")
        out = self.git("cat-file", "--batch-check", stdin=asked).split(b"\n")
        return [_found(line) for line in out[: len(names)]]

    def read(self, names: Sequence[str], most: int) -> list[Found | None]:
        """The objects by their names; those that are files of at most ``most`` bytes with their data."""
        found = self.find(names)
        wanted = list(dict.fromkeys(one.id for one in found if one and one.kind == "blob" and one.size <= most))
        if not wanted:
            return found
        out = self.git("cat-file", "--batch", stdin="".join(f"{one}\n" for one in wanted).encode())
        data = dict(zip(wanted, _contents(out), strict=True))
        return [one and Found(one.id, one.kind, one.size, data.get(one.id)) for one in found]


@contextmanager
def open_room(repository: Repository, commit: str, seconds: float) -> Iterator[Room]:
    """A room over the objects of ``repository``.

    Args:
        commit: a full id of one of its commits, by whose length its hash is known.
        seconds: that all work in it may take together.
    """
    common = _path(repository, "--git-common-dir")
    with tempfile.TemporaryDirectory(prefix="reviewbot-room-") as place:
        folder = Path(place)
        for name in ("objects", "refs"):
            (folder / name).mkdir()
        (folder / "HEAD").write_text("ref: refs/heads/none\n")
        (folder / "config").write_text(_CONFIG.format("sha256" if len(commit) == 64 else "sha1"))
        yield Room(folder, common / "objects", common / "shallow", seconds)


def _path(repository: Repository, option: str) -> Path:
    told = run_git(repository.git_dir, "rev-parse", option).decode("utf-8", "surrogateescape").rstrip("\n")
    return (repository.git_dir / told).resolve()


def _found(line: bytes) -> Found | None:
    fields = line.rsplit(b" ", 2)
    if len(fields) != 3 or not fields[2].isdigit():
        return None
    return Found(fields[0].decode(), fields[1].decode(), int(fields[2]))


def _contents(out: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(out):
        end = out.index(b"\n", at)
        size = int(out[at:end].rsplit(b" ", 1)[1])
        yield out[end + 1 : end + 1 + size]
        at = end + size + 2
