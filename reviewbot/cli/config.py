"""``reviewbot config``: is a repository's ``.reviewbot.toml`` fine, and what may one say."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

config_app = typer.Typer(
    name="config", help="A repository's .reviewbot.toml: check one, and print its schema.", no_args_is_help=True
)


class CheckFormat(StrEnum):
    """What the answer is printed as."""

    TEXT = "text"
    JSON = "json"


_Path = Annotated[Path, typer.Argument(help="The file, or - for standard input.", metavar="[PATH]", show_default=False)]


@config_app.command("check")
def check(
    path: _Path = Path(".reviewbot.toml"),
    output: Annotated[CheckFormat, typer.Option("--format", help="What to print.")] = CheckFormat.TEXT,
) -> None:
    """Check a .reviewbot.toml, by default the one in this folder, and print what it puts in force.

    Exits with 2 and path:line: sentence where something is wrong.
    """
    raise typer.Exit(_check(path, as_json=output is CheckFormat.JSON))


@config_app.command("schema")
def schema() -> None:
    """Print the JSON schema of .reviewbot.toml, for an editor."""
    from reviewbot.cli.output import emit
    from reviewbot.repo_config.schema import json_schema

    emit(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")


def _check(path: Path, *, as_json: bool) -> int:
    """Print what is in force, or what is wrong; the exit code.

    Raises:
        ConfigError: the file cannot be read.
    """
    from reviewbot.cli.output import emit, tell
    from reviewbot.repo_config import RepoConfigError, parse

    shown = "standard input" if str(path) == "-" else str(path)
    data = _bytes(path)
    try:
        said = asdict(parse(data))
    except RepoConfigError as error:
        if as_json:
            wrong = {"ok": False, "path": shown, "line": error.line, "problem": error.sentence}
            emit(json.dumps(wrong, indent=2) + "\n")
        else:
            tell(f"{shown}:{error.line}: {error.sentence}")
        return 2
    for one in (said, said["ai"]):
        one["paths"] = [table.model_dump(exclude_none=True) for table in one["paths"]]
    emit(json.dumps({"ok": True, "path": shown, "config": said}, indent=2) + "\n" if as_json else _text(shown, said))
    return 0


def _bytes(path: Path) -> bytes:
    """The file, or a little more of it than is ever taken.

    Raises:
        ConfigError: it cannot be read.
    """
    from reviewbot.domain.errors import ConfigError
    from reviewbot.repo_config.reading import MOST_BYTES

    if str(path) == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}): name the file to check.") from None


def _text(shown: str, said: dict[str, Any]) -> str:
    from reviewbot.publish.visible import visible_line

    rows = [row for name, value in said.items() if name != "ai" for row in _rows(name, value)]
    rows += [row for name, value in said["ai"].items() for row in _rows(f"ai.{name}", value)]
    lines = [f"{shown}: fine. In force:", *(f"  {name:<16} {value}" for name, value in rows)]
    return "".join(f"{visible_line(line)}\n" for line in lines)


def _rows(name: str, value: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - whatever a setting holds
    if name.rpartition(".")[2] == "paths":
        return [(name, _table(table)) for table in value]
    return [(name, _value(value))]


def _table(table: dict[str, Any]) -> str:
    says = [f"{name} {_value(value)}" for name, value in table.items() if name != "match"]
    return f"{table['match']}: {'; '.join(says) or 'nothing'}"


def _value(value: object) -> str:
    if value is None:
        return "as the operator says"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
