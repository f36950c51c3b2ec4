"""Which statements and exceptions are weighed at all."""

# ruff: noqa: E501 - the tables are easier to read so
from __future__ import annotations

import ast

import pytest

from reviewbot.languages.python.reading.syntax import Function, Syntax
from reviewbot.languages.python.weighing.candidates import Candidate, Finder, heads, heads_end, nameable
from reviewbot.languages.python.weighing.digest import digest
from reviewbot.languages.python.weighing.field import Field
from reviewbot.languages.python.weighing.repository import Repository

from .kit import parsed, repository

EMPTY = Repository({})


def finder(syntax: Syntax, whole: Repository = EMPTY, field: Field | None = None) -> Finder:
    return Finder(syntax, digest(syntax.tree), whole, field or Field())


def function_of(syntax: Syntax, name: str = "f") -> Function:
    return next(n for n in ast.walk(syntax.tree) if isinstance(n, Function) and n.name == name)


NAMEABLE = [
    ("built-in", "", {}, {"OSError": "OSError", "KeyError": "KeyError"}, {"Exception", "BaseException", "Warning"}),
    ("imported by name", "from requests import ConnectTimeout", {}, {"ConnectTimeout": "requests.ConnectTimeout"}, set()),
    ("imported, relative", "from .errors import AppError", {}, {"AppError": ".errors.AppError"}, set()),
    ("no exception by its name", "from x import Missing, warn", {}, {}, {"Missing", "warn"}),
    ("but a class of the repository", "from .errors import Missing", {"Missing": ("KeyError",)}, {"Missing": ".errors.Missing"}, set()),
    ("through its bases", "from .errors import Gone", {"Gone": ("Base",), "Base": ("AppError",)}, {"Gone": ".errors.Gone"}, set()),
    ("a class that is none", "from .models import Row", {"Row": ("Base",), "Base": ()}, {}, {"Row"}),
    ("bases in a circle", "from .models import Row", {"Row": ("Base",), "Base": ("Row",)}, {}, {"Row"}),
    ("of a module imported whole", "import json, zlib", {}, {"JSONDecodeError": "json.JSONDecodeError", "zlib.error": "zlib.error"}, set()),
    ("under another name", "import subprocess as sp", {}, {"TimeoutExpired": "subprocess.TimeoutExpired"}, set()),
    ("without the import", "", {}, {}, {"JSONDecodeError", "TimeoutExpired"}),
    ("its own class", "class Missing(KeyError): pass", {}, {"Missing": "Missing"}, set()),
    ("its own class, far from Exception", "class A(Exception): pass\nclass B(A): pass\nclass C(B): pass", {}, {"C": "C"}, set()),
    ("its own class of another's", "from x import AppError\nclass B(AppError): pass", {}, {"B": "B"}, set()),
    ("its own class that is none", "class Row: pass\nclass Table(Row): pass", {}, {}, {"Row", "Table"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "classes", "there", "missing"), [c[1:] for c in NAMEABLE], ids=[c[0] for c in NAMEABLE]
)
def test_nameable(text: str, classes: dict[str, tuple[str, ...]], there: dict[str, str], missing: set[str]) -> None:
    lines = "\n".join(f"class {name}({', '.join(bases)}): pass" for name, bases in classes.items())
    names = nameable(digest(ast.parse(text)), repository({"errors.py": lines}))
    assert there.items() <= names.items()
    assert not missing & set(names)


STATEMENTS = """
def f(x):
    a()
    try:
        b()
        try:
            c()
        finally:
            d()
    except KeyError:
        e()
    else:
        g()
    finally:
        h()
    try:
        i()
    finally:
        j()
    with x:
        k()
    match x:
        case 1:
            l()
        case _:
            m()
    for y in x:
        n()
    else:
        o()
    def inner():
        p()
    class Inner:
        q()
    r()
"""


def test_statements_stand_in_no_try_with_handlers_and_come_in_order() -> None:
    syntax = parsed(STATEMENTS)
    found = list(finder(syntax).statements(function_of(syntax)))
    calls = [s.value.func.id for s in found if isinstance(s, ast.Expr)]  # type: ignore[attr-defined]
    assert "".join(calls) == "aeghijklmnor"


HEADS = [
    ("x = f(1)", ["x = f(1)"], 1),
    ("if f(\n  1):\n    g()", ["f(1)"], 2),
    ("while f(1):\n    g()", ["f(1)"], 1),
    ("for x in f(\n    1\n):\n    g()", ["f(1)"], 3),
    ("with f(1) as x, \\\n  g(2):\n    h()", ["f(1)", "g(2)"], 2),
    ("match f(1):\n    case 1:\n        g()", ["f(1)"], 1),
    ("try:\n    g()\nfinally:\n    h()", [], 1),
    ("async def a():\n    pass", ["async def a():\n    pass"], 2),
]


@pytest.mark.parametrize(("text", "wanted", "last"), HEADS)
def test_heads(text: str, wanted: list[str], last: int) -> None:
    statement = ast.parse(text).body[0]
    assert [ast.unparse(head) for head in heads(statement)] == wanted
    assert heads_end(statement) == last


FIELD = Field(
    {"json.loads": {"ValueError": 8, "TypeError": 2, "*": 10}, "int": {"ValueError": 3, "*": 3}, "[str]": {"KeyError": 2, "*": 2}},
    {"json.loads": 10, "int": 10, "[str]": 20}, {"ValueError": 11},
)  # fmt: skip

EXCEPTIONS = [
    ("nothing is known", "g(x)", {}, {}, []),
    ("the field, the likeliest first", "json.loads(x)", {}, {}, ["ValueError", "TypeError"]),
    ("a constant and a name run nothing", "x = 1", {}, {}, []),
    ("raise", "raise json.loads(x)", {}, {}, []),
    ("assert", "assert json.loads(x)", {}, {}, []),
    ("what the file has no name for", "g(x)", {"a.py": "def h():\n    try:\n        g()\n    except Odd:\n        pass"}, {}, []),
    ("the repository's guards", "g(x)", {"a.py": "def h():\n    try:\n        g()\n    except OSError:\n        pass"}, {}, ["OSError"]),
    ("what escapes from a callee", "g(x)", {"a.py": "def g():\n    raise KeyError"}, {}, ["KeyError"]),
    ("what escapes is no subscript's", "x['g']", {"a.py": "def g():\n    raise OSError"}, {}, ["KeyError"]),
    ("functions of that name", "g(x)", {"a.py": "def f():\n    try:\n        h()\n    except OSError:\n        pass"}, {}, ["OSError"]),
    ("functions of that name guard a call", "x = y.a", {"a.py": "def f():\n    try:\n        h()\n    except OSError:\n        pass"}, {}, []),
    ("analysis", "g(x)", {}, {"g(x)": {"IndexError": 0.9}}, ["IndexError"]),
    ("analysis is surer than the field", "json.loads(x)", {}, {"json.loads(x)": {"TypeError": 0.9}}, ["TypeError", "ValueError"]),
    ("a guard itself", "with suppress(OSError):\n    pass", {"a.py": "def f():\n    try:\n        h()\n    except OSError:\n        pass"}, {}, []),
    ("of a head alone", "if x:\n    json.loads(x)", {}, {}, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "others", "known", "wanted"), [c[1:] for c in EXCEPTIONS], ids=[c[0] for c in EXCEPTIONS]
)
def test_candidates_of_a_statement(
    line: str, others: dict[str, str], known: dict[str, dict[str, float]], wanted: list[str]
) -> None:
    indented = line.replace("\n", "\n    ")
    assert [
        one.exception
        for one in candidates(
            f"import json\nfrom contextlib import suppress\n\ndef f(x):\n    {indented}\n", others, known
        )
    ] == wanted


def candidates(text: str, others: dict[str, str], known: dict[str, dict[str, float]] | None = None) -> list[Candidate]:
    syntax = parsed(text)
    whole = repository({**others, "pkg/app.py": text})
    found = finder(syntax, whole, FIELD)
    function = function_of(syntax)
    by_node = {
        n: known[ast.unparse(n)]
        for n in ast.walk(function)
        if known and isinstance(n, ast.expr) and ast.unparse(n) in known
    }
    return list(found.candidates(function, function.body[0], by_node, nameable(found.digest, whole)))


def test_each_exception_has_the_node_most_likely_to_raise_it() -> None:
    found = candidates("import json\n\n\ndef f(x):\n    return json.loads(x)['a'] + int(x)\n", {})
    assert {one.exception: ast.unparse(one.node) for one in found} == {
        "ValueError": "json.loads(x)", "TypeError": "json.loads(x)", "KeyError": "json.loads(x)['a']"
    }  # fmt: skip
    assert {len(one.nodes) for one in found} == {3}
    assert {(one.first, one.last) for one in found} == {(5, 5)}


def test_at_most_eight_exceptions_and_always_the_same() -> None:
    names = "ValueError KeyError OSError TypeError IndexError EOFError ImportError NameError BufferError".split()  # noqa: SIM905
    guards = "\n".join(f"def h{n}():\n    try:\n        g()\n    except {n}:\n        pass" for n in names)
    found = [one.exception for one in candidates("def f(x):\n    g(x)\n", {"a.py": guards})]
    assert found == sorted(names)[:8]
