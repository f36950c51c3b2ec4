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
from reviewbot.pipeline.places import Place, find_places, spoken
from reviewbot.pipeline.proving import Proven, prove_place
from reviewbot.pipeline.screening import screen_proven

__all__ = ["Engines", "review"]

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
            places = find_places(change, head, spoken(languages, options), options, accounts)
        if engines.sandbox is None and places:
            accounts.note(STATIC_NOTE)
        made: list[Suggestion] = []
        end = None if options.seconds is None else time.monotonic() + options.seconds
        while places and _room(made, options) != 0:
            if end is not None and time.monotonic() > end:
                accounts.note(LATE_NOTE)
                break
            batch, places = _split(places, _room(made, options))
            tell(f"proving fixes for {len(batch)} places")
            proven = _prove(batch, head, engines, accounts, options.hint)
            tell("screening with ruff, bandit and semgrep")
            made += screen_proven(proven, engines, accounts)
    stats = accounts.stats(len(change.files), change.changed_lines)
    return Review(
        change.base, change.head, tuple(made), accounts.withheld, len(places), accounts.notes, stats, accounts.details
    )


def _room(made: list[Suggestion], options: ReviewOptions) -> int | None:
    """How many more suggestions are wanted; None is no limit, 0 is none."""
    return options.max_suggestions - len(made) if options.max_suggestions else None


def _split(places: list[Place], wanted: int | None) -> tuple[list[Place], list[Place]]:
    return places[:wanted], places[wanted:] if wanted is not None else []


def _prove(batch: list[Place], head: Tree, engines: Engines, accounts: Accounts, hint: str | None) -> list[Proven]:
    with ThreadPoolExecutor(max_workers=engines.parallel) as pool:
        proven = list(pool.map(lambda place: prove_place(place, head, engines, accounts, hint), batch))
    return [one for one in proven if one is not None]
