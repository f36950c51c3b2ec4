"""Drafts made by hand: the region's lines are marked in the source, the sites are given as text."""

from __future__ import annotations

from reviewbot.domain.change import LineRange
from reviewbot.domain.draft import Draft, Shape
from reviewbot.domain.site import Failure, Region, Site, Span
from reviewbot.domain.source_file import SourceFile

_TABLE = " " * 8
DECODE = Failure("json.JSONDecodeError", "it is not JSON", "docs", "py.unhandled.json-decode", ("ValueError",))
MISSING = Failure("FileNotFoundError", "the file is missing", "docs", "py.unhandled.open", ("OSError",))
NOT_NUMBER = Failure("ValueError", "it is no number", "docs", "py.unhandled.int", ())
NO_KEY = Failure("KeyError", "the key is missing", "docs", "py.unhandled.key", ("LookupError",))


def span_of(text: str, expression: str, nth: int = 0) -> Span:
    """Where ``expression`` stands for the ``nth`` time."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(expression, at + 1)

    def place(offset: int) -> tuple[int, int]:
        before = text[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1)

    return Span(*place(at), *place(at + len(expression)))


def _unindent(text: str) -> str:
    """``textwrap.dedent`` by the table's own indentation, since a replacement begins indented itself."""
    return "".join(line.removeprefix(_TABLE) for line in text.lstrip("\n").rstrip(" ").splitlines(keepends=True))


def case(
    source: str,
    replacement: str,
    *,
    sites: dict[str, list[Failure]],
    shape: Shape = Shape.ASSIGN,
    catches: tuple[str, ...] | None = None,
    mark: str = "#>",
) -> tuple[SourceFile, Draft]:
    """The file and the draft.

    Args:
        source: lines that begin with ``mark`` (taken away, one blank kept as indentation) are the region.
        sites: the failing expressions by text, in the order of the file, with what they raise.
        catches: by default what the sites raise.
    """
    lines = (
        "".join(line.removeprefix(_TABLE) for line in source.splitlines(keepends=True))
        .rstrip(" ")
        .lstrip("\n")
        .splitlines(keepends=True)
    )
    marked = [number for number, line in enumerate(lines, 1) if line.startswith(mark)]
    text = "".join(line.removeprefix(mark) for line in lines)
    region_lines = LineRange(marked[0], marked[-1])
    found = tuple(
        Site("app.py", span_of(text, expression), expression.split("(")[0], tuple(failures), None, "why", 0.9)
        for expression, failures in sites.items()
    )
    region = Region("app.py", region_lines, found, None)
    caught = catches if catches is not None else tuple(f.exception for f in region.failures)
    return SourceFile("app.py", text), Draft(region, shape, _unindent(replacement), caught, 0.5, "test")
