"""From a payload to a question about a commit or a branch: check runs, merge queues, pushes to a base branch.

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from __future__ import annotations

from reviewbot.domain.event import HeadAction, HeadEvent
from reviewbot.domain.gate import CHECK
from reviewbot.forge.github_payload import Payload, PayloadError
from reviewbot.forge.ignored import Ignored
from reviewbot.forge.pushed_files import BadCommits, may_decide

_QUEUES = "gh-readonly-queue/"
"""https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue#triggering-merge-group-checks-with-other-ci-providers"""

_MOST_COMMITS = 2048
"""GitHub lists no more of a push (https://docs.github.com/en/webhooks/webhook-events-and-payloads#push)."""

_BUTTONS = {HeadAction.RECHECK.value: HeadAction.RECHECK, HeadAction.REVIEWED.value: HeadAction.REVIEWED}


def read_check_run(payload: Payload) -> HeadEvent | Ignored:
    """Somebody wants our check again, or pressed one of its buttons."""
    action = payload.action
    if action not in ("rerequested", "requested_action"):
        return Ignored(payload.delivery, "a check run that is written, most often by ourselves")
    if payload.read("check_run.name", str) != CHECK or not _is_ours(payload, "check_run"):
        return Ignored(payload.delivery, "a check run that is not the gate's")
    if action == "rerequested":
        return _event(payload, HeadAction.RECHECK, head=payload.commit("check_run.head_sha"))
    return _pressed(payload)


def _pressed(payload: Payload) -> HeadEvent | Ignored:
    """Only a person can have reviewed something."""
    button = _BUTTONS.get(payload.read("requested_action.identifier", str))
    if button is None:
        return Ignored(payload.delivery, "a button that the gate does not have")
    person = payload.read("sender.type", str) == "User" and payload.sender
    if button is HeadAction.REVIEWED and not person:
        return Ignored(payload.delivery, "a button that no person pressed")
    return _event(payload, button, head=payload.commit("check_run.head_sha"))


def read_check_suite(payload: Payload) -> HeadEvent | Ignored:
    """Somebody wants all our checks of a commit again."""
    if payload.action != "rerequested":
        return Ignored(payload.delivery, "a check suite that nobody wants again")
    if not _is_ours(payload, "check_suite"):
        return Ignored(payload.delivery, "a check suite that is not ours")
    return _event(payload, HeadAction.RECHECK, head=payload.commit("check_suite.head_sha"))


def read_merge_group(payload: Payload) -> HeadEvent | Ignored:
    """A merge queue wants to know whether its commit may be merged."""
    if payload.action != "checks_requested":
        return Ignored(payload.delivery, "an action on a merge queue that asks for nothing")
    branch = payload.branch("merge_group.head_ref")
    if branch is None:
        raise PayloadError("The field merge_group.head_ref is not a branch.")
    head, base = payload.commit("merge_group.head_sha"), payload.commit("merge_group.base_sha")
    return _event(payload, HeadAction.QUEUED, head=head, base=base, branch=branch)


def read_push(payload: Payload) -> HeadEvent | Ignored:
    """A branch may have got other settings or owners. Which pull requests go into it is not known here.

    A branch that is new has none: GitHub closes those that go into a branch when it is deleted. The new head of a pull
    request comes as an event of that.
    """
    branch = payload.branch("ref")
    if branch is None or branch.startswith(_QUEUES):
        return Ignored(payload.delivery, "a push to what no pull request goes into")
    if payload.read("deleted", bool) or payload.read("created", bool):
        return Ignored(payload.delivery, "a branch that is new, or gone")
    if not _decides(payload):
        return Ignored(payload.delivery, "a push that brings neither other settings nor other owners")
    return _event(payload, HeadAction.RULED, head=payload.commit("after"), branch=branch)


def _decides(payload: Payload) -> bool:
    commits = payload.read("commits", list)
    whole = len(commits) < _MOST_COMMITS and not payload.read("forced", bool)
    try:
        return may_decide(commits, whole=whole)
    except BadCommits as error:
        raise PayloadError(f"The field {error} of the push's commits is of a wrong type.") from None


def _is_ours(payload: Payload, holder: str) -> bool:
    """Whether the App that made the check is ours. GitHub tells of others' checks as well."""
    if payload.app is None or payload.read(holder, dict).get("app") is None:
        return False
    return payload.number(f"{holder}.app.id") == payload.app


def _event(payload: Payload, action: HeadAction, head: str, base: str = "", branch: str = "") -> HeadEvent:
    return HeadEvent(
        delivery=payload.delivery,
        ref=payload.repository,
        action=action,
        head=head,
        base=base,
        branch=branch,
        by=payload.sender,
        installation=payload.installation,
    )
