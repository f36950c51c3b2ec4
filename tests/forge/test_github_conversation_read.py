"""From GraphQL's JSON to a conversation: pages, lines, people, and whatever else may come."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.change import LineRange
from reviewbot.domain.conversation import Conversation, Person
from reviewbot.domain.errors import ForgeUnavailable
from reviewbot.domain.event import CommentKind, CommentRef
from reviewbot.forge.github_conversation import read_conversation
from reviewbot.forge.github_pages import collect
from reviewbot.forge.github_people import read_person
from tests.forge.graph import REF, Script, comment, connection, pull, review, thread
from tests.forge.junk import JUNK


def read(*answers: Any, ours: str = "bot") -> Conversation:
    return read_conversation(REF, collect(Script(*answers), REF), ours)


def only(made: dict[str, Any]) -> Any:
    """The one thread of a conversation."""
    [found] = read(pull(reviewThreads=connection([made]))).threads
    return found


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        ({"line": 5}, LineRange(5, 5)),
        ({"line": 5, "startLine": 3}, LineRange(3, 5)),
        ({"line": 5, "startLine": 3, "startDiffSide": "RIGHT"}, LineRange(3, 5)),
        ({"line": 5, "startLine": 90, "startDiffSide": "LEFT"}, LineRange(5, 5)),
        ({"line": 5, "diffSide": "LEFT"}, None),
        ({"line": 5, "startLine": 3, "diffSide": "LEFT", "startDiffSide": "LEFT"}, None),
        ({"line": None}, None),
        ({"line": 5, "isOutdated": True}, None),
        ({"line": None, "isOutdated": True}, None),
        ({"line": 1, "subjectType": "FILE"}, None),
    ],
)
def test_where_a_thread_is_shown(fields: dict[str, Any], lines: LineRange | None):
    assert only(thread(**fields)).lines == lines


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        ({"originalLine": 4}, LineRange(4, 4)),
        ({"originalLine": 4, "originalStartLine": 2, "isOutdated": True, "line": None}, LineRange(2, 4)),
        ({"originalLine": 4, "diffSide": "LEFT"}, None),
        ({"originalLine": None}, None),
        ({"originalLine": 1, "subjectType": "FILE"}, None),
    ],
)
def test_where_a_thread_began(fields: dict[str, Any], lines: LineRange | None):
    assert only(thread(**fields)).original_lines == lines


def test_lines_that_run_backwards_are_no_lines():
    with pytest.raises(ForgeUnavailable, match="startLine"):
        only(thread(line=3, startLine=5))


def test_the_commit_of_a_thread_may_be_gone():
    assert only(thread()).commit == "c" * 40
    assert only(thread(connection([comment(originalCommit=None)]))).commit is None


@pytest.mark.parametrize(
    ("account", "person"),
    [
        ({"__typename": "User", "login": "Ada"}, Person("Ada")),
        ({"__typename": "Bot", "login": "ci"}, Person("ci[bot]", bot=True)),
        ({"__typename": "Bot", "login": "ci[bot]"}, Person("ci[bot]", bot=True)),
        ({"__typename": "User", "login": "ci[bot]"}, Person("ci[bot]", bot=True)),
        ({"__typename": "Bot", "login": "Our"}, Person("Our[bot]", bot=True, ours=True)),
        ({"__typename": "User", "login": "our"}, Person("our")),
        ({"type": "User", "login": "Ada"}, Person("Ada")),
        ({"type": "Bot", "login": "our[bot]"}, Person("our[bot]", bot=True, ours=True)),
        ({"type": "Bot", "login": "service"}, Person("service", bot=True)),
        ({"__typename": "Mannequin", "login": "ada"}, Person("ada")),
        (None, Person("ghost")),
    ],
)
def test_people_are_spelled_as_rest_spells_them(account: object, person: Person):
    """Our App's name alone, without its suffix, is somebody else's."""
    assert read_person({"author": account}, "author", "our[BOT]") == person
    assert person.human is not person.login.endswith("[bot]") or person.login == "service"


def test_nobody_is_us_where_the_account_was_deleted():
    assert read_person({"author": None}, "author", "ghost").ours is False


def test_who_resolved_it():
    def resolved(by: object) -> Person | None:
        found = only(thread(isResolved=True, resolvedBy=by)).resolved_by
        assert found is None or isinstance(found, Person)
        return found

    assert resolved({"__typename": "User", "login": "bot"}) == Person("bot", ours=True)
    assert resolved({"__typename": "User", "login": "ada"}) == Person("ada")
    assert resolved(None) is None
    assert only(thread()).resolved is False


def test_votes_that_have_no_account_are_nobodys():
    votes = [{"user": None}, {"user": {"__typename": "User", "login": "ada"}}]
    said = comment(reactions=connection(votes))
    assert only(thread(connection([said]))).first.downvoted_by == (Person("ada"),)


def test_what_is_not_submitted_is_not_said():
    pending = comment(1, state="PENDING")
    assert read(pull(reviewThreads=connection([thread(connection([pending]))]))).threads == ()
    found = only(thread(connection([pending, comment(2)])))
    assert [one.ref.id for one in found.comments] == ["2"]


def test_a_thread_without_comments_is_none():
    assert read(pull(reviewThreads=connection([thread(connection([]))]))).threads == ()


def test_notes_and_texts_of_reviews_stand_in_the_order_of_time():
    notes = [comment(1, createdAt="2026-01-01T10:00:00Z"), comment(2, createdAt="2026-01-03T00:00:00Z")]
    texts = [
        review(3, submittedAt="2026-01-02T00:00:00Z"),
        review(4, submittedAt="2026-01-01T09:59:59Z"),
        review(5, body=""),
        review(6, body=" \n"),
        review(7, body=None),
    ]
    found = read(pull(comments=connection(notes), reviews=connection(texts))).notes
    kinds = [CommentKind.REVIEW, CommentKind.NOTE, CommentKind.REVIEW, CommentKind.NOTE]
    numbers = ["4", "1", "3", "2"]
    assert [one.ref for one in found] == [CommentRef(k, n) for k, n in zip(kinds, numbers, strict=True)]


def test_numbers_of_more_than_32_bits():
    found = read(pull(comments=connection([comment(4_000_000_000)]))).notes
    assert "4000000000" in {one.ref.id for one in found}


def test_a_text_is_one_that_can_be_stored():
    found = read(pull(comments=connection([comment(body="a\0b\ud800c")]))).notes
    assert found[0].body == "a\N{REPLACEMENT CHARACTER}b?c"


# Pages


def test_one_question_where_no_page_is_full():
    script = Script(pull())
    collect(script, REF)
    assert script.asked == [
        {
            **{"owner": "team", "name": "shop", "number": 1, "threads": True, "comments": True, "reviews": True},
            **{"threadsAfter": None, "commentsAfter": None, "reviewsAfter": None},
        }
    ]


def test_further_pages_are_asked_together_and_only_where_there_are_any():
    first = pull(reviewThreads=connection([thread()], "t1"), reviews=connection([review()], "r1"))
    second = pull(reviewThreads=connection([thread(id="T2")], "t2"), reviews=connection([review(8)]))
    third = pull(reviewThreads=connection([thread(id="T3")]))
    for page, gone in ((second, ["comments"]), (third, ["comments", "reviews"])):
        for name in gone:
            del page[name]
    script = Script(first, second, third)
    whole = read_conversation(REF, collect(script, REF), "bot")
    assert [one.id for one in whole.threads] == ["T1", "T2", "T3"]
    assert [one.ref.id for one in whole.notes] == ["2", "7", "8"]
    kinds = ("threads", "comments", "reviews")
    assert [[kind for kind in kinds if asked[kind]] for asked in script.asked] == [
        ["threads", "comments", "reviews"],
        ["threads", "reviews"],
        ["threads"],
    ]
    assert [asked.get("threadsAfter") for asked in script.asked] == [None, "t1", "t2"]
    assert script.asked[1]["reviewsAfter"] == "r1"


def test_pages_of_comments_and_of_votes():
    ada, eve, bob = ({"user": {"__typename": "User", "login": name}} for name in ("ada", "eve", "bob"))
    long = thread(connection([comment(1, reactions=connection([ada], "v1"))], "c1"))
    script = Script(
        pull(reviewThreads=connection([long])),
        {"node": {"comments": connection([comment(2)], "c2")}},
        {"node": {"comments": connection([comment(3)])}},
        {"node": {"reactions": connection([eve], "v2")}},
        {"node": {"reactions": connection([bob])}},
    )
    [found] = read_conversation(REF, collect(script, REF), "bot").threads
    assert [one.ref.id for one in found.comments] == ["1", "2", "3"]
    assert [person.login for person in found.first.downvoted_by] == ["ada", "eve", "bob"]
    assert script.asked[1:] == [
        {"id": "T1", "after": "c1"},
        {"id": "T1", "after": "c2"},
        {"id": "C1", "after": "v1"},
        {"id": "C1", "after": "v2"},
    ]


@pytest.mark.parametrize("field", ["headRefOid", "baseRefOid"])
def test_two_pages_of_two_heads_are_no_conversation(field: str):
    first = pull(reviewThreads=connection([thread()], "t1"))
    with pytest.raises(ForgeUnavailable, match="pushed to"):
        read(first, {**pull(), field: "d" * 40})


def test_a_thread_that_is_deleted_in_between():
    with pytest.raises(ForgeUnavailable, match="deleted"):
        read(pull(reviewThreads=connection([thread(connection([comment()], "c1"))])), {"node": None})


def test_a_page_that_never_ends():
    page = pull(reviewThreads=connection([thread()], "t1"))
    with pytest.raises(ForgeUnavailable, match="again"):
        read(page, page, page)
    with pytest.raises(ForgeUnavailable, match="again"):
        endless = connection([comment()], "c1")
        read(pull(reviewThreads=connection([thread(endless)])), *[{"node": {"comments": endless}}] * 3)


# Whatever else may come


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every field of an answer, as the container and the key."""
    for key in list(node) if isinstance(node, dict) else range(len(node)):
        yield node, key
        if isinstance(node[key], dict | list):
            yield from places(node[key])


WHOLE = pull(comments=connection([comment(2, reactions=connection([{"user": {"__typename": "User", "login": "a"}}]))]))
COUNT = len(list(places(copy.deepcopy(WHOLE))))


@pytest.mark.parametrize("at", range(COUNT))
def test_a_field_that_is_missing_is_said(at: int):
    """Without any one of its fields an answer is either understood as well, or refused with a sentence."""
    answer = copy.deepcopy(WHOLE)
    container, key = list(places(answer))[at]
    del container[key]
    try:
        read(answer)
    except ForgeUnavailable as error:
        assert str(error).endswith(".")


@settings(deadline=None, max_examples=300)
@given(st.integers(0, COUNT - 1), JUNK)
def test_any_field_may_be_anything(at: int, junk: object):
    answer = copy.deepcopy(WHOLE)
    container, key = list(places(answer))[at]
    container[key] = junk
    try:
        read(answer, *[pull()] * 3)
    except ForgeUnavailable as error:
        assert str(error).endswith(".")
    except IndexError:  # the script is at its end: further pages were asked for
        pass
