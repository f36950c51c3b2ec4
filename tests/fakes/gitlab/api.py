"""The REST operations on users, projects, merge requests and commits."""

from __future__ import annotations

import datetime

from tests.fakes.github.access import Answer
from tests.fakes.github.diff import files
from tests.fakes.gitlab import api_code
from tests.fakes.gitlab.access import not_found, page
from tests.fakes.gitlab.call import Call
from tests.fakes.gitlab.model import Level, Pull


def get_user(call: Call) -> Answer:
    email = next(iter(call.user.emails), f"{call.user.login}@noreply.127.0.0.1")
    return Answer(200, call.shapes.full_user(call.user) | {"email": email})


def get_user_by_id(call: Call) -> Answer:
    user = next((one for one in call.hub.users.values() if str(one.id) == call.names["user_id"]), None)
    return Answer(200, call.shapes.full_user(user)) if user else not_found("User")


def list_users(call: Call) -> Answer:
    """By `username`, whatever its case."""
    wanted = str(call.given.get("username", "")).lower()
    found = [user for user in call.hub.users.values() if user.kind != "Group" and wanted in ("", user.login.lower())]
    return page(call.url, call.query, found, call.shapes.user)


def get_instance_version(call: Call) -> Answer:
    return Answer(200, {"version": call.hub.version, "revision": "0123456789a"})


def get_metadata(call: Call) -> Answer:
    kas = {"enabled": False, "externalUrl": None, "externalK8sProxyUrl": None, "version": None}
    return Answer(200, {"version": call.hub.version, "revision": "0123456789a", "kas": kas, "enterprise": True})


def get_project(call: Call) -> Answer:
    repo = call.repo()
    return Answer(200, call.shapes.project(repo, call.hub.level(repo, call.user)))


def list_labels(call: Call) -> Answer:
    labels = call.repo().labels
    return page(
        call.url,
        call.query,
        labels,
        lambda label: {"id": label.id, "name": label.name, "color": "#6699cc", "description": None},
    )


# Merge requests


def list_pulls(call: Call) -> Answer:
    """Newest first, or as `order_by` and `sort` say (https://docs.gitlab.com/api/merge_requests/)."""
    repo = call.repo()
    call.allow(call.hub.reads(repo, call.user))
    pulls = [pull for pull in repo.pulls.values() if _is_asked_for(call, pull)]
    by_change = call.given.get("order_by") == "updated_at"
    pulls.sort(key=lambda pull: (pull.updated if by_change else pull.created, pull.number))
    return page(call.url, call.query, pulls if call.given.get("sort") == "asc" else pulls[::-1], call.shapes.pull)


def _is_asked_for(call: Call, pull: Pull) -> bool:
    has = {
        "state": (pull.called, "all"),
        "source_branch": (pull.head_ref,),
        "target_branch": (pull.base_ref,),
        "author_username": (pull.user.login,),
    }
    after, labels = call.given.get("updated_after"), str(call.given.get("labels") or "")
    return (
        all(call.given.get(name) in (None, *values) for name, values in has.items())
        and (after is None or pull.updated > datetime.datetime.fromisoformat(str(after)).timestamp())
        and set(filter(None, labels.split(","))) <= set(pull.labels)
    )


def create_pull(call: Call) -> Answer:
    repo = call.repo(Level.GUEST)
    given = call.given
    target = next((one for one in call.hub.repositories.values() if one.id == given.get("target_project_id")), repo)
    if call.hub.store(repo).resolve(f"refs/heads/{given['source_branch']}") is None:
        return Answer(400, {"message": {"source_branch": ["does not exist"]}})
    same = [p.number for p in target.pulls.values() if p.state == "open" and p.head_repo is repo]
    same = [n for n in same if target.pulls[n].head_ref == given["source_branch"]]
    if same:
        words = f"Another open merge request already exists for this source branch: !{same[0]}"
        return Answer(409, {"message": [words]})
    pull = call.hub.pull(
        target.full_name,
        given["source_branch"],
        base=given["target_branch"],
        title=given["title"],
        body=given.get("description") or "",
        author=call.user.login,
        head_repo=repo.full_name,
    )
    return Answer(201, call.shapes.full_pull(pull, call.user))


def get_pull(call: Call) -> Answer:
    return Answer(200, call.shapes.full_pull(call.pull(), call.user))


def update_pull(call: Call) -> Answer:
    pull, given, login = call.pull(), call.given, call.user.login
    call.allow(call.hub.may_resolve(pull, call.user))
    event = given.get("state_event")
    if event == "close" and pull.state == "open":
        call.hub.close_pull(pull, login)
    if event == "reopen" and pull.state == "closed":
        call.hub.reopen(pull, login)
    call.hub.describe(pull, title=given.get("title"), body=given.get("description"), login=login)
    if "target_branch" in given:
        call.hub.retarget(pull, given["target_branch"], login)
    if any(name in given for name in ("labels", "add_labels", "remove_labels")):
        call.hub.label(pull, *_labels(call, pull), login=login)
    return Answer(200, call.shapes.full_pull(pull, call.user))


def _labels(call: Call, pull: Pull) -> list[str]:
    """The labels that it is to have: these, or those it has with some more and some less."""
    lists = {}
    for name in ("labels", "add_labels", "remove_labels"):
        given = call.given.get(name) or ()
        lists[name] = [one.strip() for one in (given.split(",") if isinstance(given, str) else given) if one.strip()]
    kept = lists["labels"] if "labels" in call.given else pull.labels
    return [one for one in dict.fromkeys([*kept, *lists["add_labels"]]) if one not in lists["remove_labels"]]


def list_diffs(call: Call) -> Answer:
    pull = call.pull()
    return page(call.url, call.query, list(call.shapes.files(pull)), call.shapes.diff)


def get_changes(call: Call) -> Answer:
    pull = call.pull()
    changes = [call.shapes.diff(file) for file in call.shapes.files(pull)]
    return Answer(200, call.shapes.full_pull(pull, call.user) | {"changes": changes, "overflow": False})


def list_versions(call: Call) -> Answer:
    pull = call.pull()
    return page(call.url, call.query, pull.versions[::-1], lambda version: call.shapes.version(version, pull))


def get_version(call: Call) -> Answer:
    """One version, with its commits and the files of its diff."""
    pull, wanted = call.pull(), call.names["version_id"]
    version = next((one for one in pull.versions if str(one.id) == wanted), None)
    if version is None:
        return not_found()
    store, refs = call.hub.store(pull.repo), version.refs
    commits = [api_code.commit(call, pull.repo, sha) for sha in store.commits(refs.base, refs.head)[::-1]]
    diffs = [call.shapes.diff(file) for file in files(store, refs.start, refs.head)]
    return Answer(200, call.shapes.version(version, pull) | {"commits": commits, "diffs": diffs})


def get_raw_diffs(call: Call) -> Answer:
    """The diff as git prints it."""
    pull = call.pull()
    text = call.hub.store(pull.repo).git("diff", "-M", "--full-index", "--no-ext-diff", pull.refs.base, pull.head_sha)
    return Answer(200, body=text, kind="text/plain")


def list_commits(call: Call) -> Answer:
    pull = call.pull()
    commits = call.hub.store(pull.repo).commits(pull.refs.base, pull.head_sha)[::-1]
    return page(call.url, call.query, commits, lambda sha: api_code.commit(call, pull.repo, sha))
