"""A review as SARIF 2.1.0 (OASIS), with each suggestion as a fix that editors and code-scanning pages can apply."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from reviewbot import __version__
from reviewbot.domain.review import Review
from reviewbot.domain.suggestion import Suggestion, Withheld

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"


def to_sarif(review: Review) -> str:
    """The log, in ASCII alone."""
    return json.dumps(to_log(review), indent=2)


def to_log(review: Review) -> dict[str, Any]:
    """The log as plain data: one run, one result a suggestion; notes and what was withheld are notifications."""
    rules = list(dict.fromkeys(s.rule for s in review.suggestions))
    notices = [_notice(note) for note in (*review.notes, *review.details)] + [_withheld(w) for w in review.withheld]
    run = {
        "tool": {"driver": {"name": "reviewbot", "semanticVersion": __version__, "rules": [_rule(r) for r in rules]}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notices}],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(s, rules.index(s.rule)) for s in review.suggestions],
        "properties": {"base": review.base, "head": review.head, "more": review.more},
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


_UNHANDLED = (
    "A failure that nothing handles",
    "The call can fail for reasons outside of the function's control, and nothing between it and the program's end "
    "handles that. Apply the fix, or write '# reviewbot: ignore' on the line.",
)
_MENDED = (
    "A failure that is handled badly",
    "What catches a failure here hides it, or what ends the program, or never runs. Apply the fix, or write "
    "'# reviewbot: ignore' on the line.",
)


def _rule(rule: str) -> dict[str, Any]:
    words = rule.rpartition(".")[2].replace("-", " ")
    what, text = _MENDED if ".mend." in rule else _UNHANDLED
    return {
        "id": rule,
        "name": "".join(part.capitalize() for part in rule.replace("-", ".").split(".")),
        "shortDescription": {"text": f"{what}: {words}."},
        "help": {"text": text},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["error-handling", "reliability"]},
    }


def _result(suggestion: Suggestion, rule_index: int) -> dict[str, Any]:
    where = {"startLine": suggestion.lines.start, "endLine": suggestion.lines.end}
    return {
        "ruleId": suggestion.rule,
        "ruleIndex": rule_index,
        "level": "warning",
        "message": {"text": suggestion.why},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(suggestion.path), "region": where}}],
        "partialFingerprints": {"reviewbot/v1": suggestion.id},
        "fixes": [_fix(suggestion)],
        "properties": {
            "confidence": suggestion.confidence,
            "exceptions": list(suggestion.exceptions),
            "origin": suggestion.origin,
            "proof": suggestion.level.value,
            "evidence": [f"{e.check}: {'ok' if e.ok else 'failed'}, {e.detail}" for e in suggestion.evidence],
        },
    }


def _fix(suggestion: Suggestion) -> dict[str, Any]:
    region, inserted = replaced_region(suggestion)
    replacement = {"deletedRegion": region, "insertedContent": {"text": inserted}}
    caught = ", ".join(suggestion.exceptions)
    return {
        "description": {"text": f"Handle {caught}." if caught else "Apply the suggestion."},
        "artifactChanges": [{"artifactLocation": _artifact(suggestion.path), "replacements": [replacement]}],
    }


def replaced_region(suggestion: Suggestion) -> tuple[dict[str, int], str]:
    """What a SARIF reader deletes, and what it inserts there.

    A region of whole lines ends before the last one's line end (SARIF 2.1.0, 3.30.2), which therefore stays in the
    file and is left out of the insertion. Where the replacement does not end in one, the region reaches over it.
    """
    lines, original, inserted = suggestion.lines, suggestion.original, suggestion.replacement
    if suggestion.new_file:
        return {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}, inserted
    end = "\r\n" if original.endswith("\r\n") else "\n"
    if original.endswith(end) and not inserted.endswith(end):
        return {"startLine": lines.start, "startColumn": 1, "endLine": lines.end + 1, "endColumn": 1}, inserted
    if original.endswith(end):
        inserted = inserted.removesuffix(end)
    return {"startLine": lines.start, "endLine": lines.end}, inserted


def _artifact(path: str) -> dict[str, Any]:
    return {"uri": quote(path.encode("utf-8", "surrogateescape")), "uriBaseId": _ROOT}


def _notice(text: str) -> dict[str, Any]:
    return {"level": "warning", "message": {"text": text}}


def _withheld(withheld: Withheld) -> dict[str, Any]:
    place = {"artifactLocation": _artifact(withheld.path), "region": {"startLine": withheld.line}}
    return {"level": "note", "message": {"text": withheld.reason}, "locations": [{"physicalLocation": place}]}
