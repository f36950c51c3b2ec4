"""The errors of a project's own that a file raises, and whether they can be made from a text."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from reviewbot.domain.source_file import SourceFile, Tree
from reviewbot.languages.python.guarding.reachable import scopes
from reviewbot.languages.python.guarding.scene import Scene
from reviewbot.languages.python.guarding.views import dotted, view
from reviewbot.languages.python.reading.bindings import Binding, Kind
from reviewbot.languages.python.reading.syntax import Unparsable

_ERROR_NAME = ("Error", "Exception", "Failure", "Invalid", "NotFound")
_DEEP = 4


@dataclass(frozen=True)
class DomainError:
    """An error class that the file can name and that takes one text.

    Attributes:
        name: as the file writes it.
        here: how often the same function raises it. handlers: how often the file raises it from a handler.
        everywhere: how often the file raises it.
        caught: the exceptions, as written, on which handlers of the file raise it.
    """

    name: str
    here: int
    handlers: int
    everywhere: int
    caught: frozenset[str] = frozenset()


def domain_errors(scene: Scene, tree: Tree) -> tuple[DomainError, ...]:
    """Every such error of the file, the one raised most nearby first."""
    found: dict[str, DomainError] = {}
    for node, _, name in scene.view.raised:
        if hasattr(builtins, name):
            continue
        known = found.get(name)
        if known is None and not takes_text(scene, name, tree):
            continue
        handler = _handler(scene, node)
        here = int(scene.function is not None and scene.syntax.function(node) is scene.function)
        old = known or DomainError(name, 0, 0, 0)
        found[name] = DomainError(
            name, old.here + here, old.handlers + (handler is not None), old.everywhere + 1,
            old.caught | _kinds(handler),
        )  # fmt: skip
    return tuple(sorted(found.values(), key=lambda e: (-e.here, -e.handlers, -e.everywhere, e.name)))


def _handler(scene: Scene, node: ast.AST) -> ast.ExceptHandler | None:
    return next((p for _, f, p in scene.syntax.inline(node) if isinstance(p, ast.ExceptHandler) and f == "body"), None)


def _kinds(handler: ast.ExceptHandler | None) -> frozenset[str]:
    if handler is None or handler.type is None:
        return frozenset()
    parts = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return frozenset(ast.unparse(part).rpartition(".")[2] for part in parts)


def promised(scene: Scene, tree: Tree) -> str | None:
    """The error that the function's docstring says it raises, when the file can make it from a text."""
    text = scene.docstring
    at = min((i for i in (text.find("aises"), text.find(":raise")) if i >= 0), default=-1)
    if at < 0:
        return None
    words = {word.strip(".,:;`()'\"") for word in text[at:].replace("~", " ").split()}
    for scope in scopes(scene):
        for name in sorted(scene.view.names.of_scope(scope)):
            own = name in words and name.endswith(_ERROR_NAME) and not hasattr(builtins, name)
            if own and takes_text(scene, name, tree):
                return name
    return None


def takes_text(scene: Scene, name: str, tree: Tree) -> bool:
    """Whether ``name`` is an exception seen at the scene that is made as ``Name("text")``, as far as can be read."""
    root = name.partition(".")[0]
    scope = next((s for s in scopes(scene) if root in scene.view.names.of_scope(s)), None)
    bindings = () if scope is None else scene.view.names.of_scope(scope)[root]
    if len(bindings) != 1 or not _bound_by_then(scene, bindings[0]):
        return False
    node = bindings[0].node
    if isinstance(node, ast.ClassDef):
        return name == root and class_takes_text(scene.syntax.file, node.name, tree)
    if bindings[0].kind is not Kind.IMPORT or scene.syntax.links[node][0] is not scope:
        return False
    found = _imported(scene.syntax.file.path, node, name, tree)
    return class_takes_text(found[0], found[1], tree) if found else _shown_with_text(scene, name)


def _bound_by_then(scene: Scene, binding: Binding) -> bool:
    """Whether a global exists when the region runs: a function runs later than the module's top level."""
    return scene.function is not None or binding.at < (scene.region.lines.start, 0)


def _imported(path: str, node: ast.AST, name: str, tree: Tree) -> tuple[SourceFile, str] | None:
    """The file of the repository that ``name`` is imported from, and its name there."""
    if not isinstance(node, ast.ImportFrom) or "." in name:
        return None
    real = next((a.name for a in node.names if (a.asname or a.name) == name), None)
    read = next((f for p in module_paths(path, node) if (f := _file(tree, p)) is not None), None)
    return None if real is None or read is None else (read, real)


def _shown_with_text(scene: Scene, name: str) -> bool:
    """Of a class that cannot be read: every use in the file gives it one text."""
    uses = [call for call in scene.view.calls.get(name.rpartition(".")[2], ()) if dotted(call.func) == name]
    return bool(uses) and all(len(c.args) == 1 and not c.keywords and _is_text(c.args[0]) for c in uses)


def _is_text(expression: ast.expr) -> bool:
    if isinstance(expression, ast.BinOp):
        return _is_text(expression.left)
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Attribute):
        return expression.func.attr == "format" and _is_text(expression.func.value)
    return isinstance(expression, ast.JoinedStr) or (
        isinstance(expression, ast.Constant) and isinstance(expression.value, str)
    )


def module_paths(path: str, node: ast.ImportFrom) -> Iterator[str]:
    """Where the module of a ``from … import`` may lie in the repository."""
    parts = list(PurePosixPath(path).parts[:-1])
    name = (node.module or "").split(".") if node.module else []
    if node.level:
        base = parts[: len(parts) - node.level + 1]
        roots = [base]
    else:
        roots = [parts[:n] for n in range(len(parts), -1, -1)] + [["src"]]
    for root in roots:
        joined = "/".join([*root, *name])
        yield f"{joined}.py" if joined else "__init__.py"
        yield f"{joined}/__init__.py".lstrip("/")


@lru_cache(maxsize=256)
def _decoded(path: str, data: bytes) -> SourceFile | None:
    return SourceFile.decode(path, data)


def _file(tree: Tree, path: str) -> SourceFile | None:
    data = tree.read(path)
    return None if data is None or len(data) > 1_000_000 else _decoded(path, data)


def class_takes_text(file: SourceFile, name: str, tree: Tree, depth: int = 0) -> bool:
    """Whether the class is an exception whose own code, and that of its bases, leaves making it to ``Exception``."""
    if depth > _DEEP:
        return False
    try:
        module = view(file).syntax.tree
    except Unparsable:
        return False
    for node in module.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return _plain_class(file, node, tree, depth)
        found = _imported(file.path, node, name, tree)
        if found is not None:
            return class_takes_text(found[0], found[1], tree, depth + 1)
    return False


def _plain_class(file: SourceFile, node: ast.ClassDef, tree: Tree, depth: int) -> bool:
    own = next((s for s in node.body if isinstance(s, ast.FunctionDef) and s.name in {"__init__", "__new__"}), None)
    if own is not None:
        return _one_text(own)
    if not node.bases or node.keywords or any(_is_dataclass(d) for d in node.decorator_list):
        return False
    base = dotted(node.bases[0]) or ""
    found = getattr(builtins, base, None)
    if isinstance(found, type) and issubclass(found, Exception):
        return not issubclass(found, UnicodeError)
    return class_takes_text(file, base, tree, depth + 1)


def _one_text(init: ast.FunctionDef) -> bool:
    """``__init__(self, message: str, more=…)``."""
    given = init.args.posonlyargs + init.args.args
    needed = len(given) - len(init.args.defaults) - 1
    if needed > 1 or len(given) < 2 or any(d is None for d in init.args.kw_defaults):
        return False
    kind = given[1].annotation
    named = given[1].arg in {"message", "msg", "text", "reason", "detail", "description"}
    return named and (kind is None or ast.unparse(kind) in {"str", "str | None", "Optional[str]", "object", "Any"})


def _is_dataclass(decorator: ast.expr) -> bool:
    return "dataclass" in ast.unparse(decorator) or "attr" in ast.unparse(decorator)
