"""A review as Markdown: the very comments that would be posted, each under the lines it would stand on."""

from __future__ import annotations

from reviewbot.domain.review import Review
from reviewbot.domain.suggestion import Suggestion
from reviewbot.publish.as_text import summary
from reviewbot.publish.prose import code_span
from reviewbot.publish.render import comment_body
from reviewbot.publish.summary import unsaid


def to_markdown(review: Review) -> str:
    """The comments, what the review itself would say, and the totals."""
    parts = [f"### {_place(suggestion)}\n\n{comment_body(suggestion)}" for suggestion in review.suggestions]
    return "\n\n".join([*parts, *unsaid(review), summary(review)])


def _place(suggestion: Suggestion) -> str:
    start, end = suggestion.lines.start, suggestion.lines.end
    return f"{code_span(suggestion.path)}, " + (f"line {start}" if start == end else f"lines {start} to {end}")
