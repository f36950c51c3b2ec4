"""Markdown: the very comments that would be posted, and where."""

from __future__ import annotations

from reviewbot.domain.change import LineRange
from reviewbot.publish.as_markdown import to_markdown
from reviewbot.publish.render import comment_body
from tests import builders


def test_each_comment_stands_under_its_lines() -> None:
    one = builders.suggestion()
    other = builders.suggestion(path="b`c.py", lines=LineRange(4, 9))
    text = to_markdown(builders.review(one, other, more=2, notes=("The model was down.",)))
    assert f"### `app.py`, line 3\n\n{comment_body(one)}" in text
    assert f"### ``b`c.py``, lines 4 to 9\n\n{comment_body(other)}" in text
    assert "The model was down." in text
    assert "2 more places" in text


def test_nothing_to_say_is_said_in_one_line() -> None:
    assert to_markdown(builders.review()) == "Nothing to suggest; 5 changed lines in 1 file, 1.5 s."
