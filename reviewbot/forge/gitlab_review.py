"""A review on GitLab: draft notes, published together, which is one notification.

GitLab checks little when a draft is made, and publishes drafts one by one without a transaction: one that it then
refuses leaves half a review behind. So every line is looked up in the diff before the first draft is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reviewbot.domain.errors import ForgeDenied, ForgeRejected, ForgeUnavailable
from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.gitlab_api import Api, merge_request_path
from reviewbot.forge.gitlab_diff import FileDiff, Refs, find_lines, read_hunks, read_raw, write_position
from reviewbot.forge.gitlab_errors import Missing
from reviewbot.forge.gitlab_markdown import write_body
from reviewbot.forge.gitlab_wire import Object, an_object, children, number, objects, text, words
from reviewbot.forge.protocol import ForgeReview, ReviewComment

OURS = "<!-- reviewbot:"
"""How a marker of ours begins, by which a draft that a killed worker left is known."""

_DRAFT = "<!-- reviewbot:draft -->"

SUMMARY_SINCE = (19, 2)
"""GitLab takes a summary with the publishing since https://gitlab.com/gitlab-org/gitlab/-/merge_requests/237813."""


def post_review(api: Api, ref: PullRequestRef, review: ForgeReview, version: tuple[int, int] | None) -> None:
    """Post ``review`` whole or not at all.

    Args:
        version: of GitLab, where there is a text beside the comments and it is known.

    Raises:
        ForgeRejected: the head moved, a line is not in the diff, or GitLab refused a draft. Nothing was posted.
    """
    refs, entries = _version(api, ref, review.head)
    if not review.comments:
        api.post(f"posting a review on {ref}", f"{merge_request_path(ref)}/notes", {"body": write_body(review.body)})
        return
    drafts = _comments(api, ref, review.comments, refs, entries)
    summary = write_body(review.body) if review.body else ""
    apart = bool(summary) and version is not None and version >= SUMMARY_SINCE
    if summary and not apart:
        drafts.append({"note": _marked(summary)})
    _clear(api, ref)
    _draft(api, ref, drafts)
    publish = f"{merge_request_path(ref)}/draft_notes/bulk_publish"
    api.post(f"publishing a review on {ref}", publish, {"note": summary} if apart else None)


def _version(api: Api, ref: PullRequestRef, head: str) -> tuple[Refs, Sequence[Object]]:
    """The newest version of the diff, which must be of ``head``: its commits and its files."""
    doing, path = f"reading the diff of {ref}", f"{merge_request_path(ref)}/versions"
    versions = api.get(doing, path, per_page="1")
    newest = objects(versions, "versions")
    if not newest or text(newest[0], "head_commit_sha") != head:
        raise ForgeRejected(f"The head of {ref} is not {head[:12]} any more: nothing was posted.")
    found = an_object(api.get(doing, f"{path}/{number(newest[0], 'id')}"))
    refs = Refs(text(found, "base_commit_sha"), text(found, "start_commit_sha"), text(found, "head_commit_sha"))
    return refs, children(found, "diffs")


def _comments(
    api: Api, ref: PullRequestRef, comments: Sequence[ReviewComment], refs: Refs, entries: Sequence[Object]
) -> list[dict[str, Any]]:
    """The drafts for ``comments``, each on lines that the diff shows."""
    files = {words(entry, "new_path"): entry for entry in entries}
    wanted = {comment.path for comment in comments}
    cut = any(path not in files or not files[path].get("diff") for path in wanted)
    # GitLab leaves out the lines of a large file, and files of a large diff; they are commented on all the same.
    raw = read_raw(api.text(f"reading the diff of {ref}", f"{merge_request_path(ref)}/raw_diffs")) if cut else {}
    drafts = []
    for comment in comments:
        entry = files.get(comment.path, {})
        hunks = read_hunks(entry["diff"]) if entry.get("diff") else raw.get(comment.path, ())
        old_path = entry.get("old_path") or comment.old_path or comment.path
        drafts.append(_write(ref, refs, FileDiff(str(old_path), comment.path, hunks), comment))
    return drafts


def _write(ref: PullRequestRef, refs: Refs, file: FileDiff, comment: ReviewComment) -> dict[str, Any]:
    ends = find_lines(file, comment.lines)
    if ends is None:
        lines = f"{comment.lines.start} to {comment.lines.end}"
        raise ForgeRejected(
            f"The diff of {ref} does not show the lines {lines} of a file together: nothing was posted."
        )
    note = _marked(write_body(comment.body, comment.lines))
    return {"note": note, "position": write_position(refs, file, *ends)}


def _marked(note: str) -> str:
    return note if OURS in note else f"{note}\n\n{_DRAFT}"


def _clear(api: Api, ref: PullRequestRef) -> None:
    """Delete drafts that a killed worker left: publishing would publish them too.

    Raises:
        ForgeRejected: there are drafts of our account that are not reviewbot's: somebody is writing them.
    """
    path = f"{merge_request_path(ref)}/draft_notes"
    left = objects(api.pages(f"reading our drafts on {ref}", path), "draft_notes")
    if any(OURS not in words(draft, "note") for draft in left):
        raise ForgeRejected(f"reviewbot's account has drafts on {ref} that are not its own: publish or delete them.")
    _delete(api, ref, [number(draft, "id") for draft in left])


def _draft(api: Api, ref: PullRequestRef, drafts: Sequence[dict[str, Any]]) -> None:
    """Make the drafts, all or none. Those that an outage leaves are deleted before the next review."""
    made: list[int] = []
    try:
        for draft in drafts:
            answer = an_object(api.post(f"drafting a review on {ref}", f"{merge_request_path(ref)}/draft_notes", draft))
            made.append(number(answer, "id"))
            if "position" in draft and not answer.get("line_code"):
                raise ForgeRejected(f"GitLab does not know a line in the diff of {ref}: nothing was posted.")
    except (ForgeRejected, ForgeDenied):
        _delete(api, ref, made)
        raise


def _delete(api: Api, ref: PullRequestRef, drafts: Sequence[int]) -> None:
    for draft in drafts:
        try:
            api.delete(f"deleting a draft on {ref}", f"{merge_request_path(ref)}/draft_notes/{draft}")
        except Missing:
            continue


def read_version(data: object) -> tuple[int, int]:
    """Of GitLab, from ``GET /version``: ``19.2.1-ee`` is (19, 2).

    Raises:
        ForgeUnavailable: it is not there.
    """
    parts = text(an_object(data), "version").split(".")
    if len(parts) < 2 or not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts[:2]):
        raise ForgeUnavailable("GitLab's answer has no usable field version: if it stays so, check GitLab's address.")
    return int(parts[0]), int(parts[1])
