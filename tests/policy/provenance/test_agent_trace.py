"""Agent Trace: the specification's sample, the reference implementation's two traps, hashes, and malformed records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reviewbot.domain.provenance import Strength
from reviewbot.policy.provenance.agent_trace import TraceError, read_record
from reviewbot.policy.provenance.content_hash import matches, murmur3
from tests.policy.provenance.histories import Project, by_line, numbered

# https://agent-trace.dev, 6.2: the example, shortened in nothing that is read.
SAMPLE: dict[str, Any] = {
    "version": "0.1.0",
    "id": "550e8400-e29b-41d4-a716-446655440000",
    "timestamp": "2026-01-23T14:30:00Z",
    "vcs": {"type": "git", "revision": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0"},
    "tool": {"name": "cursor", "version": "2.4.0"},
    "files": [
        {
            "path": "src/utils/parser.ts",
            "conversations": [
                {
                    "url": "https://api.cursor.com/v1/conversations/12345",
                    "contributor": {"type": "ai", "model_id": "anthropic/claude-opus-4-5-20251101"},
                    "ranges": [{"start_line": 42, "end_line": 67, "content_hash": "murmur3:9f2e8a1b"}],
                }
            ],
        },
        {
            "path": "src/utils/helpers.ts",
            "conversations": [
                {
                    "contributor": {"type": "ai", "model_id": "openai/gpt-4o"},
                    "ranges": [{"start_line": 10, "end_line": 25}],
                }
            ],
        },
    ],
    "metadata": {"confidence": 0.95},
}
TEN = numbered(1, 10)
STORE = ".agent-trace/traces.jsonl"


def _record(revision: str | None, ranges: list[dict[str, Any]], path: str = "a.py", **more: Any) -> str:
    conversation = {"contributor": {"type": "ai", "model_id": "m"}, "ranges": ranges}
    vcs = {"vcs": {"type": "git", "revision": revision}} if revision else {}
    files = [{"path": path, "conversations": [conversation]}]
    ground = {"version": "0.1.0", "id": SAMPLE["id"], "timestamp": "2026-01-23T14:30:00Z", "tool": {"name": "cursor"}}
    return json.dumps({**ground, **vcs, "files": files, **more}) + "\n"


def _range(start: int, end: int, **more: Any) -> dict[str, Any]:
    return {"start_line": start, "end_line": end, **more}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "r")


def _kinds(project: Project, last: int = 10) -> dict[int, str]:
    return {line: kind for line, kind in project.kinds("a.py").items() if kind != "unknown" and line <= last}


def test_the_specifications_sample() -> None:
    first, second = read_record(json.dumps(SAMPLE).encode())
    assert (first.path, first.lines.start, first.lines.end) == ("src/utils/parser.ts", 42, 67)
    assert (first.revision, first.before) == ("a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0", False)
    assert (first.content_hash, second.content_hash) == ("murmur3:9f2e8a1b", None)
    assert (first.claim.tool, first.claim.model) == ("cursor", "anthropic/claude-opus-4-5-20251101")
    assert second.claim.model == "openai/gpt-4o"


def test_a_ranges_contributor_stands_over_its_conversations(project: Project) -> None:
    ranges = [_range(1, 2), _range(3, 4, contributor={"type": "human"}), _range(5, 5, contributor={"type": "mixed"})]
    ranges += [_range(6, 6, contributor={"type": "unknown"}), _range(7, 7, contributor={"type": "ai", "model_id": "n"})]
    made = project.commit({"a.py": TEN})
    project.commit({STORE: _record(made, ranges)})
    assert _kinds(project) == {1: "ai", 2: "ai", 3: "human", 4: "human", 5: "mixed", 7: "ai"}


def test_without_a_contributor_the_conversation_made_the_lines(project: Project) -> None:
    made = project.commit({"a.py": TEN})
    files = [{"path": "a.py", "conversations": [{"ranges": [_range(2, 2)]}]}]
    project.commit({STORE: _record(made, [], files=files)})
    assert _kinds(project) == {2: "ai"}


def test_by_the_specification_the_revision_holds_the_lines(project: Project) -> None:
    made = project.commit({"a.py": TEN})
    project.commit({"a.py": TEN.replace("number 3 says", "number three says") + "a person's\n"})
    project.commit({STORE: _record(made, [_range(2, 3)])})
    assert _kinds(project) == {2: "ai", 3: "mixed"}


@pytest.mark.parametrize("version", ["1.0", "0.1.0"])
def test_a_revision_that_did_not_bring_the_lines_is_the_one_before(project: Project, version: str) -> None:
    before = project.commit({"other.py": "x\n"})
    project.commit({"third.py": "x\n"})
    project.commit({"a.py": TEN, STORE: _record(before, [_range(2, 3)], version=version)})
    project.commit({"a.py": "top\n" + TEN})
    assert _kinds(project, 11) == {3: "ai", 4: "ai"}


def test_the_reference_hooks_revision_is_never_the_lines_own(project: Project) -> None:
    first = project.commit({"a.py": "".join(TEN.splitlines(keepends=True)[:5])})
    project.commit({"a.py": TEN, STORE: _record(first, [_range(4, 7)], version="1.0")})
    assert _kinds(project) == {6: "ai", 7: "ai"}


def test_a_lost_revision_is_a_hint_for_the_file(project: Project) -> None:
    project.commit({"a.py": TEN, "b.py": TEN, STORE: _record("1" * 40, [_range(2, 3)])})
    traced = project.traced()
    assert set(by_line(traced.origins, "a.py").values()) == {"ai"}
    assert set(by_line(traced.origins, "b.py").values()) == {"unknown"}
    (claim,) = next(one for one in traced.origins if one.path == "a.py").claims
    assert claim.strength is Strength.HINT


@pytest.mark.parametrize("name", ["sha256", "murmur3"])
def test_text_with_the_hash_is_found_again_whatever_the_revision(project: Project, name: str) -> None:
    lines = TEN.splitlines(keepends=True)
    if name == "murmur3":
        digest = f"{murmur3(''.join(lines[3:6]).encode()):08x}"
    else:
        import hashlib

        digest = hashlib.sha256("".join(lines[3:6]).rstrip("\n").encode()).hexdigest()
    record = _record("1" * 40, [_range(1, 3, content_hash=f"{name}:{digest}")])
    project.commit({"a.py": TEN, STORE: record})
    assert _kinds(project) == {4: "ai", 5: "ai", 6: "ai"}


def test_records_that_are_older_than_the_change_speak_of_older_lines(tmp_path: Path) -> None:
    project = Project(tmp_path / "r", {STORE: _record("1" * 40, [_range(1, 10)]), "x": "x\n"})
    project.commit({"a.py": TEN})
    assert _kinds(project) == {}


def test_records_that_a_later_commit_takes_out_still_count(project: Project) -> None:
    made = project.commit({"a.py": TEN})
    project.commit({STORE: _record(made, [_range(2, 2)])})
    project.git("rm", "-q", STORE)
    project.commit()
    assert _kinds(project) == {2: "ai"}


def test_murmur3_is_the_published_one() -> None:
    known = {b"": 0, b"hello": 0x248BFA47, b"hello, world": 0x149BBB7F}
    known[b"The quick brown fox jumps over the lazy dog"] = 0x2E4FF723
    assert {data: murmur3(data) for data in known} == known
    assert matches("murmur3:248BFA47", [b"hello"])


def _with(**change: Any) -> bytes:
    return json.dumps({**SAMPLE, **change}).encode()


BROKEN = {
    "no JSON": (b"{", "is no JSON"),
    "nested without end": (b"[" * 100_000, "is no JSON"),
    "binary": (b"\xff\xfe\x00", "is no JSON"),
    "a list": (b"[]", "is no trace record"),
    "no id": (_with(id=None), "is no trace record"),
    "no version": (_with(version="one"), "a version that is none"),
    "no files": (_with(files=None), "files that are no list"),
    "a file without path": (_with(files=[{}]), "without a path"),
    "no conversations": (_with(files=[{"path": "a"}]), "conversations that are no list"),
    "a range without end": (
        _with(files=[{"path": "a", "conversations": [{"ranges": [{"start_line": 1}]}]}]),
        "a line range that is none",
    ),
    "backwards": (_with(files=[{"path": "a", "conversations": [{"ranges": [_range(3, 1)]}]}]), "a line range that is"),
    "true is no line": (_with(files=[{"path": "a", "conversations": [{"ranges": [_range(True, 1)]}]}]), "a line range"),
    "a contributor of no type": (
        _with(files=[{"path": "a", "conversations": [{"contributor": {"type": "cat"}, "ranges": [_range(1, 1)]}]}]),
        "of no known type",
    ),
    "a tool that is a text": (_with(tool="cursor"), "a tool that is no object"),
}


@pytest.mark.parametrize(("line", "said"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_record_is_refused(line: bytes, said: str) -> None:
    with pytest.raises(TraceError, match=said):
        read_record(line)


def test_a_broken_record_is_a_problem_and_the_others_count(project: Project) -> None:
    made = project.commit({"a.py": TEN})
    project.commit({STORE: "{nonsense\n\n" + _record(made, [_range(2, 2), _range(9, 2**31 - 1)])})
    traced = project.traced()
    assert traced.problems == (f"A record of {STORE} is no JSON.",)
    assert [line for line, kind in by_line(traced.origins, "a.py").items() if kind == "ai"] == [2, 9, 10]


def test_a_store_that_is_no_text_is_a_problem(project: Project) -> None:
    project.commit({"a.py": TEN, STORE: b"\0\1\2"})
    assert ["is no text" in problem for problem in project.traced().problems] == [True]
