"""Repositories over smart HTTP, by git's own `http-backend`: anybody's reading, and pushes with a token."""

from __future__ import annotations

import atexit
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.fakes.github.access import Answer, secret_of
from tests.fakes.github.gitstore import ENVIRONMENT
from tests.fakes.github.hub import Hub
from tests.fakes.github.model import Repository, Token

SERVICES = ("/info/refs", "/git-upload-pack", "/git-receive-pack")
EVERYTHING = "*"
_HOOK = """#!/bin/sh
case " $FAKE_PROTECTED " in *" $1 "*) echo "error: GH006: Protected branch update failed for $1." >&2; exit 1;; esac
test "$FAKE_ALLOWED" = "*" && exit 0
case " $FAKE_ALLOWED " in *" $1 "*) exit 0;; esac
echo "error: the fork's owner does not let maintainers push to $1." >&2; exit 1
"""


def is_git(path: str) -> bool:
    return path.endswith(SERVICES)


def answer(hub: Hub, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """What git asks for. Private repositories want a token, and are not there for anybody else."""
    service = next(end for end in SERVICES if path.endswith(end))
    repo = hub.repositories.get(path.removesuffix(service).strip("/").removesuffix(".git"))
    token = hub.valid_token(secret_of(headers))
    pushes = service == "/git-receive-pack" or "service=git-receive-pack" in query
    if "authorization" not in headers and (repo is None or repo.private or pushes):
        return Answer(401, body=b"Authentication required.", headers={"WWW-Authenticate": 'Basic realm="GitHub"'})
    if repo is None or (repo.private and not _reads(hub, repo, token)):
        return Answer(404, body=b"Repository not found.", kind="text/plain")
    environment = {
        **ENVIRONMENT,
        "GIT_PROJECT_ROOT": str(hub.store(repo).path),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": service,
        "QUERY_STRING": query,
        "REQUEST_METHOD": method,
        "CONTENT_TYPE": headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""),
        "GIT_PROTOCOL": headers.get("git-protocol", ""),
        "REMOTE_ADDR": "127.0.0.1",
    }
    return _push(hub, repo, token, environment, body) if pushes else _served(environment, body)


def allowed(hub: Hub, repo: Repository, token: Token) -> str:
    """The refs that a token may push to, by name: everything, or those of pull requests that let maintainers in.

    An App's token opens the repositories of its installation only, so that a fork stays closed to it.
    """
    if hub.may_push(repo, token) and (repo.parent is None or _owns(repo, token)):
        return EVERYTHING
    if token.repositories is not None:
        return ""
    pulls = [pull for each in hub.repositories.values() for pull in each.pulls.values() if pull.head_repo is repo]
    let_in = [one for one in pulls if one.maintainer_can_modify and one.state == "open" and one.repo is not repo]
    return " ".join(f"refs/heads/{pull.head_ref}" for pull in let_in if hub.may_push(pull.repo, token))


def _owns(repo: Repository, token: Token) -> bool:
    installed = token.repositories is not None and repo.full_name in token.repositories
    return installed or repo.owner is token.user or token.user.login in repo.roles


def _reads(hub: Hub, repo: Repository, token: Token | None) -> bool:
    return token is not None and hub.visible(token, repo) and token.may("contents", "read")


def _push(hub: Hub, repo: Repository, token: Token | None, environment: dict[str, str], body: bytes) -> Answer:
    """As `hub.push`: what moved takes its pull requests along."""
    refs = allowed(hub, repo, token) if token is not None else ""
    if token is None or not refs:
        told = f"Permission to {repo.full_name}.git denied to {token.user.login if token else 'nobody'}."
        return Answer(403, body=told.encode(), kind="text/plain")
    closed = [branch for branch, kinds in repo.rules.items() if {"update", "pull_request"} & set(kinds)]
    environment |= {
        "REMOTE_USER": token.user.login,
        "FAKE_ALLOWED": refs,
        "FAKE_PROTECTED": " ".join(f"refs/heads/{branch}" for branch in [*repo.protected, *closed]),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": str(_hooks()),
    }
    with hub.lock:
        before = hub.store(repo).branches()
        done = _served(environment, body)
        after = hub.store(repo).branches()
        for branch in sorted(before.keys() | after.keys()):
            if before.get(branch) != after.get(branch):
                hub.moved(repo, branch, before.get(branch), token.user.login)
        return done


@cache
def _hooks() -> Path:
    """A folder, kept for the process, with the hook that every pushed ref is shown to."""
    kept = tempfile.TemporaryDirectory(prefix="fake-github-hooks-", ignore_cleanup_errors=True)
    atexit.register(kept.cleanup)
    folder = Path(kept.name)
    hook = folder / "update"
    hook.write_text(_HOOK, encoding="utf-8")
    hook.chmod(0o755)
    return folder


def _served(environment: Mapping[str, str], body: bytes) -> Answer:
    done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=environment)
    head, _, rest = done.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n") if ": " in line)
    status = int(headers.pop("Status", "200").split()[0])
    kind = headers.pop("Content-Type", "text/plain")
    return Answer(status, body=rest, headers=headers, kind=kind)
