"""Makes the failures of ``tests/rules/provoked`` happen, and writes down what was raised.

    python -m benchmarks.provoke [--check] [--standard] [--only json.loads]

It writes ``tests/rules/provoked/seen.json`` for the standard library and ``tests/rules/provoked/libraries/seen.json``
for libraries from PyPI, which are committed: each callable, the call that failed, the class of what it raised with its
bases, and the message. With ``--check`` it writes nothing, and fails where a record says otherwise. ``--standard``
leaves the libraries out, so that it runs in any Python that has PyYAML and cryptography.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.rules.provoked import ROWS
from tests.rules.provoked.harness import NotProvokedError, Seen, see
from tests.rules.provoked.record import LIBRARY, STANDARD, difference, disagreement, made, read, text
from tests.rules.provoked.row import Row


def provoked(row: Row) -> Seen:
    """What a row raises, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return see(row, Path(folder))


def main() -> int:
    """Provoke, print what is wrong and how many there are; exits 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="compare with the records instead of writing them")
    parser.add_argument("--standard", action="store_true", help="the standard library alone")
    parser.add_argument("--only", action="append", default=[], metavar="CALLABLE", help="print these; write nothing")
    options = parser.parse_args()
    wrong: list[str] = []
    for path, every in _sets(options.standard).items():
        rows = [row for row in every if not options.only or row.name in options.only]
        if not rows:
            continue
        seen, problems = _all(rows)
        if options.only:
            print(text(made(seen)), end="")
        elif options.check:
            record = read(path)
            problems += filter(None, (difference(row, what, record) for row, what in seen))
        elif not problems:
            path.write_text(text(made(seen)), encoding="utf-8")
        names = len({row.name for row, _ in seen})
        print(f"{path}: {len(seen)} failures of {names} callables seen, {len(problems)} wrong")
        wrong += problems
    print("".join(f"{line}\n" for line in wrong), end="")
    return 1 if wrong else 0


def _sets(standard: bool) -> dict[Path, list[Row]]:
    if standard:
        return {STANDARD: ROWS}
    from tests.rules.provoked import libraries

    return {STANDARD: ROWS, LIBRARY: libraries.ROWS}


def _all(rows: list[Row]) -> tuple[list[tuple[Row, Seen]], list[str]]:
    seen: list[tuple[Row, Seen]] = []
    wrong: list[str] = []
    for row in rows:
        try:
            result = provoked(row)
        except NotProvokedError as error:
            wrong.append(str(error))
            continue
        seen.append((row, result))
        wrong += filter(None, [disagreement(row, result)])
    return seen, wrong


if __name__ == "__main__":
    sys.exit(main())
