"""``reviewbot audit``: the commands and their options."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

audit_app = typer.Typer(
    name="audit", help="The log of the gate's verdicts: verify, export, report.", no_args_is_help=True
)


class ReportFormat(StrEnum):
    """What a report is printed as."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


_File = Annotated[Path | None, typer.Option("--file", help="An export, in place of the database.", metavar="PATH")]
_Repository = Annotated[
    str | None, typer.Option("--repository", help="Of this repository alone.", metavar="[FORGE:]OWNER/NAME")
]


@audit_app.command("verify")
def verify(
    *,
    first: Annotated[int, typer.Option("--from", min=1, help="The first record to look at.", metavar="N")] = 1,
    expect: Annotated[
        str | None, typer.Option(help="A head printed earlier; it must still be there.", metavar="[N:]HASH")
    ] = None,
    file: _File = None,
) -> None:
    """See that no record was altered, removed, inserted or moved, and print the head to keep elsewhere.

    Exits with 1 and names the record where one was. What is cut off at the end is found with --expect alone.
    """
    from reviewbot.cli.auditing import run_verify

    raise typer.Exit(run_verify(first, expect, file))


@audit_app.command("export")
def export(
    *,
    since: Annotated[str | None, typer.Option(help="Of this time or later.", metavar="TIME")] = None,
    until: Annotated[str | None, typer.Option(help="Before this time.", metavar="TIME")] = None,
    repository: _Repository = None,
) -> None:
    """Print records as JSON lines, which 'audit verify --file' checks without a database.

    Of records in between that are not wanted only the hashes are printed.
    """
    from reviewbot.cli.auditing import Wanted, read_time, run_export

    times = [None if text is None else read_time(text) for text in (since, until)]
    raise typer.Exit(run_export(Wanted(times[0], times[1], repository)))


@audit_app.command("report")
def report(
    *,
    asked: Annotated[str, typer.Option("--range", help="The release's commits.", metavar="FROM..TO")],
    repo: Annotated[Path, typer.Option("--repo", help="A folder of the git repository.", metavar="DIR")] = Path(),
    repository: _Repository = None,
    output: Annotated[ReportFormat, typer.Option("--format", help="What to print.")] = ReportFormat.TEXT,
    file: _File = None,
) -> None:
    """Say who reviewed the AI-written code of a release, and which of its commits no record speaks of."""
    from reviewbot.cli.auditing import run_report

    raise typer.Exit(run_report(asked, repo, repository, output.value, file))
