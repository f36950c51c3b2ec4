"""GitHub's JSON of Apps, installations, branches, pushes and rights."""

from __future__ import annotations

from typing import Any

from tests.fakes.github.gitstore import Bare
from tests.fakes.github.model import App, Installation, Repository
from tests.fakes.github.model_checks import Demand
from tests.fakes.github.model_people import Activity
from tests.fakes.github.shapes import node_id, when
from tests.fakes.github.shapes_pull import PullShapes

NOTHING = "0" * 40
"""The commit that stands for none."""
_LEVELS = {
    "pull": ("read", "triage", "write", "maintain", "admin"),
    "triage": ("triage", "write", "maintain", "admin"),
    "push": ("write", "maintain", "admin"),
    "maintain": ("maintain", "admin"),
    "admin": ("admin",),
}


class AppShapes(PullShapes):
    """Apps, branches and rights."""

    def app(self, app: App, installations: int) -> dict[str, Any]:
        return {
            "id": app.id,
            "slug": app.slug,
            "client_id": app.client_id,
            "node_id": node_id("App", app.id),
            "owner": self.user(app.owner),
            "name": app.name,
            "description": None,
            "external_url": self.web,
            "html_url": f"{self.web}/apps/{app.slug}",
            "created_at": when(app.created),
            "updated_at": when(app.created),
            "permissions": app.permissions,
            "events": app.events,
            "installations_count": installations,
        }

    def secrets_of(self, app: App) -> dict[str, Any]:
        """What GitHub tells once, when a manifest is converted."""
        return {
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "webhook_secret": app.webhook_secret if app.hook else None,
            "pem": app.pem,
        }

    def installation(self, one: Installation) -> dict[str, Any]:
        url = f"{self.api}/app/installations/{one.id}"
        return {
            "id": one.id,
            "account": self.user(one.account),
            "repository_selection": "all" if one.repositories is None else "selected",
            "access_tokens_url": f"{url}/access_tokens",
            "repositories_url": f"{self.api}/installation/repositories",
            "html_url": f"{self.web}/organizations/{one.account.login}/settings/installations/{one.id}",
            "app_id": one.app.id,
            "client_id": one.app.client_id,
            "app_slug": one.app.slug,
            "target_id": one.account.id,
            "target_type": one.account.kind,
            "permissions": one.permissions,
            "events": one.app.events,
            "created_at": when(one.created),
            "updated_at": when(one.created),
            "single_file_name": None,
            "has_multiple_single_files": False,
            "single_file_paths": [],
            "suspended_by": None,
            "suspended_at": when(one.created) if one.suspended else None,
        }

    def installation_lite(self, one: Installation) -> dict[str, Any]:
        """As deliveries to an App name it."""
        return {"id": one.id, "node_id": node_id("Installation", one.id)}

    def branch(self, repo: Repository, store: Bare, name: str, sha: str) -> dict[str, Any]:
        url = f"{self.api}/repos/{repo.full_name}/branches/{name}"
        demands = [one for one in repo.demands.get(name, []) if one.by == "protection"]
        protected = name in repo.protected or bool(demands)
        checks: dict[str, Any] = {
            "enforcement_level": "everyone" if demands else "non_admins" if protected else "off",
            "contexts": [one.context for one in demands],
            "checks": [{"context": one.context, "app_id": one.app} for one in demands],
        }
        return {
            "name": name,
            "commit": self.commit(repo, store, sha),
            "_links": {"self": url, "html": f"{self.web}/{repo.full_name}/tree/{name}"},
            "protected": protected,
            "protection": {"enabled": protected, "required_status_checks": checks},
            "protection_url": f"{url}/protection",
        }

    def rule(self, repo: Repository, kind: str | Demand) -> dict[str, Any]:
        if isinstance(kind, Demand):
            app = {} if kind.app is None else {"integration_id": kind.app}
            checks = [{"context": kind.context, **app}]
            parameters = {"required_status_checks": checks, "strict_required_status_checks_policy": False}
            return {**self.rule(repo, "required_status_checks"), "parameters": parameters}
        return {
            "type": kind,
            "ruleset_source_type": "Repository",
            "ruleset_source": repo.full_name,
            "ruleset_id": repo.id,
        }

    def activity(self, one: Activity) -> dict[str, Any]:
        return {
            "id": one.id,
            "node_id": node_id("Push", one.id),
            "before": one.before or NOTHING,
            "after": one.after or NOTHING,
            "ref": one.ref,
            "timestamp": when(one.at),
            "activity_type": one.kind,
            "actor": None if one.user.deleted else self.user(one.user),
        }

    def permissions(self, role: str) -> dict[str, bool]:
        return {name: role in roles for name, roles in _LEVELS.items()}
