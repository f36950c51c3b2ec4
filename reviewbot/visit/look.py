"""One visit, from the forge and back to it: start reading here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from reviewbot.domain.conversation import Conversation
from reviewbot.domain.errors import RevisionNotFound
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.record import Record
from reviewbot.domain.review import Review
from reviewbot.publish.publish import Published
from reviewbot.repo_config import LabelRule, labels
from reviewbot.store.pulls import PullNote
from reviewbot.visit.ask import fresh_change, options, wanted
from reviewbot.visit.collaborators import Collaborators
from reviewbot.visit.outcome import HeadMoved, NotThereYet, Outcome
from reviewbot.visit.progress import say_done, shown
from reviewbot.visit.scene import Scene, open_scene
from reviewbot.visit.settle import Settled, settle
from reviewbot.visit.tell import tell_config, tell_suggestions, tell_summary

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Wish:
    """What a person asked for.

    Attributes:
        asked: a person did: drafts, labels and a pause are no reason to skip then.
        full: what was reviewed before is looked at again.
    """

    asked: bool = False
    full: bool = False


def look_at(ref: PullRequestRef, using: Collaborators, still_wanted: Tell, wish: Wish | None = None) -> Outcome:
    """Look at the pull request as it is now: settle what stands, review what is new, and publish what was found.

    The forge is asked for the head again right before publishing, so nothing is ever said about an old one.

    Args:
        ref: which. using: with what. wish: of a person.
        still_wanted: told what comes next, before each step; what it raises ends the visit.

    Raises:
        HeadMoved: try again, the head is another by now.
        ReviewbotError: see the collaborators.
    """
    still_wanted("asking the forge")
    calls = using.forge.calls
    talk = using.forge.conversation(ref)
    note = using.pulls.get(ref)
    skip = reason_to_stay_away(talk, note, using.records.of(ref), wish or Wish())
    if skip is not None:
        return Outcome(skip)
    try:
        still_wanted("fetching")
        scene = open_scene(talk, using)
        outcome = _visit(scene, note, using, still_wanted, wish or Wish())
    except RevisionNotFound as error:
        return _gone(talk, using, error)
    return replace(outcome, stats={**outcome.stats, "forge_calls": using.forge.calls - calls})


def reason_to_stay_away(talk: Conversation, note: PullNote, records: tuple[Record, ...], wish: Wish) -> str | None:
    """Why there is nothing to look at, not even the code; None where there is."""
    if talk.pull.state != "open" and not records:
        return f"The pull request is {talk.pull.state}."
    return silenced(note, wish) if talk.pull.state == "open" else None


def silenced(note: PullNote, wish: Wish) -> str | None:
    """The sentence for a pull request on which somebody told the bot to be silent; None where nobody did."""
    return f"Paused by {note.paused_by or 'somebody'}." if note.paused and not wish.asked else None


def reason_to_skip(scene: Scene, using: Collaborators, wish: Wish) -> str | None:
    """Why a pull request is not reviewed as it stands, though what was said on it is settled; None where it is."""
    pull, config = scene.pull, scene.config
    if pull.state != "open":
        return f"The pull request is {pull.state}."
    rule = labels(config, pull.labels)
    if wish.asked or rule is LabelRule.FORCE:
        return None
    if rule is LabelRule.SKIP:
        return "A label keeps the pull request from being reviewed."
    drafts = using.drafts if config.drafts is None else config.drafts
    if pull.draft and not drafts:
        return "The pull request is a draft; it will be reviewed when it is ready."
    return None


def reviewed_before(scene: Scene, note: PullNote, wish: Wish) -> str | None:
    """The sentence for a head whose review is done; None where it is not."""
    same = (note.reviewed_head, note.reviewed_base) == (scene.change.head, scene.change.merge_base)
    return f"{scene.change.head} was reviewed before." if same and not wish.full else None


def _visit(scene: Scene, note: PullNote, using: Collaborators, still_wanted: Tell, wish: Wish) -> Outcome:
    still_wanted("settling what stands")
    settled = settle(scene, using)
    skip = reason_to_skip(scene, using, wish) or reviewed_before(scene, note, wish)
    if skip is not None:
        return Outcome(skip)
    with shown(scene, using):
        return _review(scene, note, settled, using, still_wanted=still_wanted, wish=wish)


def _review(
    scene: Scene, note: PullNote, settled: Settled, using: Collaborators, *, still_wanted: Tell, wish: Wish
) -> Outcome:
    """Review what is new and say what was found."""
    tell_config(scene, using)
    asked = wanted(fresh_change(scene, note, full=wish.full), scene)
    done = using.reviewer(
        asked,
        scene.head,
        scene.base,
        using.engines,
        options(asked, scene, using.options),
        progress=still_wanted,
    )
    done = _with_checkout(done, scene.seconds)
    still_wanted("publishing")
    paused = silenced(using.pulls.get(scene.pull.ref), wish)
    if paused is not None:
        return Outcome(paused, stats=asdict(done.stats))
    published = tell_suggestions(scene, done, settled, using)
    if published.superseded:
        return _overtaken(scene, using, published, done)
    tell_summary(scene, done, published, using, full=wish.full)
    using.pulls.set_reviewed(scene.pull.ref, scene.change.head, scene.change.merge_base)
    say_done(scene, using, len(published.posted))
    return _outcome(published, done)


def _with_checkout(done: Review, seconds: float) -> Review:
    """The review with the time of the fetch and the diff, which came before it, in its account."""
    return replace(done, stats=replace(done.stats, seconds={**done.stats.seconds, "checkout": round(seconds, 4)}))


def _outcome(published: Published, done: Review) -> Outcome:
    stats: dict[str, Any] = asdict(done.stats)
    if published.url is None:
        return Outcome(published.silent or "There was nothing to say.", stats=stats)
    return Outcome(f"Posted {len(published.posted)} suggestions.", url=published.url, stats=stats)


def _overtaken(scene: Scene, using: Collaborators, published: Published, done: Review) -> Outcome:
    """The review came too late: for a closed pull request that is all, for another head it is begun again."""
    now = using.forge.pull_request(scene.pull.ref)
    if now.state == "open" and now.head != scene.change.head:
        raise HeadMoved(f"{scene.pull.ref} got a new head during the review: trying again with that.")
    return Outcome(published.silent or "The pull request was closed.", superseded=True, stats=asdict(done.stats))


def _gone(talk: Conversation, using: Collaborators, error: RevisionNotFound) -> Outcome:
    """A commit is not there. An open pull request is tried again: git may be behind the forge, or the head is new."""
    now = using.forge.pull_request(talk.pull.ref)
    if now.state != "open":
        return Outcome(str(error), superseded=True)
    if now.head != talk.pull.head:
        raise HeadMoved(f"{now.ref} got a new head while it was fetched: trying again with that.") from error
    raise NotThereYet(str(error)) from error
