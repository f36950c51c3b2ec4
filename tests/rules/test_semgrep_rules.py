"""Each semgrep rule finds exactly the lines that the cases beside it mark, in every style of line end and indentation.

The cases are in semgrep's own format: ``# ruleid: NAME`` stands above a line that must be found, ``# ok: NAME`` above
one that must not. semgrep is started once for all of them.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.knowledge_check import RULES as KNOWLEDGE

FOLDER = KNOWLEDGE.parent / "semgrep" / "python"
REGISTERED = {
    "assert-for-validation",
    "broad-except",
    "endless-retry",
    "error-text-to-client",
    "eval-of-text",
    "exit-in-library",
    "hard-coded-secret",
    "raise-without-from",
    "request-without-timeout",
    "return-in-finally",
    "secret-in-log",
    "shell-command",
    "silent-except",
    "sql-from-text",
    "swallowed-success",
    "temporary-name",
    "tls-not-verified",
    "unsafe-pickle",
    "unsafe-yaml-load",
    "write-in-handler",
}
CASES = sorted(FOLDER.glob("*.py"))
STYLES = {
    "plain": lambda text: text,
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "tabs": lambda text: text.replace("    ", "\t"),
}
_MARK = re.compile(r"\s*# (ruleid|ok): (\S+)\s*")

Place = tuple[str, str, int]


def _marked(kind: str) -> Counter[Place]:
    """File, rule and line of each mark of a kind; the line is the one below the mark."""
    places: Counter[Place] = Counter()
    for path in CASES:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            mark = _MARK.fullmatch(line)
            if mark and mark[1] == kind:
                places[(path.name, mark[2], number + 1)] += 1
    return places


def _rules() -> dict[str, dict[str, Any]]:
    found = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        (found[path.stem],) = yaml.safe_load(path.read_bytes())["rules"]
    return found


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one run of semgrep says about all cases in all styles."""
    folder = tmp_path_factory.mktemp("cases")
    for style, change in STYLES.items():
        (folder / style).mkdir()
        for path in CASES:
            (folder / style / path.name).write_bytes(change(path.read_text(encoding="utf-8")).encode())
    command = [str(Path(sys.executable).with_name("semgrep")), "scan", "--metrics", "off", "--disable-version-check"]
    command += ["--no-git-ignore", "--disable-nosem", "--no-rewrite-rule-ids", "--quiet", "--jobs", "2"]
    command += ["--config", str(FOLDER.parent), "--json", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_semgrep_reads_every_rule_and_every_case(report: dict[str, Any]) -> None:
    assert report["errors"] == []
    assert len(report["paths"]["scanned"]) == len(CASES) * len(STYLES)


@pytest.mark.parametrize("style", STYLES)
def test_the_findings_are_exactly_the_marked_lines(report: dict[str, Any], style: str) -> None:
    found: Counter[Place] = Counter()
    for one in report["results"]:
        path = Path(one["path"])
        if path.parent.name == style:
            found[(path.name, one["check_id"], one["start"]["line"])] += 1
    expected = _marked("ruleid")
    assert expected.total() >= 60
    assert sorted((found - expected).elements()) == []
    assert sorted((expected - found).elements()) == []


def test_the_rules_are_the_registered_ones() -> None:
    assert set(_rules()) == REGISTERED
    assert {name: rule["id"] for name, rule in _rules().items()} == {name: name for name in REGISTERED}


@pytest.mark.parametrize("name", sorted(REGISTERED))
def test_each_rule_has_cases_of_both_kinds(name: str) -> None:
    for kind in ("ruleid", "ok"):
        assert [place for place in _marked(kind) if place[0] == f"{name}.py" and place[1] == name], kind


def test_each_case_belongs_to_the_rule_it_is_named_after() -> None:
    marks = _marked("ruleid") + _marked("ok")
    assert {place for place in marks if place[0].partition(".")[0] != place[1]} == set()
    assert {path.name.partition(".")[0] for path in CASES} == REGISTERED


@pytest.mark.parametrize("name", sorted(REGISTERED))
def test_each_rule_tells_what_is_wrong_and_who_says_so(name: str) -> None:
    rule = _rules()[name]
    assert rule["languages"] == ["python"]
    assert rule["severity"] in {"WARNING", "ERROR"}
    assert 40 <= len(rule["message"]) <= 240
    assert rule["metadata"]["source"].startswith("https://")
    assert "paths" not in rule
