"""What a local forge remembers: one repository's pull requests and what is said there, in a file of its git folder."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from reviewbot.domain.errors import ForgeError, ForgeUnavailable

_VERSION = 1


@dataclass
class LocalComment:
    """A comment. ``kind`` is ``CommentKind``'s value."""

    id: int
    kind: str
    author: str
    body: str
    down: list[str] = field(default_factory=list)
    reactions: list[str] = field(default_factory=list)


@dataclass
class LocalThread:
    """Comments on lines ``start`` to ``end`` of ``path`` at ``commit``."""

    id: int
    path: str
    start: int
    end: int
    commit: str
    resolved_by: str | None = None
    comments: list[LocalComment] = field(default_factory=list)


@dataclass
class LocalPull:
    """A pull request: the branch ``head`` onto ``base``. ``last_head`` outlives a branch that is deleted."""

    number: int
    base: str
    head: str
    author: str
    state: str = "open"
    draft: bool = False
    labels: list[str] = field(default_factory=list)
    last_head: str = ""
    threads: list[LocalThread] = field(default_factory=list)
    notes: list[LocalComment] = field(default_factory=list)
    statuses: list[dict[str, str]] = field(default_factory=list)


@dataclass
class LocalState:
    """Everything. ``next_id`` numbers threads and comments."""

    next_id: int = 1
    pulls: list[LocalPull] = field(default_factory=list)

    def new_id(self) -> int:
        """A number that nothing has yet."""
        self.next_id += 1
        return self.next_id - 1


class LocalStore:
    """The file, locked while it is changed and replaced in one step.

    Args:
        folder: where it lies; made when it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def change(self) -> Iterator[LocalState]:
        """The state, written back at the end of the block, unless the block raises.

        Raises:
            ForgeUnavailable: the file cannot be read or written. ForgeError: it is not ours.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / "forge.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                state = self._load()
                yield state
                self._save(state)
        except OSError as error:
            raise ForgeUnavailable(f"{self._folder} cannot be used ({error.strerror}): mend its rights.") from None

    def read(self) -> LocalState:
        """The state as it stands."""
        try:
            return self._load()
        except OSError as error:
            raise ForgeUnavailable(f"{self._folder} cannot be read ({error.strerror}): mend its rights.") from None

    @property
    def _file(self) -> Path:
        return self._folder / "forge.json"

    def _load(self) -> LocalState:
        if not self._file.exists():
            return LocalState()
        try:
            data = json.loads(self._file.read_text(encoding="utf-8"))
            if data["version"] != _VERSION:
                raise ForgeError(f"{self._file} was written by another version: remove it to begin anew.")
            return LocalState(data["next_id"], [_pull(one) for one in data["pulls"]])
        except (ValueError, KeyError, TypeError):
            raise ForgeError(f"{self._file} is damaged: remove it to begin anew.") from None

    def _save(self, state: LocalState) -> None:
        fresh = self._file.with_suffix(".new")
        text = json.dumps({"version": _VERSION, **asdict(state)}, indent=1)
        with fresh.open("w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self._file)


def _pull(data: dict[str, Any]) -> LocalPull:
    threads = [_thread(one) for one in data.pop("threads")]
    notes = [LocalComment(**one) for one in data.pop("notes")]
    return LocalPull(**data, threads=threads, notes=notes)


def _thread(data: dict[str, Any]) -> LocalThread:
    comments = [LocalComment(**one) for one in data.pop("comments")]
    return LocalThread(**data, comments=comments)
