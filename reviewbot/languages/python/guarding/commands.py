"""Handlers that end the program with a message: for the code of a command, with nobody above it but the shell."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from reviewbot.domain.draft import Shape
from reviewbot.domain.source_file import Tree
from reviewbot.languages.python.guarding.plans import Pen, Plan
from reviewbot.languages.python.guarding.scene import Scene, is_main_guard
from reviewbot.languages.python.guarding.views import dotted
from reviewbot.languages.python.reading.syntax import Function

_RUN_BY_TOOLS = frozenset({"setup.py", "conf.py", "noxfile.py", "conftest.py", "manage.py", "wsgi.py", "asgi.py"})
"""Scripts whose traceback is read by the developer who runs the tool, or whose exit a server would take for its own."""


def exiting(pen: Pen, tree: Tree) -> Iterator[Plan]:
    """The plans that end the program, best first."""
    scene = pen.scene
    found = _place(scene, tree)
    if found is None:
        return
    prior, because = found
    yield _printed(pen, prior + 0.02, because) or _raised(pen, prior, because)


def _place(scene: Scene, tree: Tree) -> tuple[float, str] | None:
    """How well ending the program fits where the region is, and why."""
    if PurePosixPath(scene.region.path).name in _RUN_BY_TOOLS or scene.generator:
        return None
    if scene.function is not None:
        return _in_function(scene, scene.function, tree)
    if scene.in_main_guard:
        return 0.85, "this runs only as a command"
    return (0.85, "this is the top level of a script") if is_script(scene, tree) else None


def _in_function(scene: Scene, function: Function, tree: Tree) -> tuple[float, str] | None:
    if _click_command(scene):
        return 0.85, f"`{function.name}` is a command, with nobody above it to handle the failure"
    if not isinstance(scene.syntax.links[function][0], ast.Module):
        return None
    if function.name == "main":
        sure = _called_as_command(scene)
        return (0.85 if sure else 0.7), "`main` is where a command begins"
    if is_script(scene, tree) and _only_here(scene, function, tree):
        return 0.56, "only this script uses the function"
    return None


def is_script(scene: Scene, tree: Tree) -> bool:
    """Whether the file is run, not imported: outside any package, or ``__main__.py``, and not only definitions."""
    path = PurePosixPath(scene.region.path)
    if path.name == "__main__.py":
        return True
    if path.name in {"__init__.py", *_RUN_BY_TOOLS} or tree.read(str(path.parent / "__init__.py")) is not None:
        return False
    text = scene.syntax.file.text
    if text.startswith("#!") or _guarded_main(scene):
        return True
    return scene.function is None and not any(isinstance(s, Function | ast.ClassDef) for s in scene.syntax.tree.body)


def _guarded_main(scene: Scene) -> bool:
    return any(is_main_guard(node) for node in scene.syntax.tree.body)


def _only_here(scene: Scene, function: Function, tree: Tree) -> bool:
    """Whether the script's own top level or ``main`` calls the function, and no other file imports the script."""
    if not _guarded_main(scene) or "__all__" in scene.view.names.of_scope(scene.syntax.tree):
        return False
    callers = [
        scene.syntax.function(c) for c in scene.view.calls.get(function.name, ()) if isinstance(c.func, ast.Name)
    ]
    if not any(caller is None or caller.name == "main" for caller in callers):
        return False
    stem = PurePosixPath(scene.region.path).stem
    importing = tree.grep((f"import {stem}", f"from {stem} ", f".{stem} import"), ".py")
    return not [path for path in importing if path != scene.region.path]


def _called_as_command(scene: Scene) -> bool:
    """Whether ``main()`` is called under ``if __name__ == "__main__"`` or at the end of a script."""
    name = scene.function.name if scene.function else ""
    return any(
        isinstance(c.func, ast.Name) and scene.syntax.function(c) is None for c in scene.view.calls.get(name, ())
    )


def _click_command(scene: Scene) -> bool:
    """Whether the function is a command of Click or Typer."""
    function = scene.function
    for decorator in function.decorator_list if function else ():
        func = decorator.func if isinstance(decorator, ast.Call) else decorator
        written = dotted(func) or ""
        if written.rpartition(".")[2] in {"command", "callback"} and _imports(scene, "click", "typer"):
            return True
    return False


def _imports(scene: Scene, *modules: str) -> bool:
    top = scene.view.names.of_scope(scene.syntax.tree)
    return any((b.target or "").partition(".")[0] in modules for found in top.values() for b in found)


def _raised(pen: Pen, prior: float, because: str) -> Plan:
    scene = pen.scene
    click = scene.view.names.of_scope(scene.syntax.tree).get("click", ())
    if scene.function is not None and _click_command(scene) and [b.target for b in click] == ["click"]:
        return pen.raising("click.ClickException", prior, because, Shape.EXIT)
    if _exits_by_call(scene):
        literal, hole = pen.literal()
        return Plan(Shape.EXIT, (f"sys.exit({literal})",), hole, prior, because)
    return pen.raising("SystemExit", prior, because, Shape.EXIT)


def _exits_by_call(scene: Scene) -> bool:
    """Whether the file ends elsewhere with ``sys.exit("a message")``."""
    top = scene.view.names.of_scope(scene.syntax.tree).get("sys", ())
    if [b.target for b in top] != ["sys"]:
        return False
    uses = [c for c in scene.view.calls.get("exit", ()) if dotted(c.func) == "sys.exit" and c.args]
    return any(isinstance(c.args[0], ast.JoinedStr | ast.BinOp) or _is_text(c.args[0]) for c in uses)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _printed(pen: Pen, prior: float, because: str) -> Plan | None:
    """``print(…, file=sys.stderr)`` and a status, where the command returns its status and prints so elsewhere."""
    scene = pen.scene
    statuses = {r.value.value for r in scene.returns if isinstance(r.value, ast.Constant)}
    if scene.function is None or not {1, 2} & statuses or not prints_errors(scene):
        return None
    literal, hole = pen.literal()
    status = 1 if 1 in statuses else 2
    return Plan(Shape.EXIT, (f"print({literal}, file=sys.stderr)", f"return {status}"), hole, prior, because)


def prints_errors(scene: Scene) -> bool:
    """Whether the file writes messages with ``print(…, file=sys.stderr)``."""
    top = scene.view.names.of_scope(scene.syntax.tree).get("sys", ())
    if [b.target for b in top] != ["sys"]:
        return False
    prints = scene.view.calls.get("print", ())
    return any(k.arg == "file" and dotted(k.value) == "sys.stderr" for c in prints for k in c.keywords)
