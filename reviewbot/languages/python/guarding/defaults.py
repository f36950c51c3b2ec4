"""Values that a function visibly falls back on: what a handler may assign or return without inventing anything."""

from __future__ import annotations

import ast
import re

from reviewbot.languages.python.guarding.messages import node_of
from reviewbot.languages.python.guarding.scene import Scene
from reviewbot.languages.python.reading.syntax import position

_LITERAL = (str, int, float, bool, bytes, type(None))


def visible_default(scene: Scene) -> tuple[str, str] | None:
    """The default for the value that the region's only statement computes, as source text, and where it was seen."""
    if scene.statement is None:
        return None
    return _inside(scene) or _earlier(scene) or _constant(scene)


def _inside(scene: Scene) -> tuple[str, str] | None:
    """``int(os.environ.get("PORT", "8080"))`` and ``int(x) if x else 30``."""
    site = scene.region.sites[0]
    node = node_of(scene, site)
    if not isinstance(node, ast.Call):
        return None
    parent, field = scene.syntax.links[node]
    if isinstance(parent, ast.IfExp) and field in {"body", "orelse"}:
        other = parent.orelse if field == "body" else parent.body
        value = _literal(other)
        return (value, "the other branch") if value is not None else None
    if site.callee not in {"int", "float"} or not node.args or len(node.args) > 1 or parent is not scene.statement:
        return None
    given = node.args[0]
    inner: ast.expr | None = None
    if isinstance(given, ast.Call) and len(given.args) == 2 and not given.keywords:
        named = given.func.attr if isinstance(given.func, ast.Attribute) else ""
        inner = given.args[1] if named in {"get", "getenv"} else None
    elif isinstance(given, ast.BoolOp) and isinstance(given.op, ast.Or):
        inner = given.values[-1]
    number = None if inner is None else _number(inner, site.callee)
    return (number, "the default in the same call") if number is not None else None


def _number(expression: ast.expr, kind: str) -> str | None:
    if not isinstance(expression, ast.Constant) or isinstance(expression.value, bool):
        return None
    text = str(expression.value).strip()
    if kind == "int":
        return text if re.fullmatch(r"-?(0|[1-9][0-9]*)", text) else None
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return text if "." in text else f"{text}.0"
    return None


def _target(scene: Scene) -> str | None:
    statement = scene.statement
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return ast.unparse(statement.targets[0]) if isinstance(statement.targets[0], ast.Name) else None
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id
    return None


def _earlier(scene: Scene) -> tuple[str, str] | None:
    """``timeout = 30`` before ``timeout = int(…)``, with nothing in between that may have changed it."""
    name = _target(scene)
    if name is None:
        return None
    scope = scene.function or scene.syntax.tree
    first = scene.run.statements[0]
    made = [b for b in scene.view.names.of_scope(scope).get(name, ()) if b.node is not first]
    before = [b for b in made if b.at < position(first)]
    if len(made) != 1 or len(before) != 1 or not scene.syntax.dominates(before[0].node, first):
        return None
    value = before[0].value
    text = None if value is None else _literal(value)
    return None if text is None else (text, f"the value that `{name}` has before")


def _constant(scene: Scene) -> tuple[str, str] | None:
    """``DEFAULT_TIMEOUT`` of the same file, for ``timeout = int(…)``."""
    name = _target(scene)
    if name is None:
        return None
    bindings = scene.view.names.of_scope(scene.syntax.tree)
    for constant in (f"DEFAULT_{name.upper()}", f"_DEFAULT_{name.upper()}", f"{name.upper()}_DEFAULT"):
        found = bindings.get(constant, ())
        early = scene.function is not None or (found and found[0].at < (scene.region.lines.start, 0))
        if len(found) == 1 and found[0].value is not None and early and _literal(found[0].value) is not None:
            return constant, f"`{constant}`"
    return None


def _literal(expression: ast.expr) -> str | None:
    """The text of a literal that means the same wherever it stands."""
    if isinstance(expression, ast.Constant) and isinstance(expression.value, _LITERAL):
        return ast.unparse(expression)
    if isinstance(expression, ast.UnaryOp) and isinstance(expression.op, ast.USub):
        return ast.unparse(expression) if isinstance(expression.operand, ast.Constant) else None
    if isinstance(expression, ast.List | ast.Tuple) and not expression.elts:
        return ast.unparse(expression)
    return "{}" if isinstance(expression, ast.Dict) and not expression.keys else None


def sentinel(expression: ast.expr | None) -> str | None:
    """What a ``return`` gives back when there is nothing: None, a literal, or an empty container."""
    return "None" if expression is None else _literal(expression)
