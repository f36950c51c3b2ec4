"""bandit with all its tests, deaf to ``nosec``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from reviewbot.domain.errors import ScannerError
from reviewbot.verify.scanner import Finding, Scan, answer, relative, run_json


class Bandit:
    """Implements ``Scanner``. ``command`` is for tests."""

    name = "bandit"

    def __init__(self, command: tuple[str, ...] = (sys.executable, "-m", "bandit")) -> None:
        self._command = command

    def scan(self, folder: Path, seconds: float) -> Scan:
        """See ``Scanner.scan``. Exit status 1 is bandit's "there are findings"."""
        files = {str(path.relative_to(folder)) for path in folder.rglob("*.py")}
        argv = [*self._command, "-r", ".", "-f", "json", "--ignore-nosec", "-q", "-x", "/none"]
        told = run_json(self.name, argv, folder, seconds, {0, 1})
        try:
            findings = tuple(self._finding(one, folder) for one in told["results"])
            unread = {relative(e["filename"], folder): str(e["reason"]) for e in told["errors"]}
            read = {relative(path, folder) for path in told["metrics"] if path != "_totals"}
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise answer(self.name, error) from error
        if files - read - unread.keys():
            raise ScannerError("bandit did not read the files it was given: install the version reviewbot asks for.")
        return Scan(findings, unread)

    @staticmethod
    def _finding(one: dict[str, Any], folder: Path) -> Finding:
        path, line = relative(one["filename"], folder), int(one["line_number"])
        return Finding(path, str(one["test_id"]), line, str(one["issue_text"]))
