"""Logs: one JSON object a line, with the ids of the delivery, job and pull request at hand bound to each."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import IO

# What libraries say of every connection, request and task; a failure they say louder.
_NOISY = (
    "kombu",
    "amqp",
    "urllib3",
    "github",
    "uvicorn.access",
    "httpx",
    "alembic",
    "celery.worker",
    "celery.app.trace",
)

_BOUND: ContextVar[dict[str, object] | None] = ContextVar("reviewbot_log_context", default=None)


@contextmanager
def bound(**ids: object) -> Iterator[None]:
    """Add ``ids`` to every line logged inside the block, by this task or thread alone."""
    token = _BOUND.set({**(_BOUND.get() or {}), **ids})
    try:
        yield
    finally:
        _BOUND.reset(token)


def context() -> dict[str, object]:
    """The ids bound here; for handing them on to a thread."""
    return dict(_BOUND.get() or {})


class JsonFormatter(logging.Formatter):
    """One line of JSON a record: time in UTC, level, logger, message, bound ids, and the traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **context(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(level: str, stream: IO[str] | None = None) -> None:
    """Send every log of this process to ``stream`` (by default standard error) as JSON; for an entry point, once."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
