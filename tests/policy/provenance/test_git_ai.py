"""git-ai notes: the published standard's own samples, its edges, and what strangers may put there instead."""

from __future__ import annotations

import time

import pytest

from reviewbot.domain.provenance import OriginKind
from reviewbot.policy.provenance.git_ai import NoteError, read_note
from tests.policy.provenance.histories import AI_KEY, HUMAN_KEY, note

# https://github.com/git-ai-project/git-ai/blob/main/specs/git_ai_standard_v3.0.0.md, 1.2.5 and 1.2.6
SESSIONS = """src/main.rs
  s_c9883b05a2487d::t_9f8e7d6c5b4a32 1-10,15-20
  s_c9883b05a2487d::t_a1b2c3d4e5f678 25,30-35
  h_31dce776f88375 42-50
src/lib.rs
  s_e7f2a90b31cc48::t_deadbeef012345 1-50
---
{
  "schema_version": "authorship/3.0.0",
  "git_ai_version": "1.4.5",
  "base_commit_sha": "7734793b756b3921c88db5375a8c156e9532447b",
  "prompts": {},
  "humans": {"h_31dce776f88375": {"author": "Developer <dev@example.com>"}},
  "sessions": {
    "s_c9883b05a2487d": {
      "agent_id": {
        "tool": "cursor", "id": "6ef2299e-a67f-432b-aa80-3d2fb4d28999", "model": "claude-sonnet-4-5-20250514"
      },
      "human_author": "dev@example.com"
    },
    "s_e7f2a90b31cc48": {
      "agent_id": {"tool": "claude", "id": "conv_abc123def456", "model": "claude-sonnet-4-5-20250514"},
      "human_author": "dev@example.com",
      "custom_attributes": {"team": "backend"}
    }
  }
}
"""
LEGACY = """src/main.rs
  abcd1234abcd1234 1-10,15-20
  ef0b5678ef0b5678 25,30-35
src/lib.rs
  abcd1234abcd1234 1-50
---
{
  "schema_version": "authorship/3.0.0",
  "git_ai_version": "1.0.23",
  "base_commit_sha": "7734793b756b3921c88db5375a8c156e9532447b",
  "prompts": {
    "abcd1234abcd1234": {
      "agent_id": {"tool": "cursor", "id": "6ef2299e-a67f-432b-aa80-3d2fb4d28999", "model": "claude-4.5-opus"},
      "human_author": "Developer <dev@example.com>",
      "total_additions": 25, "total_deletions": 5, "accepted_lines": 20, "overriden_lines": 0
    },
    "ef0b5678ef0b5678": {
      "agent_id": {"tool": "cursor", "id": "a1b2c3d4-e5f6-7890-abcd-ef1234567890", "model": "claude-3-sonnet"},
      "human_author": "Developer <dev@example.com>",
      "total_additions": 6, "total_deletions": 0, "accepted_lines": 6, "overriden_lines": 0
    }
  }
}
"""
# src/authorship/snapshots/…tests__expected_format.snap of the same repository; its keys are not hexadecimal.
SNAPSHOT = (
    "src/file.xyz\n  xyzAbc 1,2,19-222\n  123456 400-405\nsrc/file2.xyz\n  123456 1-111,245,260\n---\n"
    '{\n  "schema_version": "authorship/3.0.0",\n  "git_ai_version": "development",\n  "base_commit_sha": "",\n'
    '  "prompts": {}\n}'
)

READ = [
    (SESSIONS, "src/main.rs", 1, ("ai", "cursor", "claude-sonnet-4-5-20250514", "dev@example.com")),
    (SESSIONS, "src/main.rs", 20, ("ai", "cursor", "claude-sonnet-4-5-20250514", "dev@example.com")),
    (SESSIONS, "src/main.rs", 25, ("ai", "cursor", "claude-sonnet-4-5-20250514", "dev@example.com")),
    (SESSIONS, "src/main.rs", 42, ("human", None, None, None)),
    (SESSIONS, "src/lib.rs", 50, ("ai", "claude", "claude-sonnet-4-5-20250514", "dev@example.com")),
    (SESSIONS, "src/main.rs", 11, None),
    (SESSIONS, "src/main.rs", 26, None),
    (SESSIONS, "src/main.rs", 51, None),
    (SESSIONS, "src/lib.rs", 51, None),
    (SESSIONS, "main.rs", 1, None),
    (LEGACY, "src/main.rs", 15, ("ai", "cursor", "claude-4.5-opus", "Developer <dev@example.com>")),
    (LEGACY, "src/main.rs", 30, ("ai", "cursor", "claude-3-sonnet", "Developer <dev@example.com>")),
    (LEGACY, "src/main.rs", 29, None),
]


@pytest.mark.parametrize(("text", "path", "line", "wanted"), READ)
def test_the_standards_own_samples(text: str, path: str, line: int, wanted: tuple[str | None, ...] | None) -> None:
    claim = read_note(text.encode()).claim(path, line)
    assert (claim and (claim.kind.value, claim.tool, claim.model, claim.requester)) == wanted


def test_a_human_is_named_where_the_record_stands() -> None:
    claim = read_note(SESSIONS.encode(), "note of 7734793").claim("src/main.rs", 42)
    assert claim is not None
    assert claim.detail == "note of 7734793: Developer <dev@example.com>"


def test_keys_of_no_known_kind_say_nothing_and_are_told() -> None:
    read = read_note(SNAPSHOT.encode())
    assert read.claim("src/file.xyz", 1) is None
    assert read.doubts == (
        "has the key xyzAbc, which is of no known kind",
        "has the key 123456, which is of no known kind",
    )


# Paths as the reference implementation writes them (tests__file_names_with_spaces.snap), and what the standard allows.
PATHS = {
    '"src/my file.rs"': "src/my file.rs",
    '"docs/README (copy).md"': "docs/README (copy).md",
    "test/file-with-dashes.js": "test/file-with-dashes.js",
    '"a\tb"': "a\tb",
    '"a\nb c"': "a\nb c",
    '"a\n---x\nb"': "a\n---x\nb",
    "ünï/çode.py": "ünï/çode.py",
    "back\\slash.py": "back\\slash.py",
    "--": "--",
    "half\"quote": "half\"quote",
}  # fmt: skip


@pytest.mark.parametrize(("written", "path"), PATHS.items())
def test_paths(written: str, path: str) -> None:
    read = read_note(note(f"{written}\n  {AI_KEY} 2").encode())
    assert list(read.files) == [path]
    assert read.claim(path, 2) is not None


def test_a_path_that_is_no_utf8_is_gits_own() -> None:
    read = read_note(note(f"PATH\n  {AI_KEY} 2").encode().replace(b"PATH", b"caf\xe9.py"))
    assert list(read.files) == ["caf\udce9.py"]


OVERLAPS = [
    ((f"{AI_KEY} 1-10", f"{HUMAN_KEY} 5-6"), {4: "ai", 5: "human", 6: "human", 7: "ai"}),
    ((f"{HUMAN_KEY} 5-6", f"{AI_KEY} 1-10"), {4: "ai", 5: "ai", 7: "ai", 11: None}),
    ((f"{AI_KEY} 1-3,2-9", f"{HUMAN_KEY} 9-12", f"{AI_KEY} 12"), {9: "human", 11: "human", 12: "ai", 13: None}),
    ((f"{AI_KEY} 1-999999999", f"{HUMAN_KEY} 3"), {2: "ai", 3: "human", 4: "ai", 999999999: "ai"}),
    # A human whom the note does not name is nobody: what the entry lies over counts again.
    ((f"{AI_KEY} 1-10", "h_00000000000000 5"), {5: "ai"}),
    (("h_00000000000000 5",), {5: None}),
    # A session or a prompt without its record is one all the same.
    (("s_ffffffffffffff::t_00000000000000 5",), {5: "ai"}),
    (("0123456789abcdef 5",), {5: "ai"}),
    (("0123abc 5",), {5: "ai"}),
    # Lengths may change, the prefixes and :: stay.
    ((f"{AI_KEY}0123456789 5", "h_31dce776f88375 6"), {5: "ai", 6: "human"}),
]


@pytest.mark.parametrize(("entries", "wanted"), OVERLAPS)
def test_of_overlapping_entries_the_last_wins(entries: tuple[str, ...], wanted: dict[int, str | None]) -> None:
    read = read_note(note("a.py\n" + "\n".join(f"  {entry}" for entry in entries)).encode())
    found = {line: read.claim("a.py", line) for line in wanted}
    assert {line: claim and claim.kind.value for line, claim in found.items()} == wanted


def test_a_file_named_twice_is_one() -> None:
    read = read_note(note(f"a.py\n  {AI_KEY} 1-4\nb.py\n  {AI_KEY} 1\na.py\n  {HUMAN_KEY} 4").encode())
    kinds = [(claim := read.claim("a.py", line)) and claim.kind for line in (3, 4)]
    assert kinds == [OriginKind.AI, OriginKind.HUMAN]


def test_lines_may_end_as_on_windows() -> None:
    assert read_note(note(f"a.py\n  {AI_KEY} 1").replace("\n", "\r\n").encode()).claim("a.py", 1) is not None


def test_sessions_and_humans_may_be_missing() -> None:
    text = (
        'a.py\n  abcd1234abcd1234 1\n---\n{"schema_version": "authorship/3.0.0", "base_commit_sha": "", "prompts": {}}'
    )
    assert read_note(text.encode()).claim("a.py", 1) is not None


BROKEN = {
    "no divider": (f"a.py\n  {AI_KEY} 1\n", "has no line ---"),
    "a divider with a blank": (f"a.py\n  {AI_KEY} 1\n--- \n{{}}", "has no line ---"),
    "empty": ("", "has no line ---"),
    "no JSON": ("---\n{", "is no JSON"),
    "no object": ("---\n[]", "no JSON object"),
    "nested without end": ("---\n" + "[" * 100_000, "is no JSON"),
    "another version": (note("", schema_version="authorship/4.0.0"), "follows authorship/4.0.0"),
    "an older version": (note("", schema_version="authorship/2.0.0"), "follows authorship/2.0.0"),
    "no version": (note("", schema_version=None), "follows no version"),
    "a version that draws": (note("", schema_version="\u202e0.0.3"), "follows 0.0.3"),
    "prompts are a list": (note("", prompts=[]), "no map of records"),
    "a session is a text": (note("", sessions={"s_1": "cursor"}), "no map of records"),
    "no base commit": (note("", base_commit_sha=7), "lacks base_commit_sha"),
    "no file": (note(f"  {AI_KEY} 1"), "before any file"),
    "no ranges": (note(f"a.py\n  {AI_KEY}"), "an entry that is not"),
    "one blank": (note(f"a.py\n  {AI_KEY}  1"), "an entry that is not"),
    "ranges with blanks": (note(f"a.py\n  {AI_KEY} 1, 2"), "an entry that is not"),
    "line 0": (note(f"a.py\n  {AI_KEY} 0"), "a line range that is none"),
    "backwards": (note(f"a.py\n  {AI_KEY} 5-3"), "a line range that is none"),
    "no number": (note(f"a.py\n  {AI_KEY} x"), "a line range that is none"),
    "below zero": (note(f"a.py\n  {AI_KEY} -3"), "a line range that is none"),
    "endless digits": (note(f"a.py\n  {AI_KEY} 1-{'9' * 5000}"), "a line range that is none"),
    "quotes that do not end": (note(f'"a.py\n  {AI_KEY} 1'), "whose quotes do not end"),
    "binary": ("\x00\x01\x02" * 1000, "has no line ---"),
}


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_log_is_refused(text: str, said: str) -> None:
    with pytest.raises(NoteError, match=said):
        read_note(text.encode())


def test_names_are_shown_plain() -> None:
    agent = {"tool": "cur\u202esor\x1b[31m\n", "model": "m" * 5000, "id": "1"}
    read = read_note(
        note(f"a.py\n  {AI_KEY} 1", sessions={AI_KEY[:16]: {"agent_id": agent, "human_author": 3}}).encode()
    )
    claim = read.claim("a.py", 1)
    assert claim is not None
    assert (claim.tool, claim.model, claim.requester) == ("cursor[31m", "m" * 120, None)


def test_a_million_ranges_are_refused_at_once() -> None:
    ranges = ",".join(f"{n}-{n + 5}" for n in range(1, 1_000_001))
    start = time.process_time()
    with pytest.raises(NoteError, match="more than 200000 ranges"):
        read_note(note(f"a.py\n  {AI_KEY} {ranges}").encode())
    assert time.process_time() - start < 2


def test_many_entries_over_each_other_are_read_in_time() -> None:
    entries = "\n".join(f"  {AI_KEY if n % 2 else HUMAN_KEY} {n}-999999999" for n in range(1, 20_001))
    start = time.process_time()
    read = read_note(note(f"a.py\n{entries}").encode())
    kinds = [(claim := read.claim("a.py", line)) and claim.kind.value for line in (1, 2, 20_000, 70_000)]
    assert kinds == ["ai", "human", "human", "human"]
    assert time.process_time() - start < 10
