"""What all files say together."""

from __future__ import annotations

import pytest

from reviewbot.languages.python.weighing.repository import Repository

from .kit import MANNER, repository

FILES = {
    "pkg/__init__.py": "class Base(Exception):\n    pass\n",
    "pkg/a.py": """
        from json import loads
        class Gone(Base): pass
        class Shared(Gone): pass
        def read(text):
            try:
                return loads(text)
            except (ValueError, TypeError):
                return None
        def other(text):
            loads(text)
            try:
                self.save()
                a(); b(); c()
            except OSError:
                pass
    """,
    "pkg/sub/b.py": """
        import json
        class Shared(Base): pass
        class Reader:
            def read(self):
                try:
                    json.loads(self.text)
                    self.save()
                except ValueError:
                    raise Gone()
            def save(self):
                raise Gone('x')
    """,
}


@pytest.fixture
def found() -> Repository:
    return repository(FILES)


def test_guards_by_callee_of_small_ones_alone(found: Repository) -> None:
    assert {key: dict(caught) for key, caught in found.guards.items()} == {
        "json.loads": {"ValueError": 2, "TypeError": 1, "*": 2},
        ".loads": {"ValueError": 2, "TypeError": 1, "*": 2},
        "self.save": {"ValueError": 1, "*": 1},
        ".save": {"ValueError": 1, "*": 1},
        "@text": {"ValueError": 1, "*": 1},
    }


def test_bare_calls_are_added_up(found: Repository) -> None:
    assert found.bare["json.loads"] == found.bare[".loads"] == 1
    assert found.bare["Gone"] == 2 and found.bare["self.save"] == 0


def test_everywhere(found: Repository) -> None:
    assert found.everywhere == {"ValueError": 2, "TypeError": 1}
    assert found.caught == 3


def test_classes(found: Repository) -> None:
    assert found.classes["Shared"] == ("Gone",)  # of the first file
    assert found.classes["Base"] == ("Exception",)


def test_names_twins_and_folders(found: Repository) -> None:
    assert found.named == {"read": 2, "other": 1, "save": 1}
    assert found.twins == {"read": {"ValueError": 2, "TypeError": 1, "*": 2}}
    assert found.folder_rates == {"pkg": 1.0, "pkg/sub": 0.5}


def test_what_escapes(found: Repository) -> None:
    assert found.escapes == {"read": {"Gone": 0}, "save": {"Gone": 0}, "other": {"Gone": 1}}


@pytest.mark.parametrize(("guards", "has"), [(0, False), (7, False), (8, True)])
def test_eight_small_guards_are_a_manner(guards: int, has: bool) -> None:
    assert repository(dict(list(MANNER.items())[:guards])).has_manner is has


def test_large_guards_are_no_manner() -> None:
    large = "try:\n    a(); b(); c(); d()\nexcept KeyError:\n    pass\n"
    assert not repository({"a.py": large * 20}).has_manner


def test_the_order_of_files_does_not_matter(found: Repository) -> None:
    other = repository(dict(reversed(FILES.items())))
    assert (other.guards, other.classes, other.escapes, other.twins) == (
        found.guards, found.classes, found.escapes, found.twins
    )  # fmt: skip


def test_an_empty_repository_says_nothing() -> None:
    found = Repository({})
    assert not (found.guards or found.bare or found.escapes or found.twins or found.folder_rates or found.has_manner)
