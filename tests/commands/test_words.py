"""Both languages say the same things, and nothing that a stranger wrote does anything on the page."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.commands.grammar import Fault, Mistake, Name, parse
from reviewbot.commands.rights import NEEDED, Refusal, Why
from reviewbot.commands.sentences import Sentences, gaps, say
from reviewbot.commands.words import Words, words
from reviewbot.commands.words_en import EN
from reviewbot.commands.words_zh import ZH
from reviewbot.domain.change import LineRange
from reviewbot.domain.record import Outcome
from reviewbot.domain.tone import Tone
from reviewbot.publish import markers
from tests.fakes.github.markdown import render
from tests.publish.test_prose import HOSTILE

LANGUAGES = [EN, ZH]
ENGLISH = words(Tone.EN)
ANSWERS = [ENGLISH, words(Tone.ZH)]
SHA = "0123456789abcdef0123456789abcdef01234567"
ALLOWED = re.compile(r"</?(p|code|ul|li)>")
MARKUP = st.text(alphabet=st.sampled_from("ab1@#`*_<>[]()!:/.-~|$\\&;'\"\n #w?f\r\u202e\0\ud800"), max_size=60)
PIECES = st.lists(
    st.sampled_from([*HOSTILE, "\n", "\r\n", "/close", "/label ~x", "`", "``", "<!-- reviewbot:a -->", "|", "\\", " "]),
    max_size=6,
).map("".join)
WORDS = st.one_of(MARKUP, PIECES, st.text(alphabet=st.characters(exclude_categories=()), max_size=60))


def sentences(using: Sentences) -> Iterator[tuple[str, str]]:
    """Each sentence by the place it stands in."""
    for field in fields(using):
        value = getattr(using, field.name)
        if isinstance(value, Mapping):
            yield from ((f"{field.name}.{key}", sentence) for key, sentence in value.items())
        elif field.name != "tone":
            yield field.name, value


@pytest.mark.parametrize("tone", list(Tone))
def test_each_language_has_its_words(tone: Tone):
    assert words(tone).tone is tone


def test_both_say_the_same_things():
    english, chinese = dict(sentences(EN)), dict(sentences(ZH))
    assert english.keys() == chinese.keys()
    assert all(text.strip() for text in (*english.values(), *chinese.values()))
    assert {place: gaps(text) for place, text in english.items()} == {p: gaps(text) for p, text in chinese.items()}


@pytest.mark.parametrize("place", [place for place, _ in sentences(ZH)])
def test_chinese_is_chinese(place: str):
    assert re.search("[\u4e00-\u9fff]", dict(sentences(ZH))[place])
    assert not re.search("[\u4e00-\u9fff]", dict(sentences(EN))[place])


@pytest.mark.parametrize("using", LANGUAGES, ids=["en", "zh"])
def test_nothing_is_left_out(using: Sentences):
    assert set(using.helps) == set(Name)
    assert set(using.refusals) == set(Why) - {Why.NOT_HUMAN}
    assert set(using.mistakes) == set(Fault)
    assert set(using.needs) == set(NEEDED.values())
    assert set(using.outcomes) == set(Outcome)


@pytest.mark.parametrize("using", LANGUAGES, ids=["en", "zh"])
def test_every_gap_says_how_it_is_filled(using: Sentences):
    for place, sentence in sentences(using):
        assert all(way in ("code", "codes", "prose", "number") for _, way in gaps(sentence)), place


@pytest.mark.parametrize("sentence", ["{a}", "{a!r}", "{a:>9}", "{}", "{a.b}"])
def test_a_gap_that_does_not_say_how_is_not_filled(sentence: str):
    with pytest.raises((ValueError, KeyError)):
        say(sentence, a="@octocat")


def test_how_gaps_are_filled():
    assert say("{a:code} {b:prose} {c:number}", a="@x `y`", b="see @x", c=3) == "`` @x `y` `` see `@x` 3"
    assert say("{a:codes}", a=("x", "@y")) == "`x`, `@y`"
    assert say("{a:prose}", a="`x`'s file, (`y`).") == "`x`'s file, (`y`)."
    assert say("{a:prose}", a="@x``y``") == "``` @x``y`` ```"
    assert say("{a:prose}", a="see abc1234)x") == "see `abc1234)x`"
    assert say("{a:code}", a="x" * 5000) == f"`{'x' * 499}…`"
    with pytest.raises(ValueError):
        say("{c:number}", c="@octocat")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("/seed fx", "There is no command `fx`. Did you mean `/seed fix`?"),
        ("/seed @octocat", "There is no command `@octocat`. `/seed help` shows them all."),
        ("/seed fix --comit", "There is no option `--comit` here. Did you mean `/seed fix --commit`?"),
        ("/seed fix --repo=x", "There is no option `--repo=x` here. `/seed help` shows them all."),
        ("/seed pause now", "`/seed pause` takes no words such as `now`: write it alone."),
        (
            "/seed fix ../x",
            "A command works where it is written and takes no path such as `../x`: write it on the line.",
        ),
    ],
)
def test_what_a_mistake_is_answered(line: str, answer: str):
    (found,) = parse(line)
    assert isinstance(found, Mistake)
    assert ENGLISH.mistaken(found) == answer


def test_more_than_five():
    *_, found = parse("\n".join(f"/seed reject {n}" for n in range(7)))
    assert isinstance(found, Mistake)
    wanted = "A comment may hold five commands: the ones from `/seed reject 5` on were left out."
    assert ENGLISH.mistaken(found) == wanted


@pytest.mark.parametrize(
    ("why", "answer"),
    [
        (Why.TOO_OFTEN, "You gave 30 commands in an hour, which is all that one person may: wait a while."),
        (Why.NEEDS_WRITE, "This command is for people who may write to the repository: ask one of them."),
        (Why.NEEDS_READ, "This command is for people who may read the repository: ask one of them."),
    ],
)
def test_what_a_refusal_is_answered(why: Why, answer: str):
    assert ENGLISH.refused(Refusal(why), 30) == answer


@pytest.mark.parametrize("using", ANSWERS)
def test_help_is_one_table_of_every_command(using: Words):
    text = using.help()
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == len(Name) + 2
    assert {row.count("|") for row in rows} == {4}
    assert all(f"`/seed {name}" in text for name in Name)
    assert parse(text) == ()


def test_status():
    outcomes = {"applied": 2, "rejected": 1, "left": 0}
    said = ENGLISH.status(reviewed=SHA, current=True, standing=3, outcomes=outcomes, paused_by="ann")
    assert said.splitlines() == [
        "- Reviewed: `0123456`, the head as it is now.",
        "- Suggestions that stand: 3",
        "- Applied as suggested: 2",
        "- Rejected: 1",
        "- Reviews are paused, by `ann`; `/seed resume` goes on.",
    ]
    said = ENGLISH.status(reviewed=SHA, current=False, standing=0, outcomes={}, paused_by=None)
    assert said.splitlines()[0] == "- Last reviewed: `0123456`; the head is another by now."
    said = ENGLISH.status(reviewed=None, current=False, standing=0, outcomes={}, paused_by=None)
    assert said.splitlines() == ["- Not reviewed yet.", "- Suggestions that stand: 0"]


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (ENGLISH.committed(SHA), "Committed as `0123456`."),
        (ENGLISH.nothing_found(SHA), "`0123456` was reviewed, and there is nothing to say."),
        (ENGLISH.fix_elsewhere("a b.py", LineRange(3, 3)), "A fix is suggested in `a b.py`, on line 3."),
        (ENGLISH.fix_elsewhere("a.py", LineRange(3, 5)), "A fix is suggested in `a.py`, on lines 3 to 5."),
        (
            ENGLISH.nothing_to_fix("names: x_y is unbound"),
            "Nothing to fix here that could be proven: names: `x_y` is unbound",
        ),
        (
            ENGLISH.explained("py.unhandled.io", ("OSError", "a.B"), 0.934),
            "Made by the rule `py.unhandled.io`, for `OSError`, `a.B`; 93 % sure.",
        ),
        (ENGLISH.branch_protected("main"), "The branch `main` is protected, and nothing is pushed to such a branch."),
    ],
)
def test_what_is_filled_in(answer: str, wanted: str):
    assert answer == wanted


def plain(using: Words) -> list[str]:
    """The answers in which nobody's words stand."""
    return [
        using.no_place(),
        using.not_mine(),
        using.not_open(),
        using.failed(),
        using.stands_already(),
        using.lines_changed(),
        using.nothing_to_fix(None),
        using.no_tests_yet(),
        using.gate_is_off(),
        using.edited_by_another(),
        using.name_the_lines(),
        using.no_overrider(()),
        using.no_reason(),
        using.head_moved(),
        using.fork_forbids(),
        using.push_refused(),
        using.rejected(),
        using.paused(),
        using.resumed(),
        *(using.refused(Refusal(why), 30) for why in Why if why is not Why.NOT_HUMAN),
    ]


def with_words(using: Words, said: str) -> list[str]:
    """Every answer in which a stranger's words can stand."""
    return [
        *(using.mistaken(Mistake(fault, said, said, Name.FIX)) for fault in Fault),
        *(using.mistaken(Mistake(fault, said, said, nearest=said)) for fault in Fault),
        using.not_seen(said),
        using.no_such_lines(said, said),
        using.no_overrider((said, said)),
        using.nothing_to_fix(said),
        using.fix_elsewhere(said, LineRange(1, 1)),
        using.fix_elsewhere(said, LineRange(1, 2)),
        using.committed(said),
        using.branch_protected(said),
        using.nothing_found(said),
        using.explained(said, (said, said), 0.5),
        using.status(reviewed=said, current=True, standing=1, outcomes={}, paused_by=said),
    ]


def assert_harmless(text: str, line_feeds: int) -> None:
    """No mention, link, picture, HTML or marker is on the page, no line is a forge's command, and none is new."""
    page = render(text)
    assert ALLOWED.sub("", page).count("<") == 0, page
    assert not any(line.lstrip().startswith("/") for line in re.split(r"[\r\n\x0b\x0c\x85\u2028\u2029]", text))
    assert text.count("\n") == line_feeds
    assert "<!--" not in text and markers.read([text]) == frozenset()
    assert parse(text) == ()


def test_all_answers_are_in_these_lists():
    methods = {name for name in vars(Words) if not name.startswith("_")}
    listed = re.findall(r"using\.(\w+)\(", "".join(map(inspect.getsource, (plain, with_words))))
    assert methods - {"tone", "help"} == set(listed)


@pytest.mark.parametrize("using", ANSWERS)
def test_plain_answers_do_nothing(using: Words):
    for answer in plain(using):
        assert_harmless(answer, 0)


@pytest.mark.parametrize("using", ANSWERS)
@pytest.mark.parametrize("said", [*HOSTILE, "/close", "x\n/close", "x\u2028/close", "a\r\n/seed fix", "`" * 40])
def test_hostile_words_do_nothing(using: Words, said: str):
    for answer, like in zip(with_words(using, said), with_words(using, "word"), strict=True):
        assert_harmless(answer, like.count("\n"))


@settings(deadline=None)
@given(WORDS, st.sampled_from(ANSWERS))
def test_no_words_do_anything(said: str, using: Words):
    for answer, like in zip(with_words(using, said), with_words(using, "word"), strict=True):
        assert_harmless(answer, like.count("\n"))


@settings(deadline=None)
@given(WORDS)
def test_no_comment_is_answered_with_anything_live(said: str):
    """From the comment itself to the answer."""
    for found in parse("\n".join(f"/seed {part}" for part in said.split("\n"))):
        if isinstance(found, Mistake):
            assert_harmless(ENGLISH.mistaken(found), 0)


def test_the_check_is_no_sham():
    """Unescaped, the same words do something on the page."""
    active = [said for said in HOSTILE if ALLOWED.sub("", render(f"There is no command {said}.")).count("<")]
    assert len(active) > 15
