"""A git repository whose commits a test writes one after the other."""

from __future__ import annotations

from pathlib import Path

from benchmarks.guards.histories_git import run


class Clone:
    """``OWNER+NAME.git`` in a cache, as the benchmark expects it."""

    def __init__(self, cache: Path, name: str = "acme/tool") -> None:
        self.name, self.folder = name, cache / f"{name.replace('/', '+')}.git"
        self.folder.mkdir(parents=True)
        run(self.folder, "init", "-q", "-b", "main")
        self.day = 0

    def commit(self, **files: str | bytes) -> str:
        """A commit with these files; ``a__b`` stands for ``a/b``, and a name without a dot gets ``.py``."""
        self.day += 1
        for name, text in files.items():
            path = self.folder / (name.replace("__", "/") + ("" if "." in name else ".py"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        run(self.folder, "add", "-A")
        when = f"2020-01-{self.day:02}T00:00:00Z"
        run(self.folder, "commit", "-qm", f"day {self.day}", GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)
        return run(self.folder, "rev-parse", "HEAD").decode().strip()


BARE = """\
import json


def load(path):
    with open(path) as file:
        return json.load(file)
"""
GUARDED = """\
import json


def load(path):
    with open(path) as file:
        try:
            return json.load(file)
        except json.JSONDecodeError:
            return {}
"""
