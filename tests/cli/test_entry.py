"""Ways out: exit codes, one sentence, never a traceback."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reviewbot import __version__, up
from reviewbot.cli.entry import INTERRUPTED, run
from reviewbot.domain import errors
from reviewbot.settings import Settings
from tests.cli.command import ENVIRON, reviewbot
from tests.source.gitrepo import GitRepo


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"reviewbot {__version__}\n"


COMMANDS = (
    ["review"],
    ["up"],
    ["serve"],
    ["worker"],
    ["model", "fetch"],
    ["model", "info"],
    ["model", "bench"],
    ["doctor"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_every_command_of_the_design_has_help(
    command: list[str], option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, option]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: reviewbot {' '.join(command)} ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["revew"], "Did you mean 'review'"),
        (["review", "--bsae", "x"], "--base"),
        (["review", "--format", "xml"], "'xml' is not one of 'text', 'markdown', 'json', 'sarif'"),
        (["review", "--max-suggestions", "-1"], "--max-suggestions"),
        (["review", "--min-confidence", "1.5"], "--min-confidence"),
        (["review", "--proof", "tests"], "'tests' is not one of"),
        (["review", "--fail-on", "low"], "'low' is not one of"),
        (["review", "extra"], "extra"),
        (["serve", "--port", "70000"], "--port"),
        (["model", "fetsh"], "Did you mean 'fetch'?"),
        (["doctor", "--repository", "no-slash"], "write owner/name"),
        (["model", "info", "--model", "none"], "name one with --model"),
        (["model", "info", "--model", "/nowhere"], "'/nowhere' names no model"),
    ],
    ids=lambda x: " ".join(x) if isinstance(x, list) else "",
)
def test_wrong_use_is_one_sentence_and_2(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1 and err.startswith("reviewbot: ") and words in err


@pytest.mark.parametrize("arguments", [[], ["model"]])
def test_no_command_shows_the_help_and_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert capsys.readouterr().err.startswith("Usage: reviewbot")


def _all_errors(kind: type[errors.ReviewbotError]) -> list[type[errors.ReviewbotError]]:
    return [kind, *(e for sub in kind.__subclasses__() for e in _all_errors(sub))]


@pytest.mark.parametrize("kind", _all_errors(errors.ReviewbotError), ids=lambda k: k.__name__)
def test_every_error_of_ours_is_one_sentence_and_its_code(
    kind: type[errors.ReviewbotError], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Settings) -> int:
        error = kind.__new__(kind)
        Exception.__init__(error, "It broke:\n\x1b[2Jmend it.")
        raise error

    monkeypatch.setattr(up, "worker", fail)
    assert run(["worker"]) == kind.exit_code
    assert kind.exit_code in (2, 3)
    assert capsys.readouterr().err == "reviewbot: It broke: \\x1b[2Jmend it.\n"


@pytest.mark.parametrize(
    ("arguments", "name", "port"),
    [
        (["serve", "--port", "0"], "serve", 0),
        (["serve"], "serve", 8080),
        (["up", "--port", "81"], "up", 81),
        (["worker"], "worker", 8080),
    ],
    ids=str,
)
def test_services_get_the_settings_and_give_the_exit_code(
    arguments: list[str], name: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[Settings] = []
    monkeypatch.setattr(up, name, lambda settings: got.append(settings) or 3)
    assert run(arguments) == 3
    assert [settings.port for settings in got] == [port]


def test_a_wrong_setting_is_one_sentence_and_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REVIEWBOT_PORT", "many")
    assert run(["serve"]) == 2
    assert capsys.readouterr().err.startswith("reviewbot: REVIEWBOT_PORT is wrong: ")


def test_what_nobody_foresaw_is_one_sentence_with_the_file_of_its_traceback(tmp_path: Path) -> None:
    program = (
        "import reviewbot.up, reviewbot.cli\n"
        "def broken(_): raise ZeroDivisionError('secret detail')\n"
        "reviewbot.up.worker = broken\n"
        "reviewbot.cli.main(['worker'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env={**ENVIRON, "TMPDIR": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 3
    told = re.fullmatch(r"reviewbot: Something unexpected .*\(ZeroDivisionError\); .* with (\S+)\.\n", done.stderr)
    assert told is not None, done.stderr
    assert "ZeroDivisionError: secret detail" in Path(told[1]).read_text()
    assert Path(told[1]).stat().st_mode & 0o077 == 0


def test_ctrl_c_is_quiet_and_130(tmp_path: Path) -> None:
    program = (
        "import os, signal, time, reviewbot.up, reviewbot.cli\n"
        "def slow(_): os.kill(os.getpid(), signal.SIGINT); time.sleep(60)\n"
        "reviewbot.up.worker = slow\n"
        "reviewbot.cli.main(['worker'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], env=ENVIRON, capture_output=True, text=True, timeout=30)
    assert done.returncode == INTERRUPTED == 128 + signal.SIGINT
    assert "Traceback" not in done.stderr and done.stdout == ""


def test_ctrl_c_while_loading_is_quiet_and_130() -> None:
    program = (
        "import sys, reviewbot.cli\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typer': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        "reviewbot.cli.main(['--help'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], env=ENVIRON, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_reader_who_goes_away_is_no_failure(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "r")
    repo.commit({"a.txt": "1\n"})
    repo.commit({"a.txt": "2\n"})
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "reviewbot", "review", "--model", "none", "--proof", "static"]
    try:
        done = subprocess.run(command, cwd=repo.path, env=ENVIRON, stdout=write, stderr=subprocess.PIPE, text=True)
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys, reviewbot.cli.entry as e\n"
        "code = e.run(['--help'])\n"
        "heavy = {'pydantic', 'sqlalchemy', 'celery', 'fastapi', 'libcst', 'httpx', 'rich', 'github', 'jsonschema'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], env=ENVIRON, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_terminal_without_unicode_is_no_failure(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "r")
    repo.commit({"a.py": "x = 1\n"})
    repo.commit({"ü\u4e2d.py": "x = (\n"})
    done = reviewbot(
        *("review", "--model", "none", "--proof", "static", "-v"),
        cwd=repo.path,
        PYTHONIOENCODING="ascii",
        LC_ALL="C",
        PYTHONUTF8="0",
    )
    assert done.returncode == 0, done.stderr
    assert "\\xfc\\u4e2d.py:1" in done.stdout
