"""Detection speed beside bandit's, on the same files of a real package of 100,000 lines and more.

usage: python -m benchmarks.detect [--package libcst] [--rounds 5]

Both run as whole processes on all lines as changed lines, in turn, in one run; quote the ratio.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import subprocess
import sys
import time
from pathlib import Path

WORKER = """
import pathlib, sys
from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.python.finding import detect
from reviewbot.languages.python.reading import files
from reviewbot.languages.python.reading import knowledge
from reviewbot.resources import rules_dir
known = knowledge.load(rules_dir())
sites = 0
for path in map(pathlib.Path, sys.argv[1:]):
    file = SourceFile.decode(path.name, path.read_bytes())
    if file is not None and file.text:
        sites += len(detect.find_sites(file, (LineRange(1, len(file.lines)),), known).sites)
print(sites)
"""


def package(name: str) -> list[str]:
    """The Python files of an installed package."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{name} is not installed: pip install it, or name another package")
    return [str(p) for p in sorted(Path(spec.origin).parent.rglob("*.py"))]


def timed(command: list[str], codes: tuple[int, ...]) -> float:
    """Seconds of wall clock that a whole process takes."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in codes:
        raise SystemExit(f"{command[2:4]} failed: {done.stderr[-300:]}")
    return time.perf_counter() - start


def main() -> None:
    """Run both in turn and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", default="libcst")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    files = package(options.package)
    lines = sum(len(Path(f).read_bytes().splitlines()) for f in files)
    ours = [sys.executable, "-c", WORKER, *files]
    bandit = [sys.executable, "-m", "bandit", "-q", "-f", "json", *files]
    pairs = [(timed(ours, (0,)), timed(bandit, (0, 1))) for _ in range(options.rounds)]
    print(f"{options.package}: {len(files)} files, {lines} lines, median of {options.rounds} rounds\n")
    print("| tool | seconds | lines a second |\n|---|---|---|")
    for name, side in (("reviewbot, detection", 0), ("bandit", 1)):
        seconds = statistics.median(pair[side] for pair in pairs)
        print(f"| {name} | {seconds:.2f} | {lines / seconds:.0f} |")
    print(f"\nreviewbot takes {statistics.median(a / b for a, b in pairs):.2f} of bandit's time")


if __name__ == "__main__":
    main()
