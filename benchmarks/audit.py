"""The audit log: how fast records are added, verified, exported and verified from the file, and with how much memory.

usage: python -m benchmarks.audit [--rows 1000000] [--database URL]

The log is made in a new SQLite file, or in the empty database that is named. Beside "verify" stands the same work
without us: reading the same rows, and hashing each body once. Quote the ratio. "peak" is the process's own resident
memory after verifying; each timed part runs in a process of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from reviewbot.domain.audit import Clearing, Judgement, VerdictEntry
from reviewbot.domain.change import LineRange
from reviewbot.domain.provenance import Claim, OriginKind, Strength
from reviewbot.policy.audit import read_export, verify
from reviewbot.store.audit import AuditLog
from reviewbot.store.database import Database
from reviewbot.store.migrate import migrate

BATCH = 1000


def entry(number: int) -> VerdictEntry:
    """A usual verdict: three runs of lines, one of them a machine's and reviewed."""
    claim = Claim(OriginKind.AI, Strength.LINE, "git-ai", "cursor", "model-1", "ada@example.org", "note of 1a2b3c4")
    clearing = Clearing("bob", "a" * 40, "approval")
    lines = (
        Judgement("shop/cart.py", LineRange(1, 20), OriginKind.AI, "cleared", (claim,), (clearing,)),
        Judgement("shop/cart.py", LineRange(30, 31), OriginKind.HUMAN, "exempt"),
        Judgement("shop/till.py", LineRange(7, 7), OriginKind.UNKNOWN, "exempt"),
    )
    head = hashlib.sha1(str(number).encode()).hexdigest()
    return VerdictEntry(
        1_700_000_000_000 + number, "github", "o/r", number, head, "b" * 40, "c" * 64, "enforce", "pass", lines
    )


def fill(database: Database, rows: int) -> None:
    log = AuditLog(database)
    for first in range(1, rows + 1, BATCH):
        log.append([entry(number) for number in range(first, min(first + BATCH, rows + 1))])


def read_and_hash(database: Database) -> int:
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT seq, previous, hash, body FROM audit ORDER BY seq")
        return sum(bool(hashlib.sha256(body.encode()).digest()) for _, _, _, body in rows.yield_per(500))


def verify_database(database: Database) -> int:
    with AuditLog(database).links() as links:
        return verify(links).count


def part(name: str, url: str, file: str) -> None:
    """Run one part and print how many records, seconds, and peak MB."""
    database = Database(url)
    start = time.perf_counter()
    if name == "file":
        with Path(file).open("rb") as opened:
            count = verify(read_export(opened)).count
    else:
        count = {"bare": read_and_hash, "verify": verify_database}[name](database)
    seconds = time.perf_counter() - start
    print(count, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def run(name: str, url: str, file: str) -> tuple[int, float, float]:
    command = [sys.executable, "-m", "benchmarks.audit", "--part", name, "--database", url, "--file", file]
    count, seconds, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return int(count), float(seconds), float(peak)


def export(url: str, file: Path) -> float:
    start = time.perf_counter()
    with file.open("wb") as out:
        subprocess.run(
            [sys.executable, "-m", "reviewbot", "audit", "export"],
            env={"REVIEWBOT_DATABASE_URL": url, "PATH": ""},
            stdout=out,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    return time.perf_counter() - start


def one_by_one(place: Path, count: int = 300) -> float:
    database = Database(f"sqlite:///{place / 'single.sqlite'}")
    migrate(database)
    log = AuditLog(database)
    start = time.perf_counter()
    for number in range(count):
        log.append([entry(number)])
    return (time.perf_counter() - start) / count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    parser.add_argument("--file", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        part(options.part, options.database, options.file)
        return
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        url = options.database or f"sqlite:///{place / 'audit.sqlite'}"
        database = Database(url)
        migrate(database)
        start = time.perf_counter()
        fill(database, options.rows)
        filled = time.perf_counter() - start
        database.close()
        rows, bare, _ = run("bare", url, "")
        _, verified, peak = run("verify", url, "")
        file = place / "log.jsonl"
        exported = export(url, file)
        _, from_file, file_peak = run("file", url, str(file))
        print(f"{rows} records, {file.stat().st_size / rows:.0f} bytes a line\n")
        print("| what | seconds | records a second | peak MB |\n|---|---|---|---|")
        print(f"| added, {BATCH} at once | {filled:.1f} | {rows / filled:,.0f} | |")
        print(f"| rows read and hashed, without us | {bare:.1f} | {rows / bare:,.0f} | |")
        print(f"| `audit verify` | {verified:.1f} | {rows / verified:,.0f} | {peak:.0f} |")
        print(f"| `audit export` | {exported:.1f} | {rows / exported:,.0f} | |")
        print(f"| `audit verify --file` | {from_file:.1f} | {rows / from_file:,.0f} | {file_peak:.0f} |")
        print(f"\nverify over reading and hashing: {verified / bare:.2f}")
        print(f"one record added alone: {one_by_one(place) * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
