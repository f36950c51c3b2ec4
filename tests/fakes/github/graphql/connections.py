"""Pages of a connection: cursors, `pageInfo`, `nodes` and `edges`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.fakes.github.graphql.context import Refused

Items = Callable[[], Iterable[Any]]
Resolver = Callable[..., dict[str, Any]]


def connection(
    items: Iterable[Any] | Items, show: Callable[[Any], Any], *, numbered: bool = False, most: int | None = None
) -> Resolver:
    """A resolver of a connection over `items` (or what they are when it is asked for), shown by `show`.

    A cursor names the item by its `id`, which only grows, so that a page begun before something was deleted goes on
    where it ended; `numbered` items have none, and are named by their number. No more than `most` are listed, though
    `totalCount` counts all.
    """

    def resolve(info: Any, **given: Any) -> dict[str, Any]:
        listed = list(items() if callable(items) else items)
        keys = [number if numbered else item.id for number, item in enumerate(listed)]
        pairs = list(zip(keys, listed, strict=True))
        return {**_page(pairs[:most], given, show), "totalCount": len(pairs)}

    return resolve


def _page(pairs: list[tuple[int, Any]], given: Mapping[str, Any], show: Callable[[Any], Any]) -> dict[str, Any]:
    after, before = _key(given.get("after")), _key(given.get("before"))
    kept = [one for one in pairs if (after is None or one[0] > after) and (before is None or one[0] < before)]
    first, last = given.get("first"), given.get("last")
    shown = kept
    if first is not None:
        shown = shown[:first]
    if last is not None:
        shown = shown[max(0, len(shown) - last) :]
    cursors = [_cursor(key) for key, _ in shown]
    nodes = [show(item) for _, item in shown]
    more_before = bool(shown) and pairs.index(shown[0]) > 0
    more_after = bool(shown) and pairs[-1] is not shown[-1]
    return {
        "nodes": nodes,
        "edges": [{"cursor": cursor, "node": node} for cursor, node in zip(cursors, nodes, strict=True)],
        "pageInfo": {
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
            "hasNextPage": more_after,
            "hasPreviousPage": more_before,
        },
    }


def _cursor(key: int) -> str:
    return base64.b64encode(f"cursor:v2:{key}".encode()).decode()


def _key(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("cursor:v2:"))
    except (binascii.Error, ValueError):
        raise Refused("INVALID_CURSOR_ARGUMENTS", f"`{cursor}` does not appear to be a valid cursor.") from None
