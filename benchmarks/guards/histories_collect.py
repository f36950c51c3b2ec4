"""Collect commits of public repositories that put a specific ``try`` around code: into ``histories.json``.

usage: python -m benchmarks.guards.histories_collect --cache DIR [--repository OWNER/NAME[:PACKAGE][@COMMIT]]...

Reads the history of each repository in ``histories.json``, up to the commit that the file names, and of those given.
A clone is ``DIR/OWNER+NAME.git``, cloned from GitHub where it is not there. Which commits are taken depends on their
names alone, so that anybody gets the same ones.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.guards import histories_git as git
from benchmarks.guards.histories import DATA, Histories, History, Repository, check_allowed, dump, load
from benchmarks.guards.histories_git import Touch
from benchmarks.guards.histories_match import guards
from reviewbot.domain.errors import UsageError

MOST = 3
"""Commits of one repository."""
MOST_GUARDS = 4
"""Of one commit in one file: more are one idea, many times."""
MOST_FILE_LINES = 2_500
_GIVEN = re.compile(r"(?P<name>\w[\w.-]*/\w[\w.-]*)(:(?P<package>[\w.-]+))?(@(?P<at>\w[\w./-]*))?")


def parse(given: str) -> Repository:
    """A repository as the command line names it; its package is called as it is, if not told otherwise.

    Raises:
        UsageError: it has another form.
    """
    found = _GIVEN.fullmatch(given)
    if found is None:
        raise UsageError(f"Name a repository as OWNER/NAME[:PACKAGE][@COMMIT], not {given}.")
    return Repository(found["name"], found["package"] or found["name"].split("/")[1], found["at"] or "HEAD")


def collect(repository: Repository, folder: Path, most: int = MOST) -> Iterator[History]:
    """At most so many commits of a repository, in the order of their names, which is as good as chance."""
    seen: set[tuple[str, str]] = set()
    taken: set[str] = set()
    for touch in sorted(git.touches(folder, repository.at), key=lambda t: (t.commit, t.path)):
        if len(taken) == most:
            return
        history = None if touch.commit in taken else _history(repository, folder, touch)
        places = {(history.path, guard.function) for history in [history] if history for guard in history.guards}
        if history is None or places & seen:  # the same change again, picked onto another branch
            continue
        taken.add(touch.commit)
        seen |= places
        yield history


def _history(repository: Repository, folder: Path, touch: Touch) -> History | None:
    before, after = git.text(folder, touch.parent, touch.path), git.text(folder, touch.commit, touch.path)
    if before is None or after is None or before.count("\n") > MOST_FILE_LINES:
        return None
    found = guards(before, after)
    if not 1 <= len(found) <= MOST_GUARDS:
        return None
    lines = before.count("\n") + (not before.endswith("\n"))
    return History(repository.name, touch.commit, touch.parent, touch.day, touch.path, lines, tuple(found))


def collect_all(repositories: Iterable[Repository], cache: Path) -> Histories:
    """The histories of several repositories, each fixed at a commit; those that have none are left out."""
    kept, found = [], []
    for given in repositories:
        check_allowed(given)
        folder = git.clone(given.name, cache)
        repository = Repository(given.name, given.package, git.resolve(folder, given.at))
        own = list(collect(repository, folder))
        print(f"{given.name}: {len(own)} commits", flush=True)
        if own:
            kept.append(repository)
            found += own
    return Histories(tuple(kept), tuple(found))


def main() -> None:
    """Collect, write and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="the folder of the clones")
    parser.add_argument("--repository", action="append", default=[], metavar="OWNER/NAME[:PACKAGE][@COMMIT]")
    parser.add_argument("--fresh", action="store_true", help="read only the repositories that are given")
    parser.add_argument("--out", type=Path, default=DATA)
    options = parser.parse_args()
    known = () if options.fresh or not options.out.exists() else load(options.out).repositories
    wanted = {one.name: one for one in (*known, *map(parse, options.repository))}
    found = collect_all(sorted(wanted.values(), key=lambda one: one.name.lower()), options.cache)
    dump(found, options.out)
    matches = Counter(guard.match for history in found.histories for guard in history.guards)
    print(f"{len(found.histories)} commits of {len(found.repositories)} repositories, {dict(matches)} guards")


if __name__ == "__main__":
    main()
