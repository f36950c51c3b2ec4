"""A new exception in a handler, raised without ``from``: ruff's B904, pylint's W0707.

Without ``from`` the traceback says "During handling of the above exception, another exception occurred", as if the
handler itself had failed; ``__cause__`` is None (https://docs.python.org/3/tutorial/errors.html#exception-chaining).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from reviewbot.domain.change import LineRange
from reviewbot.domain.mend import Mend
from reviewbot.languages.python.mending.edits import Insertion, inserted
from reviewbot.languages.python.mending.view import View, clause, head_of, lines_of
from reviewbot.languages.python.reading.imports import dotted
from reviewbot.languages.python.reading.scoping import NESTED, bound

RULE = "py.mend.lost-cause"
_CODES = ("B904", "W0707", "raise-missing-from")
_CONFIDENCE = 0.7
_MOST = 8
"""So many raises of one handler are mended at once; with more the clause is something else."""
_UNSURE = 0.45
"""Where the lookup of an attribute or item says that there is none, as it must: the cause is an inner matter."""
_ALIASES = ("err", "exc", "error", "failure")
_USUAL = re.compile(r"e|ex|exc|err|error|exception|failure")
_LOOKUPS = {"__getattr__": "AttributeError", "__getattribute__": "AttributeError", "__getitem__": "KeyError"}
_TYPE_END = re.compile(rb"((?:[ \t]*\))*)[ \t]*:")
# Not failures but ways to go on elsewhere; nobody reads their cause.
_NO_FAILURES = {"SystemExit", "KeyboardInterrupt", "StopIteration", "StopAsyncIteration", "GeneratorExit"}


def find(view: View, guard: ast.Try) -> Iterator[Mend]:
    """The mends of one ``try``: one a handler."""
    for number, handler in enumerate(guard.handlers):
        caught = view.caught(handler)
        raises = _losing(view, handler) if caught else []
        edit = _edit(view, handler, raises) if 0 < len(raises) <= _MOST else None
        if edit is None or not caught:
            continue
        yield Mend(
            path=view.syntax.file.path,
            rule=RULE,
            lines=edit[0],
            replacement=edit[1],
            confidence=min(_confidence(view, one) for one in raises),
            function=view.function(guard),
            why=f"`raise {_class(raises[0])}` in {clause(handler)} leaves the cause out",
            at=guard.lineno,
            subjects=(number,),
            exceptions=caught,
            spots=len(raises),
            finding="B904",
        )


def _losing(view: View, handler: ast.ExceptHandler) -> list[ast.Raise]:
    """The raises on changed lines that lose their cause, and for which nobody asks for silence.

    What the file raises ``from None`` elsewhere is left alone: there, leaving the cause out is its manner.
    """
    cut = {_class(one) for one in view.cut}
    return [
        one
        for one in own_raises(handler)
        if _loses(one, handler)
        and view.touches(lines_of(one))
        and not view.quiet([lines_of(one)], _CODES)
        and _class(one) not in cut
    ]


def _edit(view: View, handler: ast.ExceptHandler, raises: Sequence[ast.Raise]) -> tuple[LineRange, str] | None:
    """The new lines; None where the clause has no name, and a line that nobody changed would have to get it."""
    alias = _alias(view, handler)
    head = _head(view, handler, alias) if alias is not None else None
    if alias is None or head is None or (head and not _head_changed(view, handler)):
        return None
    return inserted(view.syntax.file, [*head, *(_from(one, alias) for one in raises)])


def own_raises(handler: ast.ExceptHandler) -> list[ast.Raise]:
    """The raises of a handler itself, in the order of the file: not those of functions or of handlers within it."""
    found: list[ast.Raise] = []
    waiting: list[ast.AST] = [*handler.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Raise):
            found.append(node)
        if isinstance(node, ast.Try):
            waiting += [*node.body, *node.finalbody]
        elif isinstance(node, ast.stmt | ast.match_case) and not isinstance(node, (*NESTED, ast.TryStar)):
            waiting += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt | ast.match_case)]
    return sorted(found, key=lambda one: (one.lineno, one.col_offset))


def _loses(node: ast.Raise, handler: ast.ExceptHandler) -> bool:
    """A class, or an instance made on the spot; a name in lower case is an exception that was made before."""
    name = _class(node)
    return node.cause is None and name[:1].isupper() and name not in {*_NO_FAILURES, handler.name}


def _class(node: ast.Raise) -> str:
    """The last name of what is raised: ``errors.NotFound("x")`` → ``NotFound``; empty where it is no plain name."""
    made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return (dotted(made) or "").rpartition(".")[2] if made is not None else ""


def _head_changed(view: View, handler: ast.ExceptHandler) -> bool:
    return view.touches(head_of(handler)) and not view.quiet([head_of(handler)], _CODES)


def _confidence(view: View, node: ast.Raise) -> float:
    function = view.syntax.function(node)
    lookup = _LOOKUPS.get(function.name) if function else None
    return _UNSURE if lookup is not None and lookup == _class(node) else _CONFIDENCE


def _alias(view: View, handler: ast.ExceptHandler) -> str | None:
    """The clause's own name while nothing in it binds that anew; else one that nothing around it uses."""
    if handler.name is not None:
        return handler.name if handler.name not in rebound(handler.body) else None
    names = [*(name for name in view.aliases if _USUAL.fullmatch(name)), *_ALIASES]
    taken = view.loose(view.scope(handler)) | _nested_aliases(view, handler)
    return next((name for name in names if name not in taken), None)


def _nested_aliases(view: View, handler: ast.ExceptHandler) -> set[str | None]:
    """The names of the clauses around a handler and within it."""
    around = {parent.name for _, _, parent in view.syntax.outward(handler) if isinstance(parent, ast.ExceptHandler)}
    return around | {node.name for node in ast.walk(handler) if isinstance(node, ast.ExceptHandler)}


def rebound(body: Sequence[ast.stmt]) -> set[str]:
    """Names that a handler's statements bind or delete: such a name may not be the caught exception any more."""
    nodes = (node for statement in body for node in ast.walk(statement))
    deleted = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del)}
    return bound(body) | deleted


def _head(view: View, handler: ast.ExceptHandler, alias: str) -> list[Insertion] | None:
    """What names the exception: nothing where it has a name; None where the clause is not written plainly."""
    if handler.name is not None or handler.type is None:
        return []
    line, column = handler.type.end_lineno or handler.lineno, handler.type.end_col_offset or 0
    rest = view.syntax.lines[line - 1].encode("utf-8", "surrogatepass")[column:]
    closing = _TYPE_END.match(rest)
    return None if closing is None else [Insertion(line, column + closing.end(1), f" as {alias}")]


def _from(node: ast.Raise, alias: str) -> Insertion:
    return Insertion(node.end_lineno or node.lineno, node.end_col_offset or 0, f" from {alias}")
