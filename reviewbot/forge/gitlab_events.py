"""From a GitLab delivery's payload to an event: which deliveries the bot looks at, and what it takes from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from reviewbot.domain.event import CommentEvent, CommentKind, CommentRef, Event, HeadAction, HeadEvent, PullRequestEvent
from reviewbot.forge.branch_names import BRANCHES, is_branch
from reviewbot.forge.github_webhook import PayloadError
from reviewbot.forge.gitlab_changes import word_of
from reviewbot.forge.gitlab_payload import Payload, commit_of, field, id_of, ref_of, repository_of, user_of
from reviewbot.forge.gitlab_pushed import pushed_head
from reviewbot.forge.ignored import Ignored
from reviewbot.forge.pushed_files import BadCommits, may_decide

# https://docs.gitlab.com/user/project/settings/project_access_tokens/#bot-users-for-projects
_TOKEN_BOT = re.compile(r"(project|group)_\d+_bot(_\w*)?")

# PostgreSQL, GitLab's and ours, takes neither; JSON can spell both.
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")

# Whether a command could be in it: true too often rather than too seldom, for the grammar in ``commands`` decides. That
# one ignores case, and ends lines at a lone carriage return as well.
_COMMAND = re.compile(r"(?:\A|[\r\n])[ \t]*/seed\b", re.IGNORECASE | re.ASCII)

_NOTE_ACTIONS = {"create": "created", "update": "edited"}


def read_event(delivery: str, payload: Payload) -> Event | Ignored:
    """What the payload asks for.

    Raises:
        PayloadError: a field that is used is not what GitLab sends.
    """
    kind = payload.get("object_kind")
    read = _READERS.get(kind) if isinstance(kind, str) else None
    return Ignored(delivery, "an event that asks for no review") if read is None else read(delivery, payload)


def _merge_request(delivery: str, payload: Payload) -> Event | Ignored:
    attributes = field(payload, "object_attributes", dict)
    action = word_of(attributes, payload)
    if action is None:
        return Ignored(delivery, "an event of a merge request that changes nothing for a review")
    head = ""
    if attributes.get("last_commit") is not None:
        head = commit_of(field(attributes, "object_attributes.last_commit", dict), "last_commit.id")
    ref = ref_of(payload, field(attributes, "object_attributes.iid", int))
    return PullRequestEvent(
        delivery, ref, action, head, _is_draft(attributes), push=pushed_head(action, attributes, payload)
    )


def _is_draft(attributes: Payload) -> bool:
    if attributes.get("draft") is not None:
        return field(attributes, "object_attributes.draft", bool)
    return attributes.get("work_in_progress") is True  # of older system hooks


def _note(delivery: str, payload: Payload) -> Event | Ignored:
    attributes = field(payload, "object_attributes", dict)
    if attributes.get("noteable_type") != "MergeRequest":
        return Ignored(delivery, "a comment that stands on no merge request")
    if attributes.get("system") is True or _is_token_bot(payload):
        return Ignored(delivery, "a comment that no person wrote")
    body = field(attributes, "object_attributes.note", str)
    if _NO_TEXT.search(body):
        raise PayloadError("The field object_attributes.note holds characters that no text has.")
    if not _COMMAND.search(body):
        return Ignored(delivery, "a comment without a command")
    action = _NOTE_ACTIONS.get(field(attributes, "object_attributes.action", str))
    if action is None:
        return Ignored(delivery, "a comment that is neither new nor edited")
    ref = ref_of(payload, field(field(payload, "merge_request", dict), "merge_request.iid", int))
    comment = CommentRef(_kind(attributes), str(id_of(attributes, "object_attributes.id")))
    return CommentEvent(delivery, ref, action, comment, body)


def _kind(attributes: Payload) -> CommentKind:
    """Notes on the diff have a type and a line code."""
    on_diff = attributes.get("type") == "DiffNote" or bool(attributes.get("line_code"))
    return CommentKind.LINE if on_diff else CommentKind.NOTE


def _is_token_bot(payload: Payload) -> bool:
    """Whether the name is one that GitLab gives to the bot of an access token; the forge is asked for sure later."""
    return _TOKEN_BOT.fullmatch(user_of(payload)) is not None


def _emoji(delivery: str, payload: Payload) -> Event | Ignored:
    """A 👎 that was left on a note or taken back answers it."""
    attributes = field(payload, "object_attributes", dict)
    if attributes.get("name") != "thumbsdown" or attributes.get("awardable_type") != "Note":
        return Ignored(delivery, "an emoji that answers no comment")
    if _is_token_bot(payload):
        return Ignored(delivery, "an emoji that no person left")
    if payload.get("merge_request") is None:
        return Ignored(delivery, "an emoji on a comment that stands on no merge request")
    ref = ref_of(payload, field(field(payload, "merge_request", dict), "merge_request.iid", int))
    return PullRequestEvent(delivery, ref, "answered", "")


def _push(delivery: str, payload: Payload) -> Event | Ignored:
    """A branch may have got other settings or owners.

    A new head of a merge request has an event of its own, which also comes after GitLab has made the diff. Whether
    history was taken back GitLab does not say: the patrol sees to it.
    """
    ref = field(payload, "ref", str)
    if not ref.startswith(BRANCHES):
        return Ignored(delivery, "a push to what no merge request goes into")
    branch = ref.removeprefix(BRANCHES)
    if not is_branch(branch):
        raise PayloadError("The field ref is not a branch's name.")
    after = commit_of(payload, "after")
    if not after or not commit_of(payload, "before"):
        return Ignored(delivery, "a branch that is new, or gone")
    if not _decides(payload):
        return Ignored(delivery, "a push that brings neither other settings nor other owners")
    return HeadEvent(delivery, repository_of(payload), HeadAction.RULED, head=after, branch=branch)


def _decides(payload: Payload) -> bool:
    """Of a push GitLab lists the last twenty commits, and says how many there are."""
    commits = field(payload, "commits", list)
    try:
        return may_decide(commits, whole=field(payload, "total_commits_count", int) == len(commits))
    except BadCommits as error:
        raise PayloadError(f"The field {error} of the push's commits is of a wrong type.") from None


_READERS: Mapping[str, Callable[[str, Payload], Event | Ignored]] = {
    "merge_request": _merge_request,
    "note": _note,
    "emoji": _emoji,
    "push": _push,
}
"""By ``object_kind``."""
