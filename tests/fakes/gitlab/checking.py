"""External status checks: services outside GitLab that pass or fail a head (Ultimate).

https://docs.gitlab.com/user/project/merge_requests/status_checks/
"""

from __future__ import annotations

from tests.fakes.gitlab.approving import Approving, Forbidden, stale
from tests.fakes.gitlab.model import Level, Pull
from tests.fakes.gitlab.model_checks import Response, StatusCheck

PENDING_FOR = 120.0
"""Seconds after which a check that was said to be pending has failed."""


class Checking(Approving):
    """Adds status checks. A project has them once `status_check` made one."""

    def status_check(self, full_name: str, name: str, url: str = "https://checks.example.org/") -> StatusCheck:
        """Let a project have an external status check; GitLab there is Ultimate from now on."""
        with self.lock:
            repo = self.repositories[full_name]
            repo.rules.ultimate = True
            check = StatusCheck(self.id(), name, url)
            repo.checks.append(check)
            return check

    def respond(self, pull: Pull, login: str, check: StatusCheck, sha: str, state: str = "passed") -> Response:
        """What `POST …/status_check_responses` does.

        Raises:
            Forbidden: with 403 they are no Developer, with 409 `sha` is not the head.
        """
        with self.lock:
            if self.level(pull.repo, self.user(login)) < Level.DEVELOPER:
                raise Forbidden(403, "403 Forbidden")
            if sha != pull.head_sha:
                raise Forbidden(409, stale(pull))
            response = Response(self.id(), check, sha, state, self.now())
            pull.responses.append(response)
            return response

    def check_state(self, pull: Pull, check: StatusCheck) -> str:
        """What a check says of the head: the newest answer; pending where there is none yet.

        An answer `pending` that is older than two minutes has failed; without any answer it is pending for ever.
        """
        said = [one for one in pull.responses if one.check is check and one.sha == pull.head_sha]
        if not said:
            return "pending"
        overdue = said[-1].state == "pending" and self.now() - said[-1].at > PENDING_FOR
        return "failed" if overdue else said[-1].state
