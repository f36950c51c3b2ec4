"""The static checks: which edits pass, and each way in which a hostile or careless one is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.domain.change import LineRange
from reviewbot.domain.draft import Draft
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.python.checking.check import check

from .drafting import DECODE, case

LOAD = """
        import json
        import logging
        logger = logging.getLogger(__name__)
        def load(text, fallback):
            kept = 1
        #>    data = json.loads(text)  # from outside
            return data, kept
        """
GUARD = """
            try:
                data = json.loads(text)  # from outside
            except json.JSONDecodeError:
                {handler}
        """


def verdict(source: str, replacement: str, catches: tuple[str, ...] = ("json.JSONDecodeError",)) -> tuple[str, str]:
    """The first check that fails, with its detail; ``("", "")`` where all four pass."""
    file, draft = case(source, replacement, sites={"json.loads(text)": [DECODE]}, catches=catches)
    evidence = check(file, draft)
    for one in evidence:
        if not one.ok:
            return one.check, one.detail
    assert [one.check for one in evidence] == ["parse", "minimal", "handlers", "names"]
    return "", ""


HANDLERS = {
    "assign": ("data = {}", ""),
    "assign through a name that is known": ("data = fallback", ""),
    "return": ("return None, 0", ""),
    "log and return": ('logger.warning("not JSON: %s", text)\n                return None, 0', ""),
    "raise from": ('raise RuntimeError("not JSON") from None', ""),
    "exit": ('raise SystemExit("not JSON")', ""),
    # names
    "nothing bound": ('logger.warning("not JSON")', "`data` is read on line 10"),
    "bound on one path only is no statement a handler may hold": ("if text:\n                    data = 1", "`If`"),
    "reads what the failure left unbound": ("data = data or {}", "`data` is read on line 9"),
    "reads what nobody defines": ("data = DEFAULT", "the handler reads `DEFAULT`, which the file does not define"),
    # handlers
    "pass": ("pass", "in silence"),
    "ellipsis": ("...", "in silence"),
    "a docstring": ('"nothing"', "in silence"),
    "raise alone": ("raise", "only raises the same exception again"),
    "too much": ("\n                ".join(["print(1)"] * 4 + ["data = 1"]), "more than 4 statements"),
    "eval": ('data = eval("1")', "calls `eval`"),
    "os": ('import os\n                os.system("x")', "`Import`"),
    "a network call": ("data = __import__('os').getcwd()", "calls `__import__`"),
    "dunder": ("data = text.__class__", "uses `__class__`"),
    "a lambda": ("data = lambda: 1", "`Lambda`"),
    "a walrus": ("data = (kept := 5)", "`NamedExpr`"),
    "a loop": ("while True: data = 1", "`While`"),
    "another name": ("data = kept = 5", "sets `kept`"),
    "another object": ("logger.level = 5\n                data = 1", "sets `logger.level`"),
    "a delete": ("del kept\n                data = 1", "`Delete`"),
    "global": ("global logger\n                data = 1", "`Global`"),
    "a nested try": (
        "try:\n                    data = 1\n                finally:\n                    kept = 2",
        "`Try`",
    ),
}


@pytest.mark.parametrize("name", HANDLERS)
def test_handler_bodies(name: str) -> None:
    handler, words = HANDLERS[name]
    check_name, detail = verdict(LOAD, GUARD.format(handler=handler))
    assert (check_name == "") == (words == ""), detail
    assert words in detail


KINDS = {
    "json.JSONDecodeError": ("json.JSONDecodeError", ""),
    "(json.JSONDecodeError, KeyError)": ("json.JSONDecodeError KeyError", ""),
    "json.JSONDecodeError as exc": ("json.JSONDecodeError", ""),
    "IOError": ("OSError", ""),
    "json.decoder.JSONDecodeError": ("json.JSONDecodeError", ""),
    "Exception": ("Exception", "hides every defect"),
    "BaseException": ("BaseException", "hides every defect"),
    "(ValueError, Exception)": ("ValueError Exception", "hides every defect"),
    "": ("", "a handler catches everything"),
    "()": ("", "a handler catches everything"),
    "requests.HTTPError": ("requests.HTTPError", "neither imported nor defined"),
    "Unknown": ("Unknown", "neither imported nor defined"),
    "errors()": ("json.JSONDecodeError", "not the plain name"),
    "errors[0]": ("json.JSONDecodeError", "not the plain name"),
    "(*errors,)": ("json.JSONDecodeError", "not the plain name"),
    "ValueError": ("json.JSONDecodeError", "the draft says json.JSONDecodeError"),
    "(json.JSONDecodeError, OSError)": ("json.JSONDecodeError", "the draft says json.JSONDecodeError"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_handlers_may_catch(kind: str) -> None:
    catches, words = KINDS[kind]
    replacement = GUARD.format(handler="data = {}").replace("json.JSONDecodeError", kind)
    check_name, detail = verdict(LOAD, replacement, tuple(catches.split()))
    assert check_name == ("handlers" if words else ""), detail
    assert words in detail


def test_a_builtin_exception_reached_through_its_module_is_too_wide_as_well() -> None:
    source = LOAD.replace("import logging\n", "import builtins, logging\n")
    replacement = GUARD.format(handler="data = {}").replace("json.JSONDecodeError", "builtins.Exception")
    assert verdict(source, replacement, ("builtins.Exception",))[0] == "handlers"


BODY = "                data = json.loads(text)  # from outside\n"
SNEAKY = {
    "another call in the body": (BODY, BODY.replace("text)", "text, strict=False)")),
    "a statement more": (BODY, BODY + "                logger.info(1)\n"),
    "a statement less": (BODY, "                pass  # from outside\n"),
    "other quotes or parentheses": (BODY, BODY.replace("json.loads(text)", "(json.loads(text))")),
    "a comment lost": (BODY, BODY.replace("  # from outside", "")),
    "a comment changed": (BODY, BODY.replace("# from outside", "# nosec")),
    "a comment more": ("try:", "try:  # noqa"),
    "a pragma in the handler": ("data = {}", "data = {}  # type: ignore"),
    "finally": ("data = {}\n", "data = {}\n            finally:\n                print(1)\n"),
    "a group handler": ("except json", "except* json"),
    "no try at all": (
        GUARD.format(handler="data = {}"),
        "            data = json.loads(text)  # from outside\n        ",
    ),
    "the try on the line of its body": ("try:\n                data", "try: data"),
    "something after it": ("data = {}\n", "data = {}\n            logger.info('sneaked in')\n"),
    "something before it": ("            try:", "            kept = 2\n            try:"),
    "swallowing the next line in a string": ("data = {}\n", "data = {}\n            '''\n"),
    "swallowing the next line in parentheses": ("data = {}\n", "data = {}\n            (\n"),
    "swallowing the next line by a backslash": ("data = {}\n", "data = {} \\\n"),
    "pulling the next line into the handler": ("data = {}\n", "data = {}\n            if text:\n"),
    "a semicolon": ("data = {}", "data = {}; kept = 3"),
    "a decorator over what follows": ("data = {}\n", "data = {}\n            @print\n"),
    "other line ends": ("try:\n", "try:\r\n"),
    "a carriage return alone": ("data = {}", "data = {}\r                kept = 1"),
    "a null byte": ("data = {}", "data = {}\0"),
    "no line end": ("data = {}\n        ", "data = {}"),
    "a form feed": ("data = {}\n", "data = {}\n\x0c            kept = 7\n"),
}


@pytest.mark.parametrize("name", SNEAKY)
def test_an_edit_that_changes_anything_else_is_refused(name: str) -> None:
    old, new = SNEAKY[name]
    replacement = GUARD.format(handler="data = {}")
    assert old in replacement
    failed, _ = verdict(LOAD, replacement.replace(old, new))
    expected = {"parse", "minimal"} | ({"handlers", "names"} if name == "a semicolon" else set())
    assert failed in expected


def test_a_semicolon_hides_nothing() -> None:
    """Two statements of a handler on one line are two statements of a handler, and looked at as such."""
    hidden = GUARD.format(handler="data = {}; eval('1')")
    assert verdict(LOAD, hidden) == ("handlers", "a handler calls `eval`")


SCOPES: dict[str, tuple[str, str, str]] = {
    "read later in a closure": (
        """
        import json
        def load(text):
        #>    data = json.loads(text)
            return lambda: data
        """,
        "print(1)",
        "`data` is read on line",
    ),
    "read in a closure that stands before": (
        """
        import json
        def load(text):
            def show():
                return data
        #>    data = json.loads(text)
            return show
        """,
        "print(1)",
        "`data` is read by a function",
    ),
    "bound before on every path": (
        """
        import json
        def load(text, flag):
            if flag:
                data = 1
            else:
                data = 2
        #>    data = json.loads(text)
            return data
        """,
        "print(1)",
        "",
    ),
    "bound before on one path": (
        """
        import json
        def load(text, flag):
            if flag:
                data = 1
        #>    data = json.loads(text)
            return data
        """,
        "print(1)",
        "`data` is read on line",
    ),
    "bound before, then deleted": (
        """
        import json
        def load(text):
            data = 1
            del data
        #>    data = json.loads(text)
            return data
        """,
        "print(1)",
        "`data` is read on line",
    ),
    "deleted later": (
        """
        import json
        def load(text):
        #>    data = json.loads(text)
            del data
        """,
        "print(1)",
        "`data` is read on line",
    ),
    "added to later": (
        """
        import json
        def load(text):
        #>    data = json.loads(text)
            data += 1
        """,
        "print(1)",
        "`data` is read on line",
    ),
    "a parameter": (
        """
        import json
        def load(text, data=None):
        #>    data = json.loads(text)
            return data
        """,
        "print(1)",
        "",
    ),
    "bound anew before it is read": (
        """
        import json
        def load(text):
        #>    data = json.loads(text)
            data = 5
            return data
        """,
        "print(1)",
        "",
    ),
    "read in the next round of the loop": (
        """
        import json
        def load(texts):
            for text in texts:
                if text > 1:
                    print(data)
        #>        data = json.loads(text)
        """,
        "continue",
        "`data` is read on line",
    ),
    "continue, read in the same round only": (
        """
        import json
        def load(texts):
            for text in texts:
        #>        data = json.loads(text)
                print(data)
        """,
        "continue",
        "",
    ),
    "continue, read after the loop": (
        """
        import json
        def load(texts):
            for text in texts:
        #>        data = json.loads(text)
                print(data)
            return data
        """,
        "continue",
        "`data` is read on line",
    ),
    "break, read after the loop": (
        """
        import json
        def load(texts):
            while texts:
        #>        data = json.loads(text)
                print(data)
            return data
        """,
        "break",
        "`data` is read on line",
    ),
    "return inside the loop": (
        """
        import json
        def load(texts):
            for text in texts:
        #>        data = json.loads(text)
                print(data)
            return data
        """,
        "return None",
        "",
    ),
    "read by an enclosing finally": (
        """
        import json
        def load(text):
            try:
        #>        data = json.loads(text)
            finally:
                print(data)
        """,
        "return None",
        "`data` is read on line",
    ),
    "a global that the module binds": (
        """
        import json
        data = None
        def load(text):
            global data
        #>    data = json.loads(text)
            return data
        """,
        "print(1)",
        "",
    ),
    "a global that nothing else binds": (
        """
        import json
        def load(text):
            global data
        #>    data = json.loads(text)
        def show():
            return data
        """,
        "print(1)",
        "`data` can be used from elsewhere",
    ),
    "public name of a module": (
        """
        import json
        text = "{}"
        #>data = json.loads(text)
        """,
        "print(1)",
        "`data` can be used from elsewhere",
    ),
    "private name of a module, read by a function": (
        """
        import json
        text = "{}"
        def show():
            return _data
        #>_data = json.loads(text)
        """,
        "print(1)",
        "`_data` is read by a function",
    ),
    "private name of a module, read by a method": (
        """
        import json
        text = "{}"
        class Shown:
            def show(self):
                return [_data for _ in self]
        #>_data = json.loads(text)
        """,
        "print(1)",
        "`_data` is read by a function",
    ),
    "private name of a module, exported": (
        """
        import json
        text = "{}"
        __all__ = ["_data"]
        #>_data = json.loads(text)
        """,
        "print(1)",
        "`_data` can be used from elsewhere",
    ),
    "private name of a module that nobody reads": (
        """
        import json
        text = "{}"
        #>_data = json.loads(text)
        """,
        "print(1)",
        "",
    ),
    "a script's own name": (
        """
        import json
        if __name__ == "__main__":
            text = "{}"
        #>    data = json.loads(text)
        """,
        "print(1)",
        "",
    ),
    "exit at module level": (
        """
        import json, sys
        text = "{}"
        #>data = json.loads(text)
        print(data)
        """,
        "sys.exit('no')",
        "",
    ),
    "attribute of a class": (
        """
        import json
        class Settings:
            text = "{}"
        #>    _data = json.loads(text)
        """,
        "print(1)",
        "`_data` can be used from elsewhere",
    ),
    "a handler at module level that uses what comes later": (
        """
        import json
        text = "{}"
        #>data = json.loads(text)
        FALLBACK = {}
        """,
        "data = FALLBACK",
        "the handler reads `FALLBACK`",
    ),
    "a handler in a function that uses what comes later in the module": (
        """
        import json
        def load(text):
        #>    return json.loads(text)
        FALLBACK = {}
        """,
        "return FALLBACK",
        "",
    ),
    "a star import may bring any name": (
        """
        import json
        from settings import *
        def load(text):
        #>    return json.loads(text)
        """,
        "return FALLBACK",
        "",
    ),
    "a comprehension's own variable of the same name": (
        """
        import json
        def load(text):
        #>    data = json.loads(text)
            return [data for data in (1, 2)]
        """,
        "print(1)",
        "",
    ),
    "a comprehension that starts from it": (
        """
        import json
        def load(text):
        #>    data = json.loads(text)
            return [data for data in data]
        """,
        "print(1)",
        "`data` is read on line",
    ),
    "a loop's variable bound in the region": (
        """
        import json
        def load(text):
        #>    for item in json.loads(text):
        #>        print(item)
            return item
        """,
        "print(1)",
        "`item` is read on line",
    ),
    "an import and a definition in the region": (
        """
        import json
        def load(text):
        #>    import os
        #>    def inner(): return json.loads(text)
        #>    inner()
            return os, inner
        """,
        "print(1)",
        "is read on line",
    ),
}


@pytest.mark.parametrize("name", SCOPES)
def test_names_after_the_handler(name: str) -> None:
    source, handler, words = SCOPES[name]
    file, draft = case(source, "", sites={"json.loads": [DECODE]})
    text = file.slice(draft.region.lines)
    indent = text[: len(text) - len(text.lstrip())]
    guarded = "".join(f"    {line}" for line in text.splitlines(keepends=True))
    replacement = f"{indent}try:\n{guarded}{indent}except json.JSONDecodeError:\n{indent}    {handler}\n"
    failed = [e for e in check(file, replace(draft, replacement=replacement)) if not e.ok]
    assert [e.check for e in failed] == (["names"] if words else [])
    assert not words or words in failed[0].detail


ALIASES = {
    "used before": ("            exc = 1\n", "", "would delete `exc`, which is used elsewhere"),
    "used after": ("", "            print(exc)\n", "would delete `exc`, which is used elsewhere"),
    "used in a closure": ("            show = lambda: exc\n", "", "would delete `exc`, which is used elsewhere"),
    "declared": ("            global exc\n", "", "would delete `exc`, which the function uses"),
    "another handler's own": (
        "",
        "            try:\n                print(1)\n            except OSError as exc:\n                print(exc)\n",
        "",
    ),
}


@pytest.mark.parametrize("name", ALIASES)
def test_the_name_of_the_exception_deletes_no_other(name: str) -> None:
    before, after, words = ALIASES[name]
    source = f"""
        import json
        def load(text):
{before.replace("            ", "            ")}        #>    data = json.loads(text)
{after}            return data
        """
    replacement = """
            try:
                data = json.loads(text)
            except json.JSONDecodeError as exc:
                data = str(exc)
        """
    failed, detail = verdict(source, replacement)
    assert failed == ("names" if words else ""), detail
    assert words in detail


def test_the_name_of_a_handler_around_is_not_deleted() -> None:
    source = """
        import json
        def load(text):
            try:
                print(text)
            except OSError as exc:
        #>        data = json.loads(text)
                print(exc, data)
        """
    replacement = """
                try:
                    data = json.loads(text)
                except json.JSONDecodeError as exc:
                    data = 1
        """
    assert verdict(source, replacement)[1] == "the handler would delete `exc` of the handler around it"


@pytest.mark.parametrize(
    ("ends", "last"),
    [("\n", True), ("\r\n", True), ("\n", False), ("\r\n", False)],
    ids=["lf", "crlf", "open", "crlf open"],
)
def test_line_ends_and_an_open_last_line_are_kept(ends: str, last: bool) -> None:
    text = ends.join(["import json", "def load(text):", "    return json.loads(text)"]) + (ends if last else "")
    guard = ["    try:", "        return json.loads(text)", "    except json.JSONDecodeError:", "        return None"]
    _, draft = case(LOAD, "", sites={"json.loads(text)": [DECODE]})
    region = replace(draft.region, lines=LineRange(3, 3))
    for end in (ends if last else "", "" if last else ends):
        made = Draft(region, draft.shape, ends.join(guard) + end, draft.exceptions, 1, "test")
        assert all(e.ok for e in check(SourceFile("a.py", text), made)) is ((end != "") == last)


def test_a_replacement_that_the_files_encoding_cannot_write_is_refused() -> None:
    text = "# coding: latin-1\nimport json\ndef load(text):\n    return json.loads(text)\n"
    _, draft = case(LOAD, "", sites={"json.loads(text)": [DECODE]})
    region = replace(draft.region, lines=LineRange(4, 4))
    guard = "    try:\n        return json.loads(text)\n    except json.JSONDecodeError:\n        return '…'\n"
    evidence = check(SourceFile("a.py", text, "latin-1"), replace(draft, region=region, replacement=guard))
    assert [(e.check, e.ok) for e in evidence] == [("parse", False)]


def test_a_file_whose_lines_git_counts_otherwise_is_refused() -> None:
    file, draft = case(LOAD, GUARD.format(handler="data = {}"), sites={"json.loads(text)": [DECODE]})
    assert all(e.ok for e in check(file, draft))
    odd = SourceFile("a.py", file.text + "x = 1  # one\ry = 2\n")
    assert [(e.check, e.ok) for e in check(odd, draft)] == [("parse", False)]


def test_a_try_deep_inside_the_region_is_found() -> None:
    source = """
        import json
        def load(paths):
        #>    for path in paths:
        #>        with path.open() as f:
        #>            # read it
        #>            data = json.load(f)
        #>            print(data)
        """
    replacement = """
            for path in paths:
                with path.open() as f:
                    # read it
                    try:
                        data = json.load(f)
                    except json.JSONDecodeError:
                        continue
                    print(data)
        """
    file, draft = case(source, replacement, sites={"json.load(f)": [DECODE]})
    assert all(e.ok for e in check(file, draft))


def test_two_guards_and_an_else_are_taken_out_again() -> None:
    source = """
        import json
        def load(text):
        #>    a = json.loads(text)
        #>    b = json.loads(text)
        #>    print(a, b)
        """
    replacement = """
            try:
                a = json.loads(text)
            except json.JSONDecodeError:
                return 1
            try:
                b = json.loads(text)
            except json.JSONDecodeError:
                return 2
            else:
                print(a, b)
        """
    assert verdict(source, replacement, ("json.JSONDecodeError", "json.JSONDecodeError")) == ("", "")


def test_a_file_that_is_nested_too_deeply_is_refused_not_crashed_on() -> None:
    file, draft = case(LOAD, GUARD.format(handler="data = {}"), sites={"json.loads(text)": [DECODE]})
    deep = SourceFile("a.py", file.text + "x = " + "(" * 3000 + ")" * 3000 + "\n")
    assert [(e.check, e.ok) for e in check(deep, draft)] == [("parse", False)]
    deep = SourceFile("a.py", file.text + "x = " + "-" * 100_000 + "1\n")
    assert [(e.check, e.ok) for e in check(deep, draft)] == [("parse", False)]


@given(st.text(alphabet=" \n\t\r:()'\"#\\;=trydaexcpjson.0\x0c", max_size=80))
def test_arbitrary_replacements_never_pass_nor_crash(text: str) -> None:
    file, draft = case(LOAD, GUARD.format(handler="data = {}"), sites={"json.loads(text)": [DECODE]})
    assert not all(e.ok for e in check(file, replace(draft, replacement=text)))
