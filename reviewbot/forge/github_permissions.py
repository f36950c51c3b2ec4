"""What a GitHub App needs to be this bot: as little as GitHub's rules allow, each with its reason.

Which permission an endpoint needs: https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
Which one an event needs: https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

LEVELS = ("none", "read", "write")
"""Each holds the one before it. ``admin`` is not among those that a repository's permissions have."""


@dataclass(frozen=True)
class Need:
    """A permission or an event: GitHub's ``name`` for it, the ``access`` (of an event: none), and ``why``."""

    name: str
    access: str
    why: str


PERMISSIONS = (
    Need("metadata", "read", "GitHub demands it of every App; it tells what a commenter may do in the repository."),
    Need(
        "contents",
        "write",
        "Read: cloning, and whether a branch is protected. Write: GitHub wants it for resolving a thread "
        "(`resolveReviewThread`), which has nothing to do with contents, and for `/seed fix --commit`.",
    ),
    Need("pull_requests", "write", "Reviews, replies, comments in the conversation, reactions, and the gate's label."),
    Need("issues", "read", "GitHub gives the event `issue_comment`, the conversation's comments, to none without it."),
    Need("statuses", "write", "The commit status that says how far the review is."),
    Need(
        "checks",
        "write",
        "The gate's check run, with its buttons and marked lines; a branch rule can demand our App's.",
    ),
    Need("merge_queues", "read", "GitHub gives the event `merge_group` to none without it."),
)
"""The permissions."""

OPTIONAL = (Need("members", "read", "Of the organisation: who is in a team that CODEOWNERS names."),)
"""What is used where it is granted, and asked for nowhere.

https://docs.github.com/en/rest/teams/members#list-team-members
"""

EVENTS = (
    Need(
        "pull_request", "", "Opened, pushed to, ready for review, retargeted, labelled, another title or text, closed."
    ),
    Need("issue_comment", "", "A comment in the conversation: a `/seed` command."),
    Need("pull_request_review_comment", "", "A comment on a line: a command, or an answer to a suggestion."),
    Need("pull_request_review", "", "A review, which the gate counts; its text may hold a command."),
    Need("pull_request_review_thread", "", "A person resolves a thread: an answer to a suggestion."),
    Need("check_run", "", "*Re-run*, or one of the buttons of the gate's check."),
    Need("check_suite", "", "*Re-run all checks*."),
    Need("merge_group", "", "A merge queue asks the gate."),
    Need("push", "", "A branch that pull requests go into got other settings, or another CODEOWNERS."),
)
"""The events that the App's webhook is sent."""

_BY_THEMSELVES = frozenset({"check_run", "check_suite"})
"""GitHub sends these to every App that may write checks, whether it subscribed to them or not.

https://docs.github.com/en/webhooks/webhook-events-and-payloads#check_run
"""


def asked_of(granted: Mapping[str, str]) -> dict[str, str]:
    """The permissions to ask a token for: what is needed or used, and no more than the installation was granted.

    GitHub refuses a token with more than was granted, and gives one with everything that was where nothing is named.
    """
    asked = {
        need.name: min(need.access, granted.get(need.name, "none"), key=_level) for need in (*PERMISSIONS, *OPTIONAL)
    }
    return {name: access for name, access in asked.items() if access != "none"}


def missing(granted: Mapping[str, str]) -> dict[str, str]:
    """What is needed and not granted, by name."""
    return {
        need.name: need.access for need in PERMISSIONS if _level(granted.get(need.name, "none")) < _level(need.access)
    }


def surplus(granted: Mapping[str, str]) -> dict[str, str]:
    """What is granted and not used, by name."""
    needed = {need.name: need.access for need in (*PERMISSIONS, *OPTIONAL)}
    return {name: access for name, access in granted.items() if _level(access) > _level(needed.get(name, "none"))}


def unheard(events: Collection[str]) -> list[str]:
    """The events that an App has to be subscribed to, and is not."""
    return [need.name for need in EVENTS if need.name not in events and need.name not in _BY_THEMSELVES]


def _level(access: str) -> int:
    """What is no known level is above all that are."""
    return LEVELS.index(access) if access in LEVELS else len(LEVELS)
