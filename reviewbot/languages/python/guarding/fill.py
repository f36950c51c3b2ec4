"""Put a model's text into the hole of a draft, if it is exactly what the hole takes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from reviewbot.domain.draft import Draft, Hole
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.python.guarding.available import available
from reviewbot.languages.python.guarding.scene import scene
from reviewbot.languages.python.guarding.views import dotted, view
from reviewbot.languages.python.reading.syntax import Unparsable

SHORTEST, LONGEST = 8, 100
"""A message of fewer characters says nothing, one of more does not fit a line."""

_MARK = "\ue000"  # private use: stands for the hole's text in both trees
_TAIL = re.compile(r"[\s:;,.(\[-]$")
_FIELD = re.compile(r"\{[A-Za-z_][\w.]*\}")
_WORDS = re.compile(r"[^\W\d_]{2,}")


def fill(file: SourceFile, draft: Draft, text: str) -> Draft | None:
    """The draft with ``text`` in its hole; None where it is not one line of words that fit the string there.

    Proven by parsing: apart from that one string the tree of the filled draft is that of the draft.
    """
    hole = draft.hole
    if hole is None or not _acceptable(text):
        return None
    before = "".join(file.lines[: draft.region.lines.start - 1])
    at = len(hole.prefix) - len(before)
    end = at + len(hole.default)
    if hole.prefix != before + draft.replacement[:at] or draft.replacement[at:end] != hole.default:
        return None
    filled = draft.replacement[:at] + text + draft.replacement[end:]
    if not _same_but_text(file, draft, filled, at, text):
        return None
    if text == hole.default:
        return draft
    return replace(draft, replacement=filled, origin="model", hole=_refilled(hole, text))


def _refilled(hole: Hole, text: str) -> Hole:
    return replace(hole, default=text)


def _acceptable(text: str) -> bool:
    """One line of printable words, without what could end or bend a string literal."""
    if not SHORTEST <= len(text) <= LONGEST or not text.isprintable() or text != text.strip():
        return False
    if any(c in text for c in "\"'`\\#<>|$") or _TAIL.search(text):
        return False
    plain = _FIELD.sub("", text)
    return "{" not in plain and "}" not in plain and len(_WORDS.findall(plain)) >= 2


def _same_but_text(file: SourceFile, draft: Draft, filled: str, at: int, text: str) -> bool:
    """Whether the two differ in the one string alone, and that string in its words alone."""
    assert draft.hole is not None
    before = _string_at(draft.replacement, at)
    after = _string_at(filled, at)
    if before is None or after is None or before[0] != after[0]:
        return False
    old, new = before[1], after[1]
    if isinstance(old, ast.Constant) and isinstance(new, ast.Constant):
        return _same_marks(str(old.value), str(new.value)) and "{" not in text and "}" not in text
    if not isinstance(old, ast.JoinedStr) or not isinstance(new, ast.JoinedStr):
        return False
    tail = list(_fields(old))[-1:] if len(list(_fields(old))) > _count(draft.hole.default) else []
    fields = list(_fields(new))
    if [f for f in fields if f is None] or fields[len(fields) - len(tail) :] != tail:
        return False
    return set(fields[: len(fields) - len(tail)]) <= _names(file, draft)


def _same_marks(old: str, new: str) -> bool:
    """Whether as many values go into a %-style message as before: ``%s``, and no other ``%``."""
    return old.count("%s") == new.count("%s") and new.count("%") == new.count("%s")


def _count(text: str) -> int:
    return text.count("{")


def _fields(joined: ast.JoinedStr) -> Iterator[str | None]:
    """The plain names in an f-string, in order; None for a field that is more than that."""
    for part in joined.values:
        if isinstance(part, ast.FormattedValue):
            yield dotted(part.value) if part.conversion == -1 and part.format_spec is None else None


def _names(file: SourceFile, draft: Draft) -> set[str | None]:
    """What fields may hold: the default's own fields, and simple names that are bound where the region begins."""
    assert draft.hole is not None
    own: set[str | None] = set(re.findall(r"\{([\w.]+)\}", draft.hole.default))
    try:
        found = scene(view(file), draft.region)
    except Unparsable:
        return own
    if isinstance(found, str):
        return own
    read = found.read_here - found.bound_here
    return own | set(available(found) & read)


def _string_at(code: str, at: int) -> tuple[str, ast.expr] | None:
    """The tree of ``code`` with the string that spans the offset taken out, and that string."""
    lines = code[:at].split("\n")
    place = (len(lines) + 1, len(lines[-1].encode()))
    indented = code[:1] in {" ", "\t", "\f"}
    try:
        tree = ast.parse(f"if True:\n{code}" if indented else f"\n{code}")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found: ast.expr | None = None
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and _spans(node, place):
            found = found if isinstance(found, ast.JoinedStr) else node
    if found is None or (isinstance(found, ast.Constant) and not isinstance(found.value, str)):
        return None
    taken = _Taken(found)
    return ast.dump(taken.visit(tree)), found


def _spans(node: ast.expr, place: tuple[int, int]) -> bool:
    end = (node.end_lineno or 0, node.end_col_offset or 0)
    return (node.lineno, node.col_offset) < place < end or (node.lineno, node.col_offset) < place == end


class _Taken(ast.NodeTransformer):
    def __init__(self, node: ast.expr) -> None:
        self._node = node

    def visit(self, node: ast.AST) -> ast.AST:
        """The marker instead of the one string; everything else as it is."""
        if node is self._node:
            return ast.Constant(_MARK)
        return super().visit(node)  # type: ignore[no-any-return]
