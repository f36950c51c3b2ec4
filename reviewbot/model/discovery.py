"""What a server serves: the model's name, its context length, and which engine it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reviewbot.domain.errors import ModelProtocolError
from reviewbot.model.client import Client
from reviewbot.model.wire import Info, Model, Models, Props

UNKNOWN_CONTEXT = 2048
"""Tokens assumed of a server that does not say: the shortest context of the families in ``fim`` is eight times that."""


class Engine(StrEnum):
    """Which dialect beside OpenAI's a server speaks."""

    VLLM = "vllm"
    LLAMA_CPP = "llama.cpp"
    OTHER = "other"


@dataclass(frozen=True)
class Served:
    """One model, as its server describes it.

    Attributes:
        model: the name to send. context_length: tokens of prompt and completion together.
        engine: by ``owned_by`` of ``/v1/models``.
        most_choices: that one request may ask for; llama.cpp refuses more than it has slots.
    """

    model: str
    context_length: int
    engine: Engine
    most_choices: int = 64


_OWNERS = {"vllm": Engine.VLLM, "llamacpp": Engine.LLAMA_CPP}


def discover(client: Client, wanted: str | None) -> Served:
    """Ask the server.

    Args:
        client: to ask through. wanted: the model's name; None takes the first one.

    Raises:
        ModelError: it does not answer, not as a model server does, or does not serve ``wanted``.
    """
    models = client.request("GET", "/models", Models).data
    model = chosen(models, wanted, client.url)
    engine = _OWNERS.get(model.owned_by.lower(), Engine.OTHER)
    if engine is Engine.LLAMA_CPP:
        return _llama(client, model)
    return Served(model.id, _context(client, model), engine)


def chosen(models: list[Model], wanted: str | None, url: str) -> Model:
    """The model called ``wanted``, else the first.

    Raises:
        ModelProtocolError: none is called so.
    """
    if wanted is None:
        return models[0]
    for model in models:
        if model.id == wanted:
            return model
    names = ", ".join(model.id for model in models[:20])
    raise ModelProtocolError(f"The model server at {url} has no model {wanted!r}; it serves {names}.")


def _llama(client: Client, model: Model) -> Served:
    props = client.request("GET", "//props", Props)  # n_ctx is one slot's share, less than the model's n_ctx_train
    return Served(model.id, props.default_generation_settings.n_ctx, Engine.LLAMA_CPP, props.total_slots)


def _context(client: Client, model: Model) -> int:
    if model.max_model_len is not None:  # vLLM, SGLang
        return model.max_model_len
    if model.meta is not None and model.meta.n_ctx_train is not None:  # llama.cpp behind a proxy that renames it
        return model.meta.n_ctx or model.meta.n_ctx_train
    try:
        return client.request("GET", "//info", Info).max_total_tokens  # text-generation-inference
    except ModelProtocolError:
        return UNKNOWN_CONTEXT
