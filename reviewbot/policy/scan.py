"""bandit and semgrep on the changed files of the head; what they find on changed lines is kept."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path, PurePosixPath

from reviewbot.domain.source_file import Tree
from reviewbot.policy.runs import Found, Run
from reviewbot.verify.bandit import Bandit
from reviewbot.verify.scanner import Scan, Scanner
from reviewbot.verify.semgrep import Semgrep

_SUFFIXES = (".py", ".pyi", ".pyw")
_SECONDS = 300.0
_OTHER_LINE_ENDS = re.compile(rb"\r(?!\n)|\f")
# Tests assert; bandit's own documentation leaves B101 out of them
# (https://bandit.readthedocs.io/en/latest/plugins/b101_assert_used.html).
_ASSERT = "B101"
# Of an import alone, of low severity, whose uses bandit tells one by one: blocking it would ask for nothing that helps
# (https://bandit.readthedocs.io/en/latest/blacklists/blacklist_imports.html).
_IMPORTS = frozenset(f"B{number}" for number in range(403, 411))
_TEST_NAMES = re.compile(r"test_.*|.*_test|conftest|tests?")


def scannable(path: str) -> bool:
    """Whether there is a scanner for the file's language."""
    return path.endswith(_SUFFIXES)


def scanned(
    runs: Sequence[Run], tree: Tree, rules: Path, scanners: Sequence[Scanner] | None = None, seconds: float = _SECONDS
) -> tuple[Run, ...]:
    """The runs with what is found on their lines. A file that could not be read wholly has a finding on each run.

    Args:
        runs: of the head. tree: the head's. rules: the folder of ``resources.rules_dir``.
        scanners: bandit and semgrep by default. seconds: the time limit of each.

    Raises:
        ScannerError: a scanner did not work; nothing is known.
    """
    paths = sorted({run.path for run in runs if scannable(run.path)})
    if not paths:
        return tuple(runs)
    chosen = scanners if scanners is not None else (Bandit(), Semgrep(rules / "semgrep"))
    with tempfile.TemporaryDirectory(prefix="reviewbot-policy-") as place:
        folder = Path(place).resolve()
        names, unread = _lay_out(folder, tree, paths)
        scans = _scan(folder, chosen, seconds) if names else {}
    unread |= {(name, path): why for name, scan in scans.items() for path, why in _unread(scan, names)}
    found = [(path, one) for name, scan in scans.items() for path, one in _findings(name, scan, names)]
    return tuple(_with(run, found, unread) for run in runs)


def _scan(folder: Path, scanners: Sequence[Scanner], seconds: float) -> Mapping[str, Scan]:
    with ThreadPoolExecutor(max_workers=len(scanners)) as pool:
        scans = pool.map(lambda scanner: scanner.scan(folder, seconds), scanners)
        return {scanner.name: scan for scanner, scan in zip(scanners, scans, strict=True)}


def _lay_out(folder: Path, tree: Tree, paths: Iterable[str]) -> tuple[Mapping[str, str], dict[tuple[str, str], str]]:
    """Write the files under names of our own, since a hostile path could leave the folder or be skipped.

    Gives the path of each name, and what cannot be scanned, with the reason.
    """
    names, unread = {}, {}
    for number, path in enumerate(paths):
        data = tree.read(path)
        if data is None:
            unread["scan", path] = "it is no regular file, or too large to be read"
        elif _OTHER_LINE_ENDS.search(data):
            unread["scan", path] = "it has lone carriage returns or form feeds, so that its lines count otherwise"
        else:
            name = f"n{number}/module.py"
            (folder / name).parent.mkdir()
            (folder / name).write_bytes(data)
            names[name] = path
    return names, unread


def _unread(scan: Scan, names: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    return ((names[name], why) for name, why in scan.unread.items())


def _findings(scanner: str, scan: Scan, names: Mapping[str, str]) -> Iterable[tuple[str, Found]]:
    for one in scan.findings:
        path = names[one.path]
        if one.rule not in _IMPORTS and not (one.rule == _ASSERT and _is_test(path)):
            yield path, Found(scanner, one.rule, one.line, " ".join(one.message.split()))


def _is_test(path: str) -> bool:
    parts = PurePosixPath(path)
    return any(_TEST_NAMES.fullmatch(name) for name in (*parts.parent.parts, parts.stem))


def _with(run: Run, found: Iterable[tuple[str, Found]], unread: Mapping[tuple[str, str], str]) -> Run:
    own = [one for path, one in found if path == run.path and one.line in run.lines]
    own += [
        Found(scanner, "not-read", run.lines.start, f"the file could not be scanned: {why}.")
        for (scanner, path), why in unread.items()
        if path == run.path
    ]
    return replace(run, findings=tuple(sorted(own, key=lambda one: (one.line, one.scanner, one.rule))))
