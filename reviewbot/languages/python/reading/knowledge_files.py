"""Reading knowledge files: YAML to plain data that follows ``rules/raises/schema.json``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match

from reviewbot.domain.errors import KnowledgeError

Document = Mapping[str, Any]
"""A parsed file. ``Any``: its shape is what the schema says, checked before anyone reads it."""

MAX_EXTRA_FILES = 50
MAX_EXTRA_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_WORDS = 200

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times faster; not every build has it

_PLAIN = re.compile(r"[^`<>\[\]\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]*")


def stamp(rules: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, modification time and size of each file in ``rules/raises``: equal stamps mean equal knowledge.

    Raises:
        KnowledgeError: the folder is missing.
    """
    folder = rules / "raises"
    try:
        entries = sorted(p for p in folder.iterdir() if p.suffix in {".yaml", ".json"})
        return tuple((p.name, p.stat().st_mtime_ns, p.stat().st_size) for p in entries)
    except OSError as error:
        raise KnowledgeError(
            f"The rules folder {folder} cannot be read ({error.strerror}): reinstall reviewbot."
        ) from error


def read_shipped(rules: Path, names: Iterable[str]) -> list[tuple[str, Document]]:
    """The shipped files ``names`` that end in ``.yaml``, parsed and checked.

    Raises:
        KnowledgeError: one of them cannot be read, or does not follow the schema.
    """
    documents = []
    for name in names:
        if name.endswith(".yaml"):
            path = rules / "raises" / name
            documents.append((name, _checked(name, _parse(name, _bytes(path)), rules)))
    return documents


def read_extra(rules: Path, extra: Mapping[str, bytes]) -> list[tuple[str, Document]]:
    """A repository's own files, parsed and checked; they may be hostile.

    Raises:
        KnowledgeError: too many, too large, nested too deep, with YAML aliases, or not following the schema.
    """
    if len(extra) > MAX_EXTRA_FILES:
        raise KnowledgeError(f"There are {len(extra)} files under .reviewbot/raises: keep at most {MAX_EXTRA_FILES}.")
    documents = []
    for name, data in sorted(extra.items()):
        if len(data) > MAX_EXTRA_BYTES:
            raise KnowledgeError(f"{name} has {len(data)} bytes: keep it under {MAX_EXTRA_BYTES}.")
        _refuse_bombs(name, data)
        document = _checked(name, _parse(name, data), rules)
        _refuse_markup(name, document)
        documents.append((name, document))
    return documents


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KnowledgeError(f"{path} cannot be read ({error.strerror}): reinstall reviewbot.") from error


def _parse(name: str, data: bytes) -> object:
    try:
        parsed: object = yaml.load(data, Loader=_Loader)  # both are safe loaders
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 2000-13-40
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise KnowledgeError(f"{name} is not YAML{where}: mend its syntax.") from error
    return parsed


def _refuse_bombs(name: str, data: bytes) -> None:
    """Aliases can grow a small file without bound, and nesting can exhaust the parser's stack."""
    depth = 0
    try:
        for event in yaml.parse(data, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent):
                raise KnowledgeError(
                    f"{name} has a YAML alias at line {getattr(event.start_mark, 'line', 0) + 1}: write it out."
                )
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MAX_DEPTH:
                raise KnowledgeError(
                    f"{name} is nested deeper than {MAX_DEPTH} levels: follow rules/raises/schema.json."
                )
    except (yaml.YAMLError, ValueError) as error:
        raise KnowledgeError(f"{name} is not YAML: mend its syntax.") from error


def _refuse_markup(name: str, document: Document) -> None:
    """Its words are shown in comments: no markup, no control characters, no line breaks, no essays."""
    for key, text in _strings(document, ""):
        if len(text) > MAX_WORDS or not _PLAIN.fullmatch(text):
            raise KnowledgeError(f"{name}: {key} must be plain words, at most {MAX_WORDS} characters without markup.")


def _strings(value: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value.removesuffix("[]")
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _strings(str(name), f"{key}.{name}"[:MAX_WORDS].lstrip("."))
            yield from _strings(inner, f"{key}.{name}".lstrip("."))
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for inner in value:
            yield from _strings(inner, key)


def _checked(name: str, parsed: object, rules: Path) -> Document:
    schema = rules / "raises" / "schema.json"
    error = best_match(_validator(schema, _bytes(schema)).iter_errors(parsed))
    if error is None and isinstance(parsed, dict):
        return parsed
    key = ".".join(str(part) for part in error.absolute_path) if error else ""
    problem = error.message[:MAX_WORDS] if error else "it is not a mapping"
    raise KnowledgeError(f"{name}: {key or 'the file'} does not follow rules/raises/schema.json: {problem}.")


@lru_cache(maxsize=4)
def _validator(path: Path, schema: bytes) -> Draft202012Validator:
    try:
        parsed = json.loads(schema)
        Draft202012Validator.check_schema(parsed)
    except (json.JSONDecodeError, SchemaError) as error:
        raise KnowledgeError(f"{path} is not a JSON schema: reinstall reviewbot.") from error
    return Draft202012Validator(parsed)
