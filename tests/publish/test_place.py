from __future__ import annotations

from typing import Any

import pytest

from reviewbot.domain.change import Change, FileChange, FileStatus, LineRange
from reviewbot.publish.place import place
from tests.publish.builders import suggestion

FILE = FileChange(
    "a.py", "a.py", FileStatus.MODIFIED, added=(LineRange(4, 5),), shown=(LineRange(1, 8), LineRange(20, 27))
)
CHANGE = Change("a" * 40, "a" * 40, "b" * 40, (FILE, FileChange("binary.py", "binary.py", FileStatus.MODIFIED)))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"lines": LineRange(1, 8)}, None),
        ({"lines": LineRange(27, 27)}, None),
        ({"lines": LineRange(8, 9)}, "hunk"),
        ({"lines": LineRange(19, 20)}, "hunk"),
        ({"lines": LineRange(8, 20)}, "hunk"),
        ({"lines": LineRange(1, 27)}, "hunk"),
        ({"lines": LineRange(12, 13)}, "hunk"),
        ({"path": "binary.py"}, "no diff"),
        ({"path": "other.py"}, "no diff"),
        ({"new_file": True}, "new file"),
        ({"replacement": "a\rb\n"}, "carriage return"),
        ({"replacement": "a\r\nb\r\n"}, None),
        ({"replacement": "x" * 60_000}, "too long"),
    ],
)
def test_where_a_suggestion_may_stand(changes: dict[str, Any], reason: str | None):
    one = suggestion(**{"lines": LineRange(4, 5), **changes})
    placement = place((one,), CHANGE)
    if reason is None:
        assert (placement.placed, placement.unplaced) == ((one,), ())
    else:
        assert placement.placed == ()
        assert placement.unplaced[0].suggestion is one and reason in placement.unplaced[0].reason


def test_a_name_that_is_not_text():
    path = "a\udcff.py"
    change = Change("a", "a", "b", (FileChange(path, path, FileStatus.ADDED, shown=(LineRange(1, 9),)),))
    placement = place((suggestion(path=path, lines=LineRange(1, 1)),), change)
    assert "name" in placement.unplaced[0].reason


def test_the_order_is_kept():
    many = tuple(
        suggestion(id=str(n), lines=LineRange(*at)) for n, at in enumerate([(20, 21), (9, 9), (1, 1), (30, 31)])
    )
    placement = place(many, CHANGE)
    assert [one.id for one in placement.placed] == ["0", "2"]
    assert [one.suggestion.id for one in placement.unplaced] == ["1", "3"]
