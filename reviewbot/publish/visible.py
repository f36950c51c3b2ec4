"""Text of a pull request on a terminal: what could move the cursor, hide or reorder words is shown as an escape."""

from __future__ import annotations

import re

# C0 and C1 controls but tab and line feed; Unicode's bidirectional controls (UAX #9), zero-width characters, line and
# paragraph separators, tag characters; lone surrogates, which stand for bytes that are no UTF-8.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """``text`` with every hidden or steering character written as an escape; tabs and line feeds stay."""
    return _HIDDEN.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), text)


def visible_line(text: str) -> str:
    """As ``visible``, and on one line: line feeds become escapes too."""
    return visible(text).replace("\n", "\\n")
