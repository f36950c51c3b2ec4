"""How many of each article are left."""

import json
import logging
from pathlib import Path

from shop.errors import StockError

logger = logging.getLogger(__name__)


def load_stock(path: Path) -> dict[str, int]:
    """The stock by article.

    Raises:
        StockError: the file is missing or damaged.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as exc:
        raise StockError(f"there is no stock file {path}") from exc
    try:
        return json.loads(text)
    except json.JSONDecodeError as exc:
        raise StockError(f"{path} is not JSON") from exc


def count(text: str) -> int | None:
    """The number in ``text``, or None if there is none."""
    try:
        return int(text)
    except ValueError:
        logger.warning("not a count: %r", text)
        return None
