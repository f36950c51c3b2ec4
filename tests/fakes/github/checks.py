"""Check runs: what an App says of a commit, and the buttons that people press there.

https://docs.github.com/en/rest/checks/runs
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.fakes.github.apps import Apps
from tests.fakes.github.model import App, Repository, User
from tests.fakes.github.model_checks import CheckRun

MOST_ANNOTATIONS = 50


class Checks(Apps):
    """Adds check runs. A run's App alone may change it."""

    def check_runs(self, full_name: str, sha: str) -> list[CheckRun]:
        """All of a commit, oldest first."""
        return [run for run in self.repositories[full_name].check_runs if run.sha == sha]

    def begin_run(self, repo: Repository, app: App, name: str, sha: str, fields: Mapping[str, Any]) -> CheckRun:
        """Make one; two of one name may stand on a commit, and the newer one counts."""
        with self.lock:
            run = CheckRun(self.id(), app, name, sha, self.now())
            repo.check_runs.append(run)
            self._set_run(run, fields)
            self.tell_run(repo, run, "created", app.bot)
            if run.status == "completed":
                self.tell_run(repo, run, "completed", app.bot)
            return run

    def change_run(self, repo: Repository, run: CheckRun, fields: Mapping[str, Any]) -> None:
        """Change one, whether it has ended or not. Annotations are added to those that it has."""
        with self.lock:
            was = run.status
            self._set_run(run, fields)
            if run.status == "completed" != was:
                self.tell_run(repo, run, "completed", run.app.bot)

    def rerequest(self, repo: Repository, run: CheckRun, login: str) -> None:
        """Somebody presses "Re-run". The run itself stays as it is."""
        self.tell_run(repo, run, "rerequested", self.user(login))

    def rerequest_suite(self, repo: Repository, app: App, sha: str, login: str) -> None:
        """Somebody presses "Re-run all checks"."""
        self.tell_suite(repo, app, sha, self.user(login))

    def press(self, repo: Repository, run: CheckRun, login: str, identifier: str) -> None:
        """Somebody presses one of the run's own buttons.

        Raises:
            ValueError: it has no such button.
        """
        if run.status != "completed" or identifier not in [one["identifier"] for one in run.actions]:
            raise ValueError(f"no button {identifier}")
        self.tell_run(repo, run, "requested_action", self.user(login), identifier)

    def tell_run(self, repo: Repository, run: CheckRun, action: str, sender: User, identifier: str = "") -> None:
        """Told of what happens to a run. Deliveries to its App are made of it."""

    def tell_suite(self, repo: Repository, app: App, sha: str, sender: User) -> None:
        """Told of a suite that is asked for again."""

    def _set_run(self, run: CheckRun, fields: Mapping[str, Any]) -> None:
        for name in ("name", "status", "external_id", "details_url", "actions"):
            if name in fields:
                setattr(run, name, fields[name])
        output = fields.get("output") or {}
        for name in ("title", "summary", "text"):
            if name in output:
                setattr(run, name, output[name])
        run.annotations += output.get("annotations", [])
        if fields.get("conclusion") is not None:
            run.status, run.conclusion, run.completed = "completed", fields["conclusion"], self.now()
        elif fields.get("status", run.status) != "completed":
            run.conclusion = run.completed = None
