"""The gate's commit status on GitHub, where a plain token speaks: check runs are for Apps alone.

https://docs.github.com/en/rest/commits/statuses. Whoever may push may set a status of the same name, and the newest one
counts: the gate puts its own on top again at its next look. A rule can take a check from one App alone, no user's.
"""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.domain.gate import CHECK, CheckReport, CheckState
from reviewbot.forge.github_json import Json, get_number, get_object, get_objects, get_text
from reviewbot.forge.github_people import read_person
from reviewbot.forge.github_resources import Resources

MOST_CHARACTERS = 140
"""Of a status's description."""

_MOST_PAGES = 10
"""Of 100: a commit takes 1,000 statuses of one name."""

_DIGEST = "#gate-"
_STATES = {
    CheckState.WORKING: "pending",
    CheckState.WAITING: "failure",
    CheckState.FAILED: "failure",
    CheckState.ERROR: "error",
    CheckState.PASSED: "success",
    CheckState.REPORTED: "success",
}


@dataclass(frozen=True)
class Standing:
    """The newest status called ``CHECK``. ``digest`` is empty where it is not ours, or has none."""

    state: str
    digest: str = ""

    def says(self, report: CheckReport) -> bool:
        """Whether it is the report."""
        return (self.state, self.digest) == (_STATES[report.state], report.digest)


class Statuses:
    """The gate's commit statuses of one repository.

    Args:
        ours: our own login. page: the pull request's web address.
    """

    def __init__(self, resources: Resources, ours: str, page: str) -> None:
        self._resources, self._ours, self._page = resources, ours, page

    def show(self, report: CheckReport) -> None:
        """See ``GateForge.show``: one request where it stands, two where it does not."""
        standing = self._standing(report.head)
        if standing is None or standing.says(report):
            return
        doing = f"setting the gate's status of {report.head[:12]}"
        self._resources.of_commit("POST", f"/statuses/{report.head}", doing, write_status(report, self._page))

    def shown(self, head: str) -> str | None:
        """See ``GateForge.shown``. One request."""
        standing = self._standing(head)
        return None if standing is None or not standing.digest else standing.digest

    def _standing(self, head: str) -> Standing | None:
        """What stands on a commit, with an empty state where nothing does; None where the commit is gone."""
        for page in range(1, _MOST_PAGES + 1):
            path = f"/commits/{head}/statuses?per_page=100&page={page}"
            answer = self._resources.of_commit("GET", path, f"reading the statuses of {head[:12]}")
            if answer is None:
                return None
            found = get_objects({"statuses": answer.data}, "statuses")
            ours = [one for one in found if get_text(one, "context").casefold() == CHECK.casefold()]
            if ours or not found:
                return read_standing(ours, self._ours)
        return Standing("")


def read_standing(statuses: list[Json], ours: str) -> Standing:
    """The newest of those that have our name.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    if not statuses:
        return Standing("")
    newest = max(statuses, key=lambda one: get_number(one, "id"))
    _, marked, digest = str(newest.get("target_url") or "").rpartition(_DIGEST)
    return Standing(get_text(newest, "state"), digest if marked and _is_by(newest, ours) else "")


def _is_by(status: Json, ours: str) -> bool:
    if status.get("creator") is None:
        return False
    get_object(status, "creator")
    return read_person(status, "creator", ours).ours


def write_status(report: CheckReport, page: str) -> dict[str, str]:
    """What is posted. The digest is in the address, where nobody reads it."""
    return {
        "state": _STATES[report.state],
        "context": CHECK,
        "description": report.title[:MOST_CHARACTERS],
        "target_url": f"{page}{_DIGEST}{report.digest}",
    }
