"""The review of one pull request over a real git repository and a scripted forge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reviewbot.domain.errors import ForgeRejected
from reviewbot.domain.event import PullRequest, PullRequestRef
from reviewbot.domain.review import Review, ReviewOptions
from reviewbot.forge.protocol import ForgeReview
from reviewbot.pipeline.engines import Engines
from reviewbot.publish import markers
from reviewbot.queue.outcome import HeadMoved, NotThereYet
from reviewbot.queue.work import Collaborators, reason_to_skip, review_pull_request
from reviewbot.resources import rules_dir
from reviewbot.source.mirrors import Mirrors
from tests import builders
from tests.source.gitrepo import GitRepo

REF = PullRequestRef("github", "o/r", 7)
TEXT = "import json\n\ndata = json.load(open('config.json'))\n"


class ScriptedForge:
    """Shows the pull requests in turn, the last one for ever; keeps what was posted."""

    name = "github"

    def __init__(self, *shown: PullRequest, refuses: bool = False) -> None:
        self.shown, self.refuses, self.posts = list(shown), refuses, []  # type: ignore[var-annotated]

    def pull_request(self, ref: PullRequestRef) -> PullRequest:
        return self.shown.pop(0) if len(self.shown) > 1 else self.shown[0]

    def clone_environment(self, ref: PullRequestRef) -> dict[str, str]:
        return {}

    def own_bodies(self, ref: PullRequestRef) -> Sequence[str]:
        return self.posts

    def post_review(self, ref: PullRequestRef, review: ForgeReview) -> str:
        if self.refuses:
            raise ForgeRejected("GitHub will not take the review.")
        self.posts.append(review.body)
        return "https://github.example/o/r/pull/7#1"


class Scene:
    """A repository with a pull request of one file, and what a review of it needs."""

    def __init__(self, place: Path) -> None:
        repo = GitRepo(place / "origin")
        base = repo.commit({"README.md": "x\n"})
        repo.git("checkout", "-q", "-b", "topic")
        head = repo.commit({"app.py": TEXT})
        repo.git("update-ref", "refs/pull/7/head", head)
        self.place = place
        self.pull = PullRequest(
            ref=REF,
            state="open",
            draft=False,
            base=base,
            base_branch="main",
            head=head,
            head_ref="refs/pull/7/head",
            clone_url=f"file://{repo.path}",
            from_fork=False,
            author="developer",
        )

    def using(self, forge: ScriptedForge, **facts: Any) -> Collaborators:
        engines = Engines(None, None, rules_dir())
        return Collaborators(forge, Mirrors(self.place / "mirrors"), engines, ReviewOptions(), **facts)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The pipeline has its own tests; here it always finds the same fix."""

    def found(change: Any, *_: Any, progress: Callable[[str], None], **__: Any) -> Review:
        progress("looking")
        return builders.review(builders.suggestion(), base=change.base, head=change.head)

    monkeypatch.setattr("reviewbot.queue.work.review", found)
    return Scene(tmp_path)


def nothing(step: str) -> None:
    """Nobody came in between."""


@pytest.mark.parametrize(
    ("facts", "drafts", "skipped"),
    [
        ({}, False, False),
        ({"state": "closed"}, False, True),
        ({"draft": True}, False, True),
        ({"draft": True}, True, False),
        ({"draft": True, "state": "closed"}, True, True),
    ],
)
def test_what_is_skipped(scene: Scene, facts: dict[str, Any], drafts: bool, skipped: bool) -> None:
    assert (reason_to_skip(replace(scene.pull, **facts), drafts=drafts) is not None) == skipped


def test_a_finding_is_posted_and_accounted_for(scene: Scene) -> None:
    forge, steps = ScriptedForge(scene.pull), []  # type: ignore[var-annotated]
    outcome = review_pull_request(REF, scene.using(forge), steps.append)
    assert outcome.url == "https://github.example/o/r/pull/7#1"
    assert outcome.stats["seconds"]["checkout"] > 0
    assert steps == ["asking the forge", "fetching", "looking", "publishing"]
    assert len(forge.posts) == 1


@pytest.mark.parametrize("stop_at", ["asking the forge", "fetching", "looking", "publishing"])
def test_nothing_is_posted_when_it_is_not_wanted_any_more(scene: Scene, stop_at: str) -> None:
    class Enough(Exception):
        pass

    def still_wanted(step: str) -> None:
        if step == stop_at:
            raise Enough

    forge = ScriptedForge(scene.pull)
    with pytest.raises(Enough):
        review_pull_request(REF, scene.using(forge), still_wanted)
    assert forge.posts == []


def test_nothing_is_said_about_a_head_that_moved(scene: Scene) -> None:
    """Not even to itself: the new head must be reviewed. Fails when `_publish` does not ask again."""
    forge = ScriptedForge(scene.pull, replace(scene.pull, head="f" * 40))
    with pytest.raises(HeadMoved):
        review_pull_request(REF, scene.using(forge), nothing)
    assert forge.posts == []


def test_nothing_is_said_on_a_pull_request_closed_meanwhile(scene: Scene) -> None:
    forge = ScriptedForge(scene.pull, replace(scene.pull, state="closed"))
    outcome = review_pull_request(REF, scene.using(forge), nothing)
    assert outcome.superseded
    assert forge.posts == []


@pytest.mark.parametrize("facts", [{"head_ref": "refs/pull/8/head"}, {"head": "e" * 40}])
def test_a_head_that_git_does_not_have_yet_is_tried_again(scene: Scene, facts: dict[str, str]) -> None:
    behind = replace(scene.pull, **facts)  # type: ignore[arg-type]
    with pytest.raises(NotThereYet):
        review_pull_request(REF, scene.using(ScriptedForge(behind)), nothing)


def test_a_head_that_is_gone_with_its_pull_request_has_nothing_to_review(scene: Scene) -> None:
    gone = replace(scene.pull, head_ref="refs/pull/8/head")
    outcome = review_pull_request(REF, scene.using(ScriptedForge(gone, replace(gone, state="closed"))), nothing)
    assert outcome.superseded


def test_a_base_that_was_rewritten_is_the_branch_as_it_is_now(scene: Scene) -> None:
    forge = ScriptedForge(replace(scene.pull, base="d" * 40))
    assert review_pull_request(REF, scene.using(forge), nothing).url is not None


def test_a_head_replaced_while_it_was_fetched_is_tried_again(scene: Scene) -> None:
    old = replace(scene.pull, head="e" * 40)
    with pytest.raises(HeadMoved):
        review_pull_request(REF, scene.using(ScriptedForge(old, scene.pull)), nothing)


def test_a_refusal_ends_the_job_unless_the_head_moved_meanwhile(scene: Scene) -> None:
    with pytest.raises(ForgeRejected):
        review_pull_request(REF, scene.using(ScriptedForge(scene.pull, refuses=True)), nothing)
    moved = replace(scene.pull, head="f" * 40)
    with pytest.raises(HeadMoved):
        review_pull_request(REF, scene.using(ScriptedForge(scene.pull, scene.pull, moved, refuses=True)), nothing)


def test_a_pull_request_closed_at_the_last_moment_is_no_failure(scene: Scene) -> None:
    closed = replace(scene.pull, state="closed")
    forge = ScriptedForge(scene.pull, scene.pull, closed)
    assert review_pull_request(REF, scene.using(forge), nothing).superseded
    assert forge.posts == []


def test_a_head_whose_review_stands_is_not_worked_on_again(scene: Scene) -> None:
    forge, steps = ScriptedForge(scene.pull), []  # type: ignore[var-annotated]
    forge.posts.append(f"A fix.\n\n{markers.write([markers.head_marker(scene.pull.head)])}")
    outcome = review_pull_request(REF, scene.using(forge), steps.append)
    assert outcome.sentence == f"{scene.pull.head} was reviewed before."
    assert steps == ["asking the forge"] and len(forge.posts) == 1
