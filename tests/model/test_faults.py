"""Every way in which a model server fails, over a real socket: one sentence, in time, and no retry that cannot help."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from reviewbot.domain.errors import ConfigError, ModelError, ModelProtocolError, ModelUnavailable
from reviewbot.model.breaker import Breaker
from reviewbot.model.client import Client, Rejected
from reviewbot.model.openai_server import OpenAIServer
from reviewbot.model.protocol import CannotRank
from reviewbot.model.retry import Retries
from reviewbot.model.transport import Limits, Transport
from tests.model.http_server import Behaviour, Scripted, answer, drip, hang, raw

MODELS = answer({"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 100}]})
GOOD = answer({"choices": [{"index": 0, "text": "ok", "finish_reason": "stop"}]})
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


class Opened:
    """A completer whose pauses are noted and not made."""

    def __init__(self, url: str, breaker: Breaker | None = None, **limits: Any) -> None:
        self.pauses: list[float] = []
        self.now = 0.0
        settings = {"connect": 20.0, "read": 20.0, "total": 20.0, "queue": 20.0, "max_bytes": 100_000, **limits}
        client = Client(
            Transport(url, Limits(**settings), "k3y"),
            Retries(attempts=3, base=1.0, cap=5.0),
            breaker or Breaker(threshold=100),
            clock=lambda: self.now,
            sleep=self.pauses.append,
            roll=lambda: 0.5,
        )
        self.completer = OpenAIServer(client)

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.completer.close()

    def text(self) -> str:
        return self.completer.complete("a", "b", max_tokens=4).choices[0].text


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}/v1"


def test_server_down(nobody: str) -> None:
    with Opened(nobody) as opened, pytest.raises(ModelUnavailable, match="start it or correct the address"):
        opened.text()
    assert opened.pauses == [0.5, 1.0]


SHORT = {"read": 0.7, "total": 1.0}
UNAVAILABLE: dict[str, tuple[Behaviour, str, int]] = {
    "says nothing": (hang, "did not answer in time", 1),
    "drips its header": (drip(b"X-Drip: 1\r\n", 0.01), "did not answer in time", 1),
    "drips its body": (
        lambda c: (c.sendall(HEAD + b"Content-Length: 9999\r\n\r\n"), drip(b" ", 0.01)(c))[1],
        "did not answer in time",
        1,
    ),
    "hangs up": (raw(b""), "closed the connection", 3),
    "hangs up in the header": (raw(b"HTTP/1.1 200 OK\r\nContent-"), "closed the connection", 3),
    "sends half a line": (raw(HEAD + b'Content-Length: 99\r\n\r\n{"choices": [{"te'), "middle of an answer", 1),
    "sends half a chunk": (raw(HEAD + b'Transfer-Encoding: chunked\r\n\r\n20\r\n{"ch'), "middle of an answer", 1),
    "500": (answer({"error": "boom"}, 500), "HTTP 500 .*boom", 3),
    "503 while loading": (answer({"error": {"message": "Loading model"}}, 503), "Loading model", 3),
    "429": (answer({}, 429), "HTTP 429", 3),
    "429 for an hour": (answer({}, 429, Retry_After="3600"), "HTTP 429", 1),
}
PROTOCOL: dict[str, tuple[Behaviour, str]] = {
    "400": (answer({"error": {"message": "prompt too long"}}, 400), "HTTP 400 .*prompt too long"),
    "401": (answer({}, 401), "give it its key"),
    "404": (answer({"detail": "Not Found"}, 404), "end in /v1"),
    "501": (answer({}, 501), "HTTP 501"),
    "redirect": (answer({}, 302, Location="http://127.0.0.1:1/"), "HTTP 302"),
    "no HTTP": (raw(b"SSH-2.0-OpenSSH_9.7\r\n\r\n"), "does not speak HTTP"),
    "HTML": (answer(b"<html>Sign in</html>", kind="text/html"), "text/html and not JSON"),
    "no content type": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), "no content type"),
    "not JSON": (answer(b"choices: none"), "CompletionAnswer"),
    "half JSON": (answer(b'{"choices": [{"text": "x'), "CompletionAnswer"),
    "not UTF-8": (answer(b'{"choices": "\xff\xfe"}'), "CompletionAnswer"),
    "compressed": (answer(b"\x1f\x8b\x08", Content_Encoding="gzip"), "CompletionAnswer"),
    "deep": (answer(b"[" * 50_000), "CompletionAnswer"),
    "empty": (answer(b""), "CompletionAnswer"),
    "no choices": (answer({"choices": []}), "choices"),
    "ten megabytes": (answer(b" " * 10_000_000), "more than 100000 bytes"),
    "endless": (raw(HEAD + b"\r\n" + b" " * 10_000_000), "more than 100000 bytes"),
    "NaN": (
        answer(b'{"choices":[{"index":0,"text":"a","finish_reason":"stop","logprobs":{"token_logprobs":[NaN]}}]}'),
        "logprobs",
    ),
}


@pytest.mark.parametrize(("behaviour", "message", "requests"), UNAVAILABLE.values(), ids=UNAVAILABLE)
def test_unavailable(behaviour: Behaviour, message: str, requests: int) -> None:
    limits = SHORT if "in time" in message else {}
    with Scripted(MODELS, behaviour) as server, Opened(server.url, **limits) as opened:
        with pytest.raises(ModelUnavailable, match=message) as caught:
            opened.text()
        assert_one_sentence(caught.value)
        assert len(server.requests) == 1 + requests
        assert len(opened.pauses) == requests - 1


@pytest.mark.parametrize(("behaviour", "message"), PROTOCOL.values(), ids=PROTOCOL)
def test_protocol_error(behaviour: Behaviour, message: str) -> None:
    with Scripted(MODELS, behaviour) as server, Opened(server.url) as opened:
        with pytest.raises(ModelProtocolError, match=message) as caught:
            opened.text()
        assert_one_sentence(caught.value)
        assert len(server.requests) == 2
        assert opened.pauses == []


def assert_one_sentence(error: ModelError) -> None:
    text = str(error)
    assert "\n" not in text
    assert text.endswith(".")
    assert len(text) < 500


def test_recovers_within_the_retries() -> None:
    script = (MODELS, answer({}, 503), answer({}, 429, Retry_After="2"), GOOD)
    with Scripted(*script) as server, Opened(server.url) as opened:
        assert opened.text() == "ok"
        assert opened.pauses == [0.5, 2.0]


def test_slow_answer_is_not_asked_for_again() -> None:
    """A server that is too slow is not helped by the same work once more."""
    with Scripted(MODELS, hang, GOOD) as server, Opened(server.url, **SHORT) as opened:
        with pytest.raises(ModelUnavailable):
            opened.text()
        assert len(server.requests) == 2


def test_hostile_words_of_a_server_stay_one_line() -> None:
    with (
        Scripted(MODELS, answer(b"\x1b[31mred\n\nline\r\n" + b"y" * 9999, 400)) as server,
        Opened(server.url) as opened,
    ):
        with pytest.raises(Rejected) as caught:
            opened.text()
        assert "\x1b" not in str(caught.value)
        assert_one_sentence(caught.value)


def test_breaker_opens_then_probes_then_closes() -> None:
    breaker = Breaker(threshold=2, cooldown=30.0)
    with (
        Scripted(MODELS, answer(b"rubbish"), answer(b"rubbish"), GOOD) as server,
        Opened(server.url, breaker) as opened,
    ):
        for _ in range(2):
            with pytest.raises(ModelProtocolError):
                opened.text()
        before = len(server.requests)
        with pytest.raises(ModelUnavailable, match="tried again in 30 s"):
            opened.text()
        assert len(server.requests) == before
        opened.now = 30.0
        assert opened.text() == "ok"
        assert opened.text() == "ok"


def test_refused_requests_do_not_open_the_breaker() -> None:
    """One prompt that the server does not take says nothing about the next."""
    with Scripted(MODELS, answer({}, 400)) as server, Opened(server.url, Breaker(threshold=1)) as opened:
        server.script[1:] = [answer({}, 400), MODELS, answer({}, 400), MODELS, GOOD]
        for _ in range(2):
            with pytest.raises(Rejected):
                opened.text()
        assert opened.text() == "ok"


def test_asks_again_what_is_served_after_a_refusal() -> None:
    other = answer({"data": [{"id": "other", "owned_by": "vllm", "max_model_len": 100}]})
    with Scripted(MODELS, answer({}, 404), other, GOOD) as server, Opened(server.url) as opened:
        with pytest.raises(Rejected):
            opened.text()
        assert opened.text() == "ok"
        assert server.requests[-1][1]["model"] == "other"


def test_no_more_than_allowed_at_once() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def counting(connection: socket.socket) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.05)
        with lock:
            running -= 1
        GOOD(connection)

    with Scripted(MODELS, counting) as server, Opened(server.url, parallel=2, queue=20.0, total=20.0) as opened:
        assert opened.completer.model == "m"
        threads = [threading.Thread(target=opened.text) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert most == 2


def refused(opened: Opened) -> None:
    with pytest.raises(ModelUnavailable):
        opened.text()


def test_full_queue_is_unavailable() -> None:
    with Scripted(MODELS, hang) as server, Opened(server.url, parallel=1, queue=0.05) as opened:
        assert opened.completer.model == "m"
        slow = threading.Thread(target=refused, args=(opened,))
        slow.start()
        while len(server.requests) < 2:
            time.sleep(0.005)
        with pytest.raises(ModelUnavailable, match="busy"):
            opened.text()
        opened.completer.close()
        slow.join(5)
        assert not slow.is_alive()


def test_closing_ends_what_is_under_way() -> None:
    outcome: list[str] = []
    with Scripted(MODELS, hang) as server, Opened(server.url, total=60.0, read=60.0) as opened:

        def ask() -> None:
            try:
                opened.text()
            except ModelUnavailable as exc:
                outcome.append(str(exc))

        asking = threading.Thread(target=ask)
        asking.start()
        while len(server.requests) < 2:
            time.sleep(0.005)
        opened.completer.close()
        asking.join(10)
    assert [text.endswith("was closed.") for text in outcome] == [True]


def test_fork_is_noticed_instead_of_waiting_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    with Scripted(MODELS, GOOD) as server, Opened(server.url) as opened:
        assert opened.text() == "ok"
        with monkeypatch.context() as patch:
            patch.setattr("reviewbot.model.transport.os.getpid", lambda: -1)
            with pytest.raises(ModelUnavailable, match="another process"):
                opened.text()


@pytest.mark.parametrize("url", ["ftp://host/v1", "http://", "http://user:pw@host/v1", "http://h/v1?x=1", "host:80/v1"])
def test_address_that_is_none(url: str) -> None:
    with pytest.raises(ConfigError, match="write http://host:port/v1"):
        Transport(url, Limits())


def test_key_and_body_are_sent_and_no_suffix() -> None:
    with Scripted(MODELS, GOOD) as server, Opened(server.url) as opened:
        opened.completer.complete("a", "b", stop=["\n"], n=3, max_tokens=4, seed=9, temperature=0.5)
        head = server.headers[1].lower()
        assert "authorization: bearer k3y" in head
        assert "accept-encoding: identity" in head  # a compressed answer could grow past every limit
        path, body = server.requests[1]
    assert path == "/v1/completions"
    assert body == {
        "model": "m",
        "prompt": "a",
        "max_tokens": 4,
        "n": 3,
        "seed": 9,
        "temperature": 0.5,
        "top_p": 0.95,
        "logprobs": 1,
        "stop": ["\n"],
        "skip_special_tokens": False,
    }


def test_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch, nobody: str) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, nobody.removesuffix("/v1"))
    with Scripted(MODELS, GOOD) as server, Opened(server.url) as opened:
        assert opened.text() == "ok"


@pytest.mark.parametrize(
    "script",
    [
        [answer({"data": []}), answer({})],
        [answer({"data": [{"id": ""}]}), answer({})],
        [answer({"models": []}), answer({})],
        [
            answer({"data": [{"id": "m", "owned_by": "llamacpp"}]}),
            answer({"default_generation_settings": {"n_ctx": 0}}),
        ],
    ],
)
def test_discovery_of_rubbish(script: list[Behaviour]) -> None:
    with Scripted(*script) as server, Opened(server.url) as opened, pytest.raises(ModelProtocolError):
        opened.text()


@pytest.mark.parametrize(
    ("model", "more", "context"),
    [
        ({"owned_by": "vllm", "max_model_len": 777}, {}, 777),
        ({"owned_by": "sglang", "max_model_len": 555}, {}, 555),
        ({"owned_by": "llamacpp", "meta": {"n_ctx_train": 9}}, {"default_generation_settings": {"n_ctx": 333}}, 333),
        ({"owned_by": "me", "meta": {"n_ctx": 11, "n_ctx_train": 99}}, {}, 11),
        ({"owned_by": "tgi"}, {"max_total_tokens": 4444}, 4444),
        ({}, {"something": "else"}, 2048),
    ],
)
def test_context_length(model: dict[str, object], more: dict[str, object], context: int) -> None:
    with Scripted(answer({"data": [{"id": "m", **model}]}), answer(more)) as server, Opened(server.url) as opened:
        assert opened.completer.context_length == context


def test_prompt_without_room_is_refused() -> None:
    wanted = pytest.raises(ModelProtocolError, match="context of 100 tokens, too few")
    with Scripted(MODELS, GOOD) as server, Opened(server.url) as opened, wanted:
        opened.completer.complete("a", "b", max_tokens=90)


def test_server_that_cannot_rank_says_so_and_still_completes() -> None:
    other = answer({"data": [{"id": "m", "max_model_len": 100}]})
    with Scripted(other, answer({}, 404), GOOD) as server, Opened(server.url) as opened:
        for _ in range(2):  # it is asked once
            with pytest.raises(CannotRank, match=r"use vLLM or llama\.cpp"):
                opened.completer.rank("a", "b", ["c"])
        assert [path for path, _ in server.requests] == ["/v1/models", "/tokenize"]
        assert opened.text() == "ok"


@pytest.mark.parametrize(
    ("scores", "error"),
    [
        ({"choices": [{"index": 0, "text": "x", "finish_reason": "length"}]}, CannotRank),
        ({"choices": [{"index": 1, "text": "x", "finish_reason": "length"}]}, CannotRank),
        (
            {"choices": [{"index": 0, "text": "", "finish_reason": "stop", "logprobs": {"token_logprobs": [-1]}}]},
            CannotRank,
        ),
    ],
    ids=["no log-probabilities", "another prompt's", "of another length"],
)
def test_ranking_that_was_not_made_is_refused(scores: object, error: type[ModelError]) -> None:
    script = (MODELS, answer({"tokens": [1, 2]}), answer({"tokens": [1, 2, 3]}), answer(scores))
    with Scripted(*script) as server, Opened(server.url) as opened, pytest.raises(error):
        opened.completer.rank("a", "b", ["c"])


@pytest.mark.parametrize("ignored", [True, False], ids=["ignored", "refused"])
def test_grammar_that_was_not_obeyed(ignored: bool) -> None:
    llama = answer({"data": [{"id": "m", "owned_by": "llamacpp"}]})
    props = answer({"default_generation_settings": {"n_ctx": 100}})
    content = [{"id": 4, "token": "x", "logprob": -1.0}]
    other = {"choices": [{"index": 0, "text": "x", "finish_reason": "length", "logprobs": {"content": content}}]}
    reply = answer(other) if ignored else answer({"error": {"message": "failed to parse grammar"}}, 400)
    script = (llama, props, answer({"tokens": [1, 2]}), answer({"tokens": [1, 2, 3]}), reply)
    with Scripted(*script) as server, Opened(server.url) as opened, pytest.raises(CannotRank):
        opened.completer.rank("a", "b", ["c"])
