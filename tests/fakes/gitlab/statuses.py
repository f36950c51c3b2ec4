"""Commit statuses: the pipeline they make, and how one may go from state to state.

https://docs.gitlab.com/api/commits/#set-commit-pipeline-status ; the state machine is that of GitLab's `CommitStatus`.
"""

from __future__ import annotations

from collections.abc import Collection

from tests.fakes.gitlab.accounts import Accounts
from tests.fakes.gitlab.model import Pull, Repository, User
from tests.fakes.gitlab.model_checks import Pipeline, Status

STATES = ("pending", "running", "success", "failed", "canceled", "skipped")
_ACTIVE = ("pending", "running")
_VERBS = {
    "pending": ("enqueue", ("created",)),
    "running": ("run", ("created", "pending")),
    "success": ("success", ("created", *_ACTIVE)),
    "failed": ("drop", ("created", *_ACTIVE)),
    "canceled": ("cancel", ("created", *_ACTIVE)),
    "skipped": ("skip", ("created", "pending")),
}


class CannotTransition(Exception):
    """The state machine does not go there."""


def transition(now: str, to: str) -> None:
    """Raises CannotTransition, with GitLab's words, where a status in state `now` cannot become `to`."""
    verb, allowed = _VERBS[to]
    if now not in allowed:
        reason = f'Reason(s): Status cannot transition via "{verb}"'
        raise CannotTransition(f"Cannot transition status via :{verb} from :{now} ({reason})")


def composite(states: Collection[str]) -> str:
    """The state of a pipeline by those of its newest statuses (GitLab's `Ci::Status::Composite`)."""
    found = set(states)
    if found <= {"skipped"}:
        return "skipped"
    if found <= {"success", "skipped"}:
        return "success"
    if found <= {"pending", "skipped"}:
        return "pending"
    if found & set(_ACTIVE):
        return "running"
    return "canceled" if "failed" not in found else "failed"


class Statuses(Accounts):
    """Adds statuses and pipelines to projects."""

    def set_status(
        self,
        full_name: str,
        sha: str,
        login: str,
        state: str,
        *,
        name: str = "default",
        ref: str | None = None,
        description: str | None = None,
        url: str | None = None,
    ) -> Status:
        """Set a commit's status, as `POST /projects/:id/statuses/:sha` does.

        One of the same author that is still pending or running moves on; else a new one takes the place of whatever
        bears the name, whoever set that.

        Raises:
            CannotTransition: it would change nothing, or go back.
            LookupError: no branch holds the commit, and no `ref` is given.
        """
        with self.lock:
            repo, user = self.repositories[full_name], self.user(login)
            pipeline = self._pipeline(repo, sha, ref)
            latest = [one for one in repo.statuses if one.pipeline == pipeline.id and one.name == name]
            mine = (one for one in latest if one.user is user and one.state in _ACTIVE)
            status = next(mine, None)
            transition(status.state if status else "created", state)
            if status is None:
                status = self._new_status(repo, pipeline, user, name)
                for old in latest:
                    old.retried = True
            self._moved(status, state, description, url)
            return status

    def _new_status(self, repo: Repository, pipeline: Pipeline, user: User, name: str) -> Status:
        now = self.now()
        status = Status(self.id(), pipeline.sha, pipeline.ref, "created", name, None, None, user, now, pipeline.id)
        repo.statuses.append(status)
        return status

    def _moved(self, status: Status, state: str, description: str | None, url: str | None) -> None:
        status.state = state
        status.description = status.description if description is None else description
        status.target_url = status.target_url if url is None else url
        if state == "running":
            status.started = self.now()
        status.finished = None if state in _ACTIVE else self.now()

    def _pipeline(self, repo: Repository, sha: str, ref: str | None) -> Pipeline:
        """The newest pipeline of the commit (and the ref, where one is given), or a new one."""
        for one in reversed(repo.pipelines):
            if one.sha == sha and ref in (None, one.ref):
                return one
        found = Pipeline(self.id(), len(repo.pipelines) + 1, sha, ref or self._branch_of(repo, sha), self.now())
        repo.pipelines.append(found)
        return found

    def _branch_of(self, repo: Repository, sha: str) -> str:
        output = self.store(repo).git("for-each-ref", "--contains", sha, "--format=%(refname:short)", "refs/heads")
        branches = output.decode().split()
        if not branches:
            raise LookupError("References for commit")
        return branches[0]

    def head_pipeline(self, pull: Pull) -> Pipeline | None:
        """The pipeline that a merge waits for: of the head, on the source branch, in the source project.

        https://docs.gitlab.com/ci/pipelines/merge_request_pipelines/
        """
        found = (one for one in reversed(pull.head_repo.pipelines) if one.sha == pull.head_sha)
        return next((one for one in found if one.ref == pull.head_ref), None)

    def pipeline_state(self, repo: Repository, pipeline: Pipeline) -> str:
        """The state of a pipeline now."""
        return composite([s.state for s in repo.statuses if s.pipeline == pipeline.id and not s.retried])
