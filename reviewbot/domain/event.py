"""Events: what a forge told us, reduced to the fields we use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PullRequestRef:
    """A pull request by its place: ``forge`` is ``github`` or ``gitlab``, ``repository`` is ``owner/name``."""

    forge: str
    repository: str
    number: int

    def __str__(self) -> str:
        return f"{self.forge}:{self.repository}#{self.number}"


@dataclass(frozen=True)
class PullRequestEvent:
    """A pull request was opened or got a new head.

    Attributes:
        delivery: the forge's own id of the delivery, unique for the forge.
        action: the forge's word: ``opened``, ``synchronize``, ``reopened``, ``ready_for_review``.
        head: the head's commit id as the delivery says it; a hint, since the forge is asked again before work.
        installation: the GitHub App's installation that sent it; None for a plain webhook.
    """

    delivery: str
    ref: PullRequestRef
    action: str
    head: str
    draft: bool = False
    installation: int | None = None


@dataclass(frozen=True)
class PullRequest:
    """A pull request as the forge shows it now.

    ``head_ref`` is what to fetch from ``clone_url`` (the base repository) to get the head, also when it lies in a fork.
    """

    ref: PullRequestRef
    state: str
    draft: bool
    base: str
    base_branch: str
    head: str
    head_ref: str
    clone_url: str
    from_fork: bool
    author: str
