"""Review the code as it stood before real commits put guards around it, and score what is suggested.

usage: python -m benchmarks.guards.histories_run --cache DIR [--model none] [--floor 0.05] [--list]

Each commit of ``histories.json`` is laid out as a change that adds the touched file as it stood, and is reviewed as a
user would. Reviews are kept in ``DIR/reviews``, by what the bot is made of and how it is asked: a run that was cut off
goes on where it was, a changed bot is asked anew. Clones are made in ``DIR`` where they are not there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import reviewbot
from benchmarks.guards import histories_git as git
from benchmarks.guards.histories import DATA, Histories, History, load, plain
from benchmarks.guards.histories_score import score
from benchmarks.guards.histories_table import listed, report
from benchmarks.guards.run import FLOOR
from reviewbot.domain.errors import ReviewbotError
from reviewbot.resources import rules_dir
from reviewbot.settings import Settings

SECONDS = 900
"""A review may take."""


def made_of(arguments: Sequence[str]) -> str:
    """A digest of the bot's own files, its rules and the arguments it is called with."""
    digest = hashlib.sha256("\0".join(arguments).encode())
    for folder in (Path(reviewbot.__file__).parent, rules_dir()):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def review(history: History, cache: Path, kept: Path, arguments: Sequence[str]) -> str | None:
    """Review one, unless that was done; what went wrong, if anything did."""
    if kept.exists():
        return None
    with tempfile.TemporaryDirectory(prefix="histories-") as folder:
        try:
            root = git.lay_out(history, git.clone(history.repository, cache), Path(folder))
        except ReviewbotError as error:
            return str(error)
        command = [sys.executable, "-m", "reviewbot", "review", "--repo", str(root), "--base", "base", "--head", "head"]
        try:
            done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return f"the review took more than {SECONDS} s"
    if done.returncode:
        return f"the review ended with {done.returncode}: {done.stderr.strip()[-300:]}"
    part = kept.with_suffix(".part")
    part.write_text(done.stdout, "utf-8")
    part.rename(kept)
    return None


def review_all(histories: Iterable[History], cache: Path, arguments: Sequence[str], processes: int) -> Path:
    """Review several at once; the folder of the reviews. What failed is told, and left out of it."""
    folder = cache / "reviews" / made_of(arguments)
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(processes) as pool:
        work = {h: pool.submit(review, h, cache, folder / f"{h.name}.json", arguments) for h in histories}
        for number, (history, future) in enumerate(work.items(), 1):
            if trouble := future.result():
                print(f"{history.name}: {trouble}", file=sys.stderr, flush=True)
            if number % 10 == 0:
                print(f"{number} of {len(work)}", file=sys.stderr, flush=True)
    return folder


def reviews(histories: Iterable[History], folder: Path) -> Iterator[tuple[History, dict[str, Any]]]:
    """The histories that were reviewed, with their reviews."""
    for history in histories:
        path = folder / f"{history.name}.json"
        if path.exists():
            yield history, json.loads(path.read_text("utf-8"))


def learned(rules: Path) -> set[str]:
    """The packages that the bot's own data was made from, as the files of ``rules/guards`` name them."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted((rules / "guards").glob("*.json"))]
    names = [name for data in found if isinstance(data, dict) for name in data.get("packages", ())]
    return {plain(name) for name in names}


def unseen(known: Histories, seen: set[str]) -> tuple[list[History], list[str]]:
    """The histories of packages that the bot has not learned from, and the repositories left out for it."""
    left_out = sorted(one.name for one in known.repositories if plain(one.package) in seen)
    kept = (one for one in known.histories if one.repository not in left_out)
    return sorted(kept, key=lambda one: one.commit), left_out  # what a run that is cut off has done is a fair sample


def main() -> None:
    """Review, score and print."""
    options = _options()
    arguments = ["--format", "json", "--max-suggestions", "0", "--model", options.model]
    arguments += [] if options.floor is None else ["--min-confidence", str(options.floor)]
    cache = options.cache.resolve()
    if options.fresh:
        shutil.rmtree(cache / "reviews" / made_of(arguments), ignore_errors=True)
    chosen, left_out = unseen(load(options.data), learned(rules_dir()))
    chosen = chosen[: options.limit]
    done = list(reviews(chosen, review_all(chosen, cache, arguments, options.processes)))
    if left_out:
        print(f"Left out, since the bot has learned from them: {', '.join(left_out)}.\n")
    if len(done) < len(chosen):
        print(f"{len(chosen) - len(done)} reviews failed and are not in the figures.\n")
    print(report(score(done), Settings.model_fields["min_confidence"].default))
    if options.list:
        print("\n".join(["", *listed(done)]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="the folder of clones and reviews")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--model", default="none")
    parser.add_argument("--floor", type=float, help=f"a lower confidence, for more of the curve: {FLOOR}")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--limit", type=int, help="only so many commits")
    parser.add_argument("--list", action="store_true", help="print a line a guard as well")
    parser.add_argument("--fresh", action="store_true", help="forget the reviews that this bot made before")
    return parser.parse_args()


if __name__ == "__main__":
    main()
