"""What the gate needs of a forge, beside ``forge.protocol.Forge``. Both real ones pass the same conformance test."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import CheckReport, GateFacts, OpenPull, Requirement


class GateForge(Protocol):
    """A forge, acting as the bot. Every failure is a ``ForgeError`` (see ``domain.errors``)."""

    @property
    def name(self) -> str:
        """``github`` or ``gitlab``."""

    @property
    def can_hold(self) -> bool:
        """Whether an open thread in the conversation can block a merge here."""

    def facts(self, ref: PullRequestRef, also: Collection[str] = ()) -> GateFacts:
        """Everything about a pull request, as one moment has it; with as few requests as can be.

        What may not be read becomes a problem in it; what cannot be read now is an error.

        Args:
            also: logins that are to be among the members, with what they may do; one that nobody has is left out.

        Raises:
            ForgeError: half of it is never given.
        """

    def open_pulls(self, repository: str) -> tuple[OpenPull, ...]:
        """Every open pull request of a repository."""

    def repositories(self) -> tuple[str, ...]:
        """The repositories that we are installed in, or a member of; none where the forge cannot list them."""

    def show(self, ref: PullRequestRef, report: CheckReport) -> None:
        """Show a report on its commit. The same report again changes nothing; another takes its place.

        A check that was posted half (its worker died) is completed. On a commit that is not there any more nothing
        is shown.

        Raises:
            ForgeError: it may not stand there, or not whole; a report that is not whole does not pass.
        """

    def shown(self, ref: PullRequestRef, head: str) -> str | None:
        """The digest of the report that stands whole on a commit; None where none of ours does, or it is not known."""

    def set_label(self, ref: PullRequestRef, name: str, *, on: bool) -> None:
        """Put a label on the pull request, or take it off. As it is already: nothing happens."""

    def begin_hold(self, ref: PullRequestRef, body: str) -> str:
        """Begin a thread that blocks the merge; its id (``Hold.id``).

        Raises:
            ForgeRejected: there are none here (``can_hold``).
        """

    def members_of(self, ref: PullRequestRef, name: str) -> frozenset[str] | None:
        """The logins behind ``@org/team``, ``@group`` or ``@@role`` of CODEOWNERS, or of ``@user`` alone.

        None where the forge does not tell us.
        """

    def queued(self, repository: str, branch: str, head: str) -> tuple[int, ...]:
        """The numbers of the pull requests that a merge queue's branch merges at ``head``, in their order.

        Empty where the entry is gone, and where the forge has no such queues.
        """

    def requirement(self, repository: str, branch: str) -> Requirement:
        """Whether anything demands the gate's word before a merge into a branch."""
