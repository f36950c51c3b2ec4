"""Nothing new: what was there before is not held against an edit, what is new is, whatever line it is on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from reviewbot.domain.errors import ScannerError
from reviewbot.domain.source_file import SourceFile
from reviewbot.verify.bandit import Bandit
from reviewbot.verify.ruff import Ruff
from reviewbot.verify.scanner import Finding, Scan
from reviewbot.verify.screen import Screened, screen

BEFORE = "import json\ndef load(text):\n    return json.loads(text)\n"
AFTER = (
    "import json\ndef load(text):\n    try:\n        return json.loads(text)\n"
    "    except json.JSONDecodeError{alias}:\n        {handler}\n"
)
OLD = "import os, pickle\ndef load(text):\n    assert text\n    return pickle.loads(text)\n"
OLD_GUARDED = (
    "import os, pickle\ndef load(text):\n    assert text\n    try:\n        return pickle.loads(text)\n"
    "    except pickle.UnpicklingError:\n        return {handler}\n"
)
NEWER = "def f[T: int = int](text: T) -> T: ...\n"  # Python 3.13: semgrep 1.182 does not know it
ITEMS = {
    "fine": (BEFORE, AFTER.format(alias="", handler="return None")),
    "unused": (BEFORE, AFTER.format(alias=" as exc", handler="return None")),
    "undefined": (BEFORE, AFTER.format(alias="", handler="return DEFAULT")),
    "unchained": (BEFORE, AFTER.format(alias="", handler='raise RuntimeError("x")')),
    "eval": (BEFORE, AFTER.format(alias="", handler='return eval("1")')),
    "syntax that semgrep does not know": (
        NEWER + "try:\n    print(1)\nexcept ValueError:\n    forbidden = 1\n",
        NEWER + "try:\n    print(1)\nexcept ValueError:\n    forbidden = 2\n",
    ),
    "old findings": (OLD, OLD_GUARDED.format(handler="None")),
    "the same finding once more": (OLD, OLD_GUARDED.format(handler="pickle.loads(text)")),
    "ours": (BEFORE, AFTER.format(alias="", handler="return forbidden()")),
}
RULES = """
rules:
  - {id: forbidden, languages: [python], severity: ERROR, message: not this, pattern: forbidden()}
"""
EXPECTED = {
    "fine": set(),
    "unused": {"ruff F841"},
    "undefined": {"ruff F821"},
    "unchained": {"ruff B904"},
    "eval": {"bandit B307"},
    "old findings": set(),
    "syntax that semgrep does not know": {"bandit unread"} if sys.version_info < (3, 13) else set(),
    "the same finding once more": {"bandit B301"},
    "ours": {"ruff F821", "semgrep forbidden"},
}


def file(text: str, path: str = "pkg/app.py") -> SourceFile:
    return SourceFile(path, text)


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    rules = tmp_path_factory.mktemp("rules")
    (rules / "semgrep").mkdir()
    (rules / "semgrep" / "rule.yaml").write_text(RULES)
    paths = [
        "../../etc/cron.d/x.py",
        "a.py\n.py",
        "-rf.py",
        "x" * 5000 + ".py",
        "tests/__init__.py",
        "ünï.py",
        ".py",
        "n.py",
        "a b/c.py",
    ]
    items = [
        Screened(key, file(before, path), file(after, path))
        for (key, (before, after)), path in zip(ITEMS.items(), paths, strict=True)
    ]
    found = screen(items, rules)
    assert [{e.check for e in evidence} for evidence in found.values()] == [{"ruff", "bandit", "semgrep"}] * len(items)
    return {key: {f"{e.check} {_what(e.detail)}" for e in evidence if not e.ok} for key, evidence in found.items()}


def _what(detail: str) -> str:
    return "unread" if "could not read" in detail else detail.split(", ")[1].split(":", maxsplit=1)[0]


@pytest.mark.parametrize("key", ITEMS)
def test_only_what_is_new_counts(screened: dict[str, set[str]], key: str) -> None:
    assert screened[key] == EXPECTED[key]


class Told:
    """A scanner that says what the test tells it to."""

    name = "told"

    def __init__(self, *findings: Finding, unread: dict[str, str] | None = None) -> None:
        self.scan_ = Scan(findings, unread or {})
        self.folders: list[list[str]] = []

    def scan(self, folder: Path, seconds: float) -> Scan:
        self.folders.append(sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()))
        return self.scan_


ONE = Screened("k", file("a = 1\nb = 2\n"), file("b = 2\na = 1\nc = 3\n"))


def verdicts(scanner: Told, *items: Screened) -> list[bool]:
    return [e.ok for evidence in screen(items or (ONE,), Path(), [scanner]).values() for e in evidence]


def at(side: str, line: int, rule: str = "R") -> Finding:
    return Finding(f"n0_{0 if side == 'before' else 1}/app.py", rule, line, "message")


@pytest.mark.parametrize(
    ("findings", "ok"),
    [
        ([], True),
        ([at("before", 1), at("after", 2)], True),
        ([at("before", 1)], True),
        ([at("after", 2)], False),
        ([at("before", 1), at("after", 1)], False),
        ([at("before", 1), at("after", 2, "S")], False),
        ([at("before", 1), at("after", 2), at("after", 2)], False),
        ([at("before", 1), at("before", 1), at("after", 2)], True),
        ([at("after", 99)], False),
        ([Finding("n1_1/app.py", "R", 1, "another edit's")], True),
    ],
)
def test_findings_are_compared_as_multisets_of_rule_and_line(findings: list[Finding], ok: bool) -> None:
    assert verdicts(Told(*findings)) == [ok]


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_file_that_was_not_read_wholly_is_not_clean(side: str) -> None:
    assert verdicts(Told(unread={at(side, 1).path: "syntax"})) == [False]


def test_each_scanner_runs_once_for_all_edits() -> None:
    scanner = Told()
    items = [Screened(str(n), ONE.before, ONE.after) for n in range(3)]
    assert verdicts(scanner, *items) == [True] * 3
    assert len(scanner.folders) == 1
    assert scanner.folders[0] == ["n0_0/app.py", "n0_1/app.py"]  # equal files lie there once
    scanner = Told()
    other = Screened("other", ONE.before, file("d = 4\n"))
    assert verdicts(scanner, ONE, other) == [True] * 2
    assert scanner.folders[0] == ["n0_0/app.py", "n0_1/app.py", "n1_2/app.py"]


def test_nothing_to_screen_runs_nothing() -> None:
    scanner = Told()
    assert screen([], Path(), [scanner]) == {}
    assert scanner.folders == []


def test_a_scanner_that_fails_fails_the_screening() -> None:
    class Broken(Told):
        def scan(self, folder: Path, seconds: float) -> Scan:
            raise ScannerError("told failed.")

    with pytest.raises(ScannerError, match="told failed"):
        screen([ONE], Path(), [Told(), Broken()])


def test_a_file_that_breaks_a_scanner_spoils_no_other(tmp_path: Path) -> None:
    """ruff 0.17 overflows its stack on this; the check ``parse`` would refuse it first."""
    deep = Screened("deep", file("x = 1\n"), file("-" * 20_000 + "1\n"))
    found = screen([ONE, deep], tmp_path, [Ruff(), Bandit()])
    assert [(e.check, e.ok) for e in found["k"]] == [("ruff", True), ("bandit", True)]
    assert [(e.check, e.ok) for e in found["deep"]] == [("ruff", False), ("bandit", False)]
    assert "ruff failed with exit status" in found["deep"][0].detail
    alone = screen([deep], tmp_path, [Ruff()])
    assert not alone["deep"][0].ok


def test_bytes_are_written_as_they_are_in_the_repository() -> None:
    seen: list[bytes] = []

    class Reader(Told):
        def scan(self, folder: Path, seconds: float) -> Scan:
            seen.extend(p.read_bytes() for p in sorted(folder.rglob("*.py")))
            return Scan(())

    text = "# coding: latin-1\r\nx = 'é'\r\n"
    both = SourceFile("a.py", text, "latin-1")
    screen([Screened("k", both, SourceFile("a.py", text, "utf-8", True))], Path(), [Reader()])
    assert seen == [text.encode("latin-1"), b"\xef\xbb\xbf" + text.encode()]
