"""The run over tiny repositories: the real bot once, and a stand-in for it where the run itself is looked at."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks.guards import histories_run
from benchmarks.guards.histories import Histories, History, Repository, dump
from benchmarks.guards.histories_collect import collect_all
from benchmarks.guards.histories_run import learned, made_of, review_all, reviews, unseen
from tests.guards_bench.histories_repo import BARE, GUARDED, Clone

ARGUMENTS = ("--format", "json", "--max-suggestions", "0", "--model", "none", "--proof", "static")


@pytest.fixture
def found(tmp_path: Path) -> Histories:
    clone = Clone(tmp_path)
    clone.commit(app=BARE)
    clone.commit(app=GUARDED)
    return collect_all([Repository(clone.name, "nox", "HEAD")], tmp_path)


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the interpreter, which writes down that it was called and does what ``bot.sh`` ends with."""
    called = tmp_path / "called"
    program = tmp_path / "bot.sh"
    program.write_text(f'#!/bin/sh\necho "$@" >> {called}\nprintf %s \'{{"suggestions": [], "withheld": []}}\'\n')
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    return called


def test_the_real_bot_sees_the_code_before_the_guard(tmp_path: Path, found: Histories) -> None:
    folder = review_all(found.histories, tmp_path, ARGUMENTS, 2)
    ((history, told),) = reviews(found.histories, folder)
    assert history == found.histories[0]
    assert told["stats"]["changed_lines"] == BARE.count("\n") == history.lines


def test_each_is_reviewed_once(tmp_path: Path, found: Histories, bot: Path) -> None:
    for _ in range(2):
        folder = review_all(found.histories, tmp_path, ARGUMENTS, 1)
    assert len(bot.read_text().splitlines()) == 1
    assert bot.read_text().split()[:3] == ["-m", "reviewbot", "review"]
    assert [told for _, told in reviews(found.histories, folder)] == [{"suggestions": [], "withheld": []}]


def test_other_arguments_are_another_bot(tmp_path: Path, found: Histories, bot: Path) -> None:
    assert review_all(found.histories, tmp_path, (), 1) != review_all(found.histories, tmp_path, ("-v",), 1)
    assert len(bot.read_text().splitlines()) == 2


def test_other_rules_are_another_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bot").mkdir()
    monkeypatch.setattr(histories_run.reviewbot, "__file__", str(tmp_path / "bot/__init__.py"))
    monkeypatch.setattr(histories_run, "rules_dir", lambda: tmp_path / "rules")
    (tmp_path / "rules").mkdir()
    before = made_of(())
    assert made_of(()) == before
    (tmp_path / "rules/one.yaml").write_text("a: 1\n")
    changed = made_of(())
    (tmp_path / "rules/one.yaml").write_text("a: 2\n")
    assert len({before, changed, made_of(())}) == 3


def test_a_review_that_fails_is_told_left_out_and_done_again(
    tmp_path: Path, found: Histories, bot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = Path(sys.executable)
    well = program.read_text()
    program.write_text("#!/bin/sh\necho a sandbox is missing >&2\nexit 3\n")
    folder = review_all(found.histories, tmp_path, (), 1)
    assert list(reviews(found.histories, folder)) == []
    assert "acme+tool" in (said := capsys.readouterr().err) and "ended with 3: a sandbox is missing" in said
    program.write_text(well)
    assert len(list(reviews(found.histories, review_all(found.histories, tmp_path, (), 1)))) == 1


def test_a_commit_that_the_clone_lacks_is_told(
    tmp_path: Path, found: Histories, bot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = History(**{**vars(found.histories[0]), "parent": "1" * 40})
    assert list(reviews([lost], review_all([lost], tmp_path, (), 1))) == []
    assert "git read-tree failed" in capsys.readouterr().err
    assert not bot.exists()


def test_what_was_learned_from_is_left_out(tmp_path: Path, found: Histories) -> None:
    (tmp_path / "guards").mkdir()
    (tmp_path / "guards/field.json").write_text(json.dumps({"packages": ["Foo_Bar", "nox"]}))
    (tmp_path / "guards/weights.json").write_text("[1, 2]")
    assert learned(tmp_path) == {"foo-bar", "nox"}
    assert unseen(found, learned(tmp_path)) == ([], ["acme/tool"])
    assert unseen(found, {"another"}) == (list(found.histories), [])


@pytest.mark.parametrize(
    ("more", "asked"),
    [
        (["--list"], "json --max-suggestions 0 --model none"),
        (["--list", "--floor", "0.05"], "json --max-suggestions 0 --model none --min-confidence 0.05"),
        (["--list", "--model", "starter"], "json --max-suggestions 0 --model starter"),
    ],
)
def test_the_command(
    more: list[str],
    asked: str,
    tmp_path: Path,
    found: Histories,
    bot: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    dump(found, tmp_path / "data.json")
    monkeypatch.setattr(
        sys, "argv", ["histories_run", "--cache", str(tmp_path), "--data", str(tmp_path / "data.json"), *more]
    )
    histories_run.main()
    said = capsys.readouterr().out
    assert said.startswith("1 commits of 1 repositories, 1 guards, 6 changed lines, 0 guards suggested")
    assert "missed acme/tool@" in said and "| as set by default | 0.500 |" in said
    assert bot.read_text().split("head --format ")[1].strip() == asked
