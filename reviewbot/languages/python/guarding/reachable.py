"""Which exceptions a handler can name: through imports that stand in the file, seen from where the handler is."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviewbot.domain.site import Failure
from reviewbot.languages.python.guarding.scene import Scene
from reviewbot.languages.python.reading.bindings import Binding
from reviewbot.languages.python.reading.knowledge import Knowledge
from reviewbot.languages.python.reading.names import Names
from reviewbot.languages.python.reading.syntax import Scope, Syntax

_TOO_WIDE = frozenset({"Exception", "BaseException", "object"})

# Submodules that importing another module loads, by that module's own code: ``urllib.request`` imports
# ``urllib.error``; the packages below import their exceptions in ``__init__.py``.
_LOADED_BY = {
    "urllib.error": "urllib.request",
    "json.decoder": "json",
    "requests.exceptions": "requests",
    "redis.exceptions": "redis",
    "sqlalchemy.exc": "sqlalchemy",
    "jwt.exceptions": "jwt",
    "aiohttp.client_exceptions": "aiohttp",
    "httpx._exceptions": "httpx",
    "urllib3.exceptions": "urllib3",
    "pymongo.errors": "pymongo",
    "docker.errors": "docker",
    "websockets.exceptions": "websockets",
    "jsonschema.exceptions": "jsonschema",
    "xml.parsers.expat": "xml.dom.minidom",
}


@dataclass(frozen=True)
class Caught:
    """An exception to catch: how the file spells it, and its canonical name."""

    spelled: str
    canonical: str


def caught(scene: Scene, failures: Sequence[Failure], knowledge: Knowledge) -> tuple[Caught, ...]:
    """What to catch for the failures: each by itself or its nearest reachable ancestor, ancestors standing for both.

    A failure that can only be named as ``Exception`` is dropped; none may be left.
    """
    found: dict[str, Caught] = {}
    for failure in failures:
        one = _nearest(scene, failure, knowledge)
        if one is not None:
            found.setdefault(one.canonical, one)
    return tuple(
        one
        for one in found.values()
        if not any(other is not one and knowledge.catches(other.canonical, one.canonical) for other in found.values())
    )


def _nearest(scene: Scene, failure: Failure, knowledge: Knowledge) -> Caught | None:
    for name in (failure.exception, *failure.ancestors):
        if name in _TOO_WIDE:
            return None
        spelled = spell(scene, name, knowledge)
        if spelled is not None:
            return Caught(spelled, name)
    return None


def spell(scene: Scene, exception: str, knowledge: Knowledge) -> str | None:
    """The shortest way to write an exception where the scene is; None where the file has no name for it."""
    names = {exception}
    if "." in exception:
        last = exception.rpartition(".")[2]  # under another last name nobody would know it for the same
        aliases = (alias for alias, one in knowledge.exception_aliases.items() if one == exception)
        names |= {alias for alias in aliases if alias.rpartition(".")[2] == last}
    spelled = [found for name in sorted(names) for found in _spellings(scene, name)]
    return min(spelled, key=lambda text: (len(text), text), default=None)


def _spellings(scene: Scene, exception: str) -> Iterator[str]:
    if "." not in exception:
        if _built_in(scene, exception) or _own(scene, exception):
            yield exception
        return
    modules = _imported_modules(scene.view.syntax)
    for name, target in _imports(scene):
        if exception != target and not exception.startswith(f"{target}."):
            continue
        module = exception.rpartition(".")[0]
        if target in {exception, module} or _loaded(module, modules):
            yield name + exception[len(target) :]


def _built_in(scene: Scene, name: str) -> bool:
    return hasattr(builtins, name) and not _bound(scene, name)


def _own(scene: Scene, name: str) -> bool:
    """Whether it is a class of the file's top level, the only thing of that name, that is there when the scene runs."""
    found = scene.view.names.of_scope(scene.syntax.tree).get(name, ())
    alone = len(found) == 1 and isinstance(found[0].node, ast.ClassDef)
    if not alone or not _unconditional(scene.syntax, found[0].node, scene.syntax.tree):
        return False
    hidden = any(name in scene.view.names.of_scope(s) for s in scopes(scene) if s is not scene.syntax.tree)
    return not hidden and (scene.function is not None or found[0].at < (scene.region.lines.start, 0))


def _bound(scene: Scene, name: str) -> bool:
    return any(name in scene.view.names.of_scope(scope) for scope in scopes(scene))


def _imports(scene: Scene) -> Iterator[tuple[str, str]]:
    """Names that stand for an outside thing at the scene, with that thing's dotted name."""
    names: Names = scene.view.names
    hidden: set[str] = set()
    start = (scene.region.lines.start, 0)
    for depth, scope in enumerate(scopes(scene)):
        bindings = names.of_scope(scope)
        for name, found in bindings.items():
            targets = {_target(b) for b in found}
            sure = len(targets) == 1 and None not in targets
            earlier = depth > 0 or found[0].at < start
            if name not in hidden and sure and earlier and _unconditional(scene.view.syntax, found[0].node, scope):
                yield name, str(_target(found[0]))
        hidden |= set(bindings)


def _target(binding: Binding) -> str | None:
    """What an import stands for, ``.errors.Missing`` where it is relative; None for everything but an import."""
    node = binding.node
    if binding.target is not None or not isinstance(node, ast.ImportFrom) or not node.level:
        return binding.target
    real = next((a.name for a in node.names if (a.asname or a.name) == binding.name), None)
    module = "." * node.level + (f"{node.module}." if node.module else "")
    return None if real is None else module + real


def _unconditional(syntax: Syntax, node: ast.AST, scope: Scope) -> bool:
    """Whether an import always runs: not under ``if`` (such as ``TYPE_CHECKING``), nor where it may fail."""
    return syntax.links[node][0] is scope


def scopes(scene: Scene) -> Iterator[Scope]:
    """The scopes whose names are seen at the scene, innermost first."""
    first = True
    for _, field, parent in scene.syntax.outward(scene.run.statements[0]):
        if field == "body" and isinstance(parent, Scope):
            if first or not isinstance(parent, ast.ClassDef):
                yield parent
            first = False


def _imported_modules(syntax: Syntax) -> frozenset[str]:
    """Every module that an import at the file's top level loads, packages on the way included."""
    found: set[str] = set()
    for node in syntax.tree.body:
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for name in names:
            parts = name.split(".")
            found |= {".".join(parts[: n + 1]) for n in range(len(parts))}
    return frozenset(found)


def _loaded(module: str, imported: frozenset[str]) -> bool:
    return module in imported or _LOADED_BY.get(module) in imported


def alias(scene: Scene) -> str:
    """A name for the exception: the one the file uses most, that clashes with nothing around.

    ``except … as name`` deletes the name at its end, so nothing but other handlers of that name may use it.
    """
    body = scene.syntax.tree.body if scene.function is None else scene.function.body
    nodes = [node for statement in body for node in ast.walk(statement)]
    open_ones = {p.name for _, _, p in scene.syntax.inline(scene.run.statements[0]) if isinstance(p, ast.ExceptHandler)}
    taken = {a.arg for a in ast.walk(scene.function.args) if isinstance(a, ast.arg)} if scene.function else set()
    for node in nodes:
        if isinstance(node, ast.Global | ast.Nonlocal):
            taken |= set(node.names)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            taken.add(node.name)
    within: dict[str, set[int]] = {}
    for node in nodes:
        if isinstance(node, ast.ExceptHandler) and node.name:
            within.setdefault(node.name, set()).update(id(part) for part in ast.walk(node))
    taken |= {n.id for n in nodes if isinstance(n, ast.Name) and id(n) not in within.get(n.id, ())}
    names = (*scene.view.aliases, "exc", "err", "error", "failure", "caught_failure")
    return next((name for name in names if name not in taken and name not in open_ones), "_caught_failure")
