"""A commit of one edited file, and its push: exactly that, where the branch still is, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.domain.errors import SourceError, SourceUnavailable
from reviewbot.source.commits import HeadMovedOn, Identity, PushRefused, Target, _refusal, commit_edit, push
from reviewbot.source.repository import Repository
from tests.source.gitrepo import GitRepo

BOT = Identity("reviewbot", "reviewbot@example.org")


@pytest.fixture
def origin(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "origin")
    repo.commit({"a.py": "a = 1\n", "dir/b.py": "b = 1\n", "run.sh": "exit 0\n"})
    repo.git("update-index", "--chmod=+x", "run.sh")
    repo.git("commit", "-q", "-m", "executable")
    repo.git("checkout", "-q", "-b", "topic")
    repo.git("checkout", "-q", "main")
    return repo


@pytest.fixture
def mirror(origin: GitRepo, tmp_path: Path) -> Repository:
    bare = tmp_path / "mirror.git"
    origin.git("clone", "-q", "--bare", str(origin.path), str(bare))
    return Repository(bare)


def test_only_the_file_changes_and_keeps_its_mode(mirror: Repository) -> None:
    head = mirror.resolve("topic")
    for path, mode in (("dir/b.py", "100644"), ("run.sh", "100755")):
        made = commit_edit(mirror, head, path, b"new\r\n", message="Fix it\n\nCo-authored-by: A <a@b>\n", author=BOT)
        tree = mirror.tree(made)
        assert tree.read(path) == b"new\r\n"
        assert [f.path for f in mirror.change(head, made).files] == [path]
        shown = GitRepoView(mirror).show(made)
        assert shown.splitlines()[:4] == ["reviewbot <reviewbot@example.org>", head, "Fix it", ""]
        assert f"{mode} blob" in GitRepoView(mirror).git("ls-tree", made, path)


class GitRepoView(GitRepo):
    def __init__(self, repository: Repository) -> None:
        self.path = repository.path

    def show(self, commit: str) -> str:
        return self.git("show", "-s", "--format=%an <%ae>%n%P%n%B", commit)


def test_the_commit_is_the_same_each_time_but_for_its_date(mirror: Repository) -> None:
    head = mirror.resolve("topic")
    trees = {
        GitRepoView(mirror).git(
            "rev-parse", commit_edit(mirror, head, "a.py", b"x\n", message="m", author=BOT) + "^{tree}"
        )
        for _ in range(2)
    }
    assert len(trees) == 1


@pytest.mark.parametrize("path", ["none.py", "dir", "../a.py", "/etc/passwd", ""])
def test_what_is_no_file_is_refused(mirror: Repository, path: str) -> None:
    with pytest.raises(SourceError):
        commit_edit(mirror, mirror.resolve("topic"), path, b"x", message="m", author=BOT)


def test_a_symlink_is_refused(origin: GitRepo, tmp_path: Path) -> None:
    (origin.path / "link.py").symlink_to("a.py")
    head = origin.commit()
    with pytest.raises(SourceError, match="no regular file"):
        commit_edit(Repository(origin.path), head, "link.py", b"x", message="m", author=BOT)


def test_hostile_names_stay_in_one_line(mirror: Repository) -> None:
    who = Identity("a\nCo-authored-by: x <x@y>\n<b>", "e@x>\ncommitter z <z@z> 0 +0000")
    made = commit_edit(mirror, mirror.resolve("topic"), "a.py", b"x\n", message="m", author=who)
    raw = GitRepoView(mirror).git("cat-file", "commit", made)
    assert raw.split("\n\n")[1] == "m"
    assert len([line for line in raw.splitlines() if line.startswith("committer ")]) == 1


def test_a_push_moves_the_branch(origin: GitRepo, mirror: Repository) -> None:
    head = mirror.resolve("topic")
    made = commit_edit(mirror, head, "a.py", b"a = 2\n", message="m", author=BOT)
    push(mirror, made, Target(f"file://{origin.path}", "topic", head), {})
    assert origin.git("rev-parse", "topic") == made


@pytest.mark.parametrize("how", ["forward", "back", "gone"])
def test_a_branch_that_moved_is_left_alone(origin: GitRepo, mirror: Repository, how: str) -> None:
    head = mirror.resolve("topic")
    made = commit_edit(mirror, head, "a.py", b"a = 2\n", message="m", author=BOT)
    if how == "forward":
        origin.git("branch", "-f", "topic", origin.commit({"c.py": "c = 1\n"}))
    elif how == "back":
        origin.git("branch", "-f", "topic", "main~1")
    else:
        origin.git("branch", "-D", "topic")
    before = origin.git("for-each-ref")
    with pytest.raises(HeadMovedOn, match="ask again"):
        push(mirror, made, Target(f"file://{origin.path}", "topic", head), {})
    assert origin.git("for-each-ref") == before


def test_a_hook_of_the_forge_that_says_no(origin: GitRepo, mirror: Repository) -> None:
    hook = origin.path / ".git/hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'GH006: Protected branch update failed' >&2\nexit 1\n")
    hook.chmod(0o755)
    head = mirror.resolve("topic")
    made = commit_edit(mirror, head, "a.py", b"a = 2\n", message="m", author=BOT)
    with pytest.raises(PushRefused, match="does not let the bot push"):
        push(mirror, made, Target(f"file://{origin.path}", "topic", head), {})


def test_our_own_hooks_and_settings_are_not_run(origin: GitRepo, mirror: Repository, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    hook = mirror.path / "hooks/pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {trace}\nexit 1\n")
    hook.chmod(0o755)
    head = mirror.resolve("topic")
    made = commit_edit(mirror, head, "a.py", b"2\n", message="m", author=BOT)
    push(mirror, made, Target(f"file://{origin.path}", "topic", head), {})
    assert not trace.exists()


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("!\tx:refs/heads/t\t[rejected] (stale info)", HeadMovedOn),
        ("!\tx:refs/heads/t\t[remote rejected] (protected branch hook declined)", PushRefused),
        ("!\tx:refs/heads/t\t[remote rejected] (cannot lock ref 'refs/heads/t': is at a but expected b)", HeadMovedOn),
        ("git push failed: unable to access 'https://h/': The requested URL returned error: 403", PushRefused),
        ("git push failed: Authentication failed for 'https://h/'", PushRefused),
        ("git push failed: repository 'https://h/' not found", PushRefused),
        ("git push failed: unable to access 'https://h/': Could not resolve host: h", SourceUnavailable),
        ("git push failed: unable to access 'https://h/403/authentication.git/': Could not resolve", SourceUnavailable),
        ("git push failed: unable to access 'https://h/': Failed to connect to h port 40312", SourceUnavailable),
        ("git push failed: the remote end hung up unexpectedly", SourceUnavailable),
        ("", SourceUnavailable),
    ],
)
def test_complaints_are_sorted(told: str, kind: type[SourceError]) -> None:
    url = "https://h/403/authentication.git" if "403/" in told else "https://h/"
    assert type(_refusal(told, Target(url, "topic", "a" * 40))) is kind
