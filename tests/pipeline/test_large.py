"""Ten thousand files, and a diff of fifty thousand lines."""

from __future__ import annotations

from tests.pipeline.conftest import THREE, run
from tests.source.gitrepo import GitRepo


def test_a_repository_of_ten_thousand_files(repo: GitRepo, quick_screen: list[list[str]]) -> None:
    repo.commit(
        {f"pkg{i % 100}/m{i}.py": f"import json\n\n\ndef f{i}() -> int:\n    return {i}\n" for i in range(10_000)}
    )
    repo.commit({"new.py": THREE})
    review = run(repo)
    assert len(review.suggestions) == 3 and review.stats.files == 1


def test_a_diff_of_fifty_thousand_lines(repo: GitRepo, quick_screen: list[list[str]]) -> None:
    body = "\n".join(
        f"def f{i}(text: str) -> int:\n    x = len(text)\n    y = x + {i}\n    return y\n" for i in range(10_000)
    )
    repo.commit({"big.py": body, "new.py": THREE})
    review = run(repo)
    assert review.stats.changed_lines > 50_000
    assert [s.path for s in review.suggestions] == ["new.py"] * 3
