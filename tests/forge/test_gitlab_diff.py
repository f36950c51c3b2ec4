"""Places in diffs: line codes and numbers on both sides, against the documented ones and against difflib."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.change import LineRange
from reviewbot.forge.gitlab_diff import (
    FileDiff,
    Place,
    Refs,
    find_lines,
    line_code,
    read_hunks,
    read_raw,
    write_position,
)

DIFF = """@@ -1,4 +1,5 @@ def f():
 one
-two
+2
+2b
 three
 four
@@ -20,3 +21,3 @@
 a
-b
+c
 d
\\ No newline at end of file
"""
REFS = Refs("b" * 40, "5" * 40, "h" * 40)
FILE = FileDiff("old.py", "new.py", read_hunks(DIFF))


def test_hunks():
    assert [list(hunk.values()) for hunk in read_hunks(DIFF)] == [
        [Place(1, 1, False), Place(3, 2, True), Place(3, 3, True), Place(3, 4, False), Place(4, 5, False)],
        [Place(20, 21, False), Place(22, 22, True), Place(22, 23, False)],
    ]


def test_a_documented_line_code():
    """https://docs.gitlab.com/user/project/integrations/webhook_events/#comment-on-a-commit"""
    (hunk,) = read_hunks("--- /dev/null\n+++ b/six\n@@ -0,0 +1 @@\n+Subproject commit 409f37c\n")
    assert line_code("six", hunk[1]) == "bec9703f7a456cd2b4ab5fb3220ae016e3e394e3_0_1"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (LineRange(2, 2), True),
        (LineRange(1, 5), True),
        (LineRange(21, 23), True),
        (LineRange(5, 21), False),
        (LineRange(5, 6), False),
        (LineRange(24, 24), False),
        (LineRange(10, 10), False),
    ],
)
def test_lines_stand_in_one_hunk(lines: LineRange, found: bool):
    assert (find_lines(FILE, lines) is not None) is found


def position(start: int, end: int) -> dict[str, object]:
    ends = find_lines(FILE, LineRange(start, end))
    assert ends is not None
    return write_position(REFS, FILE, *ends)


SHA = "0eae8ba6e9a5a2ef7a2ea1f9bb1ed2a5d8e4ee2b"
COMMON = {
    "position_type": "text",
    "base_sha": REFS.base,
    "start_sha": REFS.start,
    "head_sha": REFS.head,
    "old_path": "old.py",
    "new_path": "new.py",
}


def test_an_added_line_has_one_number_and_an_unchanged_one_both():
    assert position(3, 3) == {**COMMON, "new_line": 3}
    assert position(23, 23) == {**COMMON, "new_line": 23, "old_line": 22}


def test_several_lines():
    code = line_code("new.py", Place(0, 0, True)).split("_")[0]
    assert position(1, 3) == {
        **COMMON,
        "new_line": 3,
        "line_range": {
            "start": {"line_code": f"{code}_1_1", "type": "old"},
            "end": {"line_code": f"{code}_3_3", "type": "new"},
        },
    }


RAW = """diff --git a/a.py b/a.py
index 1..2 100644
--- a/a.py
+++ b/a.py
@@ -1,2 +1,3 @@
 x
+++ b/evil.py
+@@ -1 +1 @@
-y
diff --git a/old name.py b/new name.py
--- a/old name.py\t
+++ b/new name.py\t
@@ -1 +1 @@
-x
+y
diff --git a/gone.py b/gone.py
--- a/gone.py
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git "a/\\303\\251.py" "b/\\303\\251.py"
--- "a/\\303\\251.py"
+++ "b/\\303\\251.py"
@@ -1 +1 @@
-x
+y
"""


def test_a_whole_diff_is_read_by_its_counts():
    """A line of code may look like a header; a quoted name is not found rather than guessed."""
    found = read_raw(RAW)
    assert set(found) == {"a.py", "new name.py"}
    assert found["a.py"] == ({1: Place(1, 1, False), 2: Place(2, 2, True), 3: Place(2, 3, True)},)


@pytest.mark.parametrize("diff", ["", "Binary files differ\n", "@@ nonsense @@\n", "@@ -1,9 +1,9 @@\n", "\\\n", "\0"])
def test_what_is_no_diff_has_no_lines(diff: str):
    assert all(not hunk for hunk in read_hunks(diff))


TEXT = st.lists(st.sampled_from(["a", "b", "+c", "-d", "@@ -1 +1 @@", "+++ b/x", "", "\\ e"]), max_size=30)


@settings(deadline=None, max_examples=300)
@given(TEXT, TEXT)
def test_every_place_is_where_it_says(old: list[str], new: list[str]):
    diff = "\n".join(difflib.unified_diff(old, new, "a/f", "b/f", lineterm=""))
    seen: set[int] = set()
    for hunk in read_hunks(diff):
        for number, place in hunk.items():
            assert place.new == number
            seen.add(number)
            if not place.added:
                assert old[place.old - 1] == new[place.new - 1]
    assert all(old == new or number <= len(new) for number in seen)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=True)
    added = {
        n + 1 for tag, _, _, j1, j2 in matcher.get_opcodes() if tag in ("insert", "replace") for n in range(j1, j2)
    }
    assert added == {n for hunk in read_hunks(diff) for n, place in hunk.items() if place.added}
