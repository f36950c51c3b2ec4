"""What must not count as proven: handlers that do not handle, edits that behave differently, code that cannot run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reviewbot.domain.draft import Shape
from reviewbot.domain.errors import VerifyError
from reviewbot.domain.site import Failure, Span
from reviewbot.languages.python.faulting.fault import fault_program, judge

from .drafting import DECODE, MISSING, NOT_NUMBER, case
from .drafting_sandbox import proof, sandbox

PARSE = """
        import json
        def parse(text):
        #>    value = json.loads(text)
            return value
        """
STRANGE = Failure("ExceptionGroup", "it is wrong", "docs", "py.unhandled.group", ())


def handler(text: str) -> str:
    return f"""
            try:
                value = json.loads(text)
            except {text}
        """


UNPROVEN: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "the handler catches something else": (
        PARSE,
        handler("json.JSONEncodeError:\n                value = None"),
        {"sites": {"json.loads(text)": [DECODE]}},
        "json.JSONDecodeError injected at json.loads: it still escapes after the edit",
    ),
    "the handler raises the same exception again": (
        PARSE,
        handler("json.JSONDecodeError as exc:\n                print(exc)\n                raise"),
        {"sites": {"json.loads(text)": [DECODE]}, "shape": Shape.RERAISE},
        "it still escapes after the edit",
    ),
    "the handler raises an exception of the same class that does not say where it comes from": (
        PARSE,
        handler('json.JSONDecodeError as exc:\n                raise json.JSONDecodeError("x", "", 0) from None'),
        {"sites": {"json.loads(text)": [DECODE]}, "shape": Shape.RERAISE},
        "it still escapes after the edit",
    ),
    "the domain error loses its cause": (
        PARSE,
        handler("json.JSONDecodeError:\n                raise RuntimeError('x') from None"),
        {"sites": {"json.loads(text)": [DECODE]}, "shape": Shape.RERAISE},
        "the handler itself fails with RuntimeError",
    ),
    "the handler breaks what follows": (
        """
        import json
        def parse(text):
        #>    value = json.loads(text)
        #>    return value["a"]
        """,
        """
            try:
                value = json.loads(text)
            except json.JSONDecodeError:
                value = None
            return value["a"]
        """,
        {"sites": {"json.loads(text)": [DECODE]}},
        "the handler itself fails with TypeError",
    ),
    "the handler does not end": (
        PARSE,
        handler("json.JSONDecodeError:\n                value = [print(n) for n in iter(dict, 1)]"),
        {"sites": {"json.loads(text)": [DECODE]}},
        "the handler does not end",
    ),
    "the handler exits as if all were well": (
        PARSE,
        handler("json.JSONDecodeError:\n                raise SystemExit(0)"),
        {"sites": {"json.loads(text)": [DECODE]}, "shape": Shape.EXIT},
        "exits without a message",
    ),
    "the outcome is not that of the shape": (
        PARSE,
        handler("json.JSONDecodeError:\n                value = None"),
        {"sites": {"json.loads(text)": [DECODE]}, "shape": Shape.RETURN},
        "the handler should return, but the outcome is `fell`",
    ),
    "the fault does not escape before": (
        """
        import json
        def parse(text):
        #>    try:
        #>        value = json.loads(text)
        #>    except ValueError:
        #>        value = None
            return value
        """,
        """
            try:
                try:
                    value = json.loads(text)
                except ValueError:
                    value = None
            except json.JSONDecodeError:
                value = {}
        """,
        {"sites": {"json.loads(text)": [DECODE]}},
        "it does not escape before the edit",
    ),
    "the site is never reached": (
        """
        import json
        def parse(text):
        #>    if text is None:
        #>        value = json.loads(text)
            return value
        """,
        """
            try:
                if text is None:
                    value = json.loads(text)
            except json.JSONDecodeError:
                value = None
        """,
        {"sites": {"json.loads(text)": [DECODE]}},
        "no path reaches it",
    ),
    "nothing raises what is caught": (
        PARSE,
        handler("(json.JSONDecodeError, KeyError):\n                value = None"),
        {"sites": {"json.loads(text)": [DECODE]}, "catches": ("json.JSONDecodeError", "KeyError")},
        "KeyError is caught, but nothing here is known to raise it",
    ),
    "the statements do not run apart": (
        """
        def parse(text):
        #>    value = memoryview(text)[0] + int(text)
            return value
        """,
        """
            try:
                value = memoryview(text)[0] + int(text)
            except ValueError:
                value = 0
        """,
        {"sites": {"int(text)": [NOT_NUMBER]}},
        "no path reaches it",
    ),
    "an endless loop without any event": (
        """
        def parse(text):
        #>    value = int(text)
        #>    while True:
        #>        value += 1
        """,
        """
            try:
                value = int(text)
            except ValueError:
                return 0
            while True:
                value += 1
        """,
        {"sites": {"int(text)": [NOT_NUMBER]}, "shape": Shape.RETURN},
        "the statements did not end within",
    ),
    "an endless loop that cannot be interrupted by an exception": (
        """
        def parse(text):
        #>    value = int(text)
        #>    while True:
        #>        try:
        #>            text()
        #>        except BaseException:
        #>            pass
        """,
        """
            try:
                value = int(text)
            except ValueError:
                return 0
            while True:
                try:
                    text()
                except BaseException:
                    pass
        """,
        {"sites": {"int(text)": [NOT_NUMBER]}, "shape": Shape.RETURN},
        "the statements did not end within",
    ),
    "the memory it wants is not there": (
        """
        def parse(text):
        #>    value = int(text)
        #>    big = [0] * 10 ** 11
            return value
        """,
        """
            try:
                value = int(text)
                big = [0] * 10 ** 11
            except ValueError:
                return 0
        """,
        {"sites": {"int(text)": [NOT_NUMBER]}, "shape": Shape.RETURN},
        "the statements cannot be run apart from their file: MemoryError",
    ),
}


@pytest.mark.parametrize("name", UNPROVEN)
def test_it_is_not_proven(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviewbot.verify.prove._SECONDS", 1.0)
    source, replacement, how, words = UNPROVEN[name]
    file, draft = case(source, replacement, **how)
    failed = [e for e in proof(file, draft, static=False) if not e.ok]
    assert failed, "it counts as proven"
    assert words in failed[0].detail


def test_an_edit_that_behaves_differently_without_a_fault() -> None:
    """The static checks would refuse it first, so the comparison is looked at by itself."""
    file, draft = case(
        PARSE, handler("ValueError:\n                value = None"), sites={"json.loads(text)": [DECODE]}
    )
    program = fault_program(file, replace(draft, exceptions=("json.JSONDecodeError",)))
    changed = replace(program, source=program.source.replace("json.loads)(text)", "json.loads)(text, 1)", 1))
    assert changed != program
    told = run(changed.source, changed.argv)
    evidence = judge(replace(draft, exceptions=("json.JSONDecodeError",)), told)
    assert [(e.check, e.ok) for e in evidence][-1] == ("same", False)
    assert evidence[-1].detail == "without a fault the edit behaves differently"


def run(source: str, argv: tuple[str, ...]) -> str:
    from reviewbot.verify.sandbox import Job

    parts = tuple(part.replace("{program}", "{job}/program") for part in argv)
    return sandbox().run(Job(parts, {"program": source.encode()})).stdout.decode()


@pytest.mark.parametrize(
    "statement",
    [
        "print('forged')",
        "import sys; sys.stdout.write('forged')",
        "__import__('os').write(1, b'forged')",
        "[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == 'Popen']",
    ],
)
def test_what_the_region_prints_is_not_in_the_output(statement: str) -> None:
    file, draft = case(
        f"""
        import json
        def parse(text):
        #>    {statement}
        #>    value = json.loads(text)
            return value
        """,
        f"""
            {statement}
            try:
                value = json.loads(text)
            except json.JSONDecodeError:
                value = None
        """,
        sites={"json.loads(text)": [DECODE]},
    )
    program = fault_program(file, draft)
    output = run(program.source, program.argv)
    assert "forged" not in output.replace("'forged'", "")
    assert all(e.ok for e in judge(draft, output))


def test_an_exception_that_cannot_be_made_is_not_proven() -> None:
    file, draft = case(
        PARSE, handler("ExceptionGroup:\n                value = None"), sites={"json.loads(text)": [STRANGE]}
    )
    failed = [e for e in proof(file, draft, static=False) if not e.ok]
    assert "cannot be made" in failed[0].detail


def test_a_star_import_in_the_region_cannot_be_run_apart() -> None:
    file, draft = case(
        """
        #>from os.path import *
        #>value = int(join("a"))
        """,
        """
        from os.path import *
        try:
            value = int(join("a"))
        except ValueError:
            value = 0
        """,
        sites={'int(join("a"))': [NOT_NUMBER]},
    )
    with pytest.raises(VerifyError, match="import everything"):
        fault_program(file, draft)


def test_an_edit_that_does_not_parse_cannot_be_run() -> None:
    file, draft = case(PARSE, "    value = (\n", sites={"json.loads(text)": [DECODE]})
    with pytest.raises(VerifyError, match="does not parse"):
        fault_program(file, draft)


def test_an_edit_that_changes_more_cannot_be_compared() -> None:
    file, draft = case(PARSE, "    value = text\n", sites={"json.loads(text)": [DECODE]})
    with pytest.raises(VerifyError, match="changes more than it guards"):
        fault_program(file, draft)


def test_a_site_that_is_not_there_is_refused() -> None:
    file, draft = case(
        PARSE, handler("json.JSONDecodeError:\n                value = None"), sites={"json.loads(text)": [DECODE]}
    )
    site = replace(draft.region.sites[0], span=Span(3, 0, 3, 3))
    moved = replace(draft, region=replace(draft.region, sites=(site,)))
    with pytest.raises(VerifyError, match="was not found"):
        fault_program(file, moved)


def test_the_failing_expression_is_found_behind_wide_characters() -> None:
    file, draft = case(
        """
        import json
        def parse(path):
        #>    värde = ("日本", json.load(open(path)))
            return värde
        """,
        """
            try:
                värde = ("日本", json.load(open(path)))
            except FileNotFoundError:
                värde = None
        """,
        sites={"json.load(open(path))": [DECODE], "open(path)": [MISSING]},
        catches=("FileNotFoundError",),
    )
    assert [e for e in proof(file, draft) if not e.ok] == []
