"""When a comment got its text, from whom, and on which head: what a sign-off is bound by. On both forges."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reviewbot.domain.conversation import Comment
from reviewbot.domain.event import CommentKind, CommentRef, PullRequestRef
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_credentials import TokenCredentials
from reviewbot.forge.gitlab import GitLab
from tests.fakes.github import FakeGitHub
from tests.fakes.gitlab import FakeGitLab

CODE = "a = 1\nb = 2\n"


class Place:
    """A pull request on a forge."""

    def __init__(self, name: str) -> None:
        self.hub = FakeGitHub() if name == "github" else FakeGitLab()
        self.hub.repository("team/shop", {"README.md": "# shop\n"})
        for login in ("alice", "bob", "carol", "bot"):
            self.hub.user(login)
            self.hub.grant("team/shop", login, "admin" if login == "carol" else "write")
        self.hub.push("team/shop", "topic", {"a.py": CODE}, author="alice")
        self.pull = self.hub.pull("team/shop", "topic", author="alice")
        self.ref = PullRequestRef(name, "team/shop", self.pull.number)
        token = self.hub.token("bot")
        self.forge = (
            GitHub(TokenCredentials(self.hub.api, token, timeout=10))
            if isinstance(self.hub, FakeGitHub)
            else GitLab(self.hub.web, token, timeout=10)
        )

    def read(self, kind: CommentKind, made: object) -> Comment:
        found = self.forge.comment(self.ref, CommentRef(kind, str(made.id)))  # type: ignore[attr-defined]
        assert found is not None
        return found


@pytest.fixture(params=["github", "gitlab"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    made = Place(request.param)
    yield made
    made.forge.close()
    made.hub.__exit__(None, None, None)


def test_a_comment_that_was_never_edited(place: Place):
    made = place.hub.comment(place.pull, "bob", "words")
    place.hub.elapsed += 60
    found = place.read(CommentKind.NOTE, made)
    assert found.written == pytest.approx(made.created, abs=1) and found.editor is None
    calls = place.forge.calls
    place.read(CommentKind.NOTE, made)
    assert place.forge.calls - calls == 1


@pytest.mark.parametrize("editor", ["bob", "carol"])
def test_an_edit_is_what_counts_and_whose_it_is(place: Place, editor: str):
    made = place.hub.comment(place.pull, "bob", "words")
    place.hub.elapsed += 60
    place.hub.edit_comment(made, "/seed reviewed", editor)
    edited = place.hub.now()
    place.hub.elapsed += 60
    found = place.read(CommentKind.NOTE, made)
    assert found.written == pytest.approx(edited, abs=1)
    assert found.author.login == "bob" and found.editor is not None and found.editor.login == editor


def test_what_changes_a_comment_but_not_its_text_does_not_make_it_later(place: Place):
    made = place.hub.review_comment(place.pull, "bob", "a.py", 1, "words")
    place.hub.elapsed += 60
    if isinstance(place.hub, FakeGitLab):
        place.hub.resolve(made, "alice")
        assert made.updated > made.created + 30
    found = place.read(CommentKind.LINE, made)
    assert found.written == pytest.approx(made.created, abs=1) and found.editor is None


def test_the_head_of_a_line_comment_stays_what_it_was(place: Place):
    first = place.pull.head_sha
    made = place.hub.review_comment(place.pull, "bob", "a.py", 1, "words")
    place.hub.push("team/shop", "topic", {"b.py": "c = 3\n"}, author="alice")
    assert place.pull.head_sha != first
    found = place.read(CommentKind.LINE, made)
    assert found.commit == (first if isinstance(place.hub, FakeGitHub) else None)


def test_a_review_on_github_that_nobody_edited():
    place = Place("github")
    place.hub.approve(place.pull, "bob", body="/seed reviewed")
    (review,) = place.pull.reviews
    found = place.read(CommentKind.REVIEW, review)
    assert found.written == pytest.approx(review.submitted, abs=1) and found.editor is None
    place.forge.close()
    place.hub.__exit__(None, None, None)
