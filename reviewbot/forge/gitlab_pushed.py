"""Who brought the head of a merge request, where a delivery is sure to say it."""

from __future__ import annotations

from reviewbot.domain.event import PushedHead
from reviewbot.forge.gitlab_payload import Payload, commit_of, field, moment_of, repository_of, user_of


def pushed_head(action: str, attributes: Payload, payload: Payload) -> PushedHead | None:
    """The push that the delivery tells of.

    Whoever causes an update with ``oldrev`` pushed. Whoever opens a merge request need not have, except to a fork in
    their own namespace.

    Args:
        action: our word. attributes: ``object_attributes`` of the ``payload``.

    Raises:
        PayloadError: a field is of a wrong type.
    """
    by = user_of(payload)
    if not by or attributes.get("updated_at") is None:
        return None
    if action == "synchronize":
        before = commit_of(attributes, "object_attributes.oldrev")
        return PushedHead(moment_of(attributes, "object_attributes.updated_at"), by, before)
    if action == "opened" and _own_fork(attributes, payload, by):
        return PushedHead(moment_of(attributes, "object_attributes.updated_at"), by)
    return None


def _own_fork(attributes: Payload, payload: Payload, login: str) -> bool:
    """A person's namespace is called as they are, and has no other in it; no group may have the name."""
    if attributes.get("source") is None:
        return False
    path = field(field(attributes, "object_attributes.source", dict), "source.path_with_namespace", str)
    namespace, _, name = path.partition("/")
    return namespace == login and "/" not in name and path != repository_of(payload).repository
