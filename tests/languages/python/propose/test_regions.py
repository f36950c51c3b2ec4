"""Which lines are guarded together: the smallest run of whole statements, never half of one."""

# ruff: noqa: E501 - a case a line
from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.languages.python.guarding.regions import regions
from tests.languages.python.propose.kit import marked, regions_of

CASES: list[tuple[str, str, list[tuple[int, int]]]] = [
    ("one line with two failures", "data = «json.load(«open('c')»)»\n", [(1, 1)]),
    ("inside if", "if x:\n    y = 1\n    t = «int(z)»\n", [(3, 3)]),
    ("with is never split", "with «open(p)» as f:\n    a = 1\n    d = «json.load(f)»\nb = 2\n", [(1, 3)]),
    ("only the header of with fails", "with «open(p)» as f:\n    a = f.read()\n", [(1, 2)]),
    ("only the body of with fails", "with lock:\n    a = 1\n    d = «json.loads(t)»\n", [(3, 3)]),
    ("async with", "async def f():\n    async with x(«int(t)») as y:\n        pass\n", [(2, 3)]),
    ("test of if", "if «int(x)» > 1:\n    y = 2\nz = 3\n", [(1, 2)]),
    ("elif belongs to its if", "if a:\n    b = 1\nelif «int(x)»:\n    c = 2\n", [(1, 4)]),
    ("body of elif", "if a:\n    b = 1\nelif b:\n    c = «int(x)»\n", [(4, 4)]),
    ("else", "if a:\n    b = 1\nelse:\n    c = «int(x)»\n", [(4, 4)]),
    ("if under else", "if a:\n    b = 1\nelse:\n    if «int(x)»:\n        c = 1\n", [(4, 5)]),
    ("header of while", "while «int(x)»:\n    pass\n", [(1, 2)]),
    ("iterable of for", "for a in «json.loads(t)»:\n    b(a)\n", [(1, 2)]),
    ("header and body of for are one", "for a in «json.loads(t)»:\n    b = «int(a)»\n", [(1, 2)]),
    ("subject of match", "match «int(x)»:\n    case 1:\n        pass\n", [(1, 3)]),
    ("guard of case", "match x:\n    case 1 if «int(y)»:\n        pass\n", [(1, 3)]),
    ("body of case", "match x:\n    case 1:\n        z = «int(y)»\n", [(3, 3)]),
    ("try body", "try:\n    z = «int(y)»\nfinally:\n    pass\n", [(2, 2)]),
    ("except body", "try:\n    pass\nexcept E:\n    z = «int(y)»\n", [(4, 4)]),
    ("semicolons share the line", "a = 1; b = «int(x)»; c = 2\n", [(1, 1)]),
    ("one-line if", "if x: y = «int(z)»\nw = 1\n", [(1, 1)]),
    ("one-line with", "with «open(p)» as f: d = f.read()\n", [(1, 1)]),
    ("one-line else", "if x: y = 1\nelse: y = «int(z)»\n", [(1, 2)]),
    ("one-line def", "def f(x): return «int(x)»\n", [(1, 1)]),
    ("comprehension", "def f(xs):\n    return [\n        «int(x)»\n        for x in xs\n    ]\n", [(2, 5)]),
    ("lambda", "f = lambda x: «int(x)»\n", [(1, 1)]),
    ("decorator", "@retry(«int(N)»)\ndef f():\n    pass\n", [(1, 3)]),
    ("default argument", "def f(x=«int(N)»):\n    pass\n", [(1, 2)]),
    ("class body", "class A:\n    x = «int(N)»\n", [(2, 2)]),
    ("nested function", "def f():\n    def g():\n        return «int(N)»\n    return g\n", [(3, 3)]),
    ("call over several lines", "d = «json.loads(\n    a,\n    b,\n)»\ne = 1\n", [(1, 4)]),
    ("backslash", "d = \\\n    «int(x)»\n", [(1, 2)]),
    ("apart though adjacent", "a = «int(x)»\nb = «int(y)»\n", [(1, 1), (2, 2)]),
    ("dependent neighbours", "f = «open(p)»\nd = «json.load(f)»\n", [(1, 2)]),
    ("three dependent", "f = «open(p)»\nd = «json.load(f)»\nn = «int(d)»\n", [(1, 3)]),
    ("dependent but not neighbours", "f = «open(p)»\nx = 1\nd = «json.load(f)»\n", [(1, 1), (3, 3)]),
    ("a compound binds no chain", "with «open(p)» as f:\n    d = f.read()\nn = «int(d)»\n", [(1, 2), (3, 3)]),
    ("a long chain is cut", "a = «open(\n" + "    p,\n" * 6 + ")»\nd = «json.load(a)»\n", [(1, 8), (9, 9)]),
    ("comments after the end of with", "with «open(p)» as f:\n    a = 1\n    # why\n\nb = 2\n", [(1, 3)]),
    ("comments of the next statement", "with «open(p)» as f:\n    a = 1\n# next\nb = 2\n", [(1, 2)]),
    ("walrus", "while (n := «int(x)»):\n    pass\n", [(1, 2)]),
    ("not ASCII before it", "ä = 'ü'; b = «int(x)»\n", [(1, 1)]),
    ("not ASCII inside", "b = «int('ü' + x)»\n", [(1, 1)]),
    ("form feed", "\x0cb = «int(x)»\n", [(1, 1)]),
    ("no line end", "b = «int(x)»", [(1, 1)]),
    ("carriage returns", "a = 1\r\nb = «int(x)»\r\n", [(2, 2)]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_regions(source: str, expected: list[tuple[int, int]]) -> None:
    file, found = regions_of(source)
    assert [(r.lines.start, r.lines.end) for r in found] == expected
    assert sum(len(r.sites) for r in found) == source.count("«")
    assert all(r.path == file.path for r in found)


def test_sites_are_in_the_order_in_which_they_run() -> None:
    _, (region,) = regions_of("data = «json.load(«open('c')»)»\n")
    assert [f.exception for f in region.failures] == ["FileNotFoundError", "json.JSONDecodeError"]


def test_a_site_of_another_version_of_the_file_has_no_region() -> None:
    _, sites = marked("a = 1\nb = 2\nc = «int(x)»\n")
    other, _ = marked("a = 1\n")
    assert regions(other, sites) == ()
    broken, _ = marked("def (:\n")
    assert regions(broken, sites) == ()
    assert regions(other, ()) == ()


_LINES = st.sampled_from(
    ["a = «int(b)»", "b = «open(a)»", "c = 1", "if a:\n    d = «int(c)»", "with «open(c)» as b:\n    a = «json.load(b)»",
     "for x in «json.loads(a)»:\n    «int(x)»", "d = 1; «int(d)»", "if c: «int(d)»", "# comment", ""]
)  # fmt: skip


@given(st.lists(_LINES, min_size=1, max_size=12))
def test_regions_never_overlap_and_hold_every_site(lines: list[str]) -> None:
    _, found = regions_of("\n".join(lines) + "\n")
    for before, after in pairwise(found):
        assert before.lines.end < after.lines.start
    assert all(region.lines.covers(site.span.lines) for region in found for site in region.sites)
    assert sum(len(region.sites) for region in found) == "\n".join(lines).count("«")
