"""A whole review over the sum of its parts run bare: semgrep, bandit, ruff, the model's calls and the sandbox's jobs.

usage: python -m benchmarks.overhead [--model starter] [--rounds 3]

One review of the demo's pull request is recorded: every job given to the sandbox, every call to the model, every
scanner's command. Then, in turn and in one run, the review is timed whole, and each recorded part is run bare, one
after the other. Quote the ratio.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

from reviewbot.domain.review import ReviewOptions
from reviewbot.model.engines import open_completer
from reviewbot.model.protocol import Completer
from reviewbot.resources import rules_dir
from reviewbot.review import Engines, review
from reviewbot.source import Repository
from reviewbot.verify import scanner
from reviewbot.verify.bubblewrap import Bubblewrap
from reviewbot.verify.sandbox import Job, Result, Sandbox

DEMO = Path(__file__).parents[1] / "tests" / "demo"


class RecordingSandbox:
    """A sandbox that remembers its jobs."""

    def __init__(self, inner: Sandbox) -> None:
        self.inner, self.jobs = inner, list[Job]()

    def run(self, job: Job) -> Result:
        self.jobs.append(job)
        return self.inner.run(job)


class RecordingCompleter:
    """A completer that remembers its calls."""

    def __init__(self, inner: Completer) -> None:
        self.inner, self.calls = inner, list[Callable[[], Any]]()
        self.model, self.context_length = inner.model, inner.context_length

    def complete(self, *args: Any, **kwargs: Any) -> Any:
        self.calls.append(lambda: self.inner.complete(*args, **kwargs))
        return self.inner.complete(*args, **kwargs)

    def rank(self, *args: Any) -> Any:
        self.calls.append(lambda: self.inner.rank(*args))
        return self.inner.rank(*args)

    def close(self) -> None:
        self.inner.close()


def repository(place: Path) -> Repository:
    """The demo's pull request as two commits."""
    git = ["git", "-c", "user.name=b", "-c", "user.email=b@example.org", "-C", str(place)]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    for side in ("base", "head"):
        shutil.copytree(DEMO / side, place, dirs_exist_ok=True)
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-q", "-m", side], check=True)
    return Repository(place)


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def record_commands(stack: ExitStack, keep: Path) -> list[tuple[Sequence[str], Path]]:
    """Keep every scanner's command and a copy of the folder that it scanned."""
    seen: list[tuple[Sequence[str], Path]] = []
    inner = scanner.run_json

    def run_json(name: str, argv: Sequence[str], folder: Path, *args: Any, **kwargs: Any) -> Any:
        copy = keep / f"{name}{len(seen)}"
        shutil.copytree(folder, copy)
        seen.append(([part.replace(str(folder), str(copy)) for part in argv], copy))
        return inner(name, argv, folder, *args, **kwargs)

    for module in ("bandit", "ruff", "semgrep"):
        stack.enter_context(mock.patch(f"reviewbot.verify.{module}.run_json", run_json))
    return seen


def main() -> None:
    """Record, then time whole and parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="starter")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    wanted = ReviewOptions(max_suggestions=0)
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (place / "r").mkdir()
        (place / "keep").mkdir()
        repo = repository(place / "r")
        change = repo.change("HEAD~1", "HEAD")
        completer = stack.enter_context(open_completer(options.model))
        sandbox = RecordingSandbox(Bubblewrap())
        model = RecordingCompleter(completer) if completer is not None else None

        def whole() -> object:
            engines = Engines(completer, sandbox.inner, rules_dir())
            return review(change, repo.tree("HEAD"), repo.tree("HEAD~1"), engines, wanted)

        with ExitStack() as recording:
            commands = record_commands(recording, place / "keep")
            recorder = Engines(model, sandbox, rules_dir())
            made = review(change, repo.tree("HEAD"), repo.tree("HEAD~1"), recorder, wanted)
        parts: dict[str, Callable[[], object]] = {
            "scanners": lambda: [subprocess.run(argv, cwd=folder, capture_output=True) for argv, folder in commands],
            "sandbox": lambda: [sandbox.inner.run(job) for job in sandbox.jobs],
            "model": lambda: [call() for call in (model.calls if model else [])],
        }
        rounds = [(timed(whole), {name: timed(part) for name, part in parts.items()}) for _ in range(options.rounds)]
    print(
        f"{len(made.suggestions)} suggestions, {len(sandbox.jobs)} sandbox jobs, {len(model.calls) if model else 0} "
        f"model calls, {len(commands)} scanner runs; median of {options.rounds} rounds\n"
    )
    print("| what | seconds |\n|---|---|")
    print(f"| whole review | {statistics.median(r[0] for r in rounds):.2f} |")
    for name in parts:
        print(f"| {name}, bare, one after the other | {statistics.median(r[1][name] for r in rounds):.2f} |")
    print(f"\nwhole over sum of parts: {statistics.median(w / sum(p.values()) for w, p in rounds):.2f}")


if __name__ == "__main__":
    main()
