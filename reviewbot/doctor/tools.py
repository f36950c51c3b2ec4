"""The programs of this machine: Python, git, the scanners, the sandbox, the rules."""

from __future__ import annotations

import platform
import re
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from reviewbot.doctor.finding import Finding, advice, bad, good
from reviewbot.domain.errors import ConfigError, ReviewbotError, SourceError
from reviewbot.domain.suggestion import ProofLevel
from reviewbot.resources import rules_dir
from reviewbot.source.git import run_git
from reviewbot.verify.bubblewrap import Bubblewrap
from reviewbot.verify.scanner import installed

SCANNERS = {"ruff": (0, 14), "bandit": (1, 9), "semgrep": (1, 180)}
"""The oldest versions that the tests pass with."""

OLDEST_PYTHON = (3, 11)
OLDEST_GIT = (2, 30)


def numbers(text: str) -> tuple[int, ...]:
    """The first dotted number in ``text``: ``git version 2.43.0`` is (2, 43, 0); empty where there is none."""
    found = re.search(r"\d+(\.\d+)+", text)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def judge_version(check: str, found: str, oldest: tuple[int, ...], mend: str) -> Finding:
    """Whether a version will do. ``mend`` says how to get a newer one."""
    if numbers(found) >= oldest:
        return good(check, found)
    return bad(check, f"{found or 'no version'} is older than {'.'.join(map(str, oldest))}: {mend}.")


def look_at_python() -> Finding:
    """The interpreter we run in."""
    found = judge_version("python", platform.python_version(), OLDEST_PYTHON, "install a newer Python")
    return Finding(found.check, found.state, f"{found.detail} ({sys.executable})")


def look_at_git() -> Finding:
    """The git that every review calls."""
    try:
        told = run_git(Path("/"), "--version").decode("utf-8", "replace").strip()
    except SourceError as error:
        return bad("git", str(error))
    return judge_version("git", told, OLDEST_GIT, "install a newer git")


def look_at_scanner(name: str) -> Finding:
    """ruff, bandit or semgrep: the program and its version."""
    try:
        place = installed(name)
        found = version(name)
    except ReviewbotError as error:
        return bad(name, str(error))
    except PackageNotFoundError:
        return advice(name, f"{place} is not of this installation, so its version was not looked at.")
    return judge_version(name, found, SCANNERS[name], "reinstall reviewbot with its constraints.txt")


def look_at_rules() -> Finding:
    """The exception knowledge and the semgrep rules."""
    try:
        place = rules_dir()
    except ConfigError as error:
        return bad("rules", str(error))
    return good("rules", f"{len(list(place.rglob('*.yaml')))} files in {place}")


def look_at_sandbox(proof: ProofLevel) -> Finding:
    """Whether code can be run apart, by running some."""
    if proof is ProofLevel.STATIC:
        return advice("sandbox", "REVIEWBOT_PROOF=static: no code is run, and every review says so.")
    try:
        Bubblewrap().probe()
    except ReviewbotError as error:
        return bad("sandbox", str(error))
    return good("sandbox", "bubblewrap runs code without network, on a read-only root")
