"""What the gate needs of GitHub, github.com or Enterprise Server: as an App by check runs, else by commit statuses."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote

from reviewbot.domain.errors import ForgeRejected
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import CheckReport, GateFacts, OpenPull, Requirement
from reviewbot.forge import github_gate_listings as listings
from reviewbot.forge.github_credentials import Credentials
from reviewbot.forge.github_errors import nonsense
from reviewbot.forge.github_gate_facts import read_facts
from reviewbot.forge.github_gate_requirement import find_requirement
from reviewbot.forge.github_gate_runs import Runs
from reviewbot.forge.github_gate_status import Statuses
from reviewbot.forge.github_git import web_root
from reviewbot.forge.github_resources import Resources
from reviewbot.forge.github_wire import repository_path

_GONE = (404, 410)


class GitHubGate:
    """A ``GateForge``, acting with ``credentials``. Thread-safe."""

    name = "github"
    can_hold = False

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def __repr__(self) -> str:
        """Without the token."""
        return f"GitHubGate({self._credentials.base_url!r})"

    def facts(self, ref: PullRequestRef, also: Collection[str] = ()) -> GateFacts:
        """Everything about a pull request. See ``GateForge`` and ``read_facts``."""
        return read_facts(self._credentials, ref, also)

    def open_pulls(self, repository: str) -> tuple[OpenPull, ...]:
        """Every open pull request of a repository. See ``GateForge``."""
        return listings.open_pulls(self._resources(repository), repository)

    def repositories(self) -> tuple[str, ...]:
        """The repositories that our App is installed in, or that our account may push to. See ``GateForge``."""
        return self._credentials.repositories()

    def show(self, ref: PullRequestRef, report: CheckReport) -> None:
        """Show a report as a check run, or as a commit status. See ``GateForge``, ``Runs`` and ``Statuses``."""
        self._board(ref).show(report)

    def shown(self, ref: PullRequestRef, head: str) -> str | None:
        """The digest of the report that stands. See ``GateForge``."""
        return self._board(ref).shown(head)

    def set_label(self, ref: PullRequestRef, name: str, *, on: bool) -> None:
        """Put a label on, or take it off: GitHub makes one that the repository does not have. See ``GateForge``."""
        resources, doing = self._resources(ref.repository), f"labelling {ref}"
        path = f"/issues/{ref.number}/labels"
        if on:
            resources.send("POST", path, doing, {"labels": [name]})
        elif resources.send("DELETE", f"{path}/{quote(name, safe='')}", doing, allow=_GONE).status not in (200, *_GONE):
            raise nonsense(doing)

    def begin_hold(self, ref: PullRequestRef, body: str) -> str:
        """Never: see ``can_hold``. GitHub demands resolved threads only of those on lines."""
        raise ForgeRejected("A thread of GitHub's conversation blocks no merge: the gate's check does.")

    def members_of(self, ref: PullRequestRef, name: str) -> frozenset[str] | None:
        """The logins behind a name of CODEOWNERS. See ``GateForge``."""
        return listings.members_of(self._credentials.client(ref.repository), ref.repository, name)

    def queued(self, repository: str, branch: str, head: str) -> tuple[int, ...]:
        """The pull requests that a merge queue's branch merges. See ``GateForge``."""
        repository_path(repository)
        return listings.queued(self._credentials.client(repository), repository, branch, head)

    def requirement(self, repository: str, branch: str) -> Requirement:
        """Whether a branch rule makes a merge wait for the gate. See ``GateForge``."""
        return find_requirement(self._resources(repository), repository, branch, self._credentials.app_id)

    def _board(self, ref: PullRequestRef) -> Runs | Statuses:
        credentials, resources = self._credentials, self._resources(ref.repository)
        page = f"{web_root(credentials.base_url)}{ref.repository}/pull/{ref.number}"
        if credentials.app_id is None:
            return Statuses(resources, credentials.login, page)
        return Runs(resources, credentials.app_id, page)

    def _resources(self, repository: str) -> Resources:
        return Resources(self._credentials.client(repository), repository)
