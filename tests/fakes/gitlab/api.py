"""The REST operations on users, projects, merge requests and commits."""

from __future__ import annotations

from tests.fakes.github.access import Answer
from tests.fakes.github.diff import files
from tests.fakes.gitlab import api_code
from tests.fakes.gitlab.access import not_found, page
from tests.fakes.gitlab.call import Call
from tests.fakes.gitlab.model import Level


def get_user(call: Call) -> Answer:
    return Answer(200, call.shapes.full_user(call.user) | {"email": f"{call.user.login}@example.org"})


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


def list_members(call: Call) -> Answer:
    repo = call.repo()
    levels = [(user, call.hub.level(repo, user)) for user in call.hub.users.values() if user.kind != "Group"]
    members = [pair for pair in levels if pair[1]]
    return page(call.url, call.query, members, lambda pair: call.shapes.member(*pair))


def get_member(call: Call) -> Answer:
    """A member, with what a group above gives; 404 for who is none."""
    repo = call.repo()
    user = next((one for one in call.hub.users.values() if str(one.id) == call.names["user_id"]), None)
    level = call.hub.level(repo, user) if user else Level.NONE
    return Answer(200, call.shapes.member(user, level)) if user and level else not_found()


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
    repo = call.repo()
    call.allow(call.hub.reads(repo, call.user))
    state, branch = call.given.get("state", "all"), call.given.get("source_branch")
    pulls = [p for p in reversed(repo.pulls.values()) if state in ("all", p.called) and branch in (None, p.head_ref)]
    return page(call.url, call.query, pulls, call.shapes.pull)


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
    if "title" in given:
        call.hub.edit(pull, given["title"], login)
    if "target_branch" in given:
        call.hub.retarget(pull, given["target_branch"], login)
    names = given.get("labels", given.get("add_labels"))
    if names is not None:
        listed = names.split(",") if isinstance(names, str) else list(names)
        kept = pull.labels if "add_labels" in given else []
        call.hub.label(pull, *kept, *(name for name in listed if name and name not in kept), login=login)
    gone = str(given.get("remove_labels") or "").split(",")
    if any(name in pull.labels for name in gone):
        call.hub.label(pull, *(name for name in pull.labels if name not in gone), login=login)
    return Answer(200, call.shapes.full_pull(pull, call.user))


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
