"""Who moved which branch, as `GET /repos/{owner}/{repo}/activity` lists it.

https://docs.github.com/en/repositories/viewing-activity-and-data-for-your-repository/using-the-activity-view-to-see-changes-to-a-repository
"""

from __future__ import annotations

from tests.fakes.github.model import Repository
from tests.fakes.github.model_people import Activity
from tests.fakes.github.people import People


class Activities(People):
    """Adds the record of pushes."""

    def record(self, repo: Repository, branch: str, before: str | None, login: str, kind: str | None = None) -> None:
        """Note that somebody moved a branch from `before` to where it is now; nothing where it did not move."""
        after = self.store(repo).resolve(f"refs/heads/{branch}")
        if before == after:
            return
        kind = kind or self._kind(repo, before, after)
        made = Activity(self.id(), f"refs/heads/{branch}", before, after, self.now(), self.user(login), kind)
        repo.activities.append(made)

    def _kind(self, repo: Repository, before: str | None, after: str | None) -> str:
        if before is None:
            return "branch_creation"
        if after is None:
            return "branch_deletion"
        return "push" if self.store(repo).holds(after, before) else "force_push"
