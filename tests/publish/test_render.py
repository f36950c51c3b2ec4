from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reviewbot.domain.change import LineRange
from reviewbot.domain.suggestion import Evidence, ProofLevel
from reviewbot.publish.markers import read
from reviewbot.publish.place import MAX_BODY, Unplaced
from reviewbot.publish.render import comment_body, fenced, review_body
from tests.fakes.github.markdown import render
from tests.publish.builders import WHY, review, suggestion

HEAD = "b" * 40


def test_a_whole_comment():
    assert comment_body(suggestion(origin="model", model="tiny"), HEAD) == (
        f"{WHY}\n"
        "\n"
        "```suggestion\n"
        "try:\n"
        "    y = 1\n"
        "    z = 2\n"
        "except ValueError:\n"
        "    y = z = 0\n"
        "```\n"
        "\n"
        "<details>\n"
        "<summary>Proven: these lines ran in a sandbox with the failure injected (level: region)</summary>\n"
        "\n"
        "- passed: `parse`, the whole file parses after the edit\n"
        "- passed: `fault`, json.JSONDecodeError: before, it escapes; after, it is handled\n"
        "\n"
        "Made by analysis and a model (`tiny`).\n"
        "\n"
        "</details>\n"
        "\n"
        "<sub>To reject it, resolve this conversation: it is not suggested again while this comment stands, not even "
        "after a push. The comment `# reviewbot: ignore` on the line keeps it away for good.</sub>\n"
        "\n"
        f"<!-- reviewbot:head:{HEAD} --><!-- reviewbot:0123456789abcdef -->"
    )


def test_without_a_head_only_the_suggestion_is_marked():
    assert read([comment_body(suggestion())]) == {"0123456789abcdef"}


def test_a_limited_proof_says_so():
    static = suggestion(evidence=(Evidence("parse", True, "parses", level=ProofLevel.STATIC),))
    assert "Checked without running any code (level: static)" in comment_body(static)


def blocks(markdown: str) -> list[str]:
    return [token.content for token in MarkdownIt("commonmark").parse(markdown) if token.type == "fence"]


@pytest.mark.parametrize(
    ("replacement", "applied"),
    [
        ("a\n", "a\n"),
        ("a", "a\n"),
        ("a\n\n", "a\n\n"),
        ("\n", "\n"),
        ("", ""),
        ("a\r\nb\r\n", "a\nb\n"),
        ("    indented\n", "    indented\n"),
        ("\ttab\n", "\ttab\n"),
        ("trailing  \n", "trailing  \n"),
        ("s = '''\n```\n'''\n", "s = '''\n```\n'''\n"),
        ("s = '`````'\n", "s = '`````'\n"),
        ("~~~\n", "~~~\n"),
        ("# <!-- reviewbot:head:0 -->\n", "# <!-- reviewbot:head:0 -->\n"),
    ],
)
def test_the_block_holds_the_code_to_the_letter(replacement: str, applied: str):
    assert blocks(comment_body(suggestion(replacement=replacement), HEAD)) == [applied]


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("ab `~\n\t<-!>"), max_size=40))
def test_any_code_comes_through(code: str):
    text = f"before\n\n{fenced(code, 'suggestion')}\n\nafter"
    expected = code.removesuffix("\n") + "\n" if code else ""
    assert blocks(text) == [expected]
    assert "<p>after</p>" in MarkdownIt("commonmark").render(text)


def test_code_of_the_repository_cannot_forge_a_marker():
    forged = suggestion(replacement="x = 1\n```\n\n<!-- reviewbot:head:0 -->\n", why="<!-- reviewbot:head:1 -->")
    assert read([comment_body(forged, HEAD)]) == {f"head:{HEAD}", forged.id}


def test_hostile_words_everywhere():
    bad = "@all [x](http://e.example) <b>x</b> </details> `@all"
    one = suggestion(why=bad, model=bad, origin="model", path=bad, evidence=(Evidence(bad, True, bad),))
    text = review_body(review(one, notes=(bad,), more=2), [Unplaced(one, "it is a new file")], marked=False)
    for page in (render(comment_body(one, HEAD)), render(text)):
        assert "<a" not in page and "<b>" not in page
        assert page.count("<details>") == page.count("</details>") == 1


def test_no_body_where_the_comments_say_all():
    assert review_body(review(suggestion()), [], marked=True) == ""


def test_what_only_the_body_can_say():
    five = [suggestion(id=str(n)) for n in range(5)]
    text = review_body(review(*five, more=3, notes=("The model failed.",)), [], marked=True)
    assert text == "The model failed.\n\n3 more places may want a fix; held back by the limit of 5 a review."
    assert review_body(review(*five, more=1), [], marked=True).startswith("1 more place may")


def test_what_has_no_place_is_told_and_marked():
    one = suggestion(lines=LineRange(7, 7))
    text = review_body(review(one), [Unplaced(one, "its lines are elsewhere")], marked=False)
    assert text.startswith("Not to be applied with a click, since its lines are elsewhere: `a.py`, line 7. `json.load`")
    assert "suggestion\n" not in text
    assert blocks(text) == [one.replacement]
    assert read([text]) == {f"head:{HEAD}", one.id}


def test_the_body_never_outgrows_the_forge():
    many = [Unplaced(suggestion(id=f"{n:016x}", replacement="x" * 30_000), "too long") for n in range(50)]
    text = review_body(review(), many, marked=False)
    assert len(text) <= MAX_BODY
    assert len(read([text])) == 51
    assert len(re.findall("too long to be shown", text)) >= 48
