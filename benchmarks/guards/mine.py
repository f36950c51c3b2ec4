"""How the field guards each callee: counted over packages that may be learned from, into ``rules/guards/field.json``.

A callee stays in the table when at least two packages guard it, so that no package's private helpers are in it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.guards.make import package_name, read_wheel
from reviewbot.languages.python.weighing.digest import Digest
from reviewbot.languages.python.weighing.field import Field
from reviewbot.languages.python.weighing.repository import Repository

DEVELOPMENT = frozenset(
    "awscli certbot dvc ipython nikola paramiko scrapy supervisor tornado twisted wandb yt-dlp".split()  # noqa: SIM905
)
"""What is scored is never learned from."""
_LEAST_PACKAGES, _LEAST_GUARDS = 2, 3
_MOST_LINES = 400_000


def may_learn(name: str) -> bool:
    """Whether a package may be learned from: by the first digit of its name's SHA-256, and not one that is scored."""
    plain = re.sub(r"[-_.]+", "-", name.lower())
    return hashlib.sha256(plain.encode()).hexdigest()[0] in "0123456789ab" and plain not in DEVELOPMENT


@dataclass
class Table:
    """Counts of one package or of many for ``weighing.field.Field``, and in how many packages a callee is guarded."""

    guards: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    bare: Counter[str] = field(default_factory=Counter)
    everywhere: Counter[str] = field(default_factory=Counter)
    packages: Counter[str] = field(default_factory=Counter)

    def add(self, other: Table, sign: int = 1) -> None:
        """Add another's counts, or take them away."""
        for key, caught in other.guards.items():
            mine = self.guards[key]
            for exception, times in caught.items():
                mine[exception] += sign * times
        for one, more in (
            (self.bare, other.bare),
            (self.everywhere, other.everywhere),
            (self.packages, other.packages),
        ):
            for key, times in more.items():
                one[key] += sign * times


def table(found: Iterable[Digest]) -> Table:
    """The counts of one package."""
    repository = Repository(dict(enumerate(found)))  # type: ignore[arg-type]
    guards = defaultdict(Counter, {key: Counter(caught) for key, caught in repository.guards.items()})
    return Table(guards, repository.bare, repository.everywhere, Counter(dict.fromkeys(guards, 1)))


def usable(total: Table) -> Field:
    """What of the counts is said by more than one package."""
    keys = {k for k, n in total.packages.items() if n >= _LEAST_PACKAGES and total.guards[k]["*"] >= _LEAST_GUARDS}
    guards = {
        key: {
            e: n
            for e, n in sorted(total.guards[key].items())
            if n > 0 and (e == "*" or n > 1 or len(total.guards[key]) < 4)
        }
        for key in sorted(keys)
    }
    bare = {key: total.bare[key] for key in sorted(keys) if total.bare[key] > 0}
    return Field(guards, bare, {e: n for e, n in sorted(total.everywhere.items()) if n > 3})


def write(found: Field, packages: Iterable[str], out: Path) -> None:
    """The table as data for ``rules/``, one callee a line, so that a change to it can be read."""
    names = sorted(packages)
    lines = [f"  {json.dumps(key)}: {json.dumps(caught)}" for key, caught in found.guards.items()]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(
        "{\n"
        + f'"packages": {json.dumps(names)},\n'
        + '"guards": {\n' + ",\n".join(lines) + "\n},\n"
        + f'"bare": {json.dumps(found.bare)},\n"everywhere": {json.dumps(found.everywhere)}\n}}\n',
        "utf-8",
    )  # fmt: skip


def learnable(folder: Path) -> list[Path]:
    """The wheels of a folder that may be learned from, small ones first."""
    return sorted((w for w in folder.glob("*.whl") if may_learn(package_name(w))), key=lambda w: w.stat().st_size)


def read_package(wheel: Path) -> Mapping[str, str]:
    """Its files; none of a package too large to be typical."""
    files = read_wheel(wheel)
    return files if sum(text.count("\n") for text in files.values()) <= _MOST_LINES else {}
