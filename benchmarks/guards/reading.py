"""What a person has to read of a run: missed guards, false alarms, and suggestions as a developer would see them.

``python -m benchmarks.guards read`` writes them from the last run; what the reader thinks of each stands in
``causes.json`` (a cause for each miss and alarm) and ``opinions.json`` (would accept or not, for each suggestion).
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.guards.make import Case, Site
from benchmarks.guards.run import Result, Said

CAUSES = Path(__file__).with_name("causes.json")
OPINIONS = Path(__file__).with_name("opinions.json")
_MANY = 100
_SHOWN = 30
_SEED = 20261125
_BEFORE, _AFTER = 6, 3


@dataclass(frozen=True)
class Reading:
    """One thing to read: ``id`` is the same as long as the code and what is said of it are."""

    id: str
    title: str
    code: str
    told: str


def misses(results: Sequence[Result], least: float) -> list[Reading]:
    """Removed guards that no suggestion of at least that confidence types rightly: a hundred at random."""
    found = []
    first = 0
    for result in results:
        typed = {i for s in result.said if s.confidence >= least for i in s.mark.typed}
        for number, site in enumerate(result.case.sites):
            if first + number not in typed:
                found.append(_miss(result, site, first + number))
        first += len(result.case.sites)
    return _sample(found, _MANY)


def alarms(results: Sequence[Result]) -> list[Reading]:
    """Suggestions where no guard was taken away: the hundred surest."""
    found = [(result.case, s) for result in results for s in result.said if not s.mark.hit]
    found.sort(key=lambda pair: (-pair[1].confidence, pair[0].name, pair[1].path, pair[1].lines))
    return [_alarm(case, said) for case, said in found[:_MANY]]


def shown(results: Sequence[Result], least: float) -> list[Reading]:
    """Thirty random suggestions of at least that confidence."""
    found = [_alarm(r.case, s) for r in results for s in r.said if s.confidence >= least]
    return _sample(found, _SHOWN)


def _sample(found: Sequence[Reading], many: int) -> list[Reading]:
    ordered = sorted(found, key=lambda one: one.id)
    return random.Random(_SEED).sample(ordered, min(many, len(ordered)))


def _miss(result: Result, site: Site, number: int) -> Reading:
    near = [s for s in result.said if number in s.mark.hit]
    told = [f"the authors caught {', '.join(site.exceptions)}:", site.handler]
    told += [f"suggested at {s.confidence:.2f}: {', '.join(s.exceptions)}: {s.why}" for s in near] or [
        "nothing was suggested"
    ]
    title = f"{result.case.name} {site.path}:{site.start} {site.function}"
    return Reading(_id(title), title, _code(result.case, site.path, (site.start, site.end), None), "\n".join(told))


def _alarm(case: Case, said: Said) -> Reading:
    title = f"{case.name} {said.path}:{said.lines[0]} at {said.confidence:.2f}"
    code = _code(case, said.path, said.lines, said.replacement)
    return Reading(_id(f"{case.name} {said.path} {said.replacement}"), title, code, said.why)


def _id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _code(case: Case, path: str, lines: tuple[int, int], replacement: str | None) -> str:
    """Some lines around, the place itself with ``-``, what would stand there with ``+``."""
    text = case.head[path].split("\n")
    first, last = lines
    head = next((n for n in range(first - 1, 0, -1) if text[n - 1].lstrip().startswith(("def ", "async def "))), first)
    shown = [f"  {text[head - 1]}", "  …"] if head < first - _BEFORE else []
    shown += [f"  {line}" for line in text[max(head, first - _BEFORE) - 1 : first - 1]]
    shown += [f"- {line}" for line in text[first - 1 : last]]
    shown += [f"+ {line}" for line in (replacement or "").rstrip("\n").split("\n")] if replacement else []
    shown += [f"  {line}" for line in text[last : last + _AFTER]]
    return "\n".join(shown)


def markdown(readings: Sequence[Reading], said: Mapping[str, str]) -> Iterator[str]:
    """Each with its code, and what the reader says of it."""
    for number, one in enumerate(readings, 1):
        yield f"### {number}. {one.title}\n"
        yield f"`{one.id}` **{said.get(one.id, 'not read yet')}**\n"
        yield f"```diff\n{one.code}\n```\n\n{one.told}\n"


def counted(readings: Sequence[Reading], said: Mapping[str, str]) -> str:
    """How many of each cause or opinion: what stands before the first colon."""
    found = Counter(said.get(one.id, "not read yet").partition(":")[0] for one in readings)
    return "\n".join(f"| {cause} | {many} |" for cause, many in found.most_common())


def opinions(path: Path) -> Mapping[str, str]:
    """What a reader wrote down, by id."""
    return json.loads(path.read_text("utf-8")) if path.exists() else {}
