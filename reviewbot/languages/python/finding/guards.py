"""Which checks rule out which failure: ``k in d`` a missing key, ``isdigit`` bad text, ``exists`` a missing file."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import IntEnum

from reviewbot.languages.python.finding.facts import Fact, Facts
from reviewbot.languages.python.reading.arguments import argument
from reviewbot.languages.python.reading.knowledge import KnownCallable
from reviewbot.languages.python.reading.names import Names

_DEEP = 8
_DIGITS = frozenset({"isdigit", "isdecimal", "isnumeric"})
_EXISTS = frozenset({"exists", "is_file", "isfile", "is_dir", "isdir", "lexists", "is_socket", "is_symlink", "access"})
_MATCHES = frozenset({"match", "fullmatch", "search"})
_MISSING = frozenset({"FileNotFoundError", "NotADirectoryError", "IsADirectoryError", "OSError"})
_CONVERSIONS = frozenset({"ValueError", "decimal.InvalidOperation", "OverflowError", "ArithmeticError"})
_NOTHING = frozenset({"AttributeError", "TypeError", "IndexError", "StopIteration", "KeyError"})


class Checked(IntEnum):
    """What the checks before an expression say about one failure."""

    NO = 0
    SOMEHOW = 1
    """A check looked at the same input, in a way that is not known to rule the failure out."""
    RULED_OUT = 2


@dataclass(frozen=True, eq=False)
class Subject:
    """What an expression works on: ``input``, and for ``d[k]`` also the ``container``; None where there is none."""

    input: ast.expr | None
    container: ast.expr | None


def subject(node: ast.Call | ast.Subscript, known: KnownCallable) -> Subject:
    """What ``node`` works on, by the knowledge's word for its input."""
    if isinstance(node, ast.Subscript):
        return Subject(node.slice, node.value)
    receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
    given = argument(node, known.input)
    return Subject(given if given is not None else receiver, receiver)


class Guards:
    """Answers for one file."""

    def __init__(self, facts: Facts, names: Names) -> None:
        self.facts, self.names = facts, names

    def checked(self, node: ast.expr, about: Subject, exception: str) -> Checked:
        """What is known at ``node`` about the failure ``exception``."""
        if exception in {"KeyError", "IndexError"} and self._own_key(about):
            return Checked.RULED_OUT
        best = Checked.NO
        for fact in self.facts.at(node):
            best = max(best, self._one(fact, about, exception))
            if best is Checked.RULED_OUT:
                break
        return best

    def has_key(self, node: ast.Subscript) -> bool:
        """Whether the key is known to be there: ``if k in d: d[k]``, ``for k in d: d[k]``, ``if d.get(k): d[k]``."""
        about = Subject(node.slice, node.value)
        return self._own_key(about) or any(_has_key(fact, about) for fact in self.facts.at(node))

    def _own_key(self, about: Subject) -> bool:
        """``for k in d: d[k]``."""
        if not isinstance(about.input, ast.Name) or about.container is None:
            return False
        for binding in self.names.reaching(about.input):
            value = binding.value
            while isinstance(value, ast.Call) and len(value.args) == 1:
                value = value.args[0]  # sorted(d), list(d), enumerate(d)
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
                value = value.func.value  # d.keys(), d.items()
            if value is None or not same(value, about.container):
                return False
        return bool(self.names.reaching(about.input))

    def _one(self, fact: Fact, about: Subject, exception: str) -> Checked:
        if _rules_out(fact, about, exception):
            return Checked.RULED_OUT
        if about.input is None or isinstance(about.input, ast.Constant):
            return Checked.NO
        looked = isinstance(fact.test, ast.Call | ast.Compare) and _mentions(fact.test, about.input)
        return Checked.SOMEHOW if looked and not _is_none(fact.test) and not _of_type(fact.test) else Checked.NO


def _rules_out(fact: Fact, about: Subject, exception: str) -> bool:
    last = exception.rpartition(".")[2]
    if exception == "KeyError" and _has_key(fact, about):
        return True
    if exception == "IndexError" and about.container is not None and _mentions(fact.test, about.container):
        return True
    if exception in _CONVERSIONS and _is_number(fact, about):
        return True
    if (exception in _MISSING or last in _MISSING) and _exists(fact, about):
        return True
    return exception in _NOTHING and _is_something(fact, about)


def _has_key(fact: Fact, about: Subject) -> bool:
    if about.container is None or about.input is None:
        return False
    test = fact.test
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        held = isinstance(test.ops[0], ast.In) if fact.holds else isinstance(test.ops[0], ast.NotIn)
        if held and same(test.left, about.input):
            return same(_keys(test.comparators[0]), about.container)
        if _is_none(test) and isinstance(test.ops[0], ast.IsNot) is fact.holds:
            return _gets(test.left, about)
    return fact.holds and _gets(test, about)


def _keys(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "keys":
        return node.func.value
    return node


def _gets(node: ast.expr, about: Subject) -> bool:
    """``d.get(k)``, or ``os.getenv(k)`` for ``os.environ[k]``."""
    if isinstance(node, ast.NamedExpr):
        node = node.value
    if not isinstance(node, ast.Call) or not node.args or about.input is None or not same(node.args[0], about.input):
        return False
    if not isinstance(node.func, ast.Attribute):
        return isinstance(node.func, ast.Name) and node.func.id == "getenv"
    if node.func.attr == "getenv":
        return True
    return node.func.attr == "get" and about.container is not None and same(node.func.value, about.container)


def _is_number(fact: Fact, about: Subject) -> bool:
    test = fact.test
    if not fact.holds or about.input is None or not isinstance(test, ast.Call):
        return False
    if isinstance(test.func, ast.Attribute):
        if test.func.attr in _DIGITS:
            return _mentions(test.func.value, about.input) or _mentions(about.input, test.func.value)
        if test.func.attr in _MATCHES:
            return any(_mentions(arg, about.input) for arg in test.args)
    name = test.func.id if isinstance(test.func, ast.Name) else ""
    if name == "isinstance" and len(test.args) == 2 and same(test.args[0], about.input):
        return not any(isinstance(n, ast.Name) and n.id in {"str", "bytes"} for n in ast.walk(test.args[1]))
    return False


def _exists(fact: Fact, about: Subject) -> bool:
    test = fact.test
    if not fact.holds or about.input is None or not isinstance(test, ast.Call):
        return False
    func = test.func
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if name not in _EXISTS:
        return False
    looked = [*test.args[:1], *([func.value] if isinstance(func, ast.Attribute) else [])]
    return any(_mentions(about.input, one) or _mentions(one, about.input) for one in looked)


def _is_something(fact: Fact, about: Subject) -> bool:
    """``if x``, ``if x is not None`` for what fails on nothing."""
    things = [t for t in (about.container, about.input) if t is not None and not isinstance(t, ast.Constant)]
    test = fact.test
    if _is_none(test) and isinstance(test, ast.Compare):
        held = isinstance(test.ops[0], ast.IsNot | ast.NotEq) is fact.holds
        return held and any(same(test.left, thing) for thing in things)
    bare = test.target if isinstance(test, ast.NamedExpr) else test
    return fact.holds and any(same(bare, thing) for thing in things)


def _of_type(test: ast.expr) -> bool:
    return isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "isinstance"


def _is_none(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and any(
        isinstance(c, ast.Constant) and c.value is None for c in test.comparators
    )


def same(one: ast.expr, other: ast.expr, depth: int = 0) -> bool:
    """Whether two expressions are written alike; what is nested deep or has keywords or f-strings never is."""
    if depth > _DEEP or one.__class__ is not other.__class__:
        return False
    if isinstance(one, ast.JoinedStr):
        return False
    return all(_same_field(getattr(one, f, None), getattr(other, f, None), depth + 1) for f in one._fields)


def _same_field(one: object, other: object, depth: int) -> bool:
    if isinstance(one, ast.expr) and isinstance(other, ast.expr):
        return same(one, other, depth)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same_field(a, b, depth) for a, b in zip(one, other, strict=True))
    if isinstance(one, ast.AST) or isinstance(other, ast.AST):
        return one.__class__ is other.__class__ and isinstance(one, ast.expr_context | ast.operator | ast.unaryop)
    return one.__class__ is other.__class__ and one == other


def _mentions(where: ast.expr, what: ast.expr) -> bool:
    """Whether ``what`` stands within ``where``; a constant is too common to tell anything."""
    if isinstance(what, ast.Constant):
        return isinstance(where, ast.Constant) and same(where, what)
    return any(isinstance(node, ast.expr) and same(node, what) for node in ast.walk(where))
