"""The static checks of a mend: it parses, it changes what it should and nothing else, and it takes no name away."""

from __future__ import annotations

import io
import time
import tokenize
from collections import Counter
from collections.abc import Callable, Sequence

from reviewbot.domain.change import LineRange
from reviewbot.domain.mend import Mend
from reviewbot.domain.source_file import SourceFile
from reviewbot.domain.suggestion import Evidence
from reviewbot.languages.python.checking.parse import Unparsable, parse
from reviewbot.languages.python.mending.undoing import Undone, undone

_LAYOUT = {tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER}


def check(file: SourceFile, mend: Mend) -> tuple[Evidence, ...]:
    """``parse``, ``minimal`` and ``names``, in this order, up to the first that fails."""
    began = time.perf_counter()
    after = file.replace(mend.lines, mend.replacement)
    try:
        trees = parse(file.text), parse(after.text)
        after.encode()
    except Unparsable as error:
        return (Evidence("parse", False, f"the file does not parse after the edit: {error}", _since(began)),)
    except UnicodeEncodeError:
        return (Evidence("parse", False, f"the edit cannot be written in {file.encoding}", _since(began)),)
    try:
        back = undone(*trees, mend)
    except RecursionError:
        return (Evidence("parse", False, "the file is nested too deeply to be compared", _since(began)),)
    told = [Evidence("parse", True, "the whole file parses after the edit", _since(began))]
    for name, good, fault in _steps(file, after, mend, back):
        began = time.perf_counter()
        wrong = fault()
        told.append(Evidence(name, wrong is None, wrong or good, _since(began)))
        if wrong is not None:
            break
    return tuple(told)


def _steps(
    file: SourceFile, after: SourceFile, mend: Mend, back: Undone
) -> Sequence[tuple[str, str, Callable[[], str | None]]]:
    return (
        ("minimal", "with the mend taken back the file is the original", lambda: _minimal(file, after, mend, back)),
        ("names", "no name is taken away", lambda: back.names),
    )


def _minimal(file: SourceFile, after: SourceFile, mend: Mend, back: Undone) -> str | None:
    if mend.lines.end > len(file.lines):
        return "the edit reaches outside the file"
    if not back.same:
        return "the edit changes more than the smell, or does not take it away"
    return _text_fault(file, after, mend.lines, back)


def _text_fault(file: SourceFile, after: SourceFile, lines: LineRange, back: Undone) -> str | None:
    """Layout that trees do not hold: line ends, comments, quotes, parentheses."""
    longer = len(after.lines) - len(file.lines)
    ours, theirs = file.slice(lines), after.slice(LineRange(lines.start, lines.end + longer))
    if ours.endswith("\n") != theirs.endswith("\n"):
        return "the end of the last line was changed"
    if not _line_ends(theirs) <= (_line_ends(ours) or {file.newline}):
        return "the line ends are not those of the file"
    try:
        one, other = _tokens(file.text), _tokens(after.text)
    except (tokenize.TokenError, SyntaxError):
        return "the file cannot be split into tokens"
    if one - other != Counter(back.gone) or other - one != Counter(back.new):
        return "comments, quotes or parentheses were changed"
    return None


def _line_ends(text: str) -> set[str]:
    return {"\r\n" if line.endswith("\r") else "\n" for line in text.split("\n")[:-1]}


def _tokens(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text, newline="").readline)
    return Counter(token.string for token in tokens if token.type not in _LAYOUT)


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 6)
