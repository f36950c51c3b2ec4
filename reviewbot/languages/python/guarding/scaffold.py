"""The codemod: statements of a file moved into a ``try`` with a handler, everything else byte for byte as it was."""

from __future__ import annotations

import libcst as cst

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile

_FRAME = "if True:"


class CannotScaffold(Exception):
    """The statements cannot be guarded as they stand; the message says why."""


def guard(file: SourceFile, lines: LineRange, clause: str, body: tuple[str, ...]) -> str:
    """The text of ``lines`` with their statements in a ``try`` that has one handler.

    Only this part of the file is parsed, so that a big file costs no more than a small one.

    Args:
        file, lines: whole statements of one block.
        clause: ``except ValueError as exc``. body: the handler's statements, not indented.

    Raises:
        CannotScaffold: the lines are no run of statements, or LibCST does not give them back unchanged.
    """
    text = file.slice(lines)
    newline = file.newline
    indent = text[: len(text) - len(text.lstrip(" \t\f"))]
    unit = unit_of(file, indent)
    ended = text if text.endswith("\n") else text + newline
    if indent:
        module, block = _inner(f"{_FRAME}{newline}{ended}", newline)
    else:
        module, block = _outer(ended, newline)
    guarded = _try(block, clause, body, unit, newline)
    moved = guarded.visit(_Lines(indent, unit))
    assert isinstance(moved, cst.Try)
    code = _code(module, moved, indent)
    done = code.partition("\n")[2] if indent else code
    return done if text.endswith("\n") else done.removesuffix(newline)


def unit_of(file: SourceFile, indent: str) -> str:
    """One step of indentation: as around the lines, else as in the file, else four spaces."""
    if indent.startswith("\t"):
        return "\t"
    widths: dict[str, int] = {}
    before, opens = "", False
    for line in file.text.split("\n"):
        code = line.strip()
        if not code or code.startswith("#"):
            continue
        space = line[: len(line) - len(line.lstrip(" \t"))]
        if opens and len(space) > len(before) and space.startswith(before):
            step = space[len(before) :]
            widths[step] = widths.get(step, 0) + 1
        before, opens = space, code.endswith(":")
    steps = {step: count for step, count in widths.items() if len(step) <= 8 and ("\t" not in step or step == "\t")}
    if indent:
        steps.pop("\t", None)
    return max(steps, key=lambda step: (steps[step], step == "    "), default="    ")


def _parse(code: str, newline: str) -> cst.Module:
    config = cst.PartialParserConfig(default_newline=newline)
    try:
        module = cst.parse_module(code, config)
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError, UnicodeError) as error:
        raise CannotScaffold("the lines are not whole statements") from error
    if module.code != code:
        raise CannotScaffold("the lines cannot be written back byte for byte")
    return module


def _inner(code: str, newline: str) -> tuple[cst.Module, tuple[cst.BaseStatement, ...]]:
    module = _parse(code, newline)
    frame = module.body[0]
    if len(module.body) != 1 or not isinstance(frame, cst.If) or not isinstance(frame.body, cst.IndentedBlock):
        raise CannotScaffold("the lines are not statements of one block")
    return module, tuple(frame.body.body)


def _outer(code: str, newline: str) -> tuple[cst.Module, tuple[cst.BaseStatement, ...]]:
    module = _parse(code, newline)
    if not module.body or any(line.comment for line in (*module.header, *module.footer)):
        raise CannotScaffold("the lines are not statements of one block")
    statements = tuple(s for s in module.body if isinstance(s, cst.BaseStatement))
    return module, statements


def _try(block: tuple[cst.BaseStatement, ...], clause: str, body: tuple[str, ...], unit: str, newline: str) -> cst.Try:
    lines = ["try:", f"{unit}pass", f"{clause}:", *(f"{unit}{line}" for line in body)]
    made = _parse("".join(line + newline for line in lines), newline).body[0]
    assert isinstance(made, cst.Try)
    (handler,) = made.handlers
    assert isinstance(handler.body, cst.IndentedBlock)
    handler = handler.with_changes(body=handler.body.with_changes(indent=unit))
    return made.with_changes(body=cst.IndentedBlock(body=block, indent=unit), handlers=[handler])


def _code(module: cst.Module, guarded: cst.Try, indent: str) -> str:
    if not indent:
        return module.with_changes(body=[guarded]).code
    frame = module.body[0]
    assert isinstance(frame, cst.If) and isinstance(frame.body, cst.IndentedBlock)
    body = frame.body.with_changes(body=[guarded], indent=indent)
    return module.with_changes(body=[frame.with_changes(body=body)]).code


class _Lines(cst.CSTTransformer):
    """Comments that stand left of their block keep their place relative to it, and empty lines stay empty."""

    def __init__(self, indent: str, unit: str) -> None:
        super().__init__()
        self._indent, self._unit, self._depth = indent, unit, 0

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:  # noqa: N802
        """One block deeper."""
        self._depth += 1

    def leave_IndentedBlock(  # noqa: N802
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        """One block less deep."""
        self._depth -= 1
        return updated_node

    def leave_EmptyLine(self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine) -> cst.EmptyLine:  # noqa: N802
        """Absolute white space before a comment grows by one step, as the statements' does."""
        space = updated_node.whitespace.value
        if updated_node.comment is None and self._depth == 1 and not self._indent:
            return updated_node.with_changes(indent=False)  # at the top level nothing was before it
        if updated_node.indent or updated_node.comment is None or not space.startswith(self._indent):
            return updated_node
        moved = self._indent + self._unit + space[len(self._indent) :]
        return updated_node.with_changes(whitespace=cst.SimpleWhitespace(moved))
