"""Fields of a GitLab delivery's payload: validated, since whoever knows the secret may still send anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeVar

from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.github_webhook import PayloadError

Payload = Mapping[str, object]

_PATH = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}(/[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}){1,20}")
_USERNAME = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}")
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_LARGEST_IID = 2**31  # GitLab's column
_LARGEST_ID = 2**63

# GitLab writes times in both ways: https://docs.gitlab.com/user/project/integrations/webhook_events/
_OLD_TIME = "%Y-%m-%d %H:%M:%S UTC"

_T = TypeVar("_T")


def field(container: Payload, path: str, kind: type[_T]) -> _T:
    """The last name of ``path`` in ``container``; ``True`` is no number.

    Raises:
        PayloadError: it is missing or of a wrong type.
    """
    value = container.get(path.rpartition(".")[2])
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise PayloadError(f"The field {path} is missing or of a wrong type.")
    return value


def repository_of(payload: Payload) -> PullRequestRef:
    """The project, with the number 0; of a merge request the one that it asks to be merged into.

    Raises:
        PayloadError: it is none.
    """
    path = field(field(payload, "project", dict), "project.path_with_namespace", str)
    if not _PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise PayloadError("The field project.path_with_namespace is not a project's path.")
    return PullRequestRef("gitlab", path, 0)


def ref_of(payload: Payload, iid: int) -> PullRequestRef:
    """The merge request ``iid`` of the project.

    Raises:
        PayloadError: the project or the number is none.
    """
    repository = repository_of(payload)
    if not 0 < iid < _LARGEST_IID:
        raise PayloadError("The field iid is not a merge request's number.")
    return PullRequestRef("gitlab", repository.repository, iid)


def id_of(container: Payload, path: str) -> int:
    """A number that GitLab gave to something.

    Raises:
        PayloadError: it is none.
    """
    id_ = field(container, path, int)
    if not 0 < id_ < _LARGEST_ID:
        raise PayloadError(f"The field {path} is not an id.")
    return id_


def commit_of(container: Payload, path: str) -> str:
    """A commit's id; empty where it is all zeros, which stands for no commit.

    Raises:
        PayloadError: it is none.
    """
    found = field(container, path, str)
    if not _COMMIT.fullmatch(found):
        raise PayloadError(f"The field {path} is not a commit id.")
    return found if found.strip("0") else ""


def moment_of(container: Payload, path: str) -> float:
    """A time, in seconds since the epoch.

    Raises:
        PayloadError: it is none.
    """
    text = field(container, path, str)
    for read in (datetime.fromisoformat, _read_old):
        try:
            found = read(text)
        except ValueError:
            continue
        if found.tzinfo is not None:
            return found.timestamp()
    raise PayloadError(f"The field {path} is not a time with its zone.")


def _read_old(text: str) -> datetime:
    return datetime.strptime(text, _OLD_TIME).replace(tzinfo=UTC)


def user_of(payload: Payload) -> str:
    """The login of whoever caused it; empty where it names nobody whom GitLab could be asked about."""
    user = payload.get("user")
    name = user.get("username") if isinstance(user, dict) else None
    return name if isinstance(name, str) and _USERNAME.fullmatch(name) else ""
