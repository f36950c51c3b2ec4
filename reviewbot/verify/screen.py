"""Nothing new for ruff, bandit and semgrep: one run of each over all edits of a review."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import ScannerError
from reviewbot.domain.source_file import SourceFile
from reviewbot.domain.suggestion import Evidence
from reviewbot.verify.bandit import Bandit
from reviewbot.verify.ruff import Ruff
from reviewbot.verify.scanner import Finding, Scan, Scanner
from reviewbot.verify.semgrep import Semgrep

_SECONDS = 300.0
_STRANGE = re.compile(r"[^A-Za-z0-9_]")


@dataclass(frozen=True)
class Screened:
    """One edit to look at.

    Attributes:
        key: unique in the review.
        before, after: the file without and with the edit.
        lines: the original's lines that the edit replaces, where it takes a smell away: on them a finding is the same
            by its rule alone, since their text changes.
        gone: ruff's rule that marks the smell: fewer of it must be found after the edit than before.
        alike: rules that may mark what is left of the same smell in its place.
    """

    key: str
    before: SourceFile
    after: SourceFile
    lines: LineRange | None = None
    gone: str | None = None
    alike: tuple[str, ...] = ()


_TRIVIAL = Screened("trivial", SourceFile("trivial.py", "x = 1\n"), SourceFile("trivial.py", "x = 1\n"))


@dataclass(frozen=True)
class _Placed:
    """Where an edit's two files lie in the scanned folder."""

    item: Screened
    before: str
    after: str


def screen(
    items: Sequence[Screened], rules: Path, scanners: Sequence[Scanner] | None = None, seconds: float = _SECONDS
) -> Mapping[str, tuple[Evidence, ...]]:
    """Evidence of each scanner for each edit, by key.

    Args:
        items: the edits. rules: the folder of ``resources.rules_dir``. scanners: ruff, bandit and semgrep by default.
        seconds: each scanner's time limit.

    Raises:
        ScannerError: a scanner does not work; nothing is known of any edit.
    """
    if not items:
        return {}
    chosen = scanners if scanners is not None else (Ruff(), Bandit(), Semgrep(rules / "semgrep"))
    with ThreadPoolExecutor(max_workers=len(chosen)) as pool:
        scans = list(pool.map(lambda scanner: _scan(scanner, items, seconds), chosen))
    return {item.key: tuple(evidence[item.key] for evidence in scans) for item in items}


def _scan(scanner: Scanner, items: Sequence[Screened], seconds: float) -> Mapping[str, Evidence]:
    """One run over all items. Where it fails but the scanner works, one item is to blame: then each has its own run."""
    try:
        return _run(scanner, items, seconds)
    except ScannerError:
        _run(scanner, [_TRIVIAL], seconds)
    return {item.key: _alone(scanner, item, seconds / len(items)) for item in items}


def _alone(scanner: Scanner, item: Screened, seconds: float) -> Evidence:
    try:
        return _run(scanner, [item], seconds)[item.key]
    except ScannerError as error:
        return Evidence(scanner.name, False, str(error))


def _run(scanner: Scanner, items: Sequence[Screened], seconds: float) -> Mapping[str, Evidence]:
    began = perf_counter()
    with tempfile.TemporaryDirectory(prefix="reviewbot-screen-") as folder:
        placed = _lay_out(Path(folder), items)
        scan = scanner.scan(Path(folder).resolve(), seconds)
    share = round((perf_counter() - began) / len(items), 4)
    return {one.item.key: _evidence(scanner.name, scan, one, share) for one in placed}


def _lay_out(folder: Path, items: Sequence[Screened]) -> list[_Placed]:
    """Write the files, each content once: several edits of one file have the same file before them."""
    written: dict[tuple[str, bytes], str] = {}
    return [
        _Placed(item, _write(folder, number, item.before, written), _write(folder, number, item.after, written))
        for number, item in enumerate(items)
    ]


def _write(folder: Path, number: int, file: SourceFile, written: dict[tuple[str, bytes], str]) -> str:
    """Under a name of our own making, since a hostile path could leave the folder or be skipped."""
    stem = _STRANGE.sub("_", Path(file.path).stem)[:40] or "module"
    key = stem, file.encode()
    if key not in written:
        written[key] = f"n{number}_{len(written)}/{stem}.py"
        (folder / written[key]).parent.mkdir()
        (folder / written[key]).write_bytes(key[1])
    return written[key]


def _evidence(name: str, scan: Scan, placed: _Placed, seconds: float) -> Evidence:
    unread = scan.unread.get(placed.before) or scan.unread.get(placed.after)
    if unread:
        return Evidence(name, False, f"{name} could not read the whole file: {unread}", seconds)
    item = placed.item
    old = Counter(mark for mark, _ in _marked(scan, placed.before, item, edited=False))
    fresh: Finding | None = None
    for mark, finding in _marked(scan, placed.after, item, edited=True):
        old[mark] -= 1
        fresh = fresh or (finding if old[mark] < 0 else None)
    if fresh:
        return Evidence(name, False, f"{name} finds something new, {fresh.rule}: {fresh.message}", seconds)
    if name == Ruff.name and item.gone:
        return _gone(scan, placed, item.gone, seconds)
    return Evidence(name, True, f"{name} finds nothing new", seconds)


def _gone(scan: Scan, placed: _Placed, rule: str, seconds: float) -> Evidence:
    """Whether ruff, too, saw the smell, and sees it no more."""
    found = Counter(finding.path for finding in scan.findings if finding.rule == rule)
    if found[placed.after] < found[placed.before]:
        return Evidence(Ruff.name, True, f"ruff finds {rule} before and not after, and nothing new", seconds)
    return Evidence(Ruff.name, False, f"ruff does not find {rule} here, or still finds it after the edit", seconds)


def _marked(scan: Scan, path: str, item: Screened, *, edited: bool) -> Iterator[tuple[tuple[str, str], Finding]]:
    """Each finding with what makes it the same before and after: its rule and its line's text, not its number."""
    file = item.after if edited else item.before
    lines, inside = file.lines, _inside(item, edited=edited)
    for finding in scan.findings:
        if finding.path == path:
            within = inside is not None and inside.start <= finding.line <= inside.end
            text = " ".join(lines[finding.line - 1].split()) if 0 < finding.line <= len(lines) else ""
            smell = item.gone if within and item.gone and finding.rule in item.alike else finding.rule
            yield (smell, "" if within else text), finding


def _inside(item: Screened, *, edited: bool) -> LineRange | None:
    """The lines of the edit, before or after it."""
    if item.lines is None or not edited:
        return item.lines
    longer = len(item.after.lines) - len(item.before.lines)
    return LineRange(item.lines.start, item.lines.end + longer)
