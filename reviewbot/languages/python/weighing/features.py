"""The features of a candidate: numbers that a person would accept as reasons, by name."""

from __future__ import annotations

import ast
import dataclasses
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from reviewbot.languages.python.reading.scoping import own_nodes
from reviewbot.languages.python.reading.syntax import Function, Syntax
from reviewbot.languages.python.weighing import tells, words
from reviewbot.languages.python.weighing.candidates import Candidate, Known
from reviewbot.languages.python.weighing.digest import Digest, documented
from reviewbot.languages.python.weighing.escapes import lineage
from reviewbot.languages.python.weighing.field import Field
from reviewbot.languages.python.weighing.repository import Repository

_KINDS = (
    "ValueError", "TypeError", "KeyError", "IndexError", "AttributeError", "OSError", "ImportError", "StopIteration",
    "RuntimeError", "KeyboardInterrupt", "FileNotFoundError",
)  # fmt: skip
_OPTIONAL = ("Optional", "None", "bool")


@dataclass(frozen=True, eq=False)
class Scene:
    """One function of one file, and all that is known around it."""

    path: str
    syntax: Syntax
    digest: Digest
    repository: Repository
    field: Field
    function: Function
    of_statements: dict[ast.stmt, Mapping[str, float]] = dataclasses.field(default_factory=dict)
    """Kept, since the candidates of a statement share them."""

    @cached_property
    def owner(self) -> str:
        """The class of which the function is a method; empty where there is none."""
        parent, _ = self.syntax.links[self.function]
        return parent.name if isinstance(parent, ast.ClassDef) else ""

    @cached_property
    def of_function(self) -> Mapping[str, float]:
        """The features that all candidates of the function share."""
        function = self.function
        nodes = list(own_nodes(function.body))
        spare, idle, lost = tells.unused(function)
        returns = [n for n in nodes if isinstance(n, ast.Return)]
        annotation = "" if function.returns is None else ast.unparse(function.returns)
        last = function.body[-1]
        size = (function.end_lineno or function.lineno) - function.lineno
        return {
            **words.of_name(function), **words.of_docstring(function),
            "spare_parameters": spare, "idle_parameters": idle, "lost_locals": lost,
            "lines": size, "calls": sum(isinstance(n, ast.Call) for n in nodes),
            "raises_itself": sum(isinstance(n, ast.Raise) for n in nodes),
            "returns": len(returns), "returns_default": sum(_default(r.value) for r in returns),
            "annotated_optional": float(any(word in annotation for word in _OPTIONAL)),
            "annotated": float(bool(annotation)),
            "ends_with_default": float(isinstance(last, ast.Return) and _default(last.value)),
            "ends_without_value": float(not isinstance(last, ast.Return | ast.Raise) and any(r.value for r in returns)),
            "private": float(function.name.startswith("_")), "method": float(bool(self.owner)),
            "coroutine": float(isinstance(function, ast.AsyncFunctionDef)),
            "yields": float(any(isinstance(n, ast.Yield | ast.YieldFrom) for n in nodes)),
            "decorated": len(function.decorator_list), "statements": len(function.body),
            "logs": sum(_logs(n) for n in nodes), "test": float("test" in self.path),
            **self._neighbours(),
        }  # fmt: skip

    def _neighbours(self) -> dict[str, float]:
        """How much is guarded near by."""
        own, functions = self.digest, max(1, len(self.digest.functions))
        return {
            "file_guard_rate": len(own.small) / functions,
            "class_guard_rate": own.class_rate(self.owner) if self.owner else 0.0,
            "folder_guard_rate": self.repository.folder_rates.get(str(PurePosixPath(self.path).parent), 0.0),
            "twins_guarded": _twins(self)["*"],
            "twins": self.repository.named.get(self.function.name, 0),
        }

    @cached_property
    def docs(self) -> frozenset[str]:
        """Exceptions that the docstring names as raised."""
        return documented(ast.get_docstring(self.function, clean=False) or "")

    @cached_property
    def raised(self) -> frozenset[str]:
        """What the function raises itself."""
        return self.digest.raises.get(self.function.lineno, frozenset())


def features(scene: Scene, one: Candidate, known: Known) -> dict[str, float]:
    """All features of a candidate."""
    if one.statement not in scene.of_statements:
        scene.of_statements[one.statement] = _of_statement(scene, one)
    return {
        **scene.of_function, **scene.of_statements[one.statement],
        **_of_callees(scene, one, known), **_of_exception(scene, one),
    }  # fmt: skip


def _of_statement(scene: Scene, one: Candidate) -> dict[str, float]:
    syntax, statement = scene.syntax, one.statement
    owners = [(parent, name) for _, name, parent in syntax.inline(statement)]
    block, at = tells.siblings(syntax, statement)
    return {
        "is_return": float(isinstance(statement, ast.Return)), "is_expr": float(isinstance(statement, ast.Expr)),
        "is_assign": float(isinstance(statement, ast.Assign | ast.AnnAssign)),
        "is_with": float(isinstance(statement, ast.With)),
        "is_for": float(isinstance(statement, ast.For)), "is_if": float(isinstance(statement, ast.If)),
        "default_for_nothing": float(tells.default_for_nothing(syntax, statement)),
        "hides": float(tells.hides(syntax, statement)), "loops_once": float(tells.loops_once(syntax, statement)),
        "asks_next": float(tells.asks_next(syntax, statement)),
        "comment": float(words.comment_speaks(syntax.lines, one.first, one.last)),
        "in_loop": sum(isinstance(p, ast.For | ast.While | ast.AsyncFor) for p, _ in owners),
        "in_if": sum(isinstance(p, ast.If) for p, _ in owners), "in_else": float(any(n == "orelse" for _, n in owners)),
        "in_handler": float(any(n in {"handlers", "finalbody"} for _, n in owners)),
        "in_with": sum(isinstance(p, ast.With | ast.AsyncWith) for p, _ in owners),
        "first": float(at == 0), "last": float(at == len(block) - 1), "alone": float(len(block) == 1),
        "only_statement": float(statement is scene.function.body[-1] and len(scene.function.body) <= 2),
        "position": (statement.lineno - scene.function.lineno) / max(1, scene.of_function["lines"]),
        "risky_nodes": len(one.nodes), "awaits": float(any(isinstance(n, ast.Await) for n in ast.walk(statement))),
        "head_lines": one.last - one.first + 1,
    }  # fmt: skip


def _of_callees(scene: Scene, one: Candidate, known: Known) -> dict[str, float]:
    """What the field, the repository and the knowledge say of what is called, the strongest over the statement."""
    best = {"field": 0.0, "field_any": 0.0, "field_share": 0.0, "repo": 0.0, "repo_guards": 0.0, "repo_any": 0.0,
            "escape": -1.0, "known": 0.0, "field_wide": 0.0, "field_uses": 0.0, "repo_bare": 0.0}  # fmt: skip
    for node, keys in one.nodes:
        for place, key in enumerate(keys):
            _merge(best, _of_key(scene, key, one.exception, narrow=place == 0))
        if isinstance(node, ast.Call):
            depth = scene.repository.escapes.get(keys[0].rpartition(".")[2], {}).get(one.exception)
            if depth is not None:
                best["escape"] = max(best["escape"], 6.0 - depth)
        best["known"] = max(best["known"], known.get(node, {}).get(one.exception, 0.0))
    principal = one.node
    best["on_self"] = float(isinstance(principal, ast.Call) and _first_name(principal.func) == "self")
    best["is_call"] = float(isinstance(principal, ast.Call))
    best["is_attribute"] = float(isinstance(principal, ast.Attribute))
    best["constant_arguments"] = float(
        isinstance(principal, ast.Call) and all(isinstance(a, ast.Constant) for a in principal.args)
    )
    best["arguments"] = len(principal.args) if isinstance(principal, ast.Call) else 0
    return best


def _merge(best: dict[str, float], found: Mapping[str, float]) -> None:
    for name, value in found.items():
        best[name] = max(best[name], value)


def _of_key(scene: Scene, key: str, exception: str, *, narrow: bool) -> dict[str, float]:
    field, repository = scene.field, scene.repository
    caught = field.guards.get(key, {})
    own: Mapping[str, int] = repository.guards.get(key, {})
    bare = repository.bare.get(key, 0)
    found = {
        "field": field.rate(key, exception), "repo": own.get(exception, 0) / (own.get("*", 0) + bare + 2),
        "field_any": caught.get("*", 0) / (field.uses(key) + 4),
        "field_share": caught.get(exception, 0) / (caught.get("*", 0) + 2),
        "repo_guards": own.get(exception, 0), "repo_any": own.get("*", 0) / (own.get("*", 0) + bare + 2),
        "field_uses": math.log1p(field.uses(key)), "repo_bare": math.log1p(bare),
    }  # fmt: skip
    if narrow:
        return found
    return {"field_wide": found["field"], "repo_guards": found["repo_guards"]}


def _of_exception(scene: Scene, one: Candidate) -> dict[str, float]:
    exception = one.exception
    own = exception in scene.repository.classes
    above = lineage(exception, scene.repository.classes)
    return {
        **{f"kind_{kind}": float(exception == kind) for kind in _KINDS},
        "own_exception": float(own),
        "library_exception": float(not own and exception not in _BUILT and "." not in exception),
        "file_catches": scene.digest.caught[exception],
        "class_catches": scene.digest.catches[scene.owner, exception] if scene.owner else 0,
        "repo_catches": scene.repository.everywhere.get(exception, 0) / max(1, scene.repository.caught),
        "field_catches": scene.field.everywhere.get(exception, 0) / max(1, scene.field.caught),
        "twin_catches": _twins(scene)[exception],
        "docs_raise_it": float(exception in scene.docs or bool(set(above) & scene.docs)),
        "docs_raise_other": float(bool({d for d in scene.docs if d != exception} - scene.raised)),
        "raises_it": float(exception in scene.raised),
        "doc_names_it": float(exception in (ast.get_docstring(scene.function, clean=False) or "")),
    }  # fmt: skip


_BUILT = frozenset(_KINDS)


def _default(value: ast.expr | None) -> bool:
    match value:
        case None | ast.Constant(value=None | bool() | 0 | "" | -1) | ast.List(elts=[]) | ast.Dict(keys=[]):
            return True
        case ast.UnaryOp(operand=ast.Constant()) | ast.Name(id="default" | "fallback"):
            return True
    return False


def _logs(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"debug", "info", "warning", "warn", "error", "exception"}
    )  # fmt: skip


def _twins(scene: Scene) -> Counter[str]:
    """What functions of the same name guard against."""
    return scene.repository.twins.get(scene.function.name, Counter())


def _first_name(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
