"""Reading Agent Trace records (https://agent-trace.dev, version 0.1.0), a line of JSON each.

Two traps of the reference implementation (reference/trace-store.ts), both known here: it writes ``version: "1.0"``,
which breaks the specification's own pattern, and it records as revision the HEAD *before* the commit with the lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reviewbot.domain.change import LineRange
from reviewbot.domain.provenance import Claim, OriginKind, Strength
from reviewbot.policy.provenance.diffs import Diffs
from reviewbot.policy.provenance.facts import plain

STORE = ".agent-trace/traces.jsonl"
SOURCE = "agent-trace"
MOST_RANGES = 100_000

_VERSION = re.compile(r"[0-9]+\.[0-9]+(\.[0-9]+)?")
_REVISION = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_KINDS = {"human": OriginKind.HUMAN, "ai": OriginKind.AI, "mixed": OriginKind.MIXED, "unknown": OriginKind.UNKNOWN}


class TraceError(ValueError):
    """A record that does not follow the specification; the message completes "a record … "."""


@dataclass(frozen=True)
class Traced:
    """One range of a record.

    Attributes:
        path, lines: at the revision. claim: what is said of them; of kind ``UNKNOWN`` where the record knows nothing.
        revision: a commit of git's; None where there is none. before: it is surely the one before the lines' commit.
        content_hash: of the lines' text; None where there is none.
    """

    path: str
    lines: LineRange
    claim: Claim
    revision: str | None
    before: bool
    content_hash: str | None


def read_traces(lines: Iterable[bytes]) -> tuple[list[Traced], list[str]]:
    """The ranges of the records, one a line, and what of them could not be read."""
    found: list[Traced] = []
    problems = dict[str, None]()
    for line in lines:
        if not line.strip():
            continue
        try:
            found += read_record(line)
        except TraceError as error:
            problems[f"A record of {STORE} {error}."] = None
        if len(found) > MOST_RANGES:
            problems[f"{STORE} has more than {MOST_RANGES} new ranges: the others were not read."] = None
            break
    return found[:MOST_RANGES], list(problems)


def added_records(diffs: Diffs) -> tuple[list[bytes], list[str]]:
    """The lines that any commit adds to the store, also those that a later one takes out; and what was not read.

    Records that are older than the change speak of older lines.
    """
    files = [files[STORE] for files in diffs.values() if STORE in files]
    problems = [f"{STORE} is no text in one of the commits: its records were not read."]
    lines = dict.fromkeys(line for file in files for block in file.blocks for line in block.new)
    return list(lines), problems if any(file.opaque for file in files) else []


def read_record(line: bytes) -> list[Traced]:
    """The ranges of one record.

    Raises:
        TraceError: it does not follow the specification.
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise TraceError("is no JSON") from None
    if not isinstance(record, dict) or not all(isinstance(record.get(k), str) for k in ("version", "id", "timestamp")):
        raise TraceError("is no trace record with version, id and timestamp")
    if not _VERSION.fullmatch(record["version"]):
        raise TraceError("has a version that is none")
    ground = Claim(
        OriginKind.AI,
        Strength.LINE,
        SOURCE,
        tool=plain(_map(record.get("tool", {}), "tool").get("name")),
        detail=f"trace {plain(record['id'][:36])}",
    )
    vcs = _map(record.get("vcs", {}), "vcs")
    revision = vcs.get("revision") if vcs.get("type") == "git" else None
    known = isinstance(revision, str) and _REVISION.fullmatch(revision) is not None
    before = record["version"].count(".") == 1
    return [
        Traced(path, lines, claim, revision if known else None, before, content)
        for path, lines, claim, content in _ranges(record, ground)
    ]


def _ranges(record: Mapping[str, Any], ground: Claim) -> Iterator[tuple[str, LineRange, Claim, str | None]]:
    for file in _list(record.get("files"), "files"):
        path = _map(file, "file").get("path")
        if not isinstance(path, str):
            raise TraceError("has a file without a path")
        for conversation in _list(file.get("conversations"), "conversations"):
            claim = _by(_map(conversation, "conversation").get("contributor"), ground)
            for one in _list(conversation.get("ranges"), "ranges"):
                lines = _lines(_map(one, "range"))
                content = one.get("content_hash")
                yield path, lines, _by(one.get("contributor"), claim), content if isinstance(content, str) else None


def _by(contributor: object, ground: Claim) -> Claim:
    """``ground`` with what a contributor says in place of it. Without one, the conversation with an agent stands."""
    if contributor is None:
        return ground
    said = _map(contributor, "contributor")
    kind = _KINDS.get(str(said.get("type")))
    if kind is None:
        raise TraceError("has a contributor of no known type")
    return replace(ground, kind=kind, model=plain(said.get("model_id")))


def _lines(one: Mapping[str, Any]) -> LineRange:
    start, end = one.get("start_line"), one.get("end_line")
    if type(start) is not int or type(end) is not int or not 1 <= start <= end < 2**31:
        raise TraceError("has a line range that is none")
    return LineRange(start, end)


def _map(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TraceError(f"has a {name} that is no object")
    return value


def _list(value: object, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise TraceError(f"has {name} that are no list")
    return value
