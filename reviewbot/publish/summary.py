"""The one comment that sums up: only what the comments on the lines do not say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reviewbot.domain.review import Review
from reviewbot.domain.suggestion import Withheld
from reviewbot.publish import markers
from reviewbot.publish.phrases import EN, Phrases, commit_name
from reviewbot.publish.prose import code_span, prose
from reviewbot.publish.render import folded

_SHOWN = 30
"""Withheld places that are listed one by one; a reader who wants more runs ``reviewbot review``."""


def summary_body(review: Review, words: Phrases = EN, notes: Sequence[str] = ()) -> str | None:
    """What is left to say after the comments; None where that is nothing.

    Args:
        review: what was done. notes: further sentences that every reader must see.
    """
    parts = unsaid(review, words, notes)
    if not parts:
        return None
    head = words.summary.format(commit=commit_name(review.head))
    return "\n\n".join([head, *parts, markers.write([markers.SUMMARY])])


def unsaid(review: Review, words: Phrases = EN, notes: Sequence[str] = ()) -> list[str]:
    """Its paragraphs: notes, what the limit held back, and what was withheld, folded."""
    parts = [prose(note) for note in (*notes, *review.notes)]
    if review.more:
        parts.append(words.one_more if review.more == 1 else words.more.format(count=review.more))
    if review.withheld:
        parts.append(_withheld(review.withheld, words))
    return parts


def _withheld(withheld: Sequence[Withheld], words: Phrases) -> str:
    counted = Counter(withheld)
    rows = [f"- {code_span(f'{one.path}:{one.line}')}: {prose(one.reason)}" for one in list(counted)[:_SHOWN]]
    if len(counted) > _SHOWN:
        rows.append(f"- {words.and_more.format(count=len(counted) - _SHOWN)}")
    return folded(words.withheld.format(count=len(counted)), "\n".join(rows))
