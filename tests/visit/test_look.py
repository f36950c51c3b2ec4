"""One visit over a real git repository and a scripted forge: what is asked, and what is left unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reviewbot.domain.conversation import Comment
from reviewbot.domain.errors import ForgeDenied, ForgeRejected, ForgeUnavailable
from reviewbot.domain.event import CommentKind, CommentRef
from reviewbot.domain.suggestion import Withheld
from reviewbot.publish import markers
from reviewbot.visit.look import Wish, look_at
from reviewbot.visit.outcome import HeadMoved, NotThereYet, Outcome
from tests import builders
from tests.visit.scripted import BOT, REF, URL, Scene, ScriptedForge


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.database.close()


def nothing(step: str) -> None:
    """Nobody came in between."""


def look(scene: Scene, forge: ScriptedForge, wish: Wish | None = None, **facts: Any) -> Outcome:
    return look_at(REF, scene.using(forge, **facts), nothing, wish)


@pytest.mark.parametrize(
    ("facts", "drafts", "skipped"),
    [
        ({}, False, False),
        ({"state": "closed"}, False, True),
        ({"state": "merged"}, False, True),
        ({"draft": True}, False, True),
        ({"draft": True}, True, False),
        ({"draft": True, "state": "closed"}, True, True),
    ],
)
def test_what_is_skipped(scene: Scene, facts: dict[str, Any], drafts: bool, skipped: bool) -> None:
    forge = ScriptedForge(replace(scene.pull, **facts))
    assert (look(scene, forge, drafts=drafts).url is None) == skipped
    assert (forge.posts == []) == skipped


def test_a_person_may_ask_for_a_draft(scene: Scene) -> None:
    forge = ScriptedForge(replace(scene.pull, draft=True))
    assert look(scene, forge, Wish(asked=True)).url == URL


def test_a_finding_is_posted_and_accounted_for(scene: Scene) -> None:
    forge, steps = ScriptedForge(scene.pull), []  # type: ignore[var-annotated]
    outcome = look_at(REF, scene.using(forge), steps.append)
    assert outcome.url == URL
    assert outcome.stats["seconds"]["checkout"] > 0
    assert outcome.stats["forge_calls"] == 3  # what is said, once more before posting, and which thread carries what
    assert steps == ["asking the forge", "fetching", "settling what stands", "looking", "publishing"]
    assert len(forge.posts) == 1


@pytest.mark.parametrize("stop_at", ["asking the forge", "fetching", "settling what stands", "looking", "publishing"])
def test_nothing_is_posted_when_it_is_not_wanted_any_more(scene: Scene, stop_at: str) -> None:
    class Enough(Exception):
        pass

    def still_wanted(step: str) -> None:
        if step == stop_at:
            raise Enough

    forge = ScriptedForge(scene.pull)
    with pytest.raises(Enough):
        look_at(REF, scene.using(forge), still_wanted)
    assert forge.posts == []


def test_nothing_is_said_about_a_head_that_moved(scene: Scene) -> None:
    """Not even to itself: the new head must be reviewed. Fails when `publish` does not ask again."""
    forge = ScriptedForge(scene.pull, replace(scene.pull, head="f" * 40))
    with pytest.raises(HeadMoved):
        look(scene, forge)
    assert forge.posts == []
    assert scene.using(forge).records.of(REF) == ()


def test_nothing_is_said_on_a_pull_request_closed_meanwhile(scene: Scene) -> None:
    forge = ScriptedForge(scene.pull, replace(scene.pull, state="closed"))
    assert look(scene, forge).superseded
    assert forge.posts == []


@pytest.mark.parametrize("facts", [{"head_ref": "refs/pull/8/head"}, {"head": "e" * 40}])
def test_a_head_that_git_does_not_have_yet_is_tried_again(scene: Scene, facts: dict[str, str]) -> None:
    behind = replace(scene.pull, **facts)  # type: ignore[arg-type]
    with pytest.raises(NotThereYet):
        look(scene, ScriptedForge(behind))


def test_a_head_that_is_gone_with_its_pull_request_has_nothing_to_review(scene: Scene) -> None:
    gone = replace(scene.pull, head_ref="refs/pull/8/head")
    assert look(scene, ScriptedForge(gone, replace(gone, state="closed"))).superseded


def test_a_base_that_was_rewritten_is_the_branch_as_it_is_now(scene: Scene) -> None:
    assert look(scene, ScriptedForge(replace(scene.pull, base="d" * 40))).url is not None


def test_a_head_replaced_while_it_was_fetched_is_tried_again(scene: Scene) -> None:
    with pytest.raises(HeadMoved):
        look(scene, ScriptedForge(replace(scene.pull, head="e" * 40), scene.pull))


def test_a_refusal_ends_the_job_unless_the_head_moved_meanwhile(scene: Scene) -> None:
    with pytest.raises(ForgeRejected):
        look(scene, ScriptedForge(scene.pull, refuses=True))
    moved = replace(scene.pull, head="f" * 40)
    with pytest.raises(HeadMoved):
        look(scene, ScriptedForge(scene.pull, scene.pull, moved, refuses=True))


def test_a_head_that_was_reviewed_is_not_worked_on_again(scene: Scene) -> None:
    forge, steps = ScriptedForge(scene.pull), []  # type: ignore[var-annotated]
    scene.found = builders.review()
    look(scene, forge)
    outcome = look_at(REF, scene.using(forge), steps.append)
    assert outcome.sentence == f"{scene.pull.head} was reviewed before."
    assert steps == ["asking the forge", "fetching", "settling what stands"]
    assert look(scene, forge, Wish(asked=True, full=True)).sentence == "There is nothing to say."


def test_paused_means_that_not_even_the_code_is_fetched(scene: Scene) -> None:
    forge, steps = ScriptedForge(scene.pull), []  # type: ignore[var-annotated]
    scene.using(forge).pulls.set_paused(REF, paused=True, by="ada")
    assert look_at(REF, scene.using(forge), steps.append).sentence == "Paused by ada."
    assert steps == ["asking the forge"] and forge.posts == []
    assert look(scene, forge, Wish(asked=True)).url == URL


# The one comment that sums up.


def unsaid(scene: Scene, reason: str) -> None:
    scene.found = replace(builders.review(builders.suggestion()), withheld=(Withheld("app.py", 3, reason),))


def test_one_summary_that_is_edited_in_place(scene: Scene) -> None:
    forge = ScriptedForge(scene.pull)
    unsaid(scene, "names: x may be unbound")
    look(scene, forge)
    assert len(forge.said) == 1 and "names: x may be unbound" in forge.said[0].body
    forge.shown = [scene.push({"b.py": "x = 1\n"})]
    unsaid(scene, "fault: it was not handled")
    look(scene, forge)
    assert len(forge.said) == 1 and "fault: it was not handled" in forge.said[0].body
    forge.shown = [scene.push({"c.py": "x = 1\n"})]
    scene.found = builders.review()
    before = forge.said
    look(scene, forge)
    assert forge.said == before


class Locked(ScriptedForge):
    """A conversation that takes no comments."""

    def say(self, ref: Any, body: str) -> Any:
        raise ForgeDenied("GitHub forbids it: the conversation is locked.")

    def edit(self, ref: Any, comment: Any, body: str) -> None:
        raise ForgeRejected("GitHub forbids it: the conversation is locked.")


def test_a_locked_conversation_does_not_make_the_review_once_more(scene: Scene) -> None:
    forge = Locked(scene.push({".reviewbot.toml": "[review\n"}))
    unsaid(scene, "names: x may be unbound")
    assert look(scene, forge).url == URL
    assert "reviewed before" in look(scene, forge).sentence
    forge.said = [Comment(CommentRef(CommentKind.NOTE, "1"), BOT, f"old\n\n{markers.write([markers.SUMMARY])}")]
    assert look(scene, forge, Wish(asked=True, full=True)).sentence
    assert len(forge.posts) == 1


def test_no_summary_where_nothing_was_suggested(scene: Scene) -> None:
    forge = ScriptedForge(scene.pull)
    unsaid(scene, "names: x may be unbound")
    scene.found = replace(scene.found, suggestions=())
    look(scene, forge)
    assert forge.said == [] and forge.posts == []


# The settings that a pull request brings in, and those in force.


def test_an_error_in_the_settings_is_told_once(scene: Scene) -> None:
    scene.found = builders.review()
    forge = ScriptedForge(scene.push({".reviewbot.toml": "[review]\nmax_sugestions = 3\n"}))
    look(scene, forge)
    assert len(forge.said) == 1
    assert "`.reviewbot.toml`, line 2" in forge.said[0].body and "max_suggestions" in forge.said[0].body
    forge.shown = [scene.push({".reviewbot.toml": "\n[review]\nmax_sugestions = 3\n"})]
    look(scene, forge)
    assert len(forge.said) == 1


def test_the_heads_settings_are_not_believed(scene: Scene) -> None:
    forge = ScriptedForge(scene.push({".reviewbot.toml": '[review]\nexclude = ["**"]\ntone = "zh"\n'}))
    assert look(scene, forge).url == URL
    assert "Proven" in forge.posts[0].comments[0].body


def test_the_last_good_settings_stay_in_force(tmp_path: Path) -> None:
    scene = Scene(tmp_path, {".reviewbot.toml": '[review]\ntone = "zh"\n'})
    scene.repo.git("checkout", "-q", "main")
    broken = scene.repo.commit({".reviewbot.toml": "[review\n"})
    unsaid(scene, "x")
    forge = ScriptedForge(replace(scene.pull, base=broken))
    look(scene, forge)
    assert "已证明" in forge.posts[0].comments[0].body
    assert "cannot be used" in forge.said[0].body and "stays in force" in forge.said[0].body
    scene.database.close()


@pytest.mark.parametrize(
    "settings",
    ['exclude = ["app.py"]', 'include = ["src/**"]', "kinds = []", 'kinds = ["test"]', 'include = ["*.js"]'],
)
def test_files_that_are_not_wanted_are_not_looked_at(tmp_path: Path, settings: str) -> None:
    scene = Scene(tmp_path, {".reviewbot.toml": f"[review]\n{settings}\n"})
    seen: list[str] = []

    def reviewer(change: Any, *_: Any, **__: Any) -> Any:
        seen.extend(file.path for file in change.files)
        return builders.review()

    look(scene, ScriptedForge(scene.pull), reviewer=reviewer)
    assert seen == []
    scene.database.close()


def test_what_the_repository_wants_comes_before_what_the_operator_said(tmp_path: Path) -> None:
    text = (
        "[review]\nmax_suggestions = 2\nmin_confidence = 0.7\nlanguages = ['python']\n"
        '[[paths]]\nmatch = "app.py"\nmin_confidence = 0.9\n'
    )
    scene = Scene(tmp_path, {".reviewbot.toml": text})
    asked: list[Any] = []

    def reviewer(change: Any, head: Any, base: Any, engines: Any, options: Any, **_: Any) -> Any:
        asked.append(options)
        return builders.review()

    look(scene, ScriptedForge(scene.pull), reviewer=reviewer)
    (options,) = asked
    assert (options.max_suggestions, options.min_confidence, options.languages) == (2, 0.7, ("python",))
    assert (options.floor("app.py"), options.floor("b.py")) == (0.9, 0.7)
    scene.database.close()


# The commit status, where the repository asks for one.


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, {".reviewbot.toml": "[review]\nstatus = true\n"})
    yield made
    made.database.close()


def states(forge: ScriptedForge) -> list[str]:
    return [status.state.value for _, status in forge.statuses]


def test_a_status_says_how_far_the_review_is(watched: Scene) -> None:
    forge = ScriptedForge(watched.pull)
    look(watched, forge)
    assert states(forge) == ["pending", "success"]
    assert {sha for sha, _ in forge.statuses} == {watched.pull.head}
    assert forge.statuses[-1][1].description == "Reviewed: 1 suggestion."
    look(watched, forge)
    assert len(forge.statuses) == 2


def test_no_status_unless_it_is_asked_for(scene: Scene) -> None:
    forge = ScriptedForge(scene.pull)
    look(scene, forge)
    assert forge.statuses == []


@pytest.mark.parametrize(
    ("error", "expected"),
    [(ForgeUnavailable("Down."), ["pending"]), (ForgeDenied("Wrong token."), ["pending", "error"])],
    ids=["may pass", "final"],
)
def test_a_review_that_failed_is_no_success(watched: Scene, error: Exception, expected: list[str]) -> None:
    forge = ScriptedForge(watched.pull)

    def fail(*_: Any, **__: Any) -> Any:
        raise error

    with pytest.raises(type(error)):
        look(watched, forge, reviewer=fail)
    assert states(forge) == expected


def test_a_token_that_may_set_no_status_reviews_all_the_same(watched: Scene) -> None:
    class Forbidden(ScriptedForge):
        def set_status(self, ref: Any, sha: str, status: Any) -> None:
            raise ForgeDenied("GitHub forbids it.")

    assert look(watched, Forbidden(watched.pull)).url == URL
