"""An outsider cannot turn the gate green: each attempt on a real repository."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reviewbot.policy.check import check
from reviewbot.policy.reviews_file import parse
from reviewbot.policy.verdict import Outcome, State, Verdict
from reviewbot.resources import rules_dir
from reviewbot.source import Repository
from tests.policy.stage import AI_CODE, BASE_CODE, CLAUDE, ENFORCE, Stage, person, stage, told, with_ai


def decided(at: Stage, head: str = "topic", base: str = "main", **facts: Any) -> Verdict:
    """By default carol has approved the head that alice pushed."""
    repository = Repository(at.path)
    change = repository.change(base, head)
    data = json.dumps(told(**{"head": change.head} | facts)).encode()
    return check(repository, change, parse(data, change.head), rules_dir())


def note(at: Stage, commit: str, entries: str, **tables: Any) -> None:
    known = {"schema_version": "authorship/3.0.0", "base_commit_sha": "0" * 40, "prompts": {}} | tables
    at.git("notes", "--ref=ai", "add", "--force", "-m", f"{entries}\n---\n{json.dumps(known)}", commit)


PROMPT = {
    "abcd1234abcd1234": {"agent_id": {"tool": "cursor", "id": "1", "model": "m"}, "human_author": "alice@corp.example"}
}
BY_HAND = {"h_31dce776f88375": {"author": "Alice <alice@corp.example>"}}


def test_what_is_attacked_waits_and_passes_with_a_review(tmp_path: Path):
    at = with_ai(tmp_path)
    assert decided(at, reviews=[]).state is State.PENDING
    assert decided(at).state is State.PASS


@pytest.mark.parametrize(
    "trailers",
    [
        "Written-by: a human",
        "Generated-by: nobody",
        "Ai-assisted: false",
        "Human-authored: true",
        "Reviewed-by: Carol <carol@corp.example>",
        "Entire-Attribution: 0% agent (0/6 lines)",
        "Signed-off-by: Carol <carol@corp.example>",
        "Approved-by: carol",
    ],
)
def test_forged_trailers(tmp_path: Path, trailers: str):
    at = stage(tmp_path)
    at.commit(f"x\n\n{CLAUDE}\n{trailers}", {"new.py": AI_CODE})
    assert decided(at, reviews=[]).state is not State.PASS


def test_a_note_that_says_human_beside_the_trailer(tmp_path: Path):
    for policy in (ENFORCE, ENFORCE + 'mixed = "human"\n', ENFORCE + 'unknown = "ai"\n'):
        folder = tmp_path / str(len(policy))
        folder.mkdir()
        at = with_ai(folder, policy)
        note(at, at.head, "new.py\n  h_31dce776f88375 1-6", humans=BY_HAND)
        assert decided(at, reviews=[]).state is not State.PASS


def test_an_edited_note(tmp_path: Path):
    """The note said AI; somebody rewrites it to *human*, breaks it, or removes it. The commit's trailer stays."""
    at = with_ai(tmp_path)
    note(at, at.head, "new.py\n  abcd1234abcd1234 1-6", prompts=PROMPT)
    assert decided(at, reviews=[]).state is State.PENDING
    note(at, at.head, "new.py\n  h_31dce776f88375 1-6", humans=BY_HAND)
    assert decided(at, reviews=[]).state is not State.PASS
    at.git("notes", "--ref=ai", "add", "--force", "-m", "rubbish", at.head)
    assert decided(at, reviews=[]).state is not State.PASS
    at.git("notes", "--ref=ai", "remove", at.head)
    assert decided(at, reviews=[]).state is State.PENDING


def test_a_broken_note_is_no_pass_for_lines_of_which_nothing_else_is_known(tmp_path: Path):
    at = stage(tmp_path)
    at.commit("x", {"new.py": AI_CODE})
    assert decided(at, reviews=[]).state is State.PASS
    at.git("notes", "--ref=ai", "add", "-m", "new.py\n  abcd1234abcd1234 1-6\n---\n{not json", at.head)
    assert decided(at, reviews=[]).state is State.ERROR


@pytest.mark.parametrize(
    "settings",
    [
        '[ai]\nmode = "off"\n',
        "",
        "broken = [",
        '[ai]\nmode = "enforce"\n[[ai.paths]]\nmatch = "new.py"\nrule = "free"\n',
        '[ai]\nmode = "enforce"\nstrength = "line"\n',
        '[ai]\nmode = "enforce"\noverride = ["alice"]\n',
    ],
)
def test_the_settings_changed_in_the_head(tmp_path: Path, settings: str):
    at = with_ai(tmp_path)
    at.commit("Be kind", {".reviewbot.toml": settings})
    override = {"by": "alice", "said": "overrode", "commit": at.head, "reason": "Trust me."}
    assert decided(at, reviews=[override]).state is State.PENDING


def test_codeowners_changed_in_the_head(tmp_path: Path):
    policy = ENFORCE + '[[ai.paths]]\nmatch = "*.py"\nrule = "owner"\n'
    at = with_ai(tmp_path, policy, {"CODEOWNERS": "* @dave\n"})
    at.commit("Own it", {"CODEOWNERS": "* @carol\n"})
    assert decided(at).state is State.PENDING
    assert decided(at, reviews=[{"by": "dave", "said": "approved", "commit": at.head}]).state is State.PASS


def test_a_bot_approves(tmp_path: Path):
    at = with_ai(tmp_path)
    accounts = [person("alice"), person("carol", bot=True)]
    assert decided(at, accounts=accounts).state is State.PENDING


def test_the_second_identity_of_the_author_approves(tmp_path: Path):
    """Alice commits as somebody else, whose account approves; or has a second account with her address."""
    at = stage(tmp_path)
    at.commit(f"x\n\n{CLAUDE}", {"new.py": AI_CODE}, who="carol")
    assert decided(at).state is State.PENDING
    assert decided(at, reviews=[{"by": "dave", "said": "approved", "commit": at.head}]).state is State.PASS
    second = person("al", emails=["AL@home.example", "alice+2@corp.example"])
    reviews = [{"by": "al", "said": "approved", "commit": at.head}]
    assert decided(at, accounts=[person("alice"), second], reviews=reviews).state is State.PENDING


def test_a_co_author_approves(tmp_path: Path):
    at = stage(tmp_path)
    at.commit(f"x\n\n{CLAUDE}\nCo-authored-by: C <Carol@corp.example>", {"new.py": AI_CODE})
    assert decided(at).state is State.PENDING


def test_whom_the_forge_takes_the_author_for_approves(tmp_path: Path):
    at = with_ai(tmp_path)
    assert decided(at, logins={at.head: ["carol"]}).state is State.PENDING


def lines_of(verdict: Verdict, outcome: Outcome) -> list[int]:
    runs = [one.lines for one in verdict.lines if one.outcome is outcome]
    return [number for run in runs for number in range(run.start, run.end + 1)]


def pushed(*steps: tuple[str, str, str]) -> list[dict[str, str]]:
    return [{"by": by, "after": after, **({"before": before} if before else {})} for by, before, after in steps]


def test_a_push_after_the_approval_asks_for_its_own_ai_lines_again(tmp_path: Path):
    at = with_ai(tmp_path)
    seen = at.head
    reviews = [{"by": "carol", "said": "approved", "commit": seen}]
    at.commit(f"Triple better\n\n{CLAUDE}", {"new.py": "# Arithmetic.\n" + AI_CODE.replace("3 * x", "x + x + x")})
    pushes = pushed(("alice", "", seen), ("alice", seen, at.head))
    found = decided(at, reviews=reviews, pushes=pushes)
    assert found.state is State.PENDING
    assert (lines_of(found, Outcome.WAITING), lines_of(found, Outcome.CLEARED)) == ([1, 7], [2, 3, 4, 5, 6])
    again = [
        *reviews,
        {"by": "dave", "said": "signed-off", "commit": at.head, "path": "new.py", "start_line": 7, "end_line": 7},
    ]
    assert lines_of(decided(at, reviews=again, pushes=pushes), Outcome.WAITING) == [1]


def test_a_renamed_and_a_rebased_file_keep_their_review(tmp_path: Path):
    at = with_ai(tmp_path)
    seen = at.head
    reviews = [{"by": "carol", "said": "approved", "commit": seen}]
    at.git("mv", "new.py", "arithmetic.py")
    at.commit("Rename", {})
    assert decided(at, reviews=reviews).state is State.PASS
    at.git("checkout", "--quiet", "main")
    at.commit("Meanwhile", {"other.py": "y = 2\n"})
    at.git("rebase", "--quiet", "main", "topic")
    assert decided(at, reviews=reviews).state is State.PASS


def test_an_approval_of_what_is_gone_counts_for_nothing(tmp_path: Path):
    at = with_ai(tmp_path)
    found = decided(at, reviews=[{"by": "carol", "said": "approved", "commit": "1" * 40}])
    assert found.state is State.PENDING
    assert "111111111111" in found.notes[0]


def clean(at: Stage) -> str:
    at.git("merge", "--quiet", "--no-edit", "main", who="carol")
    return at.head


def smuggled(at: Stage) -> str:
    """A merge of the base in which its maker changed a line."""
    at.git("merge", "--quiet", "--no-commit", "main", who="carol")
    at.commit("Merge main", {"new.py": AI_CODE.replace("2 * x", "x ** 2")}, who="carol")
    return at.head


def foreign(at: Stage) -> str:
    """A merge of something that is not the base's."""
    at.git("checkout", "--quiet", "-b", "foreign", "main")
    at.commit("Elsewhere", {"foreign.py": "z = 3\n"}, who="carol")
    at.git("checkout", "--quiet", "topic")
    at.git("merge", "--quiet", "--no-edit", "foreign", who="carol")
    return at.head


@pytest.mark.parametrize(("make", "state"), [(clean, State.PASS), (smuggled, State.PENDING), (foreign, State.PENDING)])
def test_a_merge_of_the_base(tmp_path: Path, make: Callable[[Stage], str], state: State):
    """Carol clicks *update branch*: that makes her no pusher, unless she changed something on the way."""
    at = with_ai(tmp_path)
    before = at.head
    at.git("checkout", "--quiet", "main")
    at.commit("Meanwhile", {"old.py": BASE_CODE + "late = 1\n"})
    at.git("checkout", "--quiet", "topic")
    after = make(at)
    pushes = pushed(("alice", "", before), ("carol", before, after))
    for seen in (before, after):
        reviews = [{"by": "carol", "said": "approved", "commit": seen}]
        assert decided(at, reviews=reviews, pushes=pushes).state is state


def test_replaced_objects_and_grafts_change_nothing(tmp_path: Path):
    """`git replace` would show another commit, without the trailer, in the place of the AI's."""
    at = with_ai(tmp_path)
    wrote = at.head
    at.git("checkout", "--quiet", "--detach", "main")
    innocent = at.commit("By hand", {"new.py": AI_CODE})
    at.git("replace", wrote, innocent)
    assert decided(at, head=wrote, reviews=[]).state is State.PENDING
