"""The review of one pull request, from the forge and back to it, over plain collaborators. Knows no queue."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from reviewbot.domain.change import Change
from reviewbot.domain.errors import RevisionNotFound
from reviewbot.domain.event import PullRequest, PullRequestRef
from reviewbot.domain.review import Review, ReviewOptions
from reviewbot.forge.protocol import Forge
from reviewbot.publish.publish import publish, reviewed_before, stands
from reviewbot.queue.outcome import HeadMoved, NotThereYet, Outcome
from reviewbot.review import Engines, review
from reviewbot.source.mirrors import Mirrors
from reviewbot.source.repository import Repository


@dataclass(frozen=True)
class Collaborators:
    """What a review of a pull request works with; ``drafts`` says whether draft pull requests are reviewed."""

    forge: Forge
    mirrors: Mirrors
    engines: Engines
    options: ReviewOptions
    drafts: bool = False


def reason_to_skip(pull: PullRequest, *, drafts: bool) -> str | None:
    """Why a pull request is not reviewed as it stands; None where it is."""
    if pull.state != "open":
        return f"The pull request is {pull.state}."
    if pull.draft and not drafts:
        return "The pull request is a draft; it will be reviewed when it is ready."
    return None


def review_pull_request(ref: PullRequestRef, using: Collaborators, still_wanted: Callable[[str], None]) -> Outcome:
    """Review the pull request as it is now, and publish what was found.

    The forge is asked for the head again right before publishing, so nothing is ever said about an old one.

    Args:
        ref: which. using: with what.
        still_wanted: told what comes next, before each step; what it raises ends the review.

    Raises:
        HeadMoved: try again, the head is another by now.
        ReviewbotError: see the collaborators.
    """
    still_wanted("asking the forge")
    pull = using.forge.pull_request(ref)
    skip = reason_to_skip(pull, drafts=using.drafts)
    if skip is not None:
        return Outcome(skip)
    if stands(using.forge, ref, pull.head):
        return Outcome(reviewed_before(pull.head))
    try:
        still_wanted("fetching")
        start = time.perf_counter()
        repository = _fetch(pull, using)
        change = repository.change(_base(pull, repository, using), pull.head)
        fetched = time.perf_counter() - start
        done = _review(repository, change, using, still_wanted)
    except RevisionNotFound as error:
        return _gone(pull, using, error)
    still_wanted("publishing")
    return _publish(pull, change, _with_checkout(done, fetched), using)


def _fetch(pull: PullRequest, using: Collaborators) -> Repository:
    environment = using.forge.clone_environment(pull.ref)
    return using.mirrors.fetch(pull.clone_url, [f"refs/heads/{pull.base_branch}", pull.head_ref], environment)


def _base(pull: PullRequest, repository: Repository, using: Collaborators) -> str:
    """The base that the forge names; where its branch was rewritten since, the branch as it is now."""
    try:
        return repository.resolve(pull.base)
    except RevisionNotFound:
        return repository.resolve(using.mirrors.name(f"refs/heads/{pull.base_branch}"))


def _review(repository: Repository, change: Change, using: Collaborators, tell: Callable[[str], None]) -> Review:
    head, base = repository.tree(change.head), repository.tree(change.base)
    return review(change, head, base, using.engines, using.options, progress=tell)


def _with_checkout(done: Review, seconds: float) -> Review:
    """The review with the time of the fetch and the diff, which came before it, in its account."""
    return replace(done, stats=replace(done.stats, seconds={**done.stats.seconds, "checkout": round(seconds, 4)}))


def _gone(pull: PullRequest, using: Collaborators, error: RevisionNotFound) -> Outcome:
    """A commit is not there. An open pull request is tried again: git may be behind the forge, or the head is new."""
    now = using.forge.pull_request(pull.ref)
    if now.state != "open":
        return Outcome(str(error), superseded=True)
    if now.head != pull.head:
        raise HeadMoved(f"{pull.ref} got a new head while it was fetched: trying again with that.") from error
    raise NotThereYet(str(error)) from error


def _publish(pull: PullRequest, change: Change, done: Review, using: Collaborators) -> Outcome:
    stats = asdict(done.stats)
    now = using.forge.pull_request(pull.ref)
    if now.state != "open":
        return Outcome(f"The pull request was {now.state} during the review.", superseded=True, stats=stats)
    _same_head(pull, now)
    published = publish(using.forge, pull.ref, change, done)
    if published.superseded:
        _same_head(pull, using.forge.pull_request(pull.ref))
        return Outcome(published.silent or "The pull request was closed.", superseded=True, stats=stats)
    if published.url is None:
        return Outcome(published.silent or "There was nothing to say.", stats=stats)
    return Outcome(f"Posted {len(published.posted)} suggestions.", url=published.url, stats=stats)


def _same_head(reviewed: PullRequest, now: PullRequest) -> None:
    if now.head != reviewed.head:
        raise HeadMoved(f"{reviewed.ref} got a new head during the review: trying again with that.")
