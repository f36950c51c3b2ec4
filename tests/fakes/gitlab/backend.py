"""Git over smart HTTP, by git's own `http-backend`: reading, and pushing with GitLab's checks.

Protected branches: https://docs.gitlab.com/user/project/repository/branches/protected/, forks:
https://docs.gitlab.com/user/project/merge_requests/allow_collaboration/
"""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.fakes.github.access import Answer
from tests.fakes.github.access import secret_of as _authorization
from tests.fakes.github.gitstore import ENVIRONMENT
from tests.fakes.gitlab.branches import ZERO
from tests.fakes.gitlab.hub import Hub
from tests.fakes.gitlab.model import Level, Repository, Token, User

SERVICES = ("/info/refs", "/git-upload-pack", "/git-receive-pack")
_BRANCH = "refs/heads/"
_HOOK = """#!/bin/sh
refuse() { echo "GitLab: $1" >&2; exit 1; }
[ -z "$FAKE_GITLAB_REFUSAL" ] || refuse "$FAKE_GITLAB_REFUSAL"
while read -r old new ref; do
  case " $FAKE_GITLAB_PROTECTED " in
    *" $ref "*)
      git merge-base --is-ancestor "$old" "$new" ||
        refuse "You are not allowed to force push code to a protected branch on this project." ;;
  esac
done
"""


@dataclass(frozen=True)
class Update:
    """A ref that a push moves from `old` to `new`."""

    old: str
    new: str
    ref: str


def is_git(path: str) -> bool:
    return path.endswith(SERVICES)


def answer(hub: Hub, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """What git asks for. A private project is not there for who may not see it."""
    service = next(end for end in SERVICES if path.endswith(end))
    repo = hub.repositories.get(path.removesuffix(service).strip("/").removesuffix(".git"))
    token = hub.valid_token(_authorization(headers))
    pushing = service == "/git-receive-pack" or "service=git-receive-pack" in query
    if token is None and ("authorization" in headers or pushing or repo is None or repo.private):
        words = (
            b"HTTP Basic: Access denied. The provided password or token is incorrect or your account has 2FA enabled"
        )
        return Answer(401, body=words, headers={"WWW-Authenticate": 'Basic realm="GitLab"'}, kind="text/plain")
    if repo is None or (token is not None and not (token.reads and hub.reads(repo, token.user))):
        words = b"The project you were looking for could not be found or you don't have permission to view it."
        return Answer(404, body=words, kind="text/plain")
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    if not pushing or token is None:
        return _run(hub, repo, method, service, query, headers, body)
    if not token.writes or not _may_push_somewhere(hub, repo, token.user):
        return Answer(403, body=b"You are not allowed to push code to this project.", kind="text/plain")
    return _push(hub, repo, token, method, service, query, headers, body)


def _push(
    hub: Hub,
    repo: Repository,
    token: Token,
    method: str,
    service: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
) -> Answer:
    updates = list(_updates(body)) if service == "/git-receive-pack" else []
    with hub.lock:
        hook = hub.store(repo).path / "hooks" / "pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(_HOOK)
        hook.chmod(0o755)
        refusal = next((words for one in updates if (words := refused(hub, repo, token.user, one))), None)
        given = _run(hub, repo, method, service, query, headers, body, refusal or "")
        for one in updates if refusal is None else ():
            _landed(hub, repo, token.user, one)
    return given


def _landed(hub: Hub, repo: Repository, user: User, update: Update) -> None:
    store = hub.store(repo)
    now = store.resolve(update.ref) or ZERO
    if now == update.new != update.old and update.ref.startswith(_BRANCH):
        before, after = (None if sha == ZERO else sha for sha in (update.old, update.new))
        hub.pushed(repo, update.ref.removeprefix(_BRANCH), before, after, user)


def refused(hub: Hub, repo: Repository, user: User, update: Update) -> str | None:
    """Why a push is declined; None where it may be taken. Whether it is by force only the hook sees."""
    branch = update.ref.removeprefix(_BRANCH)
    if not update.ref.startswith(("refs/heads/", "refs/tags/")):
        return "You are not allowed to push to this reference."
    level = hub.level(repo, user)
    needed = repo.protected.get(branch) if update.ref.startswith(_BRANCH) else None
    if needed is not None and (level < needed or update.new == ZERO):
        return "You are not allowed to push code to protected branches on this project."
    if level < Level.DEVELOPER and not _collaborates(hub, repo, user, branch):
        return "You are not allowed to push code to this project."
    return None


def _collaborates(hub: Hub, repo: Repository, user: User, branch: str | None = None) -> bool:
    """Whether an open merge request lets its target's members push to the branch that it comes from."""
    return any(
        pull.head_repo is repo and pull.repo is not repo and branch in (None, pull.head_ref)
        for pull in hub.pulls()
        if pull.state == "open" and pull.allow_collaboration and hub.level(pull.repo, user) >= Level.DEVELOPER
    )


def _may_push_somewhere(hub: Hub, repo: Repository, user: User) -> bool:
    return hub.level(repo, user) >= Level.DEVELOPER or _collaborates(hub, repo, user)


def _updates(body: bytes) -> Iterator[Update]:
    """The commands at the start of a push, in git's pkt-lines."""
    at = 0
    while at + 4 <= len(body):
        size = int(body[at : at + 4], 16)
        if size == 0:
            return
        line = body[at + 4 : at + size].split(b"\0")[0].decode("utf-8", "surrogateescape").rstrip("\n")
        old, new, ref = line.split(" ", 2)
        yield Update(old, new, ref)
        at += size


def _run(
    hub: Hub,
    repo: Repository,
    method: str,
    service: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
    refusal: str = "",
) -> Answer:
    environment = {
        **ENVIRONMENT,
        "GIT_PROJECT_ROOT": str(hub.store(repo).path),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": service,
        "QUERY_STRING": query,
        "REQUEST_METHOD": method,
        "CONTENT_TYPE": headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "GIT_PROTOCOL": headers.get("git-protocol", ""),
        "REMOTE_ADDR": "127.0.0.1",
        "FAKE_GITLAB_REFUSAL": refusal,
        "FAKE_GITLAB_PROTECTED": " ".join(f"{_BRANCH}{name}" for name in repo.protected),
    }
    done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=environment)
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    told = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n") if ": " in line)
    status = int(told.pop("Status", "200").split()[0])
    return Answer(status, body=content, headers=told, kind=told.pop("Content-Type", "text/plain"))
