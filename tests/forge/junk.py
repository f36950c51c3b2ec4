"""JSON values of every kind, for places where something else should stand."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_LEAF: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("/seed")
)


def _holding(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)


_FLAT = _holding(_LEAF)
JUNK = _LEAF | _FLAT | _holding(_LEAF | _FLAT)
"""Three levels deep, which is more than any reader looks into a value that it does not want."""
