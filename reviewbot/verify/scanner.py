"""One protocol for the scanners, and the one way in which they are run: on hostile files, without our environment."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from reviewbot.domain.errors import ScannerError
from reviewbot.verify.capture import capture

_MOST_OUTPUT = 256 << 20  # bytes


@dataclass(frozen=True)
class Finding:
    """One finding. ``path`` is relative to the scanned folder, ``line`` 1-based."""

    path: str
    rule: str
    line: int
    message: str


@dataclass(frozen=True)
class Scan:
    """What a scanner saw.

    Attributes:
        findings: all of them.
        unread: files, relative to the folder, that it could not read wholly, with its reason.
    """

    findings: tuple[Finding, ...]
    unread: Mapping[str, str] = field(default_factory=dict)


class Scanner(Protocol):
    """Scans every ``.py`` file under a folder, whatever comments or settings in them say."""

    name: str

    def scan(self, folder: Path, seconds: float) -> Scan:
        """All findings.

        Raises:
            ScannerError: it crashed, took longer than ``seconds``, answered nonsense, or skipped a file. Never
                read as clean.
        """


def installed(name: str) -> str:
    """The program ``name`` of the environment we run in, else the one on PATH.

    Raises:
        ScannerError: it is not there.
    """
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found is None:
        raise ScannerError(f"{name} is not installed: reinstall reviewbot with its dependencies.")
    return found


def run_json(name: str, argv: Sequence[str], folder: Path, seconds: float, good: Collection[int]) -> Any:  # noqa: ANN401 - each scanner knows its own form
    """Run a scanner and decode the JSON on its standard output.

    Args:
        name: for messages. argv: the command. folder: its working directory, which also is its home.
        seconds: its time limit. good: exit statuses that mean it finished.

    Raises:
        ScannerError: see ``Scanner.scan``.
    """
    try:
        seen = capture(argv, seconds=seconds, output_bytes=_MOST_OUTPUT, env=_environment(folder), cwd=str(folder))
    except OSError as error:
        raise ScannerError(f"{name} cannot be started ({error.strerror}): reinstall reviewbot.") from error
    if seen.timed_out:
        raise ScannerError(f"{name} did not finish within {seconds:g} seconds: review a smaller change.")
    if seen.flooded:
        raise ScannerError(f"{name} wrote more than we read: review a smaller change.")
    if seen.status not in good:
        raise ScannerError(f"{name} failed with exit status {seen.status}: {_last_words(seen.stderr or seen.stdout)}")
    try:
        return json.loads(seen.stdout)
    except ValueError as error:
        raise ScannerError(f"{name} did not answer with JSON: {_last_words(seen.stdout or seen.stderr)}") from error


def _environment(home: Path) -> Mapping[str, str]:
    """Nothing of ours: no tokens, no proxies, no settings; every telemetry off."""
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_ENABLE_VERSION_CHECK": "0",
        "DO_NOT_TRACK": "1",
    }


def _last_words(output: bytes) -> str:
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip()[:200] if lines else "it gave no reason"


def answer(name: str, wrong: Exception) -> ScannerError:
    """The error for JSON that is not what the scanner documents."""
    return ScannerError(f"{name} answered in a form we do not know ({wrong}): install the version reviewbot asks for.")


def relative(path: str, folder: Path) -> str:
    """A path as a scanner tells it, relative to the scanned folder."""
    return os.path.relpath(folder / path, folder)
