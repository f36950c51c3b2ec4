"""Faults that are handled: every statement form, run for real in the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from reviewbot.domain.draft import Shape
from reviewbot.domain.site import Failure
from reviewbot.domain.suggestion import ProofLevel

from .drafting import DECODE, MISSING, NO_KEY, NOT_NUMBER, case
from .drafting_sandbox import proof

HTTP = Failure("requests.HTTPError", "the server says no", "docs", "py.unhandled.http", ("requests.RequestException",))
SOMEWHERE = Failure("nowhere.api.Gone", "it is gone", "docs", "py.unhandled.gone", ("nowhere.api.Failed", "OSError"))
DECODING = Failure("UnicodeDecodeError", "it is no text", "docs", "py.unhandled.decode", ("UnicodeError", "ValueError"))
PROCESS = Failure("subprocess.CalledProcessError", "it fails", "docs", "py.unhandled.process", ())

CASES: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "assign": (
        """
        import json
        def load(path):
        #>    data = json.load(open(path))
            return data
        """,
        """
            try:
                data = json.load(open(path))
            except (FileNotFoundError, json.JSONDecodeError):
                data = {}
        """,
        {"sites": {"json.load(open(path))": [DECODE], "open(path)": [MISSING]}},
        "the code goes on",
    ),
    "return": (
        """
        import json
        def load(text):
        #>    return json.loads(text)
        """,
        """
            try:
                return json.loads(text)
            except json.JSONDecodeError:
                return None
        """,
        {"sites": {"json.loads(text)": [DECODE]}, "shape": Shape.RETURN},
        "it returns",
    ),
    "log and return": (
        """
        import json
        import logging
        logger = logging.getLogger(__name__)
        class Store:
            def load(self):
        #>        self.data, self.size = json.load(self.file), 1
                return self.data
        """,
        """
                try:
                    self.data, self.size = json.load(self.file), 1
                except json.JSONDecodeError:
                    logger.exception("cannot read %s", self.file)
                    return None
        """,
        {"sites": {"json.load(self.file)": [DECODE]}, "shape": Shape.LOG_RETURN},
        "it returns",
    ),
    "domain error of this file": (
        """
        class ConfigError(Exception):
            pass
        class Missing(ConfigError):
            pass
        def port(settings):
        #>    value = int(settings["port"])
            return value
        """,
        """
            try:
                value = int(settings["port"])
            except KeyError as exc:
                raise Missing("no port") from exc
            except ValueError as exc:
                raise ConfigError(f"not a port: {exc}") from exc
        """,
        {
            "sites": {'int(settings["port"])': [NOT_NUMBER], 'settings["port"]': [NO_KEY]},
            "shape": Shape.RERAISE,
            "catches": ("KeyError", "ValueError"),
        },
        "Missing is raised from it",
    ),
    "domain error of another module": (
        """
        from app.errors import ConfigError
        def port(text):
        #>    return int(text)
        """,
        """
            try:
                return int(text)
            except ValueError as exc:
                raise ConfigError("not a port", text=text) from exc
        """,
        {"sites": {"int(text)": [NOT_NUMBER]}, "shape": Shape.RERAISE},
        "ConfigError is raised from it",
    ),
    "exit": (
        """
        import json
        import sys
        def main():
        #>    data = json.load(sys.stdin)
            print(data)
        """,
        """
            try:
                data = json.load(sys.stdin)
            except json.JSONDecodeError as exc:
                sys.exit(f"not JSON: {exc}")
        """,
        {"sites": {"json.load(sys.stdin)": [DECODE]}, "shape": Shape.EXIT},
        "the program exits with a message",
    ),
    "continue": (
        """
        def total(rows):
            found = []
            for row in rows:
                name, text = row
        #>        number = int(text)
                found.append(number)
            return found
        """,
        """
                try:
                    number = int(text)
                except ValueError:
                    print("skipped")
                    continue
        """,
        {"sites": {"int(text)": [NOT_NUMBER]}, "shape": Shape.CONTINUE},
        "the next item is processed",
    ),
    "behind a condition": (
        """
        def timeout(data, default):
            value = default
        #>    if "timeout" in data and not data.get("off"):
        #>        value = int(data["timeout"])
            return value
        """,
        """
            try:
                if "timeout" in data and not data.get("off"):
                    value = int(data["timeout"])
            except ValueError:
                value = default
        """,
        {"sites": {'int(data["timeout"])': [NOT_NUMBER]}},
        "the code goes on",
    ),
    "inside a with that stays outside": (
        """
        import json
        def load(path):
            data = {}
        #>    with open(path) as f:
        #>        for k, v in json.load(f).items():
        #>            data[k] = v
            return data
        """,
        """
            with open(path) as f:
                try:
                    for k, v in json.load(f).items():
                        data[k] = v
                except json.JSONDecodeError:
                    print("not JSON")
        """,
        {"sites": {"json.load(f)": [DECODE]}},
        "the code goes on",
    ),
    "await": (
        """
        import asyncio
        async def fetch(session, url):
            async with session.get(url) as response:
        #>        body = await asyncio.wait_for(response.json(), 5)
                async for line in response:
                    print(line, body)
        """,
        """
                try:
                    body = await asyncio.wait_for(response.json(), 5)
                except TimeoutError:
                    body = None
        """,
        {"sites": {"asyncio.wait_for(response.json(), 5)": [Failure("TimeoutError", "", "", "r", ("OSError",))]}},
        "the code goes on",
    ),
    "async with and async for in the region": (
        """
        async def fetch(session, url):
        #>    async with session.get(url) as response:
        #>        pages = [page async for page, _ in response if page]
            return pages
        """,
        """
            try:
                async with session.get(url) as response:
                    pages = [page async for page, _ in response if page]
            except TimeoutError:
                pages = []
        """,
        {"sites": {"session.get(url)": [Failure("TimeoutError", "", "", "r", ("OSError",))]}},
        "the code goes on",
    ),
    "yield": (
        """
        def numbers(lines):
            for line in lines:
        #>        yield int(line)
        """,
        """
                try:
                    yield int(line)
                except ValueError:
                    continue
        """,
        {"sites": {"int(line)": [NOT_NUMBER]}, "shape": Shape.CONTINUE},
        "the next item is processed",
    ),
    "yield in an async function": (
        """
        async def numbers(lines):
            async for line in lines:
        #>        yield int(await line.text())
        """,
        """
                try:
                    yield int(await line.text())
                except ValueError:
                    print("no number")
        """,
        {"sites": {"int(await line.text())": [NOT_NUMBER]}},
        "the code goes on",
    ),
    "nonlocal, walrus and a closure": (
        """
        def outer(lines):
            total = 0
            def add(text):
                nonlocal total
        #>        if (n := int(text)) > 1:
        #>            total += sum(i * n for i in range(3))
                return total
            return [add(line) for line in lines]
        """,
        """
                try:
                    if (n := int(text)) > 1:
                        total += sum(i * n for i in range(3))
                except ValueError:
                    print("no number")
        """,
        {"sites": {"int(text)": [NOT_NUMBER]}},
        "the code goes on",
    ),
    "super and self": (
        """
        class Child(Base):
            def value(self):
        #>        number = int(super().value()) + self.offset
                return number
        """,
        """
                try:
                    number = int(super().value()) + self.offset
                except ValueError:
                    number = self.offset
        """,
        {"sites": {"int(super().value())": [NOT_NUMBER]}},
        "the code goes on",
    ),
    "class level": (
        """
        import os
        class Settings:
        #>    port: int = int(os.environ["PORT"])
            host = "localhost"
        """,
        """
            try:
                port: int = int(os.environ["PORT"])
            except KeyError:
                port = 80
        """,
        {"sites": {'os.environ["PORT"]': [NO_KEY]}},
        "the code goes on",
    ),
    "module level": (
        """
        import json
        import sys
        #>data = json.load(open("config.json"))
        #>if "timeout" in data:
        #>    timeout = int(data["timeout"])
        """,
        """
        try:
            data = json.load(open("config.json"))
            if "timeout" in data:
                timeout = int(data["timeout"])
        except (FileNotFoundError, json.JSONDecodeError, ValueError) as error:
            sys.exit(f"config.json: {error}")
        """,
        {
            "sites": {
                'json.load(open("config.json"))': [DECODE],
                'open("config.json")': [MISSING],
                'int(data["timeout"])': [NOT_NUMBER],
            },
            "shape": Shape.EXIT,
            "catches": ("FileNotFoundError", "json.JSONDecodeError", "ValueError"),
        },
        "the program exits with a message",
    ),
    "text, comprehensions and unpacking": (
        """
        def parse(rows, path):
        #>    table = {k: int(v) for k, (v, *_) in rows.items()}
        #>    names = ", ".join(sorted(rows)) + f"{path!r:>10}" + "%s" % path
        #>    first, *rest = rows
            return table, names, first, rest
        """,
        """
            try:
                table = {k: int(v) for k, (v, *_) in rows.items()}
            except ValueError:
                table = {}
            names = ", ".join(sorted(rows)) + f"{path!r:>10}" + "%s" % path
            first, *rest = rows
        """,
        {"sites": {"int(v)": [NOT_NUMBER]}},
        "the code goes on",
    ),
    "a class that is installed here": (
        """
        import requests
        def get(url):
        #>    requests.get(url).raise_for_status()
        """,
        """
            try:
                requests.get(url).raise_for_status()
            except requests.HTTPError:
                print("no")
        """,
        {"sites": {"requests.get(url).raise_for_status()": [HTTP]}},
        "the code goes on",
    ),
    "a class without a constructor": (
        """
        from pydantic import ValidationError
        def read(model, text):
        #>    return model.validate(text)
        """,
        """
            try:
                return model.validate(text)
            except ValidationError:
                return None
        """,
        {
            "sites": {"model.validate(text)": [Failure("pydantic.ValidationError", "", "", "r", ("ValueError",))]},
            "shape": Shape.RETURN,
        },
        "it returns",
    ),
    "a class that is not installed, by its ancestor": (
        """
        import nowhere.api
        def get(key):
        #>    return nowhere.api.get(key)
        """,
        """
            try:
                return nowhere.api.get(key)
            except nowhere.api.Failed:
                return None
        """,
        {
            "sites": {"nowhere.api.get(key)": [SOMEWHERE]},
            "shape": Shape.RETURN,
            "catches": ("nowhere.api.Failed",),
        },
        "it returns",
    ),
    "constructors that want arguments": (
        """
        import subprocess
        def version(path):
        #>    text = subprocess.run([path], check=True).stdout.decode()
            return text
        """,
        """
            try:
                text = subprocess.run([path], check=True).stdout.decode()
            except subprocess.CalledProcessError as exc:
                text = f"exit status {exc.returncode}"
            except UnicodeDecodeError as exc:
                text = exc.reason
        """,
        {
            "sites": {
                "subprocess.run([path], check=True).stdout.decode()": [DECODING],
                "subprocess.run([path], check=True)": [PROCESS],
            },
            "catches": ("subprocess.CalledProcessError", "UnicodeDecodeError"),
        },
        "the code goes on",
    ),
    "del of a key": (
        """
        def drop(table, key):
        #>    del table[key]
        """,
        """
            try:
                del table[key]
            except KeyError:
                print("was gone")
        """,
        {"sites": {"table[key]": [NO_KEY]}},
        "the code goes on",
    ),
    "import in the region, and tabs": (
        """
        def load(path):
        #>\timport json
        #>\tdata = json.load(path)
        \treturn data
        """,
        """
        \timport json
        \ttry:
        \t\tdata = json.load(path)
        \texcept json.JSONDecodeError:
        \t\tdata = None
        """,
        {"sites": {"json.load(path)": [DECODE]}},
        "the code goes on",
    ),
    "while loop on what the region reads": (
        """
        def chunks(f):
            out = []
        #>    while chunk := f.read(10):
        #>        out.append(int(chunk))
            return out
        """,
        """
            try:
                while chunk := f.read(10):
                    out.append(int(chunk))
            except ValueError:
                return []
        """,
        {"sites": {"int(chunk)": [NOT_NUMBER]}, "shape": Shape.RETURN},
        "it returns",
    ),
    "an iterator without items in some worlds": (
        """
        def first(rows, others):
        #>    return len(rows) == 1 and next(iter(rows)) or next(others)
        """,
        """
            try:
                return len(rows) == 1 and next(iter(rows)) or next(others)
            except StopIteration:
                return None
        """,
        {
            "sites": {
                "next(iter(rows))": [Failure("StopIteration", "", "", "r")],
                "next(others)": [Failure("StopIteration", "", "", "r")],
            },
            "shape": Shape.RETURN,
        },
        "it returns",
    ),
    "text that must be real, a generator that is run through": (
        """
        def parse(text, thing, lines):
        #>    red = int(text[0:2], 16) + int(text[2:4], 16) + ord(text)
        #>    found = getattr(thing, text), ",".join(str(int(line)) for line in lines)
        #>    if text.read() != lines:
        #>        raise LookupError("changed")
            return red, found
        """,
        """
            try:
                red = int(text[0:2], 16) + int(text[2:4], 16) + ord(text)
                found = getattr(thing, text), ",".join(str(int(line)) for line in lines)
                if text.read() != lines:
                    raise LookupError("changed")
            except ValueError:
                return None
        """,
        {
            "sites": {
                "int(text[0:2], 16)": [NOT_NUMBER],
                "int(text[2:4], 16)": [NOT_NUMBER],
                "int(line)": [NOT_NUMBER],
            },
            "shape": Shape.RETURN,
        },
        "it returns",
    ),
    "a region that always raises": (
        """
        def refuse(given):
        #>    raise LookupError(f"unexpected {int(given)}")
        """,
        """
            try:
                raise LookupError(f"unexpected {int(given)}")
            except ValueError as exc:
                raise LookupError("unexpected") from exc
        """,
        {"sites": {"int(given)": [NOT_NUMBER]}, "shape": Shape.RERAISE},
        "LookupError is raised from it",
    ),
    "match": (
        """
        def read(value):
        #>    match value:
        #>        case {"n": n}:
        #>            number = 1
        #>        case _:
        #>            number = int(value)
            return number
        """,
        """
            try:
                match value:
                    case {"n": n}:
                        number = 1
                    case _:
                        number = int(value)
            except ValueError:
                number = 0
        """,
        {"sites": {"int(value)": [NOT_NUMBER]}},
        "the code goes on",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_fault_escapes_before_and_is_handled_after(name: str) -> None:
    source, replacement, how, words = CASES[name]
    file, draft = case(source, replacement, **how)
    evidence = proof(file, draft)
    assert [e for e in evidence if not e.ok] == []
    assert [e.check for e in evidence] == [
        "parse",
        "minimal",
        "handlers",
        "names",
        *("fault" for _ in draft.exceptions),
        "same",
    ]
    faults = [e for e in evidence if e.check == "fault"]
    assert [e.detail.split(":")[0] for e in faults] == list(draft.exceptions)
    assert faults[0].detail.endswith(words)
    assert {e.level for e in faults} == {ProofLevel.REGION}
    assert all(e.seconds > 0 for e in evidence)
