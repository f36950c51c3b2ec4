"""Guards that real commits added around code that had stood without: what ``histories.json`` knows of each.

The file holds no code: repositories, commits, places and the names of exceptions. The code comes from the repositories.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.guards.mine import may_learn
from reviewbot.domain.errors import UsageError

DATA = Path(__file__).with_name("histories.json")


@dataclass(frozen=True)
class Repository:
    """``name`` is owner/name at GitHub, ``package`` its name on PyPI, ``at`` the commit whose history is read."""

    name: str
    package: str
    at: str


@dataclass(frozen=True)
class Guard:
    """A ``try`` that a commit put around code.

    Attributes:
        function: its qualified name.
        start, end: the code's lines before the commit, from 1; afterwards they are the body of the ``try``.
        match: ``same`` statements, the same ``calls`` in other statements, or ``part`` of what one statement called.
        exceptions: as written, of all clauses. resolved: the same through the file's imports.
        action: the kind of the first handler's last statement, as ``strip.action`` names it.
    """

    function: str
    start: int
    end: int
    match: str
    exceptions: tuple[str, ...]
    resolved: tuple[str, ...]
    action: str


@dataclass(frozen=True)
class History:
    """A commit that added guards to a file. ``lines``: of the file before. ``day``: of the commit, ISO 8601."""

    repository: str
    commit: str
    parent: str
    day: str
    path: str
    lines: int
    guards: tuple[Guard, ...]

    @property
    def name(self) -> str:
        """A name for files and tables; a commit is in the data once."""
        return f"{self.repository.replace('/', '+')}-{self.commit[:12]}"


@dataclass(frozen=True)
class Histories:
    """All of them, and the repositories that were read."""

    repositories: tuple[Repository, ...]
    histories: tuple[History, ...]


def plain(package: str) -> str:
    """A package's name as PyPI compares it: https://peps.python.org/pep-0503/#normalized-names."""
    return re.sub(r"[-_.]+", "-", package.lower())


def check_allowed(repository: Repository) -> None:
    """Raise ``UsageError`` where the rule of who may be learned from keeps a repository's package out."""
    if not may_learn(repository.package):
        raise UsageError(f"Leave {repository.name} out: its package {repository.package} is kept for judging alone.")


def load(path: Path = DATA) -> Histories:
    """What a file holds.

    Raises:
        UsageError: it is no such file, or names a package that may not be looked at.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
        found = Histories(
            tuple(Repository(**one) for one in data["repositories"]),
            tuple(_history(one) for one in data["histories"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"Make {path} anew with histories_collect: it holds no histories ({error}).") from error
    for repository in found.repositories:
        check_allowed(repository)
    return found


def _history(data: dict[str, Any]) -> History:
    guards = tuple(
        Guard(**{**one, "exceptions": tuple(one["exceptions"]), "resolved": tuple(one["resolved"])})
        for one in data["guards"]
    )
    return History(**{**data, "guards": guards})


def dump(histories: Histories, path: Path = DATA) -> None:
    """Write them, one repository and one history a line, so that a change to the file can be read."""
    parts = [
        f'"repositories": [\n{_lines(histories.repositories)}\n]',
        f'"histories": [\n{_lines(histories.histories)}\n]',
    ]
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")


def _lines(items: Iterable[Repository | History]) -> str:
    return ",\n".join(json.dumps(asdict(one)) for one in items)
