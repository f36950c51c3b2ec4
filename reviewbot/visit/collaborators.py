"""What a visit works with, handed to it by the worker or a test."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from reviewbot.domain.change import Change
from reviewbot.domain.review import Review, ReviewOptions
from reviewbot.domain.source_file import Tree
from reviewbot.forge.protocol import Forge
from reviewbot.pipeline.engines import Engines
from reviewbot.review import review
from reviewbot.source.mirrors import Mirrors
from reviewbot.store.pulls import Pulls
from reviewbot.store.records import Records
from reviewbot.visit.organisations import Organisations


class Reviewer(Protocol):
    """``reviewbot.review.review``, or what stands for it in a test."""

    def __call__(
        self,
        change: Change,
        head: Tree,
        base: Tree,
        engines: Engines,
        options: ReviewOptions,
        *,
        progress: Callable[[str], None] | None = None,
    ) -> Review:
        """Review a change."""


def no_commands(_: str) -> bool:
    """Nothing that is written is a command."""
    return False


@dataclass(frozen=True)
class Collaborators:
    """What a visit works with.

    Attributes:
        forge, mirrors, engines: see there. records, pulls: what is remembered.
        options: what the operator asks of a review. drafts: whether draft pull requests are reviewed.
        only_commands: whether a comment holds commands to the bot and nothing else; such a reply is no answer.
        reviewer: does the review. organisations: settings of the repositories' owners. clock: seconds since the epoch.
    """

    forge: Forge
    mirrors: Mirrors
    engines: Engines
    options: ReviewOptions
    records: Records
    pulls: Pulls
    drafts: bool = False
    only_commands: Callable[[str], bool] = no_commands
    reviewer: Reviewer = review
    organisations: Organisations = field(default_factory=Organisations)
    clock: Callable[[], float] = time.time
