"""What is trained on: candidates of cases, and the truth beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.guards.corpus import Fold, folds, tables, total
from benchmarks.guards.make import Case, Site, make_case, package_name, read_wheel
from benchmarks.guards.samples import Sample, digests, samples
from reviewbot.languages.python.weighing.repository import Repository
from tests.guards_bench.package import module, wheel
from tests.languages.python.weighing.kit import knows, shipped

HEAD = '''\
import json


def load(text):
    """The rows."""
    rows = json.loads(text)
    return rows


def total(rows, key):
    count = int(key)
    return rows[count]
'''


def made(sites: list[Site], changed: list[tuple[str, int, int]] | None = None) -> list[Sample]:
    changed = changed or [("pkg/a.py", 5, 7), ("pkg/a.py", 11, 12)]
    case = Case("pkg", {"pkg/a.py": HEAD}, {"pkg/a.py": HEAD}, tuple(sites), tuple(changed))
    return list(samples(case, Repository(digests(case.head)), shipped().field, knows()))


def site(start: int, end: int, *exceptions: str) -> Site:
    return Site("pkg/a.py", start, end, exceptions, "Return", "", "load")


def test_every_candidate_of_the_changed_lines_is_a_sample() -> None:
    found = made([])
    assert {(s.line, s.function) for s in found} == {(6, "load"), (11, "total"), (12, "total")}
    assert ("JSONDecodeError", 6) in {(s.exception, s.line) for s in found}
    assert {s.path for s in found} == {"pkg/a.py"}
    assert all(s.site == -1 and not s.typed for s in found)
    assert len({tuple(sorted(s.features)) for s in found}) == 1
    assert set(found[0].features) == set(shipped().forest.features)


def test_lines_that_are_not_changed_give_no_sample() -> None:
    assert {s.line for s in made([], [("pkg/a.py", 11, 11)])} == {11}


@pytest.mark.parametrize(
    ("taken", "line", "exception", "wanted"),
    [
        (site(6, 6, "ValueError"), 6, "JSONDecodeError", (0, True)),  # a subclass
        (site(6, 6, "json.JSONDecodeError"), 6, "ValueError", (0, True)),  # its base
        (site(6, 6, "ValueError"), 6, "TypeError", (0, False)),
        (site(6, 6, "KeyError", "TypeError"), 6, "TypeError", (0, True)),
        (site(6, 6, "ValueError"), 11, "ValueError", (-1, False)),
        (site(5, 7, "ValueError"), 6, "ValueError", (0, True)),
        (site(10, 11, "ValueError"), 11, "ValueError", (0, True)),
        (Site("pkg/b.py", 6, 6, ("ValueError",), "Return", "", "load"), 6, "ValueError", (-1, False)),
    ],
)
def test_the_truth_of_a_sample(taken: Site, line: int, exception: str, wanted: tuple[int, bool]) -> None:
    (found,) = (s for s in made([taken]) if (s.line, s.exception) == (line, exception))
    assert (found.site, found.typed) == wanted


def test_sites_are_numbered_as_in_the_case() -> None:
    other = Site("pkg/b.py", 1, 1, ("KeyError",), "Return", "", "x")
    assert {s.site for s in made([other, site(11, 11, "ValueError")]) if s.line == 11} == {1}


def test_what_does_not_parse_has_no_digest() -> None:
    assert sorted(digests({"a.py": "x = 1", "b.py": "def ("})) == ["a.py"]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("wheels")
    return [
        wheel(folder, name, {f"{name}/a.py": module(8, 8), f"{name}/b.py": module(4, 4, error)})
        for name, error in (("one", "KeyError"), ("two", "ValueError"), ("three", "TypeError"))
    ]


@pytest.fixture(scope="module")
def corpus(wheels: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Fold]]:
    cache = tmp_path_factory.mktemp("corpus") / "cache"
    tables(wheels, cache)
    return cache, list(folds(wheels, cache))


def test_each_package_gives_three_folds_that_share_no_function(corpus: tuple[Path, list[Fold]]) -> None:
    _, found = corpus
    assert [f.package for f in found] == ["one"] * 3 + ["two"] * 3 + ["three"] * 3
    for name in ("one", "two", "three"):
        of = [{r.function for r in f.rows} for f in found if f.package == name]
        assert all(not a & b for i, a in enumerate(of) for b in of[i + 1 :])


def test_a_fold_has_a_row_of_numbers_for_each_candidate(corpus: tuple[Path, list[Fold]]) -> None:
    for fold in corpus[1]:
        assert len(fold.values) == len(fold.rows) * len(fold.names) > 0
        assert list(fold.names) == sorted(shipped().forest.features)
        assert {r.site for r in fold.rows} <= {-1, *range(fold.sites)}
        assert any(r.typed for r in fold.rows) and all(r.site >= 0 for r in fold.rows if r.typed)


def test_a_package_is_not_told_of_its_own_guards_by_the_field(
    wheels: list[Path], corpus: tuple[Path, list[Fold]]
) -> None:
    """What the field says of ``json.loads`` to a package is what the two others do."""
    _, found = corpus
    rates: dict[str, set[float]] = {}
    for fold in found:
        at = fold.names.index("field_share")
        rates.setdefault(fold.package, set()).update(fold.values[at :: len(fold.names)])
    # 12 guards each: 8 against ValueError, 4 against another; with all three the share of ValueError would be 28/38.
    share = {"one": 20 / 26, "two": 16 / 26, "three": 20 / 26}
    for name, right in share.items():
        assert max(rates[name]) == pytest.approx(right)


def test_what_was_made_is_kept(wheels: list[Path], corpus: tuple[Path, list[Fold]]) -> None:
    cache, found = corpus
    before = {p.name: p.stat().st_mtime_ns for p in cache.iterdir()}
    again = list(folds(wheels, cache))
    assert {p.name: p.stat().st_mtime_ns for p in cache.iterdir()} == before
    assert [(f.package, f.rows, f.values) for f in again] == [(f.package, f.rows, f.values) for f in found]


def test_the_parts_add_up(wheels: list[Path], corpus: tuple[Path, list[Fold]]) -> None:
    parts = tables(wheels, corpus[0])
    assert list(parts) == [w.name for w in wheels]
    together = total(parts)
    assert together.guards["json.loads"] == {"*": 36, "ValueError": 28, "KeyError": 4, "TypeError": 4}
    assert parts[wheels[0].name].guards["json.loads"]["*"] == 12  # adding up changes no part
    assert together.packages["json.loads"] == 3


def test_a_fold_is_a_case_of_the_benchmark(wheels: list[Path], corpus: tuple[Path, list[Fold]]) -> None:
    case = make_case(package_name(wheels[0]), read_wheel(wheels[0]))
    assert corpus[1][0].sites == len(case.sites) == 3
