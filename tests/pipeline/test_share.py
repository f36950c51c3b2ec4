"""A handler that only says the failure in other words is worth less, and silence by default."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviewbot.domain.review import ReviewOptions
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.python.guarding.regions import regions
from reviewbot.languages.python.language import Python
from reviewbot.pipeline.accounts import Accounts
from reviewbot.pipeline.engines import Engines
from reviewbot.pipeline.places import Place
from reviewbot.pipeline.proving import prove_place
from reviewbot.resources import rules_dir
from tests.languages.python.propose.kit import KNOWLEDGE, Files, marked

OTHER_WORDS = "def total(text):\n    return «int(text)» + 1\n"
ANSWER = "def find(text):\n    return «int(text)» + 1\n"


def place(source: str, confidence: float) -> tuple[Place, SourceFile]:
    file, sites = marked(source)
    sure = [replace(site, calibrated=True, confidence=confidence) for site in sites]
    (region,) = regions(file, sure)
    return Place(Python(KNOWLEDGE), file, region), file


@pytest.mark.parametrize(
    ("source", "confidence", "floor", "shown"),
    [
        (OTHER_WORDS, 0.9, 0.5, None),
        (OTHER_WORDS, 0.9, 0.45, 0.45),
        (OTHER_WORDS, 0.9, 0.0, 0.45),
        (ANSWER, 0.9, 0.5, 0.9),
        (ANSWER, 0.5, 0.5, 0.5),
    ],
)
def test_what_is_left_of_the_confidence(source: str, confidence: float, floor: float, shown: float | None) -> None:
    work, file = place(source, confidence)
    accounts = Accounts()
    engines = Engines(None, None, rules_dir())
    found = prove_place(work, Files({file.path: file.text}), engines, accounts, ReviewOptions(min_confidence=floor))
    assert (None if found is None else found.confidence) == shown
    if shown is None:
        assert "in other words" in accounts.withheld[0].reason
