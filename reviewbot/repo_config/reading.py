"""From the bytes of a ``.reviewbot.toml`` to what it says, or to the one sentence that says what is wrong and where."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from reviewbot.domain.errors import ConfigError
from reviewbot.repo_config.ai import AiPathTable, AiTable
from reviewbot.repo_config.config import FILE, RepoConfig
from reviewbot.repo_config.declared import Declared, PathTable, ReviewTable
from reviewbot.repo_config.lines import line_of, places, too_deep

MOST_BYTES = 64 * 1024
"""Of the file. A person does not write as much."""

_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_TABLES: Mapping[tuple[str, ...], tuple[type[BaseModel], str]] = {
    (): (Declared, "the file"),
    ("review",): (ReviewTable, "[review]"),
    ("ai",): (AiTable, "[ai]"),
    ("ai", "paths"): (AiPathTable, "[[ai.paths]]"),
    ("paths",): (PathTable, "[[paths]]"),
}
_SHOWN = 40
_REASONS = {
    "tuple_type": "it must be a list",
    "model_type": "it must be a table",
    "string_type": "it must be a text in quotes",
    "string_too_short": "it must not be empty",
    "string_pattern_mismatch": "it holds a character that cannot be in it",
    "string_too_long": "it must not be longer than {max_length} characters",
    "too_long": "it must not have more than {max_length} entries",
    "too_short": "it must not be empty",
    "int_type": "it must be a whole number",
    "float_type": "it must be a number",
    "finite_number": "it must be a number",
    "bool_type": "it must be true or false",
    "enum": "it must be {expected}",
    "greater_than_equal": "it must not be less than {ge}",
    "less_than_equal": "it must not be more than {le}",
}
"""By pydantic's names (https://docs.pydantic.dev/latest/errors/validation_errors/)."""


class RepoConfigError(ConfigError):
    """A repository's settings cannot be used.

    Args:
        sentence: what is wrong and what to do. line: where, from 1. path: of the file, for ``str``.
    """

    def __init__(self, sentence: str, line: int, path: str = FILE) -> None:
        super().__init__(f"{path}:{line}: {sentence}")
        self.sentence, self.line = sentence, line


def parse(data: bytes) -> RepoConfig:
    """The settings in ``data``, with defaults for what they do not say.

    Raises:
        RepoConfigError: see ``read``.
    """
    return RepoConfig.of(read(data))


def read(data: bytes) -> Declared:
    """What ``data`` says.

    Raises:
        RepoConfigError: it is too long, no UTF-8, no TOML, or not what ``declared.Declared`` allows.
    """
    text = _text(data)
    deep = too_deep(text)
    if deep is not None:
        raise RepoConfigError("This nests deeper than any setting does: see docs/config.md.", deep)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(str(error), text) from None
    except ValueError:  # Python's own, of an integer of more than 4300 digits
        long = re.search(r"[0-9_]{4300}", text)
        line = text.count("\n", 0, long.start()) + 1 if long else 1
        raise RepoConfigError("A number has too many digits: write a smaller one.", line) from None
    try:
        return Declared.model_validate(values)
    except ValidationError as error:
        raise _refused(error.errors(include_url=False), text) from None


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise RepoConfigError(f"The file is longer than {MOST_BYTES // 1024} KB: say less.", 1)
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RepoConfigError("This line is not UTF-8: save the file as UTF-8.", line) from None
    return text.replace("\r\n", "\n")


def _no_toml(message: str, text: str) -> RepoConfigError:
    place = _AT.search(message)
    what = message[: place.start()] if place else message
    line = int(place[1]) if place and place[1] else len(text.rstrip("\n").split("\n"))
    return RepoConfigError(f"This is no TOML: {what[:120]}.", line)


def _refused(errors: list[ErrorDetails], text: str) -> RepoConfigError:
    """The first of the errors, by line."""
    known = places(text)
    line, first = min(((line_of(error["loc"], known), error) for error in errors), key=lambda one: one[0])
    return RepoConfigError(_sentence(first), line)


def _sentence(error: ErrorDetails) -> str:
    names = [str(part) for part in error["loc"] if isinstance(part, str)]
    if error["type"] == "extra_forbidden":
        return _unknown(names)
    if error["type"] == "missing":
        what = "which paths are meant" if names[-1] == "match" else "what holds there"
        return f"A {_TABLES[tuple(names[:-1])][1]} table lacks `{names[-1]}`: say {what}."
    index = next((part for part in error["loc"][2:] if isinstance(part, int)), None)
    entry = "" if index is None or "paths" in names else f", entry {index + 1},"
    return f"`{names[-1]}`{entry} is wrong: {_what(error)}."


def _what(error: ErrorDetails) -> str:
    """pydantic's reason in the words of TOML."""
    least = error.get("ctx", {}).get("min_length", 1)
    if error["type"] == "string_too_short" and least > 1:
        return f"it must not be shorter than {least} characters"
    if error["type"] in _REASONS:
        return _REASONS[error["type"]].format(**error.get("ctx", {}))
    return error["msg"].removeprefix("Value error, ").replace("Input should be", "it must be")


def _unknown(names: list[str]) -> str:
    """The sentence for a key that is none, with the nearest that is one."""
    key, around = names[-1], tuple(names[:-1])
    header = next((name for name in ("review", "ai") if key in _TABLES[name,][0].model_fields), None)
    if not around and header is not None:
        return f"`{key}` is a setting of [{header}]: put it below that header."
    table, where = _TABLES[around]
    known = list(table.model_fields)
    near = difflib.get_close_matches(key[:_SHOWN], known, n=1)
    advice = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(f'`{name}`' for name in known)}."
    return f"`{key[:_SHOWN]}` is no setting of {where}: {advice}"
