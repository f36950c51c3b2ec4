from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from reviewbot.domain.errors import ConfigError, ModelUnavailable
from reviewbot.model import embedded
from reviewbot.model.embedded import EmbeddedServer


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(url: str) -> bool:
    try:
        httpx.get(f"{url}/models", timeout=5)
    except httpx.ConnectError:
        return True
    return False


def test_serves_inside_with_and_is_gone_after(gguf: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with EmbeddedServer(gguf, threads=1, parallel=2, context=512) as server:
        url = server.url
        root = url.removesuffix("/v1")
        model = httpx.get(f"{url}/models").json()["data"][0]
        props = httpx.get(f"{root}/props").json()
        assert model["id"] == "SmolLM2-135M-Instruct.Q4_1"
        assert props["total_slots"] == 2
        assert props["default_generation_settings"]["n_ctx"] == 512
        # Loopback alone, and nothing beside completions.
        assert url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{root}/slots").status_code == 501
        assert httpx.post(f"{root}/props", json={}).status_code == 501
        answer = httpx.get(f"{url}/models", headers={"Origin": "http://evil.example"})
        assert answer.headers.get("access-control-allow-origin") not in ("*", "http://evil.example")
    assert gone(url)
    with pytest.raises(ModelUnavailable, match="not running"):
        _ = server.url
    assert capfd.readouterr() == ("", "")


def test_own_process_prints_its_address_and_stops_on_sigterm(gguf: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "reviewbot.model.embedded",
        "--gguf",
        str(gguf),
        "--threads",
        "1",
        "--context",
        "128",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().decode().strip()
        assert httpx.get(f"{url}/models").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert process.stderr.read() == b""
    assert gone(url)


def test_ends_with_the_process_that_started_it(gguf: Path) -> None:
    """Also when that one is killed and can clean up nothing."""
    program = (
        "import sys, time; from pathlib import Path; from reviewbot.model.embedded import EmbeddedServer\n"
        "with EmbeddedServer(Path(sys.argv[1]), 1, context=128) as s:\n"
        "    print(s._process.pid, s.url, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(gguf)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child, url = parent.stdout.readline().decode().split()
        assert alive(int(child))
        parent.kill()
    for _ in range(200):
        if gone(url):
            break
        signal.sigtimedwait([], 0.05)
    assert gone(url)


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (None, ConfigError, "There is no model file"),
        (b"hello", ConfigError, "not a GGUF file"),
        (b"", ConfigError, "not a GGUF file"),
        (b"GGUF\x03\0\0\0" + b"\xff" * 64, ModelUnavailable, "could not be served"),
    ],
    ids=["missing", "other", "empty", "broken"],
)
def test_file_that_cannot_be_served(
    tmp_path: Path, content: bytes | None, error: type[Exception], message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "m.gguf"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(error, match=message), EmbeddedServer(file, threads=1):
        raise AssertionError
    assert capfd.readouterr() == ("", "")


def test_loading_that_takes_too_long_is_ended(gguf: Path) -> None:
    server = EmbeddedServer(gguf, threads=1, start_seconds=0.01)
    with pytest.raises(ModelUnavailable, match="could not be loaded"), server:
        raise AssertionError


def test_without_llama_cpp_the_extra_is_named(gguf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install 'reviewbot\[local\]'"):
        embedded.check(gguf)


def test_process_of_its_own_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        assert embedded.main(["--gguf", str(tmp_path / "none.gguf")]) == ConfigError.exit_code
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
    assert capsys.readouterr().err.startswith("There is no model file")
