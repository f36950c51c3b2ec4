"""What a command is carried out with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.gate import GateForge
from reviewbot.store.command_log import CommandLog
from reviewbot.store.pushes import Pushes
from reviewbot.store.sign_offs import SignOffs
from reviewbot.visit.collaborators import Collaborators

Ask = Callable[[PullRequestRef, str, Mapping[str, str | bool], float], int | None]
"""Enqueues what a person asked for, a review or a look of the gate's; takes a delivery's name that makes it happen
once, and when."""


@dataclass(frozen=True)
class GateDesk:
    """What the commands need that speak to the gate.

    Attributes:
        gate: of the same forge. sign_offs, pushes: see there. ask: enqueues a look of the gate's.
    """

    gate: GateForge
    sign_offs: SignOffs
    pushes: Pushes
    ask: Ask


@dataclass(frozen=True)
class Colleagues:
    """What a command is carried out with.

    Attributes:
        visit: of the forge that the command was given on. log: which commands were begun and done.
        ask: enqueues a review. limit: commands that one person may give in an hour.
        gate: None where there is no gate.
    """

    visit: Collaborators
    log: CommandLog
    ask: Ask
    limit: int
    gate: GateDesk | None = None
