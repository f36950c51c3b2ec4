"""Bodies for GitLab: suggestions spelled its way, and no line that it would execute."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reviewbot.domain.change import LineRange
from reviewbot.forge.gitlab_markdown import suggested_lines, write_body

ONE, THREE = LineRange(7, 7), LineRange(5, 7)


@pytest.mark.parametrize(
    ("body", "lines", "written"),
    [
        ("```suggestion\nx\n```", ONE, "```suggestion:-0+0\nx\n```"),
        ("why\n\n```suggestion\nx\n```\n\nwords", THREE, "why\n\n```suggestion:-2+0\nx\n```\n\nwords"),
        ("````suggestion \n```\n````", THREE, "````suggestion:-2+0\n```\n````"),
        ("~~~suggestion\nx\n~~~", ONE, "~~~suggestion:-0+0\nx\n~~~"),
        ("   ```suggestion\nx\n```", ONE, "   ```suggestion:-0+0\nx\n```"),
        ("```suggestion\n```", ONE, "```suggestion:-0+0\n```"),
        ("```suggestion\nx", ONE, "```suggestion:-0+0\nx"),
        ("```suggestion\r\nx\r\n```\r\n", ONE, "```suggestion:-0+0\nx\n```\n"),
        # Two of them: each replaces all the lines.
        (
            "```suggestion\na\n```\n```suggestion\nb\n```",
            THREE,
            "```suggestion:-2+0\na\n```\n```suggestion:-2+0\nb\n```",
        ),
        # Code inside another fence, and what only looks like a fence.
        ("````md\n```suggestion\nx\n```\n````", ONE, "````md\n```suggestion\nx\n```\n````"),
        ("~~~\n```suggestion\n~~~", ONE, "~~~\n```suggestion\n~~~"),
        ("    ```suggestion\n    x", ONE, "    ```suggestion\n    x"),
        ("```suggestion`\nx", ONE, "```suggestion`\nx"),
        ("a ```suggestion\nx", ONE, "a ```suggestion\nx"),
        ("> ```suggestion\n> x", ONE, "> ```suggestion\n> x"),
        ("```suggestions\nx\n```", ONE, "```suggestions\nx\n```"),
        ("```suggestion:-0+0\nx\n```", ONE, "```suggestion:-0+0\nx\n```"),
        # No lines, and more lines than GitLab replaces.
        ("```suggestion\nx\n```", None, "```\nx\n```"),
        ("```suggestion\nx\n```", LineRange(1, 101), "```suggestion:-100+0\nx\n```"),
        ("```suggestion\nx\n```", LineRange(1, 102), "```\nx\n```"),
        # Quick actions.
        ("/merge", None, r"\/merge"),
        ("a\n/close\nb", None, "a\n\\/close\nb"),
        ("/label ~x\n/approve", None, "\\/label ~x\n\\/approve"),
        ("\r/merge", None, r"\/merge"),
        ("a\n\r\r/merge", None, "a\n\\/merge"),
        ("a /merge", None, "a /merge"),
        (" /merge", None, " /merge"),
        ("```\n/merge\n```", None, "```\n /merge\n```"),
        ("```py\nx\n/merge\n```\n/close", None, "```py\nx\n /merge\n```\n\\/close"),
        ("```suggestion\n/merge\n```", ONE, "```\n /merge\n```"),
        ("````suggestion\n```\n/merge\n````", ONE, "````\n```\n /merge\n````"),
        ("```suggestion\n// a comment\n/ 2\n```", ONE, "```suggestion:-0+0\n// a comment\n/ 2\n```"),
        ("```\nx\n/merge", None, "```\nx\n /merge"),
        ("``` \n ``` x\n/merge\n```", None, "``` \n ``` x\n /merge\n```"),
        ("", None, ""),
    ],
)
def test_bodies(body: str, lines: LineRange | None, written: str):
    assert write_body(body, lines) == written


PIECES = st.sampled_from(
    [
        "```",
        "````",
        "~~~",
        "suggestion",
        "/merge",
        "/",
        "\n",
        "\n",
        "\n",
        "\r",
        " ",
        "    ",
        "`",
        ">>>",
        "<p>",
        "x",
        "\\",
    ]
)


@settings(deadline=None, max_examples=1000)
@example("```\n/\rmerge", None)
@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from([None, ONE, THREE]))
def test_nothing_that_is_written_can_be_a_quick_action(body: str, lines: LineRange | None):
    """Stricter than GitLab, which leaves code and quotes alone: no line at all begins as a command does."""
    written = write_body(body, lines)
    assert not re.search(r"^/\w", written.replace("\r", ""), re.MULTILINE)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(["a", "`", "```", "    b", "", "~~~", "// c"]), max_size=8))
def test_a_suggestion_keeps_its_text(code: list[str]):
    fence = "`" * 10
    body = "\n".join(["why", f"{fence}suggestion", *code, fence])
    assert write_body(body, THREE) == body.replace("suggestion", "suggestion:-2+0")


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("```suggestion:-2+0\nx\n```", LineRange(8, 10)),
        ("why\n````suggestion:-1+3\nx\n````", LineRange(9, 10)),
        ("```suggestion\nx\n```", LineRange(10, 10)),
        ("```py\nx\n```\n```suggestion:-1+0\n```", LineRange(9, 10)),
        ("```suggestion:-10+0\nx\n```", None),
        ("````\n```suggestion:-2+0\n```\n````", None),
        ("```suggestion:-2\n```", None),
        ("words", None),
    ],
)
def test_what_a_suggestion_replaces(body: str, lines: LineRange | None):
    assert suggested_lines(body, 10) == lines


def test_there_and_back():
    assert suggested_lines(write_body("```suggestion\nx\n```", THREE), THREE.end) == THREE
