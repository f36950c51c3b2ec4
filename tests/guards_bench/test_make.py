"""From a package to a change that took guards away."""

from __future__ import annotations

import ast
import json
import subprocess
from pathlib import Path

import pytest

from benchmarks.guards.make import MAX_SITES, Site, cases, lay_out, make_case, make_cases, package_name, read_wheel
from tests.guards_bench.package import GUARDED, module, wheel

FILES = {"pkg/a.py": module(5, 4), "pkg/b.py": module(3, 9, "KeyError"), "pkg/data.py": "x = 1\n"}


def test_a_quarter_of_the_guards_is_gone_and_nothing_else() -> None:
    case = make_case("pkg", FILES)
    assert len(case.sites) == 2
    assert len(case.changed) == 2 + 3 * 2
    for path, text in case.head.items():
        here = [s for s in case.sites if s.path == path]
        assert text.count("try:") == FILES[path].count("try:") - len(here)
        ast.parse(text)
        ast.parse(case.base[path])


def test_a_site_is_where_the_guard_was() -> None:
    case = make_case("pkg", {**FILES, "pkg/a.py": module(32, 40)})
    assert sum(site.path == "pkg/a.py" for site in case.sites) > 5
    for site in case.sites:
        lines = case.head[site.path].split("\n")
        assert lines[site.start - 1 : site.end] == ["    rows = json.loads(path)"]
        assert site.exceptions == (("ValueError",) if site.path == "pkg/a.py" else ("KeyError",))
        assert site.action == "Assign" and site.function.startswith("read")
        assert site.handler == f"    except {site.exceptions[0]}:\n        rows = None"
        original = (module(32, 40) if site.path == "pkg/a.py" else FILES[site.path]).split("\n")
        assert original[site.try_lines[0] - 1 : site.try_lines[1]] == ["        rows = json.loads(path)"]


def test_changed_lines_are_the_bodies_that_differ() -> None:
    case = make_case("pkg", FILES)
    for path, first, last in case.changed:
        head = case.head[path].split("\n")
        assert head[first - 2].startswith("def ")
        assert "NotImplementedError" not in "\n".join(head[first - 1 : last])
    for path, text in case.base.items():
        changed = [c for c in case.changed if c[0] == path]
        assert text.count("raise NotImplementedError") == len(changed)
    assert all(
        any(p == s.path and a <= s.start and s.end <= b for p, a, b in case.changed) for s in case.sites
    )  # fmt: skip


def test_the_choice_is_the_same_on_every_run_and_another_for_another_name() -> None:
    case = make_case("pkg", FILES)
    assert make_case("pkg", dict(reversed(FILES.items()))).sites == case.sites
    assert any(make_case(name, FILES).sites != case.sites for name in ("a", "b", "c"))


def test_cases_of_a_package_share_no_function() -> None:
    found = list(make_cases("pkg", FILES, 4))
    sites = [(s.path, s.function) for case in found for s in case.sites]
    assert len(sites) == len(set(sites)) == 8
    assert found[0] == make_case("pkg", FILES)
    assert not list(make_cases("pkg", FILES, 5))[4].sites


def test_a_large_package_has_no_more_than_sixty() -> None:
    assert len(make_case("pkg", {f"pkg/a{n}.py": module(10, 2) for n in range(30)}).sites) == MAX_SITES


ONE = GUARDED.format(0, "ValueError")
LEFT_OUT = [
    (
        "two guards",
        "import json\n" + ONE.replace("    return rows", "    try:\n        f()\n    except A:\n        pass"),
    ),
    ("an inner function", "import json\n" + ONE.replace("    rows = []", "    def g(): pass")),
    ("tabs", "import json\n" + ONE.replace("    ", "\t")),
    ("a form feed", "import json\n\f\n" + ONE),
    ("too long", "import json\n" + ONE.replace("    rows = []", "    rows = []\n" * 130)),
    ("no Python", "def (\n" + ONE),
    ("the import would be left without a use", "import json\nimport a\n" + GUARDED.format(0, "a.Gone")),
    ("on one line", "def f(x): return x()\n"),
]


@pytest.mark.parametrize("text", [c[1] for c in LEFT_OUT], ids=[c[0] for c in LEFT_OUT])
def test_what_is_left_out(text: str) -> None:
    assert make_case("pkg", {"pkg/a.py": text}).sites == ()


def test_an_import_that_stays_in_use() -> None:
    text = "import json\nimport a\n\na.start()\n\n\n" + GUARDED.format(0, "a.Gone")
    assert make_case("pkg", {"pkg/a.py": text}).sites[0].exceptions == ("a.Gone",)


def test_a_package_without_guards() -> None:
    case = make_case("pkg", {"pkg/a.py": module(0, 9)})
    assert (case.sites, case.changed, case.head) == ((), (), case.base)


def test_a_wheel_is_read_as_far_as_it_is_the_packages_own(tmp_path: Path) -> None:
    files = {
        "pkg/a.py": "x = 1\r\ny = 2\r", "pkg/b.pyi": "x: int\n", "pkg/tests/c.py": "", "pkg/_vendor/d.py": "",
        "pkg/test_e.py": "", "../f.py": "", "pkg/g.py": b"\xff", "pkg-1.0.dist-info/METADATA": "Name: pkg\n",
    }  # fmt: skip
    found = wheel(tmp_path, "pkg_name", files)
    assert read_wheel(found) == {"pkg/a.py": "x = 1\ny = 2\n"}
    assert package_name(found) == "pkg_name"


def test_a_case_is_laid_out_as_a_repository(tmp_path: Path) -> None:
    (case,) = cases([wheel(tmp_path, "pkg", FILES)])
    root = lay_out(case, tmp_path / "out")
    assert lay_out(case, tmp_path / "out") == root  # again, over what was there

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout

    for path in FILES:
        assert git("show", f"base:{path}") == case.base[path]
        assert git("show", f"head:{path}") == case.head[path]
    added = [line for line in git("diff", "-U0", "base", "head").split("\n") if line.startswith("+ ")]
    assert len(added) == sum(b - a + 1 for _, a, b in case.changed)
    truth = json.loads((tmp_path / "out" / "pkg.truth.json").read_text("utf-8"))
    assert [
        Site(**{**s, "exceptions": tuple(s["exceptions"]), "try_lines": tuple(s["try_lines"])}) for s in truth["sites"]
    ] == list(case.sites)
    assert [(c["path"], c["start"], c["end"]) for c in truth["changed"]] == list(case.changed)
