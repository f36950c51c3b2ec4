"""What a command is carried out with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reviewbot.domain.event import PullRequestRef
from reviewbot.store.command_log import CommandLog
from reviewbot.visit.collaborators import Collaborators

Ask = Callable[[PullRequestRef, str, Mapping[str, str | bool], float], int | None]
"""Enqueues a review that a person asked for; takes a delivery's name that makes it happen once, and when."""


@dataclass(frozen=True)
class Colleagues:
    """What a command is carried out with.

    Attributes:
        visit: of the forge that the command was given on. log: which commands were begun and done.
        ask: enqueues a review. limit: commands that one person may give in an hour.
    """

    visit: Collaborators
    log: CommandLog
    ask: Ask
    limit: int
