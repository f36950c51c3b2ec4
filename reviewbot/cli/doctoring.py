"""``reviewbot doctor``: prints each finding as it comes."""

from __future__ import annotations

import json
import os
import sys

from rich.text import Text

from reviewbot.cli.output import emit, emit_text
from reviewbot.cli.progress import progress
from reviewbot.doctor import Finding, State, examine
from reviewbot.domain.errors import UsageError
from reviewbot.publish.visible import visible_line

_MARKS = {State.GOOD: ("✓", "ok", "green"), State.ADVICE: ("!", "!", "yellow"), State.BAD: ("✗", "WRONG", "red")}


def run_doctor(repository: str | None, *, as_json: bool) -> int:
    """Look at everything and print it; 2 where something is wrong, else 0.

    Raises:
        UsageError: ``repository`` is not ``owner/name``.
    """
    if repository is not None and repository.count("/") != 1:
        raise UsageError(f"{repository!r} is no repository: write owner/name.")
    found = []
    looks = examine(os.environ, repository)
    while True:
        with progress() as say:
            say("looking")
            finding = next(looks, None)
        if finding is None:
            break
        found.append(finding)
        if not as_json:
            emit_text(_line(finding, unicode=(sys.stdout.encoding or "").lower().startswith("utf")))
    code = 2 if any(one.state is State.BAD for one in found) else 0
    if as_json:
        emit(json.dumps({"ok": code == 0, "checks": [_plain(one) for one in found]}, indent=2) + "\n")
    return code


def _line(finding: Finding, *, unicode: bool) -> Text:
    mark, plain, style = _MARKS[finding.state]
    text = Text()
    text.append(f"{mark if unicode else f'{plain:<5}'} ", style)
    text.append(f"{finding.check:<10} ", "bold")
    return text.append(f"{visible_line(finding.detail)}\n")


def _plain(finding: Finding) -> dict[str, str]:
    return {"check": finding.check, "state": finding.state.value, "detail": finding.detail}
