"""Reading a request's body, never more of it than is allowed."""

from __future__ import annotations

import asyncio

from fastapi import Request

from reviewbot.server.answers import Refused

_READ_SECONDS = 30.0  # a forge sends a delivery at once; whoever takes longer is holding a connection open


async def read_body(request: Request, limit: int) -> bytes:
    """The raw body.

    Args:
        limit: bytes. A larger body is refused by its announced length, or as soon as it passes the limit.

    Raises:
        Refused: 413 too large, 408 too slow.
    """
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(_READ_SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise _too_large(limit)
                chunks.append(chunk)
    except TimeoutError:
        raise Refused(408, f"The body did not arrive within {_READ_SECONDS:.0f} s.") from None
    return b"".join(chunks)


def _too_large(limit: int) -> Refused:
    return Refused(413, f"The delivery is larger than {limit} bytes.")


def is_json(content_type: str) -> bool:
    """Whether a ``Content-Type`` says JSON, with whatever parameters."""
    return content_type.partition(";")[0].strip().lower() == "application/json"
