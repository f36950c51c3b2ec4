import ast
from dataclasses import replace

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.python.finding import boundaries
from reviewbot.languages.python.finding.confidence import Cause, Features, confidence
from reviewbot.languages.python.finding.detect import find_sites
from reviewbot.languages.python.finding.guards import Checked
from reviewbot.languages.python.finding.handled import Care
from reviewbot.languages.python.finding.origins import Origin
from reviewbot.languages.python.reading.knowledge import Knowledge

BASE = Features(likelihood=0.8, origin=Origin.CALLER)


@pytest.mark.parametrize(
    "surer",
    [
        {"likelihood": 0.9},
        {"origin": Origin.OUTSIDE},
        {"boundary": True},
        {"promised": True},
    ],
)
def test_what_makes_it_surer(surer: dict[str, object]) -> None:
    assert confidence(replace(BASE, **surer)) > confidence(BASE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "doubt",
    [
        {"likelihood": 0.7},
        {"origin": Origin.OWN},
        {"origin": Origin.UNKNOWN},
        {"checked": Checked.SOMEHOW},
        {"care": Care.NARROWER},
        {"documented": True},
        {"recovering": True},
        {"hands_on": True},
    ],
)
def test_what_makes_it_doubtful(doubt: dict[str, object]) -> None:
    assert confidence(replace(BASE, **doubt)) < confidence(BASE)  # type: ignore[arg-type]


def test_what_is_handled_is_nothing() -> None:
    assert confidence(replace(BASE, care=Care.HANDLED)) == 0
    assert confidence(replace(BASE, checked=Checked.RULED_OUT)) == 0


def test_it_stays_below_one() -> None:
    sure = Features(1.0, Cause.VALUE, Origin.OUTSIDE, boundary=True)
    assert confidence(sure) == 0.99


@pytest.mark.parametrize("origin", list(Origin))
@pytest.mark.parametrize("cause", list(Cause))
def test_every_origin_has_a_factor(origin: Origin, cause: Cause) -> None:
    assert 0 < confidence(Features(0.5, cause, origin)) < 0.99


PLAIN = "import json\ndata = json.load(open('config.json'))\n"
WITH = "import json\nwith open('config.json') as f:\n    data = json.load(f)\n"
TIMEOUT = "if 'timeout' in data:\n    timeout = int(data['timeout'])\n"


@pytest.mark.parametrize("head", [PLAIN, WITH], ids=["plain", "with"])
def test_the_three_failures_of_a_configuration_file_are_named(shipped: Knowledge, head: str) -> None:
    found = find_sites(SourceFile("app.py", head + TIMEOUT), [LineRange(1, 9)], shipped)
    sure = {f.exception for site in found.sites if site.confidence >= 0.5 for f in site.failures}
    assert {"FileNotFoundError", "json.JSONDecodeError", "ValueError"} <= sure
    assert "KeyError" not in {f.exception for site in found.sites for f in site.failures}


def score(text: str, knowledge: Knowledge) -> float:
    found = find_sites(SourceFile("app.py", text), [LineRange(1, 99)], knowledge).sites
    return found[-1].confidence if found else 0.0


F = "def f(x):\n    return int(x)\n"
TRIED = "import os\ndef f(x):\n    try:\n        os.scandir(x)\n    except {}:\n        pass\n"
DOCUMENTED = """
def f(x):
    \'\'\'Give a number.

    Raises:
        ValueError: it is none.
    \'\'\'
    return int(x)
"""


@pytest.mark.parametrize(
    ("surer", "less"),
    [
        ("import sys\ndef f(x):\n    return int(sys.argv[1])\n", F),
        ("@app.route('/')\ndef f(x):\n    return int(x)\n", F),
        ("def main(x):\n    return int(x)\n", F),
        (F, "from settings import x\ndef f():\n    return int(x)\n"),
        ("import csv\ndef f(p):\n    for row in csv.reader(open(p)):\n        int(row[0])\n", F),
        (F, DOCUMENTED),
        (F, "def f(x):\n    if looks_good(x):\n        return int(x)\n"),
        (F, "def f(m):\n    return int(m.group(1))\n"),
        ("def f(p):\n    return open(p)\n", "def f(p):\n    try:\n        1\n    finally:\n        open(p)\n"),
        (
            "import json\ndef f(x):\n    return json.loads(x)\n",
            "import json\ndef loads(x):\n    return json.loads(x)\n",
        ),
        (TRIED.format("KeyError"), TRIED.format("FileNotFoundError")),
        (TRIED.format("FileNotFoundError"), TRIED.format("OSError")),
    ],
)
def test_features_are_seen_in_code(knowledge: Knowledge, surer: str, less: str) -> None:
    """``os.scandir`` raises OSError in this knowledge, so a handler of FileNotFoundError is a narrower one."""
    assert score(surer, knowledge) > score(less, knowledge)


def test_a_check_too_large_to_read_says_nothing(knowledge: Knowledge) -> None:
    check = "def f(x):\n    if looks_good(x{}):\n        return int(x)\n"
    assert score(check.format(", 1" * 10), knowledge) < score(F, knowledge)
    assert score(check.format(", 1" * 1000), knowledge) == score(F, knowledge)


@pytest.mark.parametrize(
    ("docstring", "promised"),
    [
        ("The rate, or None if it is no number.", True),
        ("The page, or None while the server is down.", True),
        ("Every table; damaged ones are skipped.", True),
        ("Returns False when the file is missing.", True),
        ("If the file is missing, returns `None`.", True),
        ("Never raises.", True),
        ("The rate.", False),
        ("The rate if it is a number.", False),
        ("Raise if there is None.", False),
        ("", False),
    ],
)
def test_what_a_docstring_promises(docstring: str, promised: bool) -> None:
    tree = ast.parse(f"def f():\n    {docstring!r}\n    return 1\n")
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    assert boundaries.promises(function) is promised
