"""The objects behind the GraphQL schema that decide about a merge: commits, reviewers and pipelines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fakes.gitlab.model import Pull, Repository, User
from tests.fakes.gitlab.model_checks import Reviewer
from tests.fakes.gitlab.shapes import Shapes

Made = dict[str, Any]
"""An object: its fields, or functions that make them."""
_FIELDS = ("authorName", "authorEmail", "authoredDate", "committerName", "committerEmail", "committedDate", "message")


class GraphChecks:
    """Makes them; `show` makes users."""

    def __init__(self, rest: Shapes, show: Callable[[User | None], Made | None]) -> None:
        self._rest, self._hub, self._show = rest, rest.hub, show

    def commit(self, repo: Repository, sha: str) -> Made:
        """A commit, with the account whose confirmed address its author has; of the committer there is none."""
        output = self._hub.store(repo).git("show", "-s", "--format=%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B", sha)
        values = output.decode("utf-8", "replace").rstrip("\n").split("\0")
        made: Made = dict(zip(_FIELDS, values, strict=True))
        return made | {
            "id": f"gid://gitlab/Commit/{sha}",
            "author": self._show(self._hub.owner_of(made["authorEmail"])),
            "sha": sha,
            "shortId": sha[:8],
            "title": made["message"].split("\n")[0],
            "webUrl": f"{self._rest.web}/{repo.full_name}/-/commit/{sha}",
        }

    def reviewer(self, pull: Pull, reviewer: Reviewer) -> Made:
        """A reviewer, with how far they are."""
        user = reviewer.user
        interaction = {
            "approved": user in self._hub.approvers(pull),
            "canMerge": self._hub.may_merge(pull, user),
            "canUpdate": self._hub.may_resolve(pull, user),
            "reviewState": reviewer.state.upper(),
            "reviewed": reviewer.state != "unreviewed",
        }
        return (self._show(user) or {}) | {"mergeRequestInteraction": interaction}

    def pipeline(self, pull: Pull) -> Made | None:
        """The pipeline of the head."""
        found = self._hub.head_pipeline(pull)
        if found is None:
            return None
        return {
            "id": f"gid://gitlab/Ci::Pipeline/{found.id}",
            "iid": str(found.iid),
            "ref": found.ref,
            "sha": found.sha,
            "status": self._hub.pipeline_state(pull.head_repo, found).upper(),
        }
