"""Every name of the standard library in the knowledge files is there at run time, and is what the file says."""

from __future__ import annotations

import pytest

from benchmarks.knowledge_check import (
    check,
    files,
    problem_of_source,
    problems_of_callable,
    problems_of_exception,
    resolve,
)

STANDARD = {name: d for name, d in files().items() if d["library"] == "python"}
KNOWN = frozenset(name for d in files().values() for name in d.get("exceptions", {}))


def test_there_are_files_to_check() -> None:
    assert len(STANDARD) >= 10


@pytest.mark.parametrize("file", STANDARD)
def test_names_bases_aliases_results_and_sources_are_true(file: str) -> None:
    assert list(check(STANDARD[file], KNOWN)) == []


@pytest.mark.parametrize(
    ("name", "entry", "says"),
    [
        ("json.Missing", {"bases": []}, "does not exist"),
        ("nowhere.Error", {"bases": []}, "does not exist"),
        ("json.load", {"bases": []}, "is no exception"),
        ("json.JSONDecodeError", {"bases": ["KeyError"]}, "has the bases ['ValueError']"),
        ("json.JSONDecodeError", {"bases": []}, "has the bases ['ValueError']"),
        ("json.JSONDecodeError", {"bases": ["ValueError"], "aliases": ["csv.Error"]}, "csv.Error is not"),
        ("json.JSONDecodeError", {"bases": ["ValueError"], "aliases": ["json.X"]}, "does not exist"),
        ("json.JSONDecodeError", {"bases": ["json.Y"]}, "does not exist"),
    ],
)
def test_a_false_exception_is_found(name: str, entry: dict[str, list[str]], says: str) -> None:
    (problem,) = problems_of_exception(name, entry)
    assert says in problem


@pytest.mark.parametrize(
    ("name", "entry", "says"),
    [
        ("json.read", {}, "does not exist"),
        ("pathlib.Path.read", {}, "does not exist"),
        ("os.sep", {}, "cannot be called"),
        ("os.getcwd[]", {}, "cannot be subscripted"),
        ("json.load", {"aliases": ["json.loads"]}, "json.loads is not"),
        ("json.load", {"aliases": ["json.read"]}, "does not exist"),
        ("json.load", {"returns": "json.loads"}, "is no type"),
        ("json.load", {"returns": "json.Result"}, "does not exist"),
    ],
)
def test_a_false_callable_is_found(name: str, entry: dict[str, object], says: str) -> None:
    (problem,) = problems_of_callable(name, entry)
    assert says in problem


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("cpython:Lib/json/decoder.py#JSONDecoder.decode", None),
        ("cpython:Lib/json/decoder.py#JSONDecoder.guess", "no such symbol"),
        ("cpython:Modules/_json.c#raise_errmsg", None),
        ("PyYAML:yaml/representer.py#SafeRepresenter.represent_undefined", None),
        ("PyYAML:yaml/representer.py#SafeRepresenter.guess", "no such symbol"),
        ("PyYAML:yaml/missing.py#load", "no such file"),
        ("https://example.com/#x", None),
    ],
)
def test_a_false_source_is_found(source: str, says: str | None) -> None:
    problem = problem_of_source(source)
    assert problem is None if says is None else problem and says in problem


def test_an_undeclared_exception_is_found() -> None:
    failure = {"exception": "json.JSONDecodeError", "source": "https://example.com"}
    document = {"callables": {"json.load": {"raises": [failure]}}}
    assert list(check(document, frozenset())) == ["json.load raises json.JSONDecodeError, which no file declares"]
    assert list(check(document, frozenset({"json.JSONDecodeError"}))) == []


def test_names_are_resolved_through_attributes_first() -> None:
    assert resolve("open") is open
    assert resolve("json.decoder.JSONDecodeError") is resolve("json.JSONDecodeError")
    assert resolve("bytes.decode") is bytes.decode
