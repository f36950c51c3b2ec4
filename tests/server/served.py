"""The product's own server as a process of its own, on a real port, over a state folder that the test reads."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from reviewbot.settings import load_settings
from reviewbot.store.database import Database
from reviewbot.store.job import Job
from reviewbot.store.jobs import Jobs

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Served:
    """A running server."""

    url: str
    client: httpx.Client
    database: Database
    log: Path

    def post(self, forge: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        return self.client.post(f"{self.url}/webhooks/{forge}", content=body, headers=headers)

    def jobs(self, forge: str, delivery: str) -> list[Job]:
        """The jobs of a delivery."""
        statement = f"SELECT id FROM deliveries WHERE forge = '{forge}' AND delivery = '{delivery}'"
        with self.database.read() as connection:
            ids = [int(id_) for (id_,) in connection.exec_driver_sql(statement)]
        found = [Jobs(self.database, 5).get(id_) for id_ in ids]
        return [job for job in found if job is not None]

    def count(self) -> int:
        """How many jobs there are, whatever became of them."""
        return sum(Jobs(self.database, 5).counts().values())


@contextmanager
def served(state: Path, **settings: object) -> Iterator[Served]:
    """`reviewbot serve` with these settings and its own broker, until the block ends; it must end in order."""
    chosen = load_settings({}, **{"state_dir": state, "port": 0, "log_level": "WARNING", **settings})
    log = state / "server.log"
    state.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "reviewbot", "serve"],
            env={**os.environ, **chosen.environment()},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    database = Database(chosen.database)
    try:
        assert process.stdout is not None
        first = process.stdout.readline().decode()
        assert first.startswith("listening on http://"), f"{first}{log.read_text()}"
        with httpx.Client(timeout=20, trust_env=False) as client:
            yield Served(first.removeprefix("listening on ").strip(), client, database, log)
        process.terminate()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.communicate()
        database.close()
