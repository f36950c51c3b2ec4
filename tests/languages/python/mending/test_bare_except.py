"""Bare excepts: mended where they only swallow, left alone where they end or raise, and no wrong mend is proven."""

from __future__ import annotations

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile

from .kit import Files, applied, edited, failures, found, mender, only, unproven

RULE = "py.mend.bare-except"

GOOD = {
    "at the end of a function": """
        def load(path):
            try:
                return read(path)
            except:
                log("no file")
                return None
        """,
    "in a loop that goes on": """
        def rows(lines):
            for line in lines:
                try:
                    use(line)
                except :
                    continue
        """,
    "after another clause": """
        try:
            go()
        except ValueError as err:
            log(err)
        except: log("else")
        """,
    "with else and finally": """
        try:
            go()
        except:  # whatever
            log("x")
        else:
            done()
        finally:
            tidy()
        """,
    "in a coroutine": """
        async def run(source):
            try:
                await source.go()
            except:
                await source.note()
        """,
    "a raise in a nested function": """
        try:
            go()
        except:
            def later():
                raise ValueError
            register(later)
        """,
    "in a generator": """
        def rows(lines):
            for line in lines:
                try:
                    yield int(line)
                except:
                    yield None
        """,
}


@pytest.mark.parametrize("name", GOOD)
def test_mended_and_proven(name: str) -> None:
    file, mend = only(GOOD[name], RULE)
    assert applied(file, mend) == file.text.replace("except:", "except Exception:").replace(
        "except :", "except Exception :"
    )
    assert failures(file, mend) == []
    assert mend.finding == "E722"


def test_line_ends_and_tabs_stay() -> None:
    text = "def f(x):\r\n\ttry:\r\n\t\tx()\r\n\texcept: pass\r\n"
    file = SourceFile("app.py", text)
    (mend,) = mender().find(file, [LineRange(4, 4)], Files({}))
    assert applied(file, mend) == text.replace("except:", "except Exception:")
    assert failures(file, mend) == []


BODIES = {
    "raises again": "tidy()\n    raise",
    "raises sometimes": "if go:\n        raise",
    "raises another": "raise ValueError",
    "exits": "import sys\n    sys.exit(1)",
    "ends the process": "import os\n    os._exit(1)",
    "a helper raises again": "six.reraise(*info)",
    "a context raises again": "with safe_reraise():\n        note()",
    "undoes what was half done": "session.rollback()",
    "takes away what was half made": "os.unlink(go)",
    "keeps what it was for later": "kept = sys.exc_info()",
    "asks what it was": "if isinstance(sys.exc_info()[1], KeyboardInterrupt):\n        stop()",
    "asks for a cancellation": "if kind is asyncio.CancelledError:\n        stop()",
}


@pytest.mark.parametrize("name", BODIES)
def test_handlers_that_are_left_alone(name: str) -> None:
    assert found(f"try:\n    go()\nexcept:\n    {BODIES[name]}\n", RULE) == []


FILES = {
    "noqa": "try:\n    go()\nexcept:  # noqa: E722\n    pass\n",
    "any noqa": "try:\n    go()\nexcept:  # noqa\n    pass\n",
    "bugbear's code": "try:\n    go()\nexcept:  # noqa: B001\n    pass\n",
    "pylint's name": "try:\n    go()\nexcept:  # pylint: disable=bare-except\n    pass\n",
    "reviewbot": "try:\n    go()\nexcept:  # reviewbot: ignore\n    pass\n",
    "the whole file": "# ruff: noqa: E722\ntry:\n    go()\nexcept:\n    pass\n",
    "Exception is another": "Exception = ValueError\ntry:\n    go()\nexcept:\n    pass\n",
    "Exception is imported": "from x import Exception\ntry:\n    go()\nexcept:\n    pass\n",
    "a finaliser": "def __del__(self):\n    try:\n        go()\n    except:\n        pass\n",
}


@pytest.mark.parametrize("name", FILES)
def test_left_alone(name: str) -> None:
    assert found(FILES[name], RULE) == []


@pytest.mark.parametrize(("changed", "mended"), [((3, 3), True), ((1, 2), False), ((4, 4), False)])
def test_the_head_must_be_changed(changed: tuple[int, int], mended: bool) -> None:
    assert bool(found("try:\n    go()\nexcept:\n    pass\n", RULE, (LineRange(*changed),))) is mended


def test_what_is_let_through_above_is_no_reason() -> None:
    text = "try:\n    go()\nexcept (KeyboardInterrupt, SystemExit):\n    raise\nexcept:\n    log()\n"
    file, mend = only(text, RULE)
    assert [one.detail for one in failures(file, mend)] == ["no run shows a difference that the edit makes"]


BEFORE = """
try:
    go()
except:
    log("x")
"""
WRONG = {
    "too narrow": "except ValueError:",
    "just as wide": "except BaseException:",
    "nothing": "except:",
    "another effect": "except Exception:\n    again()",
    "the others alone": "except KeyboardInterrupt:",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_mend_is_not_proven(name: str) -> None:
    file, mend = only(BEFORE, RULE)
    wrong = edited(file, mend, BEFORE.replace("except:", WRONG[name]))
    assert failures(file, wrong)
    assert unproven(file, wrong)
