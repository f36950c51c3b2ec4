"""How far the review of a commit is, as a commit status, where the repository asks for one. It blocks nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from reviewbot.domain.errors import ForgeDenied, ForgeRejected, ReviewbotError
from reviewbot.forge.protocol import Status, StatusState
from reviewbot.visit.collaborators import Collaborators
from reviewbot.visit.scene import Scene

LOG = logging.getLogger("reviewbot.worker")
CONTEXT = "reviewbot/review"
"""What tells our status from others'."""


@contextmanager
def shown(scene: Scene, using: Collaborators) -> Iterator[None]:
    """Pending while the block runs, and an error where the work failed for good.

    What may pass leaves it pending, since the work is taken up again. The block itself says how it went well, with
    ``say_done``.
    """
    _set(scene, using, StatusState.PENDING, "The review is under way.")
    try:
        yield
    except ReviewbotError as error:
        if not error.retryable:
            _set(scene, using, StatusState.ERROR, "The review could not be made: see the bot's log.")
        raise


def say_done(scene: Scene, using: Collaborators, posted: int) -> None:
    """The review is done. Suggestions are advice, so it is a success with them, too."""
    made = "nothing to suggest" if not posted else "1 suggestion" if posted == 1 else f"{posted} suggestions"
    _set(scene, using, StatusState.SUCCESS, f"Reviewed: {made}.")


def _set(scene: Scene, using: Collaborators, state: StatusState, description: str) -> None:
    """A courtesy: a token that may set no status reviews all the same."""
    if not scene.config.status:
        return
    try:
        status = Status(state, CONTEXT, description, using.forge.page(scene.pull.ref))
        using.forge.set_status(scene.pull.ref, scene.change.head, status)
    except (ForgeDenied, ForgeRejected) as error:
        LOG.info("no commit status is set: %s", error)
