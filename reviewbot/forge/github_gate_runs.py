"""The gate's check run on GitHub: what it says, and how one report follows another on a commit.

https://docs.github.com/en/rest/checks/runs. Only an App may write check runs, and each App has those of its own: a run
of the same name that another App made is not ours, and a branch rule that takes the check from our App ignores it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from reviewbot.domain.gate import CHECK, Annotation, CheckReport, CheckState
from reviewbot.forge.github_json import Json, as_object, get_number, get_object, get_objects, get_text
from reviewbot.forge.github_resources import Resources

MOST_ANNOTATIONS = 50
"""Annotations that one request takes; further ones are added to those that stand."""

RECHECK, REVIEWED = "recheck", "reviewed"
"""What a press of our buttons is called in the event ``check_run``."""

_MOST_TITLE = 255
_COMPLETED, _AT_IT = "completed", "in_progress"
_CONCLUSIONS = {
    CheckState.WAITING: "action_required",
    CheckState.FAILED: "failure",
    CheckState.ERROR: "failure",
    CheckState.PASSED: "success",
    CheckState.REPORTED: "success",
}
"""Never ``neutral`` nor ``skipped``: GitHub merges with them
(https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks)."""

# GitHub shows at most 20 characters of a label, and 40 of what it says.
_LOOK_AGAIN = {"label": "Look again", "description": "Come to the verdict anew", "identifier": RECHECK}
_SIGN_OFF = {
    "label": "I reviewed the lines",
    "description": "Sign off every line that waits here",
    "identifier": REVIEWED,
}
_BUTTONS = {
    CheckState.WAITING: [_SIGN_OFF, _LOOK_AGAIN],
    CheckState.FAILED: [_LOOK_AGAIN],
    CheckState.ERROR: [_LOOK_AGAIN],
}


@dataclass(frozen=True)
class Run:
    """A check run of ours.

    Attributes:
        digest: of the report that it shows whole; empty while it shows a part of one. conclusion: empty while it runs.
        annotated: how many annotations it has, which nothing takes away again.
    """

    id: int
    digest: str
    status: str
    conclusion: str
    annotated: int

    def says(self, report: CheckReport) -> bool:
        """Whether it is the report, whole."""
        return self.digest == report.digest and (self.status, self.conclusion) == _wanted(report.state)

    @property
    def whole(self) -> bool:
        """Whether it shows some report of ours, whole. GitHub itself ends one that runs for too long as ``stale``."""
        known = self.conclusion in _CONCLUSIONS.values() if self.status == _COMPLETED else self.status == _AT_IT
        return bool(self.digest) and known

    @property
    def goes_on(self) -> bool:
        """Whether another report can take its place in the same run: nothing of an older one would be left in it."""
        return self.status != _COMPLETED and not self.annotated


class Runs:
    """The check runs of one repository.

    Args:
        app: our App's id. page: the web address that a run leads to.
    """

    def __init__(self, resources: Resources, app: int, page: str) -> None:
        self._resources, self._app, self._page = resources, app, page

    def show(self, report: CheckReport) -> None:
        """See ``GateForge.show``: one request where it stands, two where it does not, and one for each 50 annotations.

        While annotations are still to be added the run goes on, which keeps the merge back, and has no digest.
        """
        doing = f"reading the checks of {report.head[:12]}"
        answer = self._resources.of_commit("GET", self._list(report.head), doing)
        if answer is None:
            return
        run = newest(answer.data, self._app)
        if run is not None and run.says(report):
            return
        number = run.id if run is not None and run.goes_on else None
        for body in write_runs(report, self._page):
            number = self._send(report.head, number, body)
            if number is None:
                return

    def shown(self, head: str) -> str | None:
        """See ``GateForge.shown``. One request."""
        answer = self._resources.of_commit("GET", self._list(head), f"reading the checks of {head[:12]}")
        run = None if answer is None else newest(answer.data, self._app)
        return run.digest if run is not None and run.whole else None

    def _list(self, head: str) -> str:
        query = f"check_name={quote(CHECK, safe='')}&app_id={self._app}&filter=latest&per_page=100"
        return f"/commits/{head}/check-runs?{query}"

    def _send(self, head: str, number: int | None, body: dict[str, Any]) -> int | None:
        """Change a run, or make one; its number, None where the commit is gone."""
        doing = f"setting the gate's check of {head[:12]}"
        if number is not None:
            answer = self._resources.send("PATCH", f"/check-runs/{number}", doing, body)
            return get_number(as_object(answer.data), "id")
        made = self._resources.of_commit("POST", "/check-runs", doing, {**body, "head_sha": head})
        return None if made is None else get_number(as_object(made.data), "id")


def newest(data: object, app: int) -> Run | None:
    """The newest run of our App called ``CHECK``, of ``GET …/commits/:ref/check-runs``; None where there is none.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    ours = [one for one in get_objects(as_object(data), "check_runs") if one.get("name") == CHECK and _is_of(one, app)]
    return max((_read(one) for one in ours), key=lambda run: run.id, default=None)


def _is_of(run: Json, app: int) -> bool:
    return run.get("app") is not None and get_number(get_object(run, "app"), "id") == app


def _read(data: Json) -> Run:
    annotated = get_object(data, "output").get("annotations_count")
    digest, conclusion = data.get("external_id"), data.get("conclusion")
    return Run(
        id=get_number(data, "id"),
        digest=digest if isinstance(digest, str) else "",
        status=get_text(data, "status"),
        conclusion=conclusion if isinstance(conclusion, str) else "",
        annotated=annotated if isinstance(annotated, int) else 1,
    )


def write_runs(report: CheckReport, page: str) -> Iterable[dict[str, Any]]:
    """What is sent, one after the other, so that a run shows the report; the last one alone says what it comes to."""
    parts = _parts(report.annotations)
    for part in parts[:-1]:
        yield _body(report, page, part, {"status": _AT_IT, "external_id": ""})
    status, conclusion = _wanted(report.state)
    last: dict[str, Any] = {"status": status, "external_id": report.digest, "actions": _BUTTONS.get(report.state, [])}
    yield _body(report, page, parts[-1], last | ({"conclusion": conclusion} if conclusion else {}))


def _wanted(state: CheckState) -> tuple[str, str]:
    return (_AT_IT, "") if state is CheckState.WORKING else (_COMPLETED, _CONCLUSIONS[state])


def _parts(annotations: Sequence[Annotation]) -> list[Sequence[Annotation]]:
    found = [annotations[at : at + MOST_ANNOTATIONS] for at in range(0, len(annotations), MOST_ANNOTATIONS)]
    return list(found) or [()]


def _body(report: CheckReport, page: str, part: Sequence[Annotation], more: dict[str, Any]) -> dict[str, Any]:
    output = {"title": report.title[:_MOST_TITLE], "summary": report.summary or f"{report.title}."}
    written = {"annotations": [write_annotation(one) for one in part]} if part else {}
    return {"name": CHECK, "details_url": page, **more, "output": {**output, **written}}


def write_annotation(one: Annotation) -> dict[str, Any]:
    """One of them. GitHub keeps columns for a single line only, so none are given."""
    return {
        "path": one.path,
        "start_line": one.lines.start,
        "end_line": one.lines.end,
        "annotation_level": "failure" if one.failure else "warning",
        "title": one.title[:_MOST_TITLE],
        "message": one.message,
    }
