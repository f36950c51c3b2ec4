"""What a function's own shape says. In each case the statement in question holds the name ``HERE``."""

from __future__ import annotations

import ast
from collections.abc import Callable
from textwrap import dedent

import pytest

from reviewbot.languages.python.reading.syntax import Function, Syntax
from reviewbot.languages.python.weighing import tells

from .kit import parsed


def here(text: str) -> tuple[Syntax, ast.stmt]:
    syntax = parsed(text)
    name = next(n for n in ast.walk(syntax.tree) if isinstance(n, ast.Name) and n.id == "HERE")
    return syntax, syntax.statement(name)


Tell = Callable[[Syntax, ast.stmt], bool]

CASES: list[tuple[Tell, str, bool]] = [
    (tells.default_for_nothing, "x = None\nx = HERE()", True),
    (tells.default_for_nothing, "x = -1\nx = HERE()", True),
    (tells.default_for_nothing, "x = []\ny = 1\nz = 2\nx = HERE()", True),
    (tells.default_for_nothing, "x = {}\na()\nb()\nc()\nx = HERE()", False),  # too far
    (tells.default_for_nothing, "x = ()\nif HERE:\n    x = f()", True),
    (tells.default_for_nothing, "x: int = 0\nx = HERE()", True),
    (tells.default_for_nothing, "self.x = None\nself.x = HERE()", True),
    (tells.default_for_nothing, "x = f()\nx = HERE()", False),
    (tells.default_for_nothing, "x = [1]\nx = HERE()", False),
    (tells.default_for_nothing, "x = None\nprint(x)\nx = HERE()", False),
    (tells.default_for_nothing, "x = None\ny = HERE()", False),
    (tells.default_for_nothing, "x = None\nHERE()", False),
    (tells.default_for_nothing, "x = HERE()", False),
    (tells.default_for_nothing, "x = None\nif a:\n    x = HERE()", False),  # another block
    (tells.hides, "def f():\n    return HERE()\n    return None", True),
    (tells.hides, "for x in y:\n    break\nfor x in y:\n    HERE\n    continue\n    f()", False),
    (tells.hides, "while x:\n    raise HERE\n    f()", True),
    (tells.hides, "def f():\n    if x:\n        return HERE()\n    return None", False),
    (tells.hides, "HERE()\nf()", False),
    (tells.loops_once, "for x in y:\n    return HERE(x)", True),
    (tells.loops_once, "for x in y:\n    z = HERE(x)\n    log()\n    break", True),
    (tells.loops_once, "while x:\n    HERE()\n    a()\n    b()\n    break", False),
    (tells.loops_once, "for x in y:\n    HERE(x)", False),
    (tells.loops_once, "for x in y:\n    f(x)\nelse:\n    return HERE()", False),
    (tells.loops_once, "if x:\n    return HERE()", False),
    (tells.loops_once, "async def f():\n    async for x in y:\n        return HERE(x)", True),
    (tells.asks_next, "x = HERE()\nif x is None:\n    f()", True),
    (tells.asks_next, "x = HERE()\nif x is not None:\n    f()", True),
    (tells.asks_next, "x = HERE()\nif not x:\n    f()", True),
    (tells.asks_next, "x = HERE()\nif x:\n    f()", True),
    (tells.asks_next, "self.x = HERE()\nif self.x is None:\n    f()", True),
    (tells.asks_next, "x = HERE()\nif x == 1:\n    f()", False),
    (tells.asks_next, "x = HERE()\nif y is None:\n    f()", False),
    (tells.asks_next, "x = HERE()\nf()\nif x is None:\n    g()", False),
    (tells.asks_next, "HERE()\nif x:\n    f()", False),
    (tells.asks_next, "x = HERE()", False),
]


@pytest.mark.parametrize(("tell", "text", "wanted"), CASES, ids=[f"{t.__name__}: {s!r}" for t, s, _ in CASES])
def test_tells(tell: Tell, text: str, wanted: bool) -> None:
    assert tell(*here(text)) is wanted


@pytest.mark.parametrize(
    ("text", "at", "many"),
    [
        ("HERE()", 0, 1),
        ("a()\nHERE()\nb()", 1, 3),
        ("a(); HERE(); b()", 1, 3),
        ("def f():\n    if x:\n        a()\n    else:\n        b()\n        HERE()", 1, 2),
        ("match x:\n    case 1:\n        a()\n    case 2:\n        HERE()", 0, 1),
        ("try:\n    a()\nexcept A:\n    b()\n    c()\nfinally:\n    HERE()", 0, 1),
    ],
)
def test_siblings(text: str, at: int, many: int) -> None:
    syntax, statement = here(text)
    block, place = tells.siblings(syntax, statement)
    assert (place, len(block)) == (at, many) and block[place] is statement


UNUSED = [
    ("def f(a, b): return a + b", (0, 0, 0)),
    ("def f(a, default=None): return a", (1, 0, 0)),
    ("def f(a, *, strict=False, fail_silently=False): return a", (2, 0, 0)),
    ("def f(a, b, /, c, *, d): return 1", (0, 4, 0)),
    ("def f(self, cls, _x): return 1", (0, 0, 0)),
    ("def f(a):\n    x = a\n    _y = a\n    return 1", (0, 0, 1)),
    ("def f(a, default):\n    def g():\n        return default\n    return g(a)", (0, 0, 0)),
    ("def f(a):\n    x = a\n    return lambda: x", (0, 0, 0)),
    ("def f(a):\n    a = 1\n    return 2", (0, 1, 1)),
]


@pytest.mark.parametrize(("text", "wanted"), UNUSED)
def test_unused(text: str, wanted: tuple[int, int, int]) -> None:
    function = ast.parse(dedent(text)).body[0]
    assert isinstance(function, Function)
    assert tells.unused(function) == wanted
