"""Cut GitHub's recorded deliveries and their schema down to what the tests use.

They come from the npm packages `@octokit/webhooks-examples` and `@octokit/webhooks-schemas` (MIT). To make them anew:

    npm pack @octokit/webhooks-examples@7.6.1 @octokit/webhooks-schemas@7.6.1, unpack both, and
    python -m tests.fakes.trim_webhooks EXAMPLES/api.github.com/index.json SCHEMAS/schema.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "data" / "github"
DELIVERIES = DATA / "deliveries.jsonl"
SCHEMA = DATA / "webhooks-schema.json"
READ = (
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_review_thread",
    "issue_comment",
    "check_run",
    "check_suite",
    "merge_group",
    "push",
)
"""The events that reviewbot reads."""


def deliveries(index: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The shortest delivery of each event; of those in `READ` the longest of each action: the newest is the longest."""
    kept = []
    for event in index:
        read = event["name"] in READ
        by_action: dict[str, Any] = {}
        for example in sorted(event["examples"], key=lambda one: len(json.dumps(one)), reverse=read):
            by_action.setdefault(example.get("action", "") if read else "", example)
        kept += [{"event": event["name"], "payload": payload} for payload in by_action.values()]
    return kept


def schema(whole: dict[str, Any]) -> dict[str, Any]:
    """The schema of the deliveries in `READ` with every definition that it reaches."""
    kept: dict[str, Any] = {}
    queue = [name for name in whole["definitions"] if name.partition("$")[0] in READ and "$" in name]
    queue.append("pull_request_event")
    while queue:
        name = queue.pop()
        if name not in kept:
            kept[name] = _bare(whole["definitions"][name])
            queue += _references(kept[name])
    return {"$schema": whole["$schema"], "definitions": kept, "$ref": "#/definitions/pull_request_event"}


def _bare(node: Any, parent: str = "") -> Any:
    if isinstance(node, list):
        return [_bare(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {key: _bare(value, key) for key, value in node.items() if parent == "properties" or key != "description"}


def _references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for one in node for found in _references(one)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"].removeprefix("#/definitions/")] if isinstance(node.get("$ref"), str) else []
    return own + [found for one in node.values() for found in _references(one)]


if __name__ == "__main__":
    kept = deliveries(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    lines = [json.dumps(one, separators=(",", ":"), ensure_ascii=False) for one in kept]
    DELIVERIES.write_text("\n".join(lines) + "\n", encoding="utf-8")
    extract = schema(json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))
    SCHEMA.write_text(json.dumps(extract, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")
    for made in (DELIVERIES, SCHEMA):
        print(f"{made}: {made.stat().st_size / 1e6:.2f} MB")
