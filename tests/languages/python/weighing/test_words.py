"""What names, docstrings and comments say."""

from __future__ import annotations

import ast
import time

import pytest

from reviewbot.languages.python.reading.syntax import Function
from reviewbot.languages.python.weighing.words import comment_speaks, of_docstring, of_name

from .kit import parsed


def function(text: str) -> Function:
    found = ast.parse(text).body[0]
    assert isinstance(found, Function)
    return found


NAMES = [
    ("get_or_none", {"or_none", "get"}),
    ("maybe_load", {"or_none", "load"}),
    ("_try_parse", {"try", "parse"}),
    ("is_valid", {"asks", "checks"}),
    ("to_int", {"parse"}),
    ("from_json", {"parse"}),
    ("close", {"ends"}),
    ("remove_file", {"removes"}),
    ("main", {"runs"}),
    ("_main", {"runs"}),
    ("run_all", {"runs"}),
    ("__getitem__", {"dunder"}),
    ("save", {"writes"}),
    ("total", set()),
]


@pytest.mark.parametrize(("name", "wanted"), NAMES)
def test_names(name: str, wanted: set[str]) -> None:
    found = of_name(function(f"def {name}(): pass"))
    assert {word.removeprefix("name_") for word, says in found.items() if says} == wanted


def test_outside_of_functions_nothing_is_said() -> None:
    assert not any(of_name(None).values()) and not any(of_docstring(None).values())
    assert of_name(None).keys() == of_name(function("def f(): pass")).keys()
    assert of_docstring(None).keys() == of_docstring(function("def f(): 'x'")).keys()


DOCS = [
    ("", set()),
    ("The total.", {"doc"}),
    ("The rate, or None.", {"doc", "gives"}),
    ("Returns False if there is none.", {"doc", "gives"}),
    ("When missing, an empty list.", {"doc", "gives", "fails"}),
    ("Fails on bad input.", {"doc", "fails"}),
    ("Skips what is damaged.", {"doc", "goes_on"}),
    ("Falls back to the old one, best-effort.", {"doc", "goes_on"}),
    ("Raises KeyError.", {"doc", "raises"}),
    (":raises KeyError: never", {"doc", "raises"}),
]


@pytest.mark.parametrize(("text", "wanted"), DOCS)
def test_docstrings(text: str, wanted: set[str]) -> None:
    found = of_docstring(function(f"def f():\n    {text!r}\n    return 1"))
    assert {word.removeprefix("doc_") for word, says in found.items() if says} == wanted


COMMENTS = [
    ("x = f()  # may fail", 1, 1, True),
    ("x = f()  # the total", 1, 1, False),
    ("x = f()  # 1 # may fail", 1, 1, True),
    ("x = fail()", 1, 1, False),
    ("# the file may be missing\n# for now\nx = f()", 3, 3, True),
    ("# may fail\n\nx = f()", 3, 3, False),
    ("# may fail\nx = f()", 2, 2, True),
    ("x = f(\n    1,  # not found\n)", 1, 3, True),
    ("x = f()\n# may fail", 1, 1, False),
    ("# mayor\nx = f()", 2, 2, False),
]


@pytest.mark.parametrize(("text", "first", "last", "speaks"), COMMENTS)
def test_comments(text: str, first: int, last: int, speaks: bool) -> None:
    assert comment_speaks(parsed(text).lines, first, last) is speaks


@pytest.mark.parametrize("filling", ["#", "# ", "a", "if ", "None ", "_", "may", "\u00e9"])
def test_no_words_take_long(filling: str) -> None:
    text = filling * 20_000
    began = time.perf_counter()
    comment_speaks(["#" + text, "x = 1 #" + text], 2, 2)
    of_docstring(function(f"def f():\n    {text!r}"))
    name = "".join(c if c.isalnum() else "_" for c in text)
    of_name(function(f"def _{name}(): pass"))
    assert time.perf_counter() - began < 5
