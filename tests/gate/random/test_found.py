"""What the random sequences found, each as a story of its own."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from reviewbot.domain.conversation import Person
from reviewbot.domain.gate import CheckState, Word
from reviewbot.domain.provenance import OriginKind
from reviewbot.policy.check import Checked
from reviewbot.repo_config.ai import Mode
from tests.gate.random.ground import Config, replace_git
from tests.gate.random.hub import GITHUB, GITLAB, Pull, Said
from tests.gate.random.parts import Look
from tests.gate.random.stores import quick_memory
from tests.gate.random.story import Story
from tests.gate.random.trouble import rival


@pytest.fixture(autouse=True)
def _no_git(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_git(monkeypatch)


def begun(kind: str) -> Story:
    """Alice opened a pull request with an AI line; the base ``play`` is one where the gate is off."""
    story, rng = Story(kind, quick_memory()), Random(1)
    root = story.ground.commit([], {story.ground.line(rng)}, "dave", config=Config())
    off = story.ground.commit([root], story.ground.commits[root].tree, "dave", config=Config(mode=Mode.OFF))
    story.ground.branches |= {"main": root, "play": off}
    opened(story, "alice", "main", with_line(story, root, "alice"))
    return story


def opened(story: Story, author: str, base: str, head: str) -> Pull:
    pull = Pull(len(story.hub.pulls) + 1, author, base, "", story.hub.now)
    story.hub.pulls[pull.number] = pull
    story.arrived[pull.number] = story.moment
    pushed(story, pull, head, author)
    return pull


def with_line(story: Story, parent: str, author: str) -> str:
    """A commit that adds an AI line."""
    line = story.ground.line(Random(len(story.ground.places)))
    tree = story.ground.commits[parent].tree | {line}
    return story.ground.commit([parent], tree, author, records={line: OriginKind.AI})


def pushed(story: Story, pull: Pull, head: str, by: str) -> None:
    story.hub.push(pull, head, by)
    story.hub.now += 60.0


def said(story: Story, pull: Pull, by: str, word: Word) -> None:
    pull.said.append(Said(story.hub.now, by, word, pull.head_before(story.hub.stamp(story.hub.now))))
    story.hub.touch(pull)
    story.hub.now += 60.0


def looked(story: Story, *numbers: int) -> None:
    for number in numbers:
        story.ask(story.ref(number), "look", {}, story.hub.now)
        story.work(lambda number: Look(number, {}))
    story.hub.now += 60.0


def test_what_was_green_does_not_pass_when_a_force_push_comes_back_to_it():
    """Bob approves, then takes it back while another commit is the head: GitHub would merge at the push itself."""
    story = begun(GITHUB)
    pull = story.hub.pulls[1]
    first = pull.head
    said(story, pull, "bob", Word.APPROVED)
    looked(story, 1)
    assert story.hub.mergeable(pull)
    pushed(story, pull, with_line(story, first, "alice"), "alice")
    pull.said[0].word = Word.DISMISSED
    looked(story, 1)
    pushed(story, pull, first, "alice")
    assert not story.hub.mergeable(pull)
    looked(story, 1)
    assert story.hub.checks[first].state is CheckState.WAITING


def test_a_pull_request_of_the_same_head_that_asks_for_nothing_turns_nothing_green():
    """Its base has the gate off, and a rule that demands the gate's word all the same."""
    story = begun(GITHUB)
    looked(story, 1)
    opened(story, "alice", "play", story.hub.pulls[1].head)
    looked(story, 2)
    assert not story.hub.mergeable(story.hub.pulls[1])
    said(story, story.hub.pulls[1], "bob", Word.APPROVED)
    looked(story, 1, 2)
    assert story.hub.mergeable(story.hub.pulls[1])


def test_who_asks_for_changes_after_resolving_the_thread_has_reviewed_nothing():
    """GitLab does not tell when a thread was resolved: the gate saw both at once, and a comment after them."""
    story = begun(GITLAB)
    pull = story.hub.pulls[1]
    looked(story, 1)
    thread = pull.threads[-1]
    thread.resolved_by, thread.resolved_at = Person("bob"), story.hub.now
    story.hub.touch(pull)
    story.meddled[1] = story.moment
    story.hub.now += 5.0
    said(story, pull, "bob", Word.CHANGES_REQUESTED)
    story.hub.touch(pull)
    looked(story, 1)
    assert not story.hub.mergeable(pull)


def test_a_thread_opened_again_at_a_push_is_ended_where_another_one_is_begun():
    story = begun(GITLAB)
    pull = story.hub.pulls[1]
    looked(story, 1)
    said(story, pull, "bob", Word.APPROVED)
    looked(story, 1)
    assert story.hub.mergeable(pull)
    pushed(story, pull, with_line(story, pull.head, "alice"), "alice")
    looked(story, 1)
    assert [one.resolved_by is None for one in pull.threads] == [False, True]


def test_what_is_resolved_and_taken_back_while_it_is_closed_counts_for_nothing():
    story = begun(GITLAB)
    pull = story.hub.pulls[1]
    looked(story, 1)
    pull.state = "closed"
    thread = pull.threads[-1]
    thread.resolved_by, thread.resolved_at = Person("bob"), story.hub.now
    story.meddled[1] = story.moment
    story.hub.now += 5.0
    said(story, pull, "bob", Word.CHANGES_REQUESTED)
    story.hub.touch(pull)
    looked(story, 1)
    pull.state = "open"
    story.hub.touch(pull)
    looked(story, 1)
    assert not story.hub.mergeable(pull)


def test_what_is_opened_again_on_a_commit_that_is_green_for_another_is_red_at_once():
    """The one that is opened again waited for a review when it was closed, and has it still to come."""
    story = begun(GITHUB)
    pull = story.hub.pulls[1]
    looked(story, 1)
    pull.state = "closed"
    looked(story, 1)
    opened(story, "alice", "play", pull.head)
    looked(story, 2)
    assert story.hub.mergeable(story.hub.pulls[2])
    pull.state, story.arrived[1] = "open", story.moment
    seen = story.keeper.examiner
    at_it = []

    def examined(*what: Any, **more: Any) -> Checked:
        at_it.append(story.hub.mergeable(pull))
        return seen(*what, **more)

    story.keeper = replace(story.keeper, examiner=examined)
    looked(story, 1)
    assert at_it == [False]


def test_of_two_that_show_one_commit_at_one_moment_the_last_looks_again():
    """Bob's word on the second is taken back, and that is shown, right before the first is shown green."""
    story = begun(GITHUB)
    first = story.hub.pulls[1]
    second = opened(story, "alice", "main", first.head)
    said(story, first, "bob", Word.APPROVED)
    said(story, second, "bob", Word.APPROVED)
    looked(story, 1, 2, 1)
    assert story.hub.mergeable(second)
    story.ask(story.ref(1), "look", {"afresh": True}, story.hub.now)
    story.work(lambda number: Look(number, {}, at_green=rival(1) if number == 1 else None))
    assert not story.hub.mergeable(second)
    assert not story.hub.mergeable(first)
