"""The hole of a draft: the free text of its handler, and what of the file a model should see of it."""

from __future__ import annotations

import ast

from reviewbot.domain.draft import Hole
from reviewbot.languages.python.guarding.plans import Plan
from reviewbot.languages.python.guarding.scene import Scene
from reviewbot.languages.python.reading.syntax import Function

_MOST_DEFINITIONS = 8
_LONGEST_DEFINITION = 40


def hole_of(scene: Scene, replacement: str, plan: Plan, quote: str) -> Hole:
    """The hole, with the file's text around it as it is once the draft is applied.

    Args:
        replacement: the text of the region's lines in that draft. plan: whose ``hole`` stands in it, between ``quote``.
    """
    text = plan.hole or ""
    at = replacement.rindex(f"{quote}{text}") + len(quote)
    file = scene.syntax.file
    lines = file.lines
    before = "".join(lines[: scene.region.lines.start - 1])
    after = "".join(lines[scene.region.lines.end :])
    return Hole(
        prefix=before + replacement[:at],
        suffix=replacement[at + len(text) :] + after,
        default=text,
        stop=("\n", quote, ": {", ": %"),
        max_tokens=32,
        imports=_imports(scene),
        definitions=_definitions(scene),
        near=_near(scene, before, replacement[:at]),
    )


def _near(scene: Scene, before: str, inside: str) -> int:
    """How many characters at the end of the prefix are the edited region with its function's head."""
    start = scene.region.lines.start
    first = max(1, start - 12)
    if scene.function is not None:
        first = max(first, scene.function.lineno)
    kept = sum(len(line) for line in scene.syntax.file.lines[first - 1 : start - 1])
    return kept + len(inside)


def _imports(scene: Scene) -> str:
    lines = scene.syntax.file.lines
    found: list[str] = []
    for node in scene.syntax.tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom) and node.lineno < scene.region.lines.start:
            found += lines[node.lineno - 1 : node.end_lineno]
    return "".join(found)


def _definitions(scene: Scene) -> tuple[str, ...]:
    """What the file defines of the names that the region and its function read, nearest use first."""
    lines = scene.syntax.file.lines
    names = list(scene.read_here)
    names += [n.id for n in scene.body_nodes if isinstance(n, ast.Name) and scene.function is not None]
    top = scene.view.names.of_scope(scene.syntax.tree)
    found: dict[int, str] = {}
    for name in dict.fromkeys(sorted(names, key=lambda n: n not in scene.read_here)):
        for binding in top.get(name, ())[:1]:
            node = binding.node
            if not isinstance(node, ast.stmt) or isinstance(node, ast.Import | ast.ImportFrom):
                continue
            if node is scene.function or node in scene.run.statements or not _whole(node):
                continue
            found.setdefault(node.lineno, "".join(lines[node.lineno - 1 : node.end_lineno]))
    return tuple(found.values())[:_MOST_DEFINITIONS]


def _whole(node: ast.stmt) -> bool:
    known = isinstance(node, ast.Assign | ast.AnnAssign | ast.ClassDef | Function)
    return known and (node.end_lineno or node.lineno) - node.lineno < _LONGEST_DEFINITION
