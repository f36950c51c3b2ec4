"""A report on a release in words, as JSON, and as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from reviewbot.domain.audit import Judgement
from reviewbot.policy.audit_report import Doubt, Joined, Report
from reviewbot.publish.visible import visible, visible_line

_COLUMNS = (
    *("what", "record", "forge", "repository", "number", "head", "state", "mode", "at", "policy", "commits"),
    *("path", "start_line", "end_line", "kind", "outcome", "tools", "evidence", "reviewers"),
    *("override_by", "override_reason", "remark"),
)
# What a spreadsheet takes for a formula (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(made: Report, asked: str, form: str) -> str:
    """A report of ``--range ASKED`` as ``text``, ``json`` or ``csv``."""
    return _FORMS[form](made, asked)


def _text(made: Report, asked: str) -> str:
    uncovered = f"{len(made.uncovered)} without a record"
    lines = [f"{asked}: {made.commits} commits, {len(made.joined)} verdicts, {uncovered}"]
    for joined in made.joined:
        lines += ["", *_verdict(joined)]
    for title, doubts in (("Covered by no record:", made.uncovered), ("Covered, with a doubt:", made.doubts)):
        if doubts:
            lines += ["", title, *map(_doubt, doubts)]
    if made.unjoined:
        lines += ["", "Could not be joined:", *(f"  {sentence}" for sentence in made.unjoined)]
    return "".join(f"{visible_line(line)}\n" for line in lines)


def _verdict(joined: Joined) -> Iterator[str]:
    one = joined.verdict
    late = ", given after the merge" if joined.late else ""
    yield f"{_pull(joined)}: {one.state} ({one.mode}){late}, head {one.head[:12]}, record {joined.seq}, {_when(one.at)}"
    yield "  commits: " + ", ".join(f"{commit[:12]} ({how})" for commit, how in sorted(joined.commits.items()))
    count = sum(len(lines.lines) for lines in joined.machine_written)
    tools = ", ".join(f"{tool} {lines}" for tool, lines in joined.tools.items())
    reviewers = ", ".join(joined.reviewers) or "nobody"
    yield f"  lines of a machine: {count}" + (f" ({tools}); reviewed by {reviewers}" if count else "")
    yield from (f"    {_lines(lines)}" for lines in joined.machine_written)
    if one.override is not None:
        yield f"  overridden by {one.override.by}: {one.override.reason}"
    yield from (f"  not checked: {problem}" for problem in one.problems)


def _lines(one: Judgement) -> str:
    evidence = "; ".join(f"{claim.source}: {claim.tool or 'no tool named'}" for claim in one.claims) or "no evidence"
    by = ", ".join(f"{each.by} at {each.commit[:12]} ({each.how})" for each in one.cleared) or "nobody"
    return f"{one.path}:{one.lines.start}-{one.lines.end}  {one.kind.value}, {one.outcome}, by {by}  [{evidence}]"


def _doubt(doubt: Doubt) -> str:
    return f"  {doubt.commit.id[:12]}  {doubt.commit.subject}  ({doubt.commit.author}): {doubt.why}"


def _json(made: Report, asked: str) -> str:
    said = {
        "schema": 1,
        "range": asked,
        "commits": made.commits,
        "verdicts": [_verdict_json(joined) for joined in made.joined],
        "uncovered": [_doubt_json(doubt) for doubt in made.uncovered],
        "doubts": [_doubt_json(doubt) for doubt in made.doubts],
        "unjoined": list(made.unjoined),
    }
    return json.dumps(said, indent=2) + "\n"


def _verdict_json(joined: Joined) -> dict[str, Any]:
    one = joined.verdict
    names = ("forge", "repository", "number", "head", "base", "policy", "mode", "state", "problems")
    return {
        "record": joined.seq,
        "at": _when(one.at),
        **{name: getattr(one, name) for name in names},
        "after_merge": joined.late,
        "override": None if one.override is None else {"by": one.override.by, "reason": one.override.reason},
        "commits": {commit: how.value for commit, how in sorted(joined.commits.items())},
        "tools": joined.tools,
        "reviewers": list(joined.reviewers),
        "lines": [_lines_json(lines) for lines in joined.machine_written],
    }


def _lines_json(one: Judgement) -> dict[str, Any]:
    claims = ("source", "tool", "model", "requester", "detail")
    return {
        "path": one.path,
        "start_line": one.lines.start,
        "end_line": one.lines.end,
        "kind": one.kind.value,
        "outcome": one.outcome,
        "evidence": [{name: getattr(claim, name) for name in claims} for claim in one.claims],
        "cleared": [{"by": each.by, "commit": each.commit, "how": each.how} for each in one.cleared],
    }


def _doubt_json(doubt: Doubt) -> dict[str, str]:
    return {
        "commit": doubt.commit.id,
        "subject": doubt.commit.subject,
        "author": doubt.commit.author,
        "why": doubt.why,
    }


def _csv(made: Report, asked: str) -> str:
    del asked
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(made):
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue()


def _rows(made: Report) -> Iterator[dict[str, Any]]:
    for joined in made.joined:
        common = _verdict_row(joined)
        yield {"what": "verdict", **common, "reviewers": " ".join(joined.reviewers), "tools": " ".join(joined.tools)}
        yield from ({"what": "lines", **common, **_lines_row(lines)} for lines in joined.machine_written)
    for what, doubts in (("uncovered", made.uncovered), ("doubt", made.doubts)):
        for doubt in doubts:
            yield {"what": what, "commits": doubt.commit.id, "remark": f"{doubt.why}: {doubt.commit.subject}"}
    yield from ({"what": "unjoined", "remark": sentence} for sentence in made.unjoined)


def _verdict_row(joined: Joined) -> dict[str, Any]:
    one = joined.verdict
    names = ("forge", "repository", "number", "head", "state", "mode", "policy")
    by, reason = ("", "") if one.override is None else (one.override.by, one.override.reason)
    return {
        **{name: getattr(one, name) for name in names},
        **{"record": joined.seq, "at": _when(one.at), "commits": " ".join(sorted(joined.commits))},
        **{"override_by": by, "override_reason": reason, "remark": "given after the merge" if joined.late else ""},
    }


def _lines_row(one: Judgement) -> dict[str, Any]:
    return {
        **{"path": one.path, "start_line": one.lines.start, "end_line": one.lines.end},
        **{"kind": one.kind.value, "outcome": one.outcome},
        "tools": " ".join(claim.tool or "" for claim in one.claims).strip(),
        "evidence": "; ".join(f"{claim.source} {claim.detail}".strip() for claim in one.claims),
        "reviewers": " ".join(f"{each.by}@{each.commit[:12]}" for each in one.cleared),
    }


def _cell(value: object) -> str:
    """Text in which nothing is hidden, and which no spreadsheet carries out."""
    text = visible(str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _pull(joined: Joined) -> str:
    one = joined.verdict
    return f"{one.forge} {one.repository}" + (f"#{one.number}" if one.number else "")


def _when(at: int) -> str:
    """ISO 8601 in UTC; a number that no calendar has stays one."""
    try:
        return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return f"{at} ms"


_FORMS: dict[str, Callable[[Report, str], str]] = {"text": _text, "json": _json, "csv": _csv}
