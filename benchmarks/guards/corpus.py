"""What is trained on: the samples of many packages, each with the field's counts less its own.

Two passes over the wheels, in processes, both kept in a folder: what each package guards (``mine``), then the
candidates of its cases with their features.
"""

from __future__ import annotations

import array
import os
import pickle
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from benchmarks.guards.make import Case, make_cases, package_name
from benchmarks.guards.mine import Table, read_package, table, usable
from benchmarks.guards.samples import Sample, digests, samples
from reviewbot.languages.python.reading import knowledge
from reviewbot.languages.python.weighing.repository import Repository
from reviewbot.resources import rules_dir

_FOLDS = 3
"""Cases a package: in each another quarter of its guarded functions loses the guard."""


@dataclass(frozen=True)
class Row:
    """Of one candidate all but its features: ``site`` is -1 where no guard was taken away."""

    site: int
    typed: bool
    statement: tuple[str, int]
    function: tuple[str, str]
    left: float = 1.0


@dataclass(frozen=True)
class Fold:
    """One case: a row of ``names`` numbers for each candidate, in one array; how each removed handler ended."""

    package: str
    names: tuple[str, ...]
    values: array.array[float]
    rows: tuple[Row, ...]
    actions: tuple[str, ...]

    @property
    def sites(self) -> int:
        """How many guards were taken away."""
        return len(self.actions)


def tables(wheels: Sequence[Path], cache: Path) -> dict[str, Table]:
    """What each package guards, by its wheel's name."""
    cache.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return dict(zip((w.name for w in wheels), pool.map(_table, [(w, cache) for w in wheels]), strict=True))


def total(parts: dict[str, Table]) -> Table:
    """All packages' counts together."""
    found = Table()
    for part in parts.values():
        found.add(part)
    return found


def folds(wheels: Sequence[Path], cache: Path) -> Iterator[Fold]:
    """The cases of every package, in the order of the wheels. ``tables`` must have been made in ``cache``."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for kept in pool.map(_folds, [(w, cache, tuple(wheels)) for w in wheels]):
            for path in kept:
                yield pickle.loads(path.read_bytes())


def _table(job: tuple[Path, Path]) -> Table:
    wheel, cache = job
    kept = cache / f"{wheel.name}.table"
    if not kept.exists():
        found = table(digests(read_package(wheel)).values())
        plain = Table(dict(found.guards), found.bare, found.everywhere, found.packages)
        kept.write_bytes(pickle.dumps(plain))
    return pickle.loads(kept.read_bytes())  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def _everything(wheels: tuple[Path, ...], cache: Path) -> Table:
    return total({w.name: _table((w, cache)) for w in wheels})


def _folds(job: tuple[Path, Path, tuple[Path, ...]]) -> list[Path]:
    wheel, cache, wheels = job
    done = cache / f"{wheel.name}.folds"
    if not done.exists():
        _make_folds(wheel, cache, wheels)
        done.touch()
    return sorted(cache.glob(f"{wheel.name}.fold-*"))


def _make_folds(wheel: Path, cache: Path, wheels: tuple[Path, ...]) -> None:
    files = read_package(wheel)
    if not files:
        return
    everything, own = _everything(wheels, cache), _table((wheel, cache))
    everything.add(own, -1)
    field = usable(everything)
    everything.add(own)
    found, known = digests(files), knowledge.load(rules_dir())
    for number, case in enumerate(make_cases(package_name(wheel), files, _FOLDS)):
        if not case.sites:
            return
        changed = {path: text for path, text in case.head.items() if files[path] != text}
        repository = Repository({**found, **digests(changed)})
        _keep(cache / f"{wheel.name}.fold-{number}", case, list(samples(case, repository, field, known)))


def _keep(path: Path, case: Case, found: Sequence[Sample]) -> None:
    if found:
        names = tuple(sorted(found[0].features))
        values = array.array("f", [one.features[name] for one in found for name in names])
        rows = tuple(Row(s.site, s.typed, (s.path, s.line), (s.path, s.function), s.left) for s in found)
        path.write_bytes(pickle.dumps(Fold(case.name, names, values, rows, tuple(s.action for s in case.sites))))
