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

_FALL_BACK = "so suggestions were made by analysis alone"


def starter_wants() -> str | None:
    """What to run before the starter model can be used; None where it is ready."""
    if importlib.util.find_spec("xllamacpp") is None:
        return "pip install 'reviewbot[local]'"
    fetched = (starter.default_cache() / Path(starter.MEMBER).name).is_file()
    return None if fetched else "reviewbot model fetch"


def choose_model(named: str | None, starter_wants: str | None) -> tuple[str, str | None]:
    """The model's name, and a note where none was asked for and none is there.

    Args:
        named: what the operator set; None where nothing was.
        starter_wants: see the function of that name.
    """
    if named is not None:
        return named, None
    if starter_wants is None:
        return "starter", None
    return "none", f"No model is set up, {_FALL_BACK}: run {starter_wants}, or say --model none or another."


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
            completer, note = None, f"The model could not be used, {_FALL_BACK}: {error}"
        yield completer, note


def model_options(settings: Settings) -> ModelOptions:
    """How the operator wants engines run."""
    key = settings.model_api_key
    return ModelOptions(api_key=key.get_secret_value() if key else None)
