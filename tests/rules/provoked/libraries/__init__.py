"""Real failures of libraries from PyPI that are installed for the tests."""

from tests.rules.provoked.libraries import data, databases, web
from tests.rules.provoked.row import Row

ROWS: list[Row] = [row for theme in (data, databases, web) for row in theme.ROWS]
