"""What people do on the fake: in git, on the pull request, in its threads; and what GitHub delivers of it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from jsonschema import Draft7Validator

from tests.fakes.github import FakeGitHub
from tests.fakes.github.model import Delivery, Pull
from tests.fakes.github.talk import replaced
from tests.fakes.trim_webhooks import SCHEMA
from tests.forge.conftest import BASE, HEAD

DEFINITIONS = json.loads(SCHEMA.read_text(encoding="utf-8"))


@pytest.fixture
def pull(hub: FakeGitHub) -> Pull:
    hub.hook("team/shop", "http://127.0.0.1:9/nobody", "s")
    return hub.repositories["team/shop"].pulls[1]


def told(hub: FakeGitHub) -> list[str]:
    """Event, action and sender of every delivery but pushes; each follows GitHub's schema."""
    return [_told(one) for one in hub.delivered() if one.event != "push"]


def _told(one: Delivery) -> str:
    body = json.loads(one.body)
    schema = {**DEFINITIONS, "$ref": f"#/definitions/{one.event}${body['action']}"}
    wrong = [
        (list(leaf.absolute_path), leaf.message)
        for error in Draft7Validator(schema).iter_errors(body)
        for leaf in (error.context or [error])
    ]
    assert wrong == [], (one.event, body["action"], wrong)
    return f"{one.event} {body['action']} by {body['sender']['login']}"


def text(hub: FakeGitHub, pull: Pull, path: str = "a.py", ref: str | None = None) -> str:
    return (hub.store(pull.repo).read(ref or pull.head_sha, path) or b"").decode()


def test_everything_is_delivered_as_github_does(hub: FakeGitHub, pull: Pull):
    hub.edit(pull, "Another title", "ann")
    hub.label(pull, "wip", login="ann")
    hub.label(pull, login="ann")
    hub.convert_to_draft(pull)
    hub.ready(pull)
    note = hub.comment(pull, "bob", "/seed help")
    hub.edit_comment(note, "/seed status")
    hub.delete_comment(note, "ann")
    thread = hub.review_comment(pull, "reviewbot[bot]", "a.py", 21, "x", start_line=20)
    hub.reply(pull, thread, "bob", "no")
    hub.edit_comment(thread, "y")
    hub.downvote(thread, "bob")
    hub.resolve(thread, "ann")
    hub.resolve(thread, "ann")
    hub.unresolve(thread, "ann")
    hub.delete_comment(thread)
    hub.push("team/shop", "feature", {"a.py": None, "b.py": HEAD}, author="ann")
    hub.push("team/shop", "next", {}, onto="main", message="another base")
    hub.retarget(pull, "next", "ann")
    hub.close_pull(pull)
    hub.reopen(pull)
    hub.merge(pull, login="ann")
    assert told(hub) == [
        "pull_request edited by ann",
        "pull_request labeled by ann",
        "pull_request unlabeled by ann",
        "pull_request converted_to_draft by developer",
        "pull_request ready_for_review by developer",
        "issue_comment created by bob",
        "issue_comment edited by bob",
        "issue_comment deleted by ann",
        "pull_request_review submitted by reviewbot[bot]",
        "pull_request_review_comment created by reviewbot[bot]",
        "pull_request_review submitted by bob",
        "pull_request_review_comment created by bob",
        "pull_request_review_comment edited by reviewbot[bot]",
        "pull_request_review_thread resolved by ann",
        "pull_request_review_thread unresolved by ann",
        "pull_request_review_comment deleted by reviewbot[bot]",
        "pull_request synchronize by ann",
        "pull_request edited by ann",
        "pull_request closed by developer",
        "pull_request reopened by developer",
        "pull_request closed by ann",
    ]
    sent = [one for one in hub.delivered() if one.event != "push"]
    bodies: list[dict[str, Any]] = [json.loads(one.body) for one in sent]
    assert bodies[6]["changes"] == {"body": {"from": "/seed help"}}
    assert bodies[17]["changes"]["base"]["ref"] == {"from": "main"}
    assert bodies[-1]["pull_request"]["merged"] is True


def test_a_hook_hears_what_it_wants(hub: FakeGitHub):
    hub.hook("team/shop", "http://127.0.0.1:9/nobody", "s", events=("issue_comment",))
    pull = hub.repositories["team/shop"].pulls[1]
    hub.edit(pull, "Another")
    hub.comment(pull, "ann", "words")
    assert told(hub) == ["issue_comment created by ann"]


@pytest.mark.parametrize(("how", "parents", "commits"), [("merge", 2, 3), ("squash", 1, 1), ("rebase", 1, 2)])
def test_it_is_merged_in_git(hub: FakeGitHub, pull: Pull, how: str, parents: int, commits: int):
    before = hub.push("team/shop", "main", {"c.py": "c = 1\n"})
    hub.push("team/shop", "feature", {"d.py": "d = 1\n"})
    sha = hub.merge(pull, how, "ann")
    store = hub.store(pull.repo)
    assert (pull.state, pull.merged, pull.merge_commit, store.resolve("main")) == ("closed", True, sha, sha)
    assert len(store.git("show", "-s", "--format=%P", sha).split()) == parents
    assert len(store.commits(before, sha)) == commits
    assert text(hub, pull, "a.py", sha) == HEAD and text(hub, pull, "c.py", sha) == "c = 1\n"
    assert len(hub.commits(pull)) == 2


def test_branches_are_moved_in_every_way(hub: FakeGitHub, pull: Pull):
    store, first = hub.store(pull.repo), pull.head_sha
    main = hub.push("team/shop", "main", {"c.py": "c = 1\n"})
    rebased = hub.rebase("team/shop", "feature")
    assert store.merge_base("main", rebased) == main and text(hub, pull) == HEAD
    again = hub.force_push("team/shop", "feature", {"a.py": HEAD + "w = 1\n"})
    assert (pull.head_sha, len(hub.commits(pull))) == (again, 1)
    hub.reset("team/shop", "feature", first)
    assert pull.head_sha == first
    merged = hub.merge_into("team/shop", "feature")
    assert len(hub.commits(pull)) == 2 and text(hub, pull, "c.py", merged) == "c = 1\n"
    assert [one.split()[1] for one in told(hub)] == ["synchronize"] * 4


def test_a_pull_request_pushed_to_its_base_is_merged(hub: FakeGitHub, pull: Pull):
    hub.reset("team/shop", "main", pull.head_sha)
    assert (pull.state, pull.merged, told(hub)) == ("closed", True, ["pull_request closed by developer"])


def test_reopened_on_the_branch_as_it_is_by_then(hub: FakeGitHub, pull: Pull):
    hub.close_pull(pull)
    sha = hub.push("team/shop", "feature", {"b.py": "1\n"})
    assert pull.head_sha != sha
    hub.reopen(pull)
    assert (pull.head_sha, pull.state) == (sha, "open")


def test_a_suggestion_is_committed_at_its_lines_of_now(hub: FakeGitHub, pull: Pull):
    comment = hub.review_comment(
        pull, "reviewbot[bot]", "a.py", 21, "w\n\n```suggestion\nsafe = 1\n```\n", start_line=20
    )
    hub.push("team/shop", "feature", {"a.py": "top\n" + HEAD})
    sha = hub.apply_suggestion(comment, "ann")
    assert text(hub, pull) == ("top\n" + HEAD).replace("y = 1\nz = 2\n", "safe = 1\n")
    message = hub.store(pull.repo).git("show", "-s", "--format=%an%n%B", sha).decode()
    assert message.startswith("ann\nApply suggestion from @reviewbot[bot]\n\nCo-authored-by: reviewbot[bot] <")
    assert comment.thread.resolved_by is hub.user("ann")
    assert told(hub)[-2:] == ["pull_request synchronize by ann", "pull_request_review_thread resolved by ann"]
    with pytest.raises(ValueError, match="no suggestion"):
        hub.apply_suggestion(comment, "ann")


def test_a_comment_off_the_diff_is_refused_in_githubs_words(hub: FakeGitHub, pull: Pull):
    with pytest.raises(ValueError, match="line must be part of the diff"):
        hub.review_comment(pull, "ann", "a.py", 2, "x")
    assert BASE and pull.comments == []


@pytest.mark.parametrize(
    ("before", "lines", "block", "after"),
    [
        (b"a\nb\nc\n", (2, 2), "x\n", b"a\nx\nc\n"),
        (b"a\nb\nc\n", (1, 2), "", b"c\n"),
        (b"a\nb\nc\n", (2, 3), "x\ny\nz\n", b"a\nx\ny\nz\n"),
        (b"a\r\nb\r\n", (1, 1), "x\ny\n", b"x\r\ny\r\nb\r\n"),
        (b"a\nb", (2, 2), "x\n", b"a\nx"),
        (b"a\nb\n", (2, 2), "\n", b"a\n\n"),
    ],
)
def test_what_a_suggestion_makes_of_a_file(before: bytes, lines: tuple[int, int], block: str, after: bytes):
    assert replaced(before, *lines, block) == after


def test_the_page_shows_the_conversation_in_order(hub: FakeGitHub, pull: Pull):
    hub.comment(pull, "ann", "first words")
    thread = hub.review_comment(pull, "reviewbot[bot]", "a.py", 20, "second words")
    hub.comment(pull, "bob", "third <b onclick=x>words</b>")
    hub.reply(pull, thread, "ann", "an answer")
    hub.downvote(thread, "ann")
    hub.label(pull, "seed")
    page = httpx.get(hub.url(pull)).text
    places = [page.index(words) for words in ("first words", "second words", "an answer", "third ")]
    assert places == sorted(places) and page.count("reviewed <a>") == 1
    assert '<span title="ann">👎 1</span>' in page and '<span class="label">seed</span>' in page
    assert "onclick=x>" not in page and "Show resolved" not in page
    hub.resolve(thread, "ann")
    hub.push("team/shop", "feature", {"a.py": HEAD.replace("y = 1", "y = 2")})
    page = httpx.get(hub.url(pull)).text
    assert "Show resolved" in page and "marked this conversation as resolved" in page and "Outdated" in page
