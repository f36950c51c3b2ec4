"""What the gate works with, handed to it by the worker or a test."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from reviewbot.domain.change import Change
from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.gate import GateForge
from reviewbot.forge.protocol import Forge
from reviewbot.policy.check import Checked, Tools, examine
from reviewbot.policy.told import Told
from reviewbot.repo_config.force import InForce
from reviewbot.source.mirrors import Mirrors
from reviewbot.source.repository import Repository
from reviewbot.store.audit import AuditLog
from reviewbot.store.gates import Gates
from reviewbot.store.holds import Holds
from reviewbot.store.pushes import Pushes
from reviewbot.store.records import Records
from reviewbot.store.seen import SeenLines
from reviewbot.store.sign_offs import SignOffs
from reviewbot.visit.organisations import Organisations

Ask = Callable[[PullRequestRef, str, Mapping[str, str | bool], float], int | None]
"""Enqueues a look at a pull request; takes a delivery's name that makes it happen once, a payload, and when."""

Tell = Callable[[str], None]
"""Told what comes next, before each step; what it raises ends the work."""


class Examiner(Protocol):
    """``policy.check.examine``, or what stands for it in a test."""

    def __call__(self, repository: Repository, change: Change, told: Told, tools: Tools, force: InForce) -> Checked:
        """The verdict on a change."""


@dataclass(frozen=True)
class Memory:
    """What the gate remembers; see each."""

    gates: Gates
    sign_offs: SignOffs
    pushes: Pushes
    holds: Holds
    seen: SeenLines
    records: Records
    log: AuditLog


@dataclass(frozen=True)
class Keeper:
    """What the gate works with.

    Attributes:
        forge, gate: the same forge. mirrors, memory, tools: see there.
        ask: enqueues a look. organisations: settings of the repositories' owners.
        examiner: comes to the verdict. clock: seconds since the epoch.
    """

    forge: Forge
    gate: GateForge
    mirrors: Mirrors
    memory: Memory
    tools: Tools
    ask: Ask
    organisations: Organisations = field(default_factory=Organisations)
    examiner: Examiner = examine
    clock: Callable[[], float] = time.time
