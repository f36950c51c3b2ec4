"""A review's sites with a whole repository at hand, from end to end."""

# ruff: noqa: E501 - the sources of the cases are long strings
from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.python.finding import detect
from reviewbot.languages.python.language import Python
from reviewbot.languages.python.weighing.find import Finder, Weights
from reviewbot.languages.python.weighing.forest import Forest

from .kit import MANNER, Files, knows, lines_of, look, repository, shipped

OTHER_GUARDS = {path: text.replace("json.loads", "Box.unpack") for path, text in MANNER.items()}
"""A manner that says nothing of ``fetch``."""
GUARDED = "from .net import fetch\n\n\ndef part{0}(key):\n    try:\n        return fetch(key)\n    except OSError:\n        return None\n"
FETCHING = {**OTHER_GUARDS, **{f"pkg/fetching{n}.py": GUARDED.format(n) for n in range(5)}}
BARE = "from .net import fetch\n\n\ndef load(key):\n    return fetch(key)\n"


def confidence(text: str, others: dict[str, str], exception: str = "OSError") -> float:
    found = look(text, others).sites
    return max((s.confidence for s in found if exception in {f.exception for f in s.failures}), default=0.0)


def test_a_call_guarded_five_times_elsewhere_is_far_surer() -> None:
    with_them, without = confidence(BARE, FETCHING), confidence(BARE, OTHER_GUARDS)
    assert with_them > 0.25 and with_them > 3 * without


def test_what_is_found_says_where_and_why() -> None:
    (site,) = look(BARE, FETCHING).sites
    assert (site.path, site.callee, site.function, site.calibrated) == ("pkg/app.py", "net.fetch", "load", True)
    assert (site.span.line, site.span.column, site.span.end_column) == (5, 11, 21)
    assert [f.exception for f in site.failures] == ["OSError"]
    assert "This repository guards `net.fetch` against it in 5 of 6 places." in site.why
    assert "\n" not in site.why


@pytest.mark.parametrize(
    "body",
    [
        "try:\n        return fetch(key)\n    except OSError:\n        return None",
        "try:\n        return fetch(key)\n    except Exception:\n        return None",
        "try:\n        return fetch(key)\n    except:\n        return None",
        "try:\n        if key:\n            return fetch(key)\n    except (KeyError, IOError):\n        return None",
        "with suppress(OSError):\n        return fetch(key)",
        "with contextlib.suppress(KeyError, OSError):\n        return fetch(key)",
    ],
)
def test_what_is_caught_already_gives_nothing(body: str) -> None:
    head = "import contextlib\nfrom contextlib import suppress\nfrom .net import fetch\n\n\ndef load(key):\n    "
    assert confidence(head + body + "\n", FETCHING) == 0.0
    assert confidence(head + "return fetch(key)\n", FETCHING) > 0.25


TABLES = {p: t.replace("json.loads(text)", "TABLE[text]").replace("ValueError", "KeyError") for p, t in MANNER.items()}
NUMBERS = {p: t.replace("json.loads(text)", "int(text)") for p, t in MANNER.items()}
RULED_OUT = [
    ("return TABLE[key]", "KeyError", TABLES, False),
    ("if other in TABLE:\n        return TABLE[key]", "KeyError", TABLES, False),
    ("if key in TABLE:\n        return TABLE[key]", "KeyError", TABLES, True),
    ("if key not in TABLE:\n        return None\n    return TABLE[key]", "KeyError", TABLES, True),
    ("return TABLE[key] if key in TABLE else None", "KeyError", TABLES, True),
    ("for one in TABLE:\n        print(TABLE[one])", "KeyError", TABLES, True),
    ("return int(key)", "ValueError", NUMBERS, False),
    ("if key.isdigit():\n        return int(key)", "ValueError", NUMBERS, True),
    ("return int('5')", "ValueError", NUMBERS, True),
]


@pytest.mark.parametrize(("body", "exception", "others", "ruled_out"), RULED_OUT)
def test_what_was_checked_before_gives_nothing(
    body: str, exception: str, others: dict[str, str], ruled_out: bool
) -> None:
    found = look(f"TABLE = make()\n\n\ndef total(key, other):\n    {body}\n", others).sites
    calls = [s for s in found if s.callee in {"[]", "int"}]
    assert (exception not in {f.exception for s in calls for f in s.failures}) is ruled_out


@pytest.mark.parametrize(("suppressed", "handled"), [("Missing", True), ("AppError", True), ("KeyError", False)])
def test_a_base_class_of_the_repositorys_own_catches_too(suppressed: str, handled: bool) -> None:
    errors = "class AppError(Exception):\n    pass\n\n\nclass Missing(AppError):\n    pass\n"
    net = "from .errors import Missing\n\n\ndef fetch(key):\n    raise Missing(key)\n"
    guards = "".join(
        f"def u{n}(x):\n    try:\n        return fetch(x)\n    except Missing:\n        return None\n" for n in range(5)
    )
    others = {**OTHER_GUARDS, "pkg/errors.py": errors, "pkg/net.py": net, "pkg/use.py": guards}
    head = "from contextlib import suppress\nfrom .errors import AppError, Missing\nfrom .net import fetch\n\n\n"
    text = f"{head}def total(key):\n    with suppress({suppressed}):\n        return fetch(key)\n"
    assert (confidence(text, others, ".errors.Missing") == 0.0) is handled


@pytest.mark.parametrize(
    "text",
    [
        BARE.replace("fetch(key)", "fetch(key)  # reviewbot: ignore"),
        BARE.replace("fetch(key)", "fetch(\n        key  # reviewbot:ignore\n    )"),
        "# @generated by tool\n" + BARE,
        BARE.replace("return fetch(key)", "return lambda: fetch(key)"),
        BARE.replace("return fetch(key)", "fetch(key)\n    raise NotImplementedError"),
    ],
)
def test_what_is_asked_to_be_left_alone(text: str) -> None:
    assert look(text, FETCHING).sites == ()


SPREAD = """
from .net import fetch
import json


def one(key):
    a = fetch(key)
    b = (
        key,
        fetch(key),
        json.loads(
            key
        ),
    )
    with fetch(key) as c:
        d = fetch(c)
    return a, b, d


def two(key):
    return fetch(key)


class Three:
    async def get(self, key):
        if fetch(key):
            return [fetch(k) for k in key]
        return fetch(key)


top = json.loads(input())
"""


@pytest.mark.parametrize("first", range(1, 30))
@pytest.mark.parametrize("many", [1, 4])
def test_sites_lie_on_changed_lines(first: int, many: int) -> None:
    changed = [LineRange(first, first + many - 1)]
    found = look(SPREAD, FETCHING, changed)
    assert all(changed[0].overlaps(site.span.lines) for site in found.sites)


def test_every_line_with_a_call_can_be_a_site() -> None:
    calls = {n for n, line in enumerate(SPREAD.split("\n"), 1) if "fetch(" in line}
    found = {n for n in calls if look(SPREAD, FETCHING, [LineRange(n, n)]).sites}
    assert calls - found <= {n for n in calls if "for k in" in SPREAD.split("\n")[n - 1]}


def test_nothing_changed_gives_nothing() -> None:
    finder = Finder(knows(), shipped(), repository(FETCHING))
    assert finder.find_sites(SourceFile("pkg/app.py", BARE), []).sites == ()


def test_results_are_the_same_on_every_run() -> None:
    first = look(SPREAD, FETCHING)
    backwards = dict(reversed(FETCHING.items()))
    assert first.sites
    assert all(look(SPREAD, others) == first for others in (FETCHING, backwards))


def test_at_module_level_analysis_decides() -> None:
    found = look(SPREAD, FETCHING).sites
    assert [(s.callee, s.calibrated) for s in found if s.function is None] == [("json.loads", False), ("input", False)]
    assert all(s.calibrated for s in found if s.function is not None)


PLAIN = SPREAD + dedent("""
    def three(path):
        with open(path) as f:
            return json.load(f)
""")


@pytest.mark.parametrize(
    "others", [{}, dict(list(MANNER.items())[:7]), {p.replace("pkg", "tests"): t for p, t in MANNER.items()}]
)
def test_without_a_manner_analysis_alone_decides(others: dict[str, str]) -> None:
    found = look(PLAIN, others)
    assert found == detect.find_sites(SourceFile("pkg/app.py", PLAIN), lines_of(PLAIN), knows())
    assert found.sites and not any(s.calibrated for s in found.sites)


def test_without_weights_the_repository_is_not_read() -> None:
    tree = Files(FETCHING)
    found = Python(knows()).find_sites(SourceFile("pkg/app.py", PLAIN), lines_of(PLAIN), tree)
    assert found == detect.find_sites(SourceFile("pkg/app.py", PLAIN), lines_of(PLAIN), knows())
    assert tree.reads == []


def test_more_changed_lines_than_people_write_are_left_to_analysis() -> None:
    text = BARE + "\n" * 10_000
    assert not any(s.calibrated for s in look(text, FETCHING).sites)
    assert any(s.calibrated for s in look(text, FETCHING, [LineRange(1, 100)]).sites)


def always(probability_odds: float) -> Weights:
    return replace(shipped(), forest=Forest(shipped().forest.features, probability_odds, (), ()))


def sites(text: str, others: dict[str, str], weights: Weights) -> list[tuple[str, list[str], float]]:
    finder = Finder(knows(), weights, repository({**others, "pkg/app.py": text}))
    found = finder.find_sites(SourceFile("pkg/app.py", text), lines_of(text)).sites
    return [(s.callee, [f.exception for f in s.failures], s.confidence) for s in found]


def test_what_is_hardly_likely_is_not_told() -> None:
    assert sites(BARE, FETCHING, always(-20.0)) == []
    assert sites(BARE, FETCHING, always(20.0)) != []


def test_confidence_is_calibrated_and_rounded() -> None:
    forest = replace(always(20.0).forest, steps=((0.0, 0.0), (0.5, 0.123456)))
    assert {c for _, _, c in sites(BARE, FETCHING, replace(shipped(), forest=forest))} == {0.1235}


def test_no_exception_stands_beside_its_base_class() -> None:
    guards = "".join(
        f"def g{n}(key):\n    try:\n        return fetch(key)\n    except {e}:\n        return None\n"
        for n, e in enumerate(["FileNotFoundError", "PermissionError", "OSError"])
    )
    for _, exceptions, _ in sites(BARE, {**FETCHING, "pkg/more.py": "from .net import fetch\n" + guards}, always(20.0)):
        assert not {"FileNotFoundError", "PermissionError"} & set(exceptions) or "OSError" not in exceptions


def test_own_exceptions_are_named_as_the_file_can() -> None:
    others = {
        **OTHER_GUARDS,
        "pkg/net.py": "class Missing(KeyError):\n    pass\n\n\ndef fetch(key):\n    raise Missing(key)\n",
    }
    text = BARE.replace("import fetch", "import Missing, fetch")
    found = sites(text, others, always(20.0))
    assert ".net.Missing" in found[0][1]
    assert not any("Missing" in e for _, es, _ in sites(BARE, others, always(20.0)) for e in es)


@pytest.mark.parametrize(
    ("text", "rule", "fails"),
    [
        (BARE, "py.unhandled.os-error", None),
        ("import json\n\n\ndef load(text):\n    return json.loads(text)\n", "py.unhandled.json-decode", True),
        ("import json\n\n\ndef load(text):\n    try:\n        return json.loads(text)\n    except ValueError:\n        return None\n", "py.unhandled.json-decode", False),
        ("import json\n\n\ndef load(text):\n    return json.dumps\n", "py.unhandled.json-decode", False),
        ("def (", "py.unhandled.json-decode", False),
    ],
)  # fmt: skip
def test_fails(text: str, rule: str, fails: bool | None) -> None:
    language = Python(knows(), shipped())
    file, tree = SourceFile("pkg/app.py", text), Files({**FETCHING, "pkg/app.py": text})
    lines = lines_of(text)[0]
    if fails is None:
        (site,) = language.find_sites(file, [lines], tree).sites
        assert all(language.fails(file, lines, f.rule, tree) for f in site.failures)
        assert not language.fails(file, LineRange(1, 2), site.failures[0].rule, tree)
    else:
        assert language.fails(file, lines, rule, tree) is fails
