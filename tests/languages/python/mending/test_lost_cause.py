"""Lost causes: what is mended and how, what is left alone, and that a wrong mend is never proven."""

from __future__ import annotations

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile

from .kit import Files, applied, edited, failures, found, mender, only, source, unproven

RULE = "py.mend.lost-cause"

GOOD = {
    "no name": (
        """
        import json
        def load(text):
            try:
                return json.loads(text)
            except json.JSONDecodeError:
                raise ConfigError("no JSON")
        """,
        "except json.JSONDecodeError as err:\n        raise ConfigError(\"no JSON\") from err\n",
    ),
    "its own name is kept": (
        """
        try:
            go()
        except KeyError as problem:
            raise ValueError(f"{problem}")
        """,
        "except KeyError as problem:\n    raise ValueError(f\"{problem}\") from problem\n",
    ),
    "the file's usual name": (
        """
        def first():
            try:
                go()
            except OSError as exc:
                print(exc)
        def second():
            try:
                go()
            except OSError:
                raise RuntimeError
        """,
        "except OSError as exc:\n        raise RuntimeError from exc\n",
    ),
    "a name that the function uses is not taken": (
        """
        def load(err, exc):
            try:
                go(err)
            except KeyError:
                raise ValueError(err)
        """,
        "except KeyError as error:\n        raise ValueError(err) from error\n",
    ),
    "on one line, after a comment sign in a string": (
        """
        try:
            go()
        except KeyError: raise ValueError("# no key")  # why
        """,
        "except KeyError as err: raise ValueError(\"# no key\") from err  # why\n",
    ),
    "parentheses around everything": (
        """
        try:
            go()
        except (KeyError):
            raise (ValueError(
                "é"
            ))
        """,
        "except (KeyError) as err:\n    raise (ValueError(\n        \"é\"\n    )) from err\n",
    ),
    "a tuple, and two raises": (
        """
        def load(key):
            try:
                go()
            except (KeyError, IndexError):
                if key:
                    raise ValueError(key)
                raise RuntimeError
        """,
        "except (KeyError, IndexError) as err:\n        if key:\n            raise ValueError(key) from err\n"
        "        raise RuntimeError from err\n",
    ),
    "a raise in a nested function is its own": (
        """
        def load(key):
            try:
                go()
            except KeyError:
                def later():
                    raise TypeError("later")
                register(later)
                raise ValueError(key)
        """,
        "except KeyError as err:\n        def later():\n            raise TypeError(\"later\")\n"
        "        register(later)\n        raise ValueError(key) from err\n",
    ),
    "in a generator": (
        """
        def rows(lines):
            for line in lines:
                try:
                    yield int(line)
                except ValueError:
                    if not line:
                        continue
                    raise RowError(line)
        """,
        "except ValueError as err:\n            if not line:\n                continue\n"
        "            raise RowError(line) from err\n",
    ),
    "in an async generator": (
        """
        async def rows(source):
            async for line in source:
                try:
                    yield await line
                except OSError:
                    raise RowError(line)
        """,
        "except OSError as err:\n            raise RowError(line) from err\n",
    ),
    "in a decorated method with with": (
        """
        class Store:
            @property
            def size(self):
                try:
                    with self.lock:
                        return self.data["size"]
                except KeyError:
                    raise StoreError(self)
        """,
        "except KeyError as err:\n            raise StoreError(self) from err\n",
    ),
    "the inner handler of two": (
        """
        def load():
            try:
                go()
            except OSError as err:
                try:
                    again()
                except ValueError:
                    raise LoadError("twice")
                log(err)
        """,
        "except ValueError as exc:\n            raise LoadError(\"twice\") from exc\n",
    ),
    "a semicolon and an attribute": (
        """
        import errors
        try:
            go()
        except KeyError: log(); raise errors.NotFound("x"); pass
        """,
        "except KeyError as err: log(); raise errors.NotFound(\"x\") from err; pass\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_mended_and_proven(name: str) -> None:
    text, lines = GOOD[name]
    file, mend = only(text, RULE)
    assert lines in applied(file, mend)
    assert failures(file, mend) == []
    assert mend.finding == "B904" and mend.confidence >= 0.5


@pytest.mark.parametrize("ends", ["\r\n", "\n"])
def test_line_ends_tabs_and_wide_characters_stay(ends: str) -> None:
    lines = [
        "class E(Exception): pass",
        "def f(x):",
        "\ttry:",
        "\t\tx()",
        "\texcept KeyError:",
        '\t\tlog("é𝄞"); raise E("é")',
        "",
    ]
    file = SourceFile("app.py", ends.join(lines))
    (mend,) = mender().find(file, [LineRange(1, 99)], Files({}))
    lines[4:6] = ["\texcept KeyError as err:", '\t\tlog("é𝄞"); raise E("é") from err']
    assert applied(file, mend) == ends.join(lines)
    assert failures(file, mend) == []


BAD = {
    "from None": "raise ValueError() from None",
    "has a cause": "raise ValueError() from err",
    "raised again": "raise",
    "the name raised again": "raise err",
    "an exception made before": "raise self.error",
    "with_traceback of the name": "raise err.with_traceback(None)",
    "no failure": "raise SystemExit(2)",
    "in a nested function alone": "def later():\n        raise ValueError()",
    "in a lambda's place": "later = [lambda: fail(ValueError())]",
    "in a class": "class Later:\n        raise ValueError()",
    "the name is bound anew": "err = wrap(err)\n    raise ValueError(err)",
    "the name is deleted": "del err\n    raise ValueError()",
    "the name is taken by an inner handler": (
        "try:\n        again()\n    except OSError as err:\n        pass\n    raise ValueError()"
    ),
    "the name is a loop's": "for err in ():\n        pass\n    raise ValueError()",
    "noqa": "raise ValueError()  # noqa",
    "noqa with the code": "raise ValueError()  # noqa: B904",
    "noqa with a prefix": "raise ValueError()  # NOQA:E501,B9",
    "noqa on the last line": "raise ValueError(\n        1,\n    )  # noqa: B904",
    "pylint": "raise ValueError()  # pylint: disable=raise-missing-from",
    "reviewbot": "raise ValueError()  # reviewbot: ignore",
}


@pytest.mark.parametrize("name", BAD)
def test_left_alone(name: str) -> None:
    assert found(f"try:\n    go()\nexcept KeyError as err:\n    {BAD[name]}\n", RULE) == []


HEADS = {
    "bare": "except:",
    "a group": "except* KeyError:",
    "a class that is computed": "except kinds():",
    "a class that is assigned": "except Kind:",
    "noqa on the head": "except KeyError:  # noqa: B904",
    "a comment before the colon": "except (KeyError  # text\n       ):",
}


@pytest.mark.parametrize("name", HEADS)
def test_clauses_that_are_left_alone(name: str) -> None:
    assert found(f"Kind = KeyError\ntry:\n    go()\n{HEADS[name]}\n    raise ValueError()\n", RULE) == []


FILES = {
    "ruff: noqa": "# ruff: noqa: B904\n",
    "flake8: noqa": "# flake8: noqa\n",
    "a range": "# ruff: disable[B904]\n",
    "pylint": "# pylint: disable=missing-docstring,raise-missing-from\n",
    "generated": "# Generated by protoc. DO NOT EDIT.\n",
    "the same from None elsewhere": "try:\n    g()\nexcept OSError:\n    raise ValueError from None\n",
    "every name is used": "def f(err, exc, error, failure): pass\nerr = exc = error = failure = 0\n",
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_left_alone(name: str) -> None:
    assert found(f"{FILES[name]}try:\n    go()\nexcept KeyError:\n    raise ValueError()\n", RULE) == []


LINES = """
try:
    go()
except KeyError:
    log()
    raise ValueError()
"""


@pytest.mark.parametrize(
    ("changed", "mended"),
    [([(3, 5)], True), ([(3, 3), (5, 5)], True), ([(5, 5)], False), ([(3, 3)], False), ([(1, 2)], False), ([], False)],
)
def test_no_line_that_nobody_changed_is_touched(changed: list[tuple[int, int]], mended: bool) -> None:
    assert bool(found(LINES, RULE, tuple(LineRange(*one) for one in changed))) is mended


def test_with_a_name_the_raise_alone_must_be_changed() -> None:
    (mend,) = found(LINES.replace("KeyError:", "KeyError as e:"), RULE, (LineRange(5, 5),))
    assert mend.lines == LineRange(5, 5)


@pytest.mark.parametrize(
    ("words", "longest", "mended"), [(64, 0, True), (65, 0, False), (65, 89, True), (65, 88, False)]
)
def test_no_line_is_longer_than_is_usual_there(words: int, longest: int, mended: bool) -> None:
    text = f"{'#' * longest}\ntry:\n    go()\nexcept KeyError as err:\n    raise E('{'x' * words}')\n"
    (raised,) = [line for line in text.splitlines() if "raise" in line]
    assert len(f"{raised} from err") == words + 24
    assert bool(found(text, RULE)) is mended


def test_a_look_up_that_says_there_is_none_is_doubtful() -> None:
    (mend,) = found(
        "class A:\n    def __getattr__(self, name):\n        try:\n            return self.d[name]\n"
        "        except KeyError:\n            raise AttributeError(name)\n",
        RULE,
    )
    assert mend.confidence < 0.5


BEFORE = """
def load(key, other):
    try:
        go(key)
    except KeyError:
        tidy()
        raise ValueError(key)
"""
WRONG = {
    "from None": ("except KeyError:", "raise ValueError(key) from None"),
    "another cause": ("except KeyError as err:", "raise ValueError(key) from other"),
    "an exception made on the spot": ("except KeyError as err:", "raise ValueError(key) from OSError()"),
    "another class": ("except KeyError as err:", "raise TypeError(key) from err"),
    "other arguments": ("except KeyError as err:", "raise ValueError(other) from err"),
    "no mend": ("except KeyError:", "raise ValueError(key)"),
    "the caught one raised again": ("except KeyError:", "raise"),
    "more caught": ("except Exception as err:", "raise ValueError(key) from err"),
    "less caught": ("except IndexError as err:", "raise ValueError(key) from err"),
    "another effect": ("except KeyError as err:", "clean(); raise ValueError(key) from err"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_mend_is_not_proven(name: str) -> None:
    file, mend = only(BEFORE, RULE)
    head, last = WRONG[name]
    text = BEFORE.replace("except KeyError:", head).replace("raise ValueError(key)", last)
    wrong = edited(file, mend, text)
    assert failures(file, wrong)  # the static checks alone refuse it
    assert unproven(file, wrong)  # and so does the sandbox alone


def test_a_name_that_something_else_uses_is_refused_statically() -> None:
    text = BEFORE.replace("go(key)", "err = 1").replace("tidy()", "tidy(err)")
    file, mend = source(text), only(BEFORE, RULE)[1]
    wrong = edited(file, mend, text.replace("KeyError:", "KeyError as err:").replace("(key)\n", "(key) from err\n"))
    assert [one.check for one in failures(file, wrong)] == ["names"]


def test_both_raises_must_be_seen() -> None:
    text = """
    def load(key):
        try:
            go()
        except KeyError:
            if key and not key:
                raise ValueError(key)
            raise RuntimeError
    """
    file, mend = only(text, RULE)
    assert [one.detail for one in failures(file, mend)] == ["a raise was not reached with the fault injected"]
