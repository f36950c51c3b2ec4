from __future__ import annotations

import pytest

from reviewbot.model.bench import ModelInfo, Speed, bench, info
from reviewbot.model.in_process import InProcess
from tests.model.toy import CONTEXT, ToyNetwork


def test_info() -> None:
    assert info(InProcess(ToyNetwork())) == ModelInfo("toy", CONTEXT, "plain", False)
    assert info(InProcess(ToyNetwork()), "granite") == ModelInfo("toy", CONTEXT, "granite", True)


def test_bench_counts_what_it_timed() -> None:
    times = iter([10.0, 14.0])
    speed = bench(InProcess(ToyNetwork()), 4, rounds=2, max_tokens=5, clock=lambda: next(times))
    assert speed == Speed(concurrency=4, requests=8, completion_tokens=40, seconds=4.0)
    assert speed.tokens_per_second == 10.0


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_no_time_is_no_speed(seconds: float) -> None:
    assert Speed(1, 1, 5, seconds).tokens_per_second == 0.0
