"""What a comment says, in Markdown. Everything that comes from the repository is shown, never obeyed."""

from __future__ import annotations

from collections.abc import Sequence

from reviewbot.domain.suggestion import Evidence, Suggestion
from reviewbot.publish import markers
from reviewbot.publish.phrases import EN, Phrases, where, why
from reviewbot.publish.place import MAX_BODY, Unplaced
from reviewbot.publish.prose import code_span, longest_run, prose

_ROOM_FOR_MARKERS = 8_192


def comment_body(suggestion: Suggestion, words: Phrases = EN) -> str:
    """The comment of one suggestion, marked with its fingerprint."""
    return f"{comment_text(suggestion, words)}\n\n{markers.write([suggestion.id])}"


def comment_text(suggestion: Suggestion, words: Phrases = EN) -> str:
    """The same without the marker."""
    parts = [why(suggestion, words), fenced(suggestion.replacement, "suggestion"), evidence(suggestion, words)]
    return "\n\n".join([*parts, f"<sub>{words.reject}</sub>"])


def fenced(code: str, info: str) -> str:
    """``code`` as a fenced block, closed by no line of the code itself.

    A line's end is written as one line feed, as Markdown reads it; the forge keeps the file's own line ends when the
    edit is applied. No code at all gives an empty block, which deletes the lines.
    """
    ticks = "`" * max(3, longest_run(code) + 1)
    text = code.replace("\r\n", "\n").removesuffix("\n")
    body = f"{text}\n" if code else ""
    return f"{ticks}{info}\n{body}{ticks}"


def evidence(suggestion: Suggestion, words: Phrases = EN) -> str:
    """The folded list of what was checked, and the level of proof that was reached."""
    rows = "\n".join(_row(one, words) for one in suggestion.evidence)
    model = code_span(suggestion.model or "?")
    made = words.by_model.format(model=model) if suggestion.origin == "model" else words.by_analysis
    return folded(words.levels[suggestion.level], f"{rows}\n\n{made}")


def folded(summary: str, text: str) -> str:
    """``text`` behind a line to click on; both are Markdown and safe already."""
    return f"<details>\n<summary>{summary}</summary>\n\n{text}\n\n</details>"


def _row(one: Evidence, words: Phrases) -> str:
    return f"- {words.passed if one.ok else words.failed}: {code_span(one.check)}, {prose(one.detail)}"


def unplaced_body(unplaced: Sequence[Unplaced], words: Phrases = EN) -> str:
    """The suggestions that stand in no comment, marked; empty where there are none. Never longer than a forge takes."""
    parts: list[str] = []
    room = MAX_BODY - _ROOM_FOR_MARKERS
    for one in unplaced:
        text = _unplaced(one, words)
        if len(text) > room:
            text = words.too_long.format(where=where(one.suggestion, words))
        room -= len(text) + 40
        parts.append(text)
    names = [one.suggestion.id for one in unplaced]
    return "\n\n".join([*parts, markers.write(names)]) if names else ""


def _unplaced(one: Unplaced, words: Phrases) -> str:
    place = words.unplaced.format(reason=one.reason, where=where(one.suggestion, words))
    code = fenced(one.suggestion.replacement, "")
    return "\n\n".join([f"{place}. {why(one.suggestion, words)}", code, evidence(one.suggestion, words)])
