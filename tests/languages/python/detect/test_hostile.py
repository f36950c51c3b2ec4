"""No input crashes detection: random text, random words of Python, and random programs that do parse."""

import ast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.protocol import Found
from reviewbot.languages.python.finding.detect import find_sites
from reviewbot.languages.python.reading.knowledge import Knowledge

WORDS = """
import json|import json as j|from os import environ as e|x|y|=|:=|int(|json.load(|open(|)|(|[|]|'k'|environ['A']|e['A']
for|in|if|else|try:|except|ValueError|finally:|with|as|def f(|):|lambda:|class A:|return|yield|await|async|match|case
while|not|and|or|:|.|,|*|**|self|x.isdigit()|raise|assert|del|global x|import *|ü|# reviewbot: ignore|\"\"\"|{|}|f'{|}'
"""
SPACES = ["\n", "\n    ", "\n        ", "\r", "\t", "\f", "\\\n"]

SIMPLE = """
n = int(x)|x = input()|d = json.load(open(x))|return d['k']['l']|import json|from json import load as x|import os
if not x.isdigit(): return|assert x in d|x, (y, *d) = x|del x|raise ValueError|yield int(x)|global x|x: int = int(x)
d = {int(k): v for k, v in x if k in d}|n = x if x.isdigit() else int(x)|with open(x) as x: pass|x = y.x|y = x|A().f()
n = (x := input()) and int(x)|f(lambda: int(x))|x += int(x)|self.x = open(x)|f(x)|self.f(x)|n = os.environ[x]
"""

COMPOUND = [
    "if x:\n{0}\nelif x.isdigit():\n{1}\nelse:\n{2}",
    "if x not in d:\n{0}",
    "while x:\n{0}\nelse:\n{1}",
    "for x in d:\n{0}",
    "for x, (y, *d) in enumerate(x):\n{0}",
    "with suppress(ValueError), open(x) as x:\n{0}",
    "def f(x, d=None, *y, **k):\n{0}",
    "class A(A):\n def f(self, x: 'A', d: A | None):\n{0}\n{1}",
    "async def f(x):\n async with x as d:\n{0}",
    "try:\n{0}\nexcept ValueError:\n{1}\nexcept (KeyError, A) as x:\n{2}\nelse:\n{0}\nfinally:\n{1}",
    "try:\n{0}\nexcept* OSError as x:\n{1}",
    "match x:\n case {{'k': x, **d}}:\n{0}\n case [x, *d] if x:\n{1}\n case _:\n{2}",
]


def split(table: str) -> list[str]:
    return [word for line in table.strip().split("\n") for word in line.split("|")]


def indent(text: str) -> str:
    return "\n".join("  " + line for line in text.split("\n"))


def programs(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    blocks = st.lists(inner, min_size=1, max_size=3).map("\n".join).map(indent)
    return st.builds(
        lambda head, one, two, three: head.format(one, two, three), st.sampled_from(COMPOUND), blocks, blocks, blocks
    )


def look(text: str, knowledge: Knowledge) -> Found:
    """What is found; every site's span is a place in the text, and its sentence is one line."""
    found = find_sites(SourceFile("app.py", text), [LineRange(1, 10_000)], knowledge)
    lines = text.split("\n")
    for site in found.sites:
        assert site.failures
        assert 0.0 < site.confidence <= 0.99
        assert "\n" not in site.why
        assert site.span.end_column <= len(lines[site.span.end_line - 1])
        assert lines[site.span.line - 1][site.span.column].strip()
    return found


fast = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


@fast
@given(st.text(max_size=200))
def test_no_text_crashes_it(knowledge: Knowledge, text: str) -> None:
    look(text, knowledge)


@fast
@given(st.lists(st.sampled_from(split(WORDS) + SPACES), max_size=40).map(" ".join))
def test_no_words_crash_it(knowledge: Knowledge, text: str) -> None:
    look(text, knowledge)


@fast
@given(st.lists(st.recursive(st.sampled_from(split(SIMPLE)), programs, max_leaves=12), max_size=4).map("\n".join))
def test_no_program_crashes_it(knowledge: Knowledge, text: str) -> None:
    try:
        ast.parse(text)
    except SyntaxError:
        assert look(text, knowledge).withheld
    else:
        assert not look(text, knowledge).withheld
