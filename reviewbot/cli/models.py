"""Which model a review on this machine uses, and what it says when it has to go without."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from reviewbot.domain.errors import ModelError
from reviewbot.model import starter
from reviewbot.model.engines import ModelOptions, open_completer
from reviewbot.model.protocol import Completer
from reviewbot.settings import Settings

NO_MODEL = (
    "No model is set up, so suggestions were made by analysis alone: run 'reviewbot model fetch' for the starter "
    "model, or name one with --model ('none' says that you want none)."
)


def starter_is_ready() -> bool:
    """Whether the starter model can be used without fetching anything."""
    file = starter.default_cache() / Path(starter.MEMBER).name
    return file.is_file() and importlib.util.find_spec("xllamacpp") is not None


def choose_model(named: str | None, *, starter_is_ready: bool) -> tuple[str, str | None]:
    """The model's name, and a note where none was asked for and none is there.

    Args:
        named: what the operator set; None where nothing was.
        starter_is_ready: see ``starter_is_ready``.
    """
    if named is not None:
        return named, None
    return ("starter", None) if starter_is_ready else ("none", NO_MODEL)


@contextmanager
def open_or_fall_back(spec: str, settings: Settings) -> Iterator[tuple[Completer | None, str | None]]:
    """The model, or None and a note that says why it cannot be used now.

    Raises:
        ConfigError: ``spec`` names no model; that is a mistake to mend, not to work around.
    """
    with ExitStack() as stack:
        try:
            completer, note = stack.enter_context(open_completer(spec, model_options(settings))), None
        except ModelError as error:
            completer, note = None, f"The model could not be used, so suggestions were made by analysis alone: {error}"
        yield completer, note


def model_options(settings: Settings) -> ModelOptions:
    """How the operator wants engines run."""
    key = settings.model_api_key
    return ModelOptions(api_key=key.get_secret_value() if key else None)
