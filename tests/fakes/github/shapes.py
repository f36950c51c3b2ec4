"""GitHub's JSON of accounts, repositories, commits and statuses."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from tests.fakes.github.diff import File
from tests.fakes.github.gitstore import Bare
from tests.fakes.github.model import Repository, Status, User


def when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def node_id(kind: str, number: int) -> str:
    return base64.b64encode(f"{kind}{number}".encode()).decode()


class Shapes:
    """Writes the JSON; `api` and `web` are the addresses that links begin with, without a slash at the end."""

    def __init__(self, api: str, web: str) -> None:
        self.api = api
        self.web = web

    def user(self, user: User) -> dict[str, Any]:
        url = f"{self.api}/users/{user.login}"
        return {
            "login": user.login,
            "id": user.id,
            "node_id": node_id("User", user.id),
            "avatar_url": f"{self.web}/avatars/{user.id}",
            "gravatar_id": "",
            "url": url,
            "html_url": f"{self.web}/{user.login}",
            "followers_url": f"{url}/followers",
            "following_url": f"{url}/following{{/other_user}}",
            "gists_url": f"{url}/gists{{/gist_id}}",
            "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
            "subscriptions_url": f"{url}/subscriptions",
            "organizations_url": f"{url}/orgs",
            "repos_url": f"{url}/repos",
            "events_url": f"{url}/events{{/privacy}}",
            "received_events_url": f"{url}/received_events",
            "type": user.kind,
            "site_admin": False,
        }

    def self_user(self, user: User) -> dict[str, Any]:
        """The longer form of `GET /user`."""
        nothing = dict.fromkeys(("bio", "blog", "company", "email", "hireable", "location", "name"))
        counts = dict.fromkeys(_USER_COUNTS, 0)
        times = {"created_at": when(0), "updated_at": when(0)}
        own = {"name": user.login, "two_factor_authentication": True, "user_view_type": "private"}
        return {**self.user(user), **nothing, **counts, **times, **own}

    def repository(self, repo: Repository) -> dict[str, Any]:
        url, html = f"{self.api}/repos/{repo.full_name}", f"{self.web}/{repo.full_name}"
        open_pulls = sum(pull.state == "open" for pull in repo.pulls.values())
        return {
            "id": repo.id,
            "node_id": node_id("Repository", repo.id),
            "name": repo.name,
            "full_name": repo.full_name,
            "private": repo.private,
            "owner": self.user(repo.owner),
            "html_url": html,
            "description": None,
            "fork": repo.parent is not None,
            "url": url,
            **{f"{name}_url": f"{url}/{path}" for name, path in _REPOSITORY_URLS.items()},
            "git_url": f"git:{html.partition(':')[2]}.git",
            "ssh_url": f"git@github.example:{repo.full_name}.git",
            "clone_url": f"{html}.git",
            "svn_url": html,
            "mirror_url": None,
            "homepage": None,
            "language": None,
            "license": None,
            "default_branch": repo.default_branch,
            "visibility": "private" if repo.private else "public",
            "topics": [],
            "custom_properties": {},
            **dict.fromkeys(_TRUE, True),
            **dict.fromkeys(_FALSE, False),
            "archived": repo.archived,
            **dict.fromkeys(_ZERO, 0),
            "open_issues": open_pulls,
            "open_issues_count": open_pulls,
            "created_at": when(repo.created),
            "updated_at": when(repo.created),
            "pushed_at": when(repo.created),
        }

    def full_repository(self, repo: Repository) -> dict[str, Any]:
        """The longer form of `GET /repos/{owner}/{repo}`."""
        parents = {} if repo.parent is None else dict.fromkeys(("parent", "source"), self.repository(repo.parent))
        return {**self.repository(repo), **parents, "network_count": 0, "subscribers_count": 0}

    def commit(self, repo: Repository, store: Bare, sha: str) -> dict[str, Any]:
        form = "%T%n%P%n%an%n%ae%n%at%n%B"
        text = store.git("show", "-s", f"--format={form}", sha).decode("utf-8", "replace")
        tree, parents, name, email, at, message = text.split("\n", 5)
        url, html = f"{self.api}/repos/{repo.full_name}", f"{self.web}/{repo.full_name}"
        person = {"name": name, "email": email, "date": when(int(at))}
        return {
            "sha": sha,
            "node_id": node_id("Commit", int(sha, 16)),
            "commit": {
                "author": person,
                "committer": person,
                "message": message.rstrip("\n"),
                "tree": {"sha": tree, "url": f"{url}/git/trees/{tree}"},
                "url": f"{url}/git/commits/{sha}",
                "comment_count": 0,
                "verification": {
                    "verified": False,
                    "reason": "unsigned",
                    "signature": None,
                    "payload": None,
                    "verified_at": None,
                },
            },
            "url": f"{url}/commits/{sha}",
            "html_url": f"{html}/commit/{sha}",
            "comments_url": f"{url}/commits/{sha}/comments",
            "author": {},
            "committer": {},
            "parents": [
                {"sha": one, "url": f"{url}/commits/{one}", "html_url": f"{html}/commit/{one}"}
                for one in parents.split()
            ],
        }

    def file(self, repo: Repository, head: str, file: File) -> dict[str, Any]:
        at = f"{self.web}/{repo.full_name}"
        shown = {
            "sha": file.blob,
            "filename": file.path,
            "status": file.status,
            "additions": file.additions,
            "deletions": file.deletions,
            "changes": file.additions + file.deletions,
            "blob_url": f"{at}/blob/{head}/{file.path}",
            "raw_url": f"{at}/raw/{head}/{file.path}",
            "contents_url": f"{self.api}/repos/{repo.full_name}/contents/{file.path}?ref={head}",
        }
        if file.patch is not None:
            shown["patch"] = file.patch
        if file.status == "renamed":
            shown["previous_filename"] = file.old_path
        return shown

    def status(self, repo: Repository, status: Status) -> dict[str, Any]:
        return {
            "url": f"{self.api}/repos/{repo.full_name}/statuses/{status.sha}",
            "avatar_url": f"{self.web}/avatars/{status.user.id}",
            "id": status.id,
            "node_id": node_id("Status", status.id),
            "state": status.state,
            "description": status.description,
            "target_url": status.target_url,
            "context": status.context,
            "created_at": when(status.created),
            "updated_at": when(status.created),
            "creator": self.user(status.user),
        }


_REPOSITORY_URLS = {
    "archive": "{archive_format}{/ref}",
    "assignees": "assignees{/user}",
    "blobs": "git/blobs{/sha}",
    "branches": "branches{/branch}",
    "collaborators": "collaborators{/collaborator}",
    "comments": "comments{/number}",
    "commits": "commits{/sha}",
    "compare": "compare/{base}...{head}",
    "contents": "contents/{+path}",
    "contributors": "contributors",
    "deployments": "deployments",
    "downloads": "downloads",
    "events": "events",
    "forks": "forks",
    "git_commits": "git/commits{/sha}",
    "git_refs": "git/refs{/sha}",
    "git_tags": "git/tags{/sha}",
    "hooks": "hooks",
    "issue_comment": "issues/comments{/number}",
    "issue_events": "issues/events{/number}",
    "issues": "issues{/number}",
    "keys": "keys{/key_id}",
    "labels": "labels{/name}",
    "languages": "languages",
    "merges": "merges",
    "milestones": "milestones{/number}",
    "notifications": "notifications{?since,all,participating}",
    "pulls": "pulls{/number}",
    "releases": "releases{/id}",
    "stargazers": "stargazers",
    "statuses": "statuses/{sha}",
    "subscribers": "subscribers",
    "subscription": "subscription",
    "tags": "tags",
    "teams": "teams",
    "trees": "git/trees{/sha}",
}
_USER_COUNTS = (
    *("followers", "following", "public_gists", "public_repos", "private_gists", "total_private_repos"),
    *("owned_private_repos", "disk_usage", "collaborators"),
)
_TRUE = ("has_issues", "has_projects", "has_downloads", "has_wiki")
_FALSE = (
    "has_pages",
    "has_discussions",
    "disabled",
    "is_template",
    "allow_forking",
    "web_commit_signoff_required",
)
_ZERO = ("forks", "forks_count", "size", "stargazers_count", "watchers", "watchers_count")
