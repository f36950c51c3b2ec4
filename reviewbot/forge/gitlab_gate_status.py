"""The gate's commit status on GitLab: where it must stand, and how it gets from one state to another.

https://docs.gitlab.com/api/commits/#set-commit-pipeline-status, and ``Ci::CreateCommitStatusService`` of its source: a
status is a job. While it is pending or running it can be changed, by whoever made it; one that has ended stays, and the
next of the same name and pipeline takes its place, whoever makes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from reviewbot.domain.errors import ForgeRejected, ForgeUnavailable
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import CHECK, CheckReport, CheckState
from reviewbot.forge.gitlab_api import Api, project_path
from reviewbot.forge.gitlab_wire import Object, child, commit_id, number, objects, text

MOST_CHARACTERS = 255
"""Of a status's description, and of its address."""

_DIGEST = "#gate-"
_STATES = {
    CheckState.WORKING: "pending",
    CheckState.WAITING: "pending",
    CheckState.FAILED: "failed",
    CheckState.ERROR: "failed",
    CheckState.PASSED: "success",
    CheckState.REPORTED: "success",
}
_CHANGEABLE = ("pending", "running")
_BUSY = ("Cannot transition status", "Another update")


@dataclass(frozen=True)
class Place:
    """Where a status can stand.

    Attributes:
        project: the path of its resources. sha: the commit, which is not the head in a merged results pipeline.
        ref: a branch to post it for; empty leaves that to GitLab. pipeline: to be part of.
    """

    project: str
    sha: str
    ref: str = ""
    pipeline: int | None = None


@dataclass(frozen=True)
class Standing:
    """The newest status called ``CHECK`` at a place. ``digest`` is empty where it has none of ours."""

    state: str
    ours: bool
    digest: str = ""

    def says(self, report: CheckReport) -> bool:
        """Whether it is the report, whole."""
        wanted = _STATES[report.state]
        same = self.state in _CHANGEABLE if wanted == "pending" else self.state == wanted
        return self.ours and same and self.digest == report.digest


def find_places(ref: PullRequestRef, found: Object, head: str) -> tuple[Place, ...]:
    """Where the status of ``head`` can stand, best first.

    "Pipelines must succeed" looks at the head pipeline: the newest one of the merge request itself, else of the source
    branch, in the project that the branch lies in (``Ci::PipelinesForMergeRequestFinder``). A status in any other
    blocks nothing. For a fork's branch that is a pipeline of the fork, where we mostly may not write; the project
    itself takes a status for its commit only where it has a pipeline or a branch of its own with that commit.

    Args:
        found: the answer of ``GET …/merge_requests/:iid``.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    here, current = project_path(ref.repository), commit_id(found, "sha") == head
    pipeline = _pipeline(found, head) if current else None
    if found.get("source_project_id") == found.get("target_project_id"):
        return (pipeline or Place(here, head, text(found, "source_branch")),)
    if pipeline is None and found.get("source_project_id") is not None:
        pipeline = Place(f"/projects/{number(found, 'source_project_id')}", head, text(found, "source_branch"))
    return (Place(here, head),) if pipeline is None else (pipeline, Place(here, head))


def _pipeline(found: Object, head: str) -> Place | None:
    if found.get("head_pipeline") is None:
        return None
    pipeline = child(found, "head_pipeline")
    sha, ref = text(pipeline, "sha"), text(pipeline, "ref")
    merged = ref.startswith("refs/merge-requests/") and not ref.endswith("/head")
    if sha != head and not merged:
        return None
    project = pipeline.get("project_id") or number(found, "source_project_id")
    return Place(f"/projects/{project}", sha, pipeline=number(pipeline, "id"))


def read_standing(statuses: Iterable[Object], place: Place, ours: str) -> Standing | None:
    """The newest of ``GET …/statuses?name=…`` at a place; None where there is none.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    here = [one for one in statuses if text(one, "name") == CHECK and _is_at(one, place)]
    if not here:
        return None
    newest = max(here, key=lambda one: number(one, "id"))
    author = newest.get("author")
    by_us = isinstance(author, dict) and text(author, "username").casefold() == ours.casefold()
    _, marked, digest = str(newest.get("target_url") or "").rpartition(_DIGEST)
    return Standing(text(newest, "status"), by_us, unquote(digest) if by_us and marked else "")


def _is_at(status: Object, place: Place) -> bool:
    if place.pipeline is not None and status.get("pipeline_id") is not None:
        return bool(status["pipeline_id"] == place.pipeline)
    return place.ref in ("", status.get("ref"))


def steps(standing: Standing | None, wanted: str) -> tuple[str, ...]:
    """The states to set, one after the other, so that a new report stands in the state ``wanted``.

    GitLab refuses to set the state that a status has, and with it the new words: so one that waits goes on to run,
    and one that runs is ended, neither of which lets a merge through. Where somebody else's status took the place of
    ours, ours may still be there, changeable and out of sight: ending it makes the next one a new one.
    """
    if standing is None:
        return (wanted,)
    if not standing.ours:
        return ("canceled", wanted)
    if standing.state not in _CHANGEABLE or wanted != "pending":
        return (wanted,)
    return ("running",) if standing.state == "pending" else ("canceled", wanted)


def look_at(api: Api, place: Place, ours: str) -> Standing | None:
    """What stands at a place now. ``ours`` is our own login."""
    path = f"{place.project}/repository/commits/{place.sha}/statuses"
    found = objects(api.pages(f"reading the statuses of {place.sha[:12]}", path, name=CHECK), "statuses")
    return read_standing(found, place, ours)


def put(api: Api, place: Place, ours: str, report: CheckReport, page: str) -> bool:
    """Make the report stand at a place; False where it stood already.

    Args:
        ours: our own login. page: the merge request's web address.

    Raises:
        ForgeError: it may not stand there, or somebody else changed it at the same time.
    """
    standing = look_at(api, place, ours)
    if standing is not None and standing.says(report):
        return False
    for state in steps(standing, _STATES[report.state]):
        _post(api, place, state, report, page)
    return True


def _post(api: Api, place: Place, state: str, report: CheckReport, page: str) -> None:
    doing = f"setting the gate's status of {place.sha[:12]}"
    try:
        api.post(doing, f"{place.project}/statuses/{place.sha}", write_status(place, state, report, page))
    except ForgeRejected as error:
        if any(word in str(error) for word in _BUSY):
            raise ForgeUnavailable(f"Another status was set while {doing}: trying again later.") from None
        raise


def write_status(place: Place, state: str, report: CheckReport, page: str) -> dict[str, Any]:
    """What is posted. The digest is in the address, behind the page, or behind GitLab's own where that is too long."""
    digest = f"{_DIGEST}{quote(report.digest, safe='')}"
    url = page + digest if len(page + digest) <= MOST_CHARACTERS else page.partition("/-/")[0][:100] + digest
    data: dict[str, Any] = {"state": state, "name": CHECK, "target_url": url}
    data["description"] = report.title[:MOST_CHARACTERS]
    if place.ref:
        data["ref"] = place.ref
    if place.pipeline is not None:
        data["pipeline_id"] = place.pipeline
    return data


def let_through(state: CheckState) -> bool:
    """Whether GitLab lets a merge through on it."""
    return _STATES[state] == "success"
