"""The JSON schema of ``.reviewbot.toml``, for editors and other programs; published as ``docs/config.schema.json``."""

from __future__ import annotations

from collections.abc import Mapping

from reviewbot.repo_config.declared import Declared

_LEFT_OUT = ("default", "title", "x-default", "x-example")


def json_schema() -> dict[str, object]:
    """The schema, in JSON Schema 2020-12.

    It takes what we take, and two things more: a pattern that does not compile, and ``3.0`` for a whole number.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "reviewbot: .reviewbot.toml",
        **_table(Declared.model_json_schema()),
    }


def _table(node: Mapping[str, object]) -> dict[str, object]:
    """``node`` without pydantic's titles, our remarks and null, which TOML does not have."""
    given = node.get("anyOf")
    either = [one for one in given if one != {"type": "null"}] if isinstance(given, list) else []
    if len(either) == 1:
        return _table({**either[0], **{name: value for name, value in node.items() if name != "anyOf"}})
    kept = {name: value for name, value in node.items() if name not in _LEFT_OUT or isinstance(value, Mapping)}
    return {name: _any(value) for name, value in kept.items()}


def _any(node: object) -> object:
    if isinstance(node, Mapping):
        return _table(node)
    return [_any(one) for one in node] if isinstance(node, list) else node
