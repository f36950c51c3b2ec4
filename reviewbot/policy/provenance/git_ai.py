"""Reading one git-ai authorship log, the note of one commit, by the published standard 3.0.0.

https://github.com/git-ai-project/git-ai/blob/main/specs/git_ai_standard_v3.0.0.md
"""

from __future__ import annotations

import heapq
import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from reviewbot.domain.provenance import Claim, OriginKind, Strength
from reviewbot.policy.provenance.facts import plain

VERSION = "authorship/3.0.0"
SOURCE = "git-ai"
MOST_RANGES = 200_000
"""Of one log. A commit that needs more is reviewed by nobody."""

_ENTRY = re.compile(r"  (\S+) (\S+)")
_RANGE = re.compile(r"(\d{1,18})(?:-(\d{1,18}))?")
_HEX = re.compile(r"[0-9a-f]{7,64}")
_MAPS = ("prompts", "sessions", "humans")


class NoteError(ValueError):
    """A note that does not follow the standard; the message completes "the note of … "."""


@dataclass(frozen=True)
class _Entry:
    key: str
    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class FileNote:
    """What a note says of one file. Where entries overlap, the last one counts."""

    entries: tuple[tuple[Claim, tuple[tuple[int, int], ...]], ...]

    def claim(self, line: int) -> Claim | None:
        """What it says of a line; None for one that it does not track, which is not the same as a human's."""
        starts, claims = self._flat
        at = bisect_right(starts, line) - 1
        return claims[at] if at >= 0 else None

    @cached_property
    def _flat(self) -> tuple[list[int], list[Claim | None]]:
        """Lines at which another entry begins to count, and which: overlaps are resolved once, not for each line."""
        spans = sorted((start, -at, end) for at, (_, ranges) in enumerate(self.entries) for start, end in ranges)
        starts, claims, open_ = list[int](), list[Claim | None](), list[tuple[int, int]]()
        edges = sorted({edge for start, _, end in spans for edge in (start, end + 1)})
        at = 0
        for edge in edges:
            while at < len(spans) and spans[at][0] == edge:
                heapq.heappush(open_, (spans[at][1], spans[at][2]))
                at += 1
            while open_ and open_[0][1] < edge:
                heapq.heappop(open_)
            claim = self.entries[-open_[0][0]][0] if open_ else None
            if not claims or claims[-1] is not claim:
                starts.append(edge)
                claims.append(claim)
        return starts, claims


@dataclass(frozen=True)
class Note:
    """An authorship log. ``doubts``: what in it is of a kind that the standard does not know."""

    files: Mapping[str, FileNote] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()

    def claim(self, path: str, line: int) -> Claim | None:
        """What it says of a line of its commit."""
        found = self.files.get(path)
        return found.claim(line) if found else None


def read_note(data: bytes, detail: str = "") -> Note:
    """The log in ``data``.

    Args:
        data: the note, a stranger's text. detail: where it stands; goes into its claims.

    Raises:
        NoteError: it does not follow the standard, or a version of it that is not known.
    """
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    lines = [line.removesuffix("\r") for line in lines]
    if "---" not in lines:
        raise NoteError("has no line ---")
    at = lines.index("---")
    if sum(line.count(",") + 1 for line in lines[:at]) > MOST_RANGES:
        raise NoteError(f"has more than {MOST_RANGES} ranges")
    known = _metadata("\n".join(lines[at + 1 :]))
    doubts: dict[str, None] = {}
    files = {}
    for path, entries in _attested(lines[:at]).items():
        claimed = [(_claim(entry.key, known, detail), entry) for entry in entries]
        unknown = [entry.key for claim, entry in claimed if claim is None and not entry.key.startswith("h_")]
        doubts |= {f"has the key {plain(key)}, which is of no known kind": None for key in unknown[:1]}
        files[path] = FileNote(tuple((claim, entry.ranges) for claim, entry in claimed if claim is not None))
    return Note(files, tuple(doubts))


def _metadata(text: str) -> Mapping[str, Mapping[str, Any]]:
    """The three maps of the metadata."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise NoteError("has metadata that is no JSON") from None
    if not isinstance(found, dict):
        raise NoteError("has metadata that is no JSON object")
    if found.get("schema_version") != VERSION:
        raise NoteError(f"follows {plain(found.get('schema_version')) or 'no version'} where {VERSION} is read")
    if not isinstance(found.get("base_commit_sha"), str) or "prompts" not in found:
        raise NoteError("lacks base_commit_sha or prompts")
    maps = {name: found.get(name, {}) for name in _MAPS}
    if not all(isinstance(one, dict) and all(isinstance(v, dict) for v in one.values()) for one in maps.values()):
        raise NoteError("has prompts, sessions or humans that are no map of records")
    return maps


def _attested(lines: Sequence[str]) -> Mapping[str, list[_Entry]]:
    files: dict[str, list[_Entry]] = {}
    current: list[_Entry] | None = None
    for line in _whole(lines):
        if not line.strip():
            continue
        if line.startswith("  "):
            if current is None:
                raise NoteError("has an entry before any file")
            current.append(_entry(line))
        else:
            current = files.setdefault(line[1:-1] if line.startswith('"') else line.rstrip(), [])
    return files


def _whole(lines: Sequence[str]) -> Iterator[str]:
    """The lines; those of a quoted path that holds line ends as one."""
    held: list[str] = []
    for line in lines:
        if held or (line.startswith('"') and not (len(line) > 1 and line.rstrip().endswith('"'))):
            held.append(line)
            if len(held) > 1 and line.rstrip().endswith('"'):
                yield "\n".join(held).rstrip()
                held = []
        else:
            yield line.rstrip()
    if held:
        raise NoteError("has a path whose quotes do not end")


def _entry(line: str) -> _Entry:
    match = _ENTRY.fullmatch(line)
    if match is None:
        raise NoteError("has an entry that is not two spaces, a key, a space and line ranges")
    return _Entry(match[1], tuple(_range(part) for part in match[2].split(",") if part))


def _range(part: str) -> tuple[int, int]:
    match = _RANGE.fullmatch(part)
    start, end = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= start <= end:
        raise NoteError("has a line range that is none")
    return start, end


def _claim(key: str, known: Mapping[str, Mapping[str, Any]], detail: str) -> Claim | None:
    """What an entry's key says. A human whom the note does not name is nobody; a session without a record is one."""
    nobody = Claim(OriginKind.AI, Strength.LINE, SOURCE, detail=detail)
    if key.startswith("h_"):
        who = plain(known["humans"].get(key, {}).get("author"))
        return replace(nobody, kind=OriginKind.HUMAN, detail=f"{detail}: {who}") if who else None
    if key.startswith("s_"):
        return _made_by(nobody, known["sessions"].get(key.partition("::")[0], {}))
    if key in known["prompts"]:
        return _made_by(nobody, known["prompts"][key])
    return nobody if _HEX.fullmatch(key) else None


def _made_by(claim: Claim, record: Mapping[str, Any]) -> Claim:
    agent = record.get("agent_id")
    agent = agent if isinstance(agent, dict) else {}
    return replace(
        claim,
        tool=plain(agent.get("tool")),
        model=plain(agent.get("model")),
        requester=plain(record.get("human_author")),
    )
