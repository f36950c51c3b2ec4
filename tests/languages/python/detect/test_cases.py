"""Every case in ``cases/*.txt``: a title, and Python in which ``# raises: X`` marks the lines that have a site.

A line without the mark must have none, however unsure.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.python.finding.detect import find_sites
from reviewbot.languages.python.reading.knowledge import Knowledge

FOLDER = Path(__file__).parent / "cases"
MARK = re.compile(r"# raises: ([\w., ]+?)\s*$")


@dataclass(frozen=True)
class Case:
    title: str
    source: str

    @property
    def expected(self) -> dict[int, list[str]]:
        lines = enumerate(self.source.split("\n"), 1)
        return {n: sorted(m.group(1).split(", ")) for n, line in lines if (m := MARK.search(line))}


def read(path: Path) -> list[Case]:
    parts = re.split(r"^=== (.+)\n", path.read_text("utf-8"), flags=re.M)
    return [Case(f"{path.stem}: {title}", source) for title, source in zip(parts[1::2], parts[2::2], strict=True)]


CASES = [case for path in sorted(FOLDER.glob("*.txt")) for case in read(path)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_case(case: Case, knowledge: Knowledge) -> None:
    found = find_sites(SourceFile("app.py", case.source), [LineRange(1, 1000)], knowledge)
    assert found.withheld == ()
    actual: dict[int, list[str]] = {}
    for site in found.sites:
        actual.setdefault(site.span.line, []).extend(failure.exception for failure in site.failures)
    assert {line: sorted(names) for line, names in actual.items()} == case.expected


def test_there_are_cases_of_both_kinds() -> None:
    assert len(CASES) >= 80
    assert len([case for case in CASES if case.expected]) >= 30
    assert len([case for case in CASES if not case.expected]) >= 30
    assert len({case.title for case in CASES}) == len(CASES)
