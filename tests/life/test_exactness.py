"""For random edits between two heads: a carried suggestion replaces exactly its original text, or it is withdrawn."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from reviewbot.domain.change import LineRange
from reviewbot.domain.record import Record
from reviewbot.domain.source_file import SourceFile
from reviewbot.life.carry import Sight, carry, carry_all
from reviewbot.life.texts import occurrences
from reviewbot.source import Repository
from reviewbot.source.linemap import FileMap, LineMap, line_map
from tests.life.edits import NEW, OLD, mapped, minimal_hunks, reader
from tests.life.histories import EDITS, LINES, NAMES, NUMBER, Edit, edited, record_on
from tests.source.gitrepo import ENV, GitRepo

UNIQUE = st.lists(st.builds(Edit, st.just("unique"), NUMBER, st.integers(1, 4), NUMBER), min_size=1, max_size=3)


def check_exact(one: Record, seen: Sight, tree: Mapping[str, str]) -> str:
    """What became of the record, after making sure that it is one of the things that may."""
    if seen.place is None:
        return "applied" if seen.applied else "withdrawn"
    moved, file = seen.settled(one.suggestion), reader(tree)(seen.place.path)
    assert not seen.applied and file is not None
    assert (moved.path, moved.lines) == (seen.place.path, seen.place.lines)
    assert file.slice(moved.lines) == moved.original
    # The very text, but for the line feed of a file's last line.
    assert moved.original == one.suggestion.original or seen.end is not None
    assert moved.original.rstrip("\r\n") == one.suggestion.original.rstrip("\r\n")
    patched = file.replace(moved.lines, moved.replacement)
    size = len(SourceFile("", moved.replacement).lines)
    put_back = LineRange(moved.lines.start, moved.lines.start + size - 1)
    assert patched.slice(put_back) == moved.replacement
    assert patched.replace(put_back, moved.original) == file
    if seen.end is not None:
        return "carried with another end"
    return "carried" if moved == one.suggestion else "carried elsewhere"


OUTCOMES: Counter[str] = Counter()


@given(LINES, NUMBER, st.integers(1, 4), EDITS, st.sampled_from([None, "b.py"]))
@settings(max_examples=10_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def check_an_edit(lines: list[str], at: int, count: int, edits: list[Edit], name: str | None) -> None:
    text = "".join(lines)
    one = record_on(text, at, count)
    block = lines[one.suggestion.lines.start - 1 : one.suggestion.lines.end]
    target = name or "a.py"
    tree = {target: "".join(edited(lines, edits, block, one.suggestion.replacement))}
    to = mapped({"a.py": text}, tree, {"a.py": target})
    OUTCOMES[check_exact(one, carry(one, to, reader(tree), [target]), tree)] += 1


def test_ten_thousand_edits() -> None:
    OUTCOMES.clear()
    check_an_edit()
    total = OUTCOMES.total()
    assert total >= 10_000
    assert OUTCOMES["carried"] > total * 0.2
    assert OUTCOMES["carried elsewhere"] > total * 0.1
    assert OUTCOMES["withdrawn"] > total * 0.15
    assert OUTCOMES["applied"] > total * 0.005
    assert OUTCOMES["carried with another end"] > 0


@given(LINES, NUMBER, st.integers(1, 4), UNIQUE)
@settings(max_examples=1_000, deadline=None, database=None)
def test_lines_that_are_only_shifted_are_always_carried(
    lines: list[str], at: int, count: int, edits: list[Edit]
) -> None:
    text = "".join(lines)
    one = record_on(text, at, count)
    where = one.suggestion.lines
    before, block, after = lines[: where.start - 1], lines[where.start - 1 : where.end], lines[where.end :]
    shifted = edited(before, edits) if before else [f"# {e.to}\n" for e in edits]
    new = "".join([*shifted, *block, *edited(after, edits)])
    to = LineMap(OLD, NEW, {"a.py": FileMap("a.py", "a.py", minimal_hunks(text, new))})
    seen = carry(one, to, reader({"a.py": new}))
    assert seen.place is not None
    assert (seen.place.lines.start, len(seen.place.lines)) == (len(shifted) + 1, len(block))


@given(LINES, NUMBER, st.integers(1, 4), UNIQUE)
@settings(max_examples=1_000, deadline=None, database=None)
def test_what_is_applied_is_always_seen(lines: list[str], at: int, count: int, edits: list[Edit]) -> None:
    text = "".join(lines)
    one = record_on(text, at, count)
    where = one.suggestion.lines
    before, after = lines[: where.start - 1], lines[where.end :]
    assume(len(occurrences(one.suggestion.original, SourceFile("a.py", text))) == 1)  # of twins it cannot be told which
    new = "".join([*edited(before, edits), one.suggestion.replacement, *edited(after, edits)])
    to = LineMap(OLD, NEW, {"a.py": FileMap("a.py", "a.py", minimal_hunks(text, new))})
    assert carry(one, to, reader({"a.py": new})).applied


Tree = dict[str, str]


@st.composite
def histories(draw: st.DrawFn) -> list[Tree]:
    """Two to four versions of some files, each made from the one before: edited, renamed, cut in two, removed."""
    padding = draw(st.sampled_from([0, 25]))  # lines by which git knows a renamed file again
    now = {name: [*(f"# {name} {i}\n" for i in range(padding)), *draw(LINES)] for name in NAMES}
    versions = [now]
    for _ in range(draw(st.integers(1, 3))):
        now = {name: edited(lines, draw(EDITS)) for name, lines in now.items()}
        first, second, *_ = [*now, "", ""]
        match draw(st.sampled_from(["stay", "stay", "rename", "cut", "remove"])):
            case "rename" if first:
                now["moved/" + first] = now.pop(first)
            case "cut" if second:
                middle = draw(NUMBER) % (len(now[first]) + 1)
                now[second], now[first] = [*now[second], *now[first][middle:]], now[first][:middle]
            case "remove" if second:
                del now[first]
        versions.append(now)
    return [{name: "".join(edited(lines, [])) for name, lines in version.items()} for version in versions]


def store(repo: GitRepo, versions: list[Tree]) -> list[str]:
    """A commit for each tree. None has a parent, since a map needs no history."""
    parts = []
    for number, tree in enumerate(versions, 1):
        parts.append(f"commit refs/heads/x\nmark :{number}\ncommitter a <a@b> 0 +0000\ndata 0\ndeleteall\n".encode())
        for name, text in tree.items():
            data = text.encode()
            parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (name.encode(), len(data), data))
        parts.append(b"\nreset refs/heads/x\n\n")
    marks = repo.path / "marks"
    command = ("git", "fast-import", "--quiet", "--force", f"--export-marks={marks}")
    subprocess.run(command, cwd=repo.path, env=ENV, input=b"".join(parts), check=True)
    return [line.split()[1] for line in sorted(marks.read_text().splitlines())]


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    return GitRepo(tmp_path_factory.mktemp("histories"))


def test_histories_in_real_git(repo: GitRepo) -> None:
    seen: Counter[str] = Counter()

    @given(histories(), st.lists(st.tuples(st.sampled_from(NAMES), NUMBER, st.integers(1, 4)), min_size=1, max_size=5))
    @settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def check(versions: list[Tree], places: list[tuple[str, int, int]]) -> None:
        heads = store(repo, versions)
        records = [record_on(versions[0][name], at, count, name) for name, at, count in places]
        records = [named(one, number, heads[0]) for number, one in enumerate(records)]
        for head, tree in zip(heads[1:], versions[1:], strict=True):
            records = check_step(records, head, tree)

    def check_step(records: list[Record], head: str, tree: Tree) -> list[Record]:
        """Every record at the next head; those that have no place wait with their last one."""
        maps = {old: line_map(Repository(repo.path), old, head) for old in {one.head for one in records}}
        sights = carry_all(records, maps, reader(tree), sorted(tree))
        after = []
        for one in records:
            sight = sights[one.id]
            seen[check_exact(one, sight, tree)] += 1
            moved = replace(one, suggestion=sight.settled(one.suggestion), head=head)
            after.append(moved if sight.place else one)
        spots = [sight.place for sight in sights.values() if sight.place is not None]
        assert not any(a.overlaps(b) for i, a in enumerate(spots) for b in spots[:i])
        return after

    check()
    assert seen["carried"] > seen.total() * 0.1
    assert seen["carried elsewhere"] > seen.total() * 0.05
    assert seen["withdrawn"] > seen.total() * 0.1


def named(one: Record, number: int, head: str) -> Record:
    return replace(one, suggestion=replace(one.suggestion, id=f"{number:016x}"), head=head)
