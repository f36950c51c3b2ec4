"""The parameters of a request: where they come from, and whether GitLab knows them.

A parameter that GitLab does not document for the operation, or of another type, is a violation: GitLab itself would
ignore the one and coerce the other, and a client would never hear of its mistake.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

PAGES = "page:int per_page:int"
_POSITION = {
    "base_sha": str,
    "start_sha": str,
    "head_sha": str,
    "position_type": str,
    "new_path": str,
    "new_line": int,
    "old_path": str,
    "old_line": int,
    "width": int,
    "height": int,
    "x": float,
    "y": float,
    "line_range": dict,
}
_END = {"line_code": str, "type": str, "old_line": int, "new_line": int}
_NEEDED = ("base_sha", "start_sha", "head_sha", "position_type")
_TYPES: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "int": int,
    "bool": bool,
    "number": (int, float),
    "list": (list, str),
    "position": dict,
}


def read(query: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """All parameters of a request, of its query and its body, JSON or form.

    Raises:
        ValueError: the body is no JSON, or no object.
    """
    found: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        _put(found, name, value)
    kind = headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        for name, value in parse_qsl(body.decode(), keep_blank_values=True):
            _put(found, name, value)
    elif body:
        data = json.loads(body)
        if not isinstance(data, dict):
            raise ValueError("not an object")
        found |= data
    return found


def _put(found: dict[str, Any], name: str, value: str) -> None:
    """`position[line_range][start][type]` is a hash in a hash; `labels[]` is a list."""
    first, *rest = re.split(r"[\[\]]+", name)
    keys = [first, *(part for part in rest if part)]
    at = found
    for key in keys[:-1]:
        at = at.setdefault(key, {})
    if name.endswith("[]"):
        at.setdefault(keys[-1], []).append(value)
    else:
        at[keys[-1]] = value


def missing(spec: str, given: Mapping[str, Any]) -> str | None:
    """What GitLab's own check refuses: `body is missing`."""
    wrong = [f"{name} is missing" for name, _, needed in _parsed(spec) if needed and given.get(name) is None]
    wrong += [f"{name} is empty" for name, _, needed in _parsed(spec) if needed and given.get(name) == ""]
    position = given.get("position")
    if isinstance(position, Mapping):
        wrong += [f"position[{name}] is missing" for name in _NEEDED if position.get(name) is None]
        if position.get("position_type") not in (None, "text", "image", "file"):
            wrong.append("position[position_type] does not have a valid value")
        for name in ("new_line", "old_line"):
            if not _number(position.get(name)):
                wrong.append(f"position[{name}] is invalid")
    elif position is not None:
        wrong.append("position is invalid")
    return ", ".join(wrong) or None


def _number(value: Any) -> bool:
    return (
        value is None
        or isinstance(value, int)
        or (isinstance(value, str) and re.fullmatch(r"-?\d*", value) is not None)
    )


def violations(spec: str, given: Mapping[str, Any], *, spelled: bool) -> list[str]:
    """What GitLab does not document. In a query and in a form every value is a text (`spelled`)."""
    known = {name: kind for name, kind, _ in _parsed(spec)}
    found = [f"unknown parameter {name}" for name in given if name not in known]
    for name, kind in known.items():
        value = given.get(name)
        if value is None or (spelled and _spelled(kind, value)):
            continue
        found += _position(value, spelled) if kind == "position" else _wrong(name, value, _TYPES[kind])
    return found


def _position(value: Any, spelled: bool) -> list[str]:
    if not isinstance(value, dict):
        return ["position is no hash"]
    found = [f"unknown parameter position[{name}]" for name in value if name not in _POSITION]
    for name, kind in _POSITION.items():
        if value.get(name) is not None and not (spelled and _spelled(kind.__name__, value[name])):
            found += _wrong(f"position[{name}]", value[name], kind)
    if value.get("position_type") == "text":
        found += [f"position[{name}] is missing" for name in ("old_path", "new_path") if not value.get(name)]
    ends = value.get("line_range") or {}
    for side, end in ends.items() if isinstance(ends, dict) else ():
        if side not in ("start", "end") or not isinstance(end, dict):
            found.append(f"unknown parameter position[line_range][{side}]")
            continue
        found += [f"unknown parameter position[line_range][{side}][{name}]" for name in end if name not in _END]
        found += [] if end.get("line_code") else [f"position[line_range][{side}][line_code] is missing"]
        for name, kind in _END.items():
            if end.get(name) is not None:
                found += _wrong(f"position[line_range][{side}][{name}]", end[name], kind)
    return found


def _wrong(name: str, value: Any, kind: type | tuple[type, ...]) -> list[str]:
    fits = isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)
    return [] if fits else [f"{name} is of another type: {value!r}"]


def _spelled(kind: str, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    patterns = {"int": r"\d+", "number": r"[\d.]+", "bool": "true|false"}
    return re.fullmatch(patterns.get(kind, ".*"), value, re.DOTALL) is not None


def _parsed(spec: str) -> list[tuple[str, str, bool]]:
    """`body:str! created_at:str` as names, types, and whether each is needed."""
    found = []
    for part in spec.split():
        name, _, kind = part.partition(":")
        found.append((name, kind.rstrip("!"), kind.endswith("!")))
    return found
