"""The external status check of GitLab Ultimate that the gate answers, where a project has one.

https://docs.gitlab.com/api/status_checks/
"""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.domain.errors import ForgeDenied, ForgeRejected
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import CHECK, CheckState
from reviewbot.forge.gitlab_api import Api, merge_request_path
from reviewbot.forge.gitlab_wire import number, objects, text, words

_SAID = {
    CheckState.WORKING: "pending",
    CheckState.WAITING: "pending",
    CheckState.FAILED: "failed",
    CheckState.ERROR: "failed",
    CheckState.PASSED: "passed",
    CheckState.REPORTED: "passed",
}


@dataclass(frozen=True)
class StatusCheck:
    """A status check of a merge request. ``status``: ``pending``, ``passed`` or ``failed``, of the present head."""

    id: int
    status: str


def find_check(api: Api, ref: PullRequestRef) -> StatusCheck | None:
    """The one that is called ``CHECK``; None where there is none, which is so on every tier but Ultimate."""
    doing, path = f"reading the status checks of {ref}", f"{merge_request_path(ref)}/status_checks"
    try:
        found = objects(api.pages(doing, path), "status_checks")
    except ForgeDenied:
        return None
    ours = [one for one in found if words(one, "name") == CHECK]
    return StatusCheck(number(ours[0], "id"), text(ours[0], "status")) if ours else None


def is_due(status: str, state: CheckState, *, renewed: bool) -> bool:
    """Whether a check that says ``status`` must be told ``state``.

    What is pending for two minutes becomes failed (GitLab 16.6), which keeps the merge back as well: so that is left
    alone, unless the report is ``renewed``.
    """
    wanted = _SAID[state]
    return status != wanted and (wanted != "pending" or status == "passed" or renewed)


def tell_check(api: Api, ref: PullRequestRef, check: StatusCheck, head: str, state: CheckState) -> None:
    """Tell it. Where the head moved meanwhile nothing happens: the new one is pending, and gets a report of its own."""
    data = {"sha": head, "external_status_check_id": check.id, "status": _SAID[state]}
    path = f"{merge_request_path(ref)}/status_check_responses"
    try:
        api.post(f"answering the status check of {ref}", path, data)
    except ForgeRejected as error:
        if " with 409 " not in str(error):
            raise
