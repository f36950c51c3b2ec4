"""Which guard may be taken away, and what is left."""

# ruff: noqa: E501 - the sources of the cases are long strings
from __future__ import annotations

import ast

import pytest

from benchmarks.guards.strip import action, caught_names, eligible, functions, has_inner, kind_of_action, strip
from reviewbot.languages.python.weighing.manner import KINDS

TRIES = [
    ("plain", "try:\n    f()\nexcept ValueError:\n    pass\n", ["ValueError"]),
    ("a tuple", "try:\n    f()\nexcept (a.B, C):\n    pass\n", ["a.B", "C"]),
    ("two clauses", "try:\n    f()\nexcept A:\n    pass\nexcept B:\n    pass\n", ["A", "B"]),
    ("a star", "try:\n    f()\nexcept* A:\n    pass\n", ["A"]),
    ("three statements", "try:\n    f()\n    x = 1\n    y = 2\nexcept A:\n    pass\n", ["A"]),
    ("four statements", "try:\n    f()\n    x = 1\n    y = 2\n    z = 3\nexcept A:\n    pass\n", None),
    ("else", "try:\n    f()\nexcept A:\n    pass\nelse:\n    g()\n", None),
    ("finally", "try:\n    f()\nexcept A:\n    pass\nfinally:\n    g()\n", None),
    ("finally alone", "try:\n    f()\nfinally:\n    g()\n", None),
    ("an import", "try:\n    import f\nexcept ImportError:\n    pass\n", None),
    ("from import", "try:\n    from f import g\n    g()\nexcept ImportError:\n    pass\n", None),
    ("nothing that fails", "try:\n    x = y + 1\nexcept A:\n    pass\n", None),
    ("a subscript", "try:\n    x = y[0]\nexcept A:\n    pass\n", ["A"]),
    ("an attribute", "try:\n    x = y.z\nexcept A:\n    pass\n", ["A"]),
    ("bare", "try:\n    f()\nexcept:\n    pass\n", None),
    ("broad", "try:\n    f()\nexcept Exception:\n    pass\n", None),
    ("broad, dotted", "try:\n    f()\nexcept builtins.BaseException:\n    pass\n", None),
    ("broad beside others", "try:\n    f()\nexcept (A, Exception):\n    pass\n", None),
    ("broad after another", "try:\n    f()\nexcept A:\n    pass\nexcept Exception:\n    pass\n", None),
    ("no name", "try:\n    f()\nexcept errors():\n    pass\n", None),
    ("no try", "if x:\n    f()\n", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), [c[1:] for c in TRIES], ids=[c[0] for c in TRIES])
def test_eligible(text: str, wanted: list[str] | None) -> None:
    assert eligible(ast.parse(text).body[0]) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("A", ["A"]), ("a.b.C", ["a.b.C"]), ("(A, b.C)", ["A", "b.C"]), ("f()", None), ("(A, f())", None)],
)
def test_caught_names(text: str, wanted: list[str] | None) -> None:
    assert caught_names(ast.parse(text, mode="eval").body) == wanted
    assert caught_names(None) is None


STRIPPED = [
    ("one line", "a()\ntry:\n    f()\nexcept A:\n    g()\nb()", "a()\nf()\nb()", (2, 2)),
    ("several lines", "try:\n    f(\n        1,\n    )\n    g()\nexcept A:\n    h()\nb()", "f(\n    1,\n)\ng()\nb()", (1, 4)),
    ("a blank line", "try:\n    f()\n\n    g()\nexcept A:\n    h()", "f()\n\ng()", (1, 3)),
    ("deeper", "if x:\n    try:\n        f()\n    except A:\n        g()\n    b()", "if x:\n    f()\n    b()", (2, 2)),
    ("a comment in it", "try:\n    # why\n    f()\nexcept A:\n    g()", "f()", (1, 1)),
    ("a comment after it", "try:\n    f()  # why\nexcept A:\n    g()", "f()  # why", (1, 1)),
    ("on the line of try", "try: f()\nexcept A: g()", None, None),
    ("a string that is not indented", 'try:\n    f("""\nx\n""")\nexcept A:\n    g()', None, None),
    ("a comment that is not indented", "try:\n    f(\n# why\n    )\nexcept A:\n    g()", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted", "lines"), [c[1:] for c in STRIPPED], ids=[c[0] for c in STRIPPED])
def test_strip(text: str, wanted: str | None, lines: tuple[int, int] | None) -> None:
    guard = next(n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Try))
    found = strip(text.split("\n"), guard)
    assert found == (None if wanted is None else (wanted.split("\n"), lines))


@pytest.mark.parametrize(
    ("line", "kind"),
    [("pass", "Pass"), ("return None", "Return"), ("x = 1", "Assign"), ("raise B from e", "Raise"), ("continue", "Continue"),
     ("log()", "Expr")],
)  # fmt: skip
def test_action(line: str, kind: str) -> None:
    tree = ast.parse(
        f"for x in y:\n    def f():\n        for x in y:\n            try:\n                g()\n            except A as e:\n                h()\n                {line}\n"
    )
    assert action(next(n for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler))) == kind


@pytest.mark.parametrize(
    ("statement", "kind"),
    [("Raise", "raise"), ("Return", "return"), ("Assign", "assign"), ("AugAssign", "assign"), ("Expr", "say"), ("Pass", "pass"),
     ("Continue", "continue"), ("Break", "break"), ("If", "other"), ("With", "other")],
)  # fmt: skip
def test_kind_of_action(statement: str, kind: str) -> None:
    assert kind_of_action(statement) == kind and kind in KINDS


def test_functions() -> None:
    tree = ast.parse(
        "def a():\n    def b(): pass\nclass C:\n    async def d(self): pass\nclass E:\n    def f(self):\n        class G: pass\n"
    )
    found = {f.name: has_inner(f) for f in functions(tree)}
    assert found == {"a": True, "b": False, "d": False, "f": True}
