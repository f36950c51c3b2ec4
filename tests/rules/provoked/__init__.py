"""Real failures, by theme: each row makes one happen."""

from tests.rules.provoked import (
    archives,
    builtin,
    dates,
    encodings,
    files,
    formats,
    mail,
    modules,
    numeric,
    paths,
    programs,
    sockets,
    storage,
    streams,
    system,
    web,
)
from tests.rules.provoked.row import Row

STANDARD = [builtin, formats, encodings, numeric, dates, files, paths, archives, storage]
OUTSIDE = [programs, streams, sockets, web, mail, system, modules]

ROWS: list[Row] = [row for theme in [*STANDARD, *OUTSIDE] for row in theme.ROWS]

__all__ = ["ROWS", "Row"]
