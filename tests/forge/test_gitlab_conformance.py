"""What every forge does, tried on the real client against a GitLab that is as strict as GitLab."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.conversation import Permission, Person, Reaction
from reviewbot.domain.errors import ForgeDenied, ForgeRejected, ForgeUnavailable
from reviewbot.domain.event import CommentKind, CommentRef, PullRequest
from reviewbot.forge.gitlab import GitLab
from reviewbot.forge.protocol import Forge, ForgeReview, Status, StatusState
from tests.fakes.github import faults
from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Draft
from tests.forge.gitlab_hub import BOT, REF, client, comment, moved, opened, sent, the_pull, without_lines

MARK = "<!-- reviewbot:x -->"


@pytest.fixture
def hub() -> Iterator[FakeGitLab]:
    with opened() as made:
        yield made


@pytest.fixture
def gitlab(hub: FakeGitLab) -> Iterator[GitLab]:
    made = client(hub)
    yield made
    made.close()


def test_signatures_are_those_of_the_protocol():
    asked = {name: value for name, value in vars(Forge).items() if inspect.isfunction(value) and name[0] != "_"}
    assert asked
    for name, function in asked.items():
        assert inspect.signature(getattr(GitLab, name)) == inspect.signature(function), name


def test_pull_request(hub: FakeGitLab, gitlab: GitLab):
    store = hub.store(hub.repositories["team/shop"])
    hub.label(the_pull(hub), "bug")
    assert gitlab.pull_request(REF) == PullRequest(
        ref=REF,
        state="open",
        draft=False,
        base=store.resolve("main") or "",
        base_branch="main",
        head=store.resolve("feature") or "",
        head_ref="refs/merge-requests/1/head",
        clone_url=f"{hub.web}/team/shop.git",
        from_fork=False,
        author="developer",
        head_branch="feature",
        head_clone_url=f"{hub.web}/team/shop.git",
        pushable=True,
        labels=("bug",),
    )
    assert gitlab.calls == len(hub.seen) == 1


def test_base_is_the_targets_head_and_not_the_merge_base(hub: FakeGitLab, gitlab: GitLab):
    before = gitlab.pull_request(REF).base
    main = hub.push("team/shop", "main", {"c.py": "c = 1\n"})
    hub.push("team/shop", "feature", {"b.py": "b = 1\n"})
    assert gitlab.pull_request(REF).base == main != before
    assert the_pull(hub).refs.base == before


def test_states(hub: FakeGitLab, gitlab: GitLab):
    pull = the_pull(hub)
    hub.close_pull(pull)
    assert gitlab.pull_request(REF).state == "closed"
    hub.reopen(pull)
    pull.state = "locked"  # while it is merged
    assert gitlab.pull_request(REF).state == "closed"
    pull.state = "open"
    hub.merge(pull)
    assert gitlab.pull_request(REF).state == "merged"
    hub.push("team/shop", "other", {"b.py": "1\n"})
    hub.pull("team/shop", "other", draft=True)
    assert gitlab.pull_request(moved(REF, 2)).draft is True


@pytest.mark.parametrize("allowed", [True, False])
def test_a_fork_also_when_it_was_deleted(hub: FakeGitLab, gitlab: GitLab, allowed: bool):
    fork = hub.fork("team/shop", "stranger")
    fork.private = False
    sha = hub.push(fork.full_name, "patch", {"b.py": "b = 1\n"}, onto="main", author="stranger")
    hub.pull("team/shop", "patch", head_repo=fork.full_name, author="stranger").allow_collaboration = allowed
    pull = gitlab.pull_request(moved(REF, 2))
    assert (pull.from_fork, pull.head, pull.author, pull.pushable) == (True, sha, "stranger", allowed)
    assert pull.clone_url == f"{hub.web}/team/shop.git"
    assert pull.head_clone_url == f"{hub.web}/{fork.full_name}.git"
    hub.delete_repository(fork.full_name)
    orphan = gitlab.pull_request(moved(REF, 2))
    assert (orphan.from_fork, orphan.head_clone_url, orphan.pushable, orphan.head) == (True, None, False, sha)


def test_what_is_not_there_or_may_not_be_seen(hub: FakeGitLab, gitlab: GitLab):
    with pytest.raises(ForgeDenied, match="gitlab:team/shop#9"):
        gitlab.pull_request(moved(REF, 9))
    stranger = GitLab(hub.web, hub.token("stranger"))
    hub.grant("team/shop", "stranger", "none")
    with pytest.raises(ForgeDenied):
        stranger.conversation(REF)
    stranger.close()


@pytest.mark.parametrize("change", ["diffRefs", "diffHeadSha"])
def test_a_diff_that_is_not_made_yet_is_waited_for(
    hub: FakeGitLab, gitlab: GitLab, change: str, monkeypatch: pytest.MonkeyPatch
):
    """Right after a push GitLab has no diff of the head, or one of the head before."""
    from tests.fakes.gitlab.graphql_shapes import GraphShapes

    real = GraphShapes.pull
    given = {"diffRefs": None, "diffHeadSha": "f" * 40}[change]
    monkeypatch.setattr(GraphShapes, "pull", lambda self, pull: {**(real(self, pull) or {}), change: given})
    with pytest.raises(ForgeUnavailable, match="has not made the diff"):
        gitlab.pull_request(REF)


# Reviews


def test_a_review_is_one_notification(hub: FakeGitLab, gitlab: GitLab):
    pull = the_pull(hub)
    bodies = [f"```suggestion\ny\n```\n\n{MARK}", f"one line {MARK}"]
    comments = (comment(20, 21, body=bodies[0]), comment(22, 22, body=bodies[1]))
    assert gitlab.post_review(REF, ForgeReview(pull.head_sha, "", comments)) == hub.url(pull)
    assert [(user.login, count) for _, user, count in hub.reviews] == [(BOT, 2)]
    notes = [(note.kind, note.position.new_line, note.position.old_line, note.body) for note in pull.notes]  # type: ignore[union-attr]
    assert notes == [
        ("DiffNote", 21, None, f"```suggestion:-1+0\ny\n```\n\n{MARK}"),
        ("DiffNote", 22, 21, bodies[1]),
    ]
    assert (pull.drafts, hub.lost_drafts, hub.quick_actions, hub.violations) == ([], [], [], [])
    threads = gitlab.conversation(REF).threads
    assert [(one.path, one.lines) for one in threads] == [("a.py", LineRange(20, 21)), ("a.py", LineRange(22, 22))]


def lines_of(hub: FakeGitLab) -> list[str]:
    repo = hub.repositories["team/shop"]
    return (hub.store(repo).read(the_pull(hub).head_sha, "a.py") or b"").decode().split("\n")


def test_a_suggestion_replaces_exactly_its_lines(hub: FakeGitLab, gitlab: GitLab):
    """Pressed in GitLab. In an answer it counts from the thread's line too."""
    before = lines_of(hub)
    body = f"why\n\n```suggestion\none = 1\n```\n\n{MARK}"
    gitlab.post_review(REF, ForgeReview(the_pull(hub).head_sha, "", (comment(19, 21, body=body),)))
    hub.review_comment(the_pull(hub), "ada", "a.py", 23, "fix these", start_line=22)
    mine, theirs = gitlab.conversation(REF).threads
    assert (mine.lines, theirs.lines) == (LineRange(19, 21), LineRange(22, 23))
    gitlab.reply(REF, theirs, body.replace("one = 1", "two = 2\nthree = 3"))
    first, answer = the_pull(hub).discussions[1].notes
    assert "```suggestion:-1+0\ntwo = 2\nthree = 3\n```" in answer.body
    assert first.position is not None and first.position.new_line == theirs.lines.end
    hub.apply_suggestion(the_pull(hub).discussions[0].first, "developer")
    assert lines_of(hub) == [*before[:18], "one = 1", *before[21:]]


def test_what_a_review_of_five_comments_costs(hub: FakeGitLab, gitlab: GitLab):
    """The number that docs/gitlab.md tells: nine, and with a text beside them ten and once GitLab's version."""
    head = the_pull(hub).head_sha
    comments = tuple(comment(20, 20, body=f"{number} {MARK}") for number in range(5))
    gitlab.post_review(REF, ForgeReview(head, "", comments))
    assert sent(hub) == [
        "GET /versions",
        f"GET /versions/{the_pull(hub).versions[-1].id}",
        "GET /draft_notes",
        *["POST /draft_notes"] * 5,
        "POST /draft_notes/bulk_publish",
    ]
    assert gitlab.calls == 9
    gitlab.post_review(REF, ForgeReview(head, "words", comments))
    assert gitlab.calls == 9 + 11
    gitlab.post_review(REF, ForgeReview(head, "words", comments))
    assert gitlab.calls == 9 + 11 + 10


def test_a_review_of_words_alone(hub: FakeGitLab, gitlab: GitLab):
    gitlab.post_review(REF, ForgeReview(the_pull(hub).head_sha, "words", ()))
    [note] = the_pull(hub).notes
    assert (note.body, note.kind) == ("words", None)
    assert sent(hub)[-1] == "POST /notes"


def test_words_beside_comments_go_with_them(hub: FakeGitLab, gitlab: GitLab):
    gitlab.post_review(REF, ForgeReview(the_pull(hub).head_sha, "words", (comment(20, 20),)))
    assert [count for _, _, count in hub.reviews] == [2]
    assert {note.position is None for note in the_pull(hub).notes} == {True, False}
    assert [note.body.split("\n")[0] for note in gitlab.conversation(REF).notes] == ["words"]


@pytest.mark.parametrize(
    "wrong",
    [comment(1, 1), comment(16, 20), comment(20, 26), comment(1, 1, path="none.py")],
)
def test_a_refused_line_posts_nothing(hub: FakeGitLab, gitlab: GitLab, wrong):
    with pytest.raises(ForgeRejected, match="nothing was posted"):
        gitlab.post_review(REF, ForgeReview(the_pull(hub).head_sha, "", (comment(20, 20), wrong)))
    assert (the_pull(hub).notes, the_pull(hub).drafts) == ([], [])


def test_a_head_that_was_pushed_away_is_refused(hub: FakeGitLab, gitlab: GitLab):
    old = the_pull(hub).head_sha
    hub.push("team/shop", "feature", {"a.py": "other\n"}, onto="main")
    before = len(the_pull(hub).notes)
    for review in (ForgeReview(old, "", (comment(20, 20),)), ForgeReview(old, "words", ())):
        with pytest.raises(ForgeRejected, match="any more"):
            gitlab.post_review(REF, review)
    assert len(the_pull(hub).notes) == before and the_pull(hub).drafts == []


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_refused_draft_takes_the_others_back(hub: FakeGitLab, gitlab: GitLab, which: int):
    for _ in range(which):
        hub.fail("POST", ".*/draft_notes", faults.Fault(None, effect=True, seconds=0), times=0)
    real, made = hub._operate, [0]

    def operate(method: str, path: str, *rest):
        if method == "POST" and path.endswith("/draft_notes"):
            made[0] += 1
            if made[0] == which + 1:
                return faults.status(400, 'Bad request - Note {:position=>["is incomplete"]}').answer
        return real(method, path, *rest)

    hub._operate = operate  # type: ignore[method-assign,assignment]
    with pytest.raises(ForgeRejected, match="is incomplete"):
        gitlab.post_review(REF, ForgeReview(the_pull(hub).head_sha, "", tuple(comment(20, 20) for _ in range(3))))
    assert (the_pull(hub).notes, the_pull(hub).drafts) == ([], [])


def draft(hub: FakeGitLab, login: str, body: str) -> None:
    the_pull(hub).drafts.append(Draft(hub.id(), hub.user(login), body, None, None, None, False))


def test_drafts_of_a_killed_worker_are_never_published(hub: FakeGitLab, gitlab: GitLab):
    """A cut connection leaves drafts; the next review deletes them, to the last page. Those of others stay."""
    hub.fail("POST", ".*/draft_notes/bulk_publish", faults.CUT_BEFORE)
    review = ForgeReview(the_pull(hub).head_sha, "words", (comment(20, 20, body="no marker"),))
    with pytest.raises(ForgeUnavailable):
        gitlab.post_review(REF, review)
    assert len(the_pull(hub).drafts) == 2
    for number in range(120):
        draft(hub, BOT, f"{number} {MARK}")
    draft(hub, "ada", f"mine {MARK}")
    gitlab.post_review(REF, ForgeReview(the_pull(hub).head_sha, "", (comment(20, 20, body=f"new {MARK}"),)))
    assert [note.body for note in the_pull(hub).notes] == [f"new {MARK}"]
    assert [one.user.login for one in the_pull(hub).drafts] == ["ada"]


def test_drafts_of_our_account_that_are_not_ours_are_left_alone(hub: FakeGitLab, gitlab: GitLab):
    draft(hub, BOT, "a person uses this account too")
    with pytest.raises(ForgeRejected, match="publish or delete them"):
        gitlab.post_review(REF, ForgeReview(the_pull(hub).head_sha, "", (comment(20, 20),)))
    assert (the_pull(hub).notes, len(the_pull(hub).drafts)) == ([], 1)


def test_a_file_whose_lines_are_too_many_to_show(hub: FakeGitLab, gitlab: GitLab, monkeypatch: pytest.MonkeyPatch):
    without_lines(hub, monkeypatch)
    gitlab.post_review(REF, ForgeReview(the_pull(hub).head_sha, "", (comment(20, 21),)))
    assert "GET /raw_diffs" in sent(hub)
    assert [one.lines for one in gitlab.conversation(REF).threads] == [LineRange(21, 21)]


def test_a_new_file_and_a_renamed_one(hub: FakeGitLab, gitlab: GitLab):
    lines = "".join(f"line {number}\n" for number in range(30))
    hub.push("team/shop", "main", {"old.py": lines})
    hub.push("team/shop", "files", {"old.py": None, "dir/new name.py": lines + "more\n", "é.py": "x\n"}, onto="main")
    pull = hub.pull("team/shop", "files")
    named = (comment(31, 31, "dir/new name.py"), comment(1, 1, "é.py"))
    gitlab.post_review(moved(REF, 2), ForgeReview(pull.head_sha, "", named))
    places = [
        (one.position.old_path, one.position.new_path, one.position.new_line) for one in pull.notes if one.position
    ]
    assert places == [("old.py", "dir/new name.py", 31), ("é.py", "é.py", 1)]
    assert hub.lost_drafts == []


# Words


def test_nothing_that_we_say_is_a_command(hub: FakeGitLab, gitlab: GitLab):
    pull = the_pull(hub)
    said = gitlab.say(REF, "/close\nwords\n/label ~x")
    gitlab.edit(REF, said, "other\n/merge")
    body = f"```suggestion\n/close\n```\n/approve\n{MARK}"
    gitlab.post_review(REF, ForgeReview(pull.head_sha, "/close", (comment(20, 20, body=body),)))
    gitlab.reply(REF, gitlab.conversation(REF).threads[0], "/close")
    assert (hub.quick_actions, pull.state, pull.labels) == ([], "open", [])
    assert next(note.body for note in pull.notes) == "other\n\\/merge"


def test_say_edit_delete(hub: FakeGitLab, gitlab: GitLab):
    place = gitlab.say(REF, "words")
    assert place == CommentRef(CommentKind.NOTE, str(the_pull(hub).notes[0].id))
    gitlab.edit(REF, place, "other words")
    found = gitlab.comment(REF, place)
    assert found is not None and (found.body, found.author) == ("other words", Person(BOT, bot=True, ours=True))
    gitlab.delete(REF, place)
    assert gitlab.comment(REF, place) is None
    gitlab.delete(REF, place)
    with pytest.raises(ForgeDenied):
        gitlab.edit(REF, place, "gone")


def test_other_peoples_comments_stay(hub: FakeGitLab, gitlab: GitLab):
    note = hub.comment(the_pull(hub), "ada", "hers")
    place = CommentRef(CommentKind.NOTE, str(note.id))
    with pytest.raises(ForgeDenied):
        gitlab.edit(REF, place, "mine")
    with pytest.raises(ForgeDenied):
        gitlab.delete(REF, place)
    found = gitlab.comment(REF, place)
    assert found is not None and found.author == Person("ada")


def test_whether_somebody_is_a_bot_is_asked_once(hub: FakeGitLab, gitlab: GitLab):
    place = CommentRef(CommentKind.NOTE, str(hub.comment(the_pull(hub), "ada", "words").id))
    for _ in range(3):
        gitlab.comment(REF, place)
    assert gitlab.calls == 3 + 2  # who she is, and who we are


@pytest.mark.parametrize("reaction", Reaction)
def test_a_reaction_stands_once(hub: FakeGitLab, gitlab: GitLab, reaction: Reaction):
    note = hub.comment(the_pull(hub), "ada", "words")
    place = CommentRef(CommentKind.NOTE, str(note.id))
    gitlab.react(REF, place, reaction)
    gitlab.react(REF, place, reaction)
    assert [(one.user.login, one.name) for one in note.awards] == [
        (BOT, {"eyes": "eyes", "thumbs-up": "thumbsup", "thumbs-down": "thumbsdown"}[reaction])
    ]


def test_reactions_where_there_can_be_none(hub: FakeGitLab, gitlab: GitLab):
    gitlab.react(REF, CommentRef(CommentKind.REVIEW, "1"), Reaction.EYES)
    assert hub.seen == []
    hub.push("team/shop", "feature", {"b.py": "1\n"})
    system = next(note for note in the_pull(hub).notes if note.system)
    gitlab.react(REF, CommentRef(CommentKind.NOTE, str(system.id)), Reaction.EYES)
    with pytest.raises(ForgeDenied):
        gitlab.react(REF, CommentRef(CommentKind.NOTE, "999999"), Reaction.EYES)


def test_resolve_and_open_again(hub: FakeGitLab, gitlab: GitLab):
    gitlab.post_review(REF, ForgeReview(the_pull(hub).head_sha, "", (comment(20, 20),)))
    thread = gitlab.conversation(REF).threads[0]
    gitlab.set_resolved(REF, thread.id, resolved=True)
    gitlab.set_resolved(REF, thread.id, resolved=True)
    now = gitlab.conversation(REF).threads[0]
    assert (now.resolved, now.resolved_by) == (True, Person(BOT, bot=True, ours=True))
    gitlab.set_resolved(REF, thread.id, resolved=False)
    assert gitlab.conversation(REF).threads[0].resolved is False


# Rights


@pytest.mark.parametrize(
    ("role", "permission"),
    [
        ("guest", Permission.READ),
        ("planner", Permission.READ),
        ("reporter", Permission.READ),
        ("developer", Permission.WRITE),
        ("maintainer", Permission.ADMIN),
        ("owner", Permission.ADMIN),
    ],
)
def test_permissions_of_members(hub: FakeGitLab, gitlab: GitLab, role: str, permission: Permission):
    hub.user("Ada")
    hub.grant("team/shop", "Ada", role)
    assert gitlab.permission(REF, "Ada") is permission
    assert gitlab.permission(REF, "aDA") is permission


@pytest.mark.parametrize(("private", "permission"), [(True, Permission.NONE), (False, Permission.READ)])
def test_permissions_of_strangers(hub: FakeGitLab, gitlab: GitLab, private: bool, permission: Permission):
    hub.repositories["team/shop"].private = private
    hub.user("eve")
    assert gitlab.permission(REF, "eve") is permission
    assert gitlab.permission(REF, "nobody-has-this-name") is Permission.NONE
    assert gitlab.permission(REF, "../../user") is Permission.NONE


def test_protected_branches(hub: FakeGitLab, gitlab: GitLab):
    pull = gitlab.pull_request(REF)
    assert gitlab.is_protected(pull) is False
    hub.protect("team/shop", "feature")
    assert gitlab.is_protected(pull) is True
    hub.unprotect("team/shop", "feature")
    hub.delete_branch("team/shop", "feature")
    assert gitlab.is_protected(pull) is True, "what cannot be known is protected"


def test_statuses(hub: FakeGitLab, gitlab: GitLab):
    sha = the_pull(hub).head_sha
    for state in (
        StatusState.PENDING,
        StatusState.PENDING,
        StatusState.SUCCESS,
        StatusState.FAILURE,
        StatusState.ERROR,
    ):
        gitlab.set_status(REF, sha, Status(state, "reviewbot", "d" * 300, "https://example.org/x"))
    repo = hub.repositories["team/shop"]
    assert repo.statuses[-1].state == "failed"
    assert {(one.name, one.sha, one.description, one.target_url) for one in repo.statuses} == {
        ("reviewbot", sha, "d" * 255, "https://example.org/x")
    }


def test_a_status_that_stands_already_is_no_failure(hub: FakeGitLab, gitlab: GitLab):
    words = 'Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition via "enqueue")'
    hub.fail("POST", ".*/statuses/.*", faults.status(400, words))
    gitlab.set_status(REF, the_pull(hub).head_sha, Status(StatusState.PENDING, "reviewbot", "d"))
    hub.fail("POST", ".*/statuses/.*", faults.status(400, "state is invalid"))
    with pytest.raises(ForgeRejected):
        gitlab.set_status(REF, the_pull(hub).head_sha, Status(StatusState.PENDING, "reviewbot", "d"))


def test_page_asks_nobody(hub: FakeGitLab, gitlab: GitLab):
    assert gitlab.page(REF) == hub.url(the_pull(hub))
    assert hub.seen == []


def test_no_token_is_shown(hub: FakeGitLab, gitlab: GitLab):
    assert repr(gitlab) == f"GitLab({hub.web!r})"
