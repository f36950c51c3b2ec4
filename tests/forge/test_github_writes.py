"""What the client writes, and what it asks one thing at a time, on a GitHub that is as strict as GitHub."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.conversation import Comment, Permission, Person, Reaction, Thread
from reviewbot.domain.errors import ForgeDenied, ForgeError, ForgeRejected, ForgeUnavailable
from reviewbot.domain.event import CommentKind, CommentRef, PullRequestRef
from reviewbot.forge.github import GitHub
from reviewbot.forge.protocol import ForgeReview, ReviewComment, Status, StatusState
from tests.fakes.github import FakeGitHub, faults
from tests.fakes.github.model import Pull
from tests.forge.conftest import REF

OLD = PullRequestRef("github", "team/old", 1)


@pytest.fixture
def pull(hub: FakeGitHub) -> Pull:
    return hub.repositories["team/shop"].pulls[1]


def ref_of(kind: CommentKind, one: object) -> CommentRef:
    return CommentRef(kind, str(one.id))


def only_thread(github: GitHub) -> Thread:
    [found] = github.conversation(REF).threads
    return found


def test_a_reply_stands_in_its_thread(hub: FakeGitHub, github: GitHub, pull: Pull):
    first = hub.review_comment(pull, "ada", "a.py", 20, "words")
    hub.reply(pull, first, "eve", "more")
    github.reply(REF, only_thread(github), "an answer")
    assert [(one.author.login, one.body) for one in only_thread(github).comments] == [
        ("ada", "words"),
        ("eve", "more"),
        ("bot", "an answer"),
    ]


def undated(comment: Comment | None) -> Comment | None:
    """Without when and where it was written, which tests/forge/test_comments_dated.py looks at."""
    return comment and replace(comment, written=None, commit=None)


def test_a_note_is_said_edited_and_taken_back(hub: FakeGitHub, github: GitHub, pull: Pull):
    said = github.say(REF, "words")
    assert undated(github.comment(REF, said)) == Comment(said, Person("bot", ours=True), "words")
    github.edit(REF, said, "other words")
    assert [one.body for one in pull.issue_comments] == ["other words"]
    for _ in range(2):  # what is gone already is no failure
        github.delete(REF, said)
        assert github.comment(REF, said) is None
    assert github.conversation(REF).notes == ()


def test_a_line_comment_is_edited_and_taken_back(hub: FakeGitHub, github: GitHub, pull: Pull):
    github.post_review(REF, ForgeReview(pull.head_sha, "", (ReviewComment("a.py", LineRange(20, 20), "words"),)))
    said = only_thread(github).first.ref
    assert undated(github.comment(REF, said)) == Comment(said, Person("bot", ours=True), "words")
    github.edit(REF, said, "other words")
    assert only_thread(github).first.body == "other words"
    for _ in range(2):
        github.delete(REF, said)
        assert github.comment(REF, said) is None
    assert github.conversation(REF).threads == ()


def test_the_text_of_a_review_is_edited_but_stays(hub: FakeGitHub, github: GitHub, pull: Pull):
    github.post_review(REF, ForgeReview(pull.head_sha, "words", ()))
    said = ref_of(CommentKind.REVIEW, pull.reviews[0])
    assert undated(github.comment(REF, said)) == Comment(said, Person("bot", ours=True), "words")
    hub.fail("PUT", f"/repos/team/shop/pulls/1/reviews/{said.id}", faults.raw(json.dumps({"id": 1}).encode()))
    github.edit(REF, said, "other words")
    before = len(hub.seen)
    with pytest.raises(ForgeRejected, match="text"):
        github.delete(REF, said)
    assert len(hub.seen) == before
    assert github.comment(REF, CommentRef(CommentKind.REVIEW, "999999")) is None


@pytest.mark.parametrize("reaction", Reaction)
def test_a_reaction_stands_once(hub: FakeGitHub, github: GitHub, pull: Pull, reaction: Reaction):
    line, note = hub.review_comment(pull, "ada", "a.py", 20, "words"), hub.comment(pull, "ada", "words")
    for _ in range(2):
        github.react(REF, ref_of(CommentKind.LINE, line), reaction)
        github.react(REF, ref_of(CommentKind.NOTE, note), reaction)
    spelled = {Reaction.EYES: "eyes", Reaction.THUMBS_UP: "+1", Reaction.THUMBS_DOWN: "-1"}[reaction]
    for one in (line, note):
        assert [(left.user.login, left.content) for left in one.reactions] == [("bot", spelled)]
    down = (Person("bot", ours=True),) if reaction is Reaction.THUMBS_DOWN else ()
    assert only_thread(github).first.downvoted_by == down


def test_a_review_takes_no_reaction(hub: FakeGitHub, github: GitHub, pull: Pull):
    review = hub.review(pull, "ada", "words")
    github.react(REF, ref_of(CommentKind.REVIEW, review), Reaction.EYES)
    assert hub.seen == []


def test_a_reaction_to_what_is_gone(github: GitHub):
    with pytest.raises(ForgeDenied):
        github.react(REF, CommentRef(CommentKind.NOTE, "999999"), Reaction.EYES)


def test_a_thread_is_resolved_and_opened_again(hub: FakeGitHub, github: GitHub, pull: Pull):
    hub.review_comment(pull, "ada", "a.py", 20, "words")
    for resolved in (True, True, False, False):
        github.set_resolved(REF, only_thread(github).id, resolved=resolved)
        found = only_thread(github)
        assert (found.resolved, found.resolved_by) == (resolved, Person("bot", ours=True) if resolved else None)


@pytest.mark.parametrize("thread", ["", "none", "x" * 300, '"){__typename}'])
def test_a_thread_that_is_none(github: GitHub, thread: str):
    with pytest.raises(ForgeDenied):
        github.set_resolved(REF, thread, resolved=True)


def test_a_comment_of_another_pull_request_is_not_here(hub: FakeGitHub, github: GitHub, pull: Pull):
    hub.push("team/shop", "other", {"b.py": "1\n"})
    other = hub.pull("team/shop", "other")
    line, note = hub.review_comment(other, "ada", "b.py", 1, "words"), hub.comment(other, "ada", "words")
    places = [ref_of(CommentKind.LINE, line), ref_of(CommentKind.NOTE, note)]
    assert [github.comment(REF, one) for one in places] == [None, None]
    there = PullRequestRef("github", "team/shop", other.number)
    assert [one.body for one in (github.comment(there, place) for place in places) if one] == ["words", "words"]


@pytest.mark.parametrize(
    ("role", "permission"),
    [
        ("admin", Permission.ADMIN),
        ("maintain", Permission.WRITE),
        ("write", Permission.WRITE),
        ("triage", Permission.READ),
        ("read", Permission.READ),
        ("none", Permission.NONE),
    ],
)
def test_permission(hub: FakeGitHub, github: GitHub, role: str, permission: Permission):
    hub.grant("team/shop", "ada", role)
    assert github.permission(REF, "ada") is permission


def test_permission_of_strangers(hub: FakeGitHub, github: GitHub):
    assert github.permission(REF, "nobody-of-this-name") is Permission.NONE
    before = len(hub.seen)
    for login in ("..", "../../ada", "ada/permission?", "", "a b", "ghost\n", "ada%2f.."):
        assert github.permission(REF, login) is Permission.NONE
    assert len(hub.seen) == before


def test_a_protected_head_branch(hub: FakeGitHub, github: GitHub):
    pull = github.pull_request(REF)
    assert github.is_protected(pull) is False
    hub.protect("team/shop", "feature")
    assert github.is_protected(pull) is True


def test_a_branch_whose_name_has_a_slash(hub: FakeGitHub, github: GitHub):
    hub.push("team/shop", "ada/fix-#1%2f+é", {"b.py": "1\n"})
    made = hub.pull("team/shop", "ada/fix-#1%2f+é")
    pull = github.pull_request(PullRequestRef("github", "team/shop", made.number))
    assert pull.head_branch == "ada/fix-#1%2f+é"
    assert github.is_protected(pull) is False
    hub.protect("team/shop", "ada/fix-#1%2f+é")
    assert github.is_protected(pull) is True


@pytest.mark.parametrize(
    ("rules", "protected"),
    [
        ([], False),
        (["deletion", "non_fast_forward"], False),
        (["non_fast_forward", "pull_request"], True),
        (["update"], True),
        (["rule of tomorrow"], True),
    ],
)
def test_rulesets(hub: FakeGitHub, github: GitHub, rules: list[str], protected: bool):
    pull = github.pull_request(REF)
    answer = json.dumps([{"type": name} for name in rules]).encode()
    hub.fail("GET", "/repos/team/shop/rules/branches/feature", faults.raw(answer))
    assert github.is_protected(pull) is protected


def test_what_cannot_be_known_is_protected(hub: FakeGitHub, github: GitHub):
    hub.fork("team/shop", "stranger")
    hub.push("stranger/shop", "patch", {"b.py": "b = 1\n"}, onto="main")
    hub.pull("team/shop", "patch", head_repo="stranger/shop", author="stranger")
    ref = PullRequestRef("github", "team/shop", 2)
    assert github.is_protected(github.pull_request(ref)) is False
    hub.fail("GET", "/repos/stranger/shop/branches/patch", faults.status(404, "Not Found"))
    assert github.is_protected(github.pull_request(ref)) is True
    hub.delete_repository("stranger/shop")
    before = len(hub.seen)
    assert github.is_protected(github.pull_request(ref)) is True
    assert len(hub.seen) == before + 1


@pytest.mark.parametrize("state", StatusState)
def test_a_commits_status(hub: FakeGitHub, github: GitHub, pull: Pull, state: StatusState):
    github.set_status(REF, pull.head_sha, Status(state, "reviewbot", "words", "https://ci.example.org/1"))
    github.set_status(REF, pull.head_sha, Status(state, "reviewbot", "long " * 60))
    one, other = hub.repositories["team/shop"].statuses
    assert (one.sha, one.state, one.context) == (pull.head_sha, state.value, "reviewbot")
    assert (one.description, one.target_url) == ("words", "https://ci.example.org/1")
    assert len(other.description or "") == 140


@pytest.mark.parametrize("sha", ["main", "", "0" * 39, "../../x", "0" * 40 + "/x"])
def test_a_status_of_what_is_no_commit(hub: FakeGitHub, github: GitHub, sha: str):
    with pytest.raises(ForgeRejected, match="whole id"):
        github.set_status(REF, sha, Status(StatusState.SUCCESS, "reviewbot", "fine"))
    assert hub.seen == []


LINE, NOTE = CommentRef(CommentKind.LINE, "5"), CommentRef(CommentKind.NOTE, "5")
THREAD = Thread("T", "a.py", None, None, None, False, None, (Comment(LINE, Person("ada"), "words"),))
NOWHERE: list[Callable[[GitHub, PullRequestRef], object]] = [
    lambda github, ref: github.pull_request(ref),
    lambda github, ref: github.conversation(ref),
    lambda github, ref: github.post_review(ref, ForgeReview("0" * 40, "words", ())),
    lambda github, ref: github.reply(ref, THREAD, "words"),
    lambda github, ref: github.say(ref, "words"),
    lambda github, ref: github.edit(ref, NOTE, "words"),
    lambda github, ref: github.delete(ref, NOTE),
    lambda github, ref: github.comment(ref, NOTE),
    lambda github, ref: github.react(ref, NOTE, Reaction.EYES),
    lambda github, ref: github.permission(ref, "ada"),
    lambda github, ref: github.set_status(ref, "0" * 40, Status(StatusState.SUCCESS, "reviewbot", "fine")),
]


@pytest.mark.parametrize("call", range(len(NOWHERE)))
@pytest.mark.parametrize("name", ["shop", "team/../user", "team/shop/pulls", "team/shop?x=1", "../.."])
def test_what_is_no_repository_is_not_asked_for(hub: FakeGitHub, github: GitHub, call: int, name: str):
    with pytest.raises(ForgeRejected, match="owner/name"):
        NOWHERE[call](github, PullRequestRef("github", name, 1))
    assert hub.seen == []


# A repository that was renamed

WRITES: dict[str, Callable[[GitHub, Pull], object]] = {
    "post_review": lambda github, pull: github.post_review(OLD, ForgeReview(pull.head_sha, "words", ())),
    "say": lambda github, pull: github.say(OLD, "words"),
    "reply": lambda github, pull: github.reply(OLD, only_thread(github), "words"),
    "edit": lambda github, pull: github.edit(OLD, ref_of(CommentKind.NOTE, pull.issue_comments[0]), "new words"),
    "delete": lambda github, pull: github.delete(OLD, ref_of(CommentKind.NOTE, pull.issue_comments[0])),
    "react": lambda github, pull: github.react(OLD, ref_of(CommentKind.NOTE, pull.issue_comments[0]), Reaction.EYES),
    "set_status": lambda github, pull: github.set_status(
        OLD, pull.head_sha, Status(StatusState.SUCCESS, "reviewbot", "fine")
    ),
}


def renamed(hub: FakeGitHub, status: int, path: str, to: str) -> None:
    """Let the old name be answered as GitHub does: 301 for reading, 307 for writing, with the new address."""
    words = {301: "Moved Permanently", 307: "Temporary Redirect", 308: "Permanent Redirect"}[status]
    hub.fail("*", f"/repos/team/old{path}", faults.status(status, words, location=to))


@pytest.mark.parametrize("status", [301, 307, 308])
@pytest.mark.parametrize("call", WRITES)
def test_what_is_written_follows_a_renamed_repository(
    hub: FakeGitHub, github: GitHub, pull: Pull, call: str, status: int
):
    hub.review_comment(pull, "ada", "a.py", 20, "words")
    hub.comment(pull, "bot", "mine")
    hub.seen.clear()
    paths = {
        "post_review": "/pulls/1/reviews",
        "say": "/issues/1/comments",
        "reply": f"/pulls/1/comments/{pull.comments[0].id}/replies",
        "edit": f"/issues/comments/{pull.issue_comments[0].id}",
        "delete": f"/issues/comments/{pull.issue_comments[0].id}",
        "react": f"/issues/comments/{pull.issue_comments[0].id}/reactions",
        "set_status": f"/statuses/{pull.head_sha}",
    }
    path = paths[call]
    renamed(hub, status, path, f"{hub.api}/repos/team/shop{path}")
    WRITES[call](github, pull)
    sent = [(one.path, one.status) for one in hub.seen if one.path != "/graphql" and one.path != "/user"]
    assert [one[0] for one in sent] == [f"/repos/team/old{path}", f"/repos/team/shop{path}"]
    assert sent[0][1] == status and 200 <= sent[1][1] < 300


def test_what_is_read_follows_it_too(hub: FakeGitHub, github: GitHub):
    renamed(hub, 301, "/pulls/1", f"{hub.api}/repos/team/shop/pulls/1")
    assert github.pull_request(OLD).head == github.pull_request(REF).head


@pytest.mark.parametrize(
    "to",
    [
        "http://localhost:{port}/api/v3/repos/team/shop/issues/1/comments",
        "https://127.0.0.1:{port}/api/v3/repos/team/shop/issues/1/comments",
        "http://127.0.0.1:1/api/v3/repos/team/shop/issues/1/comments",
        "http://127.0.0.1:{port}/elsewhere",
        "http://127.0.0.1:{port}/api/v3x/repos/team/shop/issues/1/comments",
        "//127.0.0.1:{port}/api/v3/repos/team/shop/issues/1/comments",
        "/api/v3/repos/team/shop/issues/1/comments",
        "",
    ],
)
def test_a_write_is_sent_nowhere_else(hub: FakeGitHub, github: GitHub, pull: Pull, to: str):
    port = hub.web.rpartition(":")[2]
    renamed(hub, 307, "/issues/1/comments", to.replace("{port}", port))
    with pytest.raises(ForgeUnavailable):
        github.say(OLD, "words")
    assert len(hub.seen) == 1 and pull.issue_comments == []


def test_a_redirection_is_followed_once(hub: FakeGitHub, github: GitHub):
    """And one that leads nowhere is no success, which PyGithub takes it for."""
    for _ in range(3):
        renamed(hub, 307, "/issues/1/comments", f"{hub.api}/repos/team/old/issues/1/comments")
    with pytest.raises(ForgeError, match="307"):
        github.say(OLD, "words")
    assert len(hub.seen) == 2
    hub.faults.clear()
    hub.fail("*", ".*", faults.status(307, "no address"))
    with pytest.raises(ForgeError, match="307"):
        github.say(OLD, "words")
