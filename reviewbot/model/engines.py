"""From the operator's words to a completer: ``none``, ``starter``, a folder, a ``.gguf`` file, a hub id, or a URL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from reviewbot.domain.errors import ConfigError
from reviewbot.model import starter
from reviewbot.model.breaker import Breaker
from reviewbot.model.client import Client
from reviewbot.model.embedded import DEFAULT_CONTEXT, EmbeddedServer, default_threads
from reviewbot.model.openai_server import OpenAIServer
from reviewbot.model.protocol import Completer
from reviewbot.model.retry import Retries
from reviewbot.model.transport import Limits, Transport

ALLOWED = (
    "none, starter, the folder of a model, a .gguf file, a model id on the hub such as "
    "hub:ByteDance-Seed/Seed-Coder-8B-Base, or a server such as http://127.0.0.1:8000/v1#model-name"
)
"""What a model may be named by, for messages and help."""

_URL = re.compile(r"https?://", re.IGNORECASE)
_HUB = re.compile(r"hub:([\w.-]+/[\w.-]+)")


@dataclass(frozen=True)
class ModelOptions:
    """How an engine is run.

    Attributes:
        cache: where the starter model is kept. threads: that an engine on this machine computes with.
        parallel: requests it decodes together.
        context: tokens a request; None is 2048 for the embedded engine, and the model's own for transformers.
        family: of ``fim``, where the model's name does not tell it.
        api_key: of the server. limits: its time-outs. retries: its retries.
        priority: of our requests at a vLLM that schedules by it, the lowest first; None leaves it unsaid.
    """

    cache: Path = field(default_factory=starter.default_cache)
    threads: int = field(default_factory=default_threads)
    parallel: int = 4
    context: int | None = None
    family: str | None = None
    api_key: str | None = None
    limits: Limits = field(default_factory=Limits)
    retries: Retries = field(default_factory=Retries)
    priority: int | None = None


@contextmanager
def open_completer(spec: str, options: ModelOptions | None = None) -> Iterator[Completer | None]:
    """The model that ``spec`` names, closed (and its server stopped, where it was started here) at the end of ``with``.

    A server at a URL is not asked anything before it is used, so that one which is down for now does not keep a worker
    from starting.

    Raises:
        ConfigError: ``spec`` names nothing, or a package is missing.
        ModelUnavailable: the starter model cannot be fetched, or a file cannot be loaded.
    """
    chosen = options or ModelOptions()
    with ExitStack() as stack:
        yield _open(spec.strip(), chosen, stack)


def connect(url: str, options: ModelOptions | None = None) -> OpenAIServer:
    """A completer for the server at ``url``, with ``#model`` at its end where it serves several."""
    chosen = options or ModelOptions()
    address, _, model = url.partition("#")
    client = Client(Transport(address, chosen.limits, chosen.api_key), chosen.retries, Breaker())
    return OpenAIServer(client, model=unquote(model) or None, family=chosen.family, priority=chosen.priority)


def _open(spec: str, options: ModelOptions, stack: ExitStack) -> Completer | None:
    if spec == "none":
        return None
    if _URL.match(spec):
        return _closing(connect(spec, options), stack)
    if spec == "starter":
        return _embedded(starter.fetch(options.cache), options, stack)
    hub = _HUB.fullmatch(spec)
    if hub:
        return _transformers(hub.group(1), options, stack)
    path = Path(spec).expanduser()
    if path.is_file() and path.suffix.lower() == ".gguf":
        return _embedded(path, options, stack)
    if path.is_dir() and (path / "config.json").is_file():
        return _transformers(str(path), options, stack)
    raise ConfigError(f"{spec!r} names no model; use {ALLOWED}.")


def _embedded(gguf: Path, options: ModelOptions, stack: ExitStack) -> Completer:
    context = options.context or DEFAULT_CONTEXT
    server = EmbeddedServer(gguf, options.threads, parallel=options.parallel, context=context)
    return _closing(connect(stack.enter_context(server).url, options), stack)


def _transformers(source: str, options: ModelOptions, stack: ExitStack) -> Completer:
    from reviewbot.model.transformers_engine import load

    return _closing(load(source, threads=options.threads, context=options.context, family=options.family), stack)


def _closing(completer: Completer, stack: ExitStack) -> Completer:
    stack.callback(completer.close)
    return completer
