"""Where code of a pull request is run: one protocol, one job in, one result out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

JOB_FOLDER = "/job"
"""Where a job's files lie inside the sandbox, read-only."""


@dataclass(frozen=True)
class Job:
    """A program to run.

    Attributes:
        argv: the command; ``{python}`` is the sandbox's own interpreter, ``{job}`` the folder of ``files``.
        files: plain file names (no folders) and their bytes.
        seconds: wall-clock time after which everything the job started is killed.
        memory_mb: address space of the process, in MiB.
        output_bytes: once the job has written more to stdout or stderr than this, it is killed.
    """

    argv: tuple[str, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    seconds: float = 10.0
    memory_mb: int = 512
    output_bytes: int = 1 << 20


@dataclass(frozen=True)
class Result:
    """What a job did.

    Attributes:
        status: its exit status, 128 + n when signal n ended it; None when we killed it.
        stdout, stderr: what it wrote, each at most ``output_bytes``.
        timed_out: it was killed because its time was up.
        flooded: it was killed because it wrote too much.
        seconds: wall-clock time from start to end.
    """

    status: int | None
    stdout: bytes
    stderr: bytes
    timed_out: bool
    seconds: float
    flooded: bool = False


class Sandbox(Protocol):
    """Runs hostile code. Thread-safe; nothing of a job is left behind when ``run`` returns."""

    def run(self, job: Job) -> Result:
        """Run the job to its end, its time limit or its output limit.

        Raises:
            SandboxUnavailable: the sandbox could not be set up; the job was not run.
        """
