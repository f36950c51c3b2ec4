"""Real failures of the standard library, by theme: each row makes one happen."""

from tests.rules.provoked import disk, machine, texts, traffic, values
from tests.rules.provoked.row import Row

ROWS: list[Row] = [*texts.ROWS, *disk.ROWS, *values.ROWS, *traffic.ROWS, *machine.ROWS]

__all__ = ["ROWS", "Row"]
