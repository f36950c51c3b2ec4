"""A repository with a policy on its base and AI code on a branch, and the file that stands in for a forge."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.command import ENVIRON

ENFORCE = '[ai]\nmode = "enforce"\nscan = false\n'
BASE_CODE = "".join(f"old_{number} = {number}\n" for number in range(20))
AI_CODE = "def double(x):\n    return 2 * x\n\n\ndef triple(x):\n    return 3 * x\n"
CLAUDE = "Co-Authored-By: Claude <noreply@anthropic.com>"


@dataclass(frozen=True)
class Stage:
    """The repository in ``path``; the topic branch is checked out."""

    path: Path

    def git(self, *arguments: str, who: str = "alice", env: dict[str, str] | None = None) -> str:
        person = {"NAME": who.capitalize(), "EMAIL": f"{who}@corp.example"}
        names = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in person.items()}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env={**ENVIRON, **names, **(env or {})},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, message: str, files: dict[str, str], who: str = "alice", env: dict[str, str] | None = None) -> str:
        for name, text in files.items():
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message, who=who, env=env)
        return self.head

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def reviews(self, **facts: Any) -> str:
        """Write the file; by default carol has approved the head that alice pushed. Its path."""
        file = self.path.parent / "reviews.json"
        file.write_text(json.dumps(told(**{"head": self.head} | facts)))
        return str(file)


def told(head: str, **facts: Any) -> dict[str, Any]:
    return {
        "schema": 1,
        "head": head,
        "author": "alice",
        "accounts": [person(login) for login in ("alice", "carol", "dave")],
        "pushes": [{"by": "alice", "after": head}],
        "reviews": [{"by": "carol", "said": "approved", "commit": head}],
    } | facts


def person(login: str, **facts: Any) -> dict[str, Any]:
    return {"login": login, "emails": [f"{login}@corp.example"], "permission": "write"} | facts


def stage(folder: Path, policy: str = ENFORCE, files: dict[str, str] | None = None) -> Stage:
    """With the policy and some old code on ``main``."""
    path = folder / "repo"
    path.mkdir()
    made = Stage(path)
    made.git("init", "--quiet", "--initial-branch=main")
    made.commit("Begin", {".reviewbot.toml": policy, "old.py": BASE_CODE, **(files or {})})
    made.git("checkout", "--quiet", "-b", "topic")
    return made


def with_ai(folder: Path, policy: str = ENFORCE, files: dict[str, str] | None = None) -> Stage:
    """And a commit by Claude on ``topic``."""
    made = stage(folder, policy, files)
    made.commit(f"Add arithmetic\n\n{CLAUDE}", {"new.py": AI_CODE})
    return made
