"""What a request is to a forge: which may be sent again, which costs how much, and how many there were."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlsplit

_MUTATION = re.compile(r"\b(mutation|subscription)\b")


class Kind(StrEnum):
    """``READ`` and ``QUERY`` (GraphQL) change nothing and may be sent again; the others may not.

    ``WRITE`` and ``MUTATION`` (GraphQL) make content; ``CHANGE`` does not: a deletion, or a token that is asked for.
    """

    READ = "read"
    QUERY = "query"
    WRITE = "write"
    MUTATION = "mutation"
    CHANGE = "change"

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again when nobody knows whether it arrived."""
        return self in (Kind.READ, Kind.QUERY)

    @property
    def makes_content(self) -> bool:
        """Whether GitHub counts it as "content-generating"."""
        return self in (Kind.WRITE, Kind.MUTATION)

    @property
    def points(self) -> int:
        """What it costs of GitHub's points.

        https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#calculating-points-for-the-secondary-rate-limit
        """
        return 1 if self.repeatable else 5


def kind_of(method: str, url: str, body: bytes | str | None) -> Kind:
    """The kind of a request. A GraphQL document that is not plainly a query is taken for a mutation."""
    path = urlsplit(url).path.rstrip("/")
    if method.upper() in ("GET", "HEAD", "OPTIONS"):
        return Kind.READ
    if path.endswith("/graphql"):
        return Kind.QUERY if _is_query(body) else Kind.MUTATION
    if method.upper() == "DELETE" or path.endswith(("/access_tokens", "/conversions")):
        return Kind.CHANGE
    return Kind.WRITE


def _is_query(body: bytes | str | None) -> bool:
    try:
        data = json.loads(body or "")
    except ValueError:
        return False
    document = data.get("query") if isinstance(data, dict) else None
    if not isinstance(document, str) or not document.lstrip().startswith(("query", "{")):
        return False
    return _MUTATION.search(document) is None


class Tally:
    """Counts the requests that were sent. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Kind] = Counter()

    def count(self, kind: Kind) -> None:
        """One more."""
        with self._lock:
            self._counts[kind] += 1

    @property
    def calls(self) -> int:
        """How many there were."""
        with self._lock:
            return self._counts.total()

    @property
    def by_kind(self) -> Mapping[Kind, int]:
        """How many of each kind that occurred."""
        with self._lock:
            return dict(self._counts)
