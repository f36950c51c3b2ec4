"""The committed data keeps its own rules."""

from __future__ import annotations

import json
import re
from collections import Counter

from benchmarks.guards.histories import DATA, load
from benchmarks.guards.histories_collect import MOST, MOST_FILE_LINES, MOST_GUARDS
from benchmarks.guards.histories_match import MOST_LINES
from benchmarks.guards.histories_run import learned, unseen
from reviewbot.resources import rules_dir


def test_there_is_enough_and_not_too_much_of_one() -> None:
    known = load(DATA)
    times = Counter(history.repository for history in known.histories)
    assert len(known.histories) >= 200 and len(times) >= 40 and max(times.values()) <= MOST <= 6
    assert set(times) == {one.name for one in known.repositories}
    assert len({history.commit for history in known.histories}) == len(known.histories)


def test_every_entry_can_be_true() -> None:
    for history in load(DATA).histories:
        assert re.fullmatch(r"[0-9a-f]{40} [0-9a-f]{40}", f"{history.commit} {history.parent}")
        assert 1 <= len(history.guards) <= MOST_GUARDS and history.lines <= MOST_FILE_LINES
        for guard in history.guards:
            assert 1 <= guard.start <= guard.end <= history.lines and guard.end - guard.start < MOST_LINES
            assert len(guard.exceptions) == len(guard.resolved) >= 1
            assert not {"Exception", "BaseException"} & {name.split(".")[-1] for name in guard.exceptions}


def test_the_bot_has_learned_from_none_of_them() -> None:
    _, left_out = unseen(load(DATA), learned(rules_dir()))
    assert left_out == []


def test_there_is_no_code_in_it() -> None:
    data = json.loads(DATA.read_text("utf-8"))
    keys = {key for history in data["histories"] for guard in history["guards"] for key in guard}
    assert keys == {"function", "start", "end", "match", "exceptions", "resolved", "action"}
