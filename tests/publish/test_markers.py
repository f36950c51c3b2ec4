from __future__ import annotations

import pytest

from reviewbot.publish.markers import answer_marker, config_marker, read, settled_marker, write

SHA = "a" * 40


def test_what_is_written_is_read():
    names = [
        settled_marker("fixed", SHA),
        answer_marker("line", "17", "/seed help"),
        config_marker("d0"),
        "0123456789abcdef",
    ]
    assert read([f"words\n\n{write(names)}"]) == frozenset(names)


@pytest.mark.parametrize("end", ["", "\n", " \n\n", "\r\n"])
def test_white_space_at_the_end(end: str):
    assert read([write(["x"]) + end, "words\r\n\r\n" + write(["y"]) + end]) == {"x", "y"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "words",
        f"{write(['x'])} words",
        f"words {write(['x'])}",
        f"```suggestion\ns = '{write(['x'])}'\n```",
        f"{write(['x'])}\n\nlater words",
        "<!-- reviewbot:X Y -->",
        "<!-- other:x -->",
    ],
)
def test_only_the_last_line_counts(body: str):
    assert read([body]) == frozenset()
