"""Publishing to a GitHub that is as strict as GitHub: seen once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewbot.domain.change import Change, LineRange
from reviewbot.domain.conversation import Conversation
from reviewbot.domain.errors import ForgeDenied, ForgeError, ForgeRateLimited, ForgeRejected, ForgeUnavailable
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.suggestion import Suggestion
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_credentials import TokenCredentials
from reviewbot.publish.publish import Published, publish
from reviewbot.source.repository import Repository
from tests.fakes.github import FakeGitHub, faults
from tests.fakes.github.faults import Fault
from tests.fakes.github.model import Pull
from tests.publish.builders import suggestion

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
    hub.grant("team/shop", "bot", "write")
    client = GitHub(TokenCredentials(hub.api, hub.token("bot"), timeout=5))
    yield client
    client.close()


def pull_of(hub: FakeGitHub) -> Pull:
    return hub.repositories["team/shop"].pulls[1]


def change_of(hub: FakeGitHub) -> Change:
    repository = Repository(Path(hub.store(hub.repositories["team/shop"]).path))
    return repository.change("main", pull_of(hub).head_sha)


TWO = (suggestion(), suggestion(**OTHER))


def post(hub: FakeGitHub, github: GitHub, *found: Suggestion) -> Published:
    return publish(github, REF, change_of(hub), found)


def posts(hub: FakeGitHub) -> int:
    return sum(one.method == "POST" and one.path != "/graphql" for one in hub.seen)


def test_one_review_with_all_comments(hub: FakeGitHub, github: GitHub):
    published = post(hub, github, *TWO)
    pull = pull_of(hub)
    assert published == Published(
        f"{hub.url(pull)}#pullrequestreview-{pull.reviews[0].id}", (suggestion().id, "f" * 16)
    )
    assert [(c.path, c.start_line, c.line) for c in pull.comments] == [("a.py", 20, 21), ("a.py", None, 23)]
    assert pull.reviews[0].body == ""
    assert posts(hub) == 1


def test_what_stands_is_not_said_again(hub: FakeGitHub, github: GitHub):
    post(hub, github, *TWO)
    again = post(hub, github, *TWO)
    assert again == Published(standing=(suggestion().id, "f" * 16), silent="All suggestions stand already.")
    assert posts(hub) == 1


def test_what_stands_in_a_reviews_text_is_known(hub: FakeGitHub, github: GitHub):
    assert post(hub, github, suggestion(lines=LineRange(1, 1))).url is not None
    assert pull_of(hub).comments == []
    assert post(hub, github, suggestion(lines=LineRange(1, 1))).silent is not None
    assert posts(hub) == 1


def test_after_a_push_only_what_is_new_is_said(hub: FakeGitHub, github: GitHub):
    post(hub, github, suggestion())
    hub.push("team/shop", "feature", {"b.py": "b = 1\n"})
    published = post(hub, github, *TWO)
    assert (published.posted, published.standing) == (("f" * 16,), (suggestion().id,))
    assert [c.line for c in pull_of(hub).comments] == [21, 23]


def test_nothing_to_say_is_no_comment(hub: FakeGitHub, github: GitHub):
    assert post(hub, github) == Published(silent="There is nothing to say.")
    assert hub.seen == []


def test_another_persons_marker_counts_for_nothing(hub: FakeGitHub, github: GitHub):
    pull = pull_of(hub)
    forged = f"words\n\n<!-- reviewbot:{suggestion().id} -->"
    hub.comment(pull, "mallory", forged)
    hub.review_comment(pull, "mallory", "a.py", 20, forged)
    assert post(hub, github, *TWO).posted == (suggestion().id, "f" * 16)


def test_what_cannot_be_placed_is_told_in_the_body(hub: FakeGitHub, github: GitHub):
    far = suggestion(id="e" * 16, lines=LineRange(1, 2))
    published = post(hub, github, suggestion(), far)
    pull = pull_of(hub)
    assert published.posted == (suggestion().id, "e" * 16)
    assert [c.line for c in pull.comments] == [21]
    assert "Not to be applied with a click" in pull.reviews[0].body
    hub.push("team/shop", "feature", {"b.py": "b = 1\n"})
    assert post(hub, github, suggestion(), far).url is None


def test_a_head_that_moved_is_superseded(hub: FakeGitHub, github: GitHub):
    change = change_of(hub)
    hub.push("team/shop", "feature", {"b.py": "b = 1\n"})
    published = publish(github, REF, change, TWO)
    assert published.superseded and published.url is None
    assert posts(hub) == 0


def test_a_pull_request_that_was_closed_is_superseded(hub: FakeGitHub, github: GitHub):
    hub.close_pull(pull_of(hub), merged=True)
    published = post(hub, github, *TWO)
    assert published.superseded and "merged" in (published.silent or "")
    assert posts(hub) == 0


def test_a_force_push_in_the_last_moment_is_superseded(
    hub: FakeGitHub, github: GitHub, monkeypatch: pytest.MonkeyPatch
):
    """Between the last look and the call the head is pushed away: GitHub refuses, and nothing is said."""
    change = change_of(hub)
    real = github.post_review

    def late(*arguments: object) -> str:
        hub.push("team/shop", "feature", {"a.py": "x = 1\n"}, onto="main")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(github, "post_review", late)
    published = publish(github, REF, change, TWO)
    assert published.superseded and pull_of(hub).reviews == []
    assert posts(hub) == 1


def test_lines_that_the_forge_alone_refuses_are_told_in_the_body(
    hub: FakeGitHub, github: GitHub, monkeypatch: pytest.MonkeyPatch
):
    """GitHub shows no diff of a file that changes too much; git does."""
    monkeypatch.setattr("tests.fakes.github.diff.MAX_PATCH", 1)
    published = post(hub, github, *TWO)
    pull = pull_of(hub)
    assert len(published.posted) == 2 and pull.comments == []
    assert pull.reviews[0].body.count("does not take its lines") == 2
    assert posts(hub) == 2
    assert post(hub, github, *TWO).url is None


def test_a_forge_that_refuses_everything_is_asked_twice_at_most(hub: FakeGitHub, github: GitHub):
    hub.fail("POST", REVIEWS, faults.status(422, "spammed"), times=9)
    with pytest.raises(ForgeRejected, match="spammed"):
        post(hub, github, *TWO)
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
    published = post(hub, github, *TWO)
    assert published == Published(hub.url(pull_of(hub)), (suggestion().id, "f" * 16))
    assert len(pull_of(hub).reviews) == 1 and posts(hub) == 1


@pytest.mark.parametrize("name", [name for name, (_, before) in UNCLEAR.items() if before])
def test_a_call_that_failed_before_its_effect_may_be_repeated(hub: FakeGitHub, github: GitHub, name: str):
    before = UNCLEAR[name][1]
    assert before is not None
    hub.fail("POST", REVIEWS, before)
    with pytest.raises(ForgeUnavailable):
        post(hub, github, *TWO)
    assert pull_of(hub).reviews == [] and posts(hub) == 1
    assert post(hub, github, *TWO).url is not None
    assert len(pull_of(hub).reviews) == 1


def test_effect_unknown_and_the_look_up_fails_too(hub: FakeGitHub, github: GitHub, monkeypatch: pytest.MonkeyPatch):
    """Nothing is known, so nothing is repeated here; the next run finds the marker."""
    hub.fail("POST", REVIEWS, faults.CUT_AFTER)
    real, asked = github.conversation, []

    def deaf(ref: PullRequestRef) -> Conversation:
        asked.append(ref)
        if len(asked) == 2:
            raise ForgeUnavailable("down.")
        return real(ref)

    monkeypatch.setattr(github, "conversation", deaf)
    with pytest.raises(ForgeUnavailable):
        post(hub, github, *TWO)
    assert post(hub, github, *TWO).url is None
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
        post(hub, github, *TWO)
    assert [one.method for one in hub.seen][-1] == "POST" and pull_of(hub).reviews == []


def test_no_post_without_having_looked(hub: FakeGitHub, github: GitHub):
    hub.fail("POST", "/graphql", faults.status(502), times=9)
    with pytest.raises(ForgeUnavailable):
        post(hub, github, *TWO)
    assert posts(hub) == 0


def test_a_pull_request_from_a_fork(hub: FakeGitHub, github: GitHub):
    fork = hub.fork("team/shop", "stranger")
    hub.push(fork.full_name, "patch", {"a.py": HEAD}, onto="main")
    pull = hub.pull("team/shop", "patch", head_repo=fork.full_name, author="stranger")
    ref = PullRequestRef("github", "team/shop", pull.number)
    repository = Repository(Path(hub.store(hub.repositories["team/shop"]).path))
    change = repository.change("main", pull.head_sha)
    assert publish(github, ref, change, [suggestion()]).url is not None
    assert len(pull.comments) == 1
