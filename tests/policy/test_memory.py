"""A record that was taken away was there: each way to take one away, on a real repository."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reviewbot.domain.provenance import Seen
from reviewbot.policy.check import Checked, Tools, examine
from reviewbot.policy.told import Told
from reviewbot.policy.verdict import State
from reviewbot.repo_config.force import in_force
from reviewbot.resources import rules_dir
from reviewbot.source import Repository
from tests.policy.stage import AI_CODE, CLAUDE, Stage, stage
from tests.policy.test_security import PROMPT, note


def looked(at: Stage, seen: tuple[Seen, ...] = (), **facts: str) -> Checked:
    repository = Repository(at.path)
    change = repository.change("main", "topic")
    told = replace(Told(seen=seen), **facts)
    return examine(repository, change, told, Tools(rules_dir()), in_force(repository, change.base))


def waiting(checked: Checked) -> list[tuple[str, int, int]]:
    return [(one.path, one.lines.start, one.lines.end) for one in checked.verdict.unreviewed]


def test_a_trailer_that_is_amended_away(tmp_path: Path):
    at = stage(tmp_path)
    at.commit(f"x\n\n{CLAUDE}", {"new.py": AI_CODE})
    before = looked(at)
    at.git("commit", "--quiet", "--amend", "-m", "x")
    assert looked(at).verdict.state is State.PASS  # what the commits alone say
    after = looked(at, before.seen)
    assert after.verdict.state is State.PENDING
    assert waiting(after) == [("new.py", 1, 6)]
    assert "recorded at" in after.verdict.unreviewed[0].source


def test_a_note_that_is_taken_away(tmp_path: Path):
    at = stage(tmp_path)
    commit = at.commit("x", {"new.py": AI_CODE})
    note(at, commit, "new.py\n  abcd1234abcd1234 1-2", prompts=PROMPT)
    before = looked(at)
    at.git("notes", "--ref=ai", "remove", commit)
    assert waiting(looked(at, before.seen)) == [("new.py", 1, 2)]


def test_only_lines_that_stand_as_they_did(tmp_path: Path):
    at = stage(tmp_path)
    at.commit(f"x\n\n{CLAUDE}", {"new.py": AI_CODE})
    before = looked(at)
    at.git("reset", "--quiet", "--hard", "HEAD~1")
    at.commit("y", {"new.py": "import math\n\n" + AI_CODE.replace("3 * x", "math.prod((3, x))")})
    assert waiting(looked(at, before.seen)) == [("new.py", 3, 7)]


def test_it_is_remembered_from_head_to_head(tmp_path: Path):
    at = stage(tmp_path)
    at.commit(f"x\n\n{CLAUDE}", {"new.py": AI_CODE})
    first = looked(at)
    at.git("commit", "--quiet", "--amend", "-m", "x")
    second = looked(at, first.seen)
    at.git("commit", "--quiet", "--amend", "-m", "x again")
    third = looked(at, second.seen)
    assert waiting(third) == [("new.py", 1, 6)]
    assert third.verdict.unreviewed[0].source.count("recorded at") == 1


def test_a_head_that_is_lost_speaks_for_its_whole_files(tmp_path: Path):
    at = stage(tmp_path)
    at.commit(f"x\n\n{CLAUDE}", {"new.py": AI_CODE})
    lost = tuple(replace(one, head="1" * 40) for one in looked(at).seen)
    at.git("reset", "--quiet", "--hard", "HEAD~1")
    at.commit("y", {"new.py": "x = 1\n", "other.py": "y = 2\n"})
    assert waiting(looked(at, lost)) == [("new.py", 1, 1)]


def test_what_is_recorded_now_is_said_once(tmp_path: Path):
    at = stage(tmp_path)
    at.commit(f"x\n\n{CLAUDE}", {"new.py": AI_CODE})
    before = looked(at)
    at.commit("more", {"other.py": "z = 3\n"})
    after = looked(at, before.seen)
    assert waiting(after) == [("new.py", 1, 6)]
    assert "recorded at" not in after.verdict.unreviewed[0].source
