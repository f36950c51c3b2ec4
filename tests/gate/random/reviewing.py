"""What people say on a pull request in a story, and what they resolve."""

from __future__ import annotations

from random import Random

from reviewbot.domain.conversation import Person
from reviewbot.domain.gate import Word
from tests.gate.random.hub import GITLAB, Note, Pull, Said
from tests.gate.random.people import pick
from tests.gate.random.story import Story

_REVIEWERS = ("bob", "bob", "carol", "carol", "dave", "alice", "alice2", "erin", "ci[bot]")


def approve(story: Story, rng: Random) -> None:
    pull, by, hub = pick(story, rng), rng.choice(_REVIEWERS), story.hub
    mine = [one for one in pull.said if one.by == by]
    if pull.state == "open":
        if hub.kind == GITLAB:
            if any(one.word is Word.APPROVED for one in mine):
                return
            pull.said = [one for one in pull.said if one not in mine]
        pull.said.append(Said(hub.now, by, Word.APPROVED, pull.head_before(hub.stamp(hub.now))))
        hub.touch(pull)
        story.hook(pull, rng)


def approve_well(story: Story, rng: Random) -> None:
    """Those who may, after a good look; often at everything that there is."""
    hub, chosen = story.hub, [pick(story, rng)]
    hub.now += 20.0
    if rng.random() < 0.5:
        chosen = [*hub.pulls.values()]
    for pull in (one for one in chosen if one.state == "open"):
        for by in rng.choice([("bob",), ("carol",), ("dave",), ("bob", "carol"), ("carol", "dave", "bob")]):
            if hub.kind == GITLAB:
                pull.said = [one for one in pull.said if one.by != by]
            pull.said.append(Said(hub.now, by, Word.APPROVED, pull.head_before(hub.stamp(hub.now))))
        hub.touch(pull)
        story.hook(pull, rng)


def change_of_mind(story: Story, rng: Random) -> None:
    """Somebody lets it pass, wants changes a moment later, and a word follows; nobody looks in between."""
    pull, hub, by = pick(story, rng), story.hub, rng.choice(("bob", "carol"))
    if hub.kind == GITLAB:
        _click(story, pull, by)
        pull.said = [one for one in pull.said if one.by != by]
    else:
        pull.said.append(Said(hub.now, by, Word.APPROVED, pull.head_before(hub.stamp(hub.now))))
    hub.now += 5.0
    pull.said.append(Said(hub.now, by, Word.CHANGES_REQUESTED, pull.head_before(hub.stamp(hub.now))))
    hub.now += 5.0
    hub.touch(pull)
    story.hook(pull, rng)


def request_changes(story: Story, rng: Random) -> None:
    pull, hub, by = pick(story, rng), story.hub, rng.choice(_REVIEWERS[:5])
    if hub.kind == GITLAB:
        pull.said = [one for one in pull.said if one.by != by or one.word is Word.APPROVED]
    pull.said.append(Said(hub.now, by, Word.CHANGES_REQUESTED, pull.head_before(hub.stamp(hub.now))))
    hub.touch(pull)
    story.hook(pull, rng)


def dismiss(story: Story, rng: Random) -> None:
    """An approval or a request is taken back; GitHub shows where it stood, GitLab nothing of it."""
    pull = pick(story, rng)
    found = [one for one in pull.said if one.word in (Word.APPROVED, Word.CHANGES_REQUESTED)]
    if not found:
        return
    one = rng.choice(found[-2:])
    if story.hub.kind == GITLAB:
        pull.said.remove(one)
    else:
        one.word = Word.DISMISSED
    story.hub.touch(pull)
    story.hook(pull, rng)


def comment(story: Story, rng: Random) -> None:
    pull = pick(story, rng)
    if story.hub.kind != GITLAB:
        pull.said.append(Said(story.hub.now, rng.choice(_REVIEWERS), Word.COMMENTED, pull.head))
    pull.notes.append(Note(f"n{story.hub.fresh()}", Person("erin"), "<!-- reviewbot:gate -->"))
    story.hub.touch(pull)
    story.hook(pull, rng)


def resolve(story: Story, rng: Random) -> None:
    """Anybody may resolve a thread."""
    pull = pick(story, rng)
    _click(story, pull, rng.choice(_REVIEWERS))
    story.hook(pull, rng)


def _click(story: Story, pull: Pull, by: str) -> None:
    for one in [one for one in pull.threads if one.resolved_by is None][-1:]:
        one.resolved_by, one.resolved_at = Person(by, bot=by.endswith("[bot]")), story.hub.now
        story.meddled[pull.number] = story.moment
        story.clicks.setdefault(pull.number, []).append((one, by, story.hub.now))
        story.hub.touch(pull)
