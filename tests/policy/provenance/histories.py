"""Repositories for tests of provenance: commits by anyone, notes, and histories made fast."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from reviewbot.domain.provenance import Origin
from reviewbot.policy.provenance import Facts, Traced, origins
from reviewbot.source.repository import Repository
from tests.source.gitrepo import ENV, GitRepo

CLAUDE = "Co-Authored-By: Claude Opus 4.5 <noreply@anthropic.com>"
SESSION = {
    "s_c9883b05a2487d": {
        "agent_id": {"tool": "cursor", "id": "6ef2299e", "model": "claude-sonnet-4-5"},
        "human_author": "dev@example.com",
    }
}
AI_KEY = "s_c9883b05a2487d::t_9f8e7d6c5b4a32"
HUMAN_KEY = "h_31dce776f88375"
HUMANS = {HUMAN_KEY: {"author": "Developer <dev@example.com>"}}


def note(attested: str, **more: object) -> str:
    """A log by the standard, with one AI session and one human."""
    metadata = {
        "schema_version": "authorship/3.0.0",
        "git_ai_version": "1.4.5",
        "base_commit_sha": "7734793b756b3921c88db5375a8c156e9532447b",
        "prompts": {},
        "humans": HUMANS,
        "sessions": SESSION,
        **more,
    }
    return f"{attested.rstrip()}\n---\n{json.dumps(metadata, indent=2)}\n"


class Project(GitRepo):
    """A repository with a commit ``base`` on ``main`` and a branch ``work`` that is checked out."""

    def __init__(self, path: Path, files: dict[str, str | bytes] | None = None) -> None:
        super().__init__(path)
        self.base = self.commit(files or {"README": "read me\n"}, "base")
        self.git("checkout", "-q", "-b", "work")

    def note(self, commit: str, text: str | bytes, ref: str = "ai") -> None:
        """Attach a note as git-ai does."""
        data = text.encode() if isinstance(text, str) else text
        command = ["git", "notes", f"--ref={ref}", "add", "-f", "-F", "-", commit]
        subprocess.run(command, cwd=self.path, env=ENV, input=data, check=True, capture_output=True)

    def traced(self, facts: Facts | None = None, base: str = "main", head: str = "HEAD") -> Traced:
        repository = Repository(self.path)
        return origins(repository, repository.change(base, head), facts or Facts())

    def kinds(self, path: str, facts: Facts | None = None) -> dict[int, str]:
        """Of each added line of a file, without problems allowed."""
        traced = self.traced(facts)
        assert traced.problems == ()
        return by_line(traced.origins, path)


def by_line(found: Sequence[Origin], path: str) -> dict[int, str]:
    return {
        line: one.kind.value for one in found if one.path == path for line in range(one.lines.start, one.lines.end + 1)
    }


def numbered(first: int, last: int, word: str = "line") -> str:
    """Lines of which no two are alike."""
    return "".join(f"{word} number {n} says {n * 7919 % 10007}\n" for n in range(first, last + 1))


def fast_import(path: Path, stream: bytes) -> None:
    """Make a bare repository from a stream of ``git fast-import``."""
    path.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "--bare"], cwd=path, env=ENV, check=True)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=path, env=ENV, input=stream, check=True)
