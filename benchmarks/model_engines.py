"""Tokens a second of every engine, side by side, on the same prompts: prints a Markdown table.

    python benchmarks/model_engines.py --threads 2 \
        --engine 'embedded llama.cpp=starter' \
        --engine 'vLLM=http://127.0.0.1:8000/v1' \
        --engine 'transformers=/path/to/a/model/folder' --python transformers=/path/to/a/venv/bin/python

Each engine runs in a process of its own, in the Python that ``--python`` names for it (it needs httpx and pydantic, and
for a folder the ``transformers`` extra). A server is measured as it was started; ``--threads`` is for the others. Each
figure is the best of ``--repeat``: what else runs on a machine can only slow an engine down.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONCURRENCY = (1, 4, 16)
ALTERNATIVES = (
    'raise ConfigError(f"{path} is not JSON") from exc\n',
    "return {}\n",
    "return None\n",
    'log.warning("cannot read %s", path)\n        return {}\n',
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", action="append", default=[], metavar="NAME=SPEC")
    parser.add_argument("--python", action="append", default=[], metavar="NAME=PYTHON")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(measure(options.worker, options.threads, options.rounds, options.repeat)))
        return 0
    if not options.engine:
        parser.error("name one --engine at least")
    pythons = dict(entry.split("=", 1) for entry in options.python)
    print("| engine | model | ready, s | tokens/s at 1 | at 4 | at 16 | rank 4 alternatives, s |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for entry in options.engine:
        name, spec = entry.split("=", 1)
        found = run(pythons.get(name, sys.executable), spec, options)
        speeds = " | ".join(f"{speed:.1f}" for speed in found["speeds"])
        print(f"| {name} | {found['model']} | {found['ready']:.1f} | {speeds} | {found['rank']:.2f} |", flush=True)
    return 0


def run(python: str, spec: str, options: argparse.Namespace) -> dict[str, object]:
    """Measure in another process, so that no engine inherits another's memory or threads."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    command = [python, __file__, "--worker", spec]
    for name in ("threads", "rounds", "repeat"):
        command += [f"--{name}", str(getattr(options, name))]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path})
    if done.returncode:
        sys.exit(f"{spec}: {done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(spec: str, threads: int, rounds: int, repeat: int) -> dict[str, object]:
    from reviewbot.model.bench import bench, info
    from reviewbot.model.engines import ModelOptions, open_completer

    start = time.perf_counter()
    with open_completer(spec, ModelOptions(threads=threads, parallel=16, context=1024)) as completer:
        assert completer is not None, "none is no engine"
        model = info(completer).model
        ready = time.perf_counter() - start
        speeds = [
            max(bench(completer, n, rounds=rounds if n > 1 else 4).tokens_per_second for _ in range(repeat))
            for n in CONCURRENCY
        ]
        prefix = Path(__file__).read_text(encoding="utf-8")[:1200] + "\n    except ValueError as exc:\n        "
        times = []
        for number in range(repeat):
            begin = time.perf_counter()
            completer.rank(f"# {number}\n{prefix}", "", ALTERNATIVES)
            times.append(time.perf_counter() - begin)
        return {"model": model, "ready": ready, "speeds": speeds, "rank": min(times)}


if __name__ == "__main__":
    sys.exit(main())
