"""What a merge queue made, on real repositories: exactly its pull requests, or a sentence that says why not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from reviewbot.gate.merge_group import unexplained
from reviewbot.source.repository import Repository
from tests.source.gitrepo import GitRepo

TEXT = "".join(f"line {number}\n" for number in range(1, 41))


def edited(*changes: tuple[int, str], text: str = TEXT) -> str:
    for number, to in changes:
        text = text.replace(f"line {number}\n", f"{to}\n")
    return text


class Queue(GitRepo):
    """A repository whose ``main`` has moved on since its pull requests were begun."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        start = self.commit({"app.py": TEXT, "other.py": "x = 1\n"})
        self.heads = [self.pull(start, (5, "five")), self.pull(start, (20, "twenty")), self.pull(start, (35, "last"))]
        self.git("checkout", "-q", "main")
        self.base = self.commit({"other.py": "x = 2\n"}, "main moved")

    def pull(self, start: str, *changes: tuple[int, str], name: str = "app.py") -> str:
        self.git("checkout", "-q", "--detach", start)
        self.commit({f"new_{changes[0][0]}.py": "first = 1\n"}, "one")
        return self.commit({name: edited(*changes, text=self.git("show", f"HEAD:{name}") + "\n")}, "two")

    def merged(self, *heads: str, how: str = "merge") -> str:
        self.git("checkout", "-q", "--detach", self.base)
        for head in heads:
            if how == "merge":
                self.git("merge", "-q", "--no-ff", "-m", "Merge", head)
            elif how == "squash":
                self.git("merge", "-q", "--squash", head)
                self.git("commit", "-q", "-m", "Squashed")
            else:
                self.git("cherry-pick", "--allow-empty", f"{self.git('merge-base', head, 'HEAD')}..{head}")
        return self.git("rev-parse", "HEAD")

    def pulls(self, *heads: str) -> list[tuple[int, str]]:
        return [(7 + at, head) for at, head in enumerate(heads)]

    def asked(self, head: str, *heads: str) -> str | None:
        return unexplained(Repository(self.path), self.base, head, self.pulls(*heads))


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Queue:
    return Queue(tmp_path_factory.mktemp("queue") / "r")


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
@pytest.mark.parametrize("count", [1, 3])
def test_its_pull_requests_and_nothing_else(queue: Queue, how: str, count: int) -> None:
    heads = queue.heads[:count]
    assert queue.asked(queue.merged(*heads, how=how), *heads) is None


def test_a_pull_request_that_is_up_to_date_and_is_forwarded(queue: Queue) -> None:
    queue.git("checkout", "-q", "--detach", queue.base)
    head = queue.commit({"forward.py": "y = 1\n"})
    assert queue.asked(head, head) is None


@pytest.mark.parametrize("how", ["merge", "squash"])
def test_a_pull_request_on_another_that_takes_a_line_of_it_back(queue: Queue, how: str) -> None:
    """A merge remembers that the second has seen the first; a squash does not, and keeps the line."""
    first = queue.pull(queue.base, (10, "ten"), (30, "thirty"))
    queue.git("checkout", "-q", "--detach", first)
    second = queue.commit({"app.py": edited((10, "ten")), "more.py": "z = 1\n"}, "on top")
    assert queue.asked(queue.merged(first, second, how=how), first, second) is None


@pytest.mark.parametrize("how", ["merge", "squash"])
def test_a_line_that_was_smuggled_in(queue: Queue, how: str) -> None:
    queue.merged(*queue.heads, how=how)
    queue.write("other.py", "x = 2\nimport os\n")
    queue.git("commit", "-q", "-a", "--amend", "--no-edit")
    reason = queue.asked(queue.git("rev-parse", "HEAD"), *queue.heads)
    assert reason is not None and "is not what git makes by merging #7, #8, #9 into" in reason


def test_a_mode_that_was_smuggled_in(queue: Queue) -> None:
    queue.merged(queue.heads[0])
    queue.git("update-index", "--chmod=+x", "other.py")
    queue.git("commit", "-q", "--amend", "--no-edit")
    assert queue.asked(queue.git("rev-parse", "HEAD"), queue.heads[0]) is not None
    queue.git("reset", "-q", "--hard")


def test_a_missing_and_an_extra_pull_request(queue: Queue) -> None:
    first, second, third = queue.heads
    assert queue.asked(queue.merged(first, second, third), first, third) is not None
    assert queue.asked(queue.merged(first, third), first, second, third) is not None
    assert queue.asked(queue.merged(first), second) is not None


def test_another_order_is_fine_where_it_makes_no_difference_and_only_there(queue: Queue) -> None:
    """It is the code that counts. A pull request that stands on another one and rewrites its line shows the order."""
    first, second, _ = queue.heads
    assert queue.asked(queue.merged(first, second), second, first) is None
    rewrites = queue.pull(queue.merged(first), (6, "six"))
    only = queue.pull(queue.base, (6, "SIX"))
    assert queue.asked(queue.merged(first, rewrites), rewrites, first) is None, "it brings the first one with it"
    assert queue.asked(queue.merged(first, rewrites), only, rewrites) is not None


def test_a_conflict_is_named(queue: Queue) -> None:
    clash = queue.pull(queue.git("merge-base", "main", queue.heads[0]), (5, "fünf"))
    reason = queue.asked(queue.merged(queue.heads[0]), queue.heads[0], clash)
    assert reason == "#8 conflicts with what it is merged into: rebase it, and queue it again."


def test_a_conflict_that_somebody_resolved_was_looked_at_by_nobody(queue: Queue) -> None:
    clash = queue.pull(queue.git("merge-base", "main", queue.heads[0]), (5, "fünf"))
    queue.merged(queue.heads[0])
    queue.git("merge", "-q", "-X", "theirs", "-m", "Merge", clash)
    assert queue.asked(queue.git("rev-parse", "HEAD"), queue.heads[0], clash) is not None


@pytest.mark.parametrize("gone", ["0" * 40, "main", "--help", "", "HEAD^{tree}"])
def test_what_is_not_there_explains_nothing(queue: Queue, gone: str) -> None:
    head, repository = queue.merged(queue.heads[0]), Repository(queue.path)
    for base, made, pull in [
        (gone, head, queue.heads[0]),
        (queue.base, gone, queue.heads[0]),
        (queue.base, head, gone),
    ]:
        reason = unexplained(repository, base, made, [(7, pull)])
        assert reason is not None and reason.endswith("is not in the repository: fetch it.")


def test_a_tag_or_a_tree_is_no_commit(queue: Queue) -> None:
    tree = queue.git("rev-parse", f"{queue.heads[0]}^{{tree}}")
    assert queue.asked(queue.merged(queue.heads[0]), tree) is not None


def test_no_pull_request_explains_nothing_not_even_the_base(queue: Queue) -> None:
    assert queue.asked(queue.base) == f"No pull request is named that {queue.base[:12]} would merge."


def test_no_history_in_common(queue: Queue) -> None:
    queue.git("checkout", "-q", "--orphan", "alone")
    alone = queue.commit({"alone.py": "x\n"})
    queue.git("checkout", "-q", "--detach", queue.base)
    reason = queue.asked(queue.merged(queue.heads[0]), alone)
    assert reason is not None and reason.startswith("git could not merge #7:")


def test_replaced_objects_are_not_believed(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "r")
    honest = queue.merged(queue.heads[0])
    evil = queue.commit({"evil.py": "import os\n"})
    queue.git("replace", evil, honest)
    assert queue.asked(evil, queue.heads[0]) is not None
    queue.git("replace", "-d", evil)
    queue.git("replace", queue.heads[0], evil)
    assert queue.asked(honest, queue.heads[0]) is None


def test_nothing_is_written_into_the_repository(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "r")  # in which nobody has asked before
    head = queue.merged(*queue.heads, how="squash")
    objects = queue.path / ".git" / "objects"
    before = sorted(objects.rglob("*"))
    assert queue.asked(head, *queue.heads) is None
    assert queue.asked(head, *reversed(queue.heads[:2])) is not None
    assert sorted(objects.rglob("*")) == before


def test_a_bare_repository(queue: Queue, tmp_path: Path) -> None:
    head = queue.merged(*queue.heads)
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "-q", "--mirror", str(queue.path), str(bare)], check=True)
    for commit in (head, queue.base, *queue.heads):
        subprocess.run(["git", "-C", str(bare), "fetch", "-q", str(queue.path), commit], check=True)
    assert unexplained(Repository(bare), queue.base, head, queue.pulls(*queue.heads)) is None


def test_a_git_that_is_too_old_says_so(queue: Queue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = queue.merged(queue.heads[0])
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    old = tmp_path / "git"
    old.write_text(
        "#!/bin/sh\nfor word; do case $word in\n"
        "merge-tree) echo 'usage: git merge-tree <base-tree> <branch1> <branch2>' >&2; exit 129;;\n"
        f"version) echo 'git version 2.34.1'; exit 0;;\nesac; done\nexec {real} \"$@\"\n"
    )
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    reason = queue.asked(head, queue.heads[0])
    assert reason == (
        "git version 2.34.1 cannot merge by itself: install git 2.38 or newer where the gate's worker runs."
    )
