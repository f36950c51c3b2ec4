"""A process that writes to the audit log beside others: ``python -m tests.store.audit_writer URL FIRST COUNT``."""

from __future__ import annotations

import sys

from reviewbot.store.audit import AuditLog
from reviewbot.store.database import Database
from tests.store.audit_entries import verdict


def main() -> None:
    database = Database(sys.argv[1], busy_seconds=30)
    for number in range(int(sys.argv[2]), int(sys.argv[2]) + int(sys.argv[3])):
        AuditLog(database).append([verdict(number)])
    database.close()


if __name__ == "__main__":
    main()
