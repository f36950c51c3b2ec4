"""The digests of a repository, each made once for its bytes."""

from __future__ import annotations

import threading

import pytest

from reviewbot.languages.python.weighing import survey
from reviewbot.languages.python.weighing.digest import Digest
from reviewbot.languages.python.weighing.survey import Surveys

from .kit import Files

GUARD = "try:\n    f()\nexcept KeyError:\n    pass\n"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths whose digests were made, in order."""
    paths: list[str] = []
    real = survey.read

    def read(path: str, data: bytes) -> Digest | None:
        paths.append(path)
        return real(path, data)

    monkeypatch.setattr(survey, "read", read)
    return paths


def test_a_digest_is_made_once_for_its_bytes(made: list[str]) -> None:
    surveys = Surveys()
    surveys.of(Files({"a.py": GUARD, "b.py": GUARD, "c.py": "x = 1\n"}))
    assert made == ["a.py", "c.py"]
    surveys.of(Files({"a.py": GUARD, "moved.py": GUARD, "c.py": "x = 2\n"}))
    assert made == ["a.py", "c.py", "c.py"]


def test_a_tree_is_surveyed_once(made: list[str]) -> None:
    surveys, tree = Surveys(), Files({"a.py": GUARD})
    assert surveys.of(tree) is surveys.of(tree)
    assert tree.reads == ["a.py"]
    assert surveys.of(Files({})) is not surveys.of(tree)


def test_each_path_has_its_digest() -> None:
    found = Surveys().of(Files({"a.py": GUARD, "b.py": GUARD, "pkg/c.py": ""})).digests
    assert sorted(found) == ["a.py", "b.py", "pkg/c.py"]
    assert len(found["a.py"].guards) == 1 and found["pkg/c.py"] == Digest()


SKIPPED = [
    ("tests/a.py", GUARD),
    ("test_a.py", GUARD),
    ("_vendor/a.py", GUARD),
    ("a.txt", GUARD),
    ("a.pyi", GUARD),
    ("a.py", "def ("),
    ("a.py", b"\xff\xfe"),
    ("a.py", b"x = 1\0\n"),
    ("a.py", "x = " + "(" * 300 + ")" * 300),
    ("a.py", "x = " + "-" * 5_000 + "1"),
    ("a.py", "x" + ".a" * 50_000),
    ("a.py", GUARD + "#" * (1 << 20)),
    ("a.py", b"# coding: punycode\n" + GUARD.encode()),
]


@pytest.mark.parametrize(("path", "text"), SKIPPED, ids=range(len(SKIPPED)))
def test_what_is_skipped(path: str, text: str | bytes) -> None:
    assert Surveys().of(Files({path: text, "ok.py": GUARD})).digests.keys() == {"ok.py"}


def test_a_file_that_is_gone_is_skipped() -> None:
    class Gone(Files):
        def read(self, path: str) -> bytes | None:
            return None

    assert Surveys().of(Gone({"a.py": GUARD})).digests == {}


def test_what_does_not_parse_is_not_parsed_again(made: list[str]) -> None:
    surveys = Surveys()
    surveys.of(Files({"a.py": "def ("}))
    surveys.of(Files({"a.py": "def (", "b.py": ""}))
    assert made == ["a.py", "b.py"]


def test_more_files_than_anyone_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "_MOST_FILES", 3)
    tree = Files({f"a{n}.py": GUARD for n in range(5)})
    assert len(Surveys().of(tree).digests) == 3
    assert len(tree.reads) == 3


def test_the_oldest_digests_are_forgotten(monkeypatch: pytest.MonkeyPatch, made: list[str]) -> None:
    monkeypatch.setattr(survey, "_KEPT", 2)
    surveys = Surveys()
    for path, text in (("a.py", "a"), ("b.py", "b"), ("a.py", "a"), ("c.py", "c"), ("a.py", "a"), ("b.py", "b")):
        surveys.of(Files({path: text}))
    assert made == ["a.py", "b.py", "c.py", "b.py"]


class Slow(Files):
    """Lets another thread in, if that can be, before its files are listed."""

    def __init__(self) -> None:
        super().__init__({f"a{n}.py": f"x = {n}\n" for n in range(5)})
        self.asked = 0
        self.second = threading.Event()

    def paths(self) -> tuple[str, ...]:
        self.asked += 1
        if self.asked > 1:
            self.second.set()
        self.second.wait(0.3)
        return super().paths()


def test_threads_share_one_survey() -> None:
    surveys, tree = Surveys(), Slow()
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(surveys.of(tree))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tree.asked == 1
    assert len(found) == 4 and len({id(one) for one in found}) == 1
