"""``reviewbot config`` as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from reviewbot.repo_config import FILE
from reviewbot.repo_config.schema import json_schema
from tests.cli.command import ENVIRON, reviewbot

GOOD = """[review]
exclude = ["tests/", "docs/"]
max_suggestions = 3
drafts = false
tone = "zh"

[ai]
mode = "enforce"

[[ai.paths]]
match = "auth/"
rule = "owner"

[[paths]]
match = "old/"
skip = true
kinds = ["fix"]
"""
BROKEN = "[review]\ntone = 'en'\nmax_sugestions = 3\n"


def test_what_is_fine_and_in_force(tmp_path: Path):
    (tmp_path / FILE).write_text(GOOD)
    done = reviewbot("config", "check", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        ".reviewbot.toml: fine. In force:",
        "  languages        as the operator says",
        "  include          none",
        "  exclude          tests/, docs/",
        "  max_suggestions  3",
        "  min_confidence   as the operator says",
        "  kinds            fix, test",
        "  drafts           false",
        "  skip_labels      none",
        "  force_labels     none",
        "  tone             zh",
        "  status           false",
        "  paths            old/: skip true; kinds fix",
        "  ai.mode          enforce",
        "  ai.strength      commit",
        "  ai.mixed         ai",
        "  ai.unknown       ignore",
        "  ai.reviewers     1",
        "  ai.disclosure    none",
        "  ai.scan          true",
        "  ai.override      none",
        "  ai.markers       none",
        "  ai.paths         auth/: rule owner",
    ]


def test_what_is_wrong(tmp_path: Path):
    (tmp_path / "other.toml").write_text(BROKEN)
    done = reviewbot("config", "check", "other.toml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    wrong = "other.toml:3: `max_sugestions` is no setting of [review]: did you mean `max_suggestions`?\n"
    assert done.stderr == wrong


def test_as_json(tmp_path: Path):
    (tmp_path / "good.toml").write_text(GOOD)
    (tmp_path / "bad.toml").write_text(BROKEN)
    good = reviewbot("config", "check", "good.toml", "--format", "json", cwd=tmp_path)
    bad = reviewbot("config", "check", "bad.toml", "--format", "json", cwd=tmp_path)
    assert (good.returncode, bad.returncode) == (0, 2)
    said = json.loads(good.stdout)
    assert (said["ok"], said["path"], said["config"]["max_suggestions"]) == (True, "good.toml", 3)
    assert said["config"]["paths"] == [{"match": "old/", "skip": True, "kinds": ["fix"]}]
    assert (said["config"]["ai"]["mode"], said["config"]["ai"]["paths"]) == (
        "enforce",
        [{"match": "auth/", "rule": "owner"}],
    )
    wrong = json.loads(bad.stdout)
    assert (wrong["ok"], wrong["path"], wrong["line"], bad.stderr) == (False, "bad.toml", 3, "")
    assert wrong["problem"].startswith("`max_sugestions` is no setting")


def test_standard_input(tmp_path: Path):
    command = [sys.executable, "-m", "reviewbot", "config", "check", "-"]
    for data, code, said in ((GOOD.encode(), 0, b"fine"), (b"[review]\n\xff", 2, b"standard input:2: ")):
        done = subprocess.run(command, cwd=tmp_path, env=ENVIRON, input=data, capture_output=True, timeout=60)
        assert done.returncode == code
        assert said in done.stdout + done.stderr


def test_a_file_that_is_not_there(tmp_path: Path):
    done = reviewbot("config", "check", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "reviewbot: .reviewbot.toml cannot be read (No such file or directory): name the file to check.\n"
    )


def test_a_hostile_file_steers_no_terminal(tmp_path: Path):
    (tmp_path / FILE).write_text('[review]\n"\\u001b[2J\\u202e" = 1\n')
    done = reviewbot("config", "check", cwd=tmp_path)
    assert done.returncode == 2
    assert "\x1b" not in done.stderr and "\u202e" not in done.stderr


def test_the_schema(tmp_path: Path):
    done = reviewbot("config", "schema", cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout)) == (0, json_schema())
