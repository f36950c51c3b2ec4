"""Each feature by a source in which it has that value. The candidate's statement calls ``HERE`` in function ``f``."""

# ruff: noqa: E501 - the sources of the cases are long strings
from __future__ import annotations

import ast
import math
from textwrap import dedent, indent

import pytest

from reviewbot.languages.python.reading.syntax import Function
from reviewbot.languages.python.weighing.candidates import Candidate, Finder, nameable
from reviewbot.languages.python.weighing.digest import digest
from reviewbot.languages.python.weighing.features import Scene, features
from reviewbot.languages.python.weighing.field import Field

from .kit import parsed, repository

FIELD = Field({"HERE": {"OSError": 6, "*": 8}, ".HERE": {"OSError": 2, "*": 2}, "[str]": {"KeyError": 1, "*": 1}},
              {"HERE": 8, ".HERE": 6}, {"OSError": 3, "KeyError": 1})  # fmt: skip


def of(
    text: str, others: dict[str, str] | None = None, exception: str = "OSError", path: str = "pkg/app.py"
) -> dict[str, float]:
    """The features of the candidate of ``HERE`` and the exception."""
    syntax = parsed(text, path)
    whole = repository({**(others or {}), path: syntax.file.text})
    name = next(n for n in ast.walk(syntax.tree) if getattr(n, "id", getattr(n, "attr", "")) == "HERE")
    statement, function = syntax.statement(name), syntax.function(name)
    assert function is not None
    return features(scene(syntax, whole, function), one(syntax, whole, function, statement, exception), {})


def scene(syntax, whole, function: Function) -> Scene:  # type: ignore[no-untyped-def]
    return Scene(syntax.file.path, syntax, digest(syntax.tree), whole, FIELD, function)


def one(syntax, whole, function: Function, statement: ast.stmt, exception: str) -> Candidate:  # type: ignore[no-untyped-def]
    own = digest(syntax.tree)
    finder = Finder(syntax, own, whole, FIELD)
    call = next(n for n in ast.walk(statement) if isinstance(n, ast.Call))
    found = finder.candidates(function, statement, {call: {exception: 0.5}}, nameable(own, whole))
    return next(c for c in found if c.exception == exception)


def f(body: str, head: str = "def f(x):") -> str:
    return f"{head}\n{indent(dedent(body), '    ')}\n"


FUNCTION = [
    ("lines", 2, f("a()\nHERE()")),
    ("calls", 3, f("a(b())\nHERE()")),
    ("raises_itself", 1, f("HERE()\nif x:\n    raise KeyError")),
    ("returns", 2, f("if x:\n    return 1\nHERE()\nreturn None")),
    ("returns_default", 6, f("HERE()\n" + "".join(f"if x == {n}:\n    return {v}\n" for n, v in enumerate(["None", "", "False", "0", "-2", "{}", "x", "7"])))),
    ("annotated_optional", 1, f("HERE()", "def f(x) -> Optional[int]:")),
    ("annotated_optional", 1, f("HERE()", "def f(x) -> 'int | None':")),
    ("annotated_optional", 1, f("HERE()", "def f(x) -> bool:")),
    ("annotated_optional", 0, f("HERE()", "def f(x) -> int:")),
    ("annotated", 1, f("HERE()", "def f(x) -> int:")),
    ("annotated", 0, f("HERE()")),
    ("ends_with_default", 1, f("HERE()\nreturn []")),
    ("ends_with_default", 0, f("HERE()\nreturn [1]")),
    ("ends_without_value", 1, f("if x:\n    return 1\nHERE()")),
    ("ends_without_value", 0, f("if x:\n    return\nHERE()")),
    ("private", 1, f("HERE()", "def _f(x):")),
    ("method", 1, "class A:\n    def f(self):\n        HERE()\n"),
    ("method", 0, f("HERE()")),
    ("coroutine", 1, f("HERE()", "async def f(x):")),
    ("yields", 1, f("HERE()\nyield 1")),
    ("yields", 1, f("HERE()\nyield from x")),
    ("yields", 0, f("HERE()\ndef g():\n    yield 1")),
    ("decorated", 2, "@a\n@b\ndef f(x):\n    HERE()\n"),
    ("statements", 3, f("a()\nHERE()\nb()")),
    ("logs", 2, f("log.info('x')\nself.log.error('y')\nprint('z')\nHERE()")),
    ("spare_parameters", 1, f("HERE()", "def f(default, x):")),
    ("idle_parameters", 1, f("HERE()", "def f(default, x):")),
    ("lost_locals", 1, f("y = 1\nHERE()")),
    ("name_try", 1, f("HERE()", "def try_it(x):")),
    ("doc_raises", 1, f("'''Raises KeyError.'''\nHERE()")),
]  # fmt: skip

STATEMENT = [
    ("is_return", 1, f("return HERE()")),
    ("is_expr", 1, f("HERE()")),
    ("is_assign", 1, f("y = HERE()")),
    ("is_assign", 1, f("y: int = HERE()")),
    ("is_assign", 0, f("x += HERE()")),
    ("is_with", 1, f("with HERE():\n    pass")),
    ("is_for", 1, f("for y in HERE():\n    pass")),
    ("is_if", 1, f("if HERE():\n    pass")),
    ("default_for_nothing", 1, f("y = None\ny = HERE()")),
    ("hides", 1, f("return HERE()\nreturn None")),
    ("loops_once", 1, f("for y in x:\n    return HERE(y)")),
    ("asks_next", 1, f("y = HERE()\nif not y:\n    pass")),
    ("comment", 1, f("# may be missing\nHERE()")),
    ("comment", 0, f("# the total\nHERE()")),
    ("in_loop", 2, f("for y in x:\n    while y:\n        HERE()")),
    ("in_loop", 0, f("for y in x:\n    def g():\n        HERE()")),
    ("in_if", 2, f("if x:\n    if y:\n        HERE()")),
    ("in_else", 1, f("if x:\n    pass\nelse:\n    HERE()")),
    ("in_else", 0, f("if x:\n    HERE()")),
    ("in_handler", 1, f("try:\n    a()\nexcept A:\n    HERE()")),
    ("in_handler", 1, f("try:\n    a()\nfinally:\n    HERE()")),
    ("in_handler", 0, f("try:\n    a()\nexcept A:\n    pass\nelse:\n    HERE()")),
    ("in_with", 1, f("with x:\n    HERE()")),
    ("first", 1, f("HERE()\na()")),
    ("first", 0, f("a()\nHERE()")),
    ("last", 1, f("a()\nHERE()")),
    ("last", 0, f("HERE()\na()")),
    ("alone", 1, f("if x:\n    HERE()")),
    ("only_statement", 1, f("'''Doc.'''\nHERE()")),
    ("only_statement", 0, f("a()\nb()\nHERE()")),
    ("position", 1, f("a()\nb()\nHERE()")),
    ("position", 1 / 3, f("HERE()\na()\nb()")),
    ("risky_nodes", 3, f("HERE(a(), x['k'])")),
    ("awaits", 1, f("await HERE()", "async def f(x):")),
    ("head_lines", 3, f("y = HERE(\n    1\n)")),
    ("head_lines", 1, f("with HERE():\n    a()\n    b()")),
]

GUARDED = "try:\n    HERE()\nexcept OSError:\n    pass\n"
RAISING = {"b.py": "def HERE():\n    raise OSError\n"}
CALLEES = [
    ("field", 6 / 20, {}, f("HERE()")),
    ("field_any", 8 / 20, {}, f("HERE()")),
    ("field_share", 6 / 10, {}, f("HERE()")),
    ("field_uses", math.log1p(16), {}, f("HERE()")),
    ("field_wide", 0, {}, f("HERE()")),
    ("field_wide", 2 / 12, {}, f("y.HERE()")),
    ("field", 0, {}, f("y.HERE()")),
    ("repo", 0, {}, f("HERE()")),
    ("repo", 2 / 5, {"b.py": GUARDED * 2}, f("HERE()")),
    ("repo_guards", 2, {"b.py": GUARDED * 2}, f("HERE()")),
    ("repo_any", 2 / 5, {"b.py": GUARDED * 2}, f("HERE()")),
    ("repo_bare", math.log1p(3), {"b.py": "HERE()\nHERE()\n"}, f("HERE()")),
    ("escape", -1, {}, f("HERE()")),
    ("escape", 6, RAISING, f("HERE()")),
    ("escape", 5, {"b.py": "def HERE():\n    g()\n\n\ndef g():\n    raise OSError\n"}, f("HERE()")),
    ("known", 0, {}, f("HERE()")),
    ("on_self", 1, {}, f("self.HERE()")),
    ("on_self", 1, {}, f("self.a['k'].b().HERE()")),
    ("on_self", 0, {}, f("HERE()")),
    ("is_call", 1, {}, f("HERE()")),
    ("constant_arguments", 1, {}, f("HERE(1, 'a')")),
    ("constant_arguments", 0, {}, f("HERE(1, x)")),
    ("arguments", 2, {}, f("HERE(1, x)")),
]

OTHER = "class A:\n    def g(self):\n        try:\n            a()\n        except OSError:\n            pass\n"
EXCEPTION = [
    ("kind_OSError", 1, {}, f("HERE()")),
    ("kind_ValueError", 0, {}, f("HERE()")),
    ("own_exception", 0, {}, f("HERE()")),
    ("library_exception", 0, {}, f("HERE()")),
    ("file_catches", 1, {}, OTHER + f("HERE()")),
    ("file_catches", 0, {"b.py": OTHER}, f("HERE()")),
    ("class_catches", 1, {}, OTHER + "    def f(self):\n        HERE()\n"),
    ("class_catches", 0, {}, OTHER + f("HERE()")),
    ("class_guard_rate", 1 / 2, {}, OTHER + "    def f(self):\n        HERE()\n"),
    ("class_guard_rate", 0, {}, OTHER + f("HERE()")),
    ("file_guard_rate", 1 / 2, {}, OTHER + f("HERE()")),
    ("folder_guard_rate", 1 / 2, {"pkg/b.py": OTHER, "far/c.py": OTHER}, f("HERE()")),
    ("twins", 2, {"b.py": "def f():\n    pass\n"}, f("HERE()")),
    ("twins_guarded", 1, {"b.py": "def f():\n    " + GUARDED.replace("\n", "\n    ")}, f("HERE()")),
    ("twin_catches", 1, {"b.py": "def f():\n    " + GUARDED.replace("\n", "\n    ")}, f("HERE()")),
    ("repo_catches", 1 / 2, {"b.py": GUARDED + GUARDED.replace("OSError", "KeyError")}, f("HERE()")),
    ("field_catches", 3 / 4, {}, f("HERE()")),
    ("docs_raise_it", 1, {}, f("'''Raises OSError.'''\nHERE()")),
    ("docs_raise_it", 0, {}, f("'''Raises KeyError.'''\nHERE()")),
    ("docs_raise_other", 1, {}, f("'''Raises KeyError.'''\nHERE()")),
    ("docs_raise_other", 0, {}, f("'''Raises KeyError.'''\nHERE()\nraise KeyError")),
    ("raises_it", 1, {}, f("HERE()\nif x:\n    raise OSError")),
    ("raises_it", 0, {}, f("HERE()") + "def g():\n    raise OSError\n"),
    ("doc_names_it", 1, {}, f("'''Catches OSError.'''\nHERE()")),
]

TABLE = [*((n, v, {}, s) for n, v, s in (*FUNCTION, *STATEMENT)), *CALLEES, *EXCEPTION]


@pytest.mark.parametrize(
    ("name", "value", "others", "text"), TABLE, ids=[f"{n}={v:.2g}: {s!r}" for n, v, _, s in TABLE]
)
def test_feature(name: str, value: float, others: dict[str, str], text: str) -> None:
    assert of(text, others)[name] == pytest.approx(value)


def test_what_analysis_knows() -> None:
    syntax = parsed(f("HERE()"))
    whole = repository({"pkg/app.py": syntax.file.text})
    (function,) = (n for n in ast.walk(syntax.tree) if isinstance(n, Function))
    candidate = one(syntax, whole, function, function.body[0], "OSError")
    known = {candidate.node: {"OSError": 0.7, "KeyError": 0.9}}
    assert features(scene(syntax, whole, function), candidate, known)["known"] == 0.7


def test_an_exception_of_the_repositorys_own() -> None:
    text = "class Gone(OSError): pass\n" + f("'''Raises OSError.'''\nHERE()")
    found = of(text, exception="Gone")
    assert (found["own_exception"], found["library_exception"], found["docs_raise_it"]) == (1, 0, 1)


def test_an_exception_of_a_library() -> None:
    found = of("from requests import ConnectTimeout\n" + f("HERE()"), exception="ConnectTimeout")
    assert (found["own_exception"], found["library_exception"], found["kind_OSError"]) == (0, 1, 0)


def test_a_test_is_known_by_its_path() -> None:
    assert of(f("HERE()"), path="pkg/testing_kit.py")["test"] == 1
    assert of(f("HERE()"))["test"] == 0


def test_candidates_of_a_statement_differ_in_what_is_theirs() -> None:
    text = f("'''Raises OSError.'''\nreturn HERE(x['k'])")
    one_, other = of(text, exception="OSError"), of(text, exception="KeyError")
    assert one_.keys() == other.keys()
    assert (one_["kind_OSError"], other["kind_OSError"]) == (1, 0)
    assert (one_["docs_raise_it"], other["docs_raise_it"]) == (1, 0)
