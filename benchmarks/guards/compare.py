"""What the bot is measured against: how often the field guards a callee, and the rules that linters have."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.guards.make import Case
from benchmarks.guards.samples import Sample, digests, samples
from benchmarks.guards.score import Mark
from reviewbot.languages.python.reading.knowledge import Knowledge
from reviewbot.languages.python.weighing.choose import Rated, choose
from reviewbot.languages.python.weighing.field import Field
from reviewbot.languages.python.weighing.repository import Repository

_RULES = "S110,S113,S310,S603,SIM115,PLW1510,PLW1514,B904,BLE,TRY,E722,DOC501,PLW0120"
"""Of ruff's rules those that speak of failures or of calls that fail."""


def dev_samples(cases: Sequence[Case], field: Field, knowledge: Knowledge) -> list[list[Sample]]:
    """Every candidate of each case with its features, as a review of its head would weigh them."""
    return [list(samples(case, Repository(digests(case.head)), field, knowledge)) for case in cases]


def marks(
    found: Sequence[Sequence[Sample]], cases: Sequence[Case], probability: Callable[[Sample], float]
) -> list[Mark]:
    """The marks of suggestions that are chosen by ``probability``, with no handler and no proof asked for."""
    result: list[Mark] = []
    first = 0
    for case, candidates in zip(cases, found, strict=True):
        rated = [Rated(s, (s.path, s.function), (s.path, s.line), probability(s)) for s in candidates]
        for choice in choose(rated):
            hit = frozenset(first + s.site for s in choice.kept if s.site >= 0)
            typed = frozenset(first + s.site for s in choice.kept if s.typed)
            result.append(Mark(choice.confidence, hit, typed))
        first += len(case.sites)
    return result


def ruff_marks(cases: Sequence[Case], out: Path) -> list[Mark]:
    """Ruff's findings on changed lines as suggestions of confidence 1; none names an exception to catch."""
    found: list[Mark] = []
    first = 0
    for case in cases:
        for path, row in _ruff(out / case.name):
            if any(p == path and a <= row <= b for p, a, b in case.changed):
                hits = (i for i, s in enumerate(case.sites) if s.path == path and s.start <= row <= s.end)
                found.append(Mark(1.0, frozenset(first + i for i in hits)))
        first += len(case.sites)
    return found


def _ruff(root: Path) -> Iterator[tuple[str, int]]:
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent)) or "ruff"
    command = [ruff, "check", "--isolated", "--preview", "--select", _RULES, "--output-format", "json", "."]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    for one in json.loads(done.stdout or "[]"):
        yield str(Path(one["filename"]).relative_to(root.resolve())), one["location"]["row"]
