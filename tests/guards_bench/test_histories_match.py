"""Which changes of a file count as a specific guard around code that stood there."""

from __future__ import annotations

import textwrap

import pytest

from benchmarks.guards.histories_match import MOST_LINES, guards, resolve


def body(text: str, indent: int = 4) -> str:
    return textwrap.indent(textwrap.dedent(text).strip("\n"), " " * indent)


def function(text: str, head: str = "import json, socket\nfrom acme.errors import Bad\n") -> str:
    return f"{head}\n\ndef load(path, n=0):\n{body(text)}\n"


GUARD = "try:\n    data = json.loads(path)\nexcept ValueError:\n    return None\nreturn data"

FOUND = {
    "the same statement": ("data = json.loads(path)\nreturn data", GUARD, [(6, 6, "same", ("ValueError",), "Return")]),
    "several statements": (
        "a = f(path)\nb = g(a)\nreturn b",
        "try:\n    a = f(path)\n    b = g(a)\nexcept (KeyError, Bad) as exc:\n    raise Bad(path) from exc\nreturn b",
        [(6, 7, "same", ("KeyError", "Bad"), "Raise")],
    ),
    "the same calls, bound to a name": (
        "return json.loads(path)",
        "try:\n    data = json.loads(path)\nexcept ValueError:\n    data = 1\nreturn data",
        [(6, 6, "calls", ("ValueError",), "Assign")],
    ),
    "a call out of a larger statement": (
        "return make(json.loads(path), 1)",
        "try:\n    data = json.loads(path)\nexcept ValueError:\n    log()\nreturn make(data, 1)",
        [(6, 6, "part", ("ValueError",), "Expr")],
    ),
    "a subscript in a loop": (
        "for p in path:\n    total = n[p]\nreturn total",
        "for p in path:\n    try:\n        total = n[p]\n    except KeyError:\n        continue\nreturn total",
        [(7, 7, "same", ("KeyError",), "Continue")],
    ),
    "two clauses": (
        "data = json.loads(path)\nreturn data",
        GUARD.replace("except ValueError", "except socket.error:\n    pass\nexcept ValueError"),
        [(6, 6, "same", ("socket.error", "ValueError"), "Pass")],
    ),
    "with else and finally": (
        "data = json.loads(path)\nreturn data",
        GUARD.replace("return data", "else:\n    return data\nfinally:\n    close()"),
        [(6, 6, "same", ("ValueError",), "Return")],
    ),
    "in what finally does": (
        "try:\n    g()\nfinally:\n    f(path)",
        "try:\n    g()\nfinally:\n    try:\n        f(path)\n    except OSError:\n        pass",
        [(9, 9, "same", ("OSError",), "Pass")],
    ),
    "in the handler of another guard, where nothing catches": (
        "try:\n    g()\nexcept KeyError:\n    f(path)",
        "try:\n    g()\nexcept KeyError:\n    try:\n        f(path)\n    except OSError:\n        pass",
        [(9, 9, "same", ("OSError",), "Pass")],
    ),
}

NOTHING = {
    "broad": ("data = json.loads(path)\nreturn data", GUARD.replace("ValueError", "Exception")),
    "bare": ("data = json.loads(path)\nreturn data", GUARD.replace(" ValueError", "")),
    "one of them broad": ("data = json.loads(path)\nreturn data", GUARD.replace("ValueError", "(OSError, Exception)")),
    "a broad clause after it": (
        "data = json.loads(path)\nreturn data",
        GUARD.replace("    return None", "    return None\nexcept Exception:\n    pass"),
    ),
    "no failure": ("data = json.loads(path)\nreturn data", GUARD.replace("ValueError", "KeyboardInterrupt")),
    "no plain name": ("data = json.loads(path)\nreturn data", GUARD.replace("ValueError", "errors()")),
    "only finally": ("f(path)", "try:\n    f(path)\nfinally:\n    g()"),
    "an import": ("import yaml\nyaml.f()", "try:\n    import yaml\n    yaml.f()\nexcept ImportError:\n    yaml = None"),
    "new code": ("return path", GUARD),
    "guarded before, with another name": (
        "try:\n    data = json.loads(path)\nexcept KeyError:\n    return 1\nreturn data",
        GUARD,
    ),
    "suppressed before": (
        "with contextlib.suppress(KeyError):\n    f(path)",
        "with contextlib.suppress(KeyError):\n    try:\n        f(path)\n    except ValueError:\n        pass",
    ),
    "it guarded itself before": (
        "while n:\n    try:\n        f(path)\n    except KeyError:\n        pass",
        "try:\n    while n:\n        try:\n            f(path)\n        except KeyError:\n            pass\n"
        "except OSError:\n    pass",
    ),
    "only stored": ("n[path] = 1", "try:\n    n[path] = 1\nexcept KeyError:\n    pass"),
    "it stands there twice": (
        "f(path)\ng()\nf(path)",
        "f(path)\ng()\ntry:\n    f(path)\nexcept ValueError:\n    pass",
    ),
    "nothing that fails": ("x = 1", "try:\n    x = 1\nexcept ValueError:\n    pass"),
    "in a function within": (
        "def g():\n    return f(path)\nreturn g",
        "try:\n    return f(path)\nexcept ValueError:\n    return 1",
    ),
    "too much code": (
        "\n".join(f"f{n}(path)" for n in range(MOST_LINES + 1)),
        "try:\n" + "\n".join(f"    f{n}(path)" for n in range(MOST_LINES + 1)) + "\nexcept ValueError:\n    pass",
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_found(name: str) -> None:
    before, after, expected = FOUND[name]
    found = guards(function(before), function(after))
    assert [(g.start, g.end, g.match, g.exceptions, g.action) for g in found] == expected
    assert {g.function for g in found} == {"load"}


@pytest.mark.parametrize("name", NOTHING)
def test_not_found(name: str) -> None:
    before, after = NOTHING[name]
    assert guards(function(before), function(after)) == []


def test_exceptions_are_resolved_through_the_imports_afterwards() -> None:
    before = function("data = json.loads(path)\nreturn data", head="import json\n")
    clause = "(Bad, JSONDecodeError, s.timeout, OSError)"
    head = "import json\nfrom .errors import Bad\nfrom json import JSONDecodeError\nimport socket as s\n"
    found = guards(before, function(GUARD.replace("ValueError", clause), head=head))
    assert found[0].resolved == (".errors.Bad", "json.JSONDecodeError", "TimeoutError", "OSError")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("KeyError", "KeyError"),
        ("IOError", "OSError"),
        ("s.error", "OSError"),
        ("s.timeout", "TimeoutError"),
        ("s.gaierror", "socket.gaierror"),
        ("self.error", "self.error"),
        ("Bad", "acme.Bad"),
    ],
)
def test_old_names_stand_for_todays(written: str, expected: str) -> None:
    assert resolve(written, {"s": "socket", "Bad": "acme.Bad"}) == expected


def test_a_function_is_known_by_its_qualified_name() -> None:
    before = "class A:\n    def f(self):\n        g()\n\nclass B:\n    def f(self):\n        g()\n"
    after = (
        before[: -len("        g()\n")] + "        try:\n            g()\n        except OSError:\n            pass\n"
    )
    assert [(g.function, g.start) for g in guards(before, after)] == [("B.f", 7)]


def test_a_function_defined_twice_is_left_out() -> None:
    before = "if x:\n    def f():\n        g()\nelse:\n    def f():\n        g()\n"
    after = before.replace("else:", "else:", 1).replace(
        "        g()\n", "        try:\n            g()\n        except OSError:\n            pass\n"
    )
    assert guards(before, after) == []


@pytest.mark.parametrize("text", ["def f(:\n", "print 'two'\n", "x = 1\ry = 2\n", "\0"])
def test_what_is_no_python_has_no_guards(text: str) -> None:
    assert guards(text, function(GUARD)) == []
    assert guards(function("return json.loads(path)"), text) == []
