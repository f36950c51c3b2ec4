"""Cut GitHub's OpenAPI description down to the operations that the fake GitHub serves.

The description comes from the npm package `@octokit/openapi` (MIT), file `generated/api.github.com.json`. The package
is too large (385 MB) to be installed with the tests, so only this extract is kept. To make it anew:

    npm pack @octokit/openapi@23.0.2 && tar -xzf octokit-openapi-23.0.2.tgz package/generated/api.github.com.json
    python -m tests.fakes.trim_openapi package/generated/api.github.com.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent.parent / "data" / "github" / "openapi.json"

REPO = "/repos/{owner}/{repo}"
COMMENT = f"{REPO}/pulls/comments/{{comment_id}}"
NOTE = f"{REPO}/issues/comments/{{comment_id}}"
KEPT = {
    "/user": ["get"],
    "/rate_limit": ["get"],
    "/app": ["get"],
    "/app/installations": ["get"],
    "/app/installations/{installation_id}": ["get"],
    "/app/installations/{installation_id}/access_tokens": ["post"],
    "/app-manifests/{code}/conversions": ["post"],
    "/installation/repositories": ["get"],
    "/user/repos": ["get"],
    "/orgs/{org}/teams/{team_slug}/members": ["get"],
    REPO: ["get"],
    f"{REPO}/installation": ["get"],
    f"{REPO}/branches/{{branch}}": ["get"],
    f"{REPO}/rules/branches/{{branch}}": ["get"],
    f"{REPO}/collaborators/{{username}}/permission": ["get"],
    f"{REPO}/activity": ["get"],
    f"{REPO}/pulls": ["get", "post"],
    f"{REPO}/pulls/{{pull_number}}": ["get", "patch"],
    f"{REPO}/pulls/{{pull_number}}/merge": ["put"],
    f"{REPO}/pulls/{{pull_number}}/files": ["get"],
    f"{REPO}/pulls/{{pull_number}}/commits": ["get"],
    f"{REPO}/pulls/{{pull_number}}/reviews": ["get", "post"],
    f"{REPO}/pulls/{{pull_number}}/reviews/{{review_id}}": ["get"],
    f"{REPO}/pulls/{{pull_number}}/reviews/{{review_id}}/comments": ["get"],
    f"{REPO}/pulls/{{pull_number}}/comments": ["get", "post"],
    f"{REPO}/pulls/{{pull_number}}/comments/{{comment_id}}/replies": ["post"],
    COMMENT: ["get", "patch", "delete"],
    f"{COMMENT}/reactions": ["get", "post"],
    f"{COMMENT}/reactions/{{reaction_id}}": ["delete"],
    f"{REPO}/issues/{{issue_number}}/comments": ["get", "post"],
    f"{REPO}/issues/{{issue_number}}/labels": ["get", "post"],
    f"{REPO}/issues/{{issue_number}}/labels/{{name}}": ["delete"],
    NOTE: ["get", "patch", "delete"],
    f"{NOTE}/reactions": ["get", "post"],
    f"{NOTE}/reactions/{{reaction_id}}": ["delete"],
    f"{REPO}/commits/{{ref}}": ["get"],
    f"{REPO}/commits/{{ref}}/statuses": ["get"],
    f"{REPO}/commits/{{ref}}/check-runs": ["get"],
    f"{REPO}/check-runs": ["post"],
    f"{REPO}/check-runs/{{check_run_id}}": ["get", "patch"],
    f"{REPO}/check-runs/{{check_run_id}}/annotations": ["get"],
    f"{REPO}/statuses/{{sha}}": ["post"],
}
# What says nothing about a shape, and most of the size.
DROPPED = {"example", "examples", "externalDocs", "x-github", "x-multi-segment"}


def trim(description: dict[str, Any]) -> dict[str, Any]:
    """The extract: the kept operations and every component that they reach."""
    paths = {}
    for path, verbs in KEPT.items():
        whole = description["paths"][path]
        paths[path] = {verb: _bare(whole[verb]) for verb in verbs}
        if "parameters" in whole:
            paths[path]["parameters"] = _bare(whole["parameters"])
    components: dict[str, dict[str, Any]] = {}
    queue = list(_references(paths))
    while queue:
        kind, name = queue.pop().removeprefix("#/components/").split("/", 1)
        if name not in components.setdefault(kind, {}):
            components[kind][name] = _bare(description["components"][kind][name])
            queue += _references(components[kind][name])
    info = {"title": "GitHub, extract", "version": description["info"]["version"]}
    return {"openapi": description["openapi"], "info": info, "paths": paths, "components": components}


def _bare(node: Any, parent: str = "") -> Any:
    """`node` without its examples. Below `properties` every key is a field's name, whatever it says."""
    if isinstance(node, list):
        return [_bare(one) for one in node]
    if not isinstance(node, dict):
        return node
    if parent == "account" and "allOf" in node:  # an installation's is a user or an enterprise, not both at once
        node = {"anyOf": node["allOf"], **{key: value for key, value in node.items() if key != "allOf"}}
    return {key: _bare(value, key) for key, value in node.items() if parent == "properties" or key not in DROPPED}


def _references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for one in node for found in _references(one)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [found for one in node.values() for found in _references(one)]


if __name__ == "__main__":
    OUT.parent.mkdir(parents=True, exist_ok=True)
    extract = trim(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    OUT.write_text(json.dumps(extract, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")
    print(f"{OUT}: {OUT.stat().st_size / 1e6:.2f} MB, {len(extract['paths'])} paths")
