"""Which settings are in force, over real histories; and what a pull request breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.domain.errors import RevisionNotFound
from reviewbot.domain.tone import Tone
from reviewbot.repo_config import FILE, InForce, PathTable, RepoConfig, brought_in, in_force
from reviewbot.source.repository import Repository
from tests.source.gitrepo import GitRepo

GOOD, BROKEN = "[review]\nmax_suggestions = 1\n", "[review]\nmax_suggestions = 'x'\n"
FAULT = f"{FILE} on the base branch cannot be used, line 2: `max_suggestions` is wrong: it must be a whole number."


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "r")


def force(repo: GitRepo, base: str = "HEAD", organisation: tuple[GitRepo, str] | None = None) -> InForce:
    below = None if organisation is None else (Repository(organisation[0].path), organisation[1])
    return in_force(Repository(repo.path), base, below)


def number(text: int | str) -> dict[str, str | bytes]:
    return {FILE: f"[review]\nmax_suggestions = {text}\n"}


def test_no_file_is_no_settings(repo: GitRepo):
    repo.commit({"a.py": ""})
    assert force(repo) == InForce(RepoConfig())


def test_the_file_of_the_commit_that_is_named(repo: GitRepo):
    first = repo.commit(number(1))
    repo.commit(number(2))
    assert force(repo, first).config.max_suggestions == 1
    assert force(repo).config.max_suggestions == 2


def test_a_folders_file_is_nobodys(repo: GitRepo):
    repo.commit({f"sub/{FILE}": GOOD})
    assert force(repo) == InForce(RepoConfig())


def test_the_last_good_one_stays_in_force(repo: GitRepo):
    repo.commit(number(1))
    good = repo.commit(number(2))
    repo.commit({"other": "1"})
    repo.commit(number("'x'"))
    repo.commit(number("'y'"))
    repo.commit({"other": "2"})
    found = force(repo)
    assert found.config.max_suggestions == 2
    assert found.notes == (f"{FAULT} Until it is mended the version of `{good[:7]}` stays in force.",)


def test_what_a_person_took_away_stays_away(repo: GitRepo):
    repo.commit(number(1))
    repo.git("rm", "-q", FILE)
    gone = repo.commit()
    repo.commit(number("'x'"))
    found = force(repo)
    assert found.config == RepoConfig()
    assert gone[:7] in found.notes[0]


def test_one_that_never_was_good(repo: GitRepo):
    repo.commit(number("'x'"))
    repo.commit(number("'y'"))
    assert force(repo) == InForce(RepoConfig(), (f"{FAULT} Until it is mended the defaults are in force.",))


def test_good_ones_on_a_merged_branch_were_never_in_force(repo: GitRepo):
    """Only what stood on the base branch itself counts: a contributor's branch may hold any version in between."""
    repo.commit(number(1))
    repo.git("switch", "-q", "-c", "topic")
    repo.commit(number(7))
    repo.commit(number("'x'"))
    repo.git("switch", "-q", "main")
    repo.commit({"other": "1"})
    repo.git("merge", "-q", "--no-ff", "-m", "m", "topic")
    assert force(repo).config.max_suggestions == 1


def test_the_search_for_a_good_one_ends(repo: GitRepo):
    repo.commit(number(1))
    for n in range(51):
        repo.commit(number(f"'{n}'"))
    assert force(repo).config.max_suggestions is None


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"#" * 70_000, "The file is longer than 64 KB"),
        (b"\xff\n", "This line is not UTF-8"),
        (b"a." * 30_000 + b"a = 1", "This nests deeper"),
        (b"", None),
    ],
)
def test_hostile_files(repo: GitRepo, data: bytes, sentence: str | None):
    repo.commit(number(4))
    repo.commit({FILE: data})
    found = force(repo)
    assert found.config.max_suggestions == (4 if sentence else None)
    assert [sentence in note for note in found.notes] == ([True] if sentence else [])


def test_a_link_leads_nowhere(repo: GitRepo):
    repo.commit({"elsewhere.toml": GOOD})
    (repo.path / FILE).symlink_to("elsewhere.toml")
    repo.commit()
    found = force(repo)
    assert found.config == RepoConfig()
    assert "It is no regular file" in found.notes[0]


def test_a_folder_of_that_name(repo: GitRepo):
    repo.commit({f"{FILE}/x": ""})
    assert "It is no regular file" in force(repo).notes[0]


def test_a_base_that_is_not_there(repo: GitRepo):
    repo.commit()
    with pytest.raises(RevisionNotFound):
        force(repo, "1" * 40)


def test_the_organisations_lie_below(repo: GitRepo, tmp_path: Path):
    org = GitRepo(tmp_path / "org")
    org.commit({FILE: "[review]\ntone = 'zh'\nmax_suggestions = 9\n[[paths]]\nmatch = 'a'\nskip = true\n"})
    repo.commit({FILE: "[review]\nmax_suggestions = 1\n[[paths]]\nmatch = 'b'\nskip = false\n"})
    found = force(repo, organisation=(org, "HEAD"))
    paths = (PathTable(match="a", skip=True), PathTable(match="b", skip=False))
    assert found == InForce(RepoConfig(tone=Tone.ZH, max_suggestions=1, paths=paths))


def test_the_organisations_alone(repo: GitRepo, tmp_path: Path):
    org = GitRepo(tmp_path / "org")
    org.commit(number(9))
    repo.commit()
    assert force(repo, organisation=(org, "HEAD")).config.max_suggestions == 9


def test_both_broken(repo: GitRepo, tmp_path: Path):
    org = GitRepo(tmp_path / "org")
    org.commit(number(9))
    org.commit({FILE: "x = 1"})
    repo.commit({FILE: "[review]\ntone = 'zh'"})
    repo.commit({FILE: BROKEN})
    found = force(repo, organisation=(org, "HEAD"))
    assert (found.config.max_suggestions, found.config.tone) == (9, Tone.ZH)
    assert [note.split(" cannot")[0] for note in found.notes] == [
        f"{FILE} on the base branch",
        f"The organisation's {FILE}",
    ]


def problem(repo: GitRepo, before: bytes | None, after: bytes | None):
    def commit(data: bytes | None) -> str:
        (repo.path / FILE).unlink(missing_ok=True)
        return repo.commit({} if data is None else {FILE: data})

    base, head = commit(before), commit(after)
    repository = Repository(repo.path)
    return brought_in(repository.tree(base), repository.tree(head))


BAD = BROKEN.encode()


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (None, None, None),
        (None, GOOD.encode(), None),
        (GOOD.encode(), None, None),
        (BAD, BAD, None),
        (BAD, GOOD.encode(), None),
        (None, BAD, 2),
        (GOOD.encode(), BAD, 2),
        (BAD, b"\n" + BAD, 3),
        (GOOD.encode(), b"#" * 70_000, 1),
    ],
)
def test_what_a_pull_request_brings_in(repo: GitRepo, before: bytes | None, after: bytes | None, line: int | None):
    found = problem(repo, before, after)
    assert (found and found.line) == line
    assert found is None or (len(found.digest) == 16 and found.sentence.endswith("."))


def test_the_same_fault_is_told_once(repo: GitRepo):
    first, moved = problem(repo, None, BAD), problem(repo, None, b"# a remark\n\n" + BAD)
    other = problem(repo, None, BAD.replace(b"'x'", b"-1"))
    assert first and moved and other
    assert first.digest == moved.digest != other.digest
    assert (first.line, moved.line) == (2, 4)
