"""A verdict as a record of the audit log. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from reviewbot.domain.audit import Clearing, Judgement, Override, VerdictEntry, body
from reviewbot.domain.event import PullRequestRef
from reviewbot.policy.verdict import Judged, Verdict


def entry_of(
    verdict: Verdict, *, ref: PullRequestRef, base: str, policy: str, patches: Sequence[str], at: int
) -> VerdictEntry:
    """What is logged of a verdict: all that it rests on.

    Args:
        ref: the pull request. base: the commit that the change was taken from, a full id.
        policy: ``policy_digest`` of the one in force. patches: see ``policy.released.patches``.
        at: milliseconds since the epoch.
    """
    lifted = verdict.override
    return VerdictEntry(
        at=at,
        forge=ref.forge,
        repository=ref.repository,
        number=ref.number,
        head=verdict.head,
        base=base,
        policy=policy,
        mode=verdict.mode.value,
        state=verdict.state.value,
        lines=tuple(map(_judgement, verdict.lines)),
        override=Override(lifted.by, lifted.reason) if lifted else None,
        problems=verdict.problems,
        patches=tuple(patches),
    )


def same_verdict(one: VerdictEntry, other: VerdictEntry) -> bool:
    """Whether two records say the same, at whatever time."""
    return replace(one, at=0) == replace(other, at=0)


def digest_of(entry: VerdictEntry) -> str:
    """SHA-256 of a record, in hexadecimal, whatever its time: the same for two that say the same.

    Raises:
        NotCanonical: a number in it is too large.
    """
    return hashlib.sha256(body(replace(entry, at=0)).encode()).hexdigest()


def _judgement(one: Judged) -> Judgement:
    cleared = tuple(Clearing(clearance.by, clearance.commit, clearance.how) for clearance in one.cleared)
    return Judgement(one.path, one.lines, one.kind, one.outcome.value, one.claims, cleared, one.why)
