"""Clones: getting them, reading their history, laying a moment of it out for a review. Nothing is checked out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.guards.histories import History
from reviewbot.domain.errors import SourceError

SINCE = "2015-01-01"
"""Older commits are mostly Python 2."""
_FORGE = "https://github.com/"
_CLONING = threading.Lock()
"""One at a time: several reviews may want the same clone."""
_EXCEPT = r"^[[:space:]]+except[ (]"
_ADDED = re.compile(r"^\+\s+except[ (]", re.M)
_TRY = re.compile(r"^\+\s+try:", re.M)
_ELSEWHERE = re.compile(
    r"(^|/)(tests?|testing|testsuites?|docs?|examples?|samples?|benchmarks?|migrations)(/|$)"
    r"|(^|/)(_?vendor(ed)?|third_?party|extern(al)?)(/|$)"
    r"|(^|/)(test_[^/]*|[^/]*_tests?|tests|conftest)\.py$"
)
"""Paths whose code is no product's, or another's."""


@dataclass(frozen=True)
class Touch:
    """A commit that adds a ``try`` somewhere in a file."""

    commit: str
    parent: str
    day: str
    path: str


def clone(name: str, cache: Path) -> Path:
    """The bare clone of a GitHub repository, made where ``cache/OWNER+NAME.git`` is not there yet.

    Raises:
        SourceError: git could not clone it.
    """
    folder = cache / f"{name.replace('/', '+')}.git"
    with _CLONING:
        if not folder.exists():
            cache.mkdir(parents=True, exist_ok=True)
            part = folder.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            run(cache, "clone", "-q", "--bare", "--single-branch", f"{_FORGE}{name}.git", str(part))
            part.rename(folder)
    return folder


def run(folder: Path, *arguments: str, **environment: str) -> bytes:
    """What a git command in a folder prints.

    Raises:
        SourceError: it failed.
    """
    pinned = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in _WHO.items()}
    done = subprocess.run(
        ["git", "-c", "core.quotePath=false", *arguments],
        cwd=folder, env={**own, **pinned, **who, **environment}, capture_output=True,
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SourceError(f"git {arguments[0]} failed in {folder}: {said[-1] if said else 'it said nothing'}")
    return done.stdout


_WHO = {"NAME": "benchmark", "EMAIL": "benchmark@example.org", "DATE": "2026-01-01T00:00:00Z"}


def touches(folder: Path, at: str, since: str = SINCE) -> Iterator[Touch]:
    """Every commit and file up to ``at`` whose diff adds a ``try`` with a clause; no tests, no vendored code."""
    log = run(
        folder, "log", "--no-merges", f"--since={since}", "--no-renames", "--diff-filter=M", "--no-ext-diff",
        "--no-textconv", "--no-color", "--src-prefix=a/", "--dst-prefix=b/", "--format=%x00%H %P %cs", "-p", "-U0",
        f"-G{_EXCEPT}", at, "--", "*.py",
    ).decode("utf-8", "replace")  # fmt: skip
    for entry in log.split("\0")[1:]:
        head, _, patch = entry.partition("\n")
        words = head.split()
        if len(words) != 3:  # the first commit has no parent
            continue
        for part in re.split(r"^diff --git ", patch, flags=re.M)[1:]:
            path = re.search(r"^\+\+\+ b/(.+)$", part, re.M)
            if path and not _ELSEWHERE.search(path[1]) and _TRY.search(part) and _ADDED.search(part):
                yield Touch(words[0], words[1], words[2], path[1].rstrip("\t"))


def text(folder: Path, commit: str, path: str) -> str | None:
    """A file of a commit; None where it is not UTF-8."""
    try:
        return run(folder, "cat-file", "blob", f"{commit}:{path}").decode("utf-8")
    except UnicodeDecodeError:
        return None


def resolve(folder: Path, revision: str) -> str:
    """The full name of a commit."""
    return run(folder, "rev-parse", "--verify", "-q", f"{revision}^{{commit}}").decode().strip()


def lay_out(history: History, folder: Path, out: Path) -> Path:
    """A git repository whose tag ``head`` is the tree before the guard, and ``base`` the same without the touched file.

    It borrows the clone's objects; so the change is the whole file as it stood, among all that stood around it.
    """
    root = out / history.name
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    run(root, "init", "-q", "-b", "main")
    objects = run(folder, "rev-parse", "--path-format=absolute", "--git-path", "objects").decode().strip()
    (root / ".git/objects/info/alternates").write_text(objects + "\n", "utf-8")
    run(root, "read-tree", history.parent)
    for path in _lacking(root, history.parent):
        run(root, "update-index", "--force-remove", path)
    tree = run(root, "write-tree").decode().strip()
    run(root, "update-index", "--force-remove", history.path)
    without = run(root, "write-tree").decode().strip()
    base = run(root, "commit-tree", without, "-m", "base").decode().strip()
    head = run(root, "commit-tree", tree, "-p", base, "-m", "head").decode().strip()
    run(root, "tag", "base", base)
    run(root, "tag", "head", head)
    run(root, "update-ref", "refs/heads/main", head)
    return root


def _lacking(root: Path, commit: str) -> list[str]:
    """The files whose content the clone lacks: partial clones, and snapshots without large files, have such."""
    entries = run(root, "ls-tree", "-r", "-l", "-z", commit).decode("utf-8", "surrogateescape").split("\0")
    parts = (entry.split("\t", 1) for entry in entries if entry)
    return [path for facts, path in parts if facts.split()[3] == "BAD"]
