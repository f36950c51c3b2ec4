"""Showing the gate's word on GitLab: a commit status, and the external status check where there is one."""

from __future__ import annotations

from reviewbot.domain.errors import ForgeDenied, ForgeError
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import CheckReport, CheckState
from reviewbot.forge.gitlab_api import Api, merge_request_path
from reviewbot.forge.gitlab_errors import Missing
from reviewbot.forge.gitlab_gate_checks import StatusCheck, find_check, is_due, tell_check
from reviewbot.forge.gitlab_gate_status import Place, Standing, find_places, let_through, look_at, put
from reviewbot.forge.gitlab_wire import Object, an_object, commit_id


class Board:
    """The two places of one merge request where the gate's word stands.

    Args:
        ours: our own login. page: the merge request's web address.
    """

    def __init__(self, api: Api, ref: PullRequestRef, ours: str, page: str) -> None:
        self._api, self._ref, self._ours, self._page = api, ref, ours, page

    def show(self, report: CheckReport) -> None:
        """See ``GateForge.show``. Three requests where nothing is changed.

        Nothing lets a merge through while the other part says something else. A merge is kept back by each part that
        can be told so, even where the other cannot. Before it is let through, both must have been told; where the
        second cannot, the first is taken back.
        """
        found = self._merge_request()
        check = self._check(found, report.head)
        places = find_places(self._ref, found, report.head)
        if let_through(report.state):
            self._let_through(report, check, places)
        else:
            self._keep_back(report, check, places)

    def shown(self, head: str) -> str | None:
        """See ``GateForge.shown``. Three requests."""
        found = self._merge_request()
        standing = self._standing(find_places(self._ref, found, head))
        if standing is None or not standing.ours or not standing.digest:
            return None
        check, state = self._check(found, head), _read_state(standing)
        whole = state is not None and (check is None or not is_due(check.status, state, renewed=False))
        return standing.digest if whole else None

    def _merge_request(self) -> Object:
        return an_object(self._api.get(f"reading {self._ref}", merge_request_path(self._ref)))

    def _check(self, found: Object, head: str) -> StatusCheck | None:
        """A status check takes an answer for the present head alone."""
        return find_check(self._api, self._ref) if commit_id(found, "sha") == head else None

    def _let_through(self, report: CheckReport, check: StatusCheck | None, places: tuple[Place, ...]) -> None:
        told = check is not None and is_due(check.status, report.state, renewed=False)
        if check is not None and told:
            tell_check(self._api, self._ref, check, report.head, report.state)
        try:
            self._put(report, places)
        except ForgeError:
            if check is not None and told:
                tell_check(self._api, self._ref, check, report.head, CheckState.ERROR)
            raise

    def _keep_back(self, report: CheckReport, check: StatusCheck | None, places: tuple[Place, ...]) -> None:
        renewed, failure = True, None
        try:
            renewed = self._put(report, places)
        except ForgeError as error:
            failure = error
        if check is not None and is_due(check.status, report.state, renewed=renewed):
            tell_check(self._api, self._ref, check, report.head, report.state)
        if failure is not None:
            raise failure

    def _put(self, report: CheckReport, places: tuple[Place, ...]) -> bool:
        """At the first place that takes it; whether anything was changed.

        A commit that is gone takes none; and of a fork's, whose project is not ours, none may have to be taken. Then
        the thread and the status check speak.
        """
        for place in places:
            try:
                return put(self._api, place, self._ours, report, self._page)
            except Missing:
                continue
            except ForgeDenied:
                if place == places[-1]:
                    raise
        return False

    def _standing(self, places: tuple[Place, ...]) -> Standing | None:
        for place in places:
            try:
                standing = look_at(self._api, place, self._ours)
            except ForgeDenied:
                continue
            if standing is not None:
                return standing
        return None


def _read_state(standing: Standing) -> CheckState | None:
    """What a status of ours says; None for what is no report, such as one that was taken back."""
    states = {"success": CheckState.PASSED, "failed": CheckState.FAILED}
    states |= {"pending": CheckState.WAITING, "running": CheckState.WAITING}
    return states.get(standing.state)
