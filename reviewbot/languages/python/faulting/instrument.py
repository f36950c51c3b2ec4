"""Rewrite a region so that it can be run apart: failing expressions can be made to fail, stubs can stand in.

The names ``__rb_…__`` are provided by ``fault_program.run``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from reviewbot.domain.errors import VerifyError


def instrument(
    statements: Sequence[ast.stmt], sites: Mapping[ast.AST, int], names: Iterable[str], kind: str, *, loop: bool
) -> str:
    """The source of a function ``__rb_region__`` that does what the statements do. Changes the statements' nodes.

    Args:
        statements: the region. sites: the failing nodes in it, with their numbers. names: what it binds; these become
            globals, so that they can be read afterwards. kind: as of ``fault_places.kind_of``.
        loop: put it in a loop, since it jumps.

    Raises:
        VerifyError: something in it cannot be run apart.
    """
    rewriter = _Rewriter(sites)
    body = [part for statement in statements for part in rewriter.statements(statement)]
    body.append(_call_statement("__rb_fall__"))
    if loop:
        over = ast.Call(ast.Name("__rb_loop__", ast.Load()), [], [])
        body = [ast.For(ast.Name("__rb_number__", ast.Store()), over, body, []), _call_statement("__rb_end__")]
    if names:
        body.insert(0, ast.Global(sorted(names)))
    make = ast.AsyncFunctionDef if kind in {"coroutine", "async generator"} else ast.FunctionDef
    nothing = ast.arguments([], [], None, [], [], None, [])
    function = make(name="__rb_region__", args=nothing, body=body, decorator_list=[], returns=None)
    if hasattr(function, "type_params") or "type_params" in function._fields:
        function.type_params = []  # Python 3.12 and later
    try:
        return ast.unparse(ast.fix_missing_locations(ast.Module([function], [])))
    except (RecursionError, ValueError) as error:
        raise VerifyError("The statements are nested too deeply to be run apart.") from error


class _Rewriter(ast.NodeTransformer):
    """One pass over a region. ``_depth`` counts the functions and classes around a node, inside the region."""

    def __init__(self, sites: Mapping[ast.AST, int]) -> None:
        self._sites = sites
        self._depth = 0

    def statements(self, node: ast.stmt) -> list[ast.stmt]:
        """A statement of the region, rewritten."""
        made = self.visit(node)
        return [one for one in (made if isinstance(made, list) else [made]) if isinstance(one, ast.stmt)]

    def visit(self, node: ast.AST) -> ast.AST | list[ast.AST]:
        """Rewrite what is inside, then the node, then make it fail if it is a site."""
        made: ast.AST | list[ast.AST] = super().visit(node)
        site = self._sites.get(node)
        if site is None or isinstance(made, list):
            return made
        return _failing(made, site)

    def _nested(self, node: ast.AST) -> ast.AST:
        self._depth += 1
        made = self.generic_visit(node)
        self._depth -= 1
        return made

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _nested  # noqa: N815

    def visit_Global(self, node: ast.Global) -> ast.stmt:
        """The region's own names are global already."""
        return node if self._depth else ast.Pass()

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.stmt:
        """A function of the region's that rebinds the region's names."""
        if self._depth > 1:
            raise VerifyError("The statements hold a nested function with nonlocal names, so they cannot be run apart.")
        return ast.Global(node.names) if self._depth else ast.Pass()

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt:
        """A star import binds what we cannot know."""
        if node.names[0].name == "*":
            raise VerifyError("The statements import everything from a module, so they cannot be run apart.")
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """A global name cannot be annotated, and the annotation does nothing here."""
        self.generic_visit(node)
        if self._depth or not isinstance(node.target, ast.Name):
            return node
        return ast.Pass() if node.value is None else ast.Assign([node.target], node.value)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """Only real exceptions can be raised."""
        self.generic_visit(node)
        if node.exc is not None:
            node.exc = _call("__rb_raise__", node.exc)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        """Only real classes can be caught."""
        self.generic_visit(node)
        if node.type is not None:
            node.type = _call("__rb_types__", node.type)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """``int(text, base)`` wants real text."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "int" and len(node.args) == 2 and not node.keywords:
            node.func = ast.Name("__rb_int__", ast.Load())
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """``", ".join(stub)`` wants real text, so a literal's methods are stubs as well."""
        self.generic_visit(node)
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str | bytes):
            node.value = _call("__rb_text__", node.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """A stub must know into how many names it is unpacked."""
        self.generic_visit(node)
        patterns = [target for target in node.targets if isinstance(target, ast.Tuple | ast.List)]
        if patterns:
            node.value = _call("__rb_take__", node.value, _shape(patterns[0]))
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        """As for an assignment, each time round."""
        return self._each(node, "__rb_each__")

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        """As for an assignment, each time round."""
        return self._each(node, "__rb_aeach__")

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        """As for an assignment, each time round."""
        return self._each(node, "__rb_aeach__" if node.is_async else "__rb_each__")

    def _each(self, node: ast.For | ast.AsyncFor | ast.comprehension, name: str) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.target, ast.Tuple | ast.List):
            node.iter = _call(name, node.iter, _shape(node.target))
        return node


def _failing(node: ast.AST, site: int) -> ast.AST | list[ast.AST]:
    """The node, made to ask first whether it should fail."""
    number = ast.Constant(site)
    if isinstance(node, ast.Call):
        node.func = _call("__rb_call__", number, node.func)
        return node
    if isinstance(node, ast.Subscript):
        node.value = _call("__rb_item__", number, node.value)
        return node
    if isinstance(node, ast.expr):
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            raise VerifyError(
                f"The failing expression on line {node.lineno} is assigned to, so no fault can be injected."
            )
        return _call("__rb_value__", number, node)
    return [ast.Expr(_call("__rb_value__", number)), node]


def _shape(target: ast.expr) -> ast.expr:
    """What ``fault_program.stubs.take`` takes: None for a name, ``"*"`` for a starred one, a list for a pattern."""
    if isinstance(target, ast.Tuple | ast.List):
        return ast.List([_shape(part) for part in target.elts], ast.Load())
    return ast.Constant("*" if isinstance(target, ast.Starred) else None)


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def _call_statement(name: str) -> ast.stmt:
    return ast.Expr(_call(name))
