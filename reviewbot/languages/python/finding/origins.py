"""Where a value comes from: outside, the caller, or the code itself."""

from __future__ import annotations

import ast
from enum import IntEnum

from reviewbot.languages.python.reading.bindings import Binding, Kind
from reviewbot.languages.python.reading.knowledge import KnownCallable
from reviewbot.languages.python.reading.names import Names
from reviewbot.languages.python.reading.types import Types

_DEEP = 8
_FEW = 4
"""So many arguments are looked at: hostile code has calls within calls."""

# Where the world comes in, by the documentation of each.
_OUTSIDE = (
    "sys.argv", "sys.stdin", "os.environ", "os.getenv", "os.popen", "input", "flask.request", "bottle.request",
    "cherrypy.request", "socket.", "sys.orig_argv", "getpass.getpass", "click.prompt", "argparse.",
)  # fmt: skip
_OUTSIDE_TYPES = frozenset({"requests.Response", "httpx.Response", "io.TextIOWrapper", "io.BufferedReader", "object"})
_REQUEST = frozenset({"request", "req", "environ", "argv"})
_HAND_ON = frozenset(
    {"str", "list", "sorted", "bytes", "tuple", "set", "dict", "iter", "next", "reversed", "enumerate"}
)
_PARSED = frozenset({"group", "groups", "groupdict"})


class Origin(IntEnum):
    """Where a value comes from; the higher the less the code decides about it."""

    OWN = 0
    """The code's own: a constant, or digits that its own pattern let through."""
    UNKNOWN = 1
    CALLER = 2
    OUTSIDE = 3


class Origins:
    """Answers for one file."""

    def __init__(self, names: Names, types: Types) -> None:
        self.names, self.types = names, types
        self._of: dict[ast.expr, Origin] = {}

    def of(self, expr: ast.expr | None, depth: int = 0) -> Origin:
        """Where the value of an expression comes from."""
        if expr is None or depth > _DEEP:
            return Origin.UNKNOWN
        if expr not in self._of:
            self._of[expr] = Origin.UNKNOWN  # what depends on itself is not known
            self._of[expr] = self._read(expr, depth)
        return self._of[expr]

    def _read(self, expr: ast.expr, depth: int) -> Origin:
        if isinstance(expr, ast.Name):
            return self._name(expr, depth)
        if isinstance(expr, ast.Attribute):
            return self._attribute(expr, depth)
        if isinstance(expr, ast.Call):
            return self._call(expr, depth)
        parts = _parts(expr)
        return Origin.UNKNOWN if parts is None else self._most(parts, depth)

    def _most(self, parts: list[ast.expr], depth: int) -> Origin:
        return max((self.of(part, depth + 1) for part in parts), default=Origin.OWN)

    def _name(self, expr: ast.Name, depth: int) -> Origin:
        dotted = self.names.dotted(expr)
        if dotted is not None:
            return Origin.OUTSIDE if dotted.startswith(_OUTSIDE) else Origin.OWN
        reach = self.names.reaching(expr)
        return max((self._bound(binding, depth) for binding in reach), default=Origin.UNKNOWN)

    def _bound(self, binding: Binding, depth: int) -> Origin:
        if binding.kind is Kind.PARAMETER:
            return Origin.OUTSIDE if binding.name in _REQUEST else Origin.CALLER
        if binding.kind is Kind.IMPORT:
            return Origin.OWN
        return Origin.UNKNOWN if binding.value is None else self.of(binding.value, depth + 1)

    def _attribute(self, expr: ast.Attribute, depth: int) -> Origin:
        dotted = self.names.dotted(expr)
        if dotted is not None:
            return Origin.OUTSIDE if dotted.startswith(_OUTSIDE) else Origin.OWN
        if self.types.own_class(expr.value) is not None:
            return Origin.UNKNOWN
        return self.of(expr.value, depth + 1)

    def _call(self, call: ast.Call, depth: int) -> Origin:
        dotted = self.names.dotted(call.func)
        if dotted is not None and dotted.startswith(_OUTSIDE):
            return Origin.OUTSIDE
        if isinstance(call.func, ast.Attribute) and call.func.attr in _PARSED:
            return Origin.OWN
        if self._reads(call):
            return Origin.OUTSIDE
        if dotted in _HAND_ON:
            return self._most(call.args, depth)
        if isinstance(call.func, ast.Attribute) and dotted is None:
            return max(self.of(call.func.value, depth + 1), Origin.UNKNOWN)
        made = self._most(call.args[:_FEW], depth)  # csv.reader(f) is as much from outside as f
        return made if made is Origin.OUTSIDE else Origin.UNKNOWN

    def _reads(self, call: ast.Call) -> bool:
        """Whether a call's result comes from outside."""
        known = self.types.callee(call)
        return (known is not None and reads(known)) or self.types.of(call) in _OUTSIDE_TYPES


def _parts(expr: ast.expr) -> list[ast.expr] | None:
    """The expressions that the value of ``expr`` is made from; None where that cannot be told."""
    parts: list[ast.expr] | None = None
    match expr:
        case ast.Constant():
            parts = []
        case ast.Subscript() | ast.Await() | ast.Starred() | ast.NamedExpr():
            parts = [expr.value]
        case ast.IfExp():
            parts = [expr.body, expr.orelse]
        case ast.BoolOp():
            parts = expr.values
        case ast.BinOp():
            parts = [expr.left, expr.right]
        case ast.JoinedStr():
            parts = [value.value for value in expr.values if isinstance(value, ast.FormattedValue)]
        case ast.List() | ast.Tuple() | ast.Set():
            parts = expr.elts[:20]
    return parts


def reads(known: KnownCallable) -> bool:
    """Whether a callable's result comes from outside: it decodes, or it can fail as the outside does."""
    if known.returns == "object":
        return True
    return any("OSError" in (r.failure.exception, *r.failure.ancestors) for r in known.raises)
