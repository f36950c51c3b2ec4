from __future__ import annotations

import re
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reviewbot.domain.change import LineRange
from reviewbot.domain.suggestion import Evidence, ProofLevel, Withheld
from reviewbot.publish.markers import read
from reviewbot.publish.phrases import EN, ZH, Phrases
from reviewbot.publish.place import MAX_BODY, Unplaced
from reviewbot.publish.render import comment_body, fenced, unplaced_body
from reviewbot.publish.summary import summary_body
from tests.fakes.github.markdown import render
from tests.publish.builders import WHY, review, suggestion


def test_a_whole_comment():
    assert comment_body(suggestion(origin="model", model="tiny")) == (
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
        "<sub>To reject it, resolve this conversation, leave a 👎, or reply `/seed reject` with the reason: it is not "
        "suggested again on this pull request. The comment `# reviewbot: ignore` on the line keeps it away for good."
        "</sub>\n"
        "\n"
        "<!-- reviewbot:0123456789abcdef -->"
    )


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
    assert blocks(comment_body(suggestion(replacement=replacement))) == [applied]


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("ab `~\n\t<-!>"), max_size=40))
def test_any_code_comes_through(code: str):
    text = f"before\n\n{fenced(code, 'suggestion')}\n\nafter"
    expected = code.removesuffix("\n") + "\n" if code else ""
    assert blocks(text) == [expected]
    assert "<p>after</p>" in MarkdownIt("commonmark").render(text)


def test_code_of_the_repository_cannot_forge_a_marker():
    forged = suggestion(replacement="x = 1\n```\n\n<!-- reviewbot:head:0 -->\n", why="<!-- reviewbot:head:1 -->")
    assert read([comment_body(forged)]) == {forged.id}


BAD = "@all [x](http://e.example) <b>x</b> </details> `@all"


@pytest.mark.parametrize("words", [EN, ZH])
def test_hostile_words_everywhere(words: Phrases):
    names = (BAD,)
    one = suggestion(why=BAD, model=BAD, origin="model", path=BAD, evidence=(Evidence(BAD, True, BAD),), function=BAD)
    one = replace(one, exceptions=names)
    whole = replace(review(one, notes=(BAD,), more=2), withheld=(Withheld(BAD, 3, BAD),))
    texts = [
        comment_body(one, words),
        unplaced_body([Unplaced(one, "it is a new file")], words),
        summary_body(whole, words, [BAD]) or "",
    ]
    for page in map(render, texts):
        assert "<a" not in page and "<b>" not in page
        assert page.count("<details>") == page.count("</details>") == 1


def test_every_sentence_is_there_in_both_languages():
    for field in fields(EN):
        one, other = getattr(EN, field.name), getattr(ZH, field.name)
        if isinstance(one, dict):
            assert one.keys() == other.keys()
            pairs = [(one[key], other[key]) for key in one]
        else:
            pairs = [(one, other)] if isinstance(one, str) and field.name not in ("why", "tone") else []
        for english, chinese in pairs:
            assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", chinese)), field.name


def test_a_chinese_comment_is_chinese():
    text = comment_body(suggestion(function="load"), ZH)
    assert text.startswith("`json.JSONDecodeError` 可能在这里抛出，而 `load` 没有处理它。\n\n```suggestion\n")


def test_no_body_where_the_comments_say_all():
    assert unplaced_body([]) == ""
    assert summary_body(replace(review(suggestion()), withheld=())) is None


def test_what_only_the_summary_can_say():
    five = [suggestion(id=str(n)) for n in range(5)]
    text = summary_body(replace(review(*five, more=3, notes=("The model failed.",)), withheld=())) or ""
    assert text.splitlines()[:5] == [
        "What the review of `bbbbbbb` left unsaid:",
        "",
        "The model failed.",
        "",
        "3 more places may want a fix; held back by the limit. `/seed review --full` looks again.",
    ]
    assert read([text]) == {"summary"}
    assert "1 more place may" in (summary_body(review(*five, more=1)) or "")


def test_what_was_withheld_is_folded_and_bounded():
    many = tuple(Withheld("a.py", line, "names: x may be unbound") for line in range(1, 101))
    text = summary_body(replace(review(), withheld=many)) or ""
    assert text.count("<details>") == 1 and "(100)" in text
    assert "- `a.py:30`: names: x may be unbound" in text and "a.py:31" not in text and "and 70 more" in text


def test_what_has_no_place_is_told_and_marked():
    one = suggestion(lines=LineRange(7, 7))
    text = unplaced_body([Unplaced(one, "its lines are elsewhere")])
    assert text.startswith("Not to be applied with a click, since its lines are elsewhere: `a.py`, line 7. `json.load`")
    assert "suggestion\n" not in text
    assert blocks(text) == [one.replacement]
    assert read([text]) == {one.id}


def test_the_body_never_outgrows_the_forge():
    many = [Unplaced(suggestion(id=f"{n:016x}", replacement="x" * 30_000), "too long") for n in range(50)]
    text = unplaced_body(many)
    assert len(text) <= MAX_BODY
    assert len(read([text])) == 50
    assert len(re.findall("too long to be shown", text)) >= 48
