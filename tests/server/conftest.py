from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from reviewbot.domain.errors import BrokerError
from reviewbot.forge.gitlab_signing import Secrets
from reviewbot.server.app import Web, make_web
from reviewbot.server.github import receiver
from reviewbot.server.gitlab import receiver as gitlab_receiver
from reviewbot.server.inbox import Inbox
from reviewbot.store.database import Database
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.job import JobKind
from reviewbot.store.jobs import Jobs
from reviewbot.store.migrate import check_schema, migrate

SECRET = "it's a secret"
LIMIT = 100_000


@dataclass
class Site:
    """The application over a real SQLite database, spoken to over ASGI."""

    database: Database
    sent: list[int] = field(default_factory=list)
    sent_as: list[tuple[int, JobKind]] = field(default_factory=list)
    broker_down: bool = False
    github: bool = True
    gitlab: Secrets | None = field(default_factory=lambda: Secrets(tokens=(SECRET,)))
    checks: dict[str, Callable[[], object]] = field(default_factory=dict)

    def send(self, ids: Sequence[int], kind: JobKind) -> None:
        if self.broker_down:
            raise BrokerError("The broker cannot be reached.")
        self.sent += ids
        self.sent_as += [(id_, kind) for id_ in ids]

    def talk(self, speak: Callable[[httpx.AsyncClient], Awaitable[object]]) -> None:
        """Run one conversation with the application, from its start to its orderly end."""
        app = make_web(self.web())

        async def run() -> None:
            transport = httpx.ASGITransport(app)
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=transport, base_url="http://t") as c,
            ):
                await speak(c)

        asyncio.run(run())

    def web(self) -> Web:
        return Web(
            Inbox(Deliveries(self.database), self.send),
            receiver([SECRET]) if self.github else None,
            gitlab_receiver(self.gitlab) if self.gitlab else None,
            LIMIT,
            {"database": lambda: check_schema(self.database), **self.checks},
        )

    def post(self, body: bytes, headers: dict[str, str], forge: str = "github") -> httpx.Response:
        (answer,) = self.post_all([(body, headers)], forge)
        return answer

    def post_all(self, requests: Sequence[tuple[bytes, dict[str, str]]], forge: str = "github") -> list[httpx.Response]:
        answers: list[httpx.Response] = []

        async def speak(client: httpx.AsyncClient) -> None:
            posts = [client.post(f"/webhooks/{forge}", content=body, headers=h) for body, h in requests]
            answers.extend(await asyncio.gather(*posts))

        self.talk(speak)
        return answers

    def get(self, path: str) -> httpx.Response:
        answers: list[httpx.Response] = []

        async def speak(client: httpx.AsyncClient) -> None:
            answers.append(await client.get(path))

        self.talk(speak)
        return answers[0]

    @property
    def jobs(self) -> Jobs:
        return Jobs(self.database, 5)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    database = Database(f"sqlite:///{tmp_path / 'r.sqlite'}", busy_seconds=0.2)
    migrate(database)
    yield Site(database)
    database.close()
