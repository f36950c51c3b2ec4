"""GitHub's JSON of check runs and of what a branch demands."""

from __future__ import annotations

from typing import Any

from tests.fakes.github.gitstore import Bare
from tests.fakes.github.model import App, Repository
from tests.fakes.github.model_checks import CheckRun
from tests.fakes.github.model_people import Activity
from tests.fakes.github.queueing import Entry
from tests.fakes.github.shapes import node_id, when
from tests.fakes.github.shapes_app import AppShapes

NOTHING = "0" * 40


class FakeShapes(AppShapes):
    """Everything that the fake shows."""

    def check_run(self, repo: Repository, run: CheckRun) -> dict[str, Any]:
        url = f"{self.api}/repos/{repo.full_name}/check-runs/{run.id}"
        page = f"{self.web}/{repo.full_name}/runs/{run.id}"
        heads = [one for one in repo.pulls.values() if one.head_sha == run.sha and one.head_repo is repo]
        return {
            "id": run.id,
            "node_id": node_id("CheckRun", run.id),
            "head_sha": run.sha,
            "name": run.name,
            "url": url,
            "html_url": page,
            "details_url": run.details_url or page,
            "external_id": run.external_id or "",
            "status": run.status,
            "conclusion": run.conclusion,
            "started_at": when(run.started),
            "completed_at": None if run.completed is None else when(run.completed),
            "check_suite": {"id": run.app.id * 1000},
            "output": {
                "title": run.title,
                "summary": run.summary,
                "text": run.text,
                "annotations_count": len(run.annotations),
                "annotations_url": f"{url}/annotations",
            },
            "app": self._author(run.app),
            "pull_requests": [self._minimal(repo, one) for one in heads if one.state == "open"],
        }

    def check_suite(self, repo: Repository, app: App, sha: str) -> dict[str, Any]:
        """The runs of one App on a commit, in short."""
        url = f"{self.api}/repos/{repo.full_name}/check-suites/{app.id * 1000}"
        state = {"status": "queued", "conclusion": None, "app": self._author(app)}
        return {"id": app.id * 1000, "head_sha": sha, "url": url, **state}

    def _author(self, app: App) -> dict[str, Any]:
        return {name: value for name, value in self.app(app, 1).items() if name != "installations_count"}

    def merge_group(self, repo: Repository, store: Bare, entry: Entry) -> dict[str, Any]:
        """An entry of a merge queue."""
        who = {"name": "GitHub", "email": "noreply@github.com"}
        tree = store.resolve(f"{entry.head}^{{tree}}")
        head = {"id": entry.head, "tree_id": tree, "message": "Merge", "timestamp": when(0)}
        ends = {"head_sha": entry.head, "head_ref": f"refs/heads/{entry.branch}", "base_sha": entry.base}
        base = f"refs/heads/{entry.pull.base_ref}"
        return {**ends, "base_ref": base, "head_commit": {**head, "author": who, "committer": who}}

    def pushed(self, repo: Repository, one: Activity) -> dict[str, Any]:
        """A change of a branch. What it brought is left out."""
        before, after = one.before or NOTHING, one.after or NOTHING
        return {
            "ref": one.ref,
            "before": before,
            "after": after,
            "created": one.before is None,
            "deleted": one.after is None,
            "forced": one.kind == "force_push",
            "base_ref": None,
            "compare": f"{self.web}/{repo.full_name}/compare/{before[:12]}...{after[:12]}",
            "commits": [],
            "head_commit": None,
            "pusher": {"name": one.user.login, "email": f"{one.user.login}@example.org"},
        }

    def annotation(self, repo: Repository, run: CheckRun, one: dict[str, Any]) -> dict[str, Any]:
        empty = dict.fromkeys(("start_column", "end_column", "title", "raw_details"))
        href = f"{self.web}/{repo.full_name}/blob/{run.sha}/{one['path']}"
        return {**empty, **one, "blob_href": href}

    def _minimal(self, repo: Repository, pull: Any) -> dict[str, Any]:
        short = {"id": repo.id, "url": f"{self.api}/repos/{repo.full_name}", "name": repo.name}
        head = {"ref": pull.head_ref, "sha": pull.head_sha, "repo": short}
        base = {"ref": pull.base_ref, "sha": pull.head_sha, "repo": short}
        url = f"{self.api}/repos/{repo.full_name}/pulls/{pull.number}"
        return {"id": pull.id, "number": pull.number, "url": url, "head": head, "base": base}
