"""What a comment commands: who typed the line, what it says, and that nothing a stranger writes takes long."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.commands.grammar import (
    COMMIT,
    FULL,
    MOST_COMMANDS,
    MOST_WORDS,
    Command,
    Fault,
    Mistake,
    Name,
    mentions_seed,
    normal,
    only_commands,
    parse,
)

ANYTHING = st.text(alphabet=st.characters(exclude_categories=()))
MARKUP = st.text(alphabet=st.sampled_from("/seed fix\n\n>`-<! 1.[]:\r\t~=*#\\\"'a\0\ud800"), max_size=120)
TYPED = ["/seed fix", "/SEED  fix", "/seed", "/seed fix --commit a"]
MARKS = ["> q", ">>>", "```", "~~~", "    ", "\t", "- ", "1. ", "---", "`", "<p>", "<!--", "-->", "[a]: b", " 'x"]
PIECES = st.lists(
    st.sampled_from([*TYPED, *MARKS, "<blockquote>", "</blockquote>", "\n", "\n", "\n", "\n", "\n\n"]),
    max_size=25,
).map("".join)


def names(body: str) -> list[str]:
    """What is found, in short."""
    return [str(one.name if isinstance(one, Command) else one.fault) for one in parse(body)]


def one(line: str) -> Command | Mistake:
    (found,) = parse(line)
    return found


@pytest.mark.parametrize("name", list(Name))
def test_each_command(name: Name):
    assert one(f"/seed {name}") == Command(name, frozenset(), "", f"/seed {name}")


@pytest.mark.parametrize(
    ("line", "name", "options", "words"),
    [
        ("/seed", Name.HELP, set(), ""),
        ("/SEED   Fix", Name.FIX, set(), ""),
        ("/seed\tfix", Name.FIX, set(), ""),
        ("/seed\u3000fix\u3000这里", Name.FIX, set(), "这里"),
        ("/seed fix --commit", Name.FIX, {COMMIT}, ""),
        ("/seed fix --COMMIT", Name.FIX, {COMMIT}, ""),
        ("/seed fix the file may be gone --commit", Name.FIX, {COMMIT}, "the file may be gone"),
        ("/seed fix -1 is no index", Name.FIX, set(), "-1 is no index"),
        ("/seed fix a - b -- c", Name.FIX, set(), "a - b -- c"),
        ("/seed fix either/or, see https://example.org/x", Name.FIX, set(), "either/or, see https://example.org/x"),
        ("/seed fix a file that ends in ... or x..y", Name.FIX, set(), "a file that ends in ... or x..y"),
        ("/seed review --full", Name.REVIEW, {FULL}, ""),
        ("/seed test when the list is empty", Name.TEST, set(), "when the list is empty"),
        ("/seed reject we build with -O, --commit or not, in ../x", Name.REJECT, set(), None),
        ("/seed reject \u202e x\x07", Name.REJECT, set(), "\\u202e x\\x07"),
        ("/seed reject \ud83d", Name.REJECT, set(), "\\ud83d"),
    ],
)
def test_what_a_command_says(line: str, name: Name, options: set[str], words: str | None):
    said = line.removeprefix("/seed reject ") if words is None else words
    assert one(line) == Command(name, frozenset(options), said, one(line).line)


@pytest.mark.parametrize(
    ("line", "fault", "word", "nearest"),
    [
        ("/seed fx", Fault.UNKNOWN_NAME, "fx", "fix"),
        ("/seed fix.", Fault.UNKNOWN_NAME, "fix.", "fix"),
        ("/seed reveiw --full", Fault.UNKNOWN_NAME, "reveiw", "review"),
        ("/seed stauts", Fault.UNKNOWN_NAME, "stauts", "status"),
        ("/seed @octocat", Fault.UNKNOWN_NAME, "@octocat", None),
        ("/seed --full", Fault.UNKNOWN_OPTION, "--full", None),
        ("/seed fix --repo=other/repo", Fault.UNKNOWN_OPTION, "--repo=other/repo", None),
        ("/seed fix --comit", Fault.UNKNOWN_OPTION, "--comit", COMMIT),
        ("/seed fix \u2014commit", Fault.UNKNOWN_OPTION, "\u2014commit", COMMIT),
        ("/seed fix -c", Fault.UNKNOWN_OPTION, "-c", None),
        ("/seed fix --commit=yes", Fault.UNKNOWN_OPTION, "--commit=yes", COMMIT),
        ("/seed fix --full", Fault.UNKNOWN_OPTION, "--full", None),
        ("/seed review --commit", Fault.UNKNOWN_OPTION, "--commit", None),
        ("/seed test --commit", Fault.UNKNOWN_OPTION, "--commit", None),
        ("/seed reject --quietly x", Fault.UNKNOWN_OPTION, "--quietly", None),
        ("/seed pause please", Fault.NEEDLESS_WORDS, "please", None),
        ("/seed review src/a.py", Fault.NEEDLESS_WORDS, "src/a.py", None),
        ("/seed help\0", Fault.UNKNOWN_NAME, "help\ufffd", "help"),
        ("/seed fix ../../etc/passwd", Fault.PATH, "../../etc/passwd", None),
        ("/seed fix a/../b", Fault.PATH, "a/../b", None),
        ("/seed fix ..", Fault.PATH, "..", None),
        ("/seed fix the file /etc/passwd", Fault.PATH, "/etc/passwd", None),
        ("/seed fix ~/x", Fault.PATH, "~/x", None),
        ("/seed test ..\\x", Fault.PATH, "..\\x", None),
        ("/seed fix \\\\host\\x", Fault.PATH, "\\\\host\\x", None),
        ("/seed fix C:\\x", Fault.PATH, "C:\\x", None),
    ],
)
def test_what_is_wrong(line: str, fault: Fault, word: str, nearest: str | None):
    found = one(line)
    assert isinstance(found, Mistake)
    assert (found.fault, found.nearest) == (fault, nearest)
    assert found.word == word.replace("\ufffd", "\\x00")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("/seedling", []),
        ("/seed-fix", []),
        ("/seeds", []),
        ("/\u017feed fix", []),
        ("see /seed fix", []),
        ("", []),
        ("text\n/seed fix\nmore text", ["fix"]),
        ("text\r\n/seed fix\rmore\r\n/seed test", ["fix", "test"]),
        ("   /seed fix", ["fix"]),
        ("text\n        /seed fix", ["fix"]),
        ("- item\n  /seed fix", ["fix"]),
        ("- /seed fix", []),
        ("# /seed fix", []),
        ("/seed fix\n===", ["fix"]),
        ("/seed fix\n---", ["fix"]),
        # quotes
        ("> /seed fix", []),
        (">/seed fix", []),
        ("> > /seed fix", []),
        ("   > /seed fix", []),
        ("> text\n> /seed fix", []),
        ("> quoted\n\n/seed fix", ["fix"]),
        ("> quoted\n/seed fix", ["fix"]),
        ("> > quoted\n/seed fix", ["fix"]),
        ("> ```\n/seed fix", ["fix"]),
        (">>>\n/seed fix\n>>>\n/seed test", ["test"]),
        (">>> [!note] x\n/seed fix\n>>>", []),
        (">>>>\na\n>>>\n/seed fix\n>>>\nb\n>>>>\n/seed test", ["test"]),
        (">>>\n/seed fix", ["fix"]),
        ("```\n>>>\n```\n/seed fix\n\n>>>", ["fix"]),
        ("<blockquote>\n\n/seed fix\n\n</blockquote>\n\n/seed test", ["test"]),
        ("<blockquote>\n\n/seed fix", []),
        ("<!-- <blockquote> -->\n\n/seed fix", ["fix"]),
        # code
        ("```\n/seed fix\n```", []),
        ("```\n/seed fix", []),
        ("~~~~text\n```\n/seed fix\n~~~~\n/seed test", ["test"]),
        ("    /seed fix", []),
        ("\t/seed fix", []),
        ("- item\n\n      /seed fix", []),
        ("a `span\n/seed fix\nends` here\n/seed test", ["test"]),
        ("a `span\n/seed fix\n\nends` here", ["fix"]),
        ("a `` span ` \n/seed fix", ["fix"]),
        ("a \\`no span\n/seed fix\nends`", ["fix"]),
        # HTML
        ("<!-- a template:\n/seed fix\n-->\n/seed test", ["test"]),
        ("text <!-- hidden\n/seed fix\n--> text\n/seed test", ["test"]),
        ("text <!-- never ended\n/seed fix", ["fix"]),
        ('text <a title="\n/seed fix\n">', []),
        ("<details>\n/seed fix\n</details>", []),
        ("<details>\n\n/seed fix\n\n</details>", ["fix"]),
        ("<pre>\n\n/seed fix\n\n</pre>", []),
        # definitions of links
        ("[a]: /url\n'title\n/seed fix\n'", []),
        ("[a]:\n/seed", []),
        ("[a]: /url\n/seed fix", ["fix"]),
    ],
)
def test_which_lines_are_the_authors_own(body: str, found: list[str]):
    assert names(body) == found


def test_each_command_once():
    assert names("/seed fix\n/SEED  fix\n/seed test\n/seed fix\n/seed\n/seed help") == ["fix", "test", "help"]


def test_five_commands_and_one_mistake_for_the_rest():
    found = parse("\n".join(f"/seed reject {n}" for n in range(MOST_COMMANDS + 7)))
    assert [one.words for one in found if isinstance(one, Command)] == [str(n) for n in range(MOST_COMMANDS)]
    assert found[MOST_COMMANDS:] == (Mistake(Fault.TOO_MANY, f"/seed reject {MOST_COMMANDS}"),)
    assert len(parse("\n".join(f"/seed reject {n}" for n in range(MOST_COMMANDS)))) == MOST_COMMANDS


def test_long_words_are_cut():
    found = one(f"/seed reject {'a' * MOST_WORDS}")
    assert isinstance(found, Command) and found.words == "a" * MOST_WORDS
    for long in ("a" * 5000, "\x07" * 400, "ab " * 400):
        found = one(f"/seed reject {long}")
        assert isinstance(found, Command) and len(found.words) <= MOST_WORDS and found.words.endswith("…")
    found = one(f"/seed {'x' * 5000}")
    assert isinstance(found, Mistake) and len(found.word) == 60


@pytest.mark.parametrize(
    ("body", "only"),
    [
        ("/seed fix", True),
        ("\n/seed fix\n\n/seed test\n", True),
        ("/seed nonsense", True),
        ("> quoted\n> more\n\n/seed fix", True),
        ("> quoted\n/seed fix", True),
        (">>>\nquoted\n>>>\n/seed fix", True),
        ("/seed fix\nplease", False),
        ("> quoted\nlazy words\n/seed fix", False),
        ("/seed fix\n\n```\ncode\n```", False),
        ("/seed fix\n\n    /seed fix", False),
        ("<!-- x -->\n/seed fix", False),
        ("- item\n  /seed fix", False),
        ("```\n/seed fix\n```", False),
        ("> /seed fix", False),
        ("", False),
        ("/seed fix\n" + " " * 70_000, False),
    ],
)
def test_nothing_but_commands(body: str, only: bool):
    assert only_commands(body) is only


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("/seed fix", "  /SEED   Fix  ", True),
        ("/seed", "/seed help", True),
        ("/seed fix a b --commit", "/seed fix --commit a   b", True),
        ("/seed fix", "/seed fix --commit", False),
        ("/seed fix a", "/seed fix A", False),
        ("/seed reject a", "/seed reject b", False),
        ("/seed fx", "/seed  fx", True),
        ("/seed fx", "/seed fix", False),
        ("words", "/seed help", False),
    ],
)
def test_when_an_edit_asks_for_nothing_new(before: str, after: str, same: bool):
    assert (normal(before) == normal(after)) is same


HOSTILE = {
    "long": "a" * 100_000,
    "long command": "/seed fix " + "a" * 100_000,
    "long option": "/seed fix -" + "a" * 100_000,
    "slashes": "/seed fix " + "/" * 60_000,
    "dots": "/seed fix " + "x/.." * 15_000 + "z",
    "many commands": "/seed fix\n" * 10_000,
    "many unknown": "\n".join(f"/seed a{n}" for n in range(10_000)),
    "many paragraphs": "/seed fix\n\n" * 10_000,
    "words": "/seed fix " + "a " * 50_000,
    "spaces": " " * 100_000 + "/seed fix",
    "blank lines with spaces": ("\n" + " " * 300) * 300 + "/seed fix",
    "nested quotes": ">" * 60_000 + "\n/seed fix",
    "nested quotes on each line": (">" * 60 + "/seed\n") * 1500,
    "growing quotes": "\n".join(">" * n for n in range(350)) + "\n/seed fix",
    "nested lists": "- " * 30_000 + "\n/seed fix",
    "growing lists": "".join("  " * n + "- a\n" for n in range(250)) + "/seed fix",
    "quotes in lists": "\n".join("> - " * n for n in range(180)) + "\n/seed fix",
    "many quotes": "> a\n\n" * 13_000 + "/seed fix",
    "fences": "```\n" * 16_000 + "/seed fix",
    "backticks": "".join("`" * n + "a" for n in range(1, 350)) + "\n/seed fix",
    "lone backticks": "`a" * 30_000 + "\n/seed fix",
    "comments": "a" + "<!--" * 16_000 + "\n/seed fix",
    "comments that end": "a" + "<!-- -->\n" * 7_000 + "/seed fix",
    "tags": "a" + "<a " * 20_000 + "\n/seed fix",
    "html": "<a\n" * 20_000 + "/seed fix",
    "html quotes": "<blockquote>\n\n" * 4_000 + "/seed fix",
    "gitlab quotes": ">>>\n\n" * 12_000 + "/seed fix",
    "definitions": "[a]: b\n" * 9_000 + "/seed fix",
    "open definitions": "[a\n" * 20_000 + "/seed fix",
    "brackets": "[" * 60_000 + "\n/seed fix",
    "escapes": "\\" * 60_000 + "\n/seed fix",
    "nothing printable": "\0\x01\u202e\ud800" * 16_000 + "\n/seed fix",
    "every line end": "\r\n\r\n\r" * 12_000 + "/seed fix",
    "tabs": "\t" * 60_000 + "/seed fix",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_comment_takes_long(name: str):
    """Each takes less than half a second of the processor; what is not linear in its length would take minutes."""
    for read in (mentions_seed, parse, only_commands):
        assert seconds(read, HOSTILE[name]) < 10.0


def seconds(read: Callable[[str], object], body: str) -> float:
    began = time.process_time()
    read(body)
    return time.process_time() - began


def test_beyond_what_a_comment_can_hold_nothing_is_read():
    assert names("a\n" * 32_000 + "/seed fix") == ["fix"]
    assert names("a\n" * 33_000 + "/seed fix") == []
    assert names("/seed fix\n" + "a\n" * 33_000 + "/seed test") == ["fix"]


@settings(deadline=None)
@given(ANYTHING | MARKUP | PIECES)
def test_nothing_raises_and_all_agree(body: str):
    found = parse(body)
    assert len(found) <= MOST_COMMANDS + 1
    assert mentions_seed(body) or not found
    assert found or not only_commands(body)
    for each in found:
        assert each.line.isprintable() or not any(c in each.line for c in "\r\n\0\u202e\ud800")


@settings(deadline=None)
@given(ANYTHING | st.text(alphabet=" -\u2014/.\\.fixcomtrej\0\u202e", max_size=40), st.sampled_from([*Name, "fx"]))
def test_the_one_spelling_is_its_own(text: str, name: str):
    line = f"/seed {name} {text}".split("\n", 1)[0]
    assert normal(normal(line)) == normal(line)


@settings(deadline=None)
@given(PIECES)
def test_a_quoted_comment_commands_nothing(body: str):
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert parse("\n".join(f"> {line}" for line in lines)) == ()
