"""``reviewbot model``: fetch the starter model, ask a model what it is, measure it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from reviewbot.cli.models import model_options
from reviewbot.cli.output import emit
from reviewbot.cli.progress import progress
from reviewbot.domain.errors import UsageError
from reviewbot.model import starter
from reviewbot.model.bench import CONCURRENCY, bench, info
from reviewbot.model.engines import open_completer
from reviewbot.model.protocol import Completer
from reviewbot.settings import load_settings


def fetch_starter(*, quiet: bool) -> None:
    """Fetch the starter model where it is not here yet, and print the path of its file.

    Raises:
        ReviewbotError: it cannot be fetched or stored.
    """
    with progress() as say:
        say("fetching the starter model, 100 MB")
        path = starter.fetch(starter.default_cache())
    if not quiet:
        emit(f"{path}\n")


def show_model(spec: str | None) -> None:
    """Print a model's name, context and family.

    Raises:
        ReviewbotError: it cannot be used.
    """
    with _opened(spec) as completer:
        found = info(completer)
    fills = "fills holes" if found.fills else "continues text alone, with no way to see what follows a hole"
    emit(f"model    {found.model}\ncontext  {found.context_length} tokens\nfamily   {found.family}: {fills}\n")


def measure_model(spec: str | None) -> None:
    """Print how many tokens a second a model makes, with 1, 4 and 16 requests at once.

    Raises:
        ReviewbotError: it cannot be used.
    """
    with _opened(spec) as completer:
        emit(f"{completer.model}\n")
        for concurrency in CONCURRENCY:
            with progress() as say:
                say(f"{concurrency} at once")
                speed = bench(completer, concurrency)
            emit(f"{concurrency:>4} at once  {speed.tokens_per_second:8.1f} tokens/s\n")


@contextmanager
def _opened(spec: str | None) -> Iterator[Completer]:
    settings = load_settings(None, model=spec)
    with open_completer(settings.model, model_options(settings)) as completer:
        if completer is None:
            raise UsageError("'none' is no model: name one with --model.")
        yield completer
