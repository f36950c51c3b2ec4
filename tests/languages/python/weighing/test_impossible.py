"""What a call cannot raise, by its own arguments and its statement."""

from __future__ import annotations

import ast

import pytest

from reviewbot.languages.python.weighing.candidates import Candidate
from reviewbot.languages.python.weighing.impossible import impossible

CASES = [
    ("x = line.split(None, 2)", "ValueError", True),
    ("x = line.split()", "ValueError", True),
    ("x = line.split(',')", "ValueError", True),
    ("x = line.rsplit(sep=b':')", "ValueError", True),
    ("x = line.split('')", "ValueError", False),
    ("x = line.split(separator)", "ValueError", False),
    ("a, b = line.split(',')", "ValueError", False),
    ("[a, b] = line.split(',')", "ValueError", False),
    ("for a, b in line.split(','):\n    pass", "ValueError", False),
    ("x = {a: b for a, b in line.split(',')}", "ValueError", False),
    ("x = line.split(',')", "AttributeError", False),
    ("x = split(',')", "ValueError", False),
    ("x = data.decode('utf-8', 'replace')", "UnicodeDecodeError", True),
    ("x = data.decode(errors='ignore')", "UnicodeError", True),
    ("x = data.decode('Latin-1')", "UnicodeDecodeError", True),
    ("x = text.encode('latin-1')", "UnicodeEncodeError", False),
    ("x = text.encode('ascii', 'xmlcharrefreplace')", "UnicodeEncodeError", True),
    ("x = data.decode('utf-8')", "UnicodeDecodeError", False),
    ("x = data.decode('utf-8', 'strict')", "UnicodeDecodeError", False),
    ("x = data.decode('utf-8', errors)", "UnicodeDecodeError", False),
    ("x = data.decode('utf-8', 'replace')", "LookupError", False),
]


@pytest.mark.parametrize(("source", "exception", "cannot"), CASES)
def test_impossible(source: str, exception: str, cannot: bool) -> None:
    statement = ast.parse(source).body[0]
    node = next(n for n in ast.walk(statement) if isinstance(n, ast.Call))
    one = Candidate(statement, None, node, exception, exception, ((node, ("x",)),), 1, 1)
    assert impossible(one) is cannot
