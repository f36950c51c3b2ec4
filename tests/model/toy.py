"""A tiny language model with known probabilities, and servers that speak vLLM's and llama.cpp's dialects for it."""

from __future__ import annotations

import json
import re
import threading
import zlib
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

from reviewbot.model.fim import cut
from reviewbot.model.in_process import Sampling, Sequenced

CONTEXT = 96
_PIECE = re.compile(r" ?\w+|\s|[^\w\s]")
_WORDS = (" alpha", " beta", "\n", " gamma", " delta", " omega")


class Toy:
    """Words are tokens; the likelihood of a token depends on the one before it."""

    def __init__(self) -> None:
        self._pieces: list[str] = ["<s>"]
        self._lock = threading.Lock()

    def encode(self, text: str) -> list[int]:
        with self._lock:
            for piece in _PIECE.findall(text):
                if piece not in self._pieces:
                    self._pieces.append(piece)
            return [0, *(self._pieces.index(piece) for piece in _PIECE.findall(text))]

    def decode(self, tokens: Sequence[int]) -> str:
        return "".join(self._pieces[token] for token in tokens)

    def logprob(self, before: int, token: int) -> float:
        key = f"{self._pieces[before]}\0{self._pieces[token]}".encode()
        return -(1 + zlib.crc32(key) % 100) / 25

    def logprobs(self, tokens: Sequence[int]) -> list[float | None]:
        return [None, *(self.logprob(a, b) for a, b in pairwise(tokens))]

    def continued(self, prompt: Sequence[int], most: int, turn: int) -> list[int]:
        """``most`` words, beginning with the ``turn``-th."""
        chosen = [_WORDS[(turn + i) % len(_WORDS)] for i in range(most)]
        return self.encode("".join(chosen))[1:]


class ToyNetwork:
    """The toy as a network in process."""

    name = "toy"
    context_length = CONTEXT

    def __init__(self) -> None:
        self.toy = Toy()
        self.encode, self.decode = self.toy.encode, self.toy.decode
        self.longest = 0

    def generate(self, prompt: Sequence[int], sampling: Sampling) -> list[Sequenced]:
        self.longest = max(self.longest, len(prompt) + sampling.max_tokens)
        found = []
        for turn in range(sampling.n):
            tokens = self.toy.continued(prompt, sampling.max_tokens, turn if sampling.temperature else 0)
            values = self.toy.logprobs([prompt[-1], *tokens])[1:]
            found.append(Sequenced(tuple(tokens), tuple(v for v in values if v is not None), False))
        return found

    def score(self, shared: Sequence[int], rests: Sequence[Sequence[int]]) -> list[float]:
        return [sum(v or 0.0 for v in self.toy.logprobs([shared[-1], *rest])) for rest in rests]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer
    server: ToyServer

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._say(*self.server.dialect.get(self.path))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.bodies.append((self.path, body))
        self._say(*self.server.dialect.post(self.path, body))

    def _say(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Dialect:
    """What vLLM 0.32 does, as read in its protocol and seen from a running one."""

    owner = "vllm"

    def __init__(self) -> None:
        self.toy = Toy()

    def get(self, path: str) -> tuple[int, object]:
        if path == "/v1/models":
            return 200, {"data": [{"id": "toy", "object": "model", "owned_by": "vllm", "max_model_len": CONTEXT}]}
        return 404, {"detail": "Not Found"}

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, object]:
        if path == "/tokenize":
            return 200, {"tokens": self.toy.encode(body["prompt"]), "count": 1, "max_model_len": CONTEXT}
        if path != "/v1/completions":
            return 404, {"detail": "Not Found"}
        if "suffix" in body:
            return 400, {"error": {"message": "suffix is not currently supported"}}
        if body.get("echo"):
            return 200, self._echo(body["prompt"])
        if body["temperature"] == 0 and body.get("n", 1) > 1:
            return 400, {"error": {"message": "n must be 1 when using greedy sampling"}}
        prompt = body["prompt"] if isinstance(body["prompt"], list) else self.toy.encode(body["prompt"])
        if len(prompt) + body["max_tokens"] > CONTEXT:
            return 400, {"error": {"message": f"maximum context length is {CONTEXT} tokens"}}
        return 200, self._completions(body, prompt)

    def _echo(self, prompts: list[list[int]]) -> object:
        choices = [self._choice(i, tokens, self.toy.logprobs(tokens), "length") for i, tokens in enumerate(prompts)]
        return {"choices": choices, "usage": {"prompt_tokens": sum(map(len, prompts)), "completion_tokens": 0}}

    def _completions(self, body: dict[str, Any], prompt: list[int]) -> object:
        choices, made = [], 0
        for turn in range(body.get("n", 1)):
            tokens = self._tokens(body, prompt, turn)
            values = self.toy.logprobs([prompt[-1], *tokens])[1:]
            whole = self.toy.decode(tokens)
            text = cut(whole, tuple(body.get("stop", ())))
            choices.append(self._choice(turn, tokens, values, "length" if text is None else "stop", text))
            made += len(tokens)
        return {"choices": choices, "usage": {"prompt_tokens": len(prompt), "completion_tokens": made}}

    def _tokens(self, body: dict[str, Any], prompt: list[int], turn: int) -> list[int]:
        """Up to and with the token that completes a stop string, as vLLM lists them."""
        tokens = self.toy.continued(prompt, body["max_tokens"], turn if body["temperature"] else 0)
        for i in range(1, len(tokens) + 1):
            if cut(self.toy.decode(tokens[:i]), tuple(body.get("stop", ()))) is not None:
                return tokens[:i]
        return tokens

    def _choice(
        self, index: int, tokens: list[int], values: Sequence[float | None], reason: str, text: str | None = None
    ) -> dict[str, Any]:
        words = [self.toy.decode([token]) for token in tokens]
        logprobs = {"tokens": words, "token_logprobs": list(values), "text_offset": [], "top_logprobs": []}
        text = "".join(words) if text is None else text
        return {"index": index, "text": text, "finish_reason": reason, "logprobs": logprobs}


class LlamaDialect(Dialect):
    """What llama.cpp's server (b11549) does."""

    slots = 4

    def get(self, path: str) -> tuple[int, object]:
        if path == "/v1/models":
            return 200, {"data": [{"id": "toy", "owned_by": "llamacpp", "meta": {"n_ctx_train": 8192}}]}
        if path == "/props":
            return 200, {"default_generation_settings": {"n_ctx": CONTEXT}, "total_slots": self.slots}
        return 404, {"error": {"code": 404}}

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, object]:
        if path == "/tokenize":
            return 200, {"tokens": self.toy.encode(body["content"])}
        if body.get("n", 1) > self.slots:
            return 400, {"error": {"message": "Field 'n': Value must be between 1 <= value <= 4"}}
        return super().post(path, {key: value for key, value in body.items() if key != "echo"})

    def _tokens(self, body: dict[str, Any], prompt: list[int], turn: int) -> list[int]:
        if "grammar" in body:
            return [int(number) for number in re.findall(r"<\[(\d+)\]>", body["grammar"])][: body["max_tokens"]]
        return super()._tokens(body, prompt, turn)

    def _choice(
        self, index: int, tokens: list[int], values: Sequence[float | None], reason: str, text: str | None = None
    ) -> dict[str, Any]:
        made = super()._choice(index, tokens, values, reason, text)
        words = made["logprobs"]["tokens"]
        content = [{"id": t, "token": w, "logprob": v} for t, w, v in zip(tokens, words, values, strict=True)]
        return {**made, "logprobs": {"content": content}}


class ToyServer(ThreadingHTTPServer):
    """A dialect behind a real socket. ``bodies`` holds what was posted."""

    daemon_threads = True

    def __init__(self, dialect: Dialect) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.dialect, self.lock = dialect, threading.Lock()
        self.bodies: list[tuple[str, dict[str, Any]]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/v1"
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> ToyServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def posted(self, path: str) -> list[dict[str, Any]]:
        with self.lock:
            return [body for where, body in self.bodies if where == path]
