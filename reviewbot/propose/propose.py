"""From a region to its ranked drafts: analysis makes them, a model ranks them and fills the best one's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from reviewbot.domain.draft import Draft, Hole
from reviewbot.domain.site import Region
from reviewbot.domain.source_file import SourceFile, Tree
from reviewbot.languages.protocol import Language
from reviewbot.model.protocol import CannotRank, Choice, Completer, Usage
from reviewbot.propose.context import pack
from reviewbot.propose.weights import combined, mean_logprobs

SAMPLES = 4
"""Completions asked for one hole, in one call."""
SEED = 20261123
TEMPERATURE = 0.4


@dataclass(frozen=True)
class Proposal:
    """What could be done about a region: drafts, best first, or the reason why nothing fits; and the model's cost."""

    drafts: tuple[Draft, ...]
    refusal: str | None
    usage: Usage


def propose(
    language: Language,
    file: SourceFile,
    region: Region,
    tree: Tree,
    completer: Completer | None,
    *,
    hint: str | None = None,
) -> Proposal:
    """The drafts for a region. At most two calls of the model: one ranks the drafts, one fills the best one's hole.

    Args:
        hint: what a person said is wrong there; the model reads it as a comment above the region.

    Raises:
        ModelError: the model failed; asked again with ``completer`` None there are still drafts.
    """
    made = language.drafts(file, region, tree)
    drafts, usage = made.drafts, Usage()
    if completer is None or not drafts:
        return Proposal(drafts, made.refusal, usage)
    said = language.remark(file, region, hint) if hint else ""
    drafts, usage = _ranked(file, drafts, completer, said)
    best, cost = _filled(language, file, drafts[0], completer, said)
    return Proposal((best, *drafts[1:]), made.refusal, usage + cost)


def _ranked(
    file: SourceFile, drafts: Sequence[Draft], completer: Completer, said: str
) -> tuple[tuple[Draft, ...], Usage]:
    """The drafts in the order of analysis and model together; a model that cannot rank leaves them as they are."""
    if len(drafts) < 2:
        return tuple(drafts), Usage()
    texts = [draft.replacement for draft in drafts]
    shared = _shared_lines(texts)
    rests = [text[len(shared) :] for text in texts]
    lines = file.lines
    before = "".join(lines[: drafts[0].region.lines.start - 1]) + said
    after = "".join(lines[drafts[0].region.lines.end :])
    sample = next((d.hole for d in drafts if d.hole is not None), None)
    if sample is None:
        return tuple(drafts), Usage()
    longest = max(map(len, rests))
    whole = replace(sample, prefix=before + shared, suffix=after, near=max(1, sample.near) + len(said))
    context = pack(whole, completer.context_length, longest)
    try:
        ranking = completer.rank(context.prefix, context.suffix, rests)
    except CannotRank:
        return tuple(drafts), Usage(calls=1)
    scores = combined([d.prior for d in drafts], mean_logprobs(ranking.logprobs, rests))
    order = sorted(range(len(drafts)), key=lambda i: (-scores[i], i))
    return tuple(drafts[i] for i in order), ranking.usage


def _shared_lines(texts: Sequence[str]) -> str:
    """The first lines that all the texts have in common."""
    split = [text.splitlines(keepends=True) for text in texts]
    shared = takewhile(lambda row: len(set(row)) == 1, zip(*split, strict=False))
    return "".join(row[0] for row in shared)


def _filled(language: Language, file: SourceFile, draft: Draft, completer: Completer, said: str) -> tuple[Draft, Usage]:
    """The draft with the likeliest valid text in its hole; with its own where no answer is valid."""
    if draft.hole is None:
        return draft, Usage()
    hole = _told(draft.hole, file, draft.region, said)
    context = pack(hole, completer.context_length, hole.max_tokens)
    answer = completer.complete(
        context.prefix, context.suffix,
        n=SAMPLES, stop=hole.stop, max_tokens=hole.max_tokens, seed=SEED, temperature=TEMPERATURE,
    )  # fmt: skip
    for choice in sorted(answer.choices, key=_likelihood, reverse=True):
        filled = language.fill(file, draft, choice.text.rstrip()) if choice.finished else None
        if filled is not None:
            return filled, answer.usage
    return draft, answer.usage


def _told(hole: Hole, file: SourceFile, region: Region, said: str) -> Hole:
    """The hole with the person's words above the region."""
    at = len("".join(file.lines[: region.lines.start - 1]))
    return replace(hole, prefix=hole.prefix[:at] + said + hole.prefix[at:], near=hole.near + len(said))


def _likelihood(choice: Choice) -> float:
    """The mean log-probability a token; an engine that gives none has its own order, which sorting keeps."""
    return float("-inf") if choice.logprob is None else choice.logprob / max(1, choice.tokens)
