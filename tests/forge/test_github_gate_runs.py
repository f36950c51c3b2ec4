"""What the gate's check run and commit status on GitHub say, and which of those that stand are ours. Pure."""

from __future__ import annotations

from typing import Any

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import ForgeUnavailable
from reviewbot.domain.gate import CHECK, Annotation, CheckReport, CheckState
from reviewbot.forge.github_gate_runs import Run, newest, write_runs
from reviewbot.forge.github_gate_status import Standing, read_standing, write_status

APP, HEAD, PAGE = 7, "a" * 40, "https://github.com/team/shop/pull/1"
ENDS = {
    CheckState.WAITING: "action_required",
    CheckState.FAILED: "failure",
    CheckState.ERROR: "failure",
    CheckState.PASSED: "success",
    CheckState.REPORTED: "success",
}


def report(state: CheckState, annotations: int = 0) -> CheckReport:
    notes = tuple(Annotation(f"f{at}.py", LineRange(1, 2), "AI-written", "why") for at in range(annotations))
    return CheckReport(HEAD, state, "A title", "Words", notes, "d1")


def listed(*runs: dict[str, Any]) -> dict[str, Any]:
    return {"total_count": len(runs), "check_runs": list(runs)}


def run(number: int = 1, *, app: int = APP, name: str = CHECK, **fields: Any) -> dict[str, Any]:
    shown = {"id": number, "name": name, "app": {"id": app}, "status": "completed", "conclusion": "success"}
    return {**shown, "external_id": "d1", "output": {"annotations_count": 0}, **fields}


@pytest.mark.parametrize(("state", "conclusion"), ENDS.items())
def test_a_verdict_ends_the_run_in_one_request(state: CheckState, conclusion: str):
    (body,) = write_runs(report(state, 50), PAGE)
    assert (body["status"], body["conclusion"], body["external_id"]) == ("completed", conclusion, "d1")
    assert len(body["output"]["annotations"]) == 50


def test_only_what_lets_merge_succeeds_and_nothing_is_neutral():
    for state in CheckState:
        (body,) = write_runs(report(state), PAGE)
        assert (body.get("conclusion") == "success") is state.lets_merge
        assert body.get("conclusion") not in ("neutral", "skipped")
        assert (write_status(report(state), PAGE)["state"] == "success") is state.lets_merge


def test_while_the_gate_is_at_it_the_run_goes_on():
    (body,) = write_runs(CheckReport(HEAD, CheckState.WORKING, "Looking", digest="d0"), PAGE)
    assert body["status"] == "in_progress" and "conclusion" not in body and body["external_id"] == "d0"
    assert body["output"] == {"title": "Looking", "summary": "Looking."}


def test_the_last_of_many_requests_alone_says_what_it_comes_to():
    bodies = list(write_runs(report(CheckState.FAILED, 101), PAGE))
    assert [len(one["output"]["annotations"]) for one in bodies] == [50, 50, 1]
    assert [one["status"] for one in bodies] == ["in_progress", "in_progress", "completed"]
    assert [one["external_id"] for one in bodies] == ["", "", "d1"]
    assert ["conclusion" in one for one in bodies] == [False, False, True]
    names = [note["path"] for one in bodies for note in one["output"]["annotations"]]
    assert names == [f"f{at}.py" for at in range(101)]


def test_its_buttons_are_what_github_takes():
    for state in CheckState:
        (body,) = write_runs(report(state), PAGE)
        assert len(body["actions"]) <= 3
        for one in body["actions"]:
            assert len(one["label"]) <= 20 and len(one["description"]) <= 40 and len(one["identifier"]) <= 20
    (waiting,) = write_runs(report(CheckState.WAITING), PAGE)
    assert [one["identifier"] for one in waiting["actions"]] == ["reviewed", "recheck"]


@pytest.mark.parametrize(
    ("runs", "wanted"),
    [
        ([], None),
        ([run(1), run(3), run(2)], 3),
        ([run(1), run(2, app=15368)], 1),
        ([run(1), run(2, app=None)], 1),
        ([run(1, name="reviewbot/gate2")], None),
    ],
)
def test_the_newest_of_our_app_is_ours(runs: list[dict[str, Any]], wanted: int | None):
    for one in runs:
        if one["app"]["id"] is None:
            one["app"] = None
    found = newest(listed(*runs), APP)
    assert (None if found is None else found.id) == wanted


@pytest.mark.parametrize("data", [None, [], {}, {"check_runs": [1]}, listed(run(output=None)), listed(run(0))])
def test_what_is_no_list_of_runs_is_no_answer(data: object):
    with pytest.raises(ForgeUnavailable):
        newest(data, APP)


@pytest.mark.parametrize(
    ("fields", "says", "whole", "goes_on"),
    [
        ({}, True, True, False),
        ({"conclusion": "action_required"}, False, True, False),
        ({"external_id": "d0"}, False, True, False),
        ({"external_id": ""}, False, False, False),
        ({"external_id": None}, False, False, False),
        ({"conclusion": "neutral"}, False, False, False),
        ({"conclusion": "stale"}, False, False, False),
        ({"status": "in_progress", "conclusion": None}, False, True, True),
        ({"status": "in_progress", "conclusion": None, "external_id": ""}, False, False, True),
        ({"status": "queued", "conclusion": None}, False, False, True),
        ({"status": "in_progress", "conclusion": None, "output": {"annotations_count": 3}}, False, True, False),
        ({"status": "in_progress", "conclusion": None, "output": {}}, False, True, False),
    ],
)
def test_what_a_run_says(fields: dict[str, Any], says: bool, whole: bool, goes_on: bool):
    found = newest(listed(run(**fields)), APP)
    assert isinstance(found, Run)
    assert (found.says(report(CheckState.PASSED)), found.whole, found.goes_on) == (says, whole, goes_on)


def status(number: int, state: str = "success", *, by: str | None = "seed-bot", url: str | None = f"{PAGE}#gate-d1"):
    creator = None if by is None else {"login": by, "type": "User"}
    return {"id": number, "state": state, "context": CHECK, "target_url": url, "creator": creator}


@pytest.mark.parametrize(
    ("statuses", "wanted"),
    [
        ([], Standing("")),
        ([status(1)], Standing("success", "d1")),
        ([status(2, "failure"), status(1)], Standing("failure", "d1")),
        ([status(1, by="Seed-Bot")], Standing("success", "d1")),
        ([status(2, by="mallory"), status(1)], Standing("success")),
        ([status(1, by=None)], Standing("success")),
        ([status(1, url=PAGE)], Standing("success")),
        ([status(1, url=None)], Standing("success")),
    ],
)
def test_the_newest_status_counts_and_is_ours_only_where_we_set_it(statuses: list[Any], wanted: Standing):
    found = read_standing(statuses, "seed-bot")
    assert found == wanted
    assert found.says(report(CheckState.PASSED)) is (wanted == Standing("success", "d1"))


def test_a_status_is_as_long_as_github_takes():
    body = write_status(CheckReport(HEAD, CheckState.WAITING, "x" * 300, digest="d1"), PAGE)
    assert body == {
        "state": "failure",
        "context": CHECK,
        "description": "x" * 140,
        "target_url": f"{PAGE}#gate-d1",
    }
