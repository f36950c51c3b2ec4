"""A conversation on GitHub, from GraphQL's JSON to our data. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from reviewbot.domain.change import LineRange
from reviewbot.domain.conversation import Comment, Conversation, Person, Thread
from reviewbot.domain.event import CommentKind, CommentRef, PullRequest, PullRequestRef
from reviewbot.forge.github_json import (
    Json,
    get_flag,
    get_object,
    get_objects,
    get_optional,
    get_optional_number,
    get_text,
    get_words,
    wrong,
)
from reviewbot.forge.github_pages import Collected
from reviewbot.forge.github_people import read_person
from reviewbot.forge.github_wire import is_pushable


def read_conversation(ref: PullRequestRef, collected: Collected, ours: str) -> Conversation:
    """The conversation on ``ref``.

    Args:
        ours: our own login, as REST spells it.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    threads = (_thread(thread, _submitted(comments), collected, ours) for thread, comments in collected.threads)
    return Conversation(
        pull=read_graph_pull(ref, collected.pull),
        threads=tuple(thread for thread in threads if thread is not None),
        notes=_notes(collected, ours),
    )


def read_graph_pull(ref: PullRequestRef, data: Json) -> PullRequest:
    """The same pull request as ``github_wire.read_pull`` reads from REST.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    base, source = get_object(data, "repository"), get_optional(data, "headRepository")
    from_fork = source is None or get_text(source, "nameWithOwner") != get_text(base, "nameWithOwner")
    return PullRequest(
        ref=ref,
        state=get_text(data, "state").lower(),
        draft=get_flag(data, "isDraft"),
        base=get_text(data, "baseRefOid"),
        base_branch=get_text(data, "baseRefName"),
        head=get_text(data, "headRefOid"),
        head_ref=f"refs/pull/{ref.number}/head",
        clone_url=_clone_url(base),
        from_fork=from_fork,
        author=read_person(data, "author", "").login,
        head_branch=get_text(data, "headRefName"),
        head_clone_url=None if source is None else _clone_url(source),
        pushable=is_pushable(source is not None, from_fork=from_fork, allowed=data.get("maintainerCanModify")),
        labels=tuple(get_text(label, "name") for label in get_objects(get_object(data, "labels"), "nodes")),
    )


def _clone_url(repository: Json) -> str:
    """GraphQL has the page's address alone; REST's ``clone_url`` is that with ``.git``."""
    return f"{get_text(repository, 'url')}.git"


def _submitted(comments: Sequence[Json]) -> list[Json]:
    """Without those of a review that we have not submitted: nobody else sees them."""
    return [comment for comment in comments if get_text(comment, "state") != "PENDING"]


def _thread(data: Json, comments: Sequence[Json], collected: Collected, ours: str) -> Thread | None:
    """One thread; None where no comment of it is left."""
    if not comments:
        return None
    commit = get_optional(comments[0], "originalCommit")  # null where it was purged
    said = (_comment(CommentKind.LINE, comment, ours, _voters(collected, comment, ours)) for comment in comments)
    resolver = read_person(data, "resolvedBy", ours) if data.get("resolvedBy") is not None else None
    return Thread(
        id=get_text(data, "id"),
        path=get_text(data, "path"),
        lines=None if get_flag(data, "isOutdated") else _lines(data, "line", "startLine"),
        commit=None if commit is None else get_text(commit, "oid"),
        original_lines=_lines(data, "originalLine", "originalStartLine"),
        resolved=get_flag(data, "isResolved"),
        resolved_by=resolver,
        comments=tuple(said),
    )


def _lines(data: Json, end_name: str, start_name: str) -> LineRange | None:
    """Lines of the head; None for a comment on deleted lines, or on a whole file.

    A comment may begin on a deleted line and end on a line of the head: only its end is one of the head's lines then.
    """
    end, start = get_optional_number(data, end_name), get_optional_number(data, start_name)
    if end is None or data.get("subjectType") == "FILE" or get_text(data, "diffSide") != "RIGHT":
        return None
    if start is None or data.get("startDiffSide") == "LEFT":
        start = end
    if start > end:
        raise wrong(start_name)
    return LineRange(start, end)


def _notes(collected: Collected, ours: str) -> tuple[Comment, ...]:
    """Comments of the conversation and texts of reviews in one order of time; GitHub's times are ISO 8601 in UTC."""
    dated = [
        (get_text(one, "createdAt"), _comment(CommentKind.NOTE, one, ours, _voters(collected, one, ours)))
        for one in collected.comments
    ]
    dated += [
        (get_text(one, "submittedAt"), _comment(CommentKind.REVIEW, one, ours))
        for one in collected.reviews
        if get_words(one, "body").strip()
    ]
    return tuple(comment for _, comment in sorted(dated, key=lambda entry: entry[0]))


def _comment(kind: CommentKind, data: Json, ours: str, voters: tuple[Person, ...] = ()) -> Comment:
    ref = CommentRef(kind, _number(data))
    return Comment(ref, read_person(data, "author", ours), get_words(data, "body"), voters)


def _number(data: Json) -> str:
    """What REST calls ``id``. ``databaseId`` has 32 bits only, and comments have outgrown them."""
    value = get_text(data, "fullDatabaseId")
    if not (value.isascii() and value.isdigit()):
        raise wrong("fullDatabaseId")
    return value


def _voters(collected: Collected, comment: Json, ours: str) -> tuple[Person, ...]:
    """Who left a 👎. GitHub names people alone here; an App's or a deleted account's vote is nobody's answer."""
    votes = collected.votes[get_text(comment, "id")]
    return tuple(read_person(vote, "user", ours) for vote in votes if vote.get("user") is not None)
