"""What the server answers: one line of JSON each."""

from __future__ import annotations

import json

from fastapi import Response


class Refused(Exception):
    """A request that is answered with an error.

    Args:
        status: HTTP's. reason: one sentence for whoever reads the forge's list of deliveries.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def answer(code: int, **fields: object) -> Response:
    """One line of JSON; an error also closes the connection, whose body may not have been read."""
    body = json.dumps(fields, ensure_ascii=False) + "\n"
    headers = {"Connection": "close"} if code >= 400 else None
    return Response(body, code, headers, media_type="application/json")
