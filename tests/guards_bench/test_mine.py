"""How the field is counted, and from whom."""

from __future__ import annotations

import ast
import hashlib
import json
from pathlib import Path

import pytest

from benchmarks.guards.mine import DEVELOPMENT, Table, learnable, may_learn, read_package, table, usable, write
from reviewbot.languages.python.weighing.digest import Digest, digest
from reviewbot.languages.python.weighing.field import Field, load_field
from tests.guards_bench.package import wheel


def first_digit(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[0]


def test_names_are_compared_in_one_spelling() -> None:
    for name in ("foo-bar", "a", "pip", "ruamel-yaml", "zope-interface", "x-y-z"):
        spelled = (name, name.upper(), name.replace("-", "_"), name.replace("-", "."), name.replace("-", "__"))
        assert {may_learn(one) for one in spelled} == {first_digit(name) in "0123456789ab"}


def test_three_quarters_of_all_names_may_be_learned_from() -> None:
    names = [f"package{n}" for n in range(2_000)]
    found = [name for name in names if may_learn(name)]
    assert all(first_digit(name) in "0123456789ab" for name in found)
    assert all(first_digit(name) in "cdef" for name in set(names) - set(found))
    assert 0.7 < len(found) / len(names) < 0.8


def test_what_is_scored_is_never_learned_from() -> None:
    assert len(DEVELOPMENT) == 12
    assert not any(may_learn(name) or may_learn(name.replace("-", "_").upper()) for name in DEVELOPMENT)
    assert any(first_digit(name) in "0123456789ab" for name in DEVELOPMENT)  # else the list would be of no use


def digests(*texts: str) -> list[Digest]:
    return [digest(ast.parse(text)) for text in texts]


GUARD = "try:\n    {0}()\nexcept {1}:\n    pass\n"


def guard(name: str, exception: str = "KeyError") -> str:
    return GUARD.format(name, exception)


def test_counts_of_a_package() -> None:
    found = table(digests(guard("a") + "a()\nb()\n", guard("a", "OSError") + guard("c")))
    assert {key: dict(caught) for key, caught in found.guards.items()} == {
        "a": {"KeyError": 1, "OSError": 1, "*": 2},
        "c": {"KeyError": 1, "*": 1},
    }
    assert found.bare == {"a": 1, "b": 1}
    assert found.everywhere == {"KeyError": 2, "OSError": 1}
    assert found.packages == {"a": 1, "c": 1}


def test_a_package_is_added_and_taken_away_again() -> None:
    one, other = table(digests(guard("a") + "a()\n")), table(digests(guard("a") * 2 + guard("b", "OSError")))
    total = Table()
    total.add(one)
    total.add(other)
    assert total.guards["a"] == {"KeyError": 3, "*": 3} and total.packages == {"a": 2, "b": 1}
    total.add(other, -1)
    assert usable(total) == usable(one)
    assert +total.bare == one.bare and +total.everywhere == one.everywhere and +total.packages == one.packages
    assert {key: +caught for key, caught in total.guards.items() if +caught} == one.guards


def summed(*packages: str) -> Field:
    total = Table()
    for text in packages:
        total.add(table(digests(text)))
    return usable(total)


def test_what_one_package_alone_says_is_left_out() -> None:
    assert summed(guard("a") * 9).guards == {}
    assert summed(guard("a"), guard("a")).guards == {}  # two guards are too few
    assert summed(guard("a") * 2, guard("a")).guards == {"a": {"*": 3, "KeyError": 3}}
    assert summed(guard("a") * 2 + "a()\nz()\n", guard("a")).bare == {"a": 1}


def test_what_was_caught_once_is_left_out_beside_much_else() -> None:
    many = "".join(guard("a", e) for e in ("A", "B", "C", "D"))
    assert summed(many + guard("a", "A"), guard("a", "E")).guards == {"a": {"*": 6, "A": 2}}
    assert summed(guard("a", "A") * 2, guard("a", "B")).guards == {"a": {"*": 3, "A": 2, "B": 1}}


def test_rare_exceptions_are_left_out() -> None:
    assert summed(guard("a") * 3 + guard("a", "OSError") * 4, guard("b")).everywhere == {"KeyError": 4, "OSError": 4}
    assert summed(guard("a") * 3, guard("a", "OSError")).everywhere == {}


def test_what_is_written_is_read_again_and_the_same_every_time(tmp_path: Path) -> None:
    found = summed(guard("b") * 4 + "b()\n", guard("b") + guard("a") * 3, guard("a"))
    write(found, ["zeta", "alpha"], tmp_path / "guards" / "field.json")
    text = (tmp_path / "guards" / "field.json").read_text("utf-8")
    assert load_field(tmp_path / "guards" / "field.json") == found
    assert json.loads(text)["packages"] == ["alpha", "zeta"]
    assert text.index('"a":') < text.index('"b":') and '\n  "b": ' in text
    other = summed(guard("a"), guard("a") * 3 + guard("b"), guard("b") * 4 + "b()\n")
    write(other, ["alpha", "zeta"], tmp_path / "again.json")
    assert (tmp_path / "again.json").read_text("utf-8") == text


def test_wheels_that_may_be_learned_from_small_ones_first(tmp_path: Path) -> None:
    names = [f"package{n}" for n in range(10, 22)]
    for size, name in enumerate(reversed(names)):
        wheel(tmp_path, name, {f"{name}/a.py": "x" * size})
    wheel(tmp_path, "tornado", {"tornado/a.py": ""})
    (tmp_path / "notes.txt").write_text("x", "utf-8")
    found = [path.name.split("-")[0] for path in learnable(tmp_path)]
    assert found == [name for name in reversed(names) if may_learn(name)]
    assert 0 < len(found) < len(names)


@pytest.mark.parametrize(("lines", "read"), [(400_000, True), (400_001, False)])
def test_a_package_too_large_to_be_typical_says_nothing(tmp_path: Path, lines: int, read: bool) -> None:
    found = read_package(wheel(tmp_path, "big", {"big/a.py": "\n" * (lines - 1), "big/b.py": "\n"}))
    assert bool(found) is read
