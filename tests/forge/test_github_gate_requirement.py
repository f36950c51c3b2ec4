"""Which branch rules of GitHub make a merge wait for the gate, and for nobody else's word."""

from __future__ import annotations

from typing import Any

import pytest

from reviewbot.domain.errors import ForgeUnavailable
from reviewbot.domain.gate import CHECK
from reviewbot.forge.github_gate_requirement import Demand, judge, read_protection, read_rules

OURS, OTHER = 7, 15368


def branch(checks: Any) -> dict[str, Any]:
    return {"name": "main", "protected": True, "protection": {"enabled": True, "required_status_checks": checks}}


def classic(*checks: tuple[str, int | None], level: str = "everyone") -> dict[str, Any]:
    listed = [{"context": name, "app_id": app} for name, app in checks]
    return branch({"enforcement_level": level, "contexts": [name for name, _ in checks], "checks": listed})


def rule(*checks: tuple[str, int | None], kind: str = "required_status_checks") -> dict[str, Any]:
    listed = [{"context": name} | ({"integration_id": app} if app else {}) for name, app in checks]
    return {"type": kind, "parameters": {"required_status_checks": listed}}


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ({"name": "main", "protected": False}, ()),
        (branch(None), ()),
        (classic(), ()),
        (classic(("tests", None)), ()),
        (classic((CHECK, None)), (None,)),
        (classic((CHECK, -1)), (None,)),
        (classic((CHECK, OURS), ("tests", None)), (OURS,)),
        (classic((CHECK, OTHER)), (OTHER,)),
        (classic((CHECK, OURS), level="off"), ()),
        (branch({"enforcement_level": "everyone", "contexts": [CHECK]}), (None,)),
        (branch({"enforcement_level": "everyone", "contexts": ["tests"]}), ()),
    ],
)
def test_what_a_branch_protection_demands_of_us(answer: dict[str, Any], wanted: tuple[int | None, ...]):
    assert tuple(one.app for one in read_protection(answer)) == wanted


def test_administrators_may_be_left_out_of_it():
    (demand,) = read_protection(classic((CHECK, OURS), level="non_admins"))
    assert not demand.everyone
    assert "administrators may merge without it" in judge([demand], "main", OURS).how


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        ([], ()),
        ([{"type": "deletion"}, {"type": "pull_request", "parameters": {}}], ()),
        ([rule(("tests", None))], ()),
        ([rule((CHECK, None))], (None,)),
        ([rule(("tests", None)), rule((CHECK, OURS), ("lint", OTHER))], (OURS,)),
        ([rule((CHECK, None), kind="workflows")], ()),
    ],
)
def test_what_rulesets_demand_of_us(rules: list[dict[str, Any]], wanted: tuple[int | None, ...]):
    assert tuple(one.app for one in read_rules(rules)) == wanted


@pytest.mark.parametrize("rules", [[{}], [{"type": "required_status_checks"}]])
def test_a_rule_that_is_none_is_no_answer(rules: list[dict[str, Any]]):
    with pytest.raises(ForgeUnavailable):
        read_rules(rules)


@pytest.mark.parametrize(
    ("apps", "app", "force", "pinned", "words"),
    [
        ([], OURS, False, None, "The check runs, but nothing requires it: demand the status check reviewbot/gate"),
        ([], None, False, None, "in Settings > Rules > Rulesets"),
        ([None], OURS, True, False, "choose our App as its source"),
        ([OURS], OURS, True, True, "demands the check reviewbot/gate from our App before a merge into main."),
        ([None, OURS], OURS, True, True, "from our App"),
        ([OTHER], OURS, False, None, "of the App 15368, which is not ours"),
        ([OTHER], None, False, None, "of the App 15368, which is not ours"),
        ([None], None, True, None, "install reviewbot as a GitHub App"),
    ],
)
def test_what_it_comes_to(apps: list[int | None], app: int | None, force: bool, pinned: bool | None, words: str):
    found = judge([Demand("ruleset", one) for one in apps], "main", app)
    assert (found.in_force, found.pinned, found.expects) == (force, pinned, force)
    assert words in found.how and found.how.endswith(".")
