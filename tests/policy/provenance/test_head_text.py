"""Marks within files and our own suggestions, by what the head's text says."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.record import Record, State
from reviewbot.domain.suggestion import Suggestion
from reviewbot.policy.provenance import Facts
from reviewbot.policy.provenance.in_file import marked
from tests.policy.provenance.histories import CLAUDE, Project, by_line

MARK = "@AIGenerated("
MARKED = {
    "its own line": (["x = 1  # ai:"], ["# ai:"], [(1, 1)]),
    "what is right below": (["# ai: cursor", "x = 1", "y = 2", "", "z = 3"], ["# ai:"], [(1, 3)]),
    "a function": (["# ai:", "def f():", "    a()", "", "    b()", "c()"], ["# ai:"], [(1, 5)]),
    "a block in braces": (["// ai:", "f() {", "", "  a();", "}", "g();"], ["// ai:"], [(1, 5)]),
    "a closing bracket after a blank": (["// ai:", "f() {", "  a();", "", "}", "g();"], ["// ai:"], [(1, 5)]),
    "two": (["# ai:", "a", "", "b", "# ai:", "c"], ["# ai:"], [(1, 2), (5, 6)]),
    "one within another": (["# ai:", "a", "# ai:", "b"], ["# ai:"], [(1, 4)]),
    "another text": (["# aim: high"], ["# ai:"], []),
    "no pattern": (["axb"], ["a.b", "a*"], []),
    "blank ones are none": (["a"], ["", " "], []),
    "deeper than the mark": (["  # ai:", "  x", "", "    y", "", "  z"], ["# ai:"], [(1, 4)]),
}


@pytest.mark.parametrize(("lines", "markers", "wanted"), MARKED.values(), ids=MARKED)
def test_what_a_mark_speaks_of(lines: list[str], markers: list[str], wanted: list[tuple[int, int]]) -> None:
    assert [(where.start, where.end) for where, _ in marked(lines, markers)] == wanted


@pytest.mark.parametrize(
    ("line", "marker", "tool"),
    [
        ("# ai: cursor", "# ai:", "cursor"),
        ('@AIGenerated("claude", since=2)', MARK, "claude"),
        ("# ai=gpt-5.1!", "ai=", "gpt-5.1"),
        ("# ai", "# ai", None),
        ("# by ai today", "by ai", None),
        ("# ai: 123", "# ai:", None),
    ],
)
def test_the_tool_a_mark_names(line: str, marker: str, tool: str | None) -> None:
    ((_, claim),) = marked([line], [marker])
    assert claim.tool == tool


def test_many_marks_are_read_in_time() -> None:
    start = time.process_time()
    assert len(marked(["# ai: " + "x" * 200, "a", ""] * 50_000, ["# ai:", MARK])) == 50_000
    assert len(marked(["# ai:"] * 100_000, ["# ai:"])) == 1
    assert time.process_time() - start < 5


ORIGINAL = "    data = json.load(handle)\n    return data\n"
REPLACEMENT = (
    "    try:\n        data = json.load(handle)\n    except json.JSONDecodeError as error:\n"
    '        raise ConfigError(f"{path} is no JSON: mend it") from error\n    return data\n'
)
FILE = f"import json\n\n\ndef load(path, handle):\n{ORIGINAL}"
SUGGESTION = Suggestion(
    id="0123456789abcdef", kind="fix", rule="py.unhandled.json-decode", path="a.py", lines=LineRange(5, 6),
    original=ORIGINAL, replacement=REPLACEMENT, exceptions=(), confidence=0.9, origin="model", why="", evidence=(),
    model="seed-coder",
)  # fmt: skip


def _facts(**change: object) -> Facts:
    suggestion = dataclasses.replace(SUGGESTION, **change)  # type: ignore[arg-type]
    return Facts(own=[Record(suggestion, "0" * 40, State.STANDING)])


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "r", {"a.py": FILE})


APPLIED = {5: "ai", 6: "mixed", 7: "ai", 8: "ai"}


@pytest.mark.parametrize("crlf", [False, True], ids=["lf", "crlf"])
def test_an_applied_or_pasted_suggestion_is_ours(project: Project, crlf: bool) -> None:
    applied = FILE.replace(ORIGINAL, REPLACEMENT)
    project.commit({"a.py": applied.replace("\n", "\r\n") if crlf else applied})
    kinds = project.kinds("a.py", _facts())
    assert {line: kinds[line] for line in APPLIED} == APPLIED
    claim = next(one for one in project.traced(_facts()).origins if 7 in one.lines).claims[0]
    assert (claim.source, claim.tool, claim.model) == ("suggestion", "reviewbot", "seed-coder")


def test_pasted_into_another_file_it_is_ours_too(project: Project) -> None:
    project.commit({"b.py": FILE.replace("    ", "\t").replace(ORIGINAL.replace("    ", "\t"), REPLACEMENT)})
    kinds = project.kinds("b.py", _facts())
    assert {line: kinds[line] for line in APPLIED} == APPLIED


NOT_OURS = {
    "a line is missing": REPLACEMENT.replace("    try:\n", ""),
    "a word is another": REPLACEMENT.replace("mend it", "mend that"),
    "a line between": REPLACEMENT.replace("    except", "    # then\n    except"),
}


@pytest.mark.parametrize("text", NOT_OURS.values(), ids=NOT_OURS)
def test_text_that_is_not_all_of_it_is_not_ours(project: Project, text: str) -> None:
    project.commit({"a.py": FILE.replace(ORIGINAL, text)})
    assert set(project.kinds("a.py", _facts()).values()) == {"unknown"}


def test_a_few_letters_in_another_file_are_anybodys(project: Project) -> None:
    facts = _facts(original="    return None\n", replacement="    return 0\n")
    project.commit({"b.py": "def f():\n    return 0\n"})
    assert set(project.kinds("b.py", facts).values()) == {"unknown"}
    project.commit({"a.py": FILE + "def f():\n    return 0\n"})
    assert project.kinds("a.py", facts) == {7: "unknown", 8: "ai"}


def test_a_suggestion_that_only_takes_out_lines_claims_none(project: Project) -> None:
    project.commit({"a.py": FILE.replace("    return data\n", "    return data  # x\n")})
    assert set(project.kinds("a.py", _facts(replacement="")).values()) == {"unknown"}


def test_a_suggestion_and_a_commits_trailer_together(project: Project) -> None:
    project.commit({"a.py": FILE.replace(ORIGINAL, REPLACEMENT)}, f"Apply\n\n{CLAUDE}")
    kinds = project.kinds("a.py", _facts())
    assert {line: kinds[line] for line in APPLIED} == APPLIED


def test_a_file_that_is_too_large_for_marks_is_a_problem(tmp_path: Path) -> None:
    project = Project(tmp_path / "r")
    project.commit({"big.txt": ("x" * 1000 + "\n") * 4200})
    traced = project.traced(Facts(markers=["# ai:"]))
    assert traced.problems == ("'big.txt' is larger than 4194304 bytes: no records were looked for in it.",)
    assert len(by_line(traced.origins, "big.txt")) == 4200
