"""The fake GitLab: where a thread may stand, and where it goes when the branch moves."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Pull
from tests.fakes.gitlab.positions import code_of
from tests.forge.fake_gitlab.documented import BASE, HEAD, MR, at, begin, documented


@documented("/api/discussions/#create-a-new-thread-in-the-merge-request-diff")
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"new_line": 20}, "_21_20"),
        ({"old_line": 20}, "_20_20"),
        ({"old_line": 18, "new_line": 18}, "_18_18"),
        ({"old_line": 22, "new_line": 23}, "_22_23"),
        ({"old_line": 2, "new_line": 2}, "_2_2"),
        ({"old_line": 40, "new_line": 41}, "_40_41"),
        ({"old_path": "new.py", "new_path": "new.py", "new_line": 3}, "_0_3"),
        ({"old_path": "old.py", "new_path": "old.py", "old_line": 7}, "_7_0"),
    ],
)
def test_lines_that_take_a_thread(pull: Pull, rest: httpx.Client, fields: dict[str, Any], code: str):
    begin(rest, pull, **fields)
    found = pull.notes[-1].line_code or ""
    assert found.endswith(code), found


@documented("/api/discussions/#create-a-new-thread-in-the-merge-request-diff")
@pytest.mark.parametrize(
    "fields",
    [
        {"new_line": 18},  # unchanged: it has an old number too
        {"old_line": 18},
        {"old_line": 19, "new_line": 20},  # added: it has no old number
        {"old_line": 22, "new_line": 22},  # numbers that do not belong together
        {"new_line": 99},
        {"old_line": 99, "new_line": 100},
        {"new_path": "none.py", "old_path": "none.py", "new_line": 1},
        {"head_sha": "0" * 40, "new_line": 20},
        {"base_sha": "1" * 40, "new_line": 20},
        {"start_sha": "main~9", "new_line": 20},
        {"old_path": "new.py", "new_path": "new.py", "old_line": 1, "new_line": 1},
    ],
)
def test_lines_that_take_none(hub: FakeGitLab, pull: Pull, rest: httpx.Client, fields: dict[str, Any]):
    answer = rest.post(f"{MR}/discussions", json={"body": "x", "position": at(pull, **fields)})
    assert answer.status_code == 400
    words = '400 Bad request - Note {:line_code=>["can\'t be blank", "must be a valid line code"]}'
    assert answer.json() == {"message": words}
    assert pull.discussions == []


@documented("/api/discussions/#create-a-new-thread-in-the-merge-request-diff")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"head_sha": None}, "position[head_sha] is missing"),
        ({"position_type": "words"}, "position[position_type] does not have a valid value"),
        ({"new_line": "x"}, "position[new_line] is invalid"),
    ],
)
def test_parameters_of_a_position(hub: FakeGitLab, pull: Pull, rest: httpx.Client, change: Any, words: str):
    answer = rest.post(f"{MR}/discussions", json={"body": "x", "position": at(pull, **change)})
    assert (answer.status_code, answer.json()) == (400, {"error": words})
    hub.violations.clear()


@documented("/api/discussions/#create-a-new-thread-in-the-merge-request-diff")
def test_a_position_may_come_as_a_form(pull: Pull, rest: httpx.Client):
    form = {f"position[{name}]": str(value) for name, value in at(pull, new_line=20).items()}
    answer = rest.post(f"{MR}/discussions", data={"body": "x", **form})
    assert answer.json()["notes"][0]["position"]["new_line"] == 20


@documented("/api/discussions/#parameters-for-multiline-comments")
def test_a_line_range_is_kept_as_it_is_given(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    codes = [code_of("a.py", 21, line) for line in (20, 21)]
    ends = {side: {"line_code": code, "type": "new"} for side, code in zip(("start", "end"), codes, strict=True)}
    note = begin(rest, pull, new_line=21, line_range=ends)["notes"][0]
    assert note["position"]["line_range"] == ends and note["type"] == "DiffNote"
    hub.push("team/shop", "feature", {"a.py": "top\n" + HEAD})
    followed = rest.get(f"{MR}/notes/{note['id']}").json()["position"]
    assert (followed["new_line"], followed["line_range"]) == (22, ends)


@documented("/api/discussions/#parameters-for-multiline-comments")
@pytest.mark.parametrize(
    ("end", "words"),
    [
        ({"line_code": "a_21_21", "type": "new"}, "no line of the diff has the code"),
        ({"line_code": code_of("a.py", 21, 21), "type": "old"}, "the type of"),
        ({"line_code": code_of("a.py", 21, 20), "type": "new"}, "is not the line that the thread stands on"),
        ({"type": "new"}, "line_code] is missing"),
    ],
)
def test_a_line_range_that_shows_other_lines_breaks_the_contract(
    hub: FakeGitLab, pull: Pull, rest: httpx.Client, end: dict[str, str], words: str
):
    begin(rest, pull, new_line=21, line_range={"start": end, "end": end})
    assert any(words in one for one in hub.violations)
    hub.violations.clear()


@documented("/development/diffs/")
@pytest.mark.parametrize(
    ("files", "new", "old", "outdated"),
    [
        ({"a.py": "top\n" + HEAD}, 21, None, False),  # moved down
        ({"a.py": HEAD.replace("y = 1", "y = 9")}, 20, None, True),  # changed
        ({"a.py": None, "moved.py": HEAD}, 20, None, False),  # renamed
        ({"a.py": HEAD.replace("x3 =", "w3 =")}, 20, None, False),  # changed elsewhere
        ({"a.py": None}, 20, None, True),  # deleted
        ({"a.py": BASE}, 20, None, True),  # taken back
    ],
)
def test_a_thread_follows_its_line(
    hub: FakeGitLab, pull: Pull, rest: httpx.Client, files: Any, new: int, old: int | None, outdated: bool
):
    thread, first = begin(rest, pull, new_line=20)["id"], pull.head_sha
    head = hub.push("team/shop", "feature", files)
    notes = rest.get(f"{MR}/discussions/{thread}").json()["notes"]
    place = notes[0]["position"]
    assert (place["new_line"], place["old_line"]) == (new, old)
    assert place["head_sha"] == (first if outdated else head)
    assert [note["system"] for note in notes] == [False] + [True] * outdated
    if outdated:
        assert notes[1]["body"] == "changed this line in version 2 of the diff" and notes[1]["resolvable"] is False
    original = pull.notes[0].original_position
    assert original is not None and (original.new_line, original.refs.head) == (20, first)


@documented("/development/diffs/")
def test_an_unchanged_line_that_the_diff_does_not_show_any_more(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    begin(rest, pull, old_line=22, new_line=23)
    hub.push("team/shop", "feature", {"a.py": HEAD.replace("x22 = 22", "x22 = 0")})
    assert hub.active(pull.notes[0]) is False


@documented("/development/diffs/")
def test_a_head_that_goes_back_takes_its_threads_back(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    begin(rest, pull, new_line=20)
    note, first = pull.notes[0], pull.head_sha
    hub.push("team/shop", "feature", {"a.py": BASE})
    assert not hub.active(note)
    hub.reset("team/shop", "feature", first)
    assert hub.active(note)


@documented("/user/project/merge_requests/#resolve-outdated-threads-automatically")
def test_outdated_threads_are_resolved_where_the_project_says_so(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    pull.repo.resolve_outdated = True
    thread = begin(rest, pull, new_line=20)["id"]
    hub.push("team/shop", "feature", {"a.py": BASE})
    assert rest.get(f"{MR}/discussions/{thread}").json()["notes"][0]["resolved"] is True


@documented("/api/discussions/#create-a-new-thread-in-the-merge-request-diff")
def test_a_place_in_an_older_version_is_taken_and_followed(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    old = at(pull, new_line=20)
    hub.push("team/shop", "feature", {"a.py": "top\n" + HEAD})
    answer = rest.post(f"{MR}/discussions", json={"body": "late", "position": old})
    assert answer.json()["notes"][0]["position"]["new_line"] == 21
