"""Reading a whole conversation: with as few requests as GitLab allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reviewbot.domain.conversation import Comment, Conversation
from reviewbot.domain.errors import ForgeUnavailable
from reviewbot.domain.event import CommentKind, CommentRef, PullRequest, PullRequestRef
from reviewbot.forge.gitlab_accounts import Accounts
from reviewbot.forge.gitlab_api import Api, merge_request_path
from reviewbot.forge.gitlab_conversation import Discussion, read_comment, read_discussion, read_ranges, read_thread
from reviewbot.forge.gitlab_queries import CONVERSATION, find_merge_request, read_merge_request
from reviewbot.forge.gitlab_wire import (
    Object,
    an_object,
    child,
    children,
    flag,
    next_cursor,
    number,
    objects,
    text,
    words,
)


@dataclass(frozen=True)
class Pages:
    """Every page of a merge request's discussions, as one snapshot.

    Attributes:
        found: the merge request, with whatever the query asked of it. nodes: its discussions, of all pages.
        ours: our own login.
    """

    pull: PullRequest
    found: Object
    nodes: Sequence[Object]
    ours: str


def read_conversation(api: Api, accounts: Accounts, web_root: str, ref: PullRequestRef) -> Conversation:
    """The merge request and everything said on it. See ``Forge.conversation``.

    Args:
        web_root: GitLab's address, with a slash at its end.
    """
    return as_conversation(api, accounts, read_pages(api, web_root, ref, CONVERSATION))


def as_conversation(api: Api, accounts: Accounts, pages: Pages) -> Conversation:
    """What ``pages`` say; a few requests more where GraphQL does not tell all of it."""
    discussions = [read_discussion(node) for node in pages.nodes]
    return _Reader(api, accounts, pages.ours).conversation(pages.pull, discussions)


def read_pages(api: Api, web_root: str, ref: PullRequestRef, query: str) -> Pages:
    """The merge request and all of its discussions: a request for each 100.

    Args:
        web_root: see ``read_conversation``. query: one that ``conversation_query`` made.

    Raises:
        ForgeError: a page could not be read, or the head moved meanwhile.
    """
    doing = f"reading the conversation of {ref}"
    nodes: list[Object] = []
    pull: PullRequest | None = None
    after: str | None = None
    while True:
        data = api.ask(doing, query, path=ref.repository, iid=str(ref.number), after=after)
        pull = _same(pull, read_merge_request(ref, web_root, data))
        found = find_merge_request(ref, data)[1]
        page = child(found, "discussions")
        nodes += children(page, "nodes")
        after = next_cursor(page, after)
        if after is None:
            return Pages(pull, found, nodes, text(child(data, "currentUser"), "username"))


def _same(before: PullRequest | None, now: PullRequest) -> PullRequest:
    """Positions are told apart by the head: pages of two heads make no snapshot."""
    if before is not None and now.head != before.head:
        raise ForgeUnavailable(f"The head of {now.ref} moved while it was read: trying again later.")
    return now


class _Reader:
    def __init__(self, api: Api, accounts: Accounts, ours: str) -> None:
        self._api, self._accounts, self._ours = api, accounts, ours

    def conversation(self, pull: PullRequest, nodes: list[Discussion]) -> Conversation:
        said = [(one, self._comments(pull.ref, one)) for one in nodes if one.notes]
        on_diff = [(one, comments) for one, comments in said if one.kind is CommentKind.LINE]
        others = any(not comments[0].author.ours for _, comments in on_diff)
        path = f"{merge_request_path(pull.ref)}/discussions"
        ranges = read_ranges(self._api.pages(f"reading the discussions of {pull.ref}", path)) if others else {}
        return Conversation(
            pull,
            tuple(read_thread(one, comments, pull.head, self._ours, ranges) for one, comments in on_diff),
            tuple(note for one, comments in said for note in comments if one.kind is CommentKind.NOTE),
        )

    def _comments(self, ref: PullRequestRef, discussion: Discussion) -> list[Comment]:
        """The notes of a discussion; those beyond the hundredth are read apart, and come without their 👎s."""
        comments = [self._comment(ref, note, discussion.kind) for note in discussion.notes]
        if discussion.more:
            path = f"{merge_request_path(ref)}/discussions/{discussion.id}"
            whole = an_object(self._api.get(f"reading a discussion of {ref}", path))
            notes = [note for note in children(whole, "notes") if not flag(note, "system")]
            comments += [self._late(note, discussion.kind) for note in notes[len(comments) :]]
        return comments

    def _comment(self, ref: PullRequestRef, note: Object, kind: CommentKind) -> Comment:
        comment = read_comment(note, kind, self._ours)
        more = flag(child(child(note, "awardEmoji"), "pageInfo"), "hasNextPage")
        return self._with_votes(ref, comment) if more else comment

    def _late(self, note: Object, kind: CommentKind) -> Comment:
        place = CommentRef(kind, str(number(note, "id")))
        return Comment(place, self._accounts.person(note.get("author")), words(note, "body"))

    def _with_votes(self, ref: PullRequestRef, comment: Comment) -> Comment:
        """The comment with all of its 👎s. On others' comments they answer nothing, and are not asked for."""
        if not comment.author.ours:
            return comment
        path = f"{merge_request_path(ref)}/notes/{comment.ref.id}/award_emoji"
        awards = objects(self._api.pages(f"reading the emojis on a comment of {ref}", path), "award_emoji")
        against = [one.get("user") for one in awards if text(one, "name") == "thumbsdown"]
        return replace(comment, downvoted_by=tuple(self._accounts.person(user) for user in against))
