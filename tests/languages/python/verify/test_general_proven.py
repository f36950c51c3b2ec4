"""Every general handler that is the best draft of its source is proven, with the fault injected for real."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest

from reviewbot.domain.suggestion import Evidence
from tests.languages.python.propose.test_general import CASES, Case, calibrated
from tests.languages.python.propose.test_own_errors import CASES as OWN

from .drafting_sandbox import proof


@cache
def proofs() -> dict[str, tuple[Evidence, ...]]:
    """The evidence of all, two sandboxes at a time."""
    with ThreadPoolExecutor(2) as pool:
        return dict(zip((c.name for c in CASES), pool.map(_proof, CASES), strict=True))


def _proof(case: Case) -> tuple[Evidence, ...]:
    file, _, found = calibrated(case.source, case.raises, case.others)
    return proof(file, found.drafts[0])


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_the_best_draft_is_proven(case: Case) -> None:
    evidence = proofs()[case.name]
    assert [f"{e.check}: {e.detail}" for e in evidence if not e.ok] == []
    assert {"parse", "minimal", "names", "fault", "same"} <= {e.check for e in evidence}


NAMES = ["its own class", "its own class, defined below", "relative import", "relative import of the module"]


NAMES = ["its own class", "its own class, defined below", "relative import", "relative import of the module"]


@pytest.mark.parametrize("name", NAMES)
def test_a_guard_against_the_repositorys_own_exception_is_proven(name: str) -> None:
    source, exception = next((source, e) for n, source, e, _ in OWN if n == name)
    file, _, found = calibrated(source, exception)
    assert [f"{e.check}: {e.detail}" for e in proof(file, found.drafts[0]) if not e.ok] == []
