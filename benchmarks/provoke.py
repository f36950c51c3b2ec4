"""Makes the failures of ``tests/rules/provoked`` happen, and writes down what was raised.

    python -m benchmarks.provoke [--check] [--only json.loads]

It writes ``tests/rules/provoked/seen.json``, which is committed: each callable, the call that failed, the class of
what it raised with its bases, and the message. With ``--check`` it writes nothing, and fails where the record says
otherwise.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.rules.provoked import ROWS
from tests.rules.provoked.harness import NotProvokedError, Seen, see
from tests.rules.provoked.record import PATH, disagreement, made, read, text
from tests.rules.provoked.row import Row


def provoked(row: Row) -> Seen:
    """What a row raises, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return see(row, Path(folder))


def main() -> int:
    """Provoke, print what is wrong and how many there are; exits 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="compare with the record instead of writing it")
    parser.add_argument("--only", action="append", default=[], metavar="CALLABLE", help="print these; write nothing")
    options = parser.parse_args()
    rows = [row for row in ROWS if not options.only or row.name in options.only]
    seen, wrong = _all(rows)
    if options.only:
        print(text(made(seen)), end="")
    elif options.check:
        wrong += _changed(text(made(seen)))
    elif not wrong:
        PATH.write_text(text(made(seen)), encoding="utf-8")
    print("".join(f"{line}\n" for line in wrong), end="")
    print(f"{len(seen)} failures of {len({row.name for row, _ in seen})} callables seen, {len(wrong)} wrong")
    return 1 if wrong else 0


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


def _changed(now: str) -> list[str]:
    return [] if now == text(read()) else [f"{PATH.name} is not what was seen now: run python -m benchmarks.provoke."]


if __name__ == "__main__":
    sys.exit(main())
