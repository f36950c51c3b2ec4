"""Canonical JSON: one text for one value, so that its digest can be computed again by anyone.

It is RFC 8785 (https://www.rfc-editor.org/rfc/rfc8785) for what is allowed here: objects with ASCII keys, arrays,
strings, ``true``, ``false``, ``null`` and integers of up to 53 bits; no other number. One thing is added: a lone
surrogate, which stands for a byte of a path that is no UTF-8, is written as ECMAScript's JSON.stringify writes it,
``\\udc80`` (https://tc39.es/ecma262/#sec-quotejsonstring), where RFC 8785 knows no answer.
"""

from __future__ import annotations

import json
import re
from typing import Any

from reviewbot.domain.errors import ReviewbotError

MOST_INTEGER = 2**53 - 1
"""The largest integer that every reader of JSON gives back as it was (RFC 8785, 3.2.2.3)."""

_SURROGATE = re.compile("[\ud800-\udfff]")


class NotCanonical(ReviewbotError):
    """A value has no canonical form, or a text is not the canonical form of any."""


def canonical(value: object) -> str:
    """The canonical text of a value: no space, keys sorted, characters as they are; it can be encoded as UTF-8.

    Raises:
        NotCanonical: the value holds something that has no canonical form.
    """
    _check(value)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    if _SURROGATE.search(text) is None:
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", joined)


def parse_canonical(text: str) -> Any:  # noqa: ANN401 - whatever the text says
    """The value of a canonical text.

    Raises:
        NotCanonical: it is no JSON, or not written as ``canonical`` writes it.
    """
    try:
        value = json.loads(text)
        if canonical(value) == text:
            return value
    except (ValueError, RecursionError) as error:
        raise NotCanonical("The text is no JSON: give a record as it was exported.") from error
    raise NotCanonical("The text is not in canonical form: give a record as it was exported.")


def _check(value: object) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int) and abs(value) <= MOST_INTEGER:
        return
    if isinstance(value, list | tuple):
        for item in value:
            _check(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_key(key)
            _check(item)
    else:
        raise NotCanonical(f"A {type(value).__name__} like this has no canonical form: write it as text.")


def _check_key(key: object) -> None:
    if not (isinstance(key, str) and key.isascii()):
        raise NotCanonical("A key has no canonical form: name fields in ASCII.")
