"""The origin of every added line over a plain ``git blame`` of the same files, one after the other.

usage: python -m benchmarks.provenance [--files 500] [--lines 20000] [--commits 60] [--rounds 3]

A repository is built the same way each time: files that stood before, a change of many commits over all of them, half
by a tool (a trailer, and a git-ai note on every fourth), half by people who go on from there. Both are timed in turn,
in one run. Quote the ratio; the goal is 1.3 at most.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from reviewbot.policy.provenance import Facts, Traced, origins
from reviewbot.source import Repository

GOAL = 1.3
_BEFORE = 40  # commits before the change
_KEY = "s_c9883b05a2487d::t_9f8e7d6c5b4a32"


def text(seed: int) -> str:
    """A line that no other is."""
    return f"    value_{seed} = compute(item_{seed * 7919 % 100003}, {seed % 97})\n"


def build(place: Path, files: int, lines: int, commits: int) -> None:
    """The repository, through ``git fast-import``; ``main`` is the base, ``work`` the head."""
    stream, seed = list[bytes](), 0
    contents = {f"pkg{n % 20}/module{n}.py": list[str]() for n in range(files)}
    names = list(contents)
    each = max(lines // files, 1)

    def commit(branch: str, message: str, changed: list[str]) -> None:
        who = f"Alice Example <alice@example.org> {1700000000 + len(stream)} +0000"
        head = [f"commit refs/heads/{branch}", f"mark :{len(stream) + 1}", f"author {who}", f"committer {who}"]
        body = ["\n".join(head).encode(), data(message)]
        if stream:
            body.append(f"from :{len(stream)}".encode())
        for name in changed:
            body += [f"M 100644 inline {name}".encode(), data("".join(contents[name]))]
        stream.append(b"\n".join(body) + b"\n")

    for number in range(_BEFORE):
        changed = names if not number else names[number % 7 :: 7]
        for name in changed:
            contents[name] += [text(seed := seed + 1) for _ in range(each if not number else 3)]
        commit("main", f"before {number}\n", changed)
    share = max(commits // 4, 1)
    for number in range(commits):
        changed = names[number % share :: share]
        for name in changed:
            here = contents[name]
            for at in range(number % 5, len(here), 9):
                here[at] = (
                    here[at].replace("compute(", "computed(", 1) if "compute(" in here[at] else text(seed := seed + 1)
                )
            here += [text(seed := seed + 1) for _ in range(max(each // 4 - 1, 1))]
        tool = "\nCo-Authored-By: Claude Opus 4.5 <noreply@anthropic.com>\n" if number % 2 else ""
        commit("work", f"change {number}\n{tool}", changed)
    subprocess.run(["git", "init", "-q", "--bare", str(place)], check=True)
    subprocess.run(["git", "-C", str(place), "fast-import", "--quiet"], input=b"".join(stream), check=True)
    subprocess.run(["git", "-C", str(place), "repack", "-adq"], check=True)
    annotate(place)


def data(content: str) -> bytes:
    encoded = content.encode()
    return b"data %d\n%s" % (len(encoded), encoded)


def annotate(place: Path) -> None:
    """A git-ai note on every fourth commit of the change, for all the files that it touches."""
    git = ["git", "-C", str(place), "-c", "user.name=b", "-c", "user.email=b@example.org"]
    listed = subprocess.run([*git, "rev-list", "main..work"], check=True, capture_output=True, text=True).stdout
    agent = {"agent_id": {"tool": "claude", "id": "c", "model": "claude-sonnet-4-5"}, "human_author": "a@example.org"}
    known = {"schema_version": "authorship/3.0.0", "base_commit_sha": "", "prompts": {}, "sessions": {_KEY[:16]: agent}}
    for one in listed.split()[::4]:
        told = subprocess.run(
            [*git, "diff-tree", "-r", "--no-commit-id", "--name-only", one], check=True, capture_output=True, text=True
        )
        attested = "".join(f"{name}\n  {_KEY} 1-30,50-9999\n" for name in told.stdout.split())
        note = f"{attested}---\n{json.dumps(known, indent=2)}"
        subprocess.run(
            [*git, "notes", "--ref=ai", "add", "-F", "-", one], input=note.encode(), check=True, capture_output=True
        )


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Build, then time both in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("files", 500), ("lines", 20000), ("commits", 60), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "r.git"
        build(place, options.files, options.lines, options.commits)
        repository = Repository(place)
        change = repository.change("main", "work")
        paths = [file.path for file in change.files if file.added]
        traced: list[Traced] = []

        def verdict() -> None:
            traced.append(origins(repository, change, Facts(branch="work", description="text\n")))

        def blame() -> None:
            for path in paths:
                subprocess.run(
                    ["git", "-C", str(place), "blame", "--porcelain", "work", "--", path], capture_output=True
                )

        rounds = [(timed(verdict), timed(blame)) for _ in range(options.rounds)]
    kinds = Counter[str]()
    for one in traced[-1].origins:
        kinds[one.kind.value] += len(one.lines)
    ratio = statistics.median(ours / plain for ours, plain in rounds)
    print(
        f"{len(paths)} files, {change.changed_lines} added lines, {options.commits} commits; "
        f"median of {options.rounds} rounds\n"
    )
    print("| what | seconds |\n|---|---|")
    print(f"| origin of every added line, with all records | {statistics.median(r[0] for r in rounds):.2f} |")
    print(f"| git blame of the same files | {statistics.median(r[1] for r in rounds):.2f} |")
    print(
        f"\nratio {ratio:.2f} (goal: at most {GOAL}); lines: {dict(sorted(kinds.items()))}; {list(traced[-1].problems)}"
    )


if __name__ == "__main__":
    main()
