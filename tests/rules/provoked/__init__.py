"""Real failures, by theme: each row makes one happen."""

from tests.rules.provoked import (
    archives,
    builtin,
    dates,
    encodings,
    files,
    formats,
    numeric,
    paths,
    programs,
    storage,
    streams,
)
from tests.rules.provoked.row import Row

THEMES = [builtin, formats, encodings, numeric, dates, files, paths, archives, storage, programs, streams]

ROWS: list[Row] = [row for theme in THEMES for row in theme.ROWS]

__all__ = ["ROWS", "Row"]
