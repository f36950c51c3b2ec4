"""The ``transformers`` engine, in this process: a model's folder, a ``.gguf`` file, or a hub id of the operator's."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from reviewbot.domain.errors import ConfigError, ModelUnavailable
from reviewbot.model.in_process import InProcess, Sampling, Sequenced
from reviewbot.model.openai_server import TOP_P

_PACKAGES = ("torch", "transformers", "accelerate")


def load(source: str, *, threads: int, context: int | None = None, family: str | None = None) -> InProcess:
    """The model in ``source``, loaded into this process.

    Args:
        source: a folder with ``config.json`` and safetensors, a ``.gguf`` file, or a hub id. Only for a hub id is the
            network used. threads: that compute. context: tokens at most, below the model's own. family: of ``fim``.

    Raises:
        ConfigError: a package is missing, or ``source`` holds no model.
        ModelUnavailable: the hub cannot be reached.
    """
    local = Path(source).exists()
    _prepare(offline=local, gguf=source.endswith(".gguf"))
    import torch

    torch.set_num_threads(threads)
    try:
        return InProcess(TorchNetwork(source, local, context), family)
    except (OSError, ValueError) as exc:
        reason = " ".join(str(exc).split())[:200]
        if local:
            raise ConfigError(f"{source} holds no model that transformers can load ({reason}).") from exc
        raise ModelUnavailable(f"The model {source} could not be fetched from the hub ({reason}).") from exc


def _prepare(*, offline: bool, gguf: bool) -> None:
    wanted = (*_PACKAGES, "gguf") if gguf else _PACKAGES
    missing = [name for name in wanted if find_spec(name) is None]
    if missing:
        raise ConfigError(f"This model needs {', '.join(missing)}; run: pip install 'reviewbot[transformers]'.")
    # The hub's client reads these once, when it is imported.
    os.environ.update({"HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1", "TOKENIZERS_PARALLELISM": "false"})
    if offline:
        os.environ["HF_HUB_OFFLINE"] = "1"


class TorchNetwork:
    """A causal language model of ``transformers``. Code from a model's folder is never run, nor pickles loaded."""

    def __init__(self, source: str, local: bool, context: int | None) -> None:
        where, options = _where(source)
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        common: dict[str, Any] = {"local_files_only": local, "trust_remote_code": False, **options}
        self._tokenizer = AutoTokenizer.from_pretrained(where, **common)
        self._model = AutoModelForCausalLM.from_pretrained(where, **common, **_weights(source)).eval()
        own = int(self._model.config.max_position_embeddings)
        self.name = Path(source).name.removesuffix(".gguf") if local else source
        self.context_length = min(own, context) if context else own

    def encode(self, text: str) -> list[int]:
        """The text's tokens, with the beginning-of-text token where the model has one."""
        return [int(token) for token in self._tokenizer(text)["input_ids"]]

    def decode(self, tokens: Sequence[int]) -> str:
        """The tokens' text, control tokens included."""
        return str(self._tokenizer.decode(list(tokens), skip_special_tokens=False, clean_up_tokenization_spaces=False))

    def generate(self, prompt: Sequence[int], sampling: Sampling) -> list[Sequenced]:
        """Continuations of ``prompt``; log-probabilities are those before temperature and nucleus."""
        import torch

        ids = torch.tensor([list(prompt)], device=self._model.device)
        chosen: dict[str, Any] = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
        if sampling.temperature:
            chosen = {"do_sample": True, "temperature": sampling.temperature, "top_p": TOP_P, "top_k": 0}
            chosen["num_return_sequences"] = sampling.n
        if sampling.stops:
            chosen |= {"stop_strings": list(sampling.stops), "tokenizer": self._tokenizer}
        torch.manual_seed(sampling.seed)
        with torch.inference_mode():
            out = self._model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=sampling.max_tokens,
                output_logits=True,
                return_dict_in_generate=True,
                pad_token_id=self._end_ids()[0],
                **chosen,
            )
        made = out.sequences[:, ids.shape[1] :]
        steps = [logits.float().log_softmax(-1) for logits in out.logits]
        return [self._sequence(row.tolist(), i, steps) for i, row in enumerate(made)]

    def score(self, shared: Sequence[int], rests: Sequence[Sequence[int]]) -> list[float]:
        """Exact: the shared part is computed once, then all alternatives in one batch over its cache."""
        import torch

        width = max(len(rest) for rest in rests)
        if not width:
            return [0.0] * len(rests)
        device = self._model.device
        padded = torch.tensor([[*rest, *[0] * (width - len(rest))] for rest in rests], device=device)
        mask = torch.tensor([[1] * (len(shared) + len(r)) + [0] * (width - len(r)) for r in rests], device=device)
        with torch.inference_mode():
            head = self._model(torch.tensor([list(shared)], device=device), use_cache=True, logits_to_keep=1)
            cache = head.past_key_values
            cache.batch_repeat_interleave(len(rests))
            tail = self._model(padded, attention_mask=mask, past_key_values=cache, use_cache=True)
        first = head.logits[:, -1:].expand(len(rests), -1, -1)
        logprobs = torch.cat([first, tail.logits[:, :-1]], dim=1).float().log_softmax(-1)
        values = logprobs.gather(-1, padded.unsqueeze(-1)).squeeze(-1)
        return [float(row[: len(rest)].sum()) for row, rest in zip(values, rests, strict=True)]

    def _end_ids(self) -> list[int]:
        found = self._model.generation_config.eos_token_id
        found = self._tokenizer.eos_token_id if found is None else found
        return [int(token) for token in (found if isinstance(found, list) else [found])]

    def _sequence(self, tokens: list[int], row: int, steps: Sequence[Any]) -> Sequenced:
        end = next((i for i, token in enumerate(tokens) if token in self._end_ids()), None)
        kept = tokens if end is None else tokens[:end]
        values = tuple(float(steps[i][row, token]) for i, token in enumerate(kept))
        return Sequenced(tuple(kept), values, end is not None)


def _where(source: str) -> tuple[str, dict[str, Any]]:
    path = Path(source)
    return (str(path.parent), {"gguf_file": path.name}) if source.endswith(".gguf") else (source, {})


def _weights(source: str) -> dict[str, Any]:
    if source.endswith(".gguf"):
        from transformers import GgufConfig

        return {"quantization_config": GgufConfig(dequantize=True)}
    return {"dtype": "auto", "device_map": "auto", "use_safetensors": True}
