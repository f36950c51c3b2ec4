"""Drafts: the ways to guard a region, shaped after the function around it and after the repository's own habits."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from reviewbot.domain.draft import Draft, Shape
from reviewbot.domain.site import Region
from reviewbot.domain.source_file import SourceFile, Tree
from reviewbot.languages.protocol import Drafts
from reviewbot.languages.python.guarding.commands import exiting
from reviewbot.languages.python.guarding.general import general
from reviewbot.languages.python.guarding.going_on import defaulting, skipping
from reviewbot.languages.python.guarding.holes import hole_of
from reviewbot.languages.python.guarding.loggers import logger
from reviewbot.languages.python.guarding.messages import message, quote
from reviewbot.languages.python.guarding.plans import LEAST, Pen, Plan
from reviewbot.languages.python.guarding.raising import raising
from reviewbot.languages.python.guarding.reachable import Caught, alias, caught
from reviewbot.languages.python.guarding.returning import returning
from reviewbot.languages.python.guarding.scaffold import CannotScaffold, guard
from reviewbot.languages.python.guarding.scene import Scene, scene
from reviewbot.languages.python.guarding.twins import like_twins
from reviewbot.languages.python.guarding.views import view
from reviewbot.languages.python.guarding.web import answering
from reviewbot.languages.python.reading.knowledge import Knowledge
from reviewbot.languages.python.reading.syntax import Unparsable

MOST = 4
"""So many drafts a region: more than the proof would ever try."""


def drafts(file: SourceFile, region: Region, tree: Tree, knowledge: Knowledge) -> Drafts:
    """The drafts of a region, best first, or why nothing fits: silence beats a guess."""
    try:
        found = scene(view(file), region)
    except Unparsable as error:
        return Drafts(refusal=f"the file {error}")
    if isinstance(found, str):
        return Drafts(refusal=found)
    exceptions = caught(found, region.failures, knowledge)
    if not exceptions:
        names = ", ".join(f.exception for f in region.failures)
        return Drafts(refusal=f"the file has no name for {names}, and an import cannot be added here")
    plans = _best(plan for plan in _plans(found, exceptions, tree) if not _in_vain(found, plan))
    if not plans:
        return Drafts(refusal="nothing here says what to do about the failure: no default, no error of its own, no log")
    try:
        return Drafts(tuple(_draft(file, found, exceptions, plan) for plan in plans))
    except CannotScaffold as error:
        return Drafts(refusal=str(error))


def _plans(found: Scene, exceptions: Sequence[Caught], tree: Tree) -> Iterator[Plan]:
    pen = Pen(found, alias(found), message(found), quote(found), logger(found))
    yield from like_twins(pen, tree)
    yield from answering(pen, exceptions)
    yield from exiting(pen, tree)
    yield from raising(pen, exceptions, tree)
    yield from skipping(pen)
    yield from returning(pen)
    yield from defaulting(pen)
    yield from general(pen, exceptions, tree)


def _in_vain(found: Scene, plan: Plan) -> bool:
    """Whether the handler returns what the statement right behind the region returns anyway."""
    follows = found.run.block[found.run.last + 1 :][:1]
    value = follows[0].value if follows and isinstance(follows[0], ast.Return) else None
    if not isinstance(value, ast.Constant):
        return False
    return plan.shape is Shape.RETURN and plan.body[-1] == f"return {ast.unparse(value)}"


def _best(plans: Iterable[Plan]) -> list[Plan]:
    """The best of those that fit, each handler once."""
    kept: dict[tuple[str, ...], Plan] = {}
    for plan in plans:
        old = kept.get(plan.body)
        if plan.prior >= LEAST and (old is None or old.prior < plan.prior):
            kept[plan.body] = plan
    return sorted(kept.values(), key=lambda p: (-p.prior, p.body))[:MOST]


def _draft(file: SourceFile, found: Scene, exceptions: Sequence[Caught], plan: Plan) -> Draft:
    names = [one.spelled for one in exceptions]
    kinds = names[0] if len(names) == 1 else f"({', '.join(names)})"
    clause = f"except {kinds}"
    name = alias(found)
    if _uses(plan, name):
        clause += f" as {name}"
    replacement = guard(file, found.region.lines, clause, plan.body)
    hole = None if plan.hole is None else hole_of(found, replacement, plan, quote(found))
    canonical = tuple(one.canonical for one in exceptions)
    prior = round(plan.prior, 3)
    return Draft(found.region, plan.shape, replacement, canonical, prior, plan.because, hole, share=plan.share)


def _uses(plan: Plan, name: str) -> bool:
    text = " ".join(plan.body)
    return f"{{{name}}}" in text or f"from {name}" in text or f", {name})" in text or f"str({name})" in text
