"""The gate's decision: one pure function over plain data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reviewbot.domain.change import LineRange
from reviewbot.policy.bench import Bench
from reviewbot.policy.coverage import Words, cut
from reviewbot.policy.judge import Hearing, judge
from reviewbot.policy.kinds import exempt
from reviewbot.policy.people import People
from reviewbot.policy.reviews import Review, Said, standing
from reviewbot.policy.runs import Run
from reviewbot.policy.verdict import Judged, Outcome, Overridden, State, Verdict
from reviewbot.repo_config.ai import AiPolicy, Mode

_LIFTED = frozenset({Outcome.WAITING, Outcome.BLOCKED})


def decide(
    lines: Iterable[Run],
    reviews: Sequence[Review] | None,
    people: People,
    policy: AiPolicy,
    *,
    head: str,
    problems: Sequence[str] = (),
) -> Verdict:
    """What the gate says of a head.

    Args:
        lines: every line that the change adds, in runs. reviews: all that was said, oldest first; None where that could
            not be read. people: who has to do with it. policy: the base's.
        head: the commit that is decided about. problems: what could not be checked on the way here, sentences.

    It has the same answer for the same facts, whatever was decided before. What could not be checked is no pass.
    """
    if policy.mode is Mode.OFF:
        return Verdict(State.PASS, policy.mode, head, notes=("The gate is off here: nothing was checked.",))
    bench = Bench(people, head)
    stands, lapsed = standing(reviews or (), bench.identities)
    words = Words(stands)
    hearing = Hearing(head, policy, people, bench, words, lapsed, reviews is not None)
    parts = [part for run in lines for part in cut(run, words.about(run, head), head)]
    parts.sort(key=lambda part: (part.path, part.lines))
    judged = [judge(part, hearing) for part in parts]
    override = _override(parts, judged, stands, hearing)
    if override is not None:
        judged = [replace(one, outcome=Outcome.OVERRIDDEN) if one.outcome in _LIFTED else one for one in judged]
    state = _state(judged, problems)
    notes = _informs(parts, judged, policy) if policy.scan else ()
    return Verdict(state, policy.mode, head, _joined(judged), tuple(problems), override, notes)


def _state(judged: Sequence[Judged], problems: Sequence[str]) -> State:
    """What is certain comes first: code that must change does so whatever else is found out."""
    outcomes = {one.outcome for one in judged}
    if Outcome.BLOCKED in outcomes:
        return State.FAIL
    if problems or Outcome.UNCHECKED in outcomes:
        return State.ERROR
    return State.PENDING if Outcome.WAITING in outcomes else State.PASS


def _override(
    parts: Sequence[Run], judged: Sequence[Judged], stands: Sequence[Review], hearing: Hearing
) -> Overridden | None:
    """The override that holds for this head, where something is there to lift.

    It is given by somebody whom the policy names, with a reason, and who could have cleared each of the lines: nobody
    lifts the gate for code of their own. A push ends it, unless it only brought the base in.
    """
    lifted = [part for part, one in zip(parts, judged, strict=True) if one.outcome in _LIFTED]
    named = {login.lower() for login in hearing.policy.override}
    heads = hearing.people.heads(hearing.head)
    if not lifted or hearing.bench.problems or any(map(hearing.bench.unknown_commit, lifted)):
        return None
    for review in sorted(stands, key=lambda one: one.by.lower()):
        given = review.said is Said.OVERRODE and review.by.lower() in named and review.reason.strip()
        if given and review.commit in heads and not any(hearing.bench.why_not_here(review.by, p) for p in lifted):
            return Overridden(review.by, review.reason.strip())
    return None


def _informs(parts: Sequence[Run], judged: Sequence[Judged], policy: AiPolicy) -> tuple[str, ...]:
    """Findings on lines that do not count as AI."""
    return tuple(
        f"{part.path}:{one.line}: {one.scanner} {one.rule}: {one.message} (not AI code, so this blocks nothing)"
        for part, said in zip(parts, judged, strict=True)
        if exempt(said.kind, policy) is not None
        for one in part.findings
    )


def _joined(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    """Neighbours of which the same is said as one."""
    joined: list[Judged] = []
    for one in judged:
        last = joined[-1] if joined else None
        if last and last.lines.end + 1 == one.lines.start and replace(last, lines=one.lines) == one:
            joined[-1] = replace(last, lines=LineRange(last.lines.start, one.lines.end))
        else:
            joined.append(one)
    return tuple(joined)
