"""What every forge does, tried on the real client against a GitHub that is as strict as GitHub."""

from __future__ import annotations

import inspect
from dataclasses import replace

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.conversation import Person
from reviewbot.domain.errors import ForgeDenied, ForgeRejected
from reviewbot.domain.event import PullRequest, PullRequestRef
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_credentials import TokenCredentials
from reviewbot.forge.protocol import Forge, ForgeReview, ReviewComment
from tests.fakes.github import FakeGitHub
from tests.forge.conftest import REF


def comment(start: int, end: int, path: str = "a.py", body: str = "a") -> ReviewComment:
    return ReviewComment(path, LineRange(start, end), body)


def head(hub: FakeGitHub) -> str:
    return hub.repositories["team/shop"].pulls[1].head_sha


def test_signatures_are_those_of_the_protocol():
    asked = {name: value for name, value in vars(Forge).items() if inspect.isfunction(value) and name[0] != "_"}
    assert asked
    for name, function in asked.items():
        assert inspect.signature(getattr(GitHub, name)) == inspect.signature(function), name


def test_pull_request(hub: FakeGitHub, github: GitHub):
    store = hub.store(hub.repositories["team/shop"])
    assert github.pull_request(REF) == PullRequest(
        ref=REF,
        state="open",
        draft=False,
        base=store.resolve("main") or "",
        base_branch="main",
        head=store.resolve("feature") or "",
        head_ref="refs/pull/1/head",
        clone_url=f"{hub.web}/team/shop.git",
        from_fork=False,
        author="developer",
        head_branch="feature",
        head_clone_url=f"{hub.web}/team/shop.git",
        pushable=True,
    )


def test_states(hub: FakeGitHub, github: GitHub):
    pull = hub.repositories["team/shop"].pulls[1]
    hub.close_pull(pull)
    assert github.pull_request(REF).state == "closed"
    hub.close_pull(pull, merged=True)
    assert github.pull_request(REF).state == "merged"
    hub.push("team/shop", "other", {"b.py": "1\n"})
    hub.pull("team/shop", "other", draft=True)
    assert github.pull_request(PullRequestRef("github", "team/shop", 2)).draft is True


def test_a_fork_also_when_it_was_deleted(hub: FakeGitHub, github: GitHub):
    fork = hub.fork("team/shop", "stranger")
    sha = hub.push(fork.full_name, "patch", {"b.py": "b = 1\n"}, onto="main")
    hub.pull("team/shop", "patch", head_repo=fork.full_name, author="stranger")
    ref = PullRequestRef("github", "team/shop", 2)
    pull = github.pull_request(ref)
    assert (pull.from_fork, pull.head, pull.author, pull.head_branch) == (True, sha, "stranger", "patch")
    assert pull.clone_url == f"{hub.web}/team/shop.git"
    assert (pull.head_clone_url, pull.pushable) == (f"{hub.web}/stranger/shop.git", True)
    hub.delete_repository(fork.full_name)
    assert github.pull_request(ref) == replace(pull, head_clone_url=None, pushable=False)


def test_one_call_posts_all_comments(hub: FakeGitHub, github: GitHub):
    review = ForgeReview(head(hub), "", (comment(20, 21, body="two lines"), comment(22, 22, body="one line")))
    url = github.post_review(REF, review)
    pull = hub.repositories["team/shop"].pulls[1]
    assert url == f"{hub.url(pull)}#pullrequestreview-{pull.reviews[0].id}"
    assert [(c.start_line, c.line, c.side, c.body) for c in pull.comments] == [
        (20, 21, "RIGHT", "two lines"),
        (None, 22, "RIGHT", "one line"),
    ]
    assert {c.commit for c in pull.comments} == {head(hub)}
    assert [one.path for one in hub.seen] == ["/repos/team/shop/pulls/1/reviews"]
    assert github.calls == 1
    assert hub.violations == []


def test_a_review_of_words_alone(hub: FakeGitHub, github: GitHub):
    github.post_review(REF, ForgeReview(head(hub), "words", ()))
    assert hub.repositories["team/shop"].pulls[1].reviews[0].body == "words"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (comment(1, 1), "must be part of the diff"),
        (comment(17, 20), None),
        (comment(16, 20), "same hunk"),
        (comment(20, 26), "must be part of the diff"),
        (comment(1, 1, path="none.py"), "Path could not be resolved"),
        (comment(20, 20, body="x" * 70_000), "too long"),
    ],
)
def test_a_refused_line_posts_nothing(hub: FakeGitHub, github: GitHub, wrong: ReviewComment, words: str | None):
    review = ForgeReview(head(hub), "", (comment(20, 20), wrong))
    pull = hub.repositories["team/shop"].pulls[1]
    if words is None:
        github.post_review(REF, review)
        assert len(pull.comments) == 2
        return
    with pytest.raises(ForgeRejected, match=words):
        github.post_review(REF, review)
    assert (pull.reviews, pull.comments) == ([], [])


def test_a_head_that_was_pushed_away_is_refused(hub: FakeGitHub, github: GitHub):
    old = head(hub)
    hub.push("team/shop", "feature", {"a.py": "other\n"}, onto="main")
    with pytest.raises(ForgeRejected):
        github.post_review(REF, ForgeReview(old, "", (comment(20, 20),)))


def test_an_apps_bot_is_told_its_login(hub: FakeGitHub):
    token = hub.token("bot[bot]", installation=True)
    known = GitHub(TokenCredentials(hub.api, token, bot_login="Bot[bot]"))
    known.say(REF, "mine")
    assert [note.author for note in known.conversation(REF).notes] == [Person("bot[bot]", bot=True, ours=True)]
    unknown = GitHub(TokenCredentials(hub.api, token))
    with pytest.raises(ForgeDenied, match="bot's login"):
        unknown.conversation(REF)


def test_a_deleted_account_is_a_ghost(hub: FakeGitHub, github: GitHub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hub.shapes, "user", lambda user: None)
    assert github.pull_request(REF).author == "ghost"
    hub.violations.clear()  # GitHub's description says that a pull request's user is never null; it is


def test_page_asks_nobody(hub: FakeGitHub, github: GitHub):
    assert github.page(REF) == f"{hub.web}/team/shop/pull/1"
    assert hub.seen == []
