"""What a review says, in Markdown. Everything that comes from the repository is shown, never obeyed."""

from __future__ import annotations

from collections.abc import Sequence

from reviewbot.domain.review import Review
from reviewbot.domain.suggestion import Evidence, ProofLevel, Suggestion
from reviewbot.publish import markers
from reviewbot.publish.place import MAX_BODY, Unplaced
from reviewbot.publish.prose import code_span, longest_run, prose

REJECT = (
    "<sub>To reject it, resolve this conversation: it is not suggested again while this comment stands, not even after "
    "a push. The comment `# reviewbot: ignore` on the line keeps it away for good.</sub>"
)

_LEVELS = {
    ProofLevel.STATIC: "Checked without running any code (level: static)",
    ProofLevel.REGION: "Proven: these lines ran in a sandbox with the failure injected (level: region)",
    ProofLevel.FUNCTION: "Proven: the whole function ran in a sandbox with the failure injected (level: function)",
    ProofLevel.TESTS: "Proven: the repository's own tests ran in a sandbox (level: tests)",
}


def comment_body(suggestion: Suggestion, head: str | None = None) -> str:
    """The comment of one suggestion.

    Args:
        suggestion: what to say. head: the commit that was reviewed, for the marker that makes a review idempotent.
    """
    names = [*([markers.head_marker(head)] if head else []), suggestion.id]
    parts = [prose(suggestion.why), fenced(suggestion.replacement, "suggestion"), evidence(suggestion), REJECT]
    return "\n\n".join([*parts, markers.write(names)])


def fenced(code: str, info: str) -> str:
    """``code`` as a fenced block, closed by no line of the code itself.

    A line's end is written as one line feed, as Markdown reads it; the forge keeps the file's own line ends when the
    edit is applied. No code at all gives an empty block, which deletes the lines.
    """
    ticks = "`" * max(3, longest_run(code) + 1)
    text = code.replace("\r\n", "\n").removesuffix("\n")
    body = f"{text}\n" if code else ""
    return f"{ticks}{info}\n{body}{ticks}"


def evidence(suggestion: Suggestion) -> str:
    """The folded list of what was checked, and the level of proof that was reached."""
    rows = "\n".join(_row(one) for one in suggestion.evidence)
    origin = "analysis and a model" if suggestion.origin == "model" else "analysis alone"
    made = f"Made by {origin}{f' ({code_span(suggestion.model)})' if suggestion.model else ''}."
    summary = f"<summary>{_LEVELS[suggestion.level]}</summary>"
    return f"<details>\n{summary}\n\n{rows}\n\n{made}\n\n</details>"


def _row(one: Evidence) -> str:
    return f"- {'passed' if one.ok else 'FAILED'}: {code_span(one.check)}, {prose(one.detail)}"


def review_body(review: Review, unplaced: Sequence[Unplaced], *, marked: bool) -> str:
    """What the comments cannot say: what is held back by the limit, notes, and suggestions that have no place.

    Args:
        review: what was found. unplaced: what stands in no comment.
        marked: whether some comment carries the head's marker already; if none does, this text must.
    """
    parts = [prose(note) for note in review.notes]
    if review.more:
        parts.append(_held_back(review))
    names = [] if marked else [markers.head_marker(review.head)]
    room = MAX_BODY - sum(len(part) + 2 for part in parts) - 8_192
    for one in unplaced:
        text = _unplaced(one)
        if len(text) > room:
            text = f"{_where(one)}: too long to be shown."
        room -= len(text) + 40
        parts.append(text)
        names.append(one.suggestion.id)
    return "\n\n".join([*parts, *([markers.write(names)] if names else [])])


def _held_back(review: Review) -> str:
    places = "1 more place" if review.more == 1 else f"{review.more} more places"
    return f"{places} may want a fix; held back by the limit of {len(review.suggestions)} a review."


def _where(one: Unplaced) -> str:
    lines = one.suggestion.lines
    span = f"line {lines.start}" if len(lines) == 1 else f"lines {lines.start} to {lines.end}"
    return f"Not to be applied with a click, since {one.reason}: {code_span(one.suggestion.path)}, {span}"


def _unplaced(one: Unplaced) -> str:
    code = fenced(one.suggestion.replacement, "")
    return "\n\n".join([f"{_where(one)}. {prose(one.suggestion.why)}", code, evidence(one.suggestion)])
