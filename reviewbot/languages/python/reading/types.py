"""Types that can be read off: constructors, annotations, ``with … as``, ``self.x = …``, results of known calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from reviewbot.languages.python.reading.annotations import named_type
from reviewbot.languages.python.reading.arguments import file_mode
from reviewbot.languages.python.reading.bindings import Binding, Kind
from reviewbot.languages.python.reading.knowledge import Knowledge, KnownCallable
from reviewbot.languages.python.reading.names import Names
from reviewbot.languages.python.reading.syntax import Function, Syntax

_DEEP = 10

NUMERIC = frozenset({"int", "float", "bool", "complex", "decimal.Decimal", "fractions.Fraction"})

_NUMBER_MAKERS = frozenset(
    {"len", "round", "ord", "hash", "id", "int", "float", "bool", "divmod", "time.time", "time.monotonic",
     "time.perf_counter", "os.path.getsize", "os.path.getmtime", "os.getpid", "random.random", "random.randint",
     "random.uniform", "random.randrange", "isinstance", "callable", "hasattr", "any", "all"}
)  # fmt: skip
_STRING_MAKERS = frozenset({"str", "repr", "input", "format", "chr", "hex", "bin", "oct", "ascii"})

_SAME_STRING = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "title", "replace", "format", "join", "removeprefix",
     "removesuffix", "zfill", "ljust", "rjust", "center", "casefold", "capitalize", "expandtabs", "swapcase"}
)  # fmt: skip
_SAME_PATH = frozenset({"resolve", "absolute", "expanduser", "joinpath", "with_suffix", "with_name", "with_stem"})
_LITERALS: Mapping[type[ast.expr], str] = {
    ast.JoinedStr: "str",
    ast.Compare: "bool",
    ast.List: "list",
    ast.ListComp: "list",
    ast.Dict: "dict",
    ast.DictComp: "dict",
}


class Types:
    """Reads types off the expressions of one file. A type is a canonical dotted name; None is not known."""

    def __init__(self, syntax: Syntax, names: Names, knowledge: Knowledge) -> None:
        self.syntax, self.names, self.knowledge = syntax, names, knowledge
        self._of: dict[ast.expr, str | None] = {}
        self._bound_members: dict[ast.ClassDef, Mapping[str, tuple[ast.expr | None, ast.expr | None]]] = {}

    def callee(self, node: ast.expr) -> KnownCallable | None:
        """What is known of the thing called or (as ``x[]``) subscripted by ``node``."""
        if isinstance(node, ast.Call):
            return self._known(node.func, "", 0)
        if isinstance(node, ast.Subscript):
            return self._known(node.value, "[]", 0)
        return None

    def _known(self, func: ast.expr, mark: str, depth: int) -> KnownCallable | None:
        dotted = self.names.dotted(func)
        if dotted is not None:
            found = self.knowledge.callable(dotted + mark)
            if found is not None or not isinstance(func, ast.Attribute):
                return found
        if mark:
            kind = self.of(func, depth + 1)
            return self.knowledge.callable(f"{kind}[]") if kind else None
        if isinstance(func, ast.Attribute):
            for kind in self._receivers(func, depth):
                found = self.knowledge.callable(f"{kind}.{func.attr}")
                if found is not None:
                    return found
        return None

    def _receivers(self, func: ast.Attribute, depth: int) -> Iterator[str]:
        """The types whose method ``func`` may be: that of what stands before the dot, or the bases of ``self``."""
        kind = self.of(func.value, depth + 1)
        if kind is not None:
            yield kind
        owner = self.own_class(func.value)
        if owner is not None and not any(isinstance(s, Function) and s.name == func.attr for s in owner.body):
            yield from (base for base in map(self.names.dotted, owner.bases) if base)

    def own_class(self, expr: ast.expr) -> ast.ClassDef | None:
        """The class that ``expr`` is an instance of, when it is the first parameter of a method (``self``, ``cls``)."""
        if not isinstance(expr, ast.Name) or expr.id not in {"self", "cls"}:
            return None
        for _, field, parent in self.syntax.outward(expr):
            if isinstance(parent, ast.ClassDef) and field == "body":
                return parent
        return None

    def of(self, expr: ast.expr, depth: int = 0) -> str | None:
        """The type of an expression."""
        if depth > _DEEP:
            return None
        if expr not in self._of:
            self._of[expr] = None  # a name that depends on itself has no type
            self._of[expr] = self._read(expr, depth)
        return self._of[expr]

    def _read(self, expr: ast.expr, depth: int) -> str | None:
        match expr:
            case ast.Name():
                return self._agreed([self._bound(b, depth) for b in self.names.reaching(expr)])
            case ast.Call():
                return self._result(expr, depth)
            case ast.Attribute():
                return self._attribute(expr, depth)
            case ast.BinOp():
                return self._operation(expr, depth)
        parts = _alternatives(expr)
        return self._agreed([self.of(part, depth + 1) for part in parts]) if parts else _literal(expr)

    @staticmethod
    def _agreed(kinds: list[str | None]) -> str | None:
        if kinds and NUMERIC.issuperset(kinds):
            return kinds[0] if len(set(kinds)) == 1 else "float"
        return kinds[0] if kinds and len(set(kinds)) == 1 else None

    def _operation(self, expr: ast.BinOp, depth: int) -> str | None:
        left, right = self.of(expr.left, depth + 1), self.of(expr.right, depth + 1)
        if isinstance(expr.op, ast.Div) and "pathlib.Path" in {left, right}:
            return "pathlib.Path"
        if not isinstance(expr.op, ast.Add | ast.Mult | ast.Mod | ast.BitOr):
            return "float"  # strings have no other operators
        if left in {"str", "bytes"} or (isinstance(expr.op, ast.Add) and right in {"str", "bytes"}):
            return left if left in {"str", "bytes"} else right
        return "int" if left in NUMERIC or right in NUMERIC or isinstance(expr.op, ast.Mod) else None

    def _bound(self, binding: Binding, depth: int) -> str | None:
        """The type that a binding gives its name."""
        if binding.annotation is not None:
            return self.annotation(binding.annotation)
        if binding.value is None:
            return None
        if binding.kind in {Kind.ASSIGNED, Kind.CONTEXT}:
            kind = self.of(binding.value, depth + 1)
            return "str" if kind == "tempfile.TemporaryDirectory" and binding.kind is Kind.CONTEXT else kind
        if binding.kind is Kind.LOOP:
            return self._item(binding.value, depth)
        if binding.kind is Kind.UNPACKED and isinstance(binding.value, ast.Call):
            return self._first_of_enumerate(binding, depth)
        return None

    def _first_of_enumerate(self, binding: Binding, depth: int) -> str | None:
        """``for number, line in enumerate(f)``."""
        call, target = binding.value, getattr(binding.node, "target", None)
        if not isinstance(call, ast.Call) or not isinstance(target, ast.Tuple) or len(target.elts) != 2:
            return None
        if self.names.dotted(call.func) != "enumerate" or not call.args:
            return None
        first, second = target.elts
        if isinstance(first, ast.Name) and first.id == binding.name:
            return "int"
        return self._item(call.args[0], depth) if isinstance(second, ast.Name) else None

    def _item(self, iterable: ast.expr, depth: int) -> str | None:
        """The type of what iterating gives."""
        if isinstance(iterable, ast.Call):
            if self.names.dotted(iterable.func) == "range":
                return "int"
            if isinstance(iterable.func, ast.Attribute) and iterable.func.attr in {"split", "splitlines"}:
                return self.of(iterable.func.value, depth + 1)
            if isinstance(iterable.func, ast.Attribute) and iterable.func.attr in {"iterdir", "glob", "rglob"}:
                return self.of(iterable.func.value, depth + 1)
        if isinstance(iterable, ast.List | ast.Tuple | ast.Set):
            return self._agreed([self.of(item, depth + 1) for item in iterable.elts[:50]])
        kind = self.of(iterable, depth + 1)
        return {"io.TextIOWrapper": "str", "io.BufferedReader": "bytes", "str": "str", "bytes": "int"}.get(kind or "")

    def _result(self, call: ast.Call, depth: int) -> str | None:
        """The type of a call's result."""
        known = self._known(call.func, "", depth)
        if known is not None and known.returns is not None:
            return _opened(call, known, known.returns)
        dotted = self.names.dotted(call.func)
        if dotted is not None:
            return self._made_outside(dotted)
        if isinstance(call.func, ast.Attribute):
            return self._method_result(call.func, depth)
        made = self.names.definition(call.func)
        if isinstance(made, Function) and made.returns is not None:
            return self.annotation(made.returns)
        return None

    def _made_outside(self, dotted: str) -> str | None:
        if dotted in _NUMBER_MAKERS or dotted.startswith("math."):
            return "int"
        if dotted in _STRING_MAKERS:
            return "str"
        return dotted if dotted in self.knowledge.owners else None

    def _method_result(self, func: ast.Attribute, depth: int) -> str | None:
        """Methods of strings and paths, and methods of the own class with an annotation."""
        owner = self.own_class(func.value)
        if owner is None:
            return _of_method(self.of(func.value, depth + 1), func.attr)
        for statement in owner.body:
            if isinstance(statement, Function) and statement.name == func.attr and statement.returns is not None:
                return self.annotation(statement.returns)
        return None

    def _attribute(self, expr: ast.Attribute, depth: int) -> str | None:
        dotted = self.names.dotted(expr)
        if dotted is not None:
            return dotted if dotted in self.knowledge.owners else None
        owner = self.own_class(expr.value)
        if owner is not None:
            value, annotation = self._member(owner, expr.attr)
            if annotation is not None:
                return self.annotation(annotation)
            return self.of(value, depth + 1) if value is not None else None
        if self.of(expr.value, depth + 1) == "pathlib.Path":
            return {"parent": "pathlib.Path", "name": "str", "stem": "str", "suffix": "str"}.get(expr.attr)
        return None

    def _member(self, owner: ast.ClassDef, name: str) -> tuple[ast.expr | None, ast.expr | None]:
        """Value and annotation of ``self.name``, when the class binds it once."""
        if owner not in self._bound_members:
            found: dict[str, list[tuple[ast.expr | None, ast.expr | None]]] = {}
            for member, value, annotation in _members(owner):
                found.setdefault(member, []).append((value, annotation))
            self._bound_members[owner] = {member: pairs[0] for member, pairs in found.items() if len(pairs) == 1}
        return self._bound_members[owner].get(name, (None, None))

    def annotation(self, node: ast.expr) -> str | None:
        """The type that an annotation names."""
        return named_type(node, self.names)


def _alternatives(expr: ast.expr) -> list[ast.expr]:
    """The expressions of which ``expr`` is one or the other."""
    match expr:
        case ast.Await() | ast.NamedExpr():
            return [expr.value]
        case ast.IfExp():
            return [expr.body, expr.orelse]
        case ast.BoolOp():
            return expr.values
    return []


def _literal(expr: ast.expr) -> str | None:
    match expr:
        case ast.Constant(value=value):
            return None if value is None else type(value).__name__
        case ast.UnaryOp():
            return "bool" if isinstance(expr.op, ast.Not) else "int"
    return _LITERALS.get(type(expr))


def _of_method(kind: str | None, name: str) -> str | None:
    """The type of ``kind.name()`` for strings and paths (Python's "Built-in Types" and ``pathlib``)."""
    if kind in {"str", "bytes"}:
        if name in {"encode", "decode"}:
            return "bytes" if name == "encode" else "str"
        if name in {"count", "find", "rfind", "index", "rindex"}:
            return "int"
        return kind if name in _SAME_STRING else None
    if kind == "pathlib.Path":
        return kind if name in _SAME_PATH else None
    return None


def _opened(call: ast.Call, known: KnownCallable, returns: str) -> str:
    """What a call returns; ``open(p, "rb")`` gives bytes."""
    if returns == "io.TextIOWrapper" and "b" in file_mode(call, known):
        return "io.BufferedReader"
    return returns


def _members(owner: ast.ClassDef) -> Iterator[tuple[str, ast.expr | None, ast.expr | None]]:
    """Name, value and annotation of what the class and its methods bind on instances."""
    for statement in owner.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id, statement.value, statement.annotation
        if isinstance(statement, Function):
            for node in ast.walk(statement):
                match node:
                    case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)]):
                        yield name, node.value, None
                    case ast.AnnAssign(target=ast.Attribute(value=ast.Name(id="self"), attr=name)):
                        yield name, node.value, node.annotation
