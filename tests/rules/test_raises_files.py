"""The knowledge files follow their schema, name each thing once, and say who says so."""

from __future__ import annotations

import builtins
import copy
import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from benchmarks.knowledge_check import RULES, files

DOCUMENTS = files()
VALIDATOR = jsonschema.Draft202012Validator(json.loads((RULES / "schema.json").read_text(encoding="utf-8")))
NEVER = {"Exception", "BaseException", "TypeError", "MemoryError", "KeyboardInterrupt", "SystemExit", "NameError"}

Document = dict[str, Any]

GOOD: Document = {
    "library": "acme",
    "exceptions": {"acme.Refused": {"bases": ["ValueError"], "aliases": ["acme.api.Refused"], "rule": "acme-refused"}},
    "callables": {
        "acme.Client.send": {
            "aliases": ["acme.api.Client.send"],
            "returns": "acme.Answer",
            "input": 0,
            "safe": ["literal", "keyword:dry_run"],
            "raises": [
                {
                    "exception": "acme.Refused",
                    "when": "the server refuses the order",
                    "rule": "acme-order",
                    "likelihood": 0.6,
                    "source": "https://acme.example/api#send",
                }
            ],
        }
    },
}


def _all_callables() -> list[tuple[str, str, Document]]:
    return [(file, name, entry) for file, d in DOCUMENTS.items() for name, entry in d["callables"].items()]


def _all_failures() -> list[tuple[str, Document]]:
    return [(name, failure) for _, name, entry in _all_callables() for failure in entry["raises"]]


def _raising(standard: bool) -> set[str]:
    return {
        name
        for d in DOCUMENTS.values()
        for name, entry in d["callables"].items()
        if entry["raises"] and (d["library"] == "python") is standard
    }


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(VALIDATOR.schema)


@pytest.mark.parametrize("file", DOCUMENTS)
def test_each_file_follows_the_schema(file: str) -> None:
    assert [f"{list(e.absolute_path)}: {e.message}" for e in VALIDATOR.iter_errors(DOCUMENTS[file])] == []


def test_the_standard_library_is_covered() -> None:
    assert len(_raising(standard=True)) >= 330


def test_the_libraries_people_use_most_are_covered() -> None:
    assert len(_raising(standard=False)) >= 120
    libraries = {d["library"].lower() for d in DOCUMENTS.values()}
    expected = (
        "requests httpx pyyaml sqlalchemy redis boto3 urllib3 aiohttp psycopg psycopg2-binary pymongo django flask "
        "werkzeug pandas numpy pydantic jinja2 click lxml toml tomli python-dateutil cryptography pyjwt celery kombu "
        "paramiko"
    )
    assert libraries >= set(expected.split())


def test_no_callable_stands_twice_under_any_of_its_names() -> None:
    names = Counter(n for _, name, entry in _all_callables() for n in (name, *entry.get("aliases", ())))
    assert [name for name, count in names.items() if count > 1] == []


def test_no_exception_stands_twice_under_any_of_its_names() -> None:
    declared = [(name, e) for d in DOCUMENTS.values() for name, e in d.get("exceptions", {}).items()]
    names = Counter(n for name, entry in declared for n in (name, *entry.get("aliases", ())))
    assert [name for name, count in names.items() if count > 1] == []


def test_no_callable_lists_a_failure_twice() -> None:
    twice = [name for _, name, e in _all_callables() if len({f["exception"] for f in e["raises"]}) < len(e["raises"])]
    assert twice == []


def test_no_callable_lists_a_failure_beside_its_own_base() -> None:
    """A handler of the base would hide that of the other, or the other would be idle."""
    bases = {name: e["bases"] for d in DOCUMENTS.values() for name, e in d.get("exceptions", {}).items()}

    def ancestors(exception: str) -> set[str]:
        built_in = getattr(builtins, exception, None)
        return {c.__name__ for c in built_in.__mro__[1:]} if built_in else set(bases[exception])

    hidden = []
    for _, name, entry in _all_callables():
        listed = {failure["exception"] for failure in entry["raises"]}
        hidden += [(name, one) for one in listed if ancestors(one) & listed]
    assert hidden == []


def test_every_exception_is_declared_and_declared_ones_are_used() -> None:
    declared = {name for d in DOCUMENTS.values() for name in d.get("exceptions", {})}
    used = {failure["exception"] for _, failure in _all_failures()}
    assert {name for name in used - declared if not hasattr(builtins, name)} == set()
    bases = {b for d in DOCUMENTS.values() for e in d.get("exceptions", {}).values() for b in e["bases"]}
    assert {name for name in bases - declared if not hasattr(builtins, name)} == set()


def test_every_failure_has_a_rule() -> None:
    rules = {name: e["rule"] for d in DOCUMENTS.values() for name, e in d.get("exceptions", {}).items()}
    assert [name for name, f in _all_failures() if "rule" not in f and f["exception"] not in rules] == []


def test_every_failure_has_a_source() -> None:
    pattern = re.compile(r"https://\S+|[A-Za-z0-9._-]+:[\w./-]+\.(py|pyx|c|h)#[\w.]+")
    assert [f["source"] for _, f in _all_failures() if not pattern.fullmatch(f["source"])] == []


def test_likelihoods_are_odds_that_someone_weighed() -> None:
    likelihoods = [failure["likelihood"] for _, failure in _all_failures()]
    assert all(0.05 <= one <= 0.9 for one in likelihoods)
    assert len(set(likelihoods)) > 10


def test_misuse_is_never_listed() -> None:
    assert {f["exception"] for _, f in _all_failures()} & NEVER == set()


@pytest.mark.parametrize("file", DOCUMENTS)
def test_each_file_begins_with_its_theme(file: str) -> None:
    first = (RULES / file).read_text(encoding="utf-8").splitlines()[0]
    assert re.fullmatch(r"# .{3,}\.", first), first


def _without(*path: Any) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        for key in path[:-1]:
            document = document[key]
        del document[path[-1]]

    return change


def _with(value: Any, *path: Any) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value

    return change


CALL = ("callables", "acme.Client.send")
FAIL = (*CALL, "raises", 0)

MALFORMED: dict[str, Callable[[Document], None]] = {
    "no library": _without("library"),
    "library with a slash": _with("acme/evil", "library"),
    "no callables": _without("callables"),
    "empty callables": _with({}, "callables"),
    "unknown key at the top": _with(1, "callable"),
    "callable with a call": _with(GOOD["callables"]["acme.Client.send"], "callables", "acme.send()"),
    "callable with a subscript inside": _with(GOOD["callables"]["acme.Client.send"], "callables", "acme[0].send"),
    "callable is a list": _with([], *CALL),
    "no raises": _without(*CALL, "raises"),
    "empty raises and no result": lambda d: d["callables"].update({"acme.x": {"raises": []}}),
    "unknown key of a callable": _with(True, *CALL, "ignore"),
    "aliases no list": _with("acme.send", *CALL, "aliases"),
    "alias twice": _with(["acme.a", "acme.a"], *CALL, "aliases"),
    "input negative": _with(-1, *CALL, "input"),
    "input no name": _with("a b", *CALL, "input"),
    "unknown safe": _with(["always"], *CALL, "safe"),
    "safe without a keyword": _with(["keyword:"], *CALL, "safe"),
    "returns no name": _with("list[int]", *CALL, "returns"),
    "dynamic no service": _with("S3 client", *CALL, "dynamic"),
    "failure without an exception": _without(*FAIL, "exception"),
    "failure without a reason": _without(*FAIL, "when"),
    "failure without a likelihood": _without(*FAIL, "likelihood"),
    "failure without a source": _without(*FAIL, "source"),
    "catch-all": _with("Exception", *FAIL, "exception"),
    "misuse": _with("TypeError", *FAIL, "exception"),
    "exception no name": _with("acme.Refused, OSError", *FAIL, "exception"),
    "reason ends with a stop": _with("the server refuses.", *FAIL, "when"),
    "reason of two lines": _with("the server\nrefuses", *FAIL, "when"),
    "reason too long": _with("the server refuses " * 10, *FAIL, "when"),
    "likelihood 0": _with(0, *FAIL, "likelihood"),
    "likelihood above 1": _with(1.1, *FAIL, "likelihood"),
    "likelihood in words": _with("high", *FAIL, "likelihood"),
    "source not encrypted": _with("http://acme.example/api", *FAIL, "source"),
    "source is hearsay": _with("experience", *FAIL, "source"),
    "code without a symbol": _with("acme:acme/api.py", *FAIL, "source"),
    "rule in capitals": _with("AcmeRefused", *FAIL, "rule"),
    "exception without bases": _without("exceptions", "acme.Refused", "bases"),
    "exception without a rule": _without("exceptions", "acme.Refused", "rule"),
    "base is Exception": _with(["Exception"], "exceptions", "acme.Refused", "bases"),
    "unknown key of an exception": _with("x", "exceptions", "acme.Refused", "docs"),
}


def test_the_good_sample_is_good() -> None:
    assert list(VALIDATOR.iter_errors(GOOD)) == []


@pytest.mark.parametrize("change", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_files_are_refused(change: Callable[[Document], None]) -> None:
    document = copy.deepcopy(GOOD)
    change(document)
    assert list(VALIDATOR.iter_errors(document))


def test_something_else_than_a_mapping_is_refused() -> None:
    assert list(VALIDATOR.iter_errors(["callables"]))
