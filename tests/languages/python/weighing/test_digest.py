"""What one file says about failures, on ordinary and on hard Python."""

# ruff: noqa: E501 - the sources of the cases are long strings
from __future__ import annotations

import ast
from dataclasses import astuple

import pytest

from reviewbot.languages.python.weighing.digest import Defined, digest, documented, looks_like_exception

from .kit import digested

GUARDS = [
    (
        "a function",
        "import json\ndef f(x):\n    try:\n        return json.loads(x)\n    except ValueError:\n        return None\n",
        [("f", "", 3, {"json.loads"}, ("ValueError",), "Return", True)],
    ),
    (
        "a method",
        "class A:\n    def f(self):\n        try:\n            self.save()\n        except OSError:\n            pass\n",
        [("f", "A", 3, {"self.save"}, ("OSError",), "Pass", True)],
    ),
    (
        "module level",
        "try:\n    import fast\n    fast.up()\nexcept ImportError:\n    fast = None\n",
        [("", "", 1, {"fast.up"}, ("ImportError",), "Assign", True)],
    ),
    (
        "a method of a class in a function",
        "def outer():\n    class A:\n        def f(self):\n            try:\n                g()\n"
        "            except KeyError:\n                raise\n",
        [("f", "A", 4, {"g"}, ("KeyError",), "Raise", True)],
    ),
    (
        "a nested function forgets what is caught around its definition",
        "def outer():\n    try:\n        def inner():\n            try:\n                g()\n            except KeyError:\n"
        "                return 1\n        h(inner)\n    except OSError:\n        return 2\n",
        [
            ("outer", "", 2, {"h"}, ("OSError",), "Return", True),
            ("inner", "", 4, {"g"}, ("KeyError",), "Return", True),
        ],
    ),
    (
        "several clauses, each exception once, Exception left out",
        "try:\n    f()\nexcept (OSError, ValueError):\n    pass\nexcept IOError:\n    log()\nexcept Exception:\n    raise\n",
        [("", "", 1, {"f"}, ("OSError", "ValueError"), "Pass", True)],
    ),
    ("a broad one says nothing", "try:\n    f()\nexcept Exception:\n    pass\n", []),
    ("a bare one says nothing", "try:\n    f()\nexcept:\n    pass\n", []),
    ("finally alone is no guard", "try:\n    f()\nfinally:\n    g()\n", []),
    ("what has no name says nothing", "try:\n    f()\nexcept errors[0]:\n    pass\n", []),
    (
        "four statements are not small",
        "try:\n    a()\n    b()\n    c()\n    d()\nexcept KeyError:\n    pass\n",
        [("", "", 1, {"a", "b", "c", "d"}, ("KeyError",), "Pass", False)],
    ),
    (
        "a star clause",
        "try:\n    f()\nexcept* OSError as group:\n    log(group)\n",
        [("", "", 1, {"f"}, ("OSError",), "Expr", True)],
    ),
    (
        "exceptions through imports",
        "import zlib\nfrom json import JSONDecodeError as Bad\nfrom .errors import Missing\nfrom . import errors\n"
        "try:\n    f()\nexcept (zlib.error, Bad, Missing, errors.Gone):\n    pass\n",
        [("", "", 5, {"f"}, ("zlib.error", "JSONDecodeError", "Missing", "Gone"), "Pass", True)],
    ),
    (
        "in match, with, loops and branches",
        "def f(x):\n    match x:\n        case 1:\n            with a() as b:\n                for i in b:\n"
        "                    while i:\n                        if i:\n                            pass\n"
        "                        else:\n                            try:\n                                i['k']\n"
        "                            except KeyError:\n                                continue\n",
        [("f", "", 10, {"[str]"}, ("KeyError",), "Continue", True)],
    ),
    (
        "async",
        "async def f(s):\n    async with s as t:\n        async for x in t:\n            try:\n                await x.go()\n"
        "            except TimeoutError:\n                break\n",
        [("f", "", 4, {"x.go"}, ("TimeoutError",), "Break", True)],
    ),
    (
        "a guard in a handler, in else, in finally",
        "try:\n    a()\nexcept A:\n    try:\n        b()\n    except B:\n        pass\nelse:\n    try:\n        c()\n"
        "    except C:\n        pass\nfinally:\n    try:\n        d()\n    except D:\n        pass\n",
        [
            ("", "", 1, {"a"}, ("A",), "Try", True),
            ("", "", 4, {"b"}, ("B",), "Pass", True),
            ("", "", 9, {"c"}, ("C",), "Pass", True),
            ("", "", 14, {"d"}, ("D",), "Pass", True),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), [c[1:] for c in GUARDS], ids=[c[0] for c in GUARDS])
def test_guards(text: str, wanted: list[tuple[object, ...]]) -> None:
    assert [astuple(guard) for guard in digested(text).guards] == wanted


FUNCTIONS = [
    ("raised", "def f():\n    raise KeyError('k')\n", {"f": {"KeyError"}}),
    ("raised without a call", "def f():\n    raise StopIteration\n", {"f": {"StopIteration"}}),
    ("an imported one", "import zlib\ndef f():\n    raise zlib.Stop()\n", {"f": {"Stop"}}),
    ("raised again says nothing", "def f():\n    try:\n        g()\n    except KeyError:\n        raise\n", {"f": set()}),
    ("a variable says nothing", "def f(error):\n    raise error\n", {"f": set()}),
    ("what a function gives says nothing", "def f():\n    raise make('x')\n", {"f": set()}),
    ("what has no name says nothing", "def f():\n    raise kinds[0]('x')\n", {"f": set()}),
    ("caught there", "def f():\n    try:\n        raise KeyError\n    except KeyError:\n        pass\n", {"f": set()}),
    ("caught broadly", "def f():\n    try:\n        raise KeyError\n    except Exception:\n        pass\n", {"f": set()}),
    ("caught barely", "def f():\n    try:\n        raise KeyError\n    except:\n        pass\n", {"f": set()}),
    ("another caught", "def f():\n    try:\n        raise KeyError\n    except OSError:\n        pass\n", {"f": {"KeyError"}}),
    ("from a handler", "def f():\n    try:\n        g()\n    except KeyError as e:\n        raise Bad(e) from e\n", {"f": {"Bad"}}),
    ("from else and finally", "def f():\n    try:\n        g()\n    except A:\n        pass\n    else:\n        raise A\n    finally:\n"
     "        raise B\n", {"f": {"A", "B"}}),
    ("an inner function's is its own", "def f():\n    def g():\n        raise KeyError\n    raise OSError\n", {"f": {"OSError"}, "g": {"KeyError"}}),
    ("what is caught around a definition is not caught in it", "def f():\n    try:\n        def g():\n            raise KeyError\n    except KeyError:\n        pass\n", {"f": set(), "g": {"KeyError"}}),
    ("deep in blocks", "def f(x):\n    match x:\n        case [a]:\n            if a:\n                raise A\n        case _:\n"
     "            while x:\n                raise B\n", {"f": {"A", "B"}}),
    ("documented", "def f():\n    '''Does.\n\n    Raises:\n        KeyError: always.\n    '''\n", {"f": {"KeyError"}}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), [c[1:] for c in FUNCTIONS], ids=[c[0] for c in FUNCTIONS])
def test_what_functions_raise(text: str, wanted: dict[str, set[str]]) -> None:
    assert {f.name: set(f.raises | f.docs) for f in digested(text).functions} == wanted


def test_calls_with_what_is_caught_around_them() -> None:
    (function,) = digested(
        """
        def f(self, rows):
            with self.lock:
                first(rows[0])
            try:
                self.save(second(rows))
            except (KeyError, OSError):
                third()
            except Exception:
                pass
            return rows['a']
        """
    ).functions
    both = frozenset({"KeyError", "OSError", "Exception"})
    assert set(function.calls) == {
        ("first", frozenset()),
        ("self.save", both),
        ("second", both),
        ("third", frozenset()),
    }


BARE = [
    ("counted by all keys", "import json\njson.loads(x)\njson.loads(y)\n", {"json.loads": 2, ".loads": 2}),
    ("in a guard it is not bare", "try:\n    f()\nexcept KeyError:\n    g()\nelse:\n    h()\n", {"g": 1, "h": 1}),
    ("under finally alone it is", "try:\n    f()\nfinally:\n    pass\n", {"f": 1}),
    ("the head of with, for, if, while", "with a():\n    pass\nfor x in b():\n    pass\nif c():\n    pass\nwhile d():\n    pass\n",
     {"a": 1, "b": 1, "c": 1, "d": 1}),
    ("both sides of an assignment", "x[f()] = g()\n", {"f": 1, "g": 1}),
    ("a raise's own calls", "raise Bad(f())\n", {"Bad": 1, "f": 1}),
    ("a subject", "match f():\n    case 1:\n        g()\n", {"f": 1, "g": 1}),
    ("a subscript and an attribute", "x = d['k'].name\n", {"[str]": 1, "@name": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), [c[1:] for c in BARE], ids=[c[0] for c in BARE])
def test_bare_calls(text: str, wanted: dict[str, int]) -> None:
    assert digested(text).bare == wanted


CLASSES = [
    ("class A: pass", {"A": ()}),
    ("class A(B, c.D, E[T], f()): pass", {"A": ("B", "D", "E", "")}),
    ("class A(B, metaclass=M): pass", {"A": ("B",)}),
    ("class A:\n    class B(A): pass", {"A": (), "B": ("A",)}),
    ("def f():\n    class A(Exception): pass", {"A": ("Exception",)}),
    ("class A(" + ", ".join(f"B{n}" for n in range(20)) + "): pass", {"A": tuple(f"B{n}" for n in range(8))}),
]


@pytest.mark.parametrize(("text", "wanted"), CLASSES)
def test_classes(text: str, wanted: dict[str, tuple[str, ...]]) -> None:
    assert digested(text).classes == wanted


def test_imports_star_ones_and_relative_ones_included() -> None:
    found = digested("from os import *\nfrom .a import b as c\nfrom .. import d\nimport e.f\nimport g.h as i\n").imports
    assert {name: found[name] for name in "cdei"} == {"c": ".a.b", "d": "..d", "e": "e", "i": "g.h"}


DOCS = [
    ("", set()),
    ("ValueError happens.", set()),
    ("Raises ValueError.", {"ValueError"}),
    ("Raises:\n    KeyError: no key\n    pkg.errors.Missing: gone\n", {"KeyError"}),
    (":raises ~pkg.NotFound: gone", {"NotFound"}),
    ("May raise `json.JSONDecodeError` or (OSError).", {"JSONDecodeError", "OSError"}),
    ("IOError is never raised", set()),
    ("raises `binascii.Error`", {"binascii.Error"}),
]


@pytest.mark.parametrize(("text", "wanted"), DOCS)
def test_documented(text: str, wanted: set[str]) -> None:
    assert documented(text) == wanted


@pytest.mark.parametrize(
    ("name", "does"),
    [
        ("ParseError", True), ("MyException", True), ("LoginFailure", True), ("NotFound", True), ("ReadTimeout", True),
        ("UserWarning", False), ("error", False), ("parse_Error", False), ("Error", True), ("", False), ("Missing", False),
    ],
)  # fmt: skip
def test_looks_like_exception(name: str, does: bool) -> None:
    assert looks_like_exception(name) is does


def test_summaries_of_a_file() -> None:
    found = digested(
        """
        class A:
            def f(self):
                try:
                    x()
                except (KeyError, OSError):
                    pass
            def g(self):
                raise KeyError
        def h():
            try:
                a(); b(); c(); d()
            except OSError:
                pass
            except TypeError:
                pass
        """
    )
    assert [guard.function for guard in found.small] == ["f"]
    assert (found.class_rate("A"), found.class_rate(""), found.class_rate("B")) == (0.5, 0.0, 0.0)
    assert found.catches == {("A", "KeyError"): 1, ("A", "OSError"): 1}
    assert found.caught == {"KeyError": 1, "OSError": 1}
    assert found.often == ("OSError", "KeyError", "TypeError")
    assert found.raises == {3: frozenset(), 8: {"KeyError"}, 10: frozenset()}


def test_blocks_nested_without_end_are_left_out() -> None:
    """Python's parser takes 100 indentations; built by hand there may be more."""
    body: list[ast.stmt] = [ast.Raise(ast.Name("KeyError", ast.Load()), None)]
    for _ in range(5_000):
        body = [ast.If(ast.Name("x", ast.Load()), body, [])]
    function = ast.FunctionDef("f", ast.arguments([], [], None, [], [], None, []), body, [], lineno=1)
    assert digest(ast.Module([function], [])).functions == (Defined("f", "", 1, frozenset(), ()),)
