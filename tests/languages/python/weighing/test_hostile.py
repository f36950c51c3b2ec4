"""Code that wants to crash a review or to hold it up, in a repository with a manner."""

# ruff: noqa: E501 - the sources of the cases are long strings
from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.domain.change import LineRange
from tests.languages.python.detect.test_hostile import SIMPLE, programs, split

from .kit import MANNER, look

LOADS = "import json\n\n\ndef load(text):\n    return json.loads(text)\n"


def body(*lines: str) -> str:
    return "import json\n\n\ndef load(text):\n" + "".join(f"    {line}\n" for line in lines)


def nested(many: int, line: str) -> str:
    return body(*(f"{' ' * n}if text:" for n in range(many)), f"{' ' * many}{line}")


HOSTILE = {
    "a chain of attributes": body("return text" + ".a" * 10_000),
    "a chain of attributes that parses": body("return text" + ".a" * 900),
    "a chain of calls": body("return text" + ".a()" * 300),
    "a chain as a target": body("text" + ".a" * 900 + " = json.loads(text)"),
    "a chain of subscripts": body("return text" + "['a']" * 900),
    "brackets": body("return " + "(" * 150 + "json.loads(text)" + ")" * 150),
    "too many brackets": body("return " + "[" * 5_000 + "]" * 5_000),
    "calls in calls": body("return " + "json.loads(" * 90 + "text" + ")" * 90),
    "signs": body("return " + "-" * 5_000 + "int(text)"),
    "a long sum": body("return " + " + ".join(["int(text)"] * 200)),
    "a very long sum": body("return " + " + ".join(["int(text)"] * 20_000)),
    "blocks in blocks": nested(90, "return json.loads(text)"),
    "too many blocks": nested(120, "return json.loads(text)"),
    "functions in functions": "".join(f"{' ' * n}def f{n}(text):\n" for n in range(90))
    + " " * 90
    + "return int(text)\n",
    "classes in classes": "".join(f"{' ' * n}class A{n}:\n" for n in range(60))
    + " " * 60
    + "def f(self):\n"
    + " " * 61
    + "return int(self)\n",
    "an annotation without end": f"def f(x) -> {'list[' * 150 + 'int' + ']' * 150}:\n    return int(x)\n",
    "other alphabets": "import json\n\n\ndef größe(текст, 名前=None):\n    𝐱 = json.loads(текст)['ключ']  # может fail 🐍\n    return 𝐱[名前]\n",
    "surrogates in escapes": body("'\\ud800 may fail'", "return json.loads(text)['\\udfff']"),
    "surrogates in the text": LOADS + "# \ud800\n",
    "a null": LOADS + "# \0\n",
    "lone carriage returns": LOADS.replace("\n", "\r"),
    "form feeds": LOADS.replace("    return", "\f    return"),
    "tabs": LOADS.replace("    ", "\t"),
    "a comment of number signs": LOADS.rstrip() + "  " + "#" * 50_000 + "\n",
    "a docstring of conditions": body("'''" + "if None " * 20_000 + "'''", "return json.loads(text)"),
    "a long name": LOADS.replace("load(", "_" * 20_000 + "get_(", 1),
    "many names": body(*(f"x{n} = {n}" for n in range(3_000)), "return json.loads(text)"),
    "a line without end": body("return json.loads(text), " + ", ".join(map(str, range(20_000)))),
    "a dictionary without end": body(
        "x = {", *(f"    'k{n}': {n}," for n in range(5_000)), "}", "return json.loads(text)"
    ),
    "100,000 lines": LOADS + "".join(f"x{n} = {n % 7}\n" for n in range(100_000)),
    "100,000 comments": body("# may fail " * 3, *["# the rest"] * 100_000, "return json.loads(text)"),
    "classes in a circle": "class A(B): pass\nclass B(A): pass\n" + LOADS,
    "handlers without end": body(
        "try:", "    return json.loads(text)", *(f"except E{n}:\n        pass" for n in range(1_000))
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_neither_crashes_nor_hangs(name: str) -> None:
    text = HOSTILE[name]
    began = time.process_time()
    found = look(text, MANNER)
    assert time.process_time() - began < 30, name
    lines = text.split("\n")
    for site in found.sites:
        assert site.failures and 0 < site.confidence <= 1 and "\n" not in site.why
        assert site.span.end_column <= len(lines[site.span.end_line - 1])


def test_a_hostile_file_beside_the_one_that_is_reviewed_changes_nothing() -> None:
    plain = {path: text.replace("json.loads(text)", "f(text)") for path, text in MANNER.items()}
    others = {
        f"pkg/bad{n}.py": text.encode(errors="surrogatepass")
        for n, text in enumerate(HOSTILE.values())
        if len(text) < 5_000
    }
    assert [s.span for s in look(LOADS, {**plain, **others}).sites] == [s.span for s in look(LOADS, plain).sites]


def grown(many: int) -> dict[str, str]:
    """Files that grow in one way only."""
    guard = "    try:\n        return int(x)\n    except ValueError:\n        return None\n"
    return {
        "functions": "".join(f"def f{n}(text):\n    x = int(text)\n{guard}" for n in range(many)),
        "statements": "def f(text):\n" + "".join(f"    x{n} = int(text)\n" for n in range(many)),
        "methods": "class A:\n" + "".join(f"  def f{n}(self):\n    x = int(self.a)\n{guard}" for n in range(many)),
        "classes": "".join(f"class E{n}(E{n + 1}): pass\n" for n in range(many)) + "def f(text):\n    raise int(text)\n",
    }  # fmt: skip


@pytest.mark.parametrize("way", grown(1))
def test_four_times_the_code_takes_some_four_times_as_long(way: str) -> None:
    """Where each of a thousand statements looked at all others it would be sixteen times."""

    def seconds(many: int) -> float:
        text, found = grown(many)[way], []
        for _ in range(2):
            began = time.process_time()
            look(text, MANNER)
            found.append(time.process_time() - began)
        return min(found)

    seconds(20)
    assert seconds(120) < 9 * max(seconds(30), 0.02)


def test_a_change_in_thousands_of_pieces() -> None:
    text = "def f(text):\n" + "".join(f"    x{n} = {n}\n" for n in range(6_000))
    began = time.process_time()
    look(text, MANNER, [LineRange(n, n) for n in range(1, 6_000, 2)])
    assert time.process_time() - began < 8


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.recursive(st.sampled_from(split(SIMPLE)), programs, max_leaves=12), max_size=4).map("\n".join))
def test_no_program_crashes_it(text: str) -> None:
    found = look(text, MANNER)
    for site in found.sites:
        assert site.failures and 0 < site.confidence <= 1
        assert site.span.end_line <= text.count("\n") + 1
