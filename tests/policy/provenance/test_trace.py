"""From real commits to the origin of each line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviewbot.domain.change import Change, LineRange
from reviewbot.domain.errors import RevisionNotFound, SourceError
from reviewbot.domain.provenance import Strength
from reviewbot.policy.provenance import Facts, origins
from reviewbot.source.mirrors import Mirrors
from reviewbot.source.repository import Repository
from tests.policy.provenance.histories import AI_KEY, CLAUDE, HUMAN_KEY, Project, by_line, note, numbered

TEN = numbered(1, 10)
LINES = TEN.splitlines(keepends=True)
AI = f"By a tool\n\n{CLAUDE}"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "r")


def _all(kind: str, last: int = 10) -> dict[int, str]:
    return dict.fromkeys(range(1, last + 1), kind)


def test_a_commit_that_says_nothing_is_unknown_not_human(project: Project) -> None:
    made = project.commit({"a.py": TEN})
    (one,) = project.traced().origins
    assert (one.path, one.lines, one.kind.value, one.commit, one.claims) == (
        "a.py",
        LineRange(1, 10),
        "unknown",
        made,
        (),
    )


def test_a_trailer_speaks_of_all_lines_of_its_commit(project: Project) -> None:
    made = project.commit({"a.py": TEN}, AI)
    (one,) = project.traced().origins
    (claim,) = one.claims
    assert (one.kind.value, claim.strength, claim.source) == ("ai", Strength.COMMIT, "trailer")
    assert (claim.tool, claim.model, claim.requester) == ("claude-code", "Claude Opus 4.5", "a@example.org")
    assert claim.detail == f"trailer of {made[:7]}"


def test_a_trailer_that_does_not_end_the_message_is_prose(project: Project) -> None:
    project.commit({"a.py": TEN}, f"Say\n\n{CLAUDE}\n\nis what we do not write.")
    assert project.kinds("a.py") == _all("unknown")


def test_folded_trailers_and_keys_in_any_case_are_read_as_git_does(project: Project) -> None:
    project.commit({"a.py": TEN}, "Say\n\nFixes: #1\nco-AUTHORED-by: Claude Opus 4.5\n  <noreply@anthropic.com>")
    assert project.kinds("a.py") == _all("ai")


def test_a_note_speaks_of_its_lines_alone(project: Project) -> None:
    made = project.commit({"a b.py": TEN})
    project.note(made, note(f'"a b.py"\n  {AI_KEY} 1-4\n  {HUMAN_KEY} 7'))
    wanted = _all("unknown") | dict.fromkeys(range(1, 5), "ai") | {7: "human"}
    assert project.kinds("a b.py") == wanted


def test_notes_hold_for_their_own_commit_and_lines_are_carried_from_there(project: Project) -> None:
    made = project.commit({"a.py": TEN})
    project.note(made, note(f"a.py\n  {AI_KEY} 3"))
    project.commit({"a.py": "new at the top\n" * 3 + TEN})
    assert project.kinds("a.py") == {1: "unknown", 2: "unknown", 3: "unknown"} | {
        n + 3: "ai" if n == 3 else "unknown" for n in range(1, 11)
    }


def test_notes_are_found_where_a_mirror_keeps_them(project: Project) -> None:
    made = project.commit({"a.py": TEN})
    project.note(made, note(f"a.py\n  {AI_KEY} 1-10"))
    project.git("update-ref", Mirrors.name("refs/notes/ai"), "refs/notes/ai")
    project.git("update-ref", "-d", "refs/notes/ai")
    assert project.kinds("a.py") == _all("ai")


@pytest.mark.parametrize("place", ["{0}", "{1}/{2}", "{1}/{3}/{4}"])
def test_notes_are_found_however_deep_git_sorts_them(project: Project, place: str) -> None:
    made = project.commit({"a.py": TEN})
    project.git("checkout", "-q", "--orphan", "notes")
    project.git("rm", "-rfq", ".")
    parts = (made, made[:2], made[2:], made[2:4], made[4:])
    top = project.commit({place.format(*parts): note(f"a.py\n  {AI_KEY} 1-10")})
    project.git("checkout", "-q", "work")
    project.git("update-ref", "refs/notes/ai", top)
    assert project.kinds("a.py") == _all("ai")


def test_the_default_notes_are_not_read(project: Project) -> None:
    made = project.commit({"a.py": TEN})
    project.note(made, note(f"a.py\n  {AI_KEY} 1-10"), ref="commits")
    assert project.kinds("a.py") == _all("unknown")


BROKEN_NOTES = {
    "broken": (b"no log at all", "has no line ---"),
    "binary": (bytes(range(1, 256)) * 40, "has no line ---"),
    "huge": (b"a.py\n  0123456789abcdef 1\n" * 200_000, "at most 4194304 are read"),
    "of another version": (note("", schema_version="authorship/9.9.9").encode(), "follows authorship/9.9.9"),
    "of an unknown kind": (note("a.py\n  z_31dce776f88375 1").encode(), "the key z_31dce776f88375"),
}


@pytest.mark.parametrize(("data", "said"), BROKEN_NOTES.values(), ids=BROKEN_NOTES)
def test_a_note_that_cannot_be_read_is_a_problem(project: Project, data: bytes, said: str) -> None:
    made = project.commit({"a.py": TEN}, AI)
    project.note(made, data)
    traced = project.traced()
    assert [said in problem and made[:7] in problem for problem in traced.problems] == [True]
    assert by_line(traced.origins, "a.py") == _all("ai")  # other records count all the same


def test_a_notes_ref_that_holds_no_notes_is_a_problem(project: Project) -> None:
    project.commit({"a.py": TEN})
    project.git("update-ref", "refs/notes/ai", project.git("rev-parse", "HEAD:a.py"))
    assert project.traced().problems == ("refs/notes/ai is no history of notes: fetch it again.",)


def test_a_note_that_says_human_does_not_beat_a_trailer_that_says_a_tool(project: Project) -> None:
    made = project.commit({"a.py": TEN}, AI)
    project.note(made, note(f"a.py\n  {HUMAN_KEY} 1-5"))
    (first, rest) = project.traced().origins
    assert (first.kind.value, first.lines, rest.kind.value) == ("mixed", LineRange(1, 5), "ai")
    assert [claim.kind.value for claim in first.claims] == ["human", "ai"]


def test_a_note_that_says_human_does_not_beat_a_hint(project: Project) -> None:
    made = project.commit({"a.py": TEN})
    project.note(made, note(f"a.py\n  {HUMAN_KEY} 1-10"))
    assert project.kinds("a.py") == _all("human")
    assert project.kinds("a.py", Facts(branch="cursor/login-1a2b")) == _all("mixed")


HINTS = {
    "branch": Facts(branch="copilot/fix-1"),
    "description": Facts(description="Text\n\n🤖 Generated with [Claude Code](https://claude.com/claude-code)\n"),
    "title": Facts(title="PR created automatically by Jules for task 1"),
    "login": Facts(author_login="devin-ai-integration[bot]"),
}


@pytest.mark.parametrize("facts", HINTS.values(), ids=HINTS)
def test_hints_speak_where_nothing_else_does(project: Project, facts: Facts) -> None:
    project.commit({"a.py": TEN})
    (one,) = project.traced(facts).origins
    assert (one.kind.value, [claim.strength for claim in one.claims]) == ("ai", [Strength.HINT])


def test_a_hint_does_not_hide_that_a_person_edited_a_machines_line(project: Project) -> None:
    project.commit({"a.py": TEN}, AI)
    project.commit({"a.py": TEN.replace("number 4 says", "number four says")})
    assert project.kinds("a.py", Facts(branch="cursor/x"))[4] == "mixed"


def test_a_persons_edit_of_a_machines_line_is_mixed_with_both_commits_claims(project: Project) -> None:
    first = project.commit({"a.py": TEN}, AI)
    second = project.commit({"a.py": TEN.replace("number 4 says", "number four says") + "quite another thing\n"})
    found = project.traced().origins
    assert by_line(found, "a.py") == _all("ai") | {4: "mixed", 11: "unknown"}
    edited = next(one for one in found if 4 in one.lines)
    assert edited.commit == second
    assert [claim.detail for claim in edited.claims] == [f"trailer of {first[:7]}"]


def test_the_edit_of_an_edit_is_mixed_still(project: Project) -> None:
    project.commit({"a.py": TEN}, AI)
    for word in ("four", "fourth", "fore"):
        project.commit({"a.py": TEN.replace("number 4 says", f"number {word} says")})
    assert project.kinds("a.py")[4] == "mixed"


def test_a_machines_edit_of_a_persons_line_is_a_machines(project: Project) -> None:
    project.commit({"a.py": TEN})
    project.commit({"a.py": TEN.replace("number 4 says", "number four says")}, AI)
    assert project.kinds("a.py") == _all("unknown") | {4: "ai"}


def test_a_line_put_in_place_of_a_machines_that_is_not_like_it_is_not_mixed(project: Project) -> None:
    project.commit({"a.py": TEN}, AI)
    project.commit({"a.py": TEN.replace(LINES[3], "raise Refused(because)\n")})
    assert project.kinds("a.py") == _all("ai") | {4: "unknown"}


def test_a_machines_lines_that_a_person_indents_stay_a_machines(project: Project) -> None:
    project.commit({"a.py": TEN}, AI)
    indented = "".join(f"    {line}" for line in LINES[2:6])
    project.commit({"a.py": "".join(LINES[:2]) + "if really:\n" + indented + "".join(LINES[6:])})
    assert project.kinds("a.py") == _all("ai", 11) | {3: "unknown"}


@pytest.mark.parametrize("crlf", [False, True])
def test_a_machines_lines_that_a_person_moves_stay_a_machines(project: Project, crlf: bool) -> None:
    project.commit({"a.py": TEN + numbered(20, 40, "other")}, AI)
    moved = TEN.replace("\n", "\r\n") if crlf else TEN
    project.commit({"a.py": numbered(20, 40, "other"), "b.py": moved})
    assert project.kinds("b.py") == _all("ai")


def test_a_short_line_is_not_taken_for_a_moved_one(project: Project) -> None:
    project.commit({"a.py": TEN + "return None\n"}, AI)
    project.commit({"a.py": TEN, "b.py": "return None\n"})
    assert project.kinds("b.py") == {1: "unknown"}


def test_lines_are_followed_through_a_renamed_file(project: Project) -> None:
    made = project.commit({"a.py": TEN})
    project.note(made, note(f"a.py\n  {AI_KEY} 1-10"))
    project.git("mv", "a.py", "b.py")
    project.commit({"b.py": TEN + "one more\n"})
    assert project.kinds("b.py") == _all("ai") | {11: "unknown"}


def test_a_machines_lines_of_the_base_that_a_person_edits_or_moves(tmp_path: Path) -> None:
    project = Project(tmp_path / "r")
    project.git("checkout", "-q", "main")
    old = project.commit({"a.py": TEN})
    project.note(old, note(f"a.py\n  {AI_KEY} 1-10"))
    project.git("checkout", "-q", "-B", "work")
    project.commit({"a.py": TEN.replace("number 4 says", "number four says")})
    assert project.kinds("a.py") == {4: "mixed"}
    project.git("checkout", "-q", "-B", "work", "main")
    project.commit({"a.py": "".join(LINES[5:]), "b.py": "import os\n" + "".join(LINES[:5])})
    assert project.kinds("b.py") == {1: "unknown"} | dict.fromkeys(range(2, 7), "ai")


def test_a_merge_keeps_each_sides_lines(project: Project) -> None:
    project.commit({"a.py": TEN}, AI)
    project.git("checkout", "-q", "-b", "side", "main")
    project.commit({"b.py": TEN})
    project.git("checkout", "-q", "work")
    project.git("merge", "-q", "--no-edit", "side")
    assert (project.kinds("a.py"), project.kinds("b.py")) == (_all("ai"), _all("unknown"))


def test_a_conflict_that_a_person_resolved_by_editing_a_machines_line_is_mixed(project: Project) -> None:
    project.commit({"a.py": TEN})
    project.git("checkout", "-q", "-b", "side")
    project.commit({"a.py": TEN.replace("number 4 says", "number four says")}, AI)
    project.git("checkout", "-q", "work")
    project.commit({"a.py": TEN.replace("number 4 says", "number IV says")})
    with pytest.raises(Exception, match="merge"):
        project.git("merge", "-q", "--no-edit", "side")
    project.commit({"a.py": TEN.replace("number 4 says", "number four (IV) says")}, "Merge")
    assert project.kinds("a.py") == _all("unknown") | {4: "mixed"}


# The standard, section 2: a rewriting tool writes the new commits' notes; lines are those of the new commit.
def test_rebased_commits_are_read_by_their_new_notes(project: Project) -> None:
    old = project.commit({"a.py": TEN})
    project.note(old, note(f"a.py\n  {AI_KEY} 2"))
    project.git("checkout", "-q", "main")
    project.commit({"z.py": "z\n"})
    project.git("checkout", "-q", "work")
    project.git("-c", "notes.rewrite.rebase=true", "-c", "notes.rewriteRef=refs/notes/ai", "rebase", "-q", "main")
    new = project.git("rev-parse", "HEAD")
    assert new != old
    assert project.kinds("a.py") == _all("unknown") | {2: "ai"}


def test_squashed_commits_are_read_by_the_one_note_with_all_sessions(project: Project) -> None:
    project.commit({"a.py": "".join(LINES[:5])})
    project.commit({"a.py": TEN})
    project.git("reset", "-q", "--soft", "main")
    made = project.commit(message="squashed")
    other = "abcd1234abcd1234"
    prompts = {other: {"agent_id": {"tool": "claude", "id": "i", "model": "m"}}}
    project.note(made, note(f"a.py\n  {AI_KEY} 1-3\n  {other} 7-8", prompts=prompts))
    found = project.traced().origins
    assert [(o.lines, o.claims[0].tool) for o in found if o.claims] == [
        (LineRange(1, 3), "cursor"),
        (LineRange(7, 8), "claude"),
    ]


def test_picked_commits_are_read_by_their_new_note(project: Project) -> None:
    made = project.commit({"a.py": TEN})
    project.note(made, note(f"a.py\n  {AI_KEY} 2"))
    project.git("checkout", "-q", "-B", "work", "main")
    project.git("cherry-pick", made)
    new = project.git("rev-parse", "HEAD")
    project.note(new, note(f"a.py\n  {AI_KEY} 3"))
    assert project.kinds("a.py") == _all("unknown") | {3: "ai"}


def test_a_picked_commit_without_a_note_of_its_own_has_a_hint_from_the_one_it_names(project: Project) -> None:
    made = project.commit({"a.py": TEN})
    project.note(made, note(f"a.py\n  {AI_KEY} 2\n  {HUMAN_KEY} 5"))
    project.git("checkout", "-q", "-B", "work", "main")
    project.commit({"0.py": "x\n"})
    project.git("cherry-pick", "-x", made)
    found = project.traced().origins
    assert by_line(found, "a.py") == _all("unknown") | {2: "ai"}
    (claim,) = next(one for one in found if one.path == "a.py" and 2 in one.lines).claims
    assert (claim.strength, claim.tool) == (Strength.HINT, "cursor")


def test_settings_that_would_change_who_wrote_a_line_are_not_obeyed(project: Project) -> None:
    project.commit({"a.py": TEN})
    bad = project.commit({"a.py": TEN.replace("number 4 says", "number four says")}, AI)
    project.commit({".git-blame-ignore-revs": f"{bad}\n", ".gitattributes": "*.py -diff\n"})
    for name, value in (
        ("blame.ignoreRevsFile", ".git-blame-ignore-revs"),
        ("blame.markIgnoredLines", "true"),
        ("trailer.separators", "="),
        ("diff.algorithm", "patience"),
        ("log.showSignature", "true"),
        ("format.pretty", "oneline"),
    ):
        project.git("config", name, value)
    clean = project.git("commit-tree", f"{bad}^{{tree}}", "-p", f"{bad}^", "-m", "By nobody but me")
    project.git("replace", bad, clean)
    assert project.kinds("a.py") == _all("unknown") | {4: "ai"}


def test_marks_that_a_repository_declares(project: Project) -> None:
    project.commit(
        {"a.py": f"import os\n\n# ai-generated: cursor\ndef f():\n    {LINES[0]}\n    {LINES[1]}\n{LINES[2]}"}
    )
    found = project.traced(Facts(markers=["ai-generated:"])).origins
    assert by_line(found, "a.py") == _all("unknown", 9) | dict.fromkeys(range(3, 8), "ai")
    (claim,) = found[1].claims
    assert (claim.source, claim.tool, claim.strength) == ("marker", "cursor", Strength.LINE)


def test_odd_paths(project: Project) -> None:
    names = ['q"uote.py', "new\nline.py", "tab\t.py", "ünï.py", "-dash.py", ":(glob)*.py", "\u202ereversed.py", "a b"]
    project.commit(dict.fromkeys(names, TEN), AI)
    project.commit({name: TEN.replace("number 4 says", "number four says") for name in names})
    found = project.traced(Facts(markers=["mark"]))
    assert found.problems == ()
    for name in names:
        assert by_line(found.origins, name) == _all("ai") | {4: "mixed"}


def test_every_added_line_is_in_exactly_one_origin(project: Project) -> None:
    project.commit({"a.py": TEN, "empty": "", "bin": b"\0\1\2", "no-end": "x"}, AI)
    project.commit({"a.py": "".join(LINES[::2])})
    repository = Repository(project.path)
    change = repository.change("main", "HEAD")
    found = origins(repository, change, Facts()).origins
    seen = [(one.path, n) for one in found for n in range(one.lines.start, one.lines.end + 1)]
    wanted = [(f.path, n) for f in change.files for where in f.added for n in range(where.start, where.end + 1)]
    assert seen == wanted


def test_a_change_that_adds_nothing_has_no_origins(project: Project) -> None:
    project.git("rm", "-q", "README")
    project.commit()
    assert project.traced().origins == ()


def test_a_commit_that_is_not_there_is_named(project: Project) -> None:
    project.commit({"a.py": TEN})
    repository = Repository(project.path)
    change = repository.change("main", "HEAD")
    gone = Change(change.base, change.merge_base, "1" * 40, change.files)
    with pytest.raises(RevisionNotFound, match="There is no commit '1111"):
        origins(repository, gone, Facts())


def test_an_object_that_is_missing_is_an_error(project: Project) -> None:
    made = project.commit({"a.py": TEN})
    project.commit({"a.py": "other\n" + TEN})
    repository = Repository(project.path)
    change = repository.change("main", "HEAD")
    blob = project.git("rev-parse", f"{made}:a.py")
    (project.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(SourceError):
        origins(repository, change, Facts())


def test_an_sha256_repository(tmp_path: Path) -> None:
    project = Project.__new__(Project)
    project.path = tmp_path / "r"
    project.path.mkdir()
    project.git("init", "-q", "-b", "main", "--object-format=sha256")
    project.commit({"README": "x\n"})
    project.git("checkout", "-q", "-b", "work")
    project.note(project.commit({"a.py": TEN}), note(f"a.py\n  {AI_KEY} 2"))
    assert project.kinds("a.py") == _all("unknown") | {2: "ai"}


def test_a_message_of_a_megabyte_of_trailers(project: Project) -> None:
    lines = "\n".join(f"Key-{n}: value {n}" for n in range(50_000))
    (project.path / "message").write_text(f"Many\n\n{CLAUDE}\n{lines}\n")
    project.write("a.py", TEN)
    project.git("add", "a.py")
    project.git("commit", "-q", "-F", "message")
    traced = project.traced()
    assert by_line(traced.origins, "a.py") == _all("ai")
    assert ["more than 1000 trailers" in problem for problem in traced.problems] == [True]


def test_traces_of_the_reference_hook(project: Project) -> None:
    """It writes version 1.0 and the HEAD before the commit (reference/trace-store.ts)."""
    contributor = {"type": "ai", "model_id": "anthropic/claude-opus-4-5"}
    conversation = {"contributor": contributor, "ranges": [{"start_line": 2, "end_line": 3}]}
    record = {
        "version": "1.0",
        "id": "550e8400-e29b-41d4-a716-446655440000",
        "timestamp": "2026-01-23T14:30:00Z",
        "vcs": {"type": "git", "revision": project.base},
        "tool": {"name": "claude-code"},
        "files": [{"path": "a.py", "conversations": [conversation]}],
    }
    project.commit({"a.py": TEN, ".agent-trace/traces.jsonl": json.dumps(record) + "\n"})
    project.commit({"a.py": "first\n" + TEN})
    found = project.traced()
    assert found.problems == ()
    assert by_line(found.origins, "a.py") == _all("unknown", 11) | {3: "ai", 4: "ai"}
    (claim,) = next(one for one in found.origins if one.path == "a.py" and 3 in one.lines).claims
    assert (claim.source, claim.tool, claim.model) == ("agent-trace", "claude-code", "anthropic/claude-opus-4-5")
