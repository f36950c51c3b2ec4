"""Which older line a new one stands for."""

from __future__ import annotations

import time

import pytest

from reviewbot.policy.provenance.diffs import Block, FileDiff
from reviewbot.policy.provenance.pairing import Before, Pairs
from reviewbot.policy.provenance.walk import Run, split

LONG = b"rows = list(csv.reader(handle, delimiter))"


def _block(old: list[bytes], new: list[bytes]) -> Block:
    return Block(10, 20, tuple(old), tuple(new))


WITHIN = {
    "the same, indented": ([b"}"], [b"    }"], {20: (10, True)}),
    "first with first": ([b"a", b"b", b"a"], [b" a", b" a", b" a"], {20: (10, True), 21: (12, True), 22: None}),
    "a word is another": ([b"return data"], [b"return data or None"], {20: (10, False)}),
    "a number is another": ([b"timeout = 10"], [b"timeout = 30"], {20: (10, False)}),
    "only signs are shared": ([b"f(a)"], [b"g(b)"], {20: None}),
    "nothing is shared": ([b"import os"], [b"x += 1"], {20: None}),
    "the most alike of several": ([b"a b c d", b"a b c e"], [b"a b c e f"], {20: (11, False)}),
    "one that stands unchanged is taken": ([b"a b c d"], [b" a b c d", b"a b c e"], {20: (10, True), 21: None}),
    "nothing was there": ([], [b"a b c"], {20: None}),
    "bytes that are no text": ([b"\xff\xfe \xe9t\xe9"], [b"\xff\xfe \xe9t\xe9 !"], {20: (10, False)}),
}


@pytest.mark.parametrize(("old", "new", "wanted"), WITHIN.values(), ids=WITHIN)
def test_within_a_block(old: list[bytes], new: list[bytes], wanted: dict[int, tuple[int, bool] | None]) -> None:
    pairs = Pairs({"a": FileDiff("a", "a", (_block(old, new),))})
    found = {line: pairs.before("a", line) for line in wanted}
    assert {line: one and (one.line, one.same) for line, one in found.items()} == wanted


@pytest.mark.parametrize(
    ("lines", "path", "wanted"),
    [
        ([LONG, LONG + b"2"], "b", True),
        ([LONG], "a", True),
        ([LONG[:30]], "a", True),
        ([LONG[:30]], "b", False),
        ([b"}", b")"], "a", False),
        ([b"return None"], "a", False),
    ],
)
def test_moved_text_needs_gits_own_measure(lines: list[bytes], path: str, wanted: bool) -> None:
    gone, come = Block(10, 1, tuple(lines), ()), Block(50, 60, (), tuple(b"\t" + line for line in lines))
    files = {"a": FileDiff("a", "a", (gone, come) if path == "a" else (gone,))}
    if path == "b":
        files["b"] = FileDiff("b", "b", (come,))
    assert Pairs(files).before(path, 60) == (Before("a", 10, True) if wanted else None)


@pytest.mark.parametrize("line", [b"}", b"a b c d", b"x" * 100, b"a " * 900], ids=["bare", "short", "word", "long"])
def test_no_text_takes_more_than_linear_time(line: bytes) -> None:
    count = 20_000 if len(line) < 1000 else 2000
    old, new = tuple(line + b"%d" % (n % 3) for n in range(count)), tuple(line + b"%d" % (n % 4) for n in range(count))
    start = time.process_time()
    Pairs({"a": FileDiff("a", "a", (Block(1, 1, old, new),))}).before("a", 1)
    gone = FileDiff("a", "a", (Block(1, 1, (line,) * count, ()),))
    Pairs({"a": gone, "b": FileDiff(None, "b", (Block(1, 1, (), (line,) * (count - 1)),))}).before("b", 1)
    assert time.process_time() - start < 6


def test_runs_are_split_at_what_a_commit_changed() -> None:
    blocks = (
        Block(3, 3, (b"x",), (b"y", b"z")),  # a line became two
        Block(8, 9, (b"gone",), ()),
        Block(12, 12, (), (b"new",)),
    )
    diff = FileDiff("a", "a", blocks)
    kept, brought = split([Run(1, range(14)), Run(9, range(20, 22))], diff)
    assert [(run.start, list(run.slots)) for run in brought] == [(3, [2, 3]), (12, [11])]
    assert [(run.start, list(run.slots)) for run in kept] == [
        (1, [0, 1]), (4, [4, 5, 6, 7]), (9, [8, 9, 10]), (12, [12, 13]), (9, [20, 21]),
    ]  # fmt: skip
