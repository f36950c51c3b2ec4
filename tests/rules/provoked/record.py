"""The committed records of what the rows raised, and how what is seen is compared with them and with the knowledge."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.knowledge_check import files, resolve
from tests.rules.provoked.harness import Seen
from tests.rules.provoked.row import Row

STANDARD = Path(__file__).resolve().parent / "seen.json"
LIBRARY = STANDARD.parent / "libraries" / "seen.json"
PYTHON = ".".join(map(str, sys.version_info[:2]))

CALLABLES: dict[str, dict[str, Any]] = {n: e for d in files().values() for n, e in d["callables"].items()}
LIBRARIES: dict[str, str] = {n: d["library"] for d in files().values() for n in d["callables"]}


def key(row: Row) -> str:
    """What a row stands under in the record."""
    return f"{row.name} {row.exception}"


def disagreement(row: Row, seen: Seen) -> str | None:
    """What the knowledge says otherwise than what was seen; None where they agree.

    The seen class must be the one that the row claims, or a subclass of it; and that one must be listed.
    """
    listed = [failure["exception"] for failure in CALLABLES[row.name]["raises"]]
    if row.exception not in listed:
        return f"{row.name} does not list {row.exception}, of which {seen.raised} was seen: {seen.message}"
    claimed = resolve(row.exception)
    if f"{claimed.__module__}.{claimed.__qualname__}".removeprefix("builtins.") not in (seen.raised, *seen.bases):
        return f"{row.name} lists {row.exception}, but {seen.raised} was seen: {seen.message}"
    return None


def made(rows: Iterable[tuple[Row, Seen]]) -> dict[str, Any]:
    """The record of some rows, as plain data."""
    rows = sorted(rows, key=lambda pair: key(pair[0]))
    libraries = sorted({LIBRARIES[row.name] for row, _ in rows} - {"python"}, key=str.lower)
    return {
        "python": PYTHON,
        "system": platform.system(),
        "libraries": {name: importlib.metadata.version(name) for name in libraries},
        "callables": len({row.name for row, _ in rows}),
        "seen": {key(row): asdict(seen) for row, seen in rows},
    }


def text(record: Mapping[str, Any]) -> str:
    """The record as it is written to its file."""
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def read(path: Path) -> dict[str, Any]:
    """A committed record."""
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def difference(row: Row, seen: Seen, record: Mapping[str, Any]) -> str | None:
    """Where a record says otherwise than what was seen; None for one of another Python, which may raise subclasses."""
    if record["python"] != PYTHON:
        return None
    before = record["seen"].get(key(row), {"raised": "nothing", "call": "none"})
    if (seen.raised, seen.call) == (before["raised"], before["call"]):
        return None
    return (
        f"{row.name}: {seen.raised} was seen of {seen.call}, where the record has {before['raised']} of "
        f"{before['call']}: run python -m benchmarks.provoke, and look at what changed."
    )
