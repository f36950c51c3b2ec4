"""Which Python files are reviewed: not tests, not migrations, not other people's code, not generated code."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_SKIPPED_FOLDERS = frozenset(
    {
        "test", "tests", "testing", "migrations",
        "_vendor", "_vendored", "vendor", "vendored", "third_party", "site-packages", "dist-packages", "node_modules",
    }
)  # fmt: skip
_SKIPPED_NAMES = re.compile(r"test_.*\.py|.*_test\.py|tests?\.py|conftest\.py|.*_pb2(_grpc)?\.py")

_MARKER_LINES = 20
# "@generated" is the convention of Phabricator and of many tools since; "Code generated … DO NOT EDIT." is Go's.
_MARKER = re.compile(r"^\s*#.*(@generated\b|\bDO NOT EDIT\b|\b(?:auto-?)?generated (?:by|from)\b)", re.I)


def reviewable(path: str) -> bool:
    """Whether a file of this path, ``/`` between parts, may be reviewed."""
    parts = PurePosixPath(path).parts
    if not parts or _SKIPPED_NAMES.fullmatch(parts[-1]):
        return False
    return not any(part.lower() in _SKIPPED_FOLDERS for part in parts[:-1])


def generated(text: str) -> bool:
    """Whether a comment in the first lines says that a program wrote the file."""
    return any(_MARKER.search(line) for line in text.split("\n", _MARKER_LINES)[:_MARKER_LINES])
