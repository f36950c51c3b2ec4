"""Webhook under load: 2,000 signed deliveries, 100 at once, to the embedded stack and to a bare FastAPI route.

usage: python -m benchmarks.webhook [--deliveries 2000] [--parallel 100] [--rounds 3]

The bare route only verifies the signature. Both servers run one after the other in each round, in one run, so quote
the ratio. Prints a Markdown table; fails when a delivery was lost.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

SECRET = "benchmark-secret"
BARE = f'''
import hashlib, hmac
from fastapi import FastAPI, Request, Response
app = FastAPI(openapi_url=None)
@app.post("/webhooks/github")
async def hook(request: Request) -> Response:
    body = await request.body()
    want = "sha256=" + hmac.new(b"{SECRET}", body, hashlib.sha256).hexdigest()
    ok = hmac.compare_digest(want, request.headers.get("x-hub-signature-256", ""))
    return Response(status_code=202 if ok else 401)
'''


@dataclass(frozen=True)
class Timing:
    """Answers a second, and the answer's median and 99th percentile in milliseconds."""

    rate: float
    p50: float
    p99: float


def body(number: int) -> bytes:
    """A pull_request delivery with the fields that GitHub sends and we use, padded to a usual size of 20 kB."""
    repository = {"id": 1, "name": "r", "full_name": "o/r", "owner": {"login": "o", "id": 1, "type": "User"}}
    pull = {
        "number": number,
        "state": "open",
        "draft": False,
        "head": {"sha": f"{number:040x}", "ref": "topic", "repo": {**repository, "fork": False}},
        "base": {"sha": "b" * 40, "ref": "main", "repo": repository},
        "body": "x" * 20_000,
    }
    event = {"action": "opened", "number": number, "pull_request": pull, "repository": repository}
    return json.dumps({**event, "sender": {"login": "o", "type": "User"}}).encode()


def request(number: int) -> bytes:
    """The raw HTTP request of one delivery."""
    data = body(number)
    signature = hmac.new(SECRET.encode(), data, hashlib.sha256).hexdigest()
    head = (
        "POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"X-GitHub-Event: pull_request\r\nX-GitHub-Delivery: {uuid.uuid4()}\r\n"
        f"X-Hub-Signature-256: sha256={signature}\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


async def client(port: int, requests: list[bytes], seconds: list[float]) -> None:
    """One connection that sends its requests one after the other."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for data in requests:
        start = time.perf_counter()
        writer.write(data)
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(h.split(b":")[1]) for h in head.lower().split(b"\r\n") if h.startswith(b"content-length"))
        await reader.readexactly(length)
        seconds.append(time.perf_counter() - start)
        if b" 202 " not in head.split(b"\r\n", 1)[0]:
            raise SystemExit(f"a delivery was refused: {head[:60]!r}")
    writer.close()


async def load(port: int, deliveries: int, parallel: int) -> Timing:
    """Send all deliveries over ``parallel`` connections."""
    requests = [request(n + 1) for n in range(deliveries)]
    seconds: list[float] = []
    start = time.perf_counter()
    await asyncio.gather(*(client(port, requests[i::parallel], seconds) for i in range(parallel)))
    total = time.perf_counter() - start
    cuts = statistics.quantiles(seconds, n=100)
    return Timing(deliveries / total, cuts[49] * 1000, cuts[98] * 1000)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Until something listens on ``port``; ends the benchmark if the server died."""
    for _ in range(300):
        if server.poll() is not None:
            raise SystemExit("the server did not start: run it by hand to see why")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start within 30 s")


def measure(command: list[str], environment: dict[str, str], port: int, options: argparse.Namespace) -> Timing:
    """Start a server, load it, stop it. What it logs goes to a file, as it would in production."""
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(command, env=environment, start_new_session=True, stdout=log, stderr=log)
    try:
        wait_for(port, server)
        return asyncio.run(load(port, options.deliveries, options.parallel))
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def bare(options: argparse.Namespace, place: Path) -> Timing:
    """The route that only verifies the signature."""
    (place / "bare_route.py").write_text(BARE)
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "bare_route:app", "--port", str(port), "--log-level", "error"]
    return measure(command, {**os.environ, "PYTHONPATH": str(place)}, port, options)


def embedded(options: argparse.Namespace, place: Path) -> Timing:
    """Server with the embedded database and broker; then counts what was stored."""
    port, state = free_port(), place / "state"
    environment = {
        **os.environ,
        "REVIEWBOT_STATE_DIR": str(state),
        "REVIEWBOT_GITHUB_WEBHOOK_SECRET": SECRET,
        "REVIEWBOT_GITHUB_TOKEN": "unused",
        "REVIEWBOT_PORT": str(port),
        "REVIEWBOT_MODEL": "none",
    }
    timing = measure([sys.executable, "-m", "reviewbot", "serve"], environment, port, options)
    database = next(p for p in state.rglob("*") if p.is_file() and p.read_bytes()[:6] == b"SQLite")
    with sqlite3.connect(database) as connection:
        stored = connection.execute("select count(*) from deliveries where delivery not like 'gate:%'").fetchone()[0]
    if stored != options.deliveries:
        raise SystemExit(f"{options.deliveries - stored} of {options.deliveries} deliveries were lost")
    return timing


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deliveries", type=int, default=2000)
    parser.add_argument("--parallel", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    pairs = []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as place:
            pairs.append((bare(options, Path(place)), embedded(options, Path(place))))
    ratio = statistics.median(ours.p99 / theirs.p99 for theirs, ours in pairs)
    print(
        f"{options.deliveries} deliveries, {options.parallel} at once, median of {options.rounds} rounds, none lost\n"
    )
    print("| server | answers a second | median ms | p99 ms |\n|---|---|---|---|")
    for name, side in (("bare route", 0), ("reviewbot, embedded", 1)):
        rows = [pair[side] for pair in pairs]
        rate, p50, p99 = (statistics.median(getattr(r, f) for r in rows) for f in ("rate", "p50", "p99"))
        print(f"| {name} | {rate:.0f} | {p50:.1f} | {p99:.1f} |")
    print(f"\nratio of the p99: {ratio:.2f}")


if __name__ == "__main__":
    main()
