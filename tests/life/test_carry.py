"""Where a suggestion stands on a new head, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.record import Record, State
from reviewbot.life.carry import Sight, Spot, carry, carry_all
from reviewbot.source.linemap import FileMap, Hunk, LineMap
from tests.life.edits import NEW, OLD, mapped, reader, record

CALL = "data = json.load(handle)\n"
TEXT = f"import json\n\ndef f(handle):\n    {CALL}    return data\n\nprint(f)\n"
GUARDED = f"    try:\n        {CALL}    except ValueError:\n        raise SystemExit('not JSON')\n"
SHORT = "a\nx = 1\nb\n"


def at(spot: Spot | None) -> tuple[str, int, int] | None:
    return None if spot is None else (spot.path, spot.lines.start, spot.lines.end)


def look(one: Record, old: str, new: str) -> Sight:
    return carry(one, mapped({"a.py": old}, {"a.py": new}), reader({"a.py": new}))


@pytest.mark.parametrize(
    ("new", "place"),
    [
        (TEXT, (4, 4)),
        ("# new\n" + TEXT, (5, 5)),
        (TEXT.removeprefix("import json\n\n"), (2, 2)),
        (TEXT.replace("    return data\n", "    return [data]\n"), (4, 4)),
        (TEXT.replace("data = json.load(", "data  = json.load("), None),  # nearly the same is not the same
        (TEXT.replace("    data", "        data"), None),  # another indentation
        (TEXT.replace("    data", "\tdata"), None),
        (TEXT.replace("\n", "\r\n"), None),  # other line ends
        (TEXT.replace("    " + CALL, ""), None),
        ("", None),
        # moved within the file, to where the diff does not see it
        (TEXT.replace("    " + CALL, "") + "\ndef g(handle):\n    " + CALL, (9, 9)),
        # moved, but twice: which of them?
        (TEXT.replace("    " + CALL, "") + f"\ndef g(handle):\n    {CALL}    pass\n    {CALL}", None),
        # a copy was added and the old one stands
        (TEXT + "\ndef g(handle):\n    " + CALL, (4, 4)),
    ],
)
def test_the_text_decides(new: str, place: tuple[int, int] | None) -> None:
    seen = look(record(TEXT, (4, 4), GUARDED), TEXT, new)
    assert at(seen.place) == (None if place is None else ("a.py", *place))
    assert not seen.applied


def test_a_twin_that_stood_elsewhere_is_not_this_one_moved() -> None:
    old = TEXT + "\ndef g(handle):\n    " + CALL
    new = old.replace("    " + CALL, "    pass\n", 1)
    assert look(record(old, (4, 4), GUARDED), old, new).place is None


@pytest.mark.parametrize(("state", "found"), [(State.STANDING, 9), (State.ANSWERED, 9), (State.GONE, None)])
def test_what_is_gone_comes_back_only_where_it_stood(state: State, found: int | None) -> None:
    one = record(TEXT, (4, 4), GUARDED, state=state)
    assert at(look(one, TEXT, "# new\n" + TEXT).place) == ("a.py", 5, 5)
    new = TEXT.replace("    " + CALL, "") + "\ndef g(handle):\n    " + CALL
    assert at(look(one, TEXT, new).place) == (None if found is None else ("a.py", found, found))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("}\n", False),
        ("x = 1\n", False),
        ("return None\n", False),
        ("self.x = y\n", False),
        ("f = open(path)\n", True),
        ("    data = f.read()\n", True),
    ],
)
def test_a_text_of_no_substance_is_not_looked_for(line: str, found: bool) -> None:
    old, new = f"one\n{line}two\nthree\n", f"one\ntwo\nthree\n{line}"
    seen = look(record(old, (2, 2)), old, new)
    assert at(seen.place) == (("a.py", 4, 4) if found else None)


def test_a_text_of_no_substance_still_shifts() -> None:
    assert at(look(record(SHORT, (2, 2)), SHORT, "0\n" + SHORT).place) == ("a.py", 3, 3)


def test_lines_that_the_diff_tears_apart_are_found_in_what_remains() -> None:
    old, new = "a\nb\nz\n", "a\nx\na\nb\nz\n"
    torn = LineMap(OLD, NEW, {"a.py": FileMap("a.py", "a.py", (Hunk(2, 0, 2, 2),))})
    assert at(carry(record(old, (1, 2)), torn, reader({"a.py": new})).place) == ("a.py", 3, 4)


def test_lines_that_are_torn_apart_into_two_places_are_in_neither() -> None:
    old, new = "a\nb\nz\n", "a\nb\nx\na\nb\nz\n"
    torn = LineMap(OLD, NEW, {"a.py": FileMap("a.py", "a.py", (Hunk(2, 0, 2, 3),))})
    assert carry(record(old, (1, 2)), torn, reader({"a.py": new})).place is None


@pytest.mark.parametrize(
    ("text", "elsewhere"),
    [
        ("data = json.load(handle)\n", True),
        ("data = json.load(f)\n", False),  # enough in its own file, not among others
    ],
)
def test_moved_to_another_file(text: str, elsewhere: bool) -> None:
    old = {"a.py": f"one\n{text}two\n", "b.py": "b\n"}
    new = {"a.py": "one\ntwo\n", "b.py": f"b\n{text}"}
    seen = carry(record(old["a.py"], (2, 2)), mapped(old, new), reader(new), ["a.py", "b.py"])
    assert at(seen.place) == (("b.py", 2, 2) if elsewhere else None)
    assert carry(record(old["a.py"], (2, 2)), mapped(old, new), reader(new), ["a.py"]).place is None


def test_moved_to_two_files_is_nowhere() -> None:
    old = {"a.py": TEXT, "b.py": "b\n", "c.py": "c\n"}
    new = {"b.py": "b\n" + TEXT, "c.py": "c\n" + TEXT}
    one = record(TEXT, (4, 4))
    assert carry(one, mapped(old, new), reader(new), ["b.py", "c.py"]).place is None
    assert at(carry(one, mapped(old, new), reader(new), ["b.py"]).place) == ("b.py", 5, 5)


def test_a_renamed_file_is_followed() -> None:
    old, new = {"a.py": TEXT}, {"b.py": "# b\n" + TEXT}
    seen = carry(record(TEXT, (4, 4)), mapped(old, new, {"a.py": "b.py"}), reader(new))
    assert at(seen.place) == ("b.py", 5, 5)


@pytest.mark.parametrize("lost", [True, False])
def test_a_deleted_file_leaves_nothing(lost: bool) -> None:
    to = LineMap(OLD, NEW, {}, lost=True) if lost else mapped({"a.py": TEXT}, {})
    assert carry(record(TEXT, (4, 4)), to, reader({})) == Sight()


def test_after_a_head_that_is_lost_an_empty_file_leaves_nothing() -> None:
    to = LineMap(OLD, NEW, {}, lost=True)
    assert carry(record(TEXT, (4, 4)), to, reader({"a.py": ""})) == Sight()


def test_a_file_that_is_no_text_any_more_leaves_nothing() -> None:
    to = LineMap(OLD, NEW, {"a.py": FileMap("a.py", "a.py", (Hunk(1, 2**31, 1, 2**31),))})
    assert carry(record(TEXT, (4, 4)), to, lambda _: None) == Sight()


def test_after_a_head_that_is_lost_the_text_alone_is_looked_for() -> None:
    to, new = LineMap(OLD, NEW, {}, lost=True), "# new\n" + TEXT
    assert at(carry(record(TEXT, (4, 4)), to, reader({"a.py": new})).place) == ("a.py", 5, 5)
    assert carry(record(SHORT, (2, 2)), to, reader({"a.py": SHORT})).place is None
    assert at(carry(record(SHORT, (2, 2)), to, reader({"a.py": SHORT})).remains) == ("a.py", 1, 3)
    assert carry(record(TEXT, (4, 4), GUARDED), to, reader({"a.py": TEXT.replace(f"    {CALL}", GUARDED)})).applied


@pytest.mark.parametrize(
    ("old", "new", "original", "replacement"),
    [
        ("a\nf(x)", "a\nf(x)\nb\n", "f(x)\n", "g(x)\n"),  # it was the last line, without a line feed
        ("a\nf(x)\n", "a\nf(x)", "f(x)", "g(x)"),
        ("a\r\nf(x)\r\n", "a\r\nf(x)", "f(x)", "g(x)"),
        ("a\r\nf(x)", "a\r\nf(x)\r\nb\r\n", "f(x)\r\n", "g(x)\r\n"),
        ("a\nf(x)\n", "0\na\nf(x)", "f(x)", "g(x)"),
    ],
)
def test_a_last_line_that_gets_or_loses_its_line_feed(old: str, new: str, original: str, replacement: str) -> None:
    one = record(old, (2, 2), "g(x)" + old[old.index("f(x)") + 4 :])
    seen = look(one, old, new)
    moved = seen.settled(one.suggestion)
    assert (moved.original, moved.replacement) == (original, replacement)
    assert reader({"a.py": new})("a.py").slice(moved.lines) == original  # type: ignore[union-attr]


def test_an_end_that_changed_otherwise_is_another_line() -> None:
    assert look(record("a\nf(x)\n", (2, 2)), "a\nf(x)\n", "a\nf(x)\r\n").place is None


def test_what_remains() -> None:
    one = record(TEXT, (4, 5))
    seen = look(one, TEXT, TEXT.replace(CALL, "data = {}\n    data['x'] = 1\n"))
    assert (seen.place, at(seen.remains)) == (None, ("a.py", 4, 6))
    assert look(one, TEXT, TEXT.replace(f"    {CALL}    return data\n", "")).remains is None


def test_of_two_that_meet_the_first_keeps_the_place() -> None:
    old, new = {"a.py": f"def f(handle):\n    {CALL}    pass\n    {CALL}"}, {"a.py": f"def f(handle):\n    {CALL}"}
    one, two = record(old["a.py"], (2, 2)), record(old["a.py"], (4, 4))
    two = replace(two, suggestion=replace(two.suggestion, id="e" * 16))
    lost = {OLD: LineMap(OLD, NEW, {}, lost=True)}
    seen = carry_all([one, two], lost, reader(new))
    assert [at(seen[r.id].place) for r in (one, two)] == [("a.py", 2, 2), None]
    answered = replace(one, state=State.ANSWERED)
    seen = carry_all([answered, two], lost, reader(new))
    assert list(seen) == [one.id, two.id]
    assert [at(seen[r.id].place) for r in (answered, two)] == [None, ("a.py", 2, 2)]


def test_records_of_several_heads() -> None:
    first, second = record(TEXT, (4, 4)), record("# 1\n" + TEXT, (6, 6), head="c" * 40)
    second = replace(second, suggestion=replace(second.suggestion, id="e" * 16))
    new = {"a.py": "# 1\n# 2\n" + TEXT}
    maps = {OLD: mapped({"a.py": TEXT}, new), "c" * 40: mapped({"a.py": "# 1\n" + TEXT}, new)}
    seen = carry_all([first, second], maps, reader(new))
    assert [at(s.place) for s in seen.values()] == [("a.py", 6, 6), ("a.py", 7, 7)]


def new_file(replacement: str) -> Record:
    one = record("", (1, 1), replacement, path="tests/test_a.py")
    return replace(one, suggestion=replace(one.suggestion, new_file=True, lines=LineRange(1, 2)))


@pytest.mark.parametrize(
    ("new", "seen"),
    [
        ({}, Sight(Spot("tests/test_a.py", LineRange(1, 2)))),
        ({"tests/test_a.py": "import a\nassert a\n"}, Sight(None, True, Spot("tests/test_a.py", LineRange(1, 2)))),
        ({"tests/test_a.py": "import a\r\nassert a"}, Sight(None, True, Spot("tests/test_a.py", LineRange(1, 2)))),
        ({"tests/test_a.py": "import b\n"}, Sight(None, False, Spot("tests/test_a.py", LineRange(1, 1)))),
        ({"tests/test_a.py": ""}, Sight(None, False, Spot("tests/test_a.py", LineRange(1, 1)))),
    ],
)
def test_a_file_that_is_to_be_made(new: dict[str, str], seen: Sight) -> None:
    assert carry(new_file("import a\nassert a\n"), mapped({}, new), reader(new)) == seen


def test_a_file_that_was_made_but_is_no_text_is_not_made_again() -> None:
    to = LineMap(OLD, NEW, {}, frozenset({"tests/test_a.py"}))
    assert carry(new_file("x\n"), to, lambda _: None) == Sight()
