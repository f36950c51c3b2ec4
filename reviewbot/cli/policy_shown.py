"""A verdict for people at a terminal, and as SARIF for code-scanning pages."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from rich.text import Text

from reviewbot import __version__
from reviewbot.domain.change import LineRange
from reviewbot.policy.verdict import Judged, Outcome, State, Verdict
from reviewbot.publish.visible import visible_line
from reviewbot.repo_config.ai import Mode

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_WORDS = {
    State.PASS: "Pass",
    State.FAIL: "Blocked: some lines must change",
    State.PENDING: "Waiting for a human review",
    State.ERROR: "Not decided: something could not be checked",
}
_STYLES = {State.PASS: "green", State.FAIL: "red", State.PENDING: "yellow", State.ERROR: "red"}
_RULES = {
    Outcome.WAITING: ("policy.ai.unreviewed", "AI code that no human has reviewed."),
    Outcome.BLOCKED: ("policy.ai.blocked", "AI code that the policy does not allow as it is."),
    Outcome.UNCHECKED: ("policy.ai.unchecked", "AI code of which it could not be checked who reviewed it."),
}


def to_text(verdict: Verdict) -> Text:
    """What blocks, where, and who can clear it; nothing of the repository can steer the terminal."""
    text = Text()
    for one in verdict.unreviewed:
        text.append(f"{visible_line(one.path)}:{_span(one.lines)}", "bold cyan")
        text.append(f"  {one.kind.value}, {visible_line(one.source)}\n", "dim")
        for sentence in (*one.why, *([one.who] if one.who else [])):
            text.append(f"  {visible_line(sentence)}\n")
    for problem in verdict.problems:
        text.append(f"Could not be checked: {visible_line(problem)}\n", "red")
    if verdict.override is not None:
        lifted = f"Overridden by {verdict.override.by}: {verdict.override.reason}"
        text.append(f"{visible_line(lifted)}\n", "yellow")
    for note in verdict.notes:
        text.append(f"Note: {visible_line(note)}\n", "yellow")
    return text.append(f"{summary(verdict)}\n", f"bold {_STYLES[verdict.state]}")


def summary(verdict: Verdict) -> str:
    """One line."""
    if verdict.mode is Mode.OFF:
        return f"Off; head {verdict.head[:12]}."
    waiting = sum(len(one.lines) for one in verdict.unreviewed)
    cleared = sum(len(one.lines) for one in verdict.lines if one.outcome is Outcome.CLEARED)
    counts = f"{waiting:,} lines open, {cleared:,} reviewed; head {verdict.head[:12]}."
    mode = " (report: nothing is blocked)" if verdict.mode is Mode.REPORT else ""
    return f"{_WORDS[verdict.state]}{mode}. {counts}"


def to_sarif(verdict: Verdict) -> str:
    """The log, in ASCII alone: one result for each run of lines that keeps the verdict from passing."""
    level = "error" if verdict.blocks else "note"
    notices = [_notice(text, "error") for text in verdict.problems] + [_notice(text, "note") for text in verdict.notes]
    run = {
        "tool": {"driver": {"name": "reviewbot", "semanticVersion": __version__, "rules": _rules()}},
        "invocations": [
            {"executionSuccessful": verdict.state is not State.ERROR, "toolExecutionNotifications": notices}
        ],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, level) for one in verdict.unreviewed],
        "properties": {"head": verdict.head, "state": verdict.state.value, "mode": verdict.mode.value},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rules() -> list[dict[str, Any]]:
    return [{"id": name, "shortDescription": {"text": words}} for name, words in _RULES.values()]


def _result(one: Judged, level: str) -> dict[str, Any]:
    rules = list(_RULES)
    place = {
        "artifactLocation": {"uri": quote(one.path.encode("utf-8", "surrogateescape")), "uriBaseId": _ROOT},
        "region": {"startLine": one.lines.start, "endLine": one.lines.end},
    }
    return {
        "ruleId": _RULES[one.outcome][0],
        "ruleIndex": rules.index(one.outcome),
        "level": level,
        "message": {"text": " ".join(part for part in (*one.why, one.who) if part)},
        "locations": [{"physicalLocation": place}],
        "properties": {"kind": one.kind.value, "source": one.source},
    }


def _notice(text: str, level: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": text}}


def _span(lines: LineRange) -> str:
    return str(lines.start) if len(lines) == 1 else f"{lines.start}-{lines.end}"
