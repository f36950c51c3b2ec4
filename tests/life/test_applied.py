"""Whether a suggestion was applied, as the forges and people apply it."""

from __future__ import annotations

import pytest

from reviewbot.domain.source_file import SourceFile
from reviewbot.life.applied import is_applied
from reviewbot.life.carry import carry
from reviewbot.source.linemap import FileMap, Hunk
from tests.life.edits import hunks, mapped, reader, record

CALL = "data = json.load(handle)\n"
TEXT = f"import json\n\ndef f(handle):\n    {CALL}    return data\n\nprint(f)\n"
GUARD = f"    try:\n        {CALL}    except ValueError:\n        raise SystemExit('not JSON')\n"
DONE = TEXT.replace(f"    {CALL}", GUARD)
LONG = "# a comment\n" * 30


def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


def indented(text: str, by: str) -> str:
    return "".join(by + line for line in text.splitlines(keepends=True))


@pytest.mark.parametrize(
    ("new", "applied"),
    [
        (DONE, True),
        (TEXT, False),
        (LONG + DONE + LONG, True),
        (DONE.replace("import json\n", "import json\nimport os\n").replace("print(f)", "print(g)"), True),
        (TEXT.replace(f"    {CALL}", crlf(GUARD)), True),  # GitHub, in a file of LF
        (crlf(DONE), True),  # and the whole file was converted
        (DONE.replace("'not JSON'", "'no JSON'"), False),  # by the suggestion's example
        (DONE.replace("        raise SystemExit('not JSON')\n", ""), False),
        (DONE.replace(f"def f(handle):\n{GUARD}", f"def f(h):\n    handle = h\n{GUARD}    del h\n"), True),
        (DONE.replace(GUARD, "    if handle:\n" + indented(GUARD, "    ")), True),  # and moved into a block
        (DONE.replace(GUARD, indented(GUARD, "\t")), True),
        (TEXT + "\ndef g(handle):\n" + GUARD, False),  # the same text, in another place
        (TEXT.replace(f"    {CALL}", "") + "\ndef g(handle):\n" + GUARD, False),
        ("def g(handle):\n" + GUARD + TEXT.replace(f"    {CALL}", ""), False),
        (TEXT.replace(f"    {CALL}", f"    {CALL}{GUARD}"), False),  # beside it, which stands as it was
    ],
)
def test_a_guard(new: str, applied: bool) -> None:
    assert is_applied(record(TEXT, (4, 4), GUARD).suggestion, file_map(TEXT, new), SourceFile("a.py", new)) is applied


def file_map(old: str, new: str) -> FileMap:
    return mapped({"a.py": old}, {"a.py": new}).of("a.py")


@pytest.mark.parametrize(
    ("old", "lines", "replacement", "new", "applied"),
    [
        # the original stands on within the replacement
        ("a\nf(x)\nb\n", (2, 2), "check(x)\nf(x)\n", "a\ncheck(x)\nf(x)\nb\n", True),
        ("a\nf(x)\nb\n", (2, 2), "f(x)\nclose(x)\n", "a\nf(x)\nclose(x)\nb\n", True),
        ("a\nf(x)\nb\n", (2, 2), "f(x)\nclose(x)\n", "a\nf(x)\nclose(y)\nb\n", False),
        ("a\ncheck(x)\nf(x)\nb\n", (3, 3), "check(x)\nf(x)\n", "0\na\ncheck(x)\nf(x)\nb\n", False),  # it was so before
        # the replacement is a part of the original
        ("a\nf(x)\ng(x)\nb\n", (2, 3), "f(x)\n", "a\nf(x)\nb\n", True),
        ("a\nf(x)\ng(x)\nb\n", (2, 3), "f(x)\n", "a\nf(x)\ng(x)\nb\n", False),
        ("p\nf(x)\ng(x)\nq\n", (2, 3), "f(x)\n", "P\nf(x)\nq\n", True),  # and the line before it was changed
        ("p\na\nb\nq\n", (2, 3), "x\na\n", "p\nx\na\nq\n", True),
        # nothing is put in its place
        ("a\nf(x)\nb\n", (2, 2), "", "a\nb\n", True),
        ("f(x)\n", (1, 1), "", "", True),
        ("a\nf(x)\nb\n", (2, 2), "", "a\nf(x)\nb\n", False),
        ("a\nf(x)\nb\nc\n", (2, 2), "", "a\nc\n", False),
        ("a\nf(x)\nb\n", (2, 2), "", "a\ng(x)\nb\n", False),
        # at the end of a file that has no last line feed; GitLab adds one
        ("a\nf(x)", (2, 2), "g(x)", "a\ng(x)\n", True),
        ("a\nf(x)\n", (2, 2), "g(x)\n", "a\ng(x)", True),
        # an edit of indentation or of line ends alone
        ("if a:\n    f(x)\n", (2, 2), "        f(x)\n", "if a:\n        f(x)\n", True),
        ("if a:\n    f(x)\n", (2, 2), "        f(x)\n", "if a:\n  f(x)\n", False),
        ("a\nf(x)\n", (2, 2), "f(x)\r\n", "a\nf(x)\r\n", False),
        # a short replacement among other new lines is chance
        ("a\nf(x)\nb\n", (2, 2), "pass\n", "a\none\ntwo\npass\nthree\nb\n", False),
        ("a\nf(x)\nb\n", (2, 2), "pass\n", "a\npass\nb\n", True),
    ],
)
def test_other_edits(old: str, lines: tuple[int, int], replacement: str, new: str, applied: bool) -> None:
    one = record(old, lines, replacement)
    assert is_applied(one.suggestion, file_map(old, new), SourceFile("a.py", new)) is applied


def test_the_same_text_that_stood_beside_it_before_is_not_it() -> None:
    old = f"def f(handle):\n{GUARD}    {CALL}    return data\n"
    new = f"def f(handle):\n{GUARD}    data = {{}}\n    return data\n"
    assert not is_applied(record(old, (6, 6), GUARD).suggestion, file_map(old, new), SourceFile("a.py", new))


def test_lines_that_repeat_do_not_hide_it() -> None:
    """The replacement ends as the text after it begins, so that git may call either of them new."""
    old = "a\n    f(x, y)\n    return None\nz\n"
    guard = "    try:\n        f(x, y)\n    except OSError:\n        pass\n    return None\n"
    new = old.replace("    f(x, y)\n", guard)
    assert is_applied(record(old, (2, 2), guard).suggestion, file_map(old, new), SourceFile("a.py", new))


def test_it_may_begin_with_a_line_that_git_takes_for_the_one_before_it() -> None:
    one = record("p\nf(x, y)\nq\n", (2, 2), "p\nguard(f, x, y)\n")
    torn = FileMap("a.py", "a.py", (Hunk(1, 0, 1, 1), Hunk(2, 1, 3, 1)))
    assert is_applied(one.suggestion, torn, SourceFile("a.py", "p\np\nguard(f, x, y)\nq\n"))


def test_applied_in_a_file_that_was_renamed_and_never_placed_as_well() -> None:
    text = f"a\n{CALL}b\n"
    new = {"b.py": text.replace(CALL, "check(handle)\n" + CALL)}
    one = record(text, (2, 2), "check(handle)\n" + CALL)
    seen = carry(one, mapped({"a.py": text}, new, {"a.py": "b.py"}), reader(new))
    assert (seen.applied, seen.place) == (True, None)
    assert hunks(text, new["b.py"])
