"""The bot as the behaviour tests drive it: the real visit, with a review that finds really and proves nothing.

Proof and scanners have their own tests and take seconds; what is looked at here is what is said, where and when.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from reviewbot.commands.grammar import only_commands
from reviewbot.domain.change import Change
from reviewbot.domain.record import Record
from reviewbot.domain.review import Review, ReviewOptions, Stats
from reviewbot.domain.source_file import Tree
from reviewbot.domain.suggestion import Evidence, Suggestion
from reviewbot.languages.registry import load_languages
from reviewbot.pipeline.accounts import Accounts
from reviewbot.pipeline.engines import Engines
from reviewbot.pipeline.places import Place, find_places, spoken
from reviewbot.propose.propose import propose
from reviewbot.resources import rules_dir
from reviewbot.source.mirrors import Mirrors
from reviewbot.store.database import Database
from reviewbot.store.migrate import migrate
from reviewbot.store.pulls import Pulls
from reviewbot.store.records import Records
from reviewbot.visit.collaborators import Collaborators
from reviewbot.visit.look import Wish, look_at
from reviewbot.visit.outcome import Outcome
from tests.behaviour.stage import Stage


def quick_review(
    change: Change,
    head: Tree,
    base: Tree,
    engines: Engines,
    options: ReviewOptions,
    *,
    progress: Callable[[str], None] | None = None,
) -> Review:
    """Real places and real drafts, the first of each."""
    accounts = Accounts()
    languages, _ = load_languages(engines.rules, base)
    places = find_places(change, head, spoken(languages, options), options, accounts)
    made = [one for place in places if (one := _suggestion(place, head)) is not None]
    cap = options.max_suggestions or len(made)
    more = len(made) - len(made[:cap])
    return Review(change.base, change.head, tuple(made[:cap]), accounts.withheld, more, (), Stats())


def _suggestion(place: Place, head: Tree) -> Suggestion | None:
    drafts = propose(place.language, place.file, place.region, head, None).drafts
    if not drafts:
        return None
    return Suggestion(
        id=place.id,
        kind="fix",
        rule=place.rule,
        path=place.region.path,
        lines=place.region.lines,
        original=place.original,
        replacement=drafts[0].replacement,
        exceptions=drafts[0].exceptions,
        confidence=place.confidence,
        origin="template",
        why=place.region.sites[0].why,
        evidence=(Evidence("parse", True, "the whole file parses"),),
        function=place.region.function,
    )


class Bot:
    """A bot on one stage, with a database of its own."""

    def __init__(self, stage: Stage, place: Path, **facts: Any) -> None:
        place.mkdir(parents=True, exist_ok=True)
        self.stage = stage
        self.database = Database(f"sqlite:///{place / 'bot.sqlite'}")
        migrate(self.database)
        self.using = Collaborators(
            forge=stage.forge,
            mirrors=Mirrors(place / "mirrors"),
            engines=Engines(None, None, rules_dir()),
            options=ReviewOptions(min_confidence=0.3),
            records=Records(self.database),
            pulls=Pulls(self.database),
            only_commands=only_commands,
            reviewer=quick_review,
            **facts,
        )

    def look(self, *, asked: bool = False, full: bool = False) -> Outcome:
        return look_at(self.stage.ref, self.using, lambda _: None, Wish(asked or full, full))

    def records(self) -> list[Record]:
        return list(self.using.records.of(self.stage.ref))

    def outcomes(self) -> list[str]:
        """What became of each suggestion, by the order in which they were made: its state, or what came of it."""
        return [(one.outcome or one.state).value for one in self.records()]

    def close(self) -> None:
        self.database.close()
