"""The pipeline: a change goes in, proven suggestions come out. Start reading here.

``review`` takes plain data and returns plain data. The trees, the model and the sandbox are handed to it, so the
command line, the worker and the benchmarks all call this one function.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from reviewbot.domain.change import Change
from reviewbot.domain.review import Review, ReviewOptions
from reviewbot.domain.source_file import Tree
from reviewbot.domain.suggestion import Suggestion
from reviewbot.languages.registry import load_languages
from reviewbot.pipeline.accounts import Accounts
from reviewbot.pipeline.engines import Engines
from reviewbot.pipeline.mends import MendPlace, ProvenMend, apart, find_mends, free_of, in_order, prove_mend
from reviewbot.pipeline.places import Place, find_places, spoken
from reviewbot.pipeline.proving import Proven, prove_place
from reviewbot.pipeline.screening import screen_proven

__all__ = ["Engines", "review"]

Work = Place | MendPlace
"""What is looked at: a place that may want a guard, or a smell with its mend."""

LATE_NOTE = "The time for this review was used up before every place was looked at."
STATIC_NOTE = "Proofs were limited to the static level by the operator's setting: no code was run."


def review(
    change: Change,
    head: Tree,
    base: Tree,
    engines: Engines,
    options: ReviewOptions,
    *,
    progress: Callable[[str], None] | None = None,
) -> Review:
    """Review a change.

    Args:
        change: what to look at. head, base: the files of its two commits.
        engines: what to work with. options: what the caller asks for.
        progress: told in a few words what is being done; what it raises ends the review.

    Raises:
        KnowledgeError: the shipped rules are broken.
        VerifyError: a scanner or the sandbox could not run at all.
        SourceError: git failed.
    """
    tell = progress or (lambda _: None)
    accounts = Accounts()
    with accounts.step("total"):
        languages, notes = load_languages(engines.rules, base)
        accounts.note(*notes)
        tell(f"looking at {len(change.files)} changed files")
        with accounts.step("detect"):
            chosen = spoken(languages, options)
            places = find_places(change, head, chosen, options, accounts)
            mends = find_mends(change, head, chosen, options) if engines.sandbox is not None else []
            waiting = in_order(places, mends)
        if engines.sandbox is None and places:
            accounts.note(STATIC_NOTE)
        made: list[Suggestion] = []
        end = None if options.seconds is None else time.monotonic() + options.seconds
        while waiting and _room(made, options) != 0:
            if end is not None and time.monotonic() > end:
                accounts.note(LATE_NOTE)
                break
            batch, waiting = _split(waiting, _room(made, options))
            tell(f"proving fixes for {len(batch)} places")
            proven = _prove(batch, head, engines, accounts, options)
            tell("screening with ruff, bandit and semgrep")
            made = apart([*made, *screen_proven(proven, engines, accounts)])
            waiting = free_of(waiting, made)
    stats = accounts.stats(len(change.files), change.changed_lines)
    return Review(
        change.base, change.head, tuple(made), accounts.withheld, len(waiting), accounts.notes, stats, accounts.details
    )


def _room(made: list[Suggestion], options: ReviewOptions) -> int | None:
    """How many more suggestions are wanted; None is no limit, 0 is none."""
    return options.max_suggestions - len(made) if options.max_suggestions else None


def _split(waiting: list[Work], wanted: int | None) -> tuple[list[Work], list[Work]]:
    return waiting[:wanted], waiting[wanted:] if wanted is not None else []


def _prove(
    batch: list[Work], head: Tree, engines: Engines, accounts: Accounts, options: ReviewOptions
) -> list[Proven | ProvenMend]:
    def prove(work: Work) -> Proven | ProvenMend | None:
        if isinstance(work, MendPlace):
            return prove_mend(work, engines, accounts)
        return prove_place(work, head, engines, accounts, options)

    with ThreadPoolExecutor(max_workers=engines.parallel) as pool:
        proven = list(pool.map(prove, batch))
    return [one for one in proven if one is not None]
