"""Mends in a review: beside the guards, proven as they are, and never on a guard's lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile
from reviewbot.domain.suggestion import Suggestion
from reviewbot.languages.python.language import Python
from reviewbot.languages.python.reading import knowledge
from reviewbot.pipeline.mends import apart, still_smells
from reviewbot.publish.as_sarif import to_log
from reviewbot.publish.render import comment_body
from reviewbot.resources import rules_dir
from tests.languages.python.mending.kit import Files
from tests.pipeline.conftest import run
from tests.source.gitrepo import GitRepo

SMELLS = '''class RowError(Exception):
    """A row is damaged."""


def number(row: str) -> str:
    try:
        return use(row)
    except ValueError:
        raise RowError(row)


def tidy(path: str) -> None:
    try:
        remove(path)
    except:
        pass


def size(path: str) -> int:
    try:
        return measure(path)
    except OSError as err:
        log(err)
    except FileNotFoundError:
        return 0
    return 1


def text(path: str) -> str:
    try:
        content = open(path).read()
    except OSError:
        return ""
    return content


def last(rows: list[str]) -> str | None:
    found = None
    try:
        found = use(rows)
    finally:
        close(rows)
        return found
'''
RULES = ["py.mend.bare-except", "py.mend.handler-order", "py.mend.jump-in-finally", "py.mend.leaked-file"]
RULES += ["py.mend.lost-cause"]


@pytest.fixture
def smelly(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "smelly")
    repo.commit({"README": "r\n"})
    repo.commit({"app.py": SMELLS})
    return repo


def mends(suggestions: tuple[Suggestion, ...]) -> list[Suggestion]:
    return sorted((one for one in suggestions if one.rule.startswith("py.mend.")), key=lambda one: one.rule)


def test_each_smell_is_mended_with_every_check_in_earnest(smelly: GitRepo) -> None:
    review = run(smelly, max_suggestions=0)
    made = mends(review.suggestions)
    assert [one.rule for one in made] == RULES
    for one in made:
        assert one.level == "region" and all(evidence.ok for evidence in one.evidence)
        assert [e.check for e in one.evidence] == [
            "parse", "minimal", "names", "fault", "same", "ruff", "bandit", "semgrep",
        ]  # fmt: skip
        assert one.why.count(". ") == 0 and "injected" in one.why
        assert one.original in SMELLS and f"```suggestion\n{one.replacement}```" in comment_body(one)
    gone = {one.rule: next(e.detail for e in one.evidence if e.check == "ruff") for one in made}
    assert "E722" in gone[RULES[0]] and "B012" in gone[RULES[2]] and "SIM115" in gone[RULES[3]]
    assert "B904" in gone[RULES[4]]


def test_the_log_for_editors_says_what_they_are(smelly: GitRepo, quick_screen: list[list[str]]) -> None:
    (run_,) = to_log(run(smelly, max_suggestions=0))["runs"]
    told = {one["id"]: one["shortDescription"]["text"] for one in run_["tool"]["driver"]["rules"]}
    assert told["py.mend.lost-cause"] == "A failure that is handled badly: lost cause."


def test_they_all_apply_together(smelly: GitRepo, quick_screen: list[list[str]]) -> None:
    file = SourceFile("app.py", SMELLS)
    for one in sorted(run(smelly, max_suggestions=0).suggestions, key=lambda s: s.lines, reverse=True):
        file = file.replace(one.lines, one.replacement)
    compile(file.text, "app.py", "exec")
    assert not mends(run_on(file.text, smelly))


def run_on(text: str, repo: GitRepo) -> tuple[Suggestion, ...]:
    repo.commit({"app.py": text})
    return run(repo, base="HEAD~2", max_suggestions=0).suggestions


def test_none_without_a_sandbox(smelly: GitRepo, quick_screen: list[list[str]]) -> None:
    assert mends(run(smelly, sandbox=None, max_suggestions=0).suggestions) == []


def test_two_equal_smells_are_two_suggestions(smelly: GitRepo, quick_screen: list[list[str]]) -> None:
    function = "\n\ndef {}(path):\n    try:\n        remove(path)\n    except:\n        pass\n"
    made = run_on(function.format("first") + function.format("second"), smelly)
    assert [one.lines.start for one in made] == [6, 13] and made[0].id != made[1].id


def test_the_floor_and_the_cap_hold(smelly: GitRepo, quick_screen: list[list[str]]) -> None:
    assert [one.rule for one in mends(run(smelly, min_confidence=0.8).suggestions)] == ["py.mend.handler-order"]
    assert len(run(smelly, max_suggestions=2).suggestions) == 2


GUARDED = '''import json


def load(path: str) -> dict[str, str] | None:
    """The settings, or None if there are none."""
    try:
        first(path)
    except KeyError:
        text = json.loads(path); raise ValueError(text)
'''


def test_a_guard_on_the_same_lines_wins(smelly: GitRepo, quick_screen: list[list[str]]) -> None:
    made = run_on(GUARDED, smelly)
    assert [one.rule for one in made] == ["py.unhandled.json-decode"]
    assert [one.rule for one in run_on(GUARDED.replace("json.loads(path)", "path"), smelly)] == ["py.mend.lost-cause"]


def suggestion(key: str, start: int, end: int, path: str = "a.py") -> Suggestion:
    return Suggestion(key, "fix", "r", path, LineRange(start, end), "", "", (), 0.5, "template", "why", ())


APART = {
    "apart": ([("a", 1, 2), ("b", 3, 4)], ["a", "b"]),
    "the second overlaps": ([("a", 1, 2), ("b", 2, 4), ("c", 5, 5)], ["a", "c"]),
    "what only the dropped one overlaps stays": ([("a", 1, 2), ("b", 2, 4), ("c", 4, 5)], ["a", "c"]),
    "within": ([("a", 1, 9), ("b", 3, 4)], ["a"]),
}


@pytest.mark.parametrize("name", APART)
def test_of_two_on_one_line_the_first_stands(name: str) -> None:
    given, kept = APART[name]
    assert [one.id for one in apart([suggestion(*one) for one in given])] == kept
    assert len(apart([suggestion("a", 1, 2), suggestion("b", 1, 2, "b.py")])) == 2


@pytest.mark.parametrize(
    ("lines", "rule", "smells"),
    [
        (LineRange(8, 9), "py.mend.lost-cause", True),
        (LineRange(5, 20), "py.mend.lost-cause", True),
        (LineRange(9, 9), "py.mend.lost-cause", False),
        (LineRange(8, 9), "py.mend.bare-except", False),
        (LineRange(1, 2), "py.mend.lost-cause", False),
    ],
)
def test_whether_it_still_smells_there(lines: LineRange, rule: str, smells: bool) -> None:
    languages, tree = (Python(knowledge.load(rules_dir())),), Files({})
    assert still_smells(languages, SourceFile("app.py", SMELLS), lines, rule, tree) is smells
    assert not still_smells(languages, SourceFile("app.txt", SMELLS), lines, rule, tree)
