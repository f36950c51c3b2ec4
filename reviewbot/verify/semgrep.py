"""semgrep with our own rules alone: no registry, no metrics, no version check, deaf to ``nosemgrep``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reviewbot.domain.errors import ScannerError
from reviewbot.verify.scanner import Finding, Scan, answer, installed, relative, run_json


class Semgrep:
    """Implements ``Scanner``.

    Args:
        rules: the folder with the YAML rules. binary: for tests.
    """

    name = "semgrep"

    def __init__(self, rules: Path, binary: str | None = None) -> None:
        self._rules = rules.resolve()
        self._binary = binary or installed("semgrep")

    def scan(self, folder: Path, seconds: float) -> Scan:
        """See ``Scanner.scan``. A rule that is broken is an error, not a rule less."""
        if not any(self._rules.rglob("*.yaml")) and not any(self._rules.rglob("*.yml")):
            raise ScannerError(f"There are no semgrep rules in {self._rules}: reinstall reviewbot.")
        files = {str(path.relative_to(folder)) for path in folder.rglob("*.py")}
        argv = [
            *(
                self._binary,
                "scan",
                "--metrics",
                "off",
                "--disable-version-check",
                "--no-git-ignore",
                "--disable-nosem",
            ),
            *("--no-rewrite-rule-ids", "--max-target-bytes", "0", "--timeout", "20", "--jobs", "2", "--quiet"),
            *("--config", str(self._rules), "--json", "."),
        ]
        told = run_json(self.name, argv, folder, seconds, {0})
        try:
            findings = [self._finding(one, folder) for one in told["results"]]
            unread = self._unread(told["errors"], folder)
            findings += self._unparsed(told["errors"], folder)
            read = {relative(path, folder) for path in told["paths"]["scanned"]}
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise answer(self.name, error) from error
        if files - read - unread.keys():
            raise ScannerError("semgrep skipped files it was given: check that no rule narrows its paths.")
        return Scan(tuple(findings), unread)

    @staticmethod
    def _finding(one: dict[str, Any], folder: Path) -> Finding:
        path, line = relative(one["path"], folder), int(one["start"]["line"])
        return Finding(path, str(one["check_id"]), line, str(one["extra"]["message"]))

    @staticmethod
    def _unparsed(errors: list[dict[str, Any]], folder: Path) -> list[Finding]:
        """Lines that semgrep left out, such as syntax newer than it knows: no worse after an edit than before it."""
        return [
            Finding(
                relative(span["file"], folder), "not-parsed", int(span["start"]["line"]), "a part was not understood"
            )
            for error in errors
            if _partial(error)
            for span in error["spans"]
        ]

    @staticmethod
    def _unread(errors: list[dict[str, Any]], folder: Path) -> dict[str, str]:
        """Any other error about one file concerns all of that file; one about no file concerns them all."""
        unread: dict[str, str] = {}
        for error in errors:
            if _partial(error):
                continue
            reason = str(error.get("message") or error.get("type")).splitlines()[0]
            if not error.get("path"):
                raise ScannerError(f"semgrep failed: {reason}")
            unread[relative(str(error["path"]), folder)] = reason
        return unread


def _partial(error: dict[str, Any]) -> bool:
    """Whether semgrep read the file but for some lines."""
    kind = error["type"]
    return isinstance(kind, list) and kind[0] == "PartialParsing" and bool(error.get("spans"))
