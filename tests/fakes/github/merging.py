"""What a merge waits for, and the button "Merge".

https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches
"""

from __future__ import annotations

from tests.fakes.github.checks import Checks
from tests.fakes.github.gitstore import GitFailed
from tests.fakes.github.model import App, Pull, Repository
from tests.fakes.github.model_checks import GOOD, Demand


class Refusal(Exception):
    """GitHub does not merge. `status` is the answer of the API."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class Merging(Checks):
    """Adds required status checks, and merges that wait for them."""

    def require(self, full_name: str, branch: str, *, context: str, app: App | None = None) -> None:
        """A branch protection that demands a status check: of one App, or of anybody."""
        self._demand(full_name, branch, Demand(context, None if app is None else app.id))

    def require_by_ruleset(self, full_name: str, branch: str, *, context: str, app: App | None = None) -> None:
        """The same by a ruleset."""
        self._demand(full_name, branch, Demand(context, None if app is None else app.id, "ruleset"))

    def _demand(self, full_name: str, branch: str, demand: Demand) -> None:
        self.repositories[full_name].demands.setdefault(branch, []).append(demand)

    def hindrance(self, pull: Pull) -> str:
        """Why it cannot be merged, in GitHub's words; `mergeable` where it can."""
        if pull.state != "open":
            return "Pull Request is not mergeable"
        if pull.draft:
            return "Pull Request is still a draft"
        return self.unmet(pull.repo, pull.base_ref, pull.head_sha) or "mergeable"

    def unmet(self, repo: Repository, branch: str, sha: str) -> str:
        """What a branch still demands of a commit; empty where nothing."""
        for demand in repo.demands.get(branch, []):
            state = self.state_of(repo, sha, demand)
            if state != "success":
                return f'Required status check "{demand.context}" is {state}.'
        return ""

    def state_of(self, repo: Repository, sha: str, demand: Demand) -> str:
        """`success`, `expected` (there is none), `in progress` or `failing`.

        The newest run of each App counts; where anybody may post it, a commit status of the name counts as well, and
        all of them have to pass.
        """
        runs = [run for run in repo.check_runs if (run.sha, run.name) == (sha, demand.context)]
        newest = {run.app.id: run for run in runs if demand.app in (None, run.app.id)}
        states = ["in progress" if one.status != "completed" else _said(one.conclusion) for one in newest.values()]
        posted = [one.state for one in repo.statuses if (one.sha, one.context) == (sha, demand.context)]
        if demand.app is None and posted:
            states.append({"success": "success", "pending": "in progress"}.get(posted[-1], "failing"))
        worst = ("failing", "in progress", "success")
        return min(states, key=worst.index) if states else "expected"

    def try_merge(self, pull: Pull, login: str, how: str = "merge", *, sha: str | None = None) -> int:
        """Press "Merge": 200 and it is merged, or GitHub's status."""
        try:
            self.accept(pull, login, how, sha=sha)
        except Refusal as refused:
            return refused.status
        return 200

    def accept(self, pull: Pull, login: str, how: str = "merge", *, sha: str | None = None) -> str:
        """What `PUT …/merge` does; the base branch's new head.

        Raises:
            Refusal: with 403 they may not push there, with 405 something is missing, with 409 `sha` is not the head.
        """
        with self.lock:
            if not self.may_write(pull.repo, login):
                raise Refusal(403, "Resource not accessible by personal access token")
            words = self.hindrance(pull)
            if words != "mergeable":
                raise Refusal(405, words)
            if sha is not None and sha != pull.head_sha:
                raise Refusal(409, "Head branch was modified. Review and try the merge again.")
            try:
                return self.merge(pull, how, login)
            except GitFailed:
                raise Refusal(405, "Pull Request is not mergeable") from None

    def may_write(self, repo: Repository, login: str) -> bool:
        """Whether somebody may push to a repository."""
        return self.role(repo, login) in ("write", "maintain", "admin")


def _said(conclusion: str | None) -> str:
    return "success" if conclusion in GOOD else "failing"
