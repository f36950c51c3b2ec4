"""What the gate needs of GitLab, 17 to 19, of every tier."""

from __future__ import annotations

from collections.abc import Collection

from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import CheckReport, GateFacts, OpenPull, Requirement
from reviewbot.forge.gitlab import GitLab
from reviewbot.forge.gitlab_api import merge_request_path
from reviewbot.forge.gitlab_gate_facts import read_facts
from reviewbot.forge.gitlab_gate_listings import members_of, open_pulls, repositories
from reviewbot.forge.gitlab_gate_requirement import find_requirement
from reviewbot.forge.gitlab_gate_showing import Board
from reviewbot.forge.gitlab_markdown import write_body
from reviewbot.forge.gitlab_wire import an_object, text


class GitLabGate:
    """A ``GateForge``, acting as ``gitlab`` does and over its connections. Thread-safe."""

    name = "gitlab"
    can_hold = True

    def __init__(self, gitlab: GitLab) -> None:
        self._gitlab, self._api, self._accounts = gitlab, gitlab.api, gitlab.accounts

    def __repr__(self) -> str:
        """Without the token."""
        return f"GitLabGate({self._gitlab!r})"

    def facts(self, ref: PullRequestRef, also: Collection[str] = ()) -> GateFacts:
        """Everything about a merge request. See ``GateForge`` and ``read_facts``."""
        return read_facts(self._api, self._accounts, ref, also)

    def open_pulls(self, repository: str) -> tuple[OpenPull, ...]:
        """Every open merge request of a project. See ``GateForge``."""
        return open_pulls(self._api, repository)

    def repositories(self) -> tuple[str, ...]:
        """The projects that we are a member of, as a Developer or more. See ``GateForge``."""
        return repositories(self._api)

    def show(self, ref: PullRequestRef, report: CheckReport) -> None:
        """Show a report as a commit status, and by the external status check. See ``GateForge`` and ``Board``."""
        self._board(ref).show(report)

    def shown(self, ref: PullRequestRef, head: str) -> str | None:
        """The digest of the report that stands. See ``GateForge``."""
        return self._board(ref).shown(head)

    def set_label(self, ref: PullRequestRef, name: str, *, on: bool) -> None:
        """Put a label on, or take it off: GitLab makes one that the project does not have. See ``GateForge``."""
        doing, path = f"labelling {ref}", merge_request_path(ref)
        found = an_object(self._api.get(doing, path))
        if on != (name in (found.get("labels") or ())):
            self._api.put(doing, path, {"add_labels" if on else "remove_labels": name})

    def begin_hold(self, ref: PullRequestRef, body: str) -> str:
        """Begin a thread in the conversation. See ``GateForge``."""
        path = f"{merge_request_path(ref)}/discussions"
        made = an_object(self._api.post(f"beginning a thread on {ref}", path, {"body": write_body(body)}))
        return text(made, "id")

    def members_of(self, ref: PullRequestRef, name: str) -> frozenset[str] | None:
        """The logins behind a name of CODEOWNERS. See ``GateForge``."""
        return members_of(self._api, self._accounts, ref, name)

    def queued(self, repository: str, branch: str, head: str) -> tuple[int, ...]:
        """Nothing: a merge train has no branch that could be asked for."""
        return ()

    def requirement(self, repository: str, branch: str) -> Requirement:
        """Whether the project's merge checks make a merge wait for the gate. See ``GateForge``."""
        return find_requirement(self._api, repository, branch)

    def _board(self, ref: PullRequestRef) -> Board:
        return Board(self._api, ref, self._accounts.login, self._gitlab.page(ref))
