"""pyproject.toml, constraints.txt, Makefile and .ci/run agree with each other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
PINS = [
    Requirement(line.strip())
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith((" ", "#"))
]
WANTED = [Requirement(r) for r in (*PROJECT["dependencies"], *EXTRAS["local"], *EXTRAS["dev"])]


@pytest.mark.parametrize("wanted", WANTED, ids=lambda r: r.name)
def test_every_dependency_is_pinned_within_its_bounds(wanted: Requirement) -> None:
    pins = [pin for pin in PINS if canonicalize_name(pin.name) == canonicalize_name(wanted.name)]
    assert pins, f"{wanted.name} is not in constraints.txt: make lock"
    for pin in pins:
        (exact,) = pin.specifier
        assert exact.operator == "=="
        assert wanted.specifier.contains(exact.version), f"{pin} is out of bounds: make lock"


def test_the_base_install_is_light() -> None:
    heavy = {"torch", "transformers", "vllm", "xllamacpp", "accelerate", "gguf"}
    assert not heavy & {Requirement(r).name for r in PROJECT["dependencies"]}
    assert {Requirement(r).name for r in EXTRAS["transformers"]} == {"transformers", "torch", "gguf", "accelerate"}
    assert [Requirement(r).name for r in EXTRAS["local"]] == ["xllamacpp"]
    assert [Requirement(r).name for r in EXTRAS["vllm"]] == ["vllm"]


def test_ci_runs_what_developers_run() -> None:
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r"^make (\w+)", text, re.MULTILINE) == ["check", "test"]
    assert "set -euo pipefail" in text
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """make, as if no other make had started the tests."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)


def test_make_alone_lists_the_targets() -> None:
    done = make()
    assert done.returncode == 0, done.stderr
    for target in ("demo", "test", "check", "bench"):
        assert re.search(rf"^  make {target} +\S", done.stdout, re.MULTILINE), done.stdout


def test_every_installation_obeys_the_constraints() -> None:
    recipes = [line for line in (ROOT / "Makefile").read_text().splitlines() if "pip install" in line]
    assert recipes
    assert all("--constraint constraints.txt" in line or "'uv>=" in line for line in recipes), recipes


@pytest.mark.parametrize(
    ("python", "words"),
    [
        ("/nonexistent/python3", "No Python 3.11 or newer was found"),
        ("OLD", "No Python 3.11 or newer was found"),
        ("NO_VENV", "cannot make virtual environments"),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(python: str, words: str, tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exit {int(python == "OLD")}\nexit 1\n')
    program.chmod(0o755)
    named = python if python.startswith("/") else str(program)
    done = make("install", f"PYTHON={named}", f"VENV={tmp_path / 'venv'}")
    assert done.returncode == 2
    told = [line for line in done.stderr.splitlines() if not line.startswith("make: ")]
    assert len(told) == 1 and words in told[0], done.stderr


def test_the_versions_that_matter_are_the_ones_installed() -> None:
    pins = {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in PINS}
    assert pins["semgrep"] == "1.182.0", "with a loose resolution pip falls back to semgrep 1.79"
    shown = subprocess.run([sys.executable, "-m", "pip", "show", "semgrep"], capture_output=True, text=True)
    assert f"Version: {pins['semgrep']}" in shown.stdout
