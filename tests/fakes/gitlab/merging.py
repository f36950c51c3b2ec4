"""What a merge waits for, and the merge itself (https://docs.gitlab.com/user/project/merge_requests/auto_merge/)."""

from __future__ import annotations

from tests.fakes.github.gitstore import GitFailed
from tests.fakes.gitlab.approving import Forbidden, stale
from tests.fakes.gitlab.checking import Checking
from tests.fakes.gitlab.model import Level, Pull, User

NOT_ALLOWED = "405 Method Not Allowed"


class Merging(Checking):
    """Adds merges, and the settings that refuse them."""

    def require(self, full_name: str, branch: str = "", *, context: str = "") -> None:
        """Pipelines must succeed. GitLab knows neither a branch nor a name: it is the whole project's pipeline."""
        self.repositories[full_name].rules.pipeline = True

    def require_threads(self, full_name: str) -> None:
        """All threads must be resolved."""
        self.repositories[full_name].rules.threads = True

    def require_status_checks(self, full_name: str) -> None:
        """Status checks must succeed (Ultimate)."""
        rules = self.repositories[full_name].rules
        rules.checks = rules.ultimate = True

    def hindrance(self, pull: Pull) -> str:
        """Why it cannot be merged, as the API calls it; `mergeable` where it can.

        https://docs.gitlab.com/api/merge_requests/#merge-status
        """
        rules = pull.repo.rules
        if pull.state != "open":
            return "not_open"
        if pull.draft:
            return "draft_status"
        if rules.threads and not all(one.resolved for one in pull.discussions if one.resolvable):
            return "discussions_not_resolved"
        if rules.pipeline and (waits := self._pipeline_hinders(pull)):
            return waits
        if len(pull.approvals) < rules.approvals:
            return "not_approved"
        if rules.checks and any(self.check_state(pull, one) != "passed" for one in pull.repo.checks):
            return "status_checks_must_pass"
        return "mergeable"

    def _pipeline_hinders(self, pull: Pull) -> str:
        """A head without a pipeline is held back too."""
        pipeline = self.head_pipeline(pull)
        state = self.pipeline_state(pull.head_repo, pipeline) if pipeline else "none"
        if state == "success" or (state == "skipped" and pull.repo.rules.skipped):
            return ""
        return "ci_still_running" if state in ("pending", "running") else "ci_must_pass"

    def may_merge(self, pull: Pull, user: User) -> bool:
        """Whether somebody may merge into the target branch, which may be protected."""
        return self.level(pull.repo, user) >= pull.repo.merges.get(
            pull.base_ref, pull.repo.protected.get(pull.base_ref, Level.DEVELOPER)
        )

    def accept(self, pull: Pull, login: str, *, sha: str | None = None, squash: bool = False) -> str:
        """What `PUT …/merge` does; the target branch's new head.

        Raises:
            Forbidden: with 401 they may not, with 405 something is missing, with 422 there is a conflict, with 409
                `sha` is not the head.
        """
        with self.lock:
            if not self.may_merge(pull, self.user(login)):
                raise Forbidden(401, "401 Unauthorized")
            if self.hindrance(pull) != "mergeable":
                raise Forbidden(405, NOT_ALLOWED)
            if self.conflicts(pull):
                raise Forbidden(422, "Branch cannot be merged")
            if sha is not None and sha != pull.head_sha:
                raise Forbidden(409, stale(pull))
            return self.merge(pull, "squash" if squash else "merge", login)

    def try_merge(self, pull: Pull, login: str, how: str = "merge", *, sha: str | None = None) -> int:
        """Press "Merge", `how` is `merge` or `squash`: 200 and it is merged, or GitLab's status."""
        try:
            self.accept(pull, login, sha=sha, squash=how == "squash")
        except Forbidden as refused:
            return refused.status
        return 200

    def conflicts(self, pull: Pull) -> bool:
        """Whether git cannot merge it."""
        try:
            self.store(pull.repo).git("merge-tree", "--write-tree", self.base_sha(pull), pull.head_sha)
        except GitFailed:
            return True
        return False

    def merge(self, pull: Pull, how: str = "merge", login: str | None = None) -> str:
        """Merge it in git whatever stands against it, `how` is `merge`, `squash` or `rebase`; the new head.

        A squash is one commit on the target branch, and the merge commit of that.
        https://docs.gitlab.com/user/project/merge_requests/squash_and_merge/
        """
        with self.lock:
            store, base = self.store(pull.repo), self.base_sha(pull)
            by, at = pull.user if login is None else self.user(login), int(self.now())
            message = f"Merge branch '{pull.head_ref}' into '{pull.base_ref}'"
            if how == "rebase":
                sha = store.replay(self.commits(pull), base, at)
            elif how == "squash":
                pull.squash_sha = store.merge(
                    base, pull.head_sha, pull.title, author=pull.user.login, when=at, squash=True
                )
                sha = store.merge(base, pull.squash_sha, message, author=by.login, when=at)
            else:
                sha = store.merge(base, pull.head_sha, message, author=by.login, when=at)
            store.set_ref(f"refs/heads/{pull.base_ref}", sha)
            self.merged_by_push(pull, by, sha)
            self.pushed(pull.repo, pull.base_ref, base, sha, by)
            return sha
