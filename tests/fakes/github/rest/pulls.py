"""Pull requests, their files, commits and labels."""

from __future__ import annotations

from typing import Any

from tests.fakes.github import diff
from tests.fakes.github.access import Answer, page, problem
from tests.fakes.github.merging import Refusal
from tests.fakes.github.model import Pull
from tests.fakes.github.rest.call import Call, Missing, invalid


def list_pulls(call: Call) -> Answer:
    repo = call.repo()
    state = call.query.get("state", "open")
    head, base = call.query.get("head"), call.query.get("base")
    pulls = [
        pull
        for pull in reversed(repo.pulls.values())
        if state in ("all", pull.state)
        and head in (None, f"{pull.head_repo.owner.login}:{pull.head_ref}")
        and base in (None, pull.base_ref)
    ]
    return page(call.url, call.query, pulls, lambda pull: call.shapes.pull(pull, call.hub.base_sha(pull)))


def create_pull(call: Call) -> Answer:
    repo = call.repo()
    owner, _, branch = str(call.body["head"]).rpartition(":")
    source = f"{owner}/{repo.name}" if owner and owner != repo.owner.login else repo.full_name
    stores = [call.hub.store(r) for r in (repo, call.hub.repositories.get(source)) if r is not None]
    if len(stores) < 2 or any(
        store.resolve(f"refs/heads/{ref}") is None
        for store, ref in zip(stores, (call.body["base"], branch), strict=True)
    ):
        return invalid("PullRequest", "head", "invalid")
    pull = call.hub.pull(
        repo.full_name,
        branch,
        base=call.body["base"],
        title=call.body.get("title", branch),
        body=call.body.get("body") or "",
        author=call.login,
        draft=bool(call.body.get("draft")),
        head_repo=source,
    )
    return Answer(201, _full(call, pull))


def get_pull(call: Call) -> Answer:
    return Answer(200, _full(call, call.pull()))


def update_pull(call: Call) -> Answer:
    pull, base = call.pull(), call.body.get("base")
    if base and call.hub.store(pull.repo).resolve(f"refs/heads/{base}") is None:
        return invalid("PullRequest", "base", "invalid")
    if call.body.get("state") == "closed" and pull.state == "open":
        call.hub.close_pull(pull, call.login)
    if call.body.get("state") == "open" and pull.state == "closed":
        call.hub.reopen(pull, call.login)
    if base and base != pull.base_ref:
        call.hub.retarget(pull, base, call.login)
    if call.body.get("title", pull.title) != pull.title:
        call.hub.edit(pull, call.body["title"], call.login)
    return Answer(200, _full(call, pull))


def merge_pull(call: Call) -> Answer:
    pull = call.pull()
    how = str(call.body.get("merge_method", "merge"))
    try:
        sha = call.hub.accept(pull, call.login, how, sha=call.body.get("sha"))
    except Refusal as refused:
        return problem(refused.status, str(refused))
    return Answer(200, {"sha": sha, "merged": True, "message": "Pull Request successfully merged"})


def list_files(call: Call) -> Answer:
    pull = call.pull()
    found = diff.files(call.hub.store(pull.repo), call.hub.base_sha(pull), pull.head_sha)[:3000]
    return page(call.url, call.query, list(found), lambda file: call.shapes.file(pull.repo, pull.head_sha, file))


def list_commits(call: Call) -> Answer:
    pull = call.pull()
    store = call.hub.store(pull.repo)
    shas = call.hub.commits(pull)[:250]
    return page(call.url, call.query, shas, lambda sha: call.shapes.commit(pull.repo, store, sha))


def list_labels(call: Call) -> Answer:
    pull = call.pull()
    return page(call.url, call.query, pull.labels, lambda label: call.shapes.label(pull, label))


def add_labels(call: Call) -> Answer:
    pull = call.pull()
    given = call.body.get("labels", []) if isinstance(call.body, dict) else call.body
    names = [one["name"] if isinstance(one, dict) else one for one in given]
    call.hub.label(pull, *dict.fromkeys([*(label.name for label in pull.labels), *names]), login=call.login)
    return list_labels(call)


def remove_label(call: Call) -> Answer:
    pull = call.pull()
    names = [label.name for label in pull.labels]
    if call.names["name"] not in names:
        raise Missing
    call.hub.label(pull, *(name for name in names if name != call.names["name"]), login=call.login)
    return list_labels(call)


def _full(call: Call, pull: Pull) -> dict[str, Any]:
    return call.shapes.full_pull(pull, call.hub.store(pull.repo), call.hub.base_sha(pull))
