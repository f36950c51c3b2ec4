"""Ending threads, where the bot may."""

from __future__ import annotations

import logging

from reviewbot.domain.errors import ForgeDenied
from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.protocol import Forge

LOG = logging.getLogger("reviewbot.worker")


def set_resolved(forge: Forge, ref: PullRequestRef, thread: str, *, resolved: bool) -> None:
    """Resolve a thread or open it again.

    An App with no more than ``contents: read`` may not (GitHub asks for ``contents: write``). Its operator chose so:
    what was said in the thread stands, and the thread stays as it is.

    Raises:
        ForgeError: anything but a refusal.
    """
    try:
        forge.set_resolved(ref, thread, resolved=resolved)
    except ForgeDenied as error:
        LOG.info("a thread stays as it is: %s", error)
