"""`/healthz` says the process lives, `/readyz` that it can do its work."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from reviewbot.domain.errors import BrokerError
from tests.server.conftest import Site


def test_ready_when_everything_answers(site: Site) -> None:
    answer = site.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "database": "ok"})


def test_not_ready_without_its_broker_but_alive(site: Site) -> None:
    def down() -> None:
        raise BrokerError("The broker cannot be reached.")

    site.checks["broker"] = down
    answer = site.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["broker"] == "failed"  # why is in the log: it may name machines of the inner network
    assert site.get("/healthz").json() == {"status": "ok"}


def test_not_ready_with_another_schema(site: Site) -> None:
    with site.database.write() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    assert site.get("/readyz").status_code == 503


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/", "/webhooks/github"])
def test_there_is_nothing_else_to_see(site: Site, path: str) -> None:
    assert site.get(path).status_code in (404, 405)
