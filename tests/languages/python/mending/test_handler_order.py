"""Clauses that never run: put where they do, by their classes' lineage, and no wrong order is proven."""

from __future__ import annotations

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile

from .kit import Files, applied, edited, failures, found, mender, only, source, unproven

RULE = "py.mend.handler-order"

GOOD = {
    "built-ins": (
        """
        def load(path):
            try:
                return read(path)
            except OSError as err:
                log(err)
            except FileNotFoundError:
                return None
            return False
        """,
        """
        def load(path):
            try:
                return read(path)
            except FileNotFoundError:
                return None
            except OSError as err:
                log(err)
            return False
        """,
    ),
    "the file's own classes, on one line": (
        """
        class Base(Exception): pass
        class Child(Base): pass
        try: go()
        except Base: log()
        except Child: tidy()
        """,
        """
        class Base(Exception): pass
        class Child(Base): pass
        try: go()
        except Child: tidy()
        except Base: log()
        """,
    ),
    "Exception first, with a class between": (
        """
        import json
        try:
            go()
        except Exception:
            log()

        except (json.JSONDecodeError, KeyError) as err:
            tidy(err)
        finally:
            close()
        """,
        """
        import json
        try:
            go()
        except (json.JSONDecodeError, KeyError) as err:
            tidy(err)
        except Exception:
            log()

        finally:
            close()
        """,
    ),
    "a library's": (
        """
        import requests
        for url in urls:
            try:
                requests.get(url)
            except requests.RequestException:
                continue
            except requests.Timeout:
                break
        """,
        """
        import requests
        for url in urls:
            try:
                requests.get(url)
            except requests.Timeout:
                break
            except requests.RequestException:
                continue
        """,
    ),
    "an own class of a built-in": (
        """
        class Refused(ConnectionError): pass
        async def go(source):
            try:
                await source.go()
            except OSError:
                return 1
            except Refused:
                return 2
        """,
        """
        class Refused(ConnectionError): pass
        async def go(source):
            try:
                await source.go()
            except Refused:
                return 2
            except OSError:
                return 1
        """,
    ),
    "a clause between that has nothing to do with it": (
        """
        try:
            go()
        except LookupError:
            log()
        except ValueError:
            pass
        except KeyError:
            tidy()
        """,
        """
        try:
            go()
        except KeyError:
            tidy()
        except LookupError:
            log()
        except ValueError:
            pass
        """,
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_mended_and_proven(name: str) -> None:
    before, after = GOOD[name]
    file, mend = only(before, RULE)
    assert applied(file, mend) == source(after).text
    assert failures(file, mend) == []
    assert mend.confidence >= 0.8


def test_line_ends_and_tabs_stay() -> None:
    lines = ["try:", "\tgo()", "except OSError:", "\tlog()", "except FileNotFoundError:", "\ttidy()", ""]
    file = SourceFile("app.py", "\r\n".join(lines))
    (mend,) = mender().find(file, [LineRange(1, 6)], Files({}))
    assert applied(file, mend) == "\r\n".join([*lines[:2], *lines[4:6], *lines[2:4], ""])
    assert failures(file, mend) == []


BAD = {
    "in order": "except FileNotFoundError:\n    tidy()\nexcept OSError:\n    log()\n",
    "unrelated": "except ValueError:\n    tidy()\nexcept OSError:\n    log()\n",
    "the same twice": "except OSError:\n    tidy()\nexcept OSError:\n    log()\n",
    "an alias": "except OSError:\n    tidy()\nexcept IOError:\n    log()\n",
    "covered in part": "except OSError:\n    tidy()\nexcept (FileNotFoundError, KeyError):\n    log()\n",
    "both do the same": "except OSError:\n    log()\nexcept FileNotFoundError:\n    log()\n",
    "a class nobody knows": "except Exception:\n    log()\nexcept Unknown:\n    tidy()\n",
    "a class from elsewhere": "except Exception:\n    log()\nexcept elsewhere.Failure:\n    tidy()\n",
    "groups": "except* OSError:\n    log()\nexcept* FileNotFoundError:\n    tidy()\n",
    "a comment between": "except OSError:\n    log()\n# gone\nexcept FileNotFoundError:\n    tidy()\n",
    "noqa": "except OSError:\n    log()\nexcept FileNotFoundError:  # noqa\n    tidy()\n",
    "pylint": "except OSError:\n    log()\nexcept FileNotFoundError:  # pylint: disable=E0701\n    tidy()\n",
    "no line end at the end": "except OSError:\n    log()\nexcept FileNotFoundError:\n    tidy()",
}


@pytest.mark.parametrize("name", BAD)
def test_left_alone(name: str) -> None:
    assert found(f"import elsewhere\ntry:\n    go()\n{BAD[name]}", RULE) == []


def test_a_class_of_the_file_that_is_named_like_a_built_in_is_its_own() -> None:
    text = "try:\n    go()\nexcept OSError:\n    log()\nexcept TimeoutError:\n    tidy()\n"
    assert found(text, RULE) != []
    text = f"class TimeoutError(Exception): pass\n{text}"
    assert found(text, RULE) == []


TEXT = "try:\n    go()\nexcept OSError:\n    log()\nexcept FileNotFoundError:\n    tidy()\n"


@pytest.mark.parametrize(
    ("changed", "mended"), [((5, 6), True), ((3, 4), True), ((5, 5), False), ((4, 5), False), ((1, 2), False)]
)
def test_a_clause_that_is_moved_was_written_whole(changed: tuple[int, int], mended: bool) -> None:
    assert bool(found(TEXT, RULE, (LineRange(*changed),))) is mended


def test_of_several_the_first_is_mended() -> None:
    text = TEXT.replace("OSError", "Exception") + "except OSError:\n    more()\n"
    file, mend = only(text, RULE)
    assert "FileNotFoundError" in mend.why and failures(file, mend) == []


BEFORE = """
try:
    go()
except LookupError:
    log()
except ValueError:
    other()
except KeyError:
    tidy()
"""
WRONG = {
    "as it was": BEFORE,
    "others swapped": BEFORE.replace("LookupError", "X")
    .replace("ValueError", "LookupError")
    .replace("X", "ValueError"),
    "the clause is lost": BEFORE.replace("except KeyError:\n    tidy()\n", ""),
    "bodies swapped": BEFORE.replace("log()", "X").replace("tidy()", "log()").replace("X", "tidy()"),
    "classes swapped, with another body": BEFORE.replace("LookupError", "X")
    .replace("KeyError", "LookupError")
    .replace("X", "KeyError"),
    "narrower": BEFORE.replace("LookupError", "IndexError"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_mend_is_not_proven(name: str) -> None:
    file, mend = only(BEFORE, RULE)
    wrong = edited(file, mend, WRONG[name])
    assert failures(file, wrong)
    if name != "the clause is lost":
        assert unproven(file, wrong)


def test_a_clause_moved_over_one_that_it_hides_in_turn_is_not_proven() -> None:
    text = TEXT.replace("OSError", "Exception") + "except OSError:\n    more()\n"
    file, mend = only(text, RULE)
    moved = "try:\n    go()\nexcept OSError:\n    more()\nexcept Exception:\n    log()\n" + (
        "except FileNotFoundError:\n    tidy()\n"
    )
    assert unproven(file, edited(file, mend, moved))
