"""The bare repositories: every commit, diff and number of a line comes from git itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C",
}
_QUOTED = {ord('"'): '\\"', ord("\\"): "\\\\", ord("\n"): "\\n"}


@dataclass(frozen=True)
class Entry:
    """A file with another mode than a plain file's: `120000` a symlink, `100755` a program."""

    mode: str
    data: bytes


Files = Mapping[str, "bytes | str | Entry | None"]
"""What a commit changes; None deletes the path."""


class Bare:
    """One bare repository."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self) -> None:
        self.path.mkdir(parents=True)
        self.git("init", "-q", "--bare", "-b", "main", "--template=")
        # As GitHub does: a commit that no branch holds any more can still be fetched by its id.
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")
        self.git("config", "http.receivepack", "false")

    def git(self, *arguments: str, stdin: bytes = b"") -> bytes:
        done = subprocess.run(
            ["git", "-C", str(self.path), *arguments], input=stdin, capture_output=True, env=ENVIRONMENT
        )
        if done.returncode:
            raise GitFailed(f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
        return done.stdout

    def commit(self, branch: str, files: Files, message: str, *, onto: str | None, when: int, author: str) -> str:
        """Commit `files` on top of `onto` (None: a root commit) and let `branch` point there."""
        head = message.encode()
        stream = [f"commit refs/heads/{branch}\ncommitter {author} <{author}@example.org> {when} +0000\n".encode()]
        stream.append(b"data %d\n%s\n" % (len(head), head))
        if onto is not None:
            stream.append(f"from {onto}\n".encode())
        for path, content in files.items():
            stream.append(_change(path, content))
        self.git("fast-import", "--quiet", "--force", stdin=b"".join(stream) + b"\n")
        return self.resolve(f"refs/heads/{branch}") or ""

    def resolve(self, revision: str) -> str | None:
        try:
            found = self.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        except GitFailed:
            return None
        return found.decode().strip()

    def set_ref(self, ref: str, sha: str) -> None:
        self.git("update-ref", ref, sha)

    def delete_ref(self, ref: str) -> None:
        self.git("update-ref", "-d", ref)

    def fetch_from(self, other: Bare, sha: str, ref: str) -> None:
        """Take `sha` over from another repository, under the name `ref`."""
        if other.path == self.path:
            self.set_ref(ref, sha)
        else:
            self.git("fetch", "-q", "--no-tags", str(other.path), f"+{sha}:{ref}")

    def merge_base(self, one: str, other: str) -> str:
        try:
            return self.git("merge-base", one, other).decode().strip()
        except GitFailed:
            return one

    def commits(self, base: str, head: str) -> list[str]:
        """Ids of the commits of a pull request, oldest first."""
        return self.git("rev-list", "--reverse", f"{base}..{head}").decode().split()

    def read(self, sha: str, path: str) -> bytes | None:
        try:
            return self.git("cat-file", "blob", f"{sha}:{path}")
        except GitFailed:
            return None


class GitFailed(Exception):
    """git refused."""


def _change(path: str, content: bytes | str | Entry | None) -> bytes:
    name = f'"{path.translate(_QUOTED)}"'.encode("utf-8", "surrogateescape")
    if content is None:
        return b"D %s\n" % name
    entry = content if isinstance(content, Entry) else Entry("100644", _bytes(content))
    return b"M %s inline %s\ndata %d\n%s\n" % (entry.mode.encode(), name, len(entry.data), entry.data)


def _bytes(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content
