"""The last check: nothing new for ruff, bandit and semgrep, in one run of each for a whole batch."""

from __future__ import annotations

from collections.abc import Sequence

from reviewbot.domain.suggestion import Evidence, Suggestion
from reviewbot.pipeline.accounts import Accounts
from reviewbot.pipeline.engines import Engines
from reviewbot.pipeline.mends import ProvenMend
from reviewbot.pipeline.proving import Proven
from reviewbot.verify.screen import Screened, screen


def screen_proven(proven: Sequence[Proven | ProvenMend], engines: Engines, accounts: Accounts) -> list[Suggestion]:
    """The suggestions that bring nothing new for any scanner; the others are recorded as withheld.

    Raises:
        ScannerError: a scanner did not finish; nothing was screened.
    """
    if not proven:
        return []
    with accounts.step("screen"):
        found = screen([_screened(one) for one in proven], engines.rules)
    made = []
    for one in proven:
        evidence = found[one.place.id]
        failed = next((e for e in evidence if not e.ok), None)
        if failed is None:
            made.append(_suggestion(one, evidence, engines))
        else:
            accounts.withhold(one.place.withheld(f"{failed.check}: {failed.detail}"))
    return made


def _screened(one: Proven | ProvenMend) -> Screened:
    if isinstance(one, ProvenMend):
        return one.screened
    after = one.place.file.replace(one.place.region.lines, one.draft.replacement)
    return Screened(one.place.id, one.place.file, after)


def _suggestion(one: Proven | ProvenMend, scanned: tuple[Evidence, ...], engines: Engines) -> Suggestion:
    if isinstance(one, ProvenMend):
        return one.suggestion(scanned)
    place, draft = one.place, one.draft
    by_model = engines.completer is not None and draft.origin == "model"
    return Suggestion(
        id=place.id,
        kind="fix",
        rule=place.rule,
        path=place.region.path,
        lines=place.region.lines,
        original=place.original,
        replacement=draft.replacement,
        exceptions=draft.exceptions,
        confidence=one.confidence,
        origin=draft.origin,
        why=" ".join(dict.fromkeys(site.why for site in place.region.sites)),
        evidence=(*one.evidence, *scanned),
        function=place.region.function,
        model=engines.completer.model if by_model and engines.completer else None,
    )
