"""Guard-recall cases: real packages, some of their authors' own specific ``try``/``except`` taken away, as one change.

A package's *base* is the package with the chosen functions' bodies blanked, its *head* the chosen functions with their
guards removed. Three times as many functions that never had a guard are part of the change. The choice is the same on
every run.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import json
import os
import random
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.guards.strip import Function, action, eligible, functions, has_inner, strip

SHARE = 0.25
"""Of the guarded functions of a package, so many lose their guard."""
MAX_SITES = 60
"""A package."""
_LONGEST = 120
"""Lines of a function."""


@dataclass(frozen=True)
class Site:
    """Head lines that lost their guard, and what that guard was."""

    path: str
    start: int
    end: int
    exceptions: tuple[str, ...]
    action: str
    handler: str
    function: str
    try_lines: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Case:
    """One package as a change. ``changed``: path, first and last head line of each changed function."""

    name: str
    base: Mapping[str, str]
    head: Mapping[str, str]
    sites: tuple[Site, ...]
    changed: tuple[tuple[str, int, int], ...]


def read_wheel(wheel: Path) -> Mapping[str, str]:
    """The Python files of a wheel that are its own: no tests, nothing vendored, UTF-8."""
    found = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if (
                not name.endswith(".py")
                or ".." in name
                or any(part in name for part in ("/tests/", "_vendor", "/test_"))
            ):
                continue
            try:
                found[name] = archive.read(name).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
            except UnicodeDecodeError:
                continue
    return found


def package_name(wheel: Path) -> str:
    """``yt_dlp`` of ``yt_dlp-2026.1.1-py3-none-any.whl``."""
    return wheel.name.split("-")[0]


def make_case(name: str, files: Mapping[str, str]) -> Case:
    """The case of a package that is scored; ``files`` are its Python files by path."""
    return next(make_cases(name, files, 1))


def make_cases(name: str, files: Mapping[str, str], folds: int) -> Iterator[Case]:
    """Cases of a package; in each another quarter of its guarded functions, at most, loses the guard."""
    dice = random.Random(int(hashlib.sha256(name.encode()).hexdigest()[:8], 16))
    guarded, plain = _candidates(files)
    dice.shuffle(guarded)
    dice.shuffle(plain)
    many = min(MAX_SITES, max(1, int(len(guarded) * SHARE)))
    for fold in range(folds):
        chosen = guarded[fold * many : (fold + 1) * many]
        unguarded = plain[fold * many * 3 : fold * many * 3 + len(chosen) * 3]
        by_file: dict[str, list[tuple[int, bool]]] = {}
        for loses, places in ((True, chosen), (False, unguarded)):
            for path, line in places:
                by_file.setdefault(path, []).append((line, loses))
        yield _case(name, files, by_file)


def _candidates(files: Mapping[str, str]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Functions with one guard that can be taken away, and functions with none, by path and line."""
    guarded, plain = [], []
    for path in sorted(files, key=lambda p: Path(p).parts):
        text = files[path]
        tree = _parsed(text)
        if tree is None or any(c in text for c in "\t\r\f"):
            continue
        for function in functions(tree):
            size = (function.end_lineno or 0) - function.lineno
            if has_inner(function) or size > _LONGEST or function.body[0].lineno == function.lineno:
                continue
            tries = [n for n in ast.walk(function) if isinstance(n, ast.Try | ast.TryStar)]
            if len(tries) == 1 and eligible(tries[0]):
                guarded.append((path, function.lineno))
            elif not tries and size >= 6:
                plain.append((path, function.lineno))
    return guarded, plain


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return None


def _case(name: str, files: Mapping[str, str], by_file: Mapping[str, list[tuple[int, bool]]]) -> Case:
    base, head = dict(files), dict(files)
    sites: list[Site] = []
    changed: list[tuple[str, int, int]] = []
    for path, places in by_file.items():
        made = _change(path, files[path], sorted(places, reverse=True))
        if made is not None:
            base[path], head[path] = made[0], made[1]
            sites += made[2]
            changed += made[3]
    return Case(name, base, head, tuple(sites), tuple(changed))


def _change(
    path: str, text: str, places: list[tuple[int, bool]]
) -> tuple[str, str, list[Site], list[tuple[str, int, int]]] | None:
    """One file's base, head, sites and changed functions, from the bottom up; None where the result is no Python."""
    lines = text.split("\n")
    blank = list(lines)
    by_line = {f.lineno: f for f in functions(ast.parse(text))}
    sites: list[Site] = []
    spans: list[tuple[int, int]] = []
    for line, loses in places:
        function = by_line[line]
        first, last = function.body[0].lineno - 1, function.end_lineno or function.lineno
        site, delta = None, 0
        if loses:
            taken = _take(path, lines, function)
            if taken is None:
                continue
            lines, site, delta = taken
        blank[first:last] = [" " * function.body[0].col_offset + "raise NotImplementedError"]
        sites = [_moved(one, delta) for one in sites]
        spans = [(a + delta, b + delta) for a, b in spans] + [(first + 1, last + delta)]
        sites += [site] if site else []
    head, base = "\n".join(lines), "\n".join(blank)
    if _parsed(head) is None or _parsed(base) is None:
        return None
    return base, head, sites, [(path, a, b) for a, b in spans]


def _take(path: str, lines: list[str], function: Function) -> tuple[list[str], Site, int] | None:
    guard = next(n for n in ast.walk(function) if isinstance(n, ast.Try | ast.TryStar) and eligible(n))
    stripped = strip(lines, guard)
    caught = eligible(guard) or []
    if stripped is None or _orphaned(stripped[0], caught):
        return None  # an import left without a use would give the guard away
    new, (start, end) = stripped
    first = guard.handlers[0]
    handler = "\n".join(lines[first.lineno - 1 : guard.end_lineno])
    own = (guard.body[0].lineno, guard.body[-1].end_lineno or 0)
    site = Site(path, start, end, tuple(caught), action(first), handler, function.name, own)
    return new, site, len(new) - len(lines)


def _moved(site: Site, delta: int) -> Site:
    return Site(**{**asdict(site), "start": site.start + delta, "end": site.end + delta})


def _orphaned(lines: list[str], exceptions: list[str]) -> bool:
    roots = {e.split(".")[0] for e in exceptions if not hasattr(builtins, e.split(".")[0])}
    used = {n.id for n in ast.walk(ast.parse("\n".join(lines))) if isinstance(n, ast.Name)}
    return bool(roots - used)


def lay_out(case: Case, out: Path) -> Path:
    """The case as a git repository with tags ``base`` and ``head``, its truth beside it; the repository's folder."""
    root = out / case.name
    if root.exists():
        shutil.rmtree(root)
    _write(root, case.base)
    for arguments in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "base"), ("tag", "base")):
        _git(root, *arguments)
    _write(root, {path: text for path, text in case.head.items() if case.base[path] != text})
    _git(root, "commit", "-qam", "head")
    _git(root, "tag", "head")
    spans = [{"path": path, "start": a, "end": b} for path, a, b in case.changed]
    truth = {"name": case.name, "sites": [asdict(s) for s in case.sites], "changed": spans}
    (out / f"{case.name}.truth.json").write_text(json.dumps(truth, indent=1), "utf-8")
    return root


def _write(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())


def _git(root: Path, *arguments: str) -> None:
    day = "2026-01-01T00:00:00Z"
    subprocess.run(
        ["git", "-c", "user.name=b", "-c", "user.email=b@example.org", "-c", "core.autocrlf=false", *arguments],
        cwd=root, check=True, capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": str(root.parent), "GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day},
    )  # fmt: skip


def cases(wheels: list[Path]) -> Iterator[Case]:
    """The cases of several wheels."""
    for wheel in wheels:
        yield make_case(package_name(wheel), read_wheel(wheel))
