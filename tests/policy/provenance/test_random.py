"""Random histories beside a slow reference that plays every commit by hand, and beside ``git blame`` itself."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings

from reviewbot.policy.provenance import Facts, origins
from reviewbot.source.git import run_git
from reviewbot.source.repository import Repository
from tests.policy.provenance.random_histories import STEPS, Line, Played, Step, play, repository_of

QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_ENTRY = re.compile(rb"^([0-9a-f]{40}) (\d+) (\d+)", re.MULTILINE)


@given(STEPS)
@QUICK
def test_kind_and_commit_of_each_line_are_the_references(steps: Sequence[Step]) -> None:
    played = play(steps)
    place = repository_of(played)
    try:
        repository = Repository(place)
        head = repository.resolve(f"c{played.count - 1}" if _ends_in_merge(played) else _tip(repository, played))
        _compare(repository, played, head)
    finally:
        shutil.rmtree(place.parent)


def _ends_in_merge(played: Played) -> bool:
    return b"\nmerge :" in played.stream[-1]


def _tip(repository: Repository, played: Played) -> str:
    """The commit whose files are the head's."""
    for number in range(played.count - 1, -1, -1):
        name = f"c{number}"
        if all(
            repository.tree(name).read(path) == "".join(line.text for line in lines).encode()
            for path, lines in played.head.items()
        ):
            return name
    raise AssertionError("no commit has the head's files")


def _compare(repository: Repository, played: Played, head: str) -> None:
    change = repository.change("c0", head)
    traced = origins(repository, change, Facts())
    assert traced.problems == ()
    numbers = {repository.resolve(f"c{n}"): n for n in range(played.count)}
    added = {(f.path, line) for f in change.files for where in f.added for line in range(where.start, where.end + 1)}
    seen = [(one.path, line) for one in traced.origins for line in range(one.lines.start, one.lines.end + 1)]
    assert sorted(seen) == sorted(added)
    for one in traced.origins:
        blame = _blame(repository, change.head, one.path)
        for line in range(one.lines.start, one.lines.end + 1):
            truth: Line = played.head[one.path][line - 1]
            assert (one.kind.value, numbers[one.commit]) == (truth.kind, truth.commit), (one, truth)
            assert blame[line] == one.commit


def _blame(repository: Repository, head: str, path: str) -> dict[int, str]:
    out = run_git(repository.path, "blame", "--porcelain", head, "--", path)
    return {int(match[3]): match[1].decode() for match in _ENTRY.finditer(out)}
