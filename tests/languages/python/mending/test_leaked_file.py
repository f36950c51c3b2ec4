"""Files that nothing closes: opened by a with where they are used up at once, and no wrong with is proven."""

from __future__ import annotations

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile

from .kit import EVERY, Files, applied, edited, failures, found, mender, only, source, unproven

RULE = "py.mend.leaked-file"

GOOD = {
    "an assignment": (
        "text = open(path).read()",
        "with open(path) as f:\n        text = f.read()",
    ),
    "a return, with a path that is made on the spot": (
        'return open(join(path, "a"), encoding="utf-8").read().strip()  # why',
        'with open(join(path, "a"), encoding="utf-8") as f:\n        return f.read().strip()  # why',
    ),
    "a loader": (
        'return json.load(open(path, "rb"))["a"]',
        'with open(path, "rb") as f:\n        return json.load(f)["a"]',
    ),
    "a dumper": (
        'json.dump(data, open(path, "w"), indent=2)',
        'with open(path, "w") as f:\n        json.dump(data, f, indent=2)',
    ),
    "writing": (
        'open(path, "w").write(data)',
        'with open(path, "w") as f:\n        f.write(data)',
    ),
    "an attribute, with an annotation": (
        "path.text: str = open(path.name).read()",
        "with open(path.name) as f:\n        path.text: str = f.read()",
    ),
    "an item, within a call": (
        'data["n"] = int(open(path).read())',
        'with open(path) as f:\n        data["n"] = int(f.read())',
    ),
    "wide characters": (
        'text = "é𝄞" + open("é𝄞").read() + "é"',
        'with open("é𝄞") as f:\n        text = "é𝄞" + f.read() + "é"',
    ),
    "unpacked": (
        "first, second = open(path).readlines()",
        "with open(path) as f:\n        first, second = f.readlines()",
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_mended_and_proven(name: str) -> None:
    before, after = GOOD[name]
    form = "import json\n\ndef load(path, data):\n    {}\n    return data\n"
    file, mend = only(form.format(before), RULE)
    assert applied(file, mend) == form.format(after)
    assert failures(file, mend) == []
    assert mend.finding == "SIM115"


def test_the_files_own_name_depth_and_line_ends() -> None:
    lines = [
        "def f(p):",
        "\twith open(p) as fh:",
        "\t\tfh.read()",
        "",
        "async def g(p):",
        "\tif p:",
        "\t\tx = open(p).read()",
    ]
    file = SourceFile("app.py", "\r\n".join([*lines, ""]))
    (mend,) = mender().find(file, [LineRange(1, 99)], Files({}))
    assert applied(file, mend) == "\r\n".join([*lines[:6], "\t\twith open(p) as fh:", "\t\t\tx = fh.read()", ""])
    assert failures(file, mend) == []


BAD = {
    "kept": "text = open(path)",
    "lazy": "return csv.reader(open(path))",
    "in a with": "with open(path) as f: text = f.read()",
    "in a comprehension": "text = [line for line in open(path).readlines()]",
    "in a lambda": "text = lambda: open(path).read()",
    "awaited": "text = await open(path).read()",
    "two files": "text = open(path).read() + open(data).read()",
    "something else runs first": "text = first() + open(path).read()",
    "something else runs after": "text = open(path).read() + last()",
    "where it goes is found out after": "data[last()] = open(path).read()",
    "one of two ways": "text = path and open(path).read()",
    "not alone on its line": "text = open(path).read(); last()",
    "behind a colon": "if path: text = open(path).read()",
    "on two lines": "text = open(\n        path).read()",
    "another module's open": "text = gzip.open(path).read()",
    "another method": "text = open(path).fileno()",
    "noqa": "text = open(path).read()  # noqa: SIM115",
    "pylint": "text = open(path).read()  # pylint: disable=consider-using-with",
    "reviewbot": "text = open(path).read()  # reviewbot: ignore",
    "a loop's head": "for line in open(path).readlines(): print(line)",
}


@pytest.mark.parametrize("name", BAD)
def test_left_alone(name: str) -> None:
    assert found(f"import csv, gzip\nasync def load(path, data):\n    {BAD[name]}\n", RULE) == []


def test_names_that_are_taken() -> None:
    text = "def load(path):\n    text = open(path).read()\n"
    assert found(text.removeprefix("def load(path):\n    ").replace("(path)", "('a')"), RULE) == []  # a module's name
    assert found("from io import open\n" + text, RULE) == []
    assert found("def open(path): ...\n" + text, RULE) == []
    assert found("from os import *\n" + text, RULE) == []
    assert found("class A:\n    def open(self): ...\n" + text, RULE) != []
    (mend,) = found(text.replace("(path):", "(path, f, file):"), RULE)
    assert "as fh:" in mend.replacement


@pytest.mark.parametrize(("changed", "mended"), [((2, 2), True), ((1, 1), False), ((3, 3), False)])
def test_the_line_must_be_changed(changed: tuple[int, int], mended: bool) -> None:
    text = "def load(path):\n    text = open(path).read()\n    return text\n"
    assert bool(found(text, RULE, (LineRange(*changed),))) is mended


BEFORE = """
def load(path, other):
    text = open(path, "r").read()
    return text
"""
WRONG = {
    "as it was": BEFORE,
    "another file": BEFORE.replace('text = open(path, "r")', 'with open(other, "r") as f:\n        text = f'),
    "another mode": BEFORE.replace('text = open(path, "r")', 'with open(path, "w") as f:\n        text = f'),
    "another method": BEFORE.replace(
        'text = open(path, "r").read', 'with open(path, "r") as f:\n        text = f.readline'
    ),
    "another name": BEFORE.replace('text = open(path, "r")', 'with open(path, "r") as f:\n        other = f'),
    "opened twice": BEFORE.replace(
        'text = open(path, "r")', 'with open(path, "r") as f:\n        text = open(path, "r")'
    ),
    "failures swallowed": BEFORE.replace(
        '    text = open(path, "r").read()',
        '    with suppress(OSError), open(path, "r") as f:\n        text = f.read()',
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_mend_is_not_proven(name: str) -> None:
    file, mend = only(BEFORE, RULE)
    wrong = edited(file, mend, WRONG[name])
    assert failures(file, wrong)
    assert unproven(file, wrong)


def test_a_name_that_is_used_is_refused_statically() -> None:
    file = source(BEFORE.replace("other", "f").replace("return text", "return text, f"))
    (mend,) = mender().find(file, EVERY, Files({}))
    wrong = edited(file, mend, applied(file, mend).replace("as file", "as f").replace("file.read", "f.read"))
    assert [one.check for one in failures(file, wrong)] == ["names"]
