"""What was recorded of lines at earlier heads of the same pull request: a record that is taken away was there.

Whoever pushes can rewrite a commit without its trailer, move a note away, or edit a description. Lines that stand as
they did when the record was read keep what it said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reviewbot.domain.change import LineRange
from reviewbot.domain.provenance import Claim, OriginKind, Seen
from reviewbot.policy.past import with_past
from reviewbot.policy.runs import Run, Stood
from reviewbot.source.repository import Repository

MACHINE = frozenset({OriginKind.AI, OriginKind.MIXED})
"""Kinds of claims that are remembered: what says *human* clears nothing anyhow."""


def seen_in(runs: Iterable[Run], head: str) -> tuple[Seen, ...]:
    """What is to be remembered of the runs at ``head``; neighbours with the same records as one."""
    found: list[Seen] = []
    for run in runs:
        claims = tuple(claim for claim in run.origin.claims if claim.kind in MACHINE)
        last = found[-1] if found else None
        if not claims:
            continue
        if last and (last.path, last.claims, last.lines.end + 1) == (run.path, claims, run.lines.start):
            found[-1] = replace(last, lines=LineRange(last.lines.start, run.lines.end))
        else:
            found.append(Seen(head, run.path, run.lines, claims))
    return tuple(found)


def remembered(repository: Repository, runs: Iterable[Run], head: str, seen: Sequence[Seen]) -> tuple[Run, ...]:
    """The runs with what was recorded of them before.

    Of an earlier head that is not there any more nobody can tell which lines stood as they do now: what was recorded
    then is taken to hold for all lines of the same file.

    Args:
        head: the commit of the runs. seen: of earlier heads.

    Raises:
        SourceError: git refused.
    """
    given = tuple(runs)
    if not seen:
        return given
    placed, lost = with_past(repository, given, head, dict.fromkeys(one.head for one in seen))
    at = _by_place(seen)
    told = [_of_lost(part, lost, at) for run in placed for part in _told(run, head, at)]
    return tuple(replace(run, stood=()) for run in told)


def _of_lost(run: Run, lost: Iterable[str], at: dict[tuple[str, str], list[Seen]]) -> Run:
    claims = [_old(claim, one.head) for head in lost for one in at.get((head, run.path), ()) for claim in one.claims]
    return _with(run, tuple(dict.fromkeys(claims)))


def _by_place(seen: Iterable[Seen]) -> dict[tuple[str, str], list[Seen]]:
    at: dict[tuple[str, str], list[Seen]] = {}
    for one in seen:
        at.setdefault((one.head, one.path), []).append(one)
    return at


def _told(run: Run, head: str, at: dict[tuple[str, str], list[Seen]]) -> list[Run]:
    """``run`` in parts, each with the claims that were made of all its lines; at this very head, too."""
    claims: dict[int, dict[Claim, None]] = {}
    for stood in (*run.stood, Stood(head, run.path, run.lines)):
        for one in at.get((stood.commit, stood.path), ()):
            first, last = max(one.lines.start, stood.lines.start), min(one.lines.end, stood.lines.end)
            for line in range(first, last + 1):
                claims.setdefault(line - stood.lines.start + run.lines.start, {}).update(
                    dict.fromkeys(_old(claim, one.head) for claim in one.claims)
                )
    if not claims:
        return [run]
    return _parts(run, claims)


def _parts(run: Run, claims: dict[int, dict[Claim, None]]) -> list[Run]:
    starts = [run.lines.start]
    for line in range(run.lines.start + 1, run.lines.end + 1):
        if claims.get(line) != claims.get(line - 1):
            starts.append(line)
    ends = [start - 1 for start in starts[1:]] + [run.lines.end]
    return [
        _with(run.part(LineRange(start, end)), tuple(claims.get(start, {})))
        for start, end in zip(starts, ends, strict=True)
    ]


def _with(run: Run, old: tuple[Claim, ...]) -> Run:
    """The run with those claims that nothing says of it now."""
    now = {_bare(claim) for claim in run.origin.claims}
    fresh = tuple(claim for claim in old if _bare(claim) not in now)
    if not fresh:
        return run
    kind = run.origin.kind if run.origin.kind in MACHINE else _kind(fresh, run.origin.kind)
    everything = sorted((*run.origin.claims, *fresh), key=lambda claim: -claim.strength)
    return replace(run, origin=replace(run.origin, kind=kind, claims=tuple(everything)))


def _kind(claims: Sequence[Claim], now: OriginKind) -> OriginKind:
    machine = OriginKind.AI if any(claim.kind is OriginKind.AI for claim in claims) else OriginKind.MIXED
    return OriginKind.MIXED if now is OriginKind.HUMAN else machine


_RECORDED = ", recorded at "


def _old(claim: Claim, head: str) -> Claim:
    if _RECORDED in claim.detail:
        return claim
    return replace(claim, detail=f"{claim.detail or claim.source}{_RECORDED}{head[:7]}")


def _bare(claim: Claim) -> tuple[object, ...]:
    """A claim apart from where it stands: a rebased commit has another id, and says the same."""
    return claim.kind, claim.strength, claim.source, claim.tool, claim.model
