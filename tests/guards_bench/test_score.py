"""What counts as recognised, as typed and as noise."""

# ruff: noqa: E501 - the tables are easier to read so
from __future__ import annotations

import pytest

from benchmarks.guards.score import Mark, Point, at_noise, curve, lineage, related

LINES = [
    ("ValueError", {"ValueError"}),
    ("json.JSONDecodeError", {"JSONDecodeError", "ValueError"}),
    ("FileNotFoundError", {"FileNotFoundError", "OSError"}),
    ("IOError", {"OSError"}),
    ("EnvironmentError", {"OSError"}),
    ("UnicodeDecodeError", {"UnicodeDecodeError", "UnicodeError", "ValueError"}),
    ("urllib.error.HTTPError", {"HTTPError", "URLError", "OSError"}),
    ("Exception", set()),
    ("Own", {"Own"}),
]


@pytest.mark.parametrize(("name", "wanted"), LINES)
def test_lineage(name: str, wanted: set[str]) -> None:
    assert lineage(name) == wanted


RELATED = [
    ("ValueError", "ValueError", True),
    ("json.JSONDecodeError", "ValueError", True),
    ("ValueError", "json.JSONDecodeError", True),
    ("KeyError", "LookupError", True),
    ("KeyError", "IndexError", False),  # siblings
    ("FileNotFoundError", "PermissionError", False),
    ("IOError", "OSError", True),
    ("Exception", "ValueError", False),
    ("ValueError", "Exception", False),
    ("a.Missing", "b.Missing", True),  # written through another path
    ("a.Missing", "b.Gone", False),
    ("KeyError ValueError", "OSError ValueError", True),
    ("KeyError TypeError", "OSError ValueError", False),
    ("", "OSError", False),
]


@pytest.mark.parametrize(("some", "others", "are"), RELATED)
def test_related(some: str, others: str, are: bool) -> None:
    assert related(some.split(), others.split()) is are
    assert related(others.split(), some.split()) is are


def mark(text: str) -> Mark:
    """``.9 1 2 !3``: confidence, the sites hit, those with ``!`` typed wrongly."""
    confidence, *sites = text.split()
    hit = frozenset(int(s.lstrip("!")) for s in sites)
    return Mark(float(confidence), hit, frozenset(int(s) for s in sites if not s.startswith("!")))


CURVES = [
    ("nothing said", [], []),
    ("one hit", [".9 0"], [Point(0.9, 0.25, 0.25, 0.0, 1.0, 1)]),
    ("one hit of the wrong type", [".9 !0"], [Point(0.9, 0.25, 0.0, 0.0, 1.0, 1)]),
    ("noise", [".9"], [Point(0.9, 0.0, 0.0, 2.0, 0.0, 1)]),
    ("the surest first", [".3", ".9 0"], [Point(0.9, 0.25, 0.25, 0.0, 1.0, 1), Point(0.3, 0.25, 0.25, 2.0, 0.5, 2)]),
    ("one point for one confidence", [".5", ".5 0", ".5 1"], [Point(0.5, 0.5, 0.5, 2.0, 2 / 3, 3)]),
    ("a site is counted once", [".9 0", ".8 0"], [Point(0.9, 0.25, 0.25, 0.0, 1.0, 1), Point(0.8, 0.25, 0.25, 0.0, 1.0, 2)]),
    ("two at once", [".9 0 !1"], [Point(0.9, 0.5, 0.25, 0.0, 1.0, 1)]),
    ("typed later", [".9 !0", ".8 0"], [Point(0.9, 0.25, 0.0, 0.0, 1.0, 1), Point(0.8, 0.25, 0.25, 0.0, 1.0, 2)]),
]  # fmt: skip


@pytest.mark.parametrize(("marks", "wanted"), [c[1:] for c in CURVES], ids=[c[0] for c in CURVES])
def test_curve_of_four_sites_on_500_lines(marks: list[str], wanted: list[Point]) -> None:
    assert curve([mark(m) for m in marks], 4, 500) == pytest.approx(wanted)


POINTS = [Point(0.9, 0.1, 0.1, 0.0, 1.0, 1), Point(0.8, 0.3, 0.2, 4.0, 0.5, 2), Point(0.7, 0.4, 0.4, 9.0, 0.4, 3)]


@pytest.mark.parametrize(
    ("limit", "confidence"), [(0, 0.9), (3.9, 0.9), (4, 0.8), (8, 0.8), (9, 0.7), (40, 0.7), (-1, None)]
)
def test_the_best_point_within_a_noise(limit: float, confidence: float | None) -> None:
    found = at_noise(POINTS, limit)
    assert (found and found.confidence) == confidence
    assert at_noise(list(reversed(POINTS)), limit) == found
