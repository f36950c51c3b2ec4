"""What model servers answer, as schemas: an answer that does not fit is refused, never repaired."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_NON_NEGATIVE = Annotated[int, Field(ge=0, strict=True)]
# Log-probabilities are at most 0; rounding in half precision puts certain tokens a hair over it.
LogProb = Annotated[float, Field(le=1e-3, allow_inf_nan=False)]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class Meta(_Shape):
    """llama.cpp: ``n_ctx`` is one slot's context, ``n_ctx_train`` the model's."""

    n_ctx: int | None = Field(None, gt=0)
    n_ctx_train: int | None = Field(None, gt=0)


class Model(_Shape):
    """One model of ``/v1/models``."""

    id: str = Field(min_length=1)
    owned_by: str = ""
    max_model_len: int | None = Field(None, gt=0)
    meta: Meta | None = None


class Models(_Shape):
    """``GET /v1/models``."""

    data: list[Model] = Field(min_length=1)


class Settings(_Shape):
    """llama.cpp's settings of one slot."""

    n_ctx: int = Field(gt=0)


class Props(_Shape):
    """``GET /props`` (llama.cpp)."""

    default_generation_settings: Settings
    total_slots: int = Field(1, gt=0)


class Info(_Shape):
    """``GET /info`` (text-generation-inference)."""

    max_total_tokens: int = Field(gt=0)


class TokenizeAnswer(_Shape):
    """``POST /tokenize``: the same in vLLM and llama.cpp, though their requests differ."""

    tokens: list[_NON_NEGATIVE]


class ForcedToken(_Shape):
    """One token of llama.cpp's ``logprobs.content``."""

    id: int = -1
    token: str = ""
    logprob: LogProb


class LogProbs(_Shape):
    """Both dialects: OpenAI's parallel lists (vLLM), llama.cpp's list of objects."""

    tokens: list[str] | None = None
    token_logprobs: list[LogProb | None] | None = None
    content: list[ForcedToken] | None = None


class CompletionChoice(_Shape):
    """One choice of ``/v1/completions``."""

    index: _NON_NEGATIVE
    text: str
    finish_reason: Literal["stop", "length", "eos_token", "stop_sequence", "abort", "content_filter"] | None
    logprobs: LogProbs | None = None


class TokenCounts(_Shape):
    """The cost, as the server counts it."""

    prompt_tokens: _NON_NEGATIVE = 0
    completion_tokens: _NON_NEGATIVE = 0


class CompletionAnswer(_Shape):
    """``POST /v1/completions``."""

    choices: list[CompletionChoice] = Field(min_length=1)
    usage: TokenCounts | None = None
