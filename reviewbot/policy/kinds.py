"""What lines count as under a policy. Whoever pushes can write a record, so one that says *human* clears nothing."""

from __future__ import annotations

from reviewbot.domain.provenance import Claim, Origin, OriginKind, Strength
from reviewbot.repo_config.ai import AiPolicy, MixedAs, UnknownAs

_AT_LEAST = {strength.name.lower(): strength for strength in Strength}


def counted(origin: Origin, policy: AiPolicy) -> tuple[Claim, ...]:
    """The records that are strong enough to count."""
    return tuple(claim for claim in origin.claims if claim.strength >= _AT_LEAST[policy.strength])


def kind_of(origin: Origin, policy: AiPolicy) -> OriginKind:
    """What the lines count as.

    Where one record says a machine and another a person, the machine is believed: otherwise a forged note would do.
    Lines that are called AI without a record stay so.
    """
    said = {claim.kind for claim in counted(origin, policy)}
    if not said:
        return OriginKind.UNKNOWN if origin.claims or not _machine(origin.kind) else origin.kind
    if OriginKind.AI in said:
        changed = origin.kind is OriginKind.MIXED and OriginKind.HUMAN not in said
        return OriginKind.MIXED if changed else OriginKind.AI
    if OriginKind.MIXED in said:
        return OriginKind.MIXED
    return OriginKind.HUMAN if OriginKind.HUMAN in said else OriginKind.UNKNOWN


def exempt(kind: OriginKind, policy: AiPolicy) -> str | None:
    """Why nothing is asked of lines of that kind, a sentence; None where something is."""
    if kind is OriginKind.MIXED and policy.mixed is MixedAs.HUMAN:
        return "A person changed what a machine wrote, and the policy counts that as human."
    if _machine(kind) or policy.unknown is UnknownAs.AI:
        return None
    if kind is OriginKind.HUMAN:
        return "The records name a person and no machine."
    return "No record that counts says that a machine wrote them."


def source(origin: Origin, policy: AiPolicy) -> str:
    """How the kind is known, in words for a person."""
    claims = counted(origin, policy) or origin.claims
    if not claims:
        return "no record"
    first = claims[0]
    by = " ".join(part for part in (first.tool, f"({first.model})" if first.model else None) if part)
    where = first.detail or first.source
    more = f", and {len(claims) - 1} more" if len(claims) > 1 else ""
    return f"{where}: {by or first.kind.value}{more}"


def _machine(kind: OriginKind) -> bool:
    return kind in (OriginKind.AI, OriginKind.MIXED)
