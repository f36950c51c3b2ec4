"""The names under which calls and exceptions are counted."""

from __future__ import annotations

import ast

import pytest

from reviewbot.languages.python.weighing.keys import callee_keys, exception_key, risky

from .kit import expression

NAMES = {
    "json": "json", "np": "numpy", "loads": "json.loads", "helper": ".tools.helper", "errors": ".errors",
    "deep": "a.b.c.d.deep", "Path": "pathlib.Path",
}  # fmt: skip

EXCEPTIONS = [
    ("ValueError", "ValueError"),
    ("json.decoder.JSONDecodeError", "JSONDecodeError"),
    ("zlib.error", "zlib.error"),
    ("a.b.binascii.Error", "binascii.Error"),
    ("requests.exceptions", "requests.exceptions"),
    ("error", "error"),
    ("IOError", "OSError"),
    ("EnvironmentError", "OSError"),
    ("WindowsError", "OSError"),
    ("socket.error", "OSError"),
    ("select.error", "OSError"),
    ("os.error", "OSError"),
    ("socket.timeout", "TimeoutError"),
    ("ModuleNotFoundError", "ImportError"),
    (".errors.Missing", "Missing"),
    ("", ""),
]


@pytest.mark.parametrize(("dotted", "key"), EXCEPTIONS)
def test_exception_key(dotted: str, key: str) -> None:
    assert exception_key(dotted) == key


CALLEES = [
    ("int(x)", ("int",)),
    ("json.loads(x)", ("json.loads", ".loads")),
    ("loads(x)", ("json.loads", ".loads")),
    ("helper(x)", ("tools.helper", ".helper")),
    ("errors.make(x)", ("errors.make", ".make")),
    ("deep.thing(x)", ("d.deep.thing", ".thing")),
    ("np.linalg.solve(x)", ("numpy.linalg.solve", ".solve")),
    ("Path(x).read_text()", (".read_text",)),
    ("self.save()", ("self.save", ".save")),
    ("cls.make()", ("self.make", ".make")),
    ("self.conn.send()", ("conn.send", ".send")),
    ("self.a.b.send()", ("b.send", ".send")),
    ("cls.registry.get()", ("registry.get", ".get")),
    ("selfish.save()", ("selfish.save", ".save")),
    ("row.get()", ("row.get", ".get")),
    ("super().save()", (".save",)),
    ("'a'.join(x)", (".join",)),
    ("rows[0].get()", (".get",)),
    ("make()(x)", ()),
    ("table[k](x)", ()),
    ("(lambda: 1)()", ()),
    ("d['a']", ("[str]",)),
    ("d[b'a']", ("[str]",)),
    ("parts[1]", ("[int]",)),
    ("parts[-1]", ("[int]",)),
    ("parts[True]", ("[int]",)),
    ("d[key]", ("[]",)),
    ("d[f'{key}']", ("[]",)),
    ("d[1.5]", ("[]",)),
    ("d[-key]", ("[]",)),
    ("row.name", ("@name",)),
    ("a().name", ("@name",)),
]


@pytest.mark.parametrize(("text", "keys"), CALLEES)
def test_callee_keys(text: str, keys: tuple[str, ...]) -> None:
    assert callee_keys(expression(text), NAMES) == keys  # type: ignore[arg-type]


RISKY = [
    ("x = 1", set()),
    ("x = f(g(1), k=h(2))", {"f(g(1), k=h(2))", "g(1)", "h(2)"}),
    ("f(*a.b, **c.d)", {"f(*a.b, **c.d)", "a.b", "c.d"}),
    ("x = a.b.c(1)", {"a.b.c(1)", "a.b"}),
    ("x = a['k'].b", {"a['k'].b", "a['k']"}),
    ("x = a[1:2]", set()),
    ("x = a[i.j:]", {"i.j"}),
    ("a['k'] = b['l']", {"b['l']"}),
    ("a.b = c.d", {"c.d"}),
    ("del a['k']", {"a['k']"}),
    ("x = [f(i) for i in g()]", {"f(i)", "g()"}),
    ("x = lambda: f(1)", set()),
    ("def inner():\n    return f(1)", set()),
    ("class Inner:\n    x = f(1)", set()),
    ("if f(1):\n    g(2)", {"f(1)", "g(2)"}),
    ("x = await f(1)", {"f(1)"}),
    ("x = f'{g(1)}'", {"g(1)"}),
    ("x = (y := f(1))", {"f(1)"}),
]


@pytest.mark.parametrize(("text", "found"), RISKY, ids=[text for text, _ in RISKY])
def test_what_runs_with_a_statement(text: str, found: set[str]) -> None:
    assert {ast.unparse(node) for node in risky(ast.parse(text).body[0])} == found


def test_a_long_chain_takes_no_recursion() -> None:
    node: ast.expr = ast.Name("x", ast.Load())
    for _ in range(10_000):
        node = ast.Attribute(node, "a", ast.Load())
    assert sum(1 for _ in risky(node)) == 10_000
    assert callee_keys(ast.Call(node, [], []), {}) == ("a.a.a", ".a")
