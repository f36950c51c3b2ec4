"""A review for a person at a terminal. Colour is a matter of the console: in a pipe the same text comes without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from rich.text import Text

from reviewbot.domain.review import Review
from reviewbot.domain.suggestion import Evidence, Suggestion, Withheld
from reviewbot.publish.visible import visible_line

_STYLES = {"-": "red", "+": "green", " ": "dim"}


@dataclass(frozen=True)
class TextOptions:
    """How to show a review.

    Attributes:
        scope: one line that says what was reviewed.
        verbose: each withheld place by itself, and not only how many for which reason.
        unicode: whether the terminal can show more than ASCII.
    """

    scope: str = ""
    verbose: bool = False
    unicode: bool = True


def to_text(review: Review, options: TextOptions) -> Text:
    """The whole review. Nothing of the repository can steer the terminal: hidden characters are escaped."""
    text = Text()
    if options.scope:
        text.append(f"{visible_line(options.scope)}\n\n", "bold")
    for suggestion in review.suggestions:
        text.append_text(_suggestion(suggestion, options)).append("\n")
    text.append_text(_withheld(review.withheld, options.verbose))
    for note in (*review.notes, *review.details):
        text.append(f"Note: {visible_line(note)}\n", "yellow")
    text.append(f"{summary(review)}\n", "bold")
    return text


def summary(review: Review) -> str:
    """One line: how much was suggested, withheld and looked at, and the time it took."""
    stats = review.stats
    found = _count(len(review.suggestions), "suggestion") if review.suggestions else "Nothing to suggest"
    parts = [found]
    if review.more:
        parts.append(f"{review.more} more past --max-suggestions")
    if review.withheld:
        parts.append(f"{len(review.withheld)} withheld")
    looked = f"{_count(stats.changed_lines, 'changed line')} in {_count(stats.files, 'file')}"
    calls = f", {_count(stats.model_calls, 'model call')}" if stats.model_calls else ""
    return f"{', '.join(parts)}; {looked}{calls}, {stats.seconds.get('total', 0.0):.1f} s."


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _suggestion(suggestion: Suggestion, options: TextOptions) -> Text:
    start, end = suggestion.lines.start, suggestion.lines.end
    place = f"{start}" if start == end else f"{start}-{end}"
    text = Text()
    text.append(f"{visible_line(suggestion.path)}:{place}", "bold cyan")
    text.append(f"  {suggestion.rule}, {suggestion.confidence:.0%} sure, {_origin(suggestion)}\n", "dim")
    text.append(f"  {visible_line(suggestion.why)}\n")
    for mark, line in diff_lines(suggestion.original, suggestion.replacement):
        text.append(f"    {mark} {visible_line(line)}".rstrip() + "\n", _STYLES[mark])
    text.append(f"  Proven to the {suggestion.level.value} level:\n")
    for evidence in suggestion.evidence:
        text.append_text(_evidence(evidence, options.unicode))
    return text


def _origin(suggestion: Suggestion) -> str:
    return f"words by {visible_line(suggestion.model)}" if suggestion.model else "by analysis"


def _evidence(evidence: Evidence, unicode: bool) -> Text:
    good, bad = ("✓", "✗") if unicode else ("ok", "FAILED")
    text = Text()
    text.append(f"    {good if evidence.ok else bad} ", "green" if evidence.ok else "red")
    text.append(f"{evidence.check:<8} ")
    text.append(f"{visible_line(evidence.detail)} ({evidence.seconds:.2f} s)\n", "dim")
    return text


def diff_lines(original: str, replacement: str) -> Iterator[tuple[str, str]]:
    """Each line without its end, and ``-`` gone, ``+`` new or a space for kept."""
    before, after = _bare(original), _bare(replacement)
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from ((" ", line) for line in before[a:b])
        else:
            yield from (("-", line) for line in before[a:b])
            yield from (("+", line) for line in after[c:d])


def _bare(text: str) -> list[str]:
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")] if text else []


def _withheld(withheld: tuple[Withheld, ...], verbose: bool) -> Text:
    text = Text()
    if not withheld:
        return text
    if verbose:
        text.append("Withheld:\n")
        for one in withheld:
            text.append(f"  {visible_line(one.path)}:{one.line}  {visible_line(one.reason)}\n", "dim")
    else:
        text.append("Withheld (-v shows each):\n")
        for reason, number in Counter(w.reason.partition(":")[0] for w in withheld).most_common():
            text.append(
                f"  {number} × {visible_line(reason)}\n" if number > 1 else f"  {visible_line(reason)}\n", "dim"
            )
    return text.append("\n")
