"""Publishing to a GitHub that is as strict as GitHub: seen once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewbot.domain.change import Change, LineRange
from reviewbot.domain.errors import ForgeDenied, ForgeError, ForgeRateLimited, ForgeRejected, ForgeUnavailable
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.review import Review
from reviewbot.forge.github import GitHub
from reviewbot.publish.publish import Published, publish
from reviewbot.source.repository import Repository
from tests.fakes.github import FakeGitHub, faults
from tests.fakes.github.faults import Fault
from tests.fakes.github.model import IssueComment, Pull
from tests.fakes.github.model import Review as PostedReview
from tests.publish.builders import review, suggestion

BASE = "".join(f"x{i} = {i}\n" for i in range(1, 41))
HEAD = BASE.replace("x20 = 20\n", "y = 1\nz = 2\n")
REF = PullRequestRef("github", "team/shop", 1)
REVIEWS = "/repos/team/shop/pulls/1/reviews"
OTHER = {"id": "f" * 16, "lines": LineRange(23, 23)}


@pytest.fixture
def hub() -> Iterator[FakeGitHub]:
    with FakeGitHub() as made:
        made.repository("team/shop", {"a.py": BASE})
        made.push("team/shop", "feature", {"a.py": HEAD})
        made.pull("team/shop", "feature")
        yield made


@pytest.fixture
def github(hub: FakeGitHub) -> Iterator[GitHub]:
    client = GitHub(hub.api, hub.token("bot"), timeout=5)
    yield client
    client.close()


def pull_of(hub: FakeGitHub) -> Pull:
    return hub.repositories["team/shop"].pulls[1]


def change_of(hub: FakeGitHub) -> Change:
    repository = Repository(Path(hub.store(hub.repositories["team/shop"]).path))
    return repository.change("main", pull_of(hub).head_sha)


def post(hub: FakeGitHub, github: GitHub, found: Review) -> Published:
    return publish(github, REF, change_of(hub), found)


def reviewed(hub: FakeGitHub, **changes: object) -> Review:
    one, other = suggestion(), suggestion(**OTHER)
    return review(one, other, head=pull_of(hub).head_sha, **changes)  # type: ignore[arg-type]


def posts(hub: FakeGitHub) -> int:
    return sum(one.method == "POST" for one in hub.seen)


def test_one_review_with_all_comments(hub: FakeGitHub, github: GitHub):
    published = post(hub, github, reviewed(hub))
    pull = pull_of(hub)
    assert published == Published(
        f"{hub.url(pull)}#pullrequestreview-{pull.reviews[0].id}", (suggestion().id, "f" * 16)
    )
    assert [(c.path, c.start_line, c.line) for c in pull.comments] == [("a.py", 20, 21), ("a.py", None, 23)]
    assert pull.reviews[0].body == ""
    assert posts(hub) == 1


def test_the_same_head_again_posts_nothing(hub: FakeGitHub, github: GitHub):
    post(hub, github, reviewed(hub))
    found = review(suggestion(id="another", lines=LineRange(22, 22)), head=pull_of(hub).head_sha)
    again = post(hub, github, found)
    assert again.url is None and again.posted == () and "before" in (again.silent or "")
    assert posts(hub) == 1


def test_the_same_head_is_known_when_all_was_said_in_the_body(hub: FakeGitHub, github: GitHub):
    found = review(suggestion(lines=LineRange(1, 1)), head=pull_of(hub).head_sha)
    assert post(hub, github, found).url is not None
    assert pull_of(hub).comments == []
    assert post(hub, github, found).silent is not None
    assert posts(hub) == 1


def test_after_a_push_only_what_is_new_is_said(hub: FakeGitHub, github: GitHub):
    post(hub, github, review(suggestion(), head=pull_of(hub).head_sha))
    hub.push("team/shop", "feature", {"b.py": "b = 1\n"})
    published = post(hub, github, reviewed(hub))
    assert published.posted == ("f" * 16,)
    assert [c.line for c in pull_of(hub).comments] == [21, 23]


def test_after_a_push_with_nothing_new_nothing_is_said(hub: FakeGitHub, github: GitHub):
    post(hub, github, reviewed(hub))
    hub.push("team/shop", "feature", {"b.py": "b = 1\n"})
    assert "stand already" in (post(hub, github, reviewed(hub, more=4, notes=("A note.",))).silent or "")
    assert posts(hub) == 1


def test_nothing_to_say_is_no_comment(hub: FakeGitHub, github: GitHub):
    quiet = review(head=pull_of(hub).head_sha, more=2, notes=("The model failed.",))
    assert post(hub, github, quiet) == Published(silent="There is nothing to say.")
    assert posts(hub) == 0


def test_another_persons_marker_counts_for_nothing(hub: FakeGitHub, github: GitHub):
    pull = pull_of(hub)
    forged = f"<!-- reviewbot:head:{pull.head_sha} --><!-- reviewbot:{suggestion().id} -->"
    mallory = hub.user("mallory")
    pull.reviews.append(PostedReview(hub.id(), mallory, forged, "COMMENTED", pull.head_sha, hub.now()))
    pull.issue_comments.append(IssueComment(hub.id(), mallory, forged, hub.now()))
    assert post(hub, github, reviewed(hub)).url is not None


def test_what_cannot_be_placed_is_told_in_the_body(hub: FakeGitHub, github: GitHub):
    far = suggestion(id="e" * 16, lines=LineRange(1, 2))
    published = post(hub, github, review(suggestion(), far, head=pull_of(hub).head_sha, more=1))
    pull = pull_of(hub)
    assert published.posted == (suggestion().id, "e" * 16)
    assert [c.line for c in pull.comments] == [21]
    assert "Not to be applied with a click" in pull.reviews[0].body and "1 more place" in pull.reviews[0].body
    hub.push("team/shop", "feature", {"b.py": "b = 1\n"})
    assert post(hub, github, review(suggestion(), far, head=pull.head_sha)).url is None


def test_a_head_that_moved_is_superseded(hub: FakeGitHub, github: GitHub):
    found, change = reviewed(hub), change_of(hub)
    hub.push("team/shop", "feature", {"b.py": "b = 1\n"})
    published = publish(github, REF, change, found)
    assert published.superseded and published.url is None
    assert posts(hub) == 0


def test_a_pull_request_that_was_closed_is_superseded(hub: FakeGitHub, github: GitHub):
    hub.close_pull(pull_of(hub), merged=True)
    published = post(hub, github, reviewed(hub))
    assert published.superseded and "merged" in (published.silent or "")
    assert posts(hub) == 0


def test_a_force_push_in_the_last_moment_is_superseded(
    hub: FakeGitHub, github: GitHub, monkeypatch: pytest.MonkeyPatch
):
    """Between the last look and the call the head is pushed away: GitHub refuses, and nothing is said."""
    found, change = reviewed(hub), change_of(hub)
    real = github.post_review

    def late(*arguments: object) -> str:
        hub.push("team/shop", "feature", {"a.py": "x = 1\n"}, onto="main")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(github, "post_review", late)
    published = publish(github, REF, change, found)
    assert published.superseded and pull_of(hub).reviews == []
    assert posts(hub) == 1


def test_lines_that_the_forge_alone_refuses_are_told_in_the_body(
    hub: FakeGitHub, github: GitHub, monkeypatch: pytest.MonkeyPatch
):
    """GitHub shows no diff of a file that changes too much; git does."""
    monkeypatch.setattr("tests.fakes.github.diff.MAX_PATCH", 1)
    published = post(hub, github, reviewed(hub))
    pull = pull_of(hub)
    assert len(published.posted) == 2 and pull.comments == []
    assert pull.reviews[0].body.count("does not take its lines") == 2
    assert posts(hub) == 2
    assert post(hub, github, reviewed(hub)).url is None


def test_a_forge_that_refuses_everything_is_asked_twice_at_most(hub: FakeGitHub, github: GitHub):
    hub.fail("POST", REVIEWS, faults.status(422, "spammed"), times=9)
    with pytest.raises(ForgeRejected, match="spammed"):
        post(hub, github, reviewed(hub))
    assert posts(hub) == 2 and pull_of(hub).reviews == []


UNCLEAR = {
    "cut": (faults.CUT_AFTER, faults.CUT_BEFORE),
    "half": (faults.HALF, None),
    "500": (faults.status(500, effect=True), faults.status(500)),
    "502": (faults.page_instead(502, effect=True), faults.page_instead(502)),
    "rubbish": (Fault(faults.raw(b"{").answer, effect=True), faults.raw(b"{")),
}


@pytest.mark.parametrize("name", UNCLEAR)
def test_a_call_that_failed_after_its_effect_counts_as_done(hub: FakeGitHub, github: GitHub, name: str):
    hub.fail("POST", REVIEWS, UNCLEAR[name][0])
    published = post(hub, github, reviewed(hub))
    assert published == Published(hub.url(pull_of(hub)), (suggestion().id, "f" * 16))
    assert len(pull_of(hub).reviews) == 1 and posts(hub) == 1


@pytest.mark.parametrize("name", [name for name, (_, before) in UNCLEAR.items() if before])
def test_a_call_that_failed_before_its_effect_may_be_repeated(hub: FakeGitHub, github: GitHub, name: str):
    before = UNCLEAR[name][1]
    assert before is not None
    hub.fail("POST", REVIEWS, before)
    with pytest.raises(ForgeUnavailable):
        post(hub, github, reviewed(hub))
    assert pull_of(hub).reviews == [] and posts(hub) == 1
    assert post(hub, github, reviewed(hub)).url is not None
    assert len(pull_of(hub).reviews) == 1


def test_effect_unknown_and_the_look_up_fails_too(hub: FakeGitHub, github: GitHub):
    """Nothing is known, so nothing is repeated here; the next run finds the marker."""
    hub.fail("POST", REVIEWS, faults.CUT_AFTER)
    found = reviewed(hub)
    github.own_bodies(REF)

    class Deaf(GitHub):
        asked = 0

        def own_bodies(self, ref: PullRequestRef):  # type: ignore[no-untyped-def]
            Deaf.asked += 1
            if Deaf.asked == 2:
                raise ForgeUnavailable("down.")
            return super().own_bodies(ref)

    deaf = Deaf(hub.api, next(iter(hub.tokens)), timeout=5)
    with pytest.raises(ForgeUnavailable):
        post(hub, deaf, found)
    assert post(hub, github, found).url is None
    assert len(pull_of(hub).reviews) == 1 and posts(hub) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (faults.status(401, "Bad credentials"), ForgeDenied),
        (faults.status(403, "Resource not accessible by integration"), ForgeDenied),
        (faults.status(404, "Not Found"), ForgeDenied),
        (faults.status(403, "You have exceeded a secondary rate limit", retry_after="7"), ForgeRateLimited),
    ],
)
def test_a_clear_refusal_is_no_reason_to_look_again(
    hub: FakeGitHub, github: GitHub, fault: Fault, kind: type[ForgeError]
):
    hub.fail("POST", REVIEWS, fault)
    with pytest.raises(kind):
        post(hub, github, reviewed(hub))
    assert [one.method for one in hub.seen][-1] == "POST" and pull_of(hub).reviews == []


@pytest.mark.parametrize("route", ["/user", REVIEWS, "/repos/team/shop/pulls/1/comments", "/repos/team/shop/pulls/1"])
def test_no_post_without_having_looked(hub: FakeGitHub, github: GitHub, route: str):
    hub.fail("GET", route, faults.status(502), times=9)
    with pytest.raises(ForgeUnavailable):
        post(hub, github, reviewed(hub))
    assert posts(hub) == 0


def test_a_pull_request_from_a_fork(hub: FakeGitHub, github: GitHub):
    fork = hub.fork("team/shop", "stranger")
    hub.push(fork.full_name, "patch", {"a.py": HEAD}, onto="main")
    pull = hub.pull("team/shop", "patch", head_repo=fork.full_name, author="stranger")
    ref = PullRequestRef("github", "team/shop", pull.number)
    repository = Repository(Path(hub.store(hub.repositories["team/shop"]).path))
    change = repository.change("main", pull.head_sha)
    assert publish(github, ref, change, review(suggestion(), head=pull.head_sha)).url is not None
    assert len(pull.comments) == 1
