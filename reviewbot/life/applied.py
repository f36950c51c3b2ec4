"""Whether a suggestion was applied: its replacement stands in place of its original.

Forges write it in their own way: GitHub's "Commit suggestion" has put CRLF into files of LF (numpy/numpy#31603), and
GitLab ends each suggestion with a line feed (``Gitlab::Diff::Suggestion#to_content``). So line ends do not count here,
nor does an indentation that all lines share, since an applied suggestion may have been moved into a block since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile
from reviewbot.domain.suggestion import Suggestion
from reviewbot.life.texts import bare, bare_lines, dedented, substance
from reviewbot.source.linemap import FileMap

_Form = Callable[[Sequence[str]], tuple[str, ...]]
"""What of some lines is compared."""

_ENOUGH = 8
"""Letters and digits, in three words at least, by which a replacement is known again among other new lines."""


def is_applied(suggestion: Suggestion, to: FileMap, file: SourceFile) -> bool:
    """Whether ``suggestion.replacement`` stands in ``file`` where ``to`` says that its original stood.

    Args:
        suggestion: its lines are those of the old file. to: from there to ``file``. file: at the new head.
    """
    if not suggestion.replacement:
        return _is_deleted(suggestion.lines, to)
    original, replacement = bare_lines(suggestion.original), bare_lines(suggestion.replacement)
    if original == replacement:
        return False
    # Where the edit is one of indentation alone, indentation is all there is to see it by.
    seen: _Form = tuple if dedented(original) == dedented(replacement) else dedented
    kept = to.lines(suggestion.lines)
    found = _found(to.between(suggestion.lines), file, replacement, seen)
    return any(_stands_for(suggestion, where, kept, to) for where in found)


def _is_deleted(lines: LineRange, to: FileMap) -> bool:
    """Exactly these lines were taken out: their neighbours stand, and nothing stands between them."""
    neighbours = [n for n in (lines.start - 1, lines.end + 1) if n]
    first, after = to.between(lines)
    return first == after and None not in [to.line(n) for n in neighbours]


def _stands_for(suggestion: Suggestion, where: LineRange, kept: LineRange | None, to: FileMap) -> bool:
    """Whether the replacement's text at ``where`` is there because of the suggestion."""
    if kept is not None:  # an edit that only adds lines: the original stands on within it
        return where.covers(kept) and to.is_new(where)
    first, after = to.between(suggestion.lines)
    if where == to.remains(suggestion.lines) or (where.start, where.end + 1) == (first, after):
        return True
    return to.is_new(where) and substance(suggestion.replacement) >= _ENOUGH


def _found(gap: tuple[int, int], file: SourceFile, wanted: list[str], form: _Form) -> Iterator[LineRange]:
    """Where the text ``wanted`` meets what stands between the old lines' neighbours.

    git is free to say which of two equal lines is the new one, so the text may begin before or end after.
    """
    have = [bare(line) for line in file.lines]
    needle, lead, size = form(wanted), wanted[0].strip(), len(wanted)
    for at in range(max(gap[0] - size - 1, 0), min(gap[1], len(have) - size + 1)):
        if have[at].strip() == lead and form(have[at : at + size]) == needle:
            yield LineRange(at + 1, at + size)
