"""Reading a repository over smart HTTP, by git's own `http-backend`."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

from tests.fakes.github.access import Answer, secret_of
from tests.fakes.github.gitstore import ENVIRONMENT
from tests.fakes.github.hub import Hub

SERVICES = ("/info/refs", "/git-upload-pack")


def is_git(path: str) -> bool:
    return path.endswith(SERVICES)


def answer(hub: Hub, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """What git asks for. Private repositories want a token, and are not there for anybody else."""
    name = next(path.removesuffix(end) for end in SERVICES if path.endswith(end)).strip("/").removesuffix(".git")
    repo = hub.repositories.get(name)
    token = hub.valid_token(secret_of(headers))
    if "authorization" not in headers and (repo is None or repo.private):
        return Answer(401, body=b"Authentication required.", headers={"WWW-Authenticate": 'Basic realm="GitHub"'})
    if repo is None or (repo.private and (token is None or not token.reads)):
        return Answer(404, body=b"Repository not found.", kind="text/plain")
    inner = path[path.rindex("/git-upload-pack" if path.endswith("upload-pack") else "/info/refs") :]
    environment = {
        **ENVIRONMENT,
        "GIT_PROJECT_ROOT": str(hub.store(repo).path),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": inner,
        "QUERY_STRING": query,
        "REQUEST_METHOD": method,
        "CONTENT_TYPE": headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""),
        "GIT_PROTOCOL": headers.get("git-protocol", ""),
        "REMOTE_ADDR": "127.0.0.1",
    }
    done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=environment)
    return _cgi(done.stdout)


def _cgi(output: bytes) -> Answer:
    head, _, body = output.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n") if ": " in line)
    status = int(headers.pop("Status", "200").split()[0])
    kind = headers.pop("Content-Type", "text/plain")
    return Answer(status, body=body, headers=headers, kind=kind)
