"""Doubts that leave half of a probability, each by a small repository."""

from __future__ import annotations

import ast

import pytest

from reviewbot.languages.python.weighing.candidates import Candidate
from reviewbot.languages.python.weighing.digest import digest
from reviewbot.languages.python.weighing.doubts import left
from reviewbot.languages.python.weighing.repository import Repository

OWN = "class Lost(LookupError):\n    pass\n\n\n"
BARE = "def main():\n    load()\n"
CAUGHT = "def main():\n    try:\n        load()\n    except {}:\n        return 1\n"
BOTH = CAUGHT.format("OSError") + "\n\ndef other():\n    load()\n"
PROPERTY = "class A:\n    @property\n    def size(self):\n        raise ValueError('x')\n"

CASES = [
    ("nobody calls it", "x()", "OSError", "", 1.0),
    ("a caller that catches nothing", "x()", "OSError", BARE, 1.0),
    ("the only caller catches it", "x()", "OSError", CAUGHT.format("OSError"), 0.5),
    ("by a base class", "x()", "FileNotFoundError", CAUGHT.format("OSError"), 0.5),
    ("by an alias", "x()", "FileNotFoundError", CAUGHT.format("IOError"), 0.5),
    ("by everything", "x()", "KeyError", CAUGHT.format("Exception"), 0.5),
    ("by a base of the project's own", "x()", "Lost", OWN + CAUGHT.format("LookupError"), 0.5),
    ("another exception", "x()", "KeyError", CAUGHT.format("OSError"), 1.0),
    ("a subclass alone", "x()", "OSError", CAUGHT.format("FileNotFoundError"), 1.0),
    ("one of two callers", "x()", "OSError", BOTH, 1.0),
    ("a name that many functions share", "x()", "OSError", CAUGHT.format("OSError") + "\n\ndef load(): ...\n" * 3, 1.0),
    ("reading an attribute", "x.size", "OSError", "", 0.5),
    ("reading an attribute that is not there", "x.size", "AttributeError", "", 1.0),
    ("a property that raises it", "x.size", "ValueError", PROPERTY, 1.0),
    ("both doubts", "x.size", "OSError", CAUGHT.format("OSError"), 0.25),
]


@pytest.mark.parametrize(
    ("source", "exception", "others", "rest"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_what_is_left(source: str, exception: str, others: str, rest: float) -> None:
    function = ast.parse(f"def load():\n    {source}\n").body[0]
    assert isinstance(function, ast.FunctionDef)
    statement = function.body[0]
    assert isinstance(statement, ast.Expr)
    node = statement.value
    assert isinstance(node, ast.Call | ast.Attribute)
    one = Candidate(statement, function, node, exception, exception, ((node, ("x",)),), 2, 2)
    assert left(one, Repository({"a.py": digest(ast.parse(others))})) == rest
