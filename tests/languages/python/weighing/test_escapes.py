"""Which exceptions escape a repository's functions, called by name."""

# ruff: noqa: E501 - the sources of the cases are long strings
from __future__ import annotations

import pytest

from reviewbot.languages.python.weighing.digest import Defined
from reviewbot.languages.python.weighing.escapes import escapes, lineage

CLASSES = {"Gone": ("Missing",), "Missing": ("AppError",), "AppError": ("Exception",), "Loop": ("Pool",), "Pool": ("Loop",)}  # fmt: skip


def defined(line: str) -> Defined:
    """``f: A B, g h(A)``: what f raises, then what it calls, and what is caught around that."""
    name, _, rest = line.partition(":")
    raises, _, calls = rest.partition(",")
    made = []
    for call in calls.split():
        callee, _, caught = call.partition("(")
        made.append((callee, frozenset(caught.rstrip(")").split("|")) - {""}))
    return Defined(name, "", 1, frozenset(raises.split()), tuple(made))


CASES = [
    ("nothing", ["f:", "g:, f"], {}),
    ("its own", ["f: A B"], {"f": {"A": 0, "B": 0}}),
    ("one call up", ["f: A", "g:, f"], {"f": {"A": 0}, "g": {"A": 1}}),
    ("by the last part of the key", ["f: A", "g:, self.f", "h:, pkg.mod.f"], {"f": {"A": 0}, "g": {"A": 1}, "h": {"A": 1}}),
    ("the shortest way", ["f: A", "g:, f", "h:, g f"], {"f": {"A": 0}, "g": {"A": 1}, "h": {"A": 1}}),
    ("its own before what it calls", ["f: A", "g: A, f"], {"f": {"A": 0}, "g": {"A": 0}}),
    ("caught", ["f: A", "g:, f(A)"], {"f": {"A": 0}}),
    ("another caught", ["f: A", "g:, f(B)"], {"f": {"A": 0}, "g": {"A": 1}}),
    ("caught by one call, not by another", ["f: A", "g:, f(A) f"], {"f": {"A": 0}, "g": {"A": 1}}),
    ("caught by Exception", ["f: A", "g:, f(Exception)"], {"f": {"A": 0}}),
    ("caught by BaseException", ["f: A", "g:, f(BaseException)"], {"f": {"A": 0}}),
    ("caught by its base", ["f: Gone", "g:, f(Missing)"], {"f": {"Gone": 0}}),
    ("caught by the base of its base", ["f: Gone", "g:, f(AppError)"], {"f": {"Gone": 0}}),
    ("not caught by its subclass", ["f: Missing", "g:, f(Gone)"], {"f": {"Missing": 0}, "g": {"Missing": 1}}),
    ("a cycle of bases ends", ["f: Loop", "g:, f(A)", "h:, f(Pool)"], {"f": {"Loop": 0}, "g": {"Loop": 1}}),
    ("a cycle of calls", ["f: A, g", "g:, h", "h: B, f"], {"f": {"A": 0, "B": 2}, "g": {"B": 1, "A": 2}, "h": {"B": 0, "A": 1}}),
    ("calling itself", ["f: A, f", "g:, g"], {"f": {"A": 0}}),
    ("a method of the same name elsewhere is no news", ["f: A", "f:, f"], {"f": {"A": 0}}),
    ("two functions of a name", ["f: A", "f: B", "g:, f"], {"f": {"A": 0, "B": 0}, "g": {"A": 1, "B": 1}}),
    ("three of a name", ["f: A", "f:", "f:", "g:, f"], {"f": {"A": 0}, "g": {"A": 1}}),
    ("four of a name say nothing", ["f: A", "f:", "f:", "f:", "g:, f"], {}),
    ("five calls up, and no further", ["a: A", "b:, a", "c:, b", "d:, c", "e:, d", "f:, e", "g:, f"],
     {"a": {"A": 0}, "b": {"A": 1}, "c": {"A": 2}, "d": {"A": 3}, "e": {"A": 4}, "f": {"A": 5}}),
    ("an unknown callee", ["f:, json.loads"], {}),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "wanted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_escapes(lines: list[str], wanted: dict[str, dict[str, int]]) -> None:
    assert escapes(map(defined, lines), CLASSES) == wanted


def test_what_the_docstring_says_escapes_too() -> None:
    assert escapes([Defined("f", "", 1, frozenset(), (), frozenset({"A"}))], {}) == {"f": {"A": 0}}


def test_a_function_that_everything_escapes_from_takes_no_more() -> None:
    many = " ".join(f"E{n}" for n in range(12))
    assert escapes(map(defined, ["f: Other", f"g: {many}, f"]), {})["g"] == dict.fromkeys(many.split(), 0)


def test_the_order_of_files_does_not_matter() -> None:
    lines = ["f: A, g", "g:, h", "h: B, f", "k:, f(A) g"]
    assert escapes(map(defined, lines), {}) == escapes(map(defined, reversed(lines)), {})


LINES = [
    ("Gone", ("Missing", "AppError", "Exception")),
    ("AppError", ("Exception",)),
    ("Unknown", ()),
    ("Loop", ("Pool",)),
]


@pytest.mark.parametrize(("key", "wanted"), LINES)
def test_lineage(key: str, wanted: tuple[str, ...]) -> None:
    assert lineage(key, CLASSES) == wanted


def test_a_lineage_of_thousands_is_cut_off() -> None:
    chain = {f"E{n}": (f"E{n + 1}",) for n in range(5_000)}
    assert len(lineage("E0", chain)) == 20
