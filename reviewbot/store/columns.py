"""A column type for text that strangers wrote."""

from __future__ import annotations

import re

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

_UNSTORABLE = re.compile("[\0\ud800-\udfff\\\\]")
_ESCAPE = re.compile(r"\\(\\|u[0-9a-f]{4})")


class AnyText(TypeDecorator[str]):
    """Text that may hold anything, the same on both databases.

    PostgreSQL takes no NUL (https://www.postgresql.org/docs/current/datatype-character.html), and neither database's
    driver takes a lone surrogate, which JSON and git both give. They are written as ``\\u0000``, a backslash as two.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """What is written."""
        return None if value is None else escape(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """What was given."""
        return None if value is None else unescape(value)


def escape(text: str) -> str:
    """``text`` without NUL and surrogates; different for different texts."""
    return _UNSTORABLE.sub(lambda m: "\\\\" if m[0] == "\\" else f"\\u{ord(m[0]):04x}", text)


def unescape(text: str) -> str:
    """The text that ``escape`` was given."""
    return _ESCAPE.sub(lambda m: "\\" if m[1] == "\\" else chr(int(m[1][1:], 16)), text)
