"""Where the gate's status stands on GitLab, what stands there, and how it gets to the next: all pure."""

from __future__ import annotations

from typing import Any

import pytest

from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import CheckReport, CheckState
from reviewbot.forge.gitlab_gate_checks import is_due
from reviewbot.forge.gitlab_gate_status import Place, Standing, find_places, read_standing, steps, write_status

HEAD, OTHER = "a" * 40, "b" * 40
REF = PullRequestRef("gitlab", "team/shop", 7)
HERE, FORK = "/projects/team%2Fshop", "/projects/9"
PAGE = "https://gitlab.example.org/team/shop/-/merge_requests/7"


def pull(*, sha: str | None = HEAD, source: int | None = 1, pipeline: dict[str, Any] | None = None) -> dict[str, Any]:
    shown = {"sha": sha, "source_branch": "feature", "source_project_id": source, "target_project_id": 1}
    return shown | {"head_pipeline": pipeline}


def pipeline(sha: str = HEAD, ref: str = "feature", project: int = 1) -> dict[str, Any]:
    return {"id": 31, "sha": sha, "ref": ref, "project_id": project, "status": "running", "source": "push"}


@pytest.mark.parametrize(
    ("found", "places"),
    [
        (pull(), (Place(HERE, HEAD, "feature"),)),
        (pull(pipeline=pipeline()), (Place("/projects/1", HEAD, pipeline=31),)),
        (
            pull(pipeline=pipeline(ref="refs/merge-requests/7/head")),
            (Place("/projects/1", HEAD, pipeline=31),),
        ),
        (  # of the merged result: another commit
            pull(pipeline=pipeline(OTHER, "refs/merge-requests/7/merge")),
            (Place("/projects/1", OTHER, pipeline=31),),
        ),
        (pull(pipeline=pipeline(OTHER)), (Place(HERE, HEAD, "feature"),)),  # of the head before
        (pull(sha=OTHER, pipeline=pipeline()), (Place(HERE, HEAD, "feature"),)),  # the head moved
        (pull(sha=None), (Place(HERE, HEAD, "feature"),)),
        # The branch's name is the fork's own: it must never be given to the project, which may have one like it.
        (pull(source=9), (Place(FORK, HEAD, "feature"), Place(HERE, HEAD))),
        (pull(source=9, pipeline=pipeline(project=9)), (Place(FORK, HEAD, pipeline=31), Place(HERE, HEAD))),
        (
            pull(source=9, pipeline=pipeline(ref="refs/merge-requests/7/head")),
            (Place("/projects/1", HEAD, pipeline=31), Place(HERE, HEAD)),
        ),
        (pull(source=None), (Place(HERE, HEAD),)),  # the fork is gone
    ],
)
def test_where_the_status_can_stand(found: dict[str, Any], places: tuple[Place, ...]):
    assert find_places(REF, found, HEAD) == places


def status(id_: int = 1, state: str = "pending", by: str | None = "bot", **given: Any) -> dict[str, Any]:
    """One of ``GET …/statuses``, as https://docs.gitlab.com/api/commits/#list-commit-statuses shows it."""
    shown = {"id": id_, "sha": HEAD, "ref": "feature", "status": state, "name": "reviewbot/gate", "pipeline_id": 31}
    author = None if by is None else {"id": 2, "username": by}
    return shown | {"target_url": f"{PAGE}#gate-d1", "description": "x", "author": author} | given


BRANCH, IN_PIPELINE = Place(HERE, HEAD, "feature"), Place(HERE, HEAD, pipeline=31)


@pytest.mark.parametrize(
    ("statuses", "place", "standing"),
    [
        ([], BRANCH, None),
        ([status()], BRANCH, Standing("pending", True, "d1")),
        ([status(by="Bot")], BRANCH, Standing("pending", True, "d1")),
        ([status(by="eve")], BRANCH, Standing("pending", False)),  # of the same name, by somebody else
        ([status(by=None)], BRANCH, Standing("pending", False)),
        ([status(1, by="bot"), status(2, "success", by="eve")], BRANCH, Standing("success", False)),
        ([status(3, "failed"), status(2, "success")], BRANCH, Standing("failed", True, "d1")),
        ([status(ref="other")], BRANCH, None),
        ([status(ref="other")], IN_PIPELINE, Standing("pending", True, "d1")),
        ([status(pipeline_id=30)], IN_PIPELINE, None),
        ([status(name="other")], BRANCH, None),
        ([status(target_url=None)], BRANCH, Standing("pending", True)),
        ([status(target_url=PAGE)], BRANCH, Standing("pending", True)),
    ],
)
def test_what_stands(statuses: list[Any], place: Place, standing: Standing | None):
    assert read_standing(statuses, place, "bot") == standing


@pytest.mark.parametrize(
    ("standing", "wanted", "way"),
    [
        (None, "pending", ("pending",)),
        (None, "success", ("success",)),
        (Standing("pending", True), "pending", ("running",)),
        (Standing("running", True), "pending", ("canceled", "pending")),
        (Standing("pending", True), "failed", ("failed",)),
        (Standing("running", True), "success", ("success",)),
        (Standing("failed", True), "failed", ("failed",)),
        (Standing("success", True), "pending", ("pending",)),
        (Standing("success", True), "failed", ("failed",)),
        (Standing("canceled", True), "pending", ("pending",)),
        (Standing("success", False), "failed", ("canceled", "failed")),
        (Standing("success", False), "success", ("canceled", "success")),
        (Standing("success", False), "pending", ("canceled", "pending")),
    ],
)
def test_the_way_to_the_next_state(standing: Standing | None, wanted: str, way: tuple[str, ...]):
    assert steps(standing, wanted) == way
    assert "success" not in way[:-1]


@pytest.mark.parametrize(
    ("standing", "state", "says"),
    [
        (Standing("pending", True, "d1"), CheckState.WORKING, True),
        (Standing("running", True, "d1"), CheckState.WAITING, True),
        (Standing("failed", True, "d1"), CheckState.ERROR, True),
        (Standing("success", True, "d1"), CheckState.REPORTED, True),
        (Standing("success", False, "d1"), CheckState.PASSED, False),
        (Standing("success", True, "d2"), CheckState.PASSED, False),
        (Standing("success", True, "d1"), CheckState.FAILED, False),
        (Standing("canceled", True, "d1"), CheckState.WAITING, False),  # its worker died on the way
    ],
)
def test_whether_it_is_the_report(standing: Standing, state: CheckState, says: bool):
    assert standing.says(CheckReport(HEAD, state, "x", digest="d1")) is says


def test_what_is_posted():
    report = CheckReport(HEAD, CheckState.WAITING, "t" * 300, digest="d1")
    assert write_status(BRANCH, "pending", report, PAGE) == {
        "state": "pending",
        "name": "reviewbot/gate",
        "target_url": f"{PAGE}#gate-d1",
        "description": "t" * 255,
        "ref": "feature",
    }
    assert write_status(IN_PIPELINE, "pending", report, PAGE)["pipeline_id"] == 31
    assert "ref" not in write_status(IN_PIPELINE, "pending", report, PAGE)


def test_a_long_address_keeps_the_digest():
    report = CheckReport(HEAD, CheckState.PASSED, "x", digest="e" * 64)
    url = write_status(BRANCH, "success", report, f"https://x/{'g' * 250}/-/merge_requests/7")["target_url"]
    assert len(url) <= 255
    assert read_standing([status(target_url=url)], BRANCH, "bot") == Standing("pending", True, "e" * 64)


@pytest.mark.parametrize(
    ("status", "state", "renewed", "due"),
    [
        ("pending", CheckState.PASSED, False, True),
        ("failed", CheckState.PASSED, False, True),
        ("passed", CheckState.PASSED, True, False),
        ("passed", CheckState.REPORTED, True, False),
        ("passed", CheckState.WAITING, False, True),
        ("passed", CheckState.ERROR, False, True),
        ("pending", CheckState.FAILED, False, True),
        ("failed", CheckState.ERROR, True, False),
        ("pending", CheckState.WORKING, True, False),
        ("failed", CheckState.WAITING, False, False),  # GitLab made it so, after two minutes
        ("failed", CheckState.WAITING, True, True),
    ],
)
def test_whether_the_status_check_must_be_told(status: str, state: CheckState, renewed: bool, due: bool):
    assert is_due(status, state, renewed=renewed) is due
