"""``reviewbot review``: which model, which exit code, what goes where; on a pipe and on a terminal."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reviewbot.cli.models import choose_model, open_or_fall_back, starter_wants
from reviewbot.cli.reviewing import exit_code
from reviewbot.domain.errors import ConfigError
from reviewbot.domain.suggestion import Suggestion
from reviewbot.model import starter
from reviewbot.settings import load_settings
from tests import builders
from tests.cli.command import on_a_terminal, reviewbot
from tests.source.gitrepo import GitRepo

QUICK = ("--model", "none", "--proof", "static")


@pytest.mark.parametrize(
    ("named", "wants", "spec", "note"),
    [
        (None, None, "starter", ""),
        (None, "reviewbot model fetch", "none", "run reviewbot model fetch, or"),
        (None, "pip install 'reviewbot[local]'", "none", "run pip install 'reviewbot[local]', or"),
        ("none", "reviewbot model fetch", "none", ""),
        ("none", None, "none", ""),
        ("starter", "reviewbot model fetch", "starter", ""),
        ("http://127.0.0.1:1/v1", None, "http://127.0.0.1:1/v1", ""),
    ],
)
def test_which_model(named: str | None, wants: str | None, spec: str, note: str) -> None:
    chosen, said = choose_model(named, wants)
    assert chosen == spec
    assert (said is None) == (note == "")
    assert note in (said or "")


def test_what_the_starter_model_wants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert starter_wants() == "reviewbot model fetch"
    file = starter.default_cache() / Path(starter.MEMBER).name
    file.parent.mkdir(parents=True)
    file.write_bytes(b"GGUF")
    assert starter_wants() is None
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert starter_wants() == "pip install 'reviewbot[local]'"


def test_a_model_that_cannot_be_used_now_is_noted_and_done_without(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(64))
    with open_or_fall_back(str(broken), load_settings({})) as (completer, note):
        assert completer is None
        assert note is not None and "analysis alone" in note and "broken.gguf" in note


def test_a_name_that_is_no_model_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match="names no model"), open_or_fall_back("nope", load_settings({})):
        pass


SURE, UNSURE = builders.suggestion(confidence=0.9), builders.suggestion(confidence=0.89)


@pytest.mark.parametrize(
    ("fail_on", "suggestions", "more", "code"),
    [
        ("never", (SURE,), 9, 0),
        ("any", (), 0, 0),
        ("any", (UNSURE,), 0, 1),
        ("any", (), 1, 1),
        ("high", (UNSURE,), 1, 0),
        ("high", (UNSURE, SURE), 0, 1),
        ("high", (), 0, 0),
    ],
)
def test_the_exit_code(fail_on: str, suggestions: tuple[Suggestion, ...], more: int, code: int) -> None:
    assert exit_code(builders.review(*suggestions, more=more), fail_on) == code


def test_what_is_withheld_fails_nothing() -> None:
    assert exit_code(builders.review(withheld=(builders.withheld(),)), "any") == 0


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    made = GitRepo(tmp_path / "r")
    made.commit({"app.py": "x = 1\n"})
    made.commit({"app.py": "x = 2\n"})
    return made


def test_in_a_pipe_there_is_the_result_and_nothing_else(repo: GitRepo) -> None:
    done = reviewbot("review", *QUICK, cwd=repo.path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Reviewing the last commit of HEAD, ")
    assert re.search(r"\nNothing to suggest; 1 changed line in 1 file, \d\.\d s\.\n\Z", done.stdout)
    assert "\x1b" not in done.stdout and "\r" not in done.stdout


def test_on_a_terminal_there_are_colours_and_progress_that_goes_away(repo: GitRepo) -> None:
    code, seen = on_a_terminal("review", *QUICK, cwd=repo.path)
    assert code == 0
    assert "\x1b[1m" in seen
    assert seen.index("\x1b[?25l") < seen.index("\x1b[?25h") < seen.index("Reviewing the last commit")
    code, plain = on_a_terminal("review", *QUICK, cwd=repo.path, NO_COLOR="1")
    assert "\x1b[31m" not in plain and "\x1b[32m" not in plain


@pytest.mark.parametrize("output", ["json", "sarif", "markdown"])
def test_no_progress_gets_into_a_document(repo: GitRepo, output: str) -> None:
    done = reviewbot("review", *QUICK, "--format", output, cwd=repo.path)
    assert (done.returncode, done.stderr) == (0, "")
    if output != "markdown":
        json.loads(done.stdout)


def test_what_was_reviewed_is_named_by_its_commits(repo: GitRepo) -> None:
    repo.write("app.py", "x = 3\n")
    done = reviewbot("review", *QUICK, "--format", "json", "--repo", str(repo.path), cwd=repo.path.parent)
    document = json.loads(done.stdout)
    assert document["base"] == repo.git("rev-parse", "HEAD")
    assert repo.git("cat-file", "blob", f"{document['head']}:app.py") == "x = 3"
    assert document["stats"]["changed_lines"] == 1


def test_where_no_model_is_set_up_the_review_says_so(repo: GitRepo, tmp_path: Path) -> None:
    done = reviewbot(
        *("review", "--proof", "static", "--format", "json"), cwd=repo.path, XDG_CACHE_HOME=str(tmp_path / "empty")
    )
    (note,) = [note for note in json.loads(done.stdout)["notes"] if note.startswith("No model is set up")]
    assert "reviewbot model fetch" in note


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--repo", "/"), 2, "/ is not a git repository: name one with --repo"),
        (("--repo", "/nowhere"), 2, "/nowhere"),
        (("--base", "nope"), 2, "There is no commit 'nope'"),
        (("--model", "nope"), 2, "'nope' names no model"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(repo: GitRepo, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = reviewbot("review", "--proof", "static", *arguments, cwd=repo.path)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.count("\n") == 1 and words in done.stderr


def test_a_sandbox_that_cannot_run_is_an_error_with_the_way_out(repo: GitRepo, tmp_path: Path) -> None:
    program = (
        "import reviewbot.verify.bubblewrap as b\n"
        "b._find_bwrap = lambda: '/bin/false'\n"
        "from reviewbot.cli import main\nmain(['review', '--model', 'none'])\n"
    )
    (tmp_path / "broken.py").write_text(program)
    done = subprocess.run([sys.executable, str(tmp_path / "broken.py")], cwd=repo.path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1 and "REVIEWBOT_PROOF=static" in done.stderr
