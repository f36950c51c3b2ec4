"""GitHub's JSON of check runs and of what a branch demands."""

from __future__ import annotations

from typing import Any

from tests.fakes.github.model import App, Repository
from tests.fakes.github.model_checks import CheckRun
from tests.fakes.github.shapes import node_id, when
from tests.fakes.github.shapes_app import AppShapes


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
            "app": {name: value for name, value in self.app(run.app, 1).items() if name != "installations_count"},
            "pull_requests": [self._minimal(repo, one) for one in heads if one.state == "open"],
        }

    def check_suite(self, repo: Repository, app: App, sha: str) -> dict[str, Any]:
        """The runs of one App on a commit, in short."""
        url = f"{self.api}/repos/{repo.full_name}/check-suites/{app.id * 1000}"
        return {"id": app.id * 1000, "head_sha": sha, "url": url, "status": "queued", "conclusion": None}

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
