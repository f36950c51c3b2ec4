"""Every answer held against the keys that GitLab's documentation shows in its examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent.parent.parent / "data" / "gitlab_api" / "answers.json"


@cache
def documented() -> Any:
    return json.loads(FILE.read_text(encoding="utf-8"))


def violations(method: str, template: str, status: int, data: Any) -> list[str]:
    """What an answer lacks; nothing where the documentation shows no example."""
    shape = documented()["answers"].get(f"{method} {template}")
    if shape is None or status not in (200, 201):
        return []
    return [f"answer {method} {template}: {one} is missing" for one in _missing(shape, data, "")]


def _missing(shape: str, data: Any, place: str) -> Iterator[str]:
    if isinstance(data, list):
        for one in data:
            yield from _missing(shape, one, place)
    elif isinstance(data, dict) and not _other_place(shape, data):
        known = documented()["shapes"][shape]
        yield from (f"{place}{key}" for key in known["keys"] if key not in data)
        for key, inner in known.get("within", {}).items():
            yield from _missing(inner, data.get(key), f"{place}{key}.")


def _other_place(shape: str, data: dict[str, Any]) -> bool:
    """A place in an image or on a file has no lines."""
    return shape == "position" and data.get("position_type") != "text"
