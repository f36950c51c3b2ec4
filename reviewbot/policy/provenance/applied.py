"""Our own suggestions in what the change adds, by their text: applied with the forge's button, or pasted by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from reviewbot.domain.change import LineRange
from reviewbot.domain.provenance import Claim, OriginKind, Strength
from reviewbot.domain.record import Record
from reviewbot.policy.provenance.facts import plain

SOURCE = "suggestion"
_TOOL = "reviewbot"
_ENOUGH_ELSEWHERE = 20  # letters and digits that are new in a suggestion, to know it again in another file
_MOST_PLACES = 1000


def ours(
    own: Sequence[Record], lines: Mapping[str, Sequence[str]], added: Mapping[str, Sequence[LineRange]]
) -> dict[str, list[tuple[LineRange, Claim]]]:
    """Which added lines are a suggestion's.

    A suggestion is known again where all of its replacement stands in a row, white space aside, and every line of it
    that its original has not is added by the change. Lines of the author's own that it only indents are ``MIXED``.

    Args:
        own: the suggestions' lives. lines: by path, of the head, without their ends. added: by path.
    """
    texts = {path: ["".join(line.split()) for line in of] for path, of in lines.items()}
    places = _places(texts)
    flags = {path: _flags(len(lines[path]), ranges) for path, ranges in added.items() if path in lines}
    found: defaultdict[str, list[tuple[LineRange, Claim]]] = defaultdict(list)
    for record in own:
        wanted, old = _bare(record.suggestion.replacement), set(_bare(record.suggestion.original))
        fresh = [text not in old and bool(text) for text in wanted]
        if not any(fresh):
            continue
        anchor = max((at for at, new in enumerate(fresh) if new), key=lambda at: len(wanted[at]))
        enough = sum(map(str.isalnum, "".join(t for t, new in zip(wanted, fresh, strict=True) if new)))
        for path, at in places.get(wanted[anchor], ())[:_MOST_PLACES]:
            start = at - anchor
            if path != record.suggestion.path and enough < _ENOUGH_ELSEWHERE:
                continue
            if start >= 0 and texts[path][start : start + len(wanted)] == wanted:
                is_added = flags[path]
                if path in flags and all(is_added[start + i] for i, new in enumerate(fresh) if new):
                    found[path] += _claims(record, start, fresh)
    return dict(found)


def _claims(record: Record, start: int, fresh: Sequence[bool]) -> Iterator[tuple[LineRange, Claim]]:
    for at, new in enumerate(fresh):
        yield (
            LineRange(start + at + 1, start + at + 1),
            Claim(
                OriginKind.AI if new else OriginKind.MIXED,
                Strength.LINE,
                SOURCE,
                tool=_TOOL,
                model=plain(record.suggestion.model),
                detail=f"suggestion {record.id}",
            ),
        )


def _bare(text: str) -> list[str]:
    lines = text.split("\n")
    return ["".join(line.split()) for line in (lines[:-1] if lines[-1] == "" else lines)]


def _places(texts: Mapping[str, Sequence[str]]) -> Mapping[str, list[tuple[str, int]]]:
    places: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for path, lines in texts.items():
        for at, text in enumerate(lines):
            places[text].append((path, at))
    return places


def _flags(count: int, ranges: Sequence[LineRange]) -> bytearray:
    flags = bytearray(count)
    for where in ranges:
        flags[where.start - 1 : where.end] = b"\1" * (min(where.end, count) - where.start + 1)
    return flags
