"""Which exceptions a statement gets, and how sure its guard is."""

from __future__ import annotations

import pytest

from reviewbot.languages.python.weighing.choose import Rated, choose

CASES = [
    ("nothing", [], []),
    ("one", ["f s A .4"], [("A", 0.4)]),
    ("at least half as likely stands beside", ["f s A .8", "f s B .4", "f s C .39"], [("A B", 1 - 0.2 * 0.6)]),
    ("the likeliest first", ["f s A .4", "f s B .8"], [("B A", 1 - 0.2 * 0.6)]),
    ("at most three", ["f s A .5", "f s B .5", "f s C .5", "f s D .5"], [("A B C", 0.875)]),
    ("the second statement of a function counts less", ["f s A .8", "f t A .6"], [("A", 0.8), ("A", 0.18)]),
    ("the surest statement first", ["f s A .2", "f t B .9"], [("B", 0.9), ("A", 0.06)]),
    ("a third counts less again", ["f s A .5", "f t A .4", "f u A .3"], [("A", 0.5), ("A", 0.12), ("A", 0.027)]),
    ("functions do not touch each other", ["f s A .5", "g s A .4"], [("A", 0.5), ("A", 0.4)]),
    ("functions in the order they came", ["g s A .1", "f s A .9", "g t B .2"], [("B", 0.2), ("A", 0.03), ("A", 0.9)]),
    ("sure is sure", ["f s A 1", "f s B 1"], [("A B", 1.0)]),
    ("impossible", ["f s A 0", "f s B 0"], [("A B", 0.0)]),
]


@pytest.mark.parametrize(("rated", "wanted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_choices(rated: list[str], wanted: list[tuple[str, float]]) -> None:
    rows = [line.split() for line in rated]
    found = choose(Rated(name, function, statement, float(p)) for function, statement, name, p in rows)
    assert [(" ".join(choice.kept), pytest.approx(choice.confidence)) for choice in found] == wanted


def test_equal_ones_keep_their_order() -> None:
    rated = [Rated(name, "f", "s", 0.5) for name in "CAB"]
    assert choose(rated)[0].kept == ("C", "A", "B")
