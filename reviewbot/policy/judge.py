"""What is said of one run of lines that is all of one kind and one past."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reviewbot.domain.provenance import OriginKind
from reviewbot.policy.bench import Bench
from reviewbot.policy.coverage import Words, covers
from reviewbot.policy.demands import blocks, owners_missing, reviewers
from reviewbot.policy.kinds import exempt, kind_of, source
from reviewbot.policy.people import People
from reviewbot.policy.reviews import Lapsed, Review, Said
from reviewbot.policy.runs import Run
from reviewbot.policy.verdict import Clearance, Judged, Outcome
from reviewbot.repo_config.ai import AiPolicy, AiRule

_HOW = {Said.APPROVED: "approval", Said.SIGNED_OFF: "sign-off", Said.RESOLVED: "thread", Said.OVERRODE: "override"}
_MOST_TOLD = 6
"""Sentences on reviews that do not count; a hundred would hide what is to be done."""
_MOST_NAMED = 5


@dataclass(frozen=True)
class Hearing:
    """What each run is judged by. ``readable``: whether the reviews could be read at all."""

    head: str
    policy: AiPolicy
    people: People
    bench: Bench
    words: Words
    lapsed: Sequence[Lapsed]
    readable: bool


def judge(run: Run, hearing: Hearing) -> Judged:
    """What is said of ``run``."""
    policy = hearing.policy
    kind, table = kind_of(run.origin, policy), policy.rule(run.path)
    known = source(run.origin, policy)
    free = table is not None and table.rule is AiRule.FREE
    why = f"The policy asks nothing of AI code in `{table.match}`." if table and free else exempt(kind, policy)
    if why is not None:
        return Judged(run.path, run.lines, kind, known, Outcome.EXEMPT, (why,), claims=run.origin.claims)
    return _weigh(run, kind, known, table.rule if table else None, hearing)


def _weigh(run: Run, kind: OriginKind, known: str, rule: AiRule | None, hearing: Hearing) -> Judged:
    blocked = blocks(run, rule, hearing.people.commits.get(run.origin.commit), hearing.policy)
    words = hearing.words.about(run, hearing.head)
    speaking = [review for review in words if covers(review, run, hearing.head)]
    unchecked = _unchecked(run, speaking, hearing)
    cleared = () if unchecked else _cleared(run, speaking, hearing.bench)
    missing = () if unchecked or rule is AiRule.FORBIDDEN else _missing(run, rule, cleared, hearing)
    why = (*blocked, *unchecked, *missing, *(_discounted(run, words, hearing) if missing else ()))
    outcome = _outcome(blocked, unchecked, missing)
    who = _who(run, rule, cleared, hearing) if missing else ""
    return Judged(run.path, run.lines, kind, known, outcome, why, who, cleared, run.origin.claims)


def _outcome(blocked: Sequence[str], unchecked: Sequence[str], missing: Sequence[str]) -> Outcome:
    if blocked:
        return Outcome.BLOCKED
    if unchecked:
        return Outcome.UNCHECKED
    return Outcome.WAITING if missing else Outcome.CLEARED


def _unchecked(run: Run, speaking: Sequence[Review], hearing: Hearing) -> tuple[str, ...]:
    """Why it cannot be told whether the lines are reviewed."""
    if not hearing.readable:
        return ("Who reviewed these lines could not be read.",)
    if not speaking:
        return ()  # whoever they all are, nobody said anything that could be weighed
    if hearing.bench.unknown_commit(run):
        return (f"Who wrote {run.origin.commit[:7]}, which brought these lines, is not known.",)
    return hearing.bench.problems


def _cleared(run: Run, speaking: Iterable[Review], bench: Bench) -> tuple[Clearance, ...]:
    """Who has cleared the lines: each person once, with the word that they gave first."""
    found: dict[str, Clearance] = {}
    for review in speaking:
        if bench.why_not_here(review.by, run) is None:
            clearance = Clearance(review.by, review.commit, _HOW[review.said])
            found.setdefault(bench.identities.of(review.by), clearance)
    return tuple(sorted(found.values(), key=lambda one: (one.by.lower(), one.by)))


def _missing(run: Run, rule: AiRule | None, cleared: Sequence[Clearance], hearing: Hearing) -> tuple[str, ...]:
    needed = reviewers(rule, hearing.policy)
    told = []
    if len(cleared) < needed:
        so_far = f": {', '.join(one.by for one in cleared)} so far" if cleared else ""
        nobody = "Nobody who counts has reviewed these lines"
        told.append(f"{nobody}." if needed == 1 else f"{len(cleared)} of {needed} people have reviewed them{so_far}.")
    if rule is AiRule.OWNER:
        owners = owners_missing(run, hearing.bench.identities.all(one.by for one in cleared), hearing.bench.identities)
        told += [owners] if owners else []
    return tuple(told)


def _discounted(run: Run, words: Iterable[Review], hearing: Hearing) -> Iterable[str]:
    """Why reviews that are there do not count for these lines; each sentence once."""
    told: dict[str, None] = {}
    for review in words:
        bar = hearing.bench.why_not_here(review.by, run)
        if bar is None and review.said is Said.APPROVED and run.at(review.commit, hearing.head) is None:
            bar = "these lines came or changed after it"
        if bar is not None and review.said is not Said.OVERRODE:
            told[_discount(review, bar)] = None
    told |= {_discount(one.review, one.why): None for one in hearing.lapsed if one.review.said is not Said.OVERRODE}
    return sorted(told)[:_MOST_TOLD]


def _discount(review: Review, why: str) -> str:
    at = f" of {review.commit[:7]}" if review.commit else ""
    return f"{review.by}'s {_HOW[review.said]}{at} does not count: {why}."


def _who(run: Run, rule: AiRule | None, cleared: Sequence[Clearance], hearing: Hearing) -> str:
    """Who could clear the lines that wait."""
    identities = hearing.bench.identities
    have = identities.all(one.by for one in cleared)
    names = [name for name in hearing.bench.candidates(run) if identities.of(name) not in have]
    if rule is AiRule.OWNER and owners_missing(run, have, identities) is not None:
        owners = identities.all(person for one in run.owners for person in one.people)
        names = [name for name in names if identities.of(name) in owners]
    if not names:
        return "It takes a person who may write to the repository and has no part in these lines."
    shown = names[:_MOST_NAMED]
    more = f" (and {len(names) - len(shown)} others)" if len(names) > len(shown) else ""
    one_of = "" if len(names) == 1 else "One of "
    return f"{one_of}{', '.join(shown)}{more} can clear them, by approving."
