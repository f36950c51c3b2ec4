"""What a model sees around a hole when the whole file does not fit its context."""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.domain.draft import Hole

CHARACTERS_PER_TOKEN = 3
"""A conservative estimate: code has 3 to 4 characters a token in the models served here."""
RESERVED_TOKENS = 32
"""For the markers of fill-in-the-middle and the beginning of text."""
_SUFFIX_SHARE = 5  # the text after the hole gets at most a fifth: it says less than what stands before


@dataclass(frozen=True)
class Context:
    """The two sides of a hole, cut to fit."""

    prefix: str
    suffix: str


def pack(hole: Hole, context_length: int, answer_tokens: int) -> Context:
    """The sides of ``hole`` within a context of ``context_length`` tokens, of which the answer takes ``answer_tokens``.

    Kept in this order: the edited region, then the imports, then the definitions that it uses, then the file's head,
    as far as each fits; the region's own end is kept even where it alone is too long.
    """
    room = max(0, (context_length - answer_tokens - RESERVED_TOKENS) * CHARACTERS_PER_TOKEN)
    if len(hole.prefix) + len(hole.suffix) <= room:
        return Context(hole.prefix, hole.suffix)
    suffix = _first_lines(hole.suffix, room // _SUFFIX_SHARE)
    return Context(_prefix(hole, room - len(suffix)), suffix)


def _prefix(hole: Hole, room: int) -> str:
    near = hole.prefix[-hole.near :] if hole.near else ""
    near = near or _last_lines(hole.prefix, room // 2)
    near = near if len(near) <= room else _last_lines(near, room)
    room -= len(near)
    imports = hole.imports if len(hole.imports) <= room else _first_lines(hole.imports, room)
    room -= len(imports)
    used: list[str] = []
    for definition in hole.definitions:
        piece = f"\n{definition}"
        if len(piece) <= room and definition not in near:
            used.append(piece)
            room -= len(piece)
    head = _head(hole, imports, used, len(near), room)
    return head + imports + "".join(used) + ("\n" if imports or used else "") + near if room else imports + near


def _head(hole: Hole, imports: str, used: list[str], near: int, room: int) -> str:
    """The file's first lines that are not there already, as many as still fit."""
    before = hole.prefix[: len(hole.prefix) - near]
    taken = set(imports.splitlines()) | {line for piece in used for line in piece.splitlines()}
    kept: list[str] = []
    room -= 1  # the line end that sets the region apart
    for line in before.splitlines(keepends=True):
        if len(line) > room:
            break
        if line.rstrip("\r\n") not in taken:
            kept.append(line)
            room -= len(line)
    return "".join(kept)


def _last_lines(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    kept = text[len(text) - room :] if room > 0 else ""
    newline = kept.find("\n")
    return kept[newline + 1 :] if 0 <= newline < len(kept) - 1 else kept


def _first_lines(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    kept = text[: max(0, room)]
    newline = kept.rfind("\n")
    return kept[: newline + 1]
