"""The prompt's budget: the prefix is trimmed from its head and the suffix from its tail until both fit."""

from __future__ import annotations

from collections.abc import Callable

FRAME_TOKENS = 16
"""Room for the frame's own tokens and the beginning-of-text token: at most 4, or 12 where a server spells them out."""

BYTES_PER_TOKEN = 2
"""A conservative estimate where a server has no tokenizer to ask; code has 3 to 4 bytes a token as a rule."""

_SUFFIX_SHARE = 0.25  # what stands before the hole says more than what follows; Continue and Tabby give 20 to 30 %
_ROUNDS = 8


def estimate(text: str) -> int:
    """At most so many tokens, as a rule."""
    return -(-len(text.encode("utf-8")) // BYTES_PER_TOKEN)


def shares(prefix: int, suffix: int, room: int) -> tuple[int, int]:
    """How many of ``room`` tokens each side gets; what one does not need, the other has."""
    if prefix + suffix <= room:
        return prefix, suffix
    tail = min(suffix, max(int(room * _SUFFIX_SHARE), room - prefix))
    return min(prefix, room - tail), tail


def trim(text: str, room: int, count: Callable[[str], int], *, head: bool) -> str:
    """``text`` cut to at most ``room`` tokens, at a line's start or end where there is one.

    Args:
        text: what to cut. room: tokens. count: tokens of a text. head: True cuts away the beginning, False the end.
    """
    for _ in range(_ROUNDS):
        tokens = count(text) if text else 0
        if tokens <= room:
            return text
        keep = int(len(text) * room / tokens * 0.97)
        text = _last(text, keep) if head else _first(text, keep)
    return ""


def _last(text: str, keep: int) -> str:
    kept = text[len(text) - keep :]
    newline = kept.find("\n")
    return kept[newline + 1 :] if 0 <= newline < len(kept) - 1 else kept


def _first(text: str, keep: int) -> str:
    kept = text[:keep]
    newline = kept.rfind("\n")
    return kept[: newline + 1] if newline >= 0 else kept


def fit(prefix: str, suffix: str, room: int, count: Callable[[str], int]) -> tuple[str, str]:
    """Both sides, trimmed to ``room`` tokens together. ``count`` is not asked about what fits in any case."""
    if len(prefix.encode("utf-8")) + len(suffix.encode("utf-8")) <= room:
        return prefix, suffix  # a token has one byte at least
    before, after = shares(count(prefix) if prefix else 0, count(suffix) if suffix else 0, room)
    return trim(prefix, before, count, head=True), trim(suffix, after, count, head=False)
