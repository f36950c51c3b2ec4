"""What a call cannot raise, whatever the field guards it against: read off its own arguments and its statement."""

from __future__ import annotations

import ast

from reviewbot.languages.python.weighing.candidates import Candidate

_LENIENT = frozenset({"ignore", "replace", "backslashreplace", "surrogateescape", "xmlcharrefreplace", "namereplace"})
"""Error handlers that never raise for these codecs ("codecs", docs.python.org/3/library/codecs.html#error-handlers)."""
_ANY_BYTES = frozenset({"latin1", "latin-1", "iso-8859-1", "iso8859-1"})
_PARTS = frozenset({"split", "rsplit", "splitlines", "partition", "rpartition"})


def impossible(one: Candidate) -> bool:
    """Whether the candidate's exception cannot come from its call."""
    node = one.node
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr in _PARTS and one.exception == "ValueError":
        return not _unpacked(one.statement) and _separates(node)
    if node.func.attr in {"decode", "encode"} and one.exception.startswith("Unicode"):
        return _lenient(node)
    return False


def _separates(node: ast.Call) -> bool:
    """Only an empty separator is a ``ValueError`` (``str.split``)."""
    given = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "sep"), None)
    return given is None or (isinstance(given, ast.Constant) and given.value not in {"", b""})


def _unpacked(statement: ast.stmt) -> bool:
    """``a, b = text.split()`` fails where the number of parts is another."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    inner = (n for n in ast.walk(statement) if isinstance(n, ast.comprehension))
    return any(isinstance(t, ast.Tuple | ast.List) for t in (*targets, *(n.target for n in inner)))


def _lenient(node: ast.Call) -> bool:
    words = [a.value for a in (*node.args, *(k.value for k in node.keywords)) if isinstance(a, ast.Constant)]
    plain = {word.lower() for word in words if isinstance(word, str)}
    decodes = isinstance(node.func, ast.Attribute) and node.func.attr == "decode"
    return bool(plain & _LENIENT) or (decodes and bool(plain & _ANY_BYTES))
