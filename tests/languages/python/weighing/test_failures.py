"""What a candidate says can fail, in words."""

# ruff: noqa: E501 - the sources of the cases are long strings
from __future__ import annotations

import ast

import pytest

from reviewbot.domain.site import Failure
from reviewbot.languages.python.reading.knowledge import Knowledge
from reviewbot.languages.python.reading.syntax import Function
from reviewbot.languages.python.weighing.candidates import Candidate, Finder, nameable
from reviewbot.languages.python.weighing.digest import digest
from reviewbot.languages.python.weighing.failures import failure
from reviewbot.languages.python.weighing.field import Field
from reviewbot.languages.python.weighing.reasons import Evidence, reasons
from reviewbot.languages.python.weighing.repository import Repository

from .kit import parsed, repository

KNOWLEDGE = Knowledge(
    bases={"json.JSONDecodeError": ("ValueError",)},
    exception_aliases={"json.decoder.JSONDecodeError": "json.JSONDecodeError"},
)
FIELD = Field(
    {"g": {"KeyError": 3, "OSError": 2, "*": 5}, "[str]": {"KeyError": 9, "*": 9}, ".send": {"OSError": 4, "*": 4}},
    {"g": 5},
)


def made(text: str, exception: str, others: dict[str, str]) -> tuple[Candidate, Repository]:
    """The candidate of the first statement of the first function."""
    syntax = parsed(text)
    own = digest(syntax.tree)
    whole = repository({**others, "pkg/app.py": syntax.file.text})
    function = next(n for n in ast.walk(syntax.tree) if isinstance(n, Function))
    node = next(n for n in ast.walk(function.body[0]) if isinstance(n, ast.Call | ast.Subscript | ast.Attribute))
    found = Finder(syntax, own, whole, FIELD).candidates(
        function, function.body[0], {node: {exception: 0.9}}, nameable(own, whole)
    )
    return next(c for c in found if c.exception == exception), whole


RAISES = "class Gone(KeyError): pass\nclass Odd(Exception): pass\ndef g():\n    raise {0}\ndef h():\n    g()\n"
CASES = [
    (
        "g()",
        "KeyError",
        {},
        "KeyError",
        "the key is missing",
        "rules/guards/field.json and this repository's own guards of g",
        ("LookupError",),
    ),
    (
        "x['k']",
        "KeyError",
        {},
        "KeyError",
        "the key is missing",
        "rules/guards/field.json and this repository's own guards of such a call",
        ("LookupError",),
    ),
    (
        "g()",
        "BrokenPipeError",
        {},
        "BrokenPipeError",
        "the operating system refuses",
        "rules/guards/field.json and this repository's own guards of g",
        ("ConnectionError", "OSError"),
    ),
    (
        "g()",
        "BufferError",
        {},
        "BufferError",
        "it fails",
        "rules/guards/field.json and this repository's own guards of g",
        (),
    ),
    (
        "g()",
        "KeyError",
        {"b.py": RAISES.format("KeyError")},
        "KeyError",
        "it cannot do its work",
        "this repository's g",
        ("LookupError",),
    ),
    (
        "h()",
        "KeyError",
        {"b.py": RAISES.format("KeyError")},
        "KeyError",
        "what it calls fails",
        "this repository's h",
        ("LookupError",),
    ),
    (
        "json.loads(x)",
        "JSONDecodeError",
        {},
        "json.JSONDecodeError",
        "it fails",
        "rules/guards/field.json and this repository's own guards of loads",
        ("ValueError",),
    ),
    (
        "g()",
        "Gone",
        {"b.py": RAISES.format("Gone")},
        ".b.Gone",
        "it cannot do its work",
        "this repository's g",
        ("KeyError", "LookupError"),
    ),
    ("g()", "Odd", {"b.py": RAISES.format("Odd")}, ".b.Odd", "it cannot do its work", "this repository's g", ()),
]


@pytest.mark.parametrize(
    ("call", "exception", "others", "name", "when", "source", "ancestors"), CASES, ids=[f"{c[0]} {c[1]}" for c in CASES]
)
def test_failure(
    call: str, exception: str, others: dict[str, str], name: str, when: str, source: str, ancestors: tuple[str, ...]
) -> None:
    one, whole = made(f"import json\nfrom .b import Gone, Odd\ndef f(x):\n    {call}\n", exception, others)
    found = failure(one, None, whole, KNOWLEDGE)
    assert (found.exception, found.when, found.source, found.ancestors) == (name, when, source, ancestors)
    assert found.rule.startswith("py.unhandled.") and found.rule == found.rule.lower()


def test_the_knowledge_comes_first() -> None:
    known = Failure("KeyError", "the key is missing", "https://docs.python.org", "py.unhandled.key")
    one, whole = made("def f(x):\n    g()\n", "KeyError", {})
    assert failure(one, known, whole, KNOWLEDGE) is known


NAMES = """
twin_catches class_catches file_catches doc_gives doc_fails doc_goes_on name_or_none name_try annotated_optional
default_for_nothing hides loops_once
"""
VALUES = dict.fromkeys(NAMES.split(), 0.0)

GUARD = "try:\n    {0}\nexcept KeyError:\n    pass\n"
REASONS = [
    ("nothing moved it", {}, "g()", {}, {}, ()),
    ("too little", {"field": 0.1}, "g()", {}, {}, ()),
    ("together enough", {"field": 0.1, "field_any": 0.1}, "g()", {}, {}, ("Of 10 uses of `g` in other packages, 3 are guarded against it.",)),
    ("against it", {"field": -0.5}, "g()", {}, {}, ()),
    ("what nobody would accept", {"lines": 2.0}, "g()", {}, {}, ()),
    ("the repository", {"repo": 1.0}, "g()", {"b.py": GUARD.format("g()") * 2 + "g()\n"}, {},
     ("This repository guards `g` against it in 2 of 4 places.",)),
    ("the repository says nothing of it", {"repo": 1.0}, "g()", {}, {}, ()),
    ("a look-up", {"repo_guards": 1.0}, "x['k']", {"b.py": GUARD.format("x['k']")}, {},
     ("This repository guards a look-up by a name against it in 1 of 2 places.",)),
    ("an attribute", {"repo": 1.0}, "x.k", {"b.py": GUARD.format("x.k")}, {}, ("This repository guards reading `k` against it in 1 of 2 places.",)),
    ("too few in the field", {"field": 1.0}, "send()", {}, {}, ()),
    ("raised there", {"escape": 1.0}, "g()", {"b.py": "def g():\n    raise KeyError"}, {}, ("`g` raises it itself.",)),
    ("raised below", {"escape": 1.0}, "g()", {"b.py": "def g():\n    h()\ndef h():\n    raise KeyError"}, {}, ("It escapes from what `g` calls.",)),
    ("raised nowhere", {"escape": 1.0}, "g()", {}, {}, ()),
    ("twins", {"twin_catches": 1.0}, "g()", {}, {"twin_catches": 2}, ("Other functions named `f` guard against it.",)),
    ("no twins", {"twins_guarded": 1.0}, "g()", {}, {}, ()),
    ("the class", {"class_catches": 1.0}, "g()", {}, {"class_catches": 1, "file_catches": 2}, ("Other methods of this class guard against `KeyError`.",)),
    ("the file", {"file_catches": 1.0}, "g()", {}, {"file_catches": 2}, ("Other functions of this file guard against `KeyError`.",)),
    ("the docstring", {"doc_fails": 1.0}, "g()", {}, {"doc_fails": 1}, ("The docstring says what should happen when it fails.",)),
    ("the name", {"name_try": 1.0}, "g()", {}, {"name_try": 1}, ("The function promises an answer even when there is none.",)),
    ("no promise", {"doc_gives": 1.0}, "g()", {}, {}, ()),
    ("a default", {"default_for_nothing": 1.0}, "g()", {}, {"default_for_nothing": 1}, ("A default is set right before, for nothing unless this may fail.",)),
    ("hidden", {"hides": 1.0}, "g()", {}, {"hides": 1}, ("Code stands behind it that only a failure could reach.",)),
    ("once", {"loops_once": 1.0}, "g()", {}, {"loops_once": 1}, ("The loop around it goes on to the next item only when this one fails.",)),
    ("two at most, the weightiest first", {"hides": 0.2, "field": 0.9, "doc_fails": 0.4}, "g()", {}, {"hides": 1, "doc_fails": 1},
     ("Of 10 uses of `g` in other packages, 3 are guarded against it.", "The docstring says what should happen when it fails.")),
    ("the next where the first says nothing", {"escape": 0.9, "field": 0.5}, "g()", {}, {}, ("Of 10 uses of `g` in other packages, 3 are guarded against it.",)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("moved", "call", "others", "values", "told"), [c[1:] for c in REASONS], ids=[c[0] for c in REASONS]
)
def test_reasons(
    moved: dict[str, float], call: str, others: dict[str, str], values: dict[str, float], told: tuple[str, ...]
) -> None:
    one, whole = made(f"def f(x):\n    {call}\n", "KeyError", others)
    assert reasons(moved, Evidence(one, {**VALUES, **values}, whole, FIELD)) == told
