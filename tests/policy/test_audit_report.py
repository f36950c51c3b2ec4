"""Which commits of a release a record speaks of: merges, squashes and rebases of a real git, and what forgers try."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reviewbot.domain.audit import Entry, MergeEntry, VerdictEntry
from reviewbot.domain.errors import RevisionNotFound, UsageError
from reviewbot.policy.audit_report import How, Release, Report, recorded_merges, report
from reviewbot.policy.released import own_commits, patches, released
from reviewbot.source.repository import Repository
from tests.source.gitrepo import GitRepo
from tests.store.audit_entries import judged, merge, verdict

TEXT = "".join(f"line {number}\n" for number in range(60))


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    made = GitRepo(tmp_path / "r")
    made.commit({"app.py": TEXT})
    made.git("tag", "v1")
    return made


def at(repo: GitRepo) -> Repository:
    return Repository(repo.path)


def edited(number: int, to: str = "ai") -> str:
    return TEXT.replace(f"line {number}\n", f"{to} {number}\n")


def topic(repo: GitRepo, *files: dict[str, str | bytes], name: str = "topic") -> tuple[str, str]:
    """A branch from v1 with a commit for each of ``files``; base and head. The main branch is checked out again."""
    repo.git("checkout", "-q", "-b", name, "v1")
    head = ""
    for number, each in enumerate(files):
        head = repo.commit(each, f"{name} {number}")
    repo.git("checkout", "-q", "main")
    return repo.git("rev-parse", "v1"), head


def judge(repo: GitRepo, base: str, head: str, **fields: Any) -> VerdictEntry:
    return verdict(base=base, head=head, **({"patches": patches(at(repo), base, head)} | fields))


def made(repo: GitRepo, *entries: Entry, asked: str = "v1..main") -> Report:
    numbered = list(enumerate(entries, 1))
    commits = released(at(repo), asked)
    release = Release(commits, lambda base, head: own_commits(at(repo), base, head), recorded_merges(numbered, commits))
    return report(numbered, release)


def squash(repo: GitRepo, message: str = "squashed") -> str:
    repo.git("merge", "-q", "--squash", "topic")
    return repo.commit(message=message)


def test_a_merge_commit_covers_the_heads_history(repo: GitRepo) -> None:
    base, head = topic(repo, {"a.py": "a\n"}, {"a.py": "b\n"})
    repo.commit({"other.py": "x\n"}, "straight to main")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge pull request #7", "topic")
    found = made(repo, judge(repo, base, head))
    assert [(one.seq, set(one.commits.values())) for one in found.joined] == [(1, {How.HEAD})]
    assert len(found.joined[0].commits) == 2 and found.commits == 4
    assert [doubt.commit.subject for doubt in found.uncovered] == ["straight to main"], "the clean merge adds nothing"


def test_a_merge_with_changes_of_its_own_is_not_covered(repo: GitRepo) -> None:
    base, head = topic(repo, {"a.py": "a\n"})
    repo.commit({"other.py": "x\n"}, "main moved")
    repo.git("merge", "-q", "--no-ff", "--no-commit", "topic")
    evil = repo.commit({"evil.py": "import os\n"}, "Merge")
    entries = (judge(repo, base, head), merge(head=head, commit=evil))
    assert ("Merge", "a merge with changes of its own, which no record speaks of") in [
        (doubt.commit.subject, doubt.why) for doubt in made(repo, *entries[:1]).uncovered
    ]
    assert [doubt.commit.id for doubt in made(repo, *entries).doubts] == [evil], "recorded, and still doubtful"


def test_nothing_is_written_into_the_repository(repo: GitRepo) -> None:
    """``git merge-tree`` makes trees: fails when they are made in the repository."""
    base, head = topic(repo, {"a.py": "a\n"})
    repo.commit({"other.py": "x\n"})
    repo.git("merge", "-q", "-s", "ours", "-m", "Merge", "topic")  # so that git never made the tree of both
    objects = repo.path / ".git" / "objects"
    before = sorted(objects.rglob("*"))
    assert [doubt.commit.subject for doubt in made(repo, judge(repo, base, head)).uncovered] == ["c", "Merge"][::-1]
    assert sorted(objects.rglob("*")) == before


def test_a_squash_is_known_by_its_patch_also_when_main_moved_and_the_head_is_gone(repo: GitRepo) -> None:
    base, head = topic(repo, {"app.py": edited(40)}, {"app.py": edited(40, "tool")})
    entry = judge(repo, base, head)
    repo.commit({"app.py": "first\n" + TEXT}, "main moved")
    commit = squash(repo)
    repo.git("branch", "-D", "topic")
    found = made(repo, entry)
    assert found.joined[0].commits == {commit: How.SQUASH}
    assert [doubt.commit.subject for doubt in found.uncovered] == ["main moved"]


def test_a_rebase_is_known_by_all_its_patches(repo: GitRepo) -> None:
    base, head = topic(repo, {"a.py": "a\n"}, {"b.py": "b\n"})
    entry = judge(repo, base, head)
    repo.commit({"other.py": "x\n"}, "main moved")
    repo.git("cherry-pick", f"{base}..topic")
    found = made(repo, entry)
    assert set(found.joined[0].commits.values()) == {How.REBASE} and len(found.joined[0].commits) == 2


def test_a_commit_that_the_change_took_back_is_not_covered_when_it_comes_alone(repo: GitRepo) -> None:
    """A then its revert: the head has none of A's lines, so nobody looked at them. Fails when one patch is enough."""
    base, head = topic(repo, {"bad.py": "import os\n"}, {"bad.py": "import os, sys\n"}, {"bad.py": "", "a.py": "a\n"})
    entry = judge(repo, base, head)
    repo.git("cherry-pick", "topic~2")
    found = made(repo, entry)
    assert found.joined == () and len(found.uncovered) == 1


@pytest.mark.parametrize(
    ("content", "joined"),
    [
        (edited(40), True),
        (edited(40, "AI"), False),
        (edited(40, " ai"), False),
        (edited(40).replace("ai 40", "ai 40 "), False),
        (edited(40) + "more\n", False),
    ],
    ids=["the same", "another word", "indented", "a space more", "a line more"],
)
def test_a_squash_that_differs_is_not_joined(repo: GitRepo, content: str, joined: bool) -> None:
    """``git patch-id`` takes all but the second and the last for the same."""
    base, head = topic(repo, {"app.py": edited(40)})
    repo.commit({"app.py": content}, "Topic (#7)")
    assert bool(made(repo, judge(repo, base, head)).joined) is joined


def test_what_the_forge_recorded_is_compared(repo: GitRepo) -> None:
    base, head = topic(repo, {"a.py": "a\n"})
    entry = judge(repo, base, head)
    commit = repo.commit({"a.py": "a\n", "more.py": "m\n"}, "squashed with more")
    recorded = merge(head=head, commit=commit)
    found = made(repo, entry, recorded)
    assert found.joined[0].commits == {commit: How.RECORDED} and found.uncovered == ()
    assert "another than the judged one" in found.doubts[0].why
    assert "no digest was recorded" in made(repo, replace(entry, patches=()), recorded).doubts[0].why
    assert "no record" in made(repo, recorded).uncovered[0].why, "a merge without a verdict covers nothing"


@pytest.mark.parametrize("subject", ["Topic (#7)", "Merge pull request #7 from o/topic", "See merge request o/r!7"])
def test_a_subject_is_not_believed(repo: GitRepo, subject: str) -> None:
    base, head = topic(repo, {"a.py": "a\n"})
    repo.commit({"evil.py": "e\n"}, subject)
    assert made(repo, judge(repo, base, head)).joined == ()


def test_the_verdict_that_counts_is_the_last_of_the_widest_head(repo: GitRepo) -> None:
    base, head = topic(repo, {"a.py": "a\n"}, {"b.py": "b\n"})
    early = repo.git("rev-parse", "topic~1")
    repo.git("merge", "-q", "--ff-only", "topic")
    entries = [judge(repo, base, early), judge(repo, base, head, state="pending"), judge(repo, base, head)]
    assert [(one.seq, one.verdict.state) for one in made(repo, *entries).joined] == [(3, "pass")]
    late = made(repo, *entries, judge(repo, base, early, state="fail"))
    assert [one.seq for one in late.joined] == [3], "a late word on an older head takes nothing back"
    other = made(repo, *entries, judge(repo, base, head, number=8, state="fail"))
    assert [(one.seq, one.verdict.state) for one in other.joined] == [(3, "pass"), (4, "fail")]


def test_a_verdict_after_the_merge_is_no_verdict_before_it(repo: GitRepo) -> None:
    """Fails when an approval that came too late turns the report green."""
    base, head = topic(repo, {"a.py": "a\n"})
    commit = squash(repo)
    pending, passed = judge(repo, base, head, state="pending"), judge(repo, base, head)
    recorded = merge(head=head, commit=commit)
    found = made(repo, pending, recorded, passed).joined[0]
    assert (found.seq, found.verdict.state, found.late) == (1, "pending", False)
    found = made(repo, recorded, passed).joined[0]
    assert (found.seq, found.late) == (2, True)


def test_the_same_commit_judged_in_a_fork_is_asked_about(repo: GitRepo) -> None:
    base, head = topic(repo, {"a.py": "a\n"})
    repo.git("merge", "-q", "--ff-only", "topic")
    entries = judge(repo, base, head), judge(repo, base, head, repository="eve/r")
    with pytest.raises(UsageError, match="--repository"):
        made(repo, *entries)


def test_a_base_that_is_not_there_is_said(repo: GitRepo) -> None:
    _, head = topic(repo, {"a.py": "a\n"})
    repo.git("merge", "-q", "--ff-only", "topic")
    found = made(repo, verdict(base="e" * 40, head=head), verdict(base="--all", head=head, number=8))
    assert found.joined == () and len(found.uncovered) == 1
    assert [sentence.partition(":")[0] for sentence in found.unjoined] == ["Record 1", "Record 2"]


def test_what_changes_nothing_needs_no_record(repo: GitRepo) -> None:
    repo.commit(message="empty")
    assert made(repo).uncovered == ()


def test_tools_and_reviewers_are_counted_on_machine_written_lines_alone(repo: GitRepo) -> None:
    base, head = topic(repo, {"a.py": "a\n"})
    repo.git("merge", "-q", "--ff-only", "topic")
    human = judged(kind="human", claims=())
    one = made(repo, judge(repo, base, head, lines=(judged(end=4), judged("b.py", 1, 3, claims=()), human))).joined[0]
    assert one.tools == {"cursor": 4} and one.reviewers == () and len(one.machine_written) == 2


@pytest.mark.parametrize("attributes", ["*.py -diff\n", "*.py binary\n", "*.py diff=python\n", "* text eol=crlf\n"])
def test_digests_do_not_hang_on_attributes(repo: GitRepo, attributes: str) -> None:
    base, head = topic(repo, {"app.py": edited(40)})
    before = patches(at(repo), base, head)
    (repo.path / ".gitattributes").write_text(attributes)
    assert patches(at(repo), base, head) == before and len(before) == 2


def test_digests_see_modes_binaries_names_and_new_lines_at_the_end(repo: GitRepo) -> None:
    changes: list[dict[str, str | bytes]] = [
        {"a": b"\0\1"},
        {"a": b"\0\2"},
        {"b": b"\0\1"},
        {"a": "x"},
        {"a": "x\n"},
        {"a": "x\r\n"},
        {"a\n@@ -1 +1 @@": "x\n"},
        {"a": "index 1..2\n"},
        {"a": "index 3..4\n"},
    ]
    found = set()
    for number, files in enumerate(changes):
        base, head = topic(repo, files, name=f"t{number}")
        found |= set(patches(at(repo), base, head))
    repo.git("checkout", "-q", "-b", "mode", "v1")
    (repo.path / "app.py").chmod(0o755)
    found |= set(patches(at(repo), "v1", repo.commit()))
    assert len(found) == len(changes) + 1


def test_no_change_has_no_digest(repo: GitRepo) -> None:
    assert patches(at(repo), "v1", "main") == ()


def test_many_commits_and_odd_texts_are_read(repo: GitRepo) -> None:
    for number in range(103):
        repo.commit({"n.txt": f"{number}\n" + "0" * 40 + "\n"}, f"{'0' * 40}\n\n{number}\x1b[31m")
    commits = released(at(repo), "v1..main")
    assert len(commits) == len({commit.patch for commit in commits}) == 103
    assert None not in {commit.patch for commit in commits}


@pytest.mark.parametrize("asked", ["", "v1", "v1..", "..main", "v1...main", "--all..main"])
def test_what_is_no_range(repo: GitRepo, asked: str) -> None:
    with pytest.raises((UsageError, RevisionNotFound)):
        released(at(repo), asked)


def test_replace_refs_do_not_change_what_was_released(repo: GitRepo) -> None:
    commit = repo.commit({"evil.py": "e\n"}, "evil")
    base, head = topic(repo, {"a.py": "a\n"})
    repo.git("replace", commit, head)
    assert [doubt.commit.subject for doubt in made(repo, judge(repo, base, head)).uncovered] == ["evil"]


def test_a_merge_entry_elsewhere_is_not_ours(repo: GitRepo) -> None:
    assert recorded_merges([(1, MergeEntry(1, "f", "r", 1, "a" * 40, "b" * 40))], released(at(repo), "v1..main")) == {}
