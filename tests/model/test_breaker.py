from __future__ import annotations

import pytest

from reviewbot.model.breaker import Breaker

START = Breaker(threshold=3, cooldown=10.0)

# Each step: (time, what happens, seconds to wait after it).
STORIES = {
    "stays closed below the threshold": [(0, "fail", 0), (1, "fail", 0), (2, "ok", 0), (3, "fail", 0), (4, "fail", 0)],
    "opens at the threshold": [(0, "fail", 0), (1, "fail", 0), (2, "fail", 10)],
    "one probe after the pause, others wait": [(0, "fail", 0), (0, "fail", 0), (0, "fail", 10), (10, "admit", 10)],
    "a good probe closes": [(0, "fail", 0), (0, "fail", 0), (0, "fail", 10), (10, "admit", 10), (12, "ok", 0)],
    "a bad probe opens again": [(0, "fail", 0), (0, "fail", 0), (0, "fail", 10), (10, "admit", 10), (12, "fail", 10)],
    "a lost probe is replaced": [(0, "fail", 0), (0, "fail", 0), (0, "fail", 10), (10, "admit", 10), (20, "look", 0)],
    "after closing it counts from nothing": [
        *[(0, "fail", 0), (0, "fail", 0), (0, "fail", 10), (10, "ok", 0), (11, "fail", 0), (12, "fail", 0)]
    ],
    "admitting while closed changes nothing": [(0, "admit", 0), (0, "fail", 0), (1, "admit", 0)],
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_story(story: list[tuple[float, str, float]]) -> None:
    state = START
    for now, event, wait in story:
        if event == "fail":
            state = state.failed(now)
        elif event == "ok":
            state = state.succeeded()
        elif event == "admit":
            state = state.admitted(now)
        assert state.wait(now) == wait


def test_wait_counts_down() -> None:
    state = START.failed(0).failed(0).failed(0)
    assert [state.wait(now) for now in (0, 4, 9.5, 10, 11)] == [10, 6, 0.5, 0, 0]
