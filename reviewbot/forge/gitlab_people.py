"""What somebody may do in a project, from what GitLab says of them."""

from __future__ import annotations

from reviewbot.domain.conversation import Permission
from reviewbot.forge.gitlab_wire import Object, number, text

# The least access level that gives each permission (https://docs.gitlab.com/api/access_requests/#valid-access-levels,
# https://docs.gitlab.com/user/permissions/): 10 Guest, 15 Planner, 20 Reporter, 25 Security Manager, 30 Developer,
# 40 Maintainer, 50 Owner. A custom role has the level that it is based on. 5 is "minimal access": no project at all.
_LEVELS = ((40, Permission.ADMIN), (30, Permission.WRITE), (10, Permission.READ))


def member_permission(member: Object) -> Permission:
    """Of somebody who is a member, directly or by a group: ``GET /projects/:id/members/all/:user_id``.

    An account that is blocked, and a membership that waits for an administrator, give nothing. An instance's
    administrator counts by membership alone: a command is a team's matter.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    level = number(member, "access_level")
    if text(member, "state") != "active" or member.get("membership_state") not in (None, "active"):
        return Permission.NONE
    return next((permission for least, permission in _LEVELS if level >= least), Permission.NONE)


def stranger_permission(project: Object) -> Permission:
    """Of somebody who is no member: ``GET /projects/:id``.

    Whoever is signed in reads public and internal projects, where merge requests are not for members alone. An external
    account reads no internal project, but then cannot have written there either.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    seen = text(project, "visibility") in ("public", "internal")
    closed = project.get("merge_requests_access_level") in ("private", "disabled")
    return Permission.READ if seen and not closed else Permission.NONE
