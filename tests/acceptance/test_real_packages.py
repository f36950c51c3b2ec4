"""Packages that nobody here wrote, each file a change from empty: quiet, no crash, and every suggestion compiles."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source.gitrepo import GitRepo

NOISE = 10.0  # suggestions a thousand lines


def package_files(name: str) -> dict[str, str | bytes]:
    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.origin is not None, f"{name} is not installed: run make test"
    root = Path(spec.origin).parent
    return {f"{name}/{p.relative_to(root)}": p.read_bytes() for p in sorted(root.rglob("*.py"))}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["requests", "flask", "rich"])
def test_few_suggestions_and_all_compile(name: str, tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / name)
    base = repo.commit()
    files = package_files(name)
    repo.commit(files)
    command = [sys.executable, "-m", "reviewbot", "review", "--base", base, "--head", "HEAD", "--format", "json"]
    done = subprocess.run(
        [*command, "--model", "none", "--max-suggestions", "0"], cwd=repo.path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    review = json.loads(done.stdout)
    lines = sum(len(data.splitlines()) for data in files.values())
    assert review["stats"]["changed_lines"] >= 0.9 * lines
    assert len(review["suggestions"]) * 1000 / lines < NOISE
    for suggestion in review["suggestions"]:
        text = str(files[suggestion["path"]], "utf-8").splitlines(keepends=True)
        start, end = suggestion["start_line"] - 1, suggestion["end_line"]
        assert "".join(text[start:end]) == suggestion["original"]
        compile("".join([*text[:start], suggestion["replacement"], *text[end:]]), suggestion["path"], "exec")
