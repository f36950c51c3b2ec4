"""Running the real command as a user does: as a process of its own, in a pipe or on a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

ENVIRON = {k: v for k, v in os.environ.items() if not k.startswith(("REVIEWBOT_", "GIT_")) and k != "NO_COLOR"}


def reviewbot(*arguments: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """In a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "reviewbot", *arguments],
        cwd=cwd,
        env={**ENVIRON, **environ},
        capture_output=True,
        text=True,
        timeout=100,
    )


def on_a_terminal(*arguments: str, cwd: Path, **environ: str) -> tuple[int, str]:
    """Exit code and everything that a terminal was sent."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "reviewbot", *arguments],
        cwd=cwd,
        env={**ENVIRON, "TERM": "xterm-256color", **environ},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    seen = b""
    try:
        while select.select([ours], [], [], 100)[0]:
            try:
                data = os.read(ours, 65536)
            except OSError:  # Linux ends a terminal nobody holds any more with EIO
                break
            if not data:
                break
            seen += data
        return process.wait(10), seen.decode("utf-8", "replace")
    finally:
        process.kill()
        os.close(ours)
