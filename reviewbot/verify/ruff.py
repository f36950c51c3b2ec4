"""ruff with our own rules, whatever the repository configures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reviewbot.domain.errors import ScannerError
from reviewbot.verify.scanner import Finding, Scan, answer, installed, relative, run_json

# What an inserted handler can do wrong: syntax and undefined or unused names (E9, F, PLE), likely bugs such as a raise
# without its cause (B), handlers too wide or silent (E722, BLE, S110, S112), pointless or vague raising (TRY, RSE),
# misused logging (LOG), a file that nothing closes (SIM115). Matters of taste are left to the repository's own linter.
_RULES = "E9,E722,F,B,BLE,S110,S112,TRY002,TRY201,TRY203,PLE,RSE,LOG,SIM115"
_CANARY = "canary.py"  # has one sure finding, so that "nothing found" cannot mean "nothing read"


class Ruff:
    """Implements ``Scanner``. ``binary`` is for tests."""

    name = "ruff"

    def __init__(self, binary: str | None = None) -> None:
        self._binary = binary or installed("ruff")

    def scan(self, folder: Path, seconds: float) -> Scan:
        """See ``Scanner.scan``. Exit status 1 is ruff's "there are findings"."""
        (folder / _CANARY).write_text("undefined_name\n")
        argv = [
            *(self._binary, "check", "--isolated", "--no-cache", "--ignore-noqa", "--no-respect-gitignore"),
            *("--exclude", ".ruff-none", "--target-version", "py313", "--select", _RULES, "--output-format", "json"),
            *("--quiet", "--no-fix", "."),
        ]
        told = run_json(self.name, argv, folder, seconds, {0, 1})
        try:
            findings = [self._finding(one, folder) for one in told]
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise answer(self.name, error) from error
        (folder / _CANARY).unlink()
        if not any(f.path == _CANARY for f in findings):
            raise ScannerError("ruff did not read the files it was given: install the version reviewbot asks for.")
        return Scan(tuple(f for f in findings if f.path != _CANARY))

    @staticmethod
    def _finding(one: dict[str, Any], folder: Path) -> Finding:
        rule = str(one["code"] or "invalid-syntax")
        return Finding(relative(one["filename"], folder), rule, int(one["location"]["row"]), str(one["message"]))
