"""``reviewbot policy``: the gate's verdict on a change of a local repository, without a server."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from reviewbot.policy.verdict import Verdict

policy_app = typer.Typer(
    name="policy", help="The gate: is each line that a machine wrote reviewed by a human?", no_args_is_help=True
)


class PolicyFormat(StrEnum):
    """What a verdict is printed as."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


@policy_app.command("check")
def check(
    *,
    repo: Annotated[Path, typer.Option("--repo", help="A folder of the git repository.", metavar="DIR")] = Path(),
    base: Annotated[str | None, typer.Option(help="What the change goes into.", metavar="REV")] = None,
    head: Annotated[str | None, typer.Option(help="The change; by default HEAD.", metavar="REV")] = None,
    reviews: Annotated[
        str,
        typer.Option(
            help="Who reviewed what: a pull request (github:owner/name#7), a file (docs/policy.md), or none.",
            metavar="PULL|FILE|none",
        ),
    ] = "none",
    output: Annotated[PolicyFormat, typer.Option("--format", help="What to print.")] = PolicyFormat.TEXT,
) -> None:
    """Say whether a change may be merged, by the [ai] settings of its base.

    Exits with 0 if it may, or if the settings block nothing; 1 if not; 3 if something could not be checked.
    """
    raise typer.Exit(_check(repo, (base, head), reviews, output))


@policy_app.command("schema")
def schema() -> None:
    """Print the JSON schema of the file for --reviews."""
    from reviewbot.cli.output import emit
    from reviewbot.policy.reviews_file import json_schema

    emit(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")


def _check(repo: Path, named: tuple[str | None, str | None], reviews: str, output: PolicyFormat) -> int:
    from contextlib import ExitStack

    from reviewbot.cli.policy_reviews import told_by
    from reviewbot.cli.spans import choose_span
    from reviewbot.policy.check import check as decided
    from reviewbot.resources import rules_dir
    from reviewbot.source import Repository

    repository = Repository(repo)
    span = choose_span(repository, named[0], named[1] or "HEAD")
    change = repository.change(span.base, span.head)
    with ExitStack() as stack:
        verdict = decided(repository, change, told_by(reviews, change.head, stack), rules_dir())
    _print(verdict, change.base, output)
    return _code(verdict)


def _code(verdict: Verdict) -> int:
    from reviewbot.policy.verdict import State

    if not verdict.blocks:
        return 0
    return 3 if verdict.state is State.ERROR else 1


def _print(verdict: Verdict, base: str, output: PolicyFormat) -> None:
    from reviewbot.cli.output import emit, emit_text
    from reviewbot.cli.policy_shown import to_sarif, to_text
    from reviewbot.policy.as_json import to_json

    if output is PolicyFormat.JSON:
        emit(to_json(verdict, base) + "\n")
    elif output is PolicyFormat.SARIF:
        emit(to_sarif(verdict) + "\n")
    else:
        emit_text(to_text(verdict))
