"""Jumps in finally: moved behind the statement where that is safe, and no wrong move is proven."""

from __future__ import annotations

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile

from .kit import Files, applied, edited, failures, found, mender, only, source, unproven

RULE = "py.mend.jump-in-finally"

GOOD = {
    "return after tidying up": (
        """
        def load(path):
            result = None
            try:
                result = read(path)
            finally:
                tidy(path)
                return result
        """,
        """
        def load(path):
            result = None
            try:
                result = read(path)
            finally:
                tidy(path)
            return result
        """,
    ),
    "nothing but the return": (
        """
        def load(path):
            try:
                result = read(path)
            except OSError:
                result = None
            finally:
                return result  # always
        """,
        """
        def load(path):
            try:
                result = read(path)
            except OSError:
                result = None
            return result  # always
        """,
    ),
    "continue": (
        """
        for line in lines:
            try:
                use(line)
            except ValueError as err:
                raise RowError(line) from err
            finally:
                tidy()
                continue
        """,
        """
        for line in lines:
            try:
                use(line)
            except ValueError as err:
                raise RowError(line) from err
            finally:
                tidy()
            continue
        """,
    ),
    "break, with a loop of its own inside": (
        """
        def first(lines):
            for line in lines:
                try:
                    for part in line:
                        if part:
                            break
                finally:
                    tidy()
                    break
            return 1
        """,
        """
        def first(lines):
            for line in lines:
                try:
                    for part in line:
                        if part:
                            break
                finally:
                    tidy()
                break
            return 1
        """,
    ),
    "in a coroutine, nested in with": (
        """
        async def load(path):
            async with lock:
                try:
                    await read(path)
                finally:
                    await tidy()
                    return True
        """,
        """
        async def load(path):
            async with lock:
                try:
                    await read(path)
                finally:
                    await tidy()
                return True
        """,
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_mended_and_proven(name: str) -> None:
    before, after = GOOD[name]
    file, mend = only(before, RULE)
    assert applied(file, mend) == source(after).text
    assert failures(file, mend) == []
    assert mend.finding == "B012"


def test_line_ends_and_tabs_stay() -> None:
    lines = ["def f(x):", "\ttry:", "\t\tx()", "\tfinally:", "\t\tx.close()", "\t\treturn 1", ""]
    file = SourceFile("app.py", "\r\n".join(lines))
    (mend,) = mender().find(file, [LineRange(6, 6)], Files({}))
    assert applied(file, mend) == "\r\n".join([*lines[:5], "\treturn 1", ""])
    assert failures(file, mend) == []


BAD = {
    "a return in the body": "try:\n        return go()\n    finally:\n        tidy()\n        return 1",
    "a return in a handler": (
        "try:\n        go()\n    except OSError:\n        return 0\n    finally:\n        tidy()\n        return 1"
    ),
    "a return in else": (
        "try:\n        go()\n    except OSError: pass\n    else:\n        return 0\n    finally:\n        return 1"
    ),
    "another return in finally": "try:\n        go()\n    finally:\n        if x: return 0\n        return 1",
    "a return that is not last": "try:\n        go()\n    finally:\n        if x: return 0\n        tidy()",
    "the only thing, with no handler": "try:\n        go()\n    finally:\n        return 1",
    "a generator": "try:\n        yield go()\n    finally:\n        tidy()\n        return",
    "on the line of finally": "try:\n        go()\n    finally: return 1",
    "after a semicolon": "try:\n        go()\n    finally:\n        tidy(); return 1",
    "on several lines": "try:\n        go()\n    finally:\n        tidy()\n        return (\n            1\n        )",
    "noqa": "try:\n        go()\n    finally:\n        tidy()\n        return 1  # noqa: B012",
    "pylint": "try:\n        go()\n    finally:\n        tidy()\n        return 1  # pylint: disable=lost-exception",
    "groups": "try:\n        go()\n    except* OSError:\n        pass\n    finally:\n        tidy()\n        return 1",
    "a comment in the place of the rest": (
        "try:\n        go()\n    except OSError:\n        pass\n    finally:\n        # always\n        return 1"
    ),
    "a nested function's": "try:\n        go()\n    finally:\n        def f():\n            return 1",
}


@pytest.mark.parametrize("name", BAD)
def test_left_alone(name: str) -> None:
    assert found(f"def f(x):\n    {BAD[name]}\n", RULE) == []


def test_breaks_of_the_loop_around_are_left_alone() -> None:
    text = "for x in y:\n    try:\n        if x: break\n    finally:\n        tidy()\n        continue\n"
    assert found(text, RULE) == []


TEXT = "def f(x):\n    try:\n        x()\n    finally:\n        tidy()\n        return 1\n"


@pytest.mark.parametrize(("changed", "mended"), [((6, 6), True), ((4, 5), False), ((1, 3), False)])
def test_the_jump_must_be_changed(changed: tuple[int, int], mended: bool) -> None:
    assert bool(found(TEXT, RULE, (LineRange(*changed),))) is mended


WRONG = {
    "as it was": TEXT,
    "another value": TEXT.replace("        return 1", "    return 2"),
    "lost": TEXT.replace("        return 1\n", ""),
    "the rest moved, too": TEXT.replace("        tidy()\n        return 1", "        pass\n    tidy()\n    return 1"),
    "in the body": TEXT.replace("        return 1\n", "").replace("x()\n", "x()\n        return 1\n"),
    "everything swallowed in another way": TEXT.replace("    finally", "    except BaseException").replace(
        "        return 1", "    return 1"
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_mend_is_not_proven(name: str) -> None:
    file, mend = only(TEXT, RULE)
    wrong = edited(file, mend, WRONG[name])
    assert failures(file, wrong)
    if name not in {"in the body"}:  # as good a mend, but not this one: the static checks refuse it
        assert unproven(file, wrong)
