"""What a file may say; what is wrong with one, in one sentence, and on which line; and that no file takes long."""

from __future__ import annotations

import time
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.tone import Tone
from reviewbot.repo_config import PathTable, RepoConfig, RepoConfigError, SuggestionKind, parse
from reviewbot.repo_config.ai import AiPathTable, AiPolicy, AiRule, LeastStrength, MixedAs, Mode, UnknownAs
from reviewbot.repo_config.lines import MOST_NESTED, blanked, places, too_deep
from reviewbot.repo_config.reading import MOST_BYTES, read

WHOLE = """
[review]
languages = ["python"]
include = ["src/"]
exclude = ["tests/", "!tests/tools/"]
max_suggestions = 3
min_confidence = 0.8
kinds = ["fix"]
drafts = true
skip_labels = ["no-review"]
force_labels = ["please-review", "请审查"]
tone = "zh"
status = true

[ai]
mode = "enforce"
strength = "line"
mixed = "human"
unknown = "ai"
reviewers = 2
disclosure = ["Assisted-by"]
scan = false
override = ["alice"]
markers = ["ai-generated:"]

[[ai.paths]]
match = "auth/"
rule = "forbidden"

[[paths]]
match = "legacy/"
skip = true

[[paths]]
match = "core/**"
min_confidence = 1
kinds = ["fix", "test"]
"""


def test_everything_that_can_be_said():
    assert parse(WHOLE.encode()) == RepoConfig(
        languages=("python",),
        include=("src/",),
        exclude=("tests/", "!tests/tools/"),
        max_suggestions=3,
        min_confidence=0.8,
        kinds=(SuggestionKind.FIX,),
        drafts=True,
        skip_labels=("no-review",),
        force_labels=("please-review", "请审查"),
        tone=Tone.ZH,
        status=True,
        paths=(
            PathTable(match="legacy/", skip=True),
            PathTable(match="core/**", min_confidence=1.0, kinds=tuple(SuggestionKind)),
        ),
        ai=AiPolicy(
            mode=Mode.ENFORCE,
            strength=LeastStrength.LINE,
            mixed=MixedAs.HUMAN,
            unknown=UnknownAs.AI,
            reviewers=2,
            disclosure=("Assisted-by",),
            scan=False,
            override=("alice",),
            markers=("ai-generated:",),
            paths=(AiPathTable(match="auth/", rule=AiRule.FORBIDDEN),),
        ),
    )


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"# nothing\n", b"[review]\n", b"\xef\xbb\xbf[review]\r\n", b"paths = []"]
)
def test_nothing_said(data: bytes):
    assert parse(data) == RepoConfig()
    assert parse(data).kinds == ("fix", "test")
    assert parse(data).ai == AiPolicy() and AiPolicy().mode is Mode.OFF


def test_a_file_as_windows_writes_it():
    assert parse(WHOLE.replace("\n", "\r\n").encode()) == parse(WHOLE.encode())


def test_it_is_frozen():
    config = parse(WHOLE.encode())
    for one, name in ((config, "drafts"), (config.paths[0], "skip")):
        with pytest.raises((AttributeError, ValueError)):
            setattr(one, name, False)


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("z = 1", 1, "`z` is no setting of the file: there are `review`, `ai`, `paths`."),
        ("\nreveiw = 1", 2, "`reveiw` is no setting of the file: did you mean `review`?"),
        ("\n\ntone = 'zh'", 3, "`tone` is a setting of [review]: put it below that header."),
        (
            "[review]\n\nmax_sugestions = 3",
            3,
            "`max_sugestions` is no setting of [review]: did you mean `max_suggestions`?",
        ),
        ("\nmode = 'off'", 2, "`mode` is a setting of [ai]: put it below that header."),
        ("[ai]\nmod = 'off'", 2, "`mod` is no setting of [ai]: did you mean `mode`?"),
        ("[ai]\nmode = 'on'", 2, "`mode` is wrong: it must be 'off', 'report' or 'enforce'."),
        ("[ai]\nmode = true", 2, "`mode` is wrong: it must be 'off', 'report' or 'enforce'."),
        ("[ai]\nstrength = 2", 2, "`strength` is wrong: it must be 'hint', 'commit' or 'line'."),
        ("[ai]\nmixed = 'ignore'", 2, "`mixed` is wrong: it must be 'ai' or 'human'."),
        ("[ai]\nunknown = 'human'", 2, "`unknown` is wrong: it must be 'ignore' or 'ai'."),
        ("[ai]\nreviewers = 0", 2, "`reviewers` is wrong: it must not be less than 1."),
        ("[ai]\nreviewers = 11", 2, "`reviewers` is wrong: it must not be more than 10."),
        ("[ai]\nreviewers = true", 2, "`reviewers` is wrong: it must be a whole number."),
        ("[ai]\ndisclosure = ['A', 'B: c']", 2, "`disclosure`, entry 2, is wrong: it holds a character that"),
        ("[ai]\ndisclosure = 'A'", 2, "`disclosure` is wrong: it must be a list."),
        ("[ai]\nscan = 1", 2, "`scan` is wrong: it must be true or false."),
        ("[ai]\noverride = ['@a']", 2, "`override`, entry 1, is wrong: it holds a character that cannot"),
        ("[ai]\nmarkers = ['ai']", 2, "`markers`, entry 1, is wrong: it must not be shorter than 3 characters."),
        ("[[ai.paths]]\nmatch = 'a'", 1, "A [[ai.paths]] table lacks `rule`: say what holds there."),
        ("[[ai.paths]]\nrule = 'free'", 1, "A [[ai.paths]] table lacks `match`: say which paths are meant."),
        ("[[ai.paths]]\nmatch = 'a'\nrule = 'banned'", 3, "`rule` is wrong: it must be 'forbidden', 'free',"),
        ("[[ai.paths]]\nmatch = 'a'\nrule = 'free'\nrules = 'free'", 4, "[[ai.paths]]: did you mean `rule`?"),
        ("[[ai.paths]]\nmatch = '['\nrule = 'free'", 2, "`match` is wrong: the pattern has a [ that is not closed."),
        ("[ai]\npaths = 1", 2, "`paths` is wrong: it must be a list."),
        ("ai = 'enforce'", 1, "`ai` is wrong: it must be a table."),
        ("[Review]\n", 1, "`Review` is no setting of the file: did you mean `review`?"),
        ("[review.paths]\nx = 1", 1, "`paths` is no setting of [review]: there are `languages`, "),
        ("[[paths]]\nmatch = 'a'\n\n[[paths]]\nmatch = 'b'\nskipp = true", 6, "[[paths]]: did you mean `skip`?"),
        ("[[paths]]\nmatch = 'a'\n[[paths]]\nskip = true", 3, "A [[paths]] table lacks `match`: say which"),
        ("[review]\nmax_suggestions = '3'", 2, "`max_suggestions` is wrong: it must be a whole number."),
        ("[review]\nmax_suggestions = true", 2, "it must be a whole number."),
        ("[review]\nmax_suggestions = 3.0", 2, "it must be a whole number."),
        ("[review]\nmax_suggestions = -1", 2, "it must not be less than 0."),
        ("[review]\nmax_suggestions = 101", 2, "it must not be more than 100."),
        ("[review]\nmin_confidence = nan", 2, "`min_confidence` is wrong: it must be a number."),
        ("[review]\nmin_confidence = -inf", 2, "it must be a number."),
        ("[review]\nmin_confidence = 1.5", 2, "it must not be more than 1"),
        ("[review]\nmin_confidence = '0.5'", 2, "it must be a number."),
        ("[review]\nmin_confidence = true", 2, "it must be a number."),
        ("[review]\nkinds = 'fix'", 2, "`kinds` is wrong: it must be a list."),
        ("[review]\nkinds = ['fix',\n 'tset']", 2, "`kinds`, entry 2, is wrong: it must be 'fix' or 'test'."),
        ("[review]\nlanguages = []", 2, "`languages` is wrong: it must not be empty."),
        ("[review]\nlanguages = ['cobol']", 2, "it must be 'python'."),
        ("[review]\ntone = 'de'", 2, "`tone` is wrong: it must be 'en' or 'zh'."),
        ("[review]\ndrafts = 1", 2, "`drafts` is wrong: it must be true or false."),
        ("[review]\nstatus = 2020-01-01", 2, "it must be true or false."),
        ("[review]\nskip_labels = ['']", 2, "`skip_labels`, entry 1, is wrong: it must not be empty."),
        ("[review]\nskip_labels = ['a\\u202e']".replace("'", '"'), 2, "a label is a name that prints."),
        ("[review]\nskip_labels = [1]", 2, "it must be a text in quotes."),
        ("[review]\nexclude = ['a/', '[']", 2, "`exclude`, entry 2, is wrong: the pattern has a [ that is not closed."),
        ("[review]\nexclude = ['../x']", 2, "the pattern leaves the repository with .."),
        (f"[review]\nexclude = ['{'a' * 201}']", 2, "it must not be longer than 200 characters."),
        (
            "[review]\nexclude = [" + "'a'," * 101 + "]",
            2,
            "`exclude` is wrong: it must not have more than 100 entries.",
        ),
        ("[[paths]]\nmatch = 1", 2, "`match` is wrong: it must be a text in quotes."),
        ("[[paths]]\nmatch = 'a'\nmin_confidence = 7", 3, "`min_confidence` is wrong: it must not be more than 1"),
        ("review = 1", 1, "`review` is wrong: it must be a table."),
        ("[paths]\nmatch = 'a'", 1, "`paths` is wrong: it must be a list."),
        ("paths = [1]", 1, "`paths` is wrong: it must be a table."),
        ("review.tone = 'de'", 1, "`tone` is wrong"),
        ("review = {tone = 'en', \"tonne\" = 1}", 1, "`tonne` is no setting of [review]: did you mean `tone`?"),
        ('[review]\n"a.b" = 1', 2, "`a.b` is no setting"),
        ("[review]\nexclude = [\n'x = 1', # ]\n'''\n[review]\n'''.b\n]", 6, "This is no TOML: "),
        ("[review]\nexclude = [\n'x = 1', # ]\n'[y]'\n]\ntone = 'de'", 6, "`tone` is wrong"),
        ('[review]\nskip_labels = ["""\ntone = 1\n"""]\ntone = 1', 2, "a label is a name that prints."),
        ("[review\n", 1, "This is no TOML: Expected ']' at the end of a table declaration."),
        ("[review]\ntone = 'en'\ntone = 'zh'", 3, "This is no TOML: Cannot overwrite a value."),
        ("[review]\n[review]", 2, "This is no TOML: Cannot declare"),
        ('[review]\na = "\x00"', 2, "This is no TOML: Illegal character"),
        ("[review]\ntone = 'en'\rx = 1", 2, "This is no TOML: "),
        ("[review]\nexclude = [\n'a'\n", 3, "This is no TOML: "),
        ("[review]\nmax_suggestions = " + "9" * 5000, 2, "A number has too many digits"),
        ("[review]\nmax_suggestions = 0x" + "f" * 5000, 2, "it must not be more than 100."),
        ("[review]\nmax_suggestions = 1" + "_0" * 5000, 2, "A number has too many digits"),
        ("[review]\nb = 1\na = 1", 2, "`b` is no setting"),
        ("a = " + "[" * (MOST_NESTED + 1) + "]" * (MOST_NESTED + 1), 1, "This nests deeper"),
        ("\na" + ".a" * MOST_NESTED + " = 1", 2, "This nests deeper"),
        ("\n[a" + " . 'a'" * MOST_NESTED + "]", 2, "This nests deeper"),
    ],
)
def test_what_is_wrong_and_where(text: str, line: int, sentence: str):
    with pytest.raises(RepoConfigError) as caught:
        parse(text.encode())
    assert sentence in caught.value.sentence
    assert (caught.value.line, caught.value.exit_code) == (line, 2)
    assert str(caught.value) == f".reviewbot.toml:{line}: {caught.value.sentence}"
    assert "\n" not in caught.value.sentence and len(caught.value.sentence) < 400


def test_what_is_no_text():
    with pytest.raises(RepoConfigError, match=r":2: This line is not UTF-8"):
        parse(b"[review]\n# \xff\n")
    with pytest.raises(RepoConfigError, match=r":1: The file is longer than 64 KB"):
        parse(b"#" * (MOST_BYTES + 1))
    assert parse(b"#" * MOST_BYTES) == RepoConfig()


HOSTILE = {
    "dotted key": "a." * 32_000 + "a = 1",
    "dotted header": "[" + "a." * 32_000 + "a]",
    "dotted with spaces": "a" + " . a" * 15_000 + " = 1",
    "dotted quoted": "'a'." * 16_000 + "a = 1",
    "dotted just allowed": ("a." * 7 + "a{} = 1\n") * 3_000,
    "brackets": "a = " + "[" * 60_000,
    "braces": "a = " + "{a=" * 20_000,
    "digits": "a = " + "9" * 65_000,
    "hexadecimal": "a = 0x" + "f" * 65_000,
    "word": "a" * 65_000,
    "spaces": "[" + " " * 65_000,
    "spaces before": " " * 65_000 + "a",
    "tables": "[[paths]]\n" * 6_500,
    "headers": "".join(f"[a{n}]\n" for n in range(8_000)),
    "keys": "".join(f"a{n} = 1\n" for n in range(7_000)),
    "entries": "[review]\nexclude = [" + "'['," * 16_000 + "]",
    "wrong entries": "[review]\nkinds = [" + "1," * 32_000 + "]",
    "quotes": '"' * 65_000,
    "lone quotes": "a = '''" + "\\'" * 30_000,
    "escaped quotes": 'a = """' + '\\"""' * 16_000,
    "escapes": 'a = "' + '\\"' * 32_000,
    "triple quotes": "a = '''" + "''" * 32_000,
    "lines of quotes": "a = '\n" * 10_000,
    "line feeds": "\n" * 65_000 + "a",
    "comments": "#'\"\n" * 16_000,
    "closing": "]}" * 32_000,
    "equals": "=" * 65_000,
    "inline tables": "paths = [" + "{match='a'}," * 5_000 + "]",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_takes_long(name: str):
    began = time.process_time()
    try:
        parse(HOSTILE[name].encode())
    except RepoConfigError as error:
        assert len(error.sentence) < 400
    assert time.process_time() - began < 10


MARKS = list("\"'\\#\n =.,[]{}\r\0-1a")
WORDS = ["[review]\n", "[[paths]]\n", "tone = ", "'en'", '"""', "'''", "match", "drafts", "true", "e9", "nan", "0x"]
PIECES = st.lists(
    st.sampled_from([*MARKS, *WORDS, "1979-05-27", "\ud7ff"]),
    max_size=30,
).map("".join)


@settings(deadline=None)
@given(st.binary(max_size=200) | PIECES.map(str.encode))
def test_nothing_else_is_raised(data: bytes):
    try:
        parse(data)
    except RepoConfigError as error:
        assert 1 <= error.line <= data.count(b"\n") + 1


@settings(deadline=None)
@given(PIECES)
def test_what_is_blanked_keeps_its_place(text: str):
    assert len(blanked(text)) == len(text)
    assert blanked(text).count("\n") == text.count("\n")


@settings(deadline=None)
@given(PIECES)
def test_each_key_of_a_text_is_found(text: str):
    """Strings, comments and brackets lead nobody astray, as far as tables and keys of their own go."""
    try:
        values = tomllib.loads(text)
    except ValueError:
        return
    found = {place[0] for place in places(text.replace("\r\n", "\n"))}
    assert set(values) <= found


def test_strings_and_comments_nest_nothing():
    assert too_deep("a = '" + "[" * 50 + "'\n# " + "{" * 50 + '\nb = """' + "a." * 50 + '"""') is None
    assert too_deep('a = """\n' + "[" * 50) is None  # which is no TOML, and said so by ``tomllib``
    assert too_deep("a = [\n[],\n" * 3 + "[[[[[[[") == 7


@pytest.mark.parametrize(
    ("above", "below", "merged"),
    [
        ("", "", ""),
        ("", WHOLE, WHOLE),
        (WHOLE, "", WHOLE),
        ("[review]\ntone = 'en'", "[review]\ntone = 'zh'\nstatus = true", "[review]\ntone = 'en'\nstatus = true"),
        ("[review]\nexclude = []", "[review]\nexclude = ['a']", "[review]\nexclude = []"),
        ("[review]\ndrafts = false", "[review]\ndrafts = true", "[review]\ndrafts = false"),
        ("[ai]\nmode='off'", "[ai]\nmode='enforce'\nscan=false", "[ai]\nmode='off'\nscan=false"),
        ("[ai]\noverride=[]", "[ai]\noverride=['a']", "[ai]\noverride=[]"),
        (
            "[[ai.paths]]\nmatch='b'\nrule='free'",
            "[[ai.paths]]\nmatch='a'\nrule='owner'",
            "[[ai.paths]]\nmatch='a'\nrule='owner'\n[[ai.paths]]\nmatch='b'\nrule='free'",
        ),
        ("[[paths]]\nmatch='b'", "[[paths]]\nmatch='a'", "[[paths]]\nmatch='a'\n[[paths]]\nmatch='b'"),
    ],
)
def test_settings_lie_over_others_key_by_key(above: str, below: str, merged: str):
    assert read(above.encode()).over(read(below.encode())) == read(merged.encode())


@pytest.mark.parametrize(
    ("path", "match"),
    [("a.py", None), ("auth/a.py", "auth/"), ("auth/test/a.py", "test/"), ("test/auth/a.py", "test/")],
)
def test_the_last_table_that_matches_decides_about_ai(path: str, match: str | None):
    tables = "[[ai.paths]]\nmatch='auth/'\nrule='owner'\n[[ai.paths]]\nmatch='test/'\nrule='free'"
    found = parse(tables.encode()).ai.rule(path)
    assert (found and found.match) == match


def test_a_path_that_is_all_but_some():
    found = parse(b"[[ai.paths]]\nmatch='!tests/'\nrule='owner'").ai
    assert found.rule("src/a.py") and not found.rule("tests/a.py")
