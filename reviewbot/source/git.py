"""Running git so that no repository's and no person's settings change what it prints or make it run a program."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from reviewbot.domain.errors import SourceError, SourceUnavailable

# Every setting that alters a diff or starts a program, pinned to git's own default or to nothing.
_PINNED = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.quotePath": "false",
    "core.attributesFile": "/dev/null",
    "diff.algorithm": "myers",
    "diff.context": "3",
    "diff.interHunkContext": "0",
    "diff.indentHeuristic": "true",
    "diff.renames": "true",
    "diff.renameLimit": "1000",
    "diff.noprefix": "false",
    "diff.mnemonicPrefix": "false",
    "diff.suppressBlankEmpty": "false",
    "diff.submodule": "short",
    "diff.ignoreSubmodules": "none",
    "diff.orderFile": "/dev/null",
    "gc.autoDetach": "false",
    # libcurl takes the token out of a request that it redirects to another host, but git then sends the next request
    # there by itself, with the token. The forge names a repository by its address of today, so nothing is lost.
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1",  # bytes a second; a transfer that stands still for a minute is given up
    "http.lowSpeedTime": "60",
    "protocol.ext.allow": "never",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
}
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_PAGER": "cat",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_ASKPASS": "/bin/false",
    "SSH_ASKPASS": "/bin/false",
}
_CREDENTIALS = re.compile(r"://[^/@\s]+@")
# What would point git at another repository or index than the one asked for.
_FOREIGN = {
    *("GIT_DIR", "GIT_COMMON_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_NAMESPACE"),
    *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS"),
}
# Settings of whoever started us, and our own, which hold tokens and keys that git has no use for.
_WITHHELD = ("GIT_CONFIG_", "REVIEWBOT_")


def git_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment that git runs in: ours without other repositories' variables and our settings, plus ``extra``."""
    inherited = {k: v for k, v in os.environ.items() if k not in _FOREIGN and not k.startswith(_WITHHELD)}
    return {**inherited, **_ENVIRONMENT, **(extra or {})}


def git_command(directory: Path, arguments: Sequence[str]) -> list[str]:
    """The argument list of ``git ARGUMENTS`` in ``directory``."""
    pinned = [part for key, value in _PINNED.items() for part in ("-c", f"{key}={value}")]
    return ["git", "-C", str(directory), *pinned, *arguments]


def run_git(
    directory: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    seconds: float = 300.0,
    accept: tuple[int, ...] = (0,),
    pass_fds: tuple[int, ...] = (),
) -> bytes:
    """What ``git ARGUMENTS`` prints.

    Args:
        directory: where it runs. arguments: without ``git``. environment: added to git's. stdin: given to it.
        seconds: after which it is killed. accept: exit codes that are no failure.
        pass_fds: open files that git keeps open as well.

    Raises:
        SourceUnavailable: it took longer than ``seconds``, or something killed it.
        SourceError: git is not installed, or refused.
    """
    try:
        done = subprocess.run(
            git_command(directory, arguments),
            input=stdin,
            capture_output=True,
            env=git_environment(environment),
            timeout=seconds,
            pass_fds=pass_fds,
        )
    except FileNotFoundError:
        raise SourceError(
            f"git or the folder {directory} is missing: install git 2.30 or newer, or mend the path."
        ) from None
    except subprocess.TimeoutExpired:
        raise SourceUnavailable(f"git {arguments[0]} took longer than {seconds:.0f} s: try again later.") from None
    if done.returncode < 0:
        raise SourceUnavailable(f"git {arguments[0]} was ended by signal {-done.returncode}: see if memory ran out.")
    if done.returncode not in accept:
        raise SourceError(f"git {arguments[0]} failed: {complaint(done.stderr)}")
    return done.stdout


def complaint(stderr: bytes) -> str:
    """git's own first complaint, in one line and without credentials."""
    lines = stderr.decode("utf-8", "replace").splitlines()
    told = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines or ["no reason given"]
    return _CREDENTIALS.sub("://***@", told[0].removeprefix("fatal: ").removeprefix("error: ")).strip()
