"""The survey of a repository: cold and warm, beside mypy, bandit and semgrep on the same files; and memory at size.

usage: python -m benchmarks.survey [--package libcst] [--large DIR …]

Each tool runs as a whole process on the files of one package. ``--large`` surveys the Python files of folders (the
environment's own packages by default) as one repository, as far as they go, and tells lines a second and memory.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from benchmarks.detect import package, timed
from reviewbot.resources import rules_dir

WORKER = """
import json, pathlib, resource, sys, time
from reviewbot.languages.python.weighing.survey import Surveys

class Folder:
    def __init__(self, root):
        self.files = {f"src/{number}.py": path for number, path in enumerate(sorted(pathlib.Path(root).rglob("*.py")))}
        self.changed = {}
    def paths(self):
        return tuple(self.files)
    def read(self, path):
        return self.changed.get(path) or self.files[path].read_bytes()

def everything(repository):
    return (repository.guards, repository.bare, repository.escapes, repository.twins, repository.folder_rates,
            repository.named, repository.everywhere, repository.classes)

surveys, tree = Surveys(), Folder(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.perf_counter()
first = surveys.of(tree)
everything(first)
cold = time.perf_counter() - began
lines = sum(tree.read(path).count(b"\\n") for path in first.digests)
after = Folder(sys.argv[1])
after.changed = {path: after.read(path) + b"\\nx = 1\\n" for path in list(after.paths())[:10]}
began = time.perf_counter()
repository = surveys.of(after)
read = time.perf_counter() - began
everything(repository)
warm = time.perf_counter() - began
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps({"lines": lines, "cold": cold, "read": read, "warm": warm, "mib": memory / 1024}))
"""


def surveyed(root: Path) -> dict[str, float]:
    """What a survey of a folder costs: lines, seconds cold and warm (ten files changed), MiB more than before."""
    done = subprocess.run([sys.executable, "-c", WORKER, str(root)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def _semgrep() -> list[str]:
    binary = shutil.which("semgrep", path=str(Path(sys.executable).parent)) or "semgrep"
    quiet = ["--metrics", "off", "--disable-version-check", "--quiet", "--json"]
    return [binary, "scan", *quiet, "--config", str(rules_dir() / "semgrep")]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", default="libcst")
    parser.add_argument("--large", type=Path, default=Path(sysconfig.get_paths()["purelib"]))
    options = parser.parse_args()
    files = package(options.package)
    root = Path(files[0]).parent
    ours = surveyed(root)
    rivals = {
        "bandit": ([sys.executable, "-m", "bandit", "-q", "-f", "json", *files], (0, 1)),
        "semgrep, our rules": ([*_semgrep(), str(root)], (0, 1)),
        "mypy, cold": ([sys.executable, "-m", "mypy", "--cache-dir", "/dev/null", "-p", options.package], (0, 1)),
    }
    print(f"{options.package}, {ours['lines']:.0f} lines\n\n| tool | seconds | lines a second |\n|---|---|---|")
    print(f"| survey, cold | {ours['cold']:.2f} | {ours['lines'] / ours['cold']:,.0f} |")
    print(f"| survey, ten files changed | {ours['warm']:.2f} | {ours['lines'] / ours['warm']:,.0f} |")
    for name, (command, codes) in rivals.items():
        seconds = timed(command, codes)
        print(f"| {name} | {seconds:.2f} | {ours['lines'] / seconds:,.0f} |")
    large = surveyed(options.large)
    print(
        f"\n{options.large.name}, {large['lines']:,.0f} lines: cold {large['cold']:.1f} s, ten files changed "
        f"{large['warm']:.1f} s (of which {large['read']:.1f} s reading), {large['mib']:.0f} MiB"
    )


if __name__ == "__main__":
    main()
