"""The bare repositories: every commit, diff and number of a line comes from git itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C",
}
WEB_FLOW = "GitHub <noreply@github.com>"
"""As whom GitHub commits what is done in its pages."""
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
        self.git("config", "gc.auto", "0")
        # As GitHub does: a commit that no branch holds any more can still be fetched by its id.
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")
        self.git("config", "transfer.hideRefs", "refs/keep")
        self.git("config", "receive.hideRefs", "refs/pull")

    def git(self, *arguments: str, stdin: bytes = b"") -> bytes:
        done = subprocess.run(
            ["git", "-C", str(self.path), *arguments], input=stdin, capture_output=True, env=ENVIRONMENT
        )
        if done.returncode:
            raise GitFailed(f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
        return done.stdout

    def commit(
        self,
        branch: str,
        files: Files,
        message: str,
        *,
        onto: str | None,
        when: int,
        author: str,
        committer: str | None = None,
    ) -> str:
        """Commit `files` on top of `onto` (None: a root commit) and let `branch` point there.

        Args:
            author: a login. committer: a name and an address; by default the author.
        """
        head, by = message.encode(), _identity(author)
        told = f"author {by} {when} +0000\ncommitter {committer or by} {when} +0000"
        stream = [f"commit refs/heads/{branch}\n{told}\n".encode()]
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

    def branches(self) -> dict[str, str]:
        """The head of each branch."""
        lines = self.git("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads").decode().splitlines()
        return {ref.removeprefix("refs/heads/"): sha for sha, ref in (line.split(" ", 1) for line in lines)}

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

    def holds(self, sha: str, other: str) -> bool:
        """Whether `other` is `sha` or a commit before it."""
        try:
            self.git("merge-base", "--is-ancestor", other, sha)
        except GitFailed:
            return False
        return True

    def merge(
        self,
        ours: str,
        theirs: str,
        message: str,
        *,
        author: str,
        when: int,
        squash: bool = False,
        committer: str | None = None,
    ) -> str:
        """A commit on `ours` with the changes of `theirs`; its second parent too, unless squashed.

        Raises:
            GitFailed: they are in conflict.
        """
        tree = self.git("merge-tree", "--write-tree", ours, theirs).decode().split("\n")[0]
        parents = (ours,) if squash else (ours, theirs)
        return self._commit_tree(tree, parents, message, author, when, committer=committer)

    def replay(self, commits: Iterable[str], onto: str, when: int) -> str:
        """The commits once more, one after another on top of `onto`; the last. Merges are left out.

        Raises:
            GitFailed: one is in conflict.
        """
        for sha in commits:
            parents, author, message = self.git("show", "-s", "--format=%P%n%an%n%B", sha).decode().split("\n", 2)
            if " " in parents:
                continue
            # git before 2.40 takes no `--merge-base`: a commit is made whose merge base with `sha` is the right one.
            ours = self._commit_tree(
                self.git("rev-parse", f"{onto}^{{tree}}").decode().strip(), (parents,), "", author, when
            )
            tree = self.git("merge-tree", "--write-tree", ours, sha).decode().split("\n")[0]
            onto = self._commit_tree(tree, (onto,), message.rstrip("\n"), author, when)
        return onto

    def _commit_tree(
        self, tree: str, parents: tuple[str, ...], message: str, author: str, when: int, *, committer: str | None = None
    ) -> str:
        by = _identity(author)
        told = f"author {by} {when} +0000\ncommitter {committer or by} {when} +0000"
        head = "".join(f"parent {parent}\n" for parent in parents)
        text = f"tree {tree}\n{head}{told}\n\n{message}\n"
        return self.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=text.encode()).decode().strip()

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


def _identity(login: str) -> str:
    return f"{login} <{login}@example.org>"


def _change(path: str, content: bytes | str | Entry | None) -> bytes:
    name = f'"{path.translate(_QUOTED)}"'.encode("utf-8", "surrogateescape")
    if content is None:
        return b"D %s\n" % name
    entry = content if isinstance(content, Entry) else Entry("100644", _bytes(content))
    return b"M %s inline %s\ndata %d\n%s\n" % (entry.mode.encode(), name, len(entry.data), entry.data)


def _bytes(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content
