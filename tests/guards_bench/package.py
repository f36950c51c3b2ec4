"""A package small enough to be counted by hand, as files and as a wheel."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

GUARDED = '''\
def read{0}(path):
    """The rows."""
    rows = []
    try:
        rows = json.loads(path)
    except {1}:
        rows = None
    return rows
'''
PLAIN = """\
def sum{0}(rows):
    total = 0
    for row in rows:
        total += row
    total += {0}
    total += 1
    total += 2
    return total
"""


def module(guarded: int, plain: int, exception: str = "ValueError") -> str:
    """A file of so many functions with a guard and without, all different."""
    parts = [GUARDED.format(n, exception) for n in range(guarded)] + [PLAIN.format(n) for n in range(plain)]
    return "\n\n".join(["import json\n", *parts])


def wheel(folder: Path, name: str, files: Mapping[str, str | bytes]) -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inner, text in files.items():
            archive.writestr(inner, text)
    return path
