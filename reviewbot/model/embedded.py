"""The embedded engine: llama.cpp, in a process of its own, serving any GGUF file over HTTP on the loopback interface.

``python -m reviewbot.model.embedded --gguf FILE`` is that process: it prints its address, serves until SIGTERM or
SIGINT, and needs the ``local`` extra. A process of its own, because a native library that aborts or hangs must not take
a review with it, and because only the end of a process surely gives the memory back.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import IO

from reviewbot.domain.errors import ConfigError, ModelUnavailable, ReviewbotError

HOST = "127.0.0.1"
DEFAULT_CONTEXT = 2048
"""Tokens a request. One core reads about 100 tokens of prompt a second: nobody would wait for a longer one."""

_STOP_SECONDS = 10.0


class EmbeddedServer:
    """Starts the server on ``with``, stops it at the end, also when this process is killed.

    Args:
        gguf: the model's file.
        threads: that compute. Always given to llama.cpp for generation and for prompts alike: with its own choice on
            busy cores it fell from 63 to 5 tokens a second (measured on two cores).
        parallel: requests decoded together (continuous batching); more wait in line.
        context: tokens of prompt and completion that each of them may have.
        port: 0 takes a free one.
        start_seconds: how long loading may take.
    """

    def __init__(
        self,
        gguf: Path,
        threads: int,
        *,
        parallel: int = 4,
        context: int = DEFAULT_CONTEXT,
        port: int = 0,
        start_seconds: float = 120.0,
    ) -> None:
        self._arguments = ["--gguf", str(gguf), "--threads", str(threads), "--parallel", str(parallel)]
        self._arguments += ["--context", str(context), "--port", str(port), "--with-parent"]
        self._gguf, self._start_seconds = gguf, start_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._url: str | None = None

    @property
    def url(self) -> str:
        """The address, for example ``http://127.0.0.1:40123/v1``.

        Raises:
            ModelUnavailable: it does not run.
        """
        if self._url is None:
            raise ModelUnavailable("The embedded model server is not running; use it inside `with`.")
        return self._url

    def __enter__(self) -> EmbeddedServer:
        """Start, and wait until the model is loaded.

        Raises:
            ConfigError: there is no such file, or llama.cpp is not installed.
            ModelUnavailable: the file cannot be loaded, or loading took too long.
        """
        check(self._gguf)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "reviewbot.model.embedded", *self._arguments],
            stdin=subprocess.PIPE,  # its end tells the child that we are gone
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us: we stop it when the work that needs it has ended
        )
        line = _first_line(self._process, self._start_seconds)
        if not line.startswith("http://"):
            self._stop()
            raise ModelUnavailable(
                line or f"{self._gguf} could not be loaded; is it a whole GGUF file, and is there memory for it?"
            )
        self._url = line
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server and wait until its memory is free."""
        self._stop()

    def _stop(self) -> None:
        process, self._process, self._url = self._process, None, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def check(gguf: Path) -> None:
    """See that the engine is installed and the file is there.

    Raises:
        ConfigError: it is not.
    """
    if find_spec("xllamacpp") is None:
        raise ConfigError("The embedded model needs llama.cpp; run: pip install 'reviewbot[local]'.")
    if not gguf.is_file():
        raise ConfigError(f"There is no model file {gguf}; give the path of a .gguf file.")
    with gguf.open("rb") as file:
        if file.read(4) != b"GGUF":  # the format's magic number: ggml/docs/gguf.md
            raise ConfigError(f"{gguf} is not a GGUF file; give a model in llama.cpp's format.")


def _first_line(process: subprocess.Popen[bytes], seconds: float) -> str:
    """What the child says first; empty where it ended, or was killed for being too slow, before saying anything."""
    assert process.stdout is not None
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        return process.stdout.readline().decode("utf-8", "replace").strip()
    finally:
        timer.cancel()


def serve(gguf: Path, threads: int, parallel: int, context: int, port: int) -> tuple[object, str]:
    """Load the model and serve it in this process. The server lives as long as the first value is held.

    Returns:
        The server, and its address.

    Raises:
        ConfigError: no such file, or no llama.cpp.
        ModelUnavailable: the file cannot be loaded, or the port is taken.
    """
    check(gguf)
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(gguf)
    params.model_alias = {gguf.stem}
    params.hostnames, params.port = [HOST], port
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.n_parallel, params.n_ctx = parallel, context * parallel
    params.cont_batching, params.cache_prompt = True, True
    params.cache_ram_mib = 256
    params.verbosity = -1
    params.offline = True
    # Completions only: no page, no slots that show other people's prompts, no changes of settings, no other origins.
    params.ui = params.endpoint_slots = params.endpoint_props = params.endpoint_metrics = False
    params.cors_origins = f"http://{HOST}"
    try:
        server = xllamacpp.Server(params)
    except RuntimeError as exc:
        raise ModelUnavailable(
            f"{gguf} could not be served; is it a whole GGUF file, is there memory for it, and is port {port} free?"
        ) from exc
    return server, f"{server.listening_address}/v1"


def main(arguments: list[str] | None = None) -> int:
    """The server as a process: prints its address and serves until it is told to stop."""
    options = _options(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        _server, url = serve(options.gguf, options.threads, options.parallel, options.context, options.port)
    except ReviewbotError as exc:
        print(exc, file=sys.stdout if options.with_parent else sys.stderr, flush=True)
        return exc.exit_code
    print(url, flush=True)
    if options.with_parent:
        threading.Thread(target=_until_end, args=(sys.stdin.buffer, stop), daemon=True).start()
    stop.wait()
    sys.stdout.flush()
    os._exit(0)  # llama.cpp's own threads can keep an orderly exit from coming to an end


def _until_end(stream: IO[bytes], stop: threading.Event) -> None:
    while stream.read(4096):
        pass
    stop.set()


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m reviewbot.model.embedded", description="Serve a GGUF file on loopback."
    )
    parser.add_argument("--gguf", type=Path, required=True, help="the model's file")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--threads", type=int, default=default_threads(), help="threads that compute")
    parser.add_argument("--parallel", type=int, default=4, help="requests decoded together")
    parser.add_argument("--context", type=int, default=DEFAULT_CONTEXT, help="tokens a request")
    parser.add_argument("--with-parent", action="store_true", help="stop when standard input ends")
    return parser.parse_args(arguments)


def default_threads() -> int:
    """One thread a core that this process may use, but one, which the review itself needs."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, usable - 1)


if __name__ == "__main__":
    sys.exit(main())
