import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.site import Site, Span
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.protocol import Found
from reviewbot.languages.python.finding.detect import find_sites
from reviewbot.languages.python.reading.knowledge import Knowledge

EVERYTHING = [LineRange(1, 100_000)]


def find(text: str, knowledge: Knowledge, changed: list[LineRange] | None = None) -> Found:
    return find_sites(SourceFile("app.py", text), EVERYTHING if changed is None else changed, knowledge)


def sites(text: str, knowledge: Knowledge, changed: list[LineRange] | None = None) -> tuple[Site, ...]:
    found = find(text, knowledge, changed)
    assert found.withheld == ()
    return found.sites


THREE = "a = int(input())\nb = int(\n    input()\n)\nc = int(input())\n"


@pytest.mark.parametrize(
    ("changed", "lines"),
    [
        ([], []),
        ([LineRange(1, 1)], [1]),
        ([LineRange(2, 2)], [2]),
        ([LineRange(4, 4)], [2]),
        ([LineRange(3, 5)], [2, 5]),
        ([LineRange(5, 5), LineRange(1, 1)], [1, 5]),
        ([LineRange(6, 9)], []),
        ([LineRange(1, 2), LineRange(2, 4)], [1, 2]),
    ],
)
def test_only_changed_lines(knowledge: Knowledge, changed: list[LineRange], lines: list[int]) -> None:
    assert [site.span.line for site in sites(THREE, knowledge, changed)] == lines


def test_columns_are_characters(knowledge: Knowledge) -> None:
    text = 'ü = "äöü€"; n = int(input("größe"))\n'
    (site,) = sites(text, knowledge)
    assert site.span == Span(1, 16, 1, 35)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("tail", ["", "\f", "# \v \x85 \u2028 x"])
def test_lines_are_those_of_git(knowledge: Knowledge, end: str, tail: str) -> None:
    text = end.join([f"x = 1{tail}", '"""a', 'b"""', "n = int(input())"])
    (site,) = sites(text, knowledge)
    assert site.span.line == 4
    assert text.split("\n")[3][site.span.column : site.span.end_column] == "int(input())"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = 1\rn = int(input())\n", "carriage returns"),
        ("x = (\n", "does not parse"),
        ("print 'python 2'\n", "does not parse"),
        ("x = 1\n  y = 2\n", "does not parse"),
        ("x = '\0'\n", "does not parse"),
        ("x = " + "(" * 300 + ")" * 300, "does not parse"),
        ("x = '\ud800'\n", "does not parse"),
        ("x = " + "-" * 100_000 + "1\n", "does not parse"),
        ("x = a" + ".b" * 20_000 + "\n", "does not parse"),
    ],
)
def test_what_cannot_be_read_is_withheld_once(knowledge: Knowledge, text: str, says: str) -> None:
    found = find(text, knowledge, [LineRange(3, 9)])
    assert found.sites == ()
    (withheld,) = found.withheld
    assert (withheld.path, withheld.line) == ("app.py", 3)
    assert withheld.reason.startswith("the file ")
    assert says in withheld.reason


def test_a_generated_file_gives_nothing(knowledge: Knowledge) -> None:
    assert find("# @generated\nn = int(input())\n", knowledge) == Found()


@pytest.mark.parametrize(
    "text",
    [
        "x = a" + ".b" * 900 + "\nn = int(x)\n",
        "n = int(" + "1 + " * 900 + "x)\n",
        "n = int(" + "x or " * 900 + "x)\n",
        "if a:\n    raise A\n" + "elif b:\n    raise A\n" * 900 + "n = int(input())\n",
        "x0 = input()\n" + "".join(f"x{i + 1} = x{i}\n" for i in range(400)) + "n = int(x400)\n",
        "".join(f"def f{i}():\n    return f{i + 1}()\n" for i in range(300)) + "def f300():\n    return int(input())\n",
        "x = y\ny = x\nn = int(x)\nself.a = self.a\n",
        "class A(A):\n    def f(self):\n        return self.get(int(self.x))\n",
        "def f(x: 'f'): return x.read_text()\nint(f(1))\n",
        "def f():\n    global n\n    n = int(n)\nf()\n",
        "".join(f"assert x{i}\n" for i in range(3000)) + "n = int(input())\n",
        "".join(f"if a{j}:\n    x{i} = x{i + 1}\n" for i in range(12) for j in range(16)) + "n = int(x0.y)\n",
        "".join(f"if a{j}:\n    x{i} = f(x{i + 1}, x{i + 1})\n" for i in range(12) for j in range(16)) + "int(x0)\n",
        "".join(f"Err{i} = ({f'Err{i + 1}, ' * 4000})\n" for i in range(2))
        + "try:\n    int(x)\nexcept Err0:\n    pass\n",
        f"if x{'.b' * 600}.isdigit():\n    int(x{'.b' * 600})\n",
        "Err = (Err,)\ntry:\n    int(x)\nexcept Err:\n    pass\n",
        "if " + "a and " * 50_000 + "a:\n" + "    int(a)\n" * 200,
    ],
)
def test_chains_without_end_end(knowledge: Knowledge, text: str) -> None:
    assert len(find(text, knowledge).withheld) <= 1


def test_what_a_warning_says_about_a_string_does_not_matter(knowledge: Knowledge) -> None:
    assert len(sites("x = '\\d'\nn = int(input()) if 1 is 1 else 0\n", knowledge)) == 1
