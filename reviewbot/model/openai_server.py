"""Any server with OpenAI's ``/v1/completions``: vLLM, llama.cpp (also the embedded one), and others alike."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from reviewbot.domain.errors import ModelProtocolError
from reviewbot.model import budget, scoring
from reviewbot.model.client import Client, Rejected
from reviewbot.model.completions import completions, joined, usage
from reviewbot.model.discovery import Engine, Served, discover
from reviewbot.model.fim import Family, family_of, neutralise
from reviewbot.model.protocol import CannotRank, Completions, Ranking, Usage
from reviewbot.model.scoring import Task, Tokens
from reviewbot.model.wire import CompletionAnswer, TokenizeAnswer

TOP_P = 0.95
"""Nucleus for sampled completions, sent always: servers' own defaults differ (llama.cpp 0.95, vLLM the model's own)."""


class OpenAIServer:
    """A ``Completer`` over HTTP. The server is asked what it serves at the first use, and again after it refused.

    The frame is built here, since vLLM refuses ``suffix``. Ranking takes one of two ways, by the engine that the server
    says it is: llama.cpp generates each alternative under a grammar of its very tokens and reports their probabilities
    from before the grammar (one call an alternative; the prompt is computed once, shared beginnings too). vLLM and
    every other server gets all alternatives in one call with ``echo``, ``logprobs`` and ``max_tokens`` 0. A server that
    does neither is a ``CannotRank``.
    """

    def __init__(
        self, client: Client, *, model: str | None = None, family: str | None = None, priority: int | None = None
    ) -> None:
        self._client, self._wanted, self._family = client, model, family
        # What vLLM alone is told. Without the first, stops on special tokens never match.
        self._extra: dict[str, object] = {"skip_special_tokens": False}
        if priority is not None:
            self._extra["priority"] = priority
        self._served: Served | None = None
        self._tokenizes = True
        self._lock = threading.Lock()

    @property
    def model(self) -> str:
        """The model's name as the server gives it."""
        return self.served().model

    @property
    def context_length(self) -> int:
        """Tokens that prompt and completion may have together."""
        return self.served().context_length

    @property
    def family(self) -> Family:
        """How holes are framed for this model."""
        return family_of(self.model, self._family)

    def served(self) -> Served:
        """What the server serves, asked once."""
        with self._lock:
            if self._served is None:
                self._served = discover(self._client, self._wanted)
            return self._served

    def complete(
        self,
        prefix: str,
        suffix: str,
        *,
        n: int = 1,
        stop: Sequence[str] = (),
        max_tokens: int = 64,
        seed: int = 0,
        temperature: float = 0.0,
    ) -> Completions:
        """Fill the hole. At temperature 0 all choices would be equal (vLLM refuses several), so one is given."""
        stops = (*stop, *self.family.stop)
        body: dict[str, object] = {
            "prompt": self._prompt(prefix, suffix, max_tokens),
            "max_tokens": max_tokens,
            "temperature": temperature,
            "top_p": TOP_P if temperature else 1.0,
            "logprobs": 1,
        }
        if stops:
            body["stop"] = list(stops)
        parts = []
        wanted, most = (n if temperature else 1), self.served().most_choices
        for start in range(0, wanted, most):
            share = min(most, wanted - start)
            answer = self._complete({**body, "n": share, "seed": seed + start})
            parts.append(completions(answer, share, stops, max_tokens))
        return joined(parts)

    def rank(self, prefix: str, suffix: str, alternatives: Sequence[str]) -> Ranking:
        """Score each alternative as the text of the hole.

        To have its end count as well, let an alternative end with the line end that follows it.

        Raises:
            CannotRank: the server gives no log-probabilities of a given text.
        """
        texts = [neutralise(alternative) for alternative in alternatives]
        if not texts:
            return Ranking((), Usage())
        room = max(len(text.encode()) for text in texts)  # a token has one byte at least
        prompt = self._prompt(prefix, suffix, min(room, self.context_length // 2))
        if not self._tokenizes:
            raise self._cannot_rank()
        tokens = [self._tokens(text) for text in (prompt, *(prompt + text for text in texts))]
        job = scoring.task(tokens[0], tokens[1:])
        return self._forced(job) if self.served().engine is Engine.LLAMA_CPP else self._echoed(job)

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _prompt(self, prefix: str, suffix: str, reserved: int) -> str:
        family = self.family
        room = self.context_length - reserved - budget.FRAME_TOKENS
        if room < 1:
            raise ModelProtocolError(
                f"{self.model} has a context of {self.context_length} tokens, too few for {reserved} more."
            )
        tail = neutralise(suffix) if family.fills else ""
        return family.frame(*budget.fit(neutralise(prefix), tail, room, self._count))

    def _complete(self, body: dict[str, object]) -> CompletionAnswer:
        served = self.served()
        extra = self._extra if served.engine is Engine.VLLM else {}
        try:
            return self._client.request(
                "POST", "/completions", CompletionAnswer, {"model": served.model, **extra, **body}
            )
        except Rejected:
            with self._lock:
                self._served = None  # another model may be served by now
            raise

    def _count(self, text: str) -> int:
        if self._tokenizes:
            try:
                return len(self._tokens(text))
            except CannotRank:
                pass
        return budget.estimate(text)

    def _tokens(self, text: str) -> list[int]:
        served = self.served()
        body: dict[str, object] = {"model": served.model, "prompt": text}
        if served.engine is Engine.LLAMA_CPP:
            body = {"content": text, "add_special": True, "parse_special": True}
        try:
            return self._client.request("POST", "//tokenize", TokenizeAnswer, body).tokens
        except ModelProtocolError as exc:
            if served.engine is not Engine.OTHER:
                raise
            self._tokenizes = False
            raise self._cannot_rank() from exc

    def _cannot_rank(self) -> CannotRank:
        return CannotRank(
            f"The model server at {self._client.url} cannot score a given text; use vLLM or llama.cpp to rank."
        )

    def _forced(self, job: Task) -> Ranking:
        known: dict[Tokens, float] = {}
        cost = Usage()
        for rest in job.rests:
            done = scoring.unknown(known, rest)
            if done == len(rest):
                continue
            wanted = rest[done:]
            body: dict[str, object] = {"prompt": list(job.shared + rest[:done]), "grammar": scoring.grammar(wanted)}
            options = {"max_tokens": len(wanted), "temperature": 0.0, "logprobs": 1, "cache_prompt": True}
            answer = self._scored({**body, **options})
            cost += usage(answer)
            values = scoring.forced(answer.choices[0], wanted)
            known.update({rest[: done + i + 1]: value for i, value in enumerate(values)})
        return Ranking(tuple(sum(known[r[: i + 1]] for i in range(len(r))) for r in job.rests), cost)

    def _scored(self, body: dict[str, object]) -> CompletionAnswer:
        try:
            return self._complete(body)
        except Rejected as exc:  # an engine too old for it, or one that never learnt it
            raise self._cannot_rank() from exc

    def _echoed(self, job: Task) -> Ranking:
        wholes = [job.shared + rest for rest in job.rests]
        body = {"prompt": [list(w) for w in wholes], "max_tokens": 0, "echo": True, "logprobs": 1, "temperature": 0.0}
        answer = self._scored(body)
        found = sorted(answer.choices, key=lambda choice: choice.index)
        if [choice.index for choice in found] != list(range(len(wholes))):
            raise self._cannot_rank()
        shared = len(job.shared)
        return Ranking(tuple(scoring.echoed(c, w, shared) for c, w in zip(found, wholes, strict=True)), usage(answer))
