"""The codemod keeps every byte but indentation, in every layout of a file."""

# ruff: noqa: E501 - whole files as strings
from __future__ import annotations

import ast

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.python.guarding.scaffold import CannotScaffold, guard, unit_of

CLAUSE, BODY = "except ValueError as exc", ('raise SystemExit("no") from exc',)

LAYOUTS: list[tuple[str, str, tuple[int, int], str]] = [
    ("four spaces", "x = int(y)\n", (1, 1), "try:\n    x = int(y)\nexcept ValueError as exc:\n    raise SystemExit(\"no\") from exc\n"),
    ("nested", "def f():\n    x = int(y)\n", (2, 2), "    try:\n        x = int(y)\n    except ValueError as exc:\n        raise SystemExit(\"no\") from exc\n"),
    ("two spaces", "def f():\n  x = int(y)\n", (2, 2), "  try:\n    x = int(y)\n  except ValueError as exc:\n    raise SystemExit(\"no\") from exc\n"),
    ("tabs", "def f():\n\tx = int(y)\n", (2, 2), "\ttry:\n\t\tx = int(y)\n\texcept ValueError as exc:\n\t\traise SystemExit(\"no\") from exc\n"),
    ("tabs elsewhere, at the top", "def f():\n\tpass\nx = int(y)\n", (3, 3), "try:\n\tx = int(y)\nexcept ValueError as exc:\n\traise SystemExit(\"no\") from exc\n"),
    ("CRLF", "x = int(y)\r\n", (1, 1), "try:\r\n    x = int(y)\r\nexcept ValueError as exc:\r\n    raise SystemExit(\"no\") from exc\r\n"),
    ("no line end", "x = int(y)", (1, 1), "try:\n    x = int(y)\nexcept ValueError as exc:\n    raise SystemExit(\"no\") from exc"),
    ("no line end, CRLF before", "z = 1\r\nx = int(y)", (2, 2), "try:\r\n    x = int(y)\r\nexcept ValueError as exc:\r\n    raise SystemExit(\"no\") from exc"),
    ("trailing comment", "x = int(y)  # why\n", (1, 1), "try:\n    x = int(y)  # why\nexcept ValueError as exc:\n    raise SystemExit(\"no\") from exc\n"),
    ("call over lines", "x = int(\n    y,  # base\n)\n", (1, 3), "try:\n    x = int(\n        y,  # base\n    )\nexcept ValueError as exc:\n    raise SystemExit(\"no\") from exc\n"),
    ("multi-line string", "x = int('''\n  a\nb''')\n", (1, 3), "try:\n    x = int('''\n  a\nb''')\nexcept ValueError as exc:\n    raise SystemExit(\"no\") from exc\n"),
    ("multi-line f-string", "def f():\n    x = int(f'''\n  {a}\n''')\n", (2, 4), "    try:\n        x = int(f'''\n  {a}\n''')\n    except ValueError as exc:\n        raise SystemExit(\"no\") from exc\n"),
    ("backslash", "x = \\\n    int(y)\n", (1, 2), "try:\n    x = \\\n    int(y)\nexcept ValueError as exc:\n    raise SystemExit(\"no\") from exc\n"),
    ("semicolons", "a = 1; x = int(y); b = 2\n", (1, 1), "try:\n    a = 1; x = int(y); b = 2\nexcept ValueError as exc:\n    raise SystemExit(\"no\") from exc\n"),
    ("comment inside with", "with a:\n    # one\n    x = int(y)\n    # two\n", (1, 4), "try:\n    with a:\n        # one\n        x = int(y)\n        # two\nexcept ValueError as exc:\n    raise SystemExit(\"no\") from exc\n"),
    ("comment left of its block", "def f():\n    with a:\n        x = int(y)\n    # left\n    z = 1\n", (2, 5), "    try:\n        with a:\n            x = int(y)\n        # left\n        z = 1\n    except ValueError as exc:\n        raise SystemExit(\"no\") from exc\n"),
    ("blank line between", "f = open(y)\n\nx = int(f)\n", (1, 3), "try:\n    f = open(y)\n\n    x = int(f)\nexcept ValueError as exc:\n    raise SystemExit(\"no\") from exc\n"),
    ("one-line with", "with a as b: x = int(b)\n", (1, 1), "try:\n    with a as b: x = int(b)\nexcept ValueError as exc:\n    raise SystemExit(\"no\") from exc\n"),
    ("match", "match int(x):\n    case 1:\n        pass\n", (1, 3), "try:\n    match int(x):\n        case 1:\n            pass\nexcept ValueError as exc:\n    raise SystemExit(\"no\") from exc\n"),
    ("async", "async def f():\n    async with a as b:\n        return int(await b)\n", (2, 3), "    try:\n        async with a as b:\n            return int(await b)\n    except ValueError as exc:\n        raise SystemExit(\"no\") from exc\n"),
    ("continue and yield of their own", "for a in b:\n    if int(a): continue\n", (2, 2), "    try:\n        if int(a): continue\n    except ValueError as exc:\n        raise SystemExit(\"no\") from exc\n"),
    ("odd block inside", "if a:\n   x = int(y)\n", (1, 2), "try:\n   if a:\n      x = int(y)\nexcept ValueError as exc:\n   raise SystemExit(\"no\") from exc\n"),
    ("annotation", "x: int = int(y)\n", (1, 1), "try:\n    x: int = int(y)\nexcept ValueError as exc:\n    raise SystemExit(\"no\") from exc\n"),
    ("not ASCII", "größe = int(y)  # für\n", (1, 1), "try:\n    größe = int(y)  # für\nexcept ValueError as exc:\n    raise SystemExit(\"no\") from exc\n"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "lines", "expected"), [c[1:] for c in LAYOUTS], ids=[c[0] for c in LAYOUTS])
def test_layouts(text: str, lines: tuple[int, int], expected: str) -> None:
    file = SourceFile("a.py", text)
    assert guard(file, LineRange(*lines), CLAUSE, BODY) == expected
    ast.parse(file.replace(LineRange(*lines), expected).text)


@pytest.mark.parametrize("text", ["else:\n    x = 1\n", "x = (1,\n", "    x = 1\ny = 2\n", "# only a comment\n", "\n"])
def test_what_is_no_run_of_statements_is_refused(text: str) -> None:
    file = SourceFile("a.py", text)
    with pytest.raises(CannotScaffold):
        guard(file, LineRange(1, len(file.lines)), CLAUSE, BODY)


@pytest.mark.parametrize(
    ("text", "indent", "unit"),
    [
        ("x = 1\n", "", "    "),
        ("if a:\n  b = 1\n  if c:\n    d = 1\n", "  ", "  "),
        ("if a:\n    b = 1\n", "    ", "    "),
        ("if a:\n\tb = 1\n", "\t", "\t"),
        ("if a:\n\tb = 1\n", "", "\t"),
        ("if a:\n   b = 1\n", "   ", "   "),
        ("def f(a,\n      b):\n    pass\n", "", "    "),
    ],
)
def test_one_step_of_indentation(text: str, indent: str, unit: str) -> None:
    assert unit_of(SourceFile("a.py", text), indent) == unit


def test_comments_that_stand_left_of_their_block_move_with_the_statements() -> None:
    text = "def f():\n    with a:\n        x = int(y)\n\n    # mid\n        # deep\n    z = 1\n"
    done = guard(SourceFile("a.py", text), LineRange(2, 7), CLAUSE, BODY)
    assert done.split("    except")[0] == (
        "    try:\n        with a:\n            x = int(y)\n\n        # mid\n            # deep\n        z = 1\n"
    )


def test_what_is_not_given_back_byte_for_byte_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cst.Module, "code", property(lambda self: "x = 2\n"))
    with pytest.raises(CannotScaffold, match="byte for byte"):
        guard(SourceFile("a.py", "x = 1\n"), LineRange(1, 1), CLAUSE, BODY)


_SIMPLE = st.sampled_from(
    ["x = int(y)", "x = int(\n    y  # c\n)", "s = '''a\n  b\n'''", "print(x)  # c", "a = 1; b = 2", "x: int = 3",
     "z = [\n  1,\n\n  2,\n]", "assert x, (\n    'a'\n    'b'\n)", "t = \"\"\"\n\ttab\n\"\"\""]
)  # fmt: skip
_HEADS = st.sampled_from(["if x:", "with a as b:", "for q in y:  # c", "while int(x):", "try:"])


def _indented(text: str, unit: str) -> str:
    """Indented as an editor would, string contents apart."""
    inside, done = False, []
    for line in text.split("\n"):
        done.append(line if inside or not line else unit + line)
        if line.count("'''") % 2 or line.count('"""') % 2:
            inside = not inside
    return "\n".join(done)


@st.composite
def _blocks(draw: st.DrawFn, depth: int = 2) -> str:
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        if depth and draw(st.booleans()):
            head = draw(_HEADS)
            body = _indented(draw(_blocks(depth - 1)), "    ")
            tail = "\nfinally:\n    pass" if head == "try:" else ""
            parts.append(f"{head}\n{body}{tail}")
        else:
            parts.append(draw(_SIMPLE))
        if draw(st.booleans()):
            parts.append(draw(st.sampled_from(["", "# between"])))
    while parts[-1] in {"", "# between"}:
        parts.pop()
    return "\n".join(parts)


@settings(max_examples=150, deadline=None)
@given(_blocks(), st.booleans(), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_without_the_try_the_tree_is_the_original(block: str, nested: bool, newline: str, ended: bool) -> None:
    body = _indented(block, "    ") if nested else block
    head = "def f():\n" if nested else "first = 1\n"
    tail = "\n" if ended else ""
    text = (head + body + tail).replace("\n", newline)
    file = SourceFile("a.py", text)
    lines = LineRange(2, len(file.lines))
    done = guard(file, lines, CLAUSE, BODY)
    after = file.replace(lines, done).text
    assert after.startswith(head.replace("\n", newline))
    assert done.endswith("\n") == ended
    assert newline == "\n" or done.count("\n") == done.count("\r\n")
    tree = ast.parse(after)
    inner = tree.body[0].body if nested else tree.body  # type: ignore[attr-defined]
    at = 0 if nested else 1
    guarded = inner[at]
    assert isinstance(guarded, ast.Try)
    inner[at : at + 1] = guarded.body
    assert ast.dump(tree) == ast.dump(ast.parse(text))
