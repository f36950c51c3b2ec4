"""``make bench``: every benchmark that needs nothing but this checkout, one after the other.

The comparison with transformers and a real vLLM needs engines of its own: see ``benchmarks/model_engines.py``.
"""

from __future__ import annotations

import subprocess
import sys

PARTS = (
    ("A review over the sum of its parts", ["overhead"]),
    ("Detection beside bandit", ["detect"]),
    ("Webhook deliveries", ["webhook"]),
    ("The audit log", ["audit", "--rows", "100000"]),
    ("Calls to the forge", ["forge_calls"]),
    ("The origin of every added line beside git blame", ["provenance"]),
    ("The embedded model", ["model_engines", "--engine", "embedded llama.cpp=starter"]),
)


def main() -> int:
    """Run all parts; the last exit code that was not 0."""
    code = 0
    for title, (module, *arguments) in PARTS:
        print(f"\n== {title}: python -m benchmarks.{' '.join([module, *arguments])}", flush=True)
        code = subprocess.run([sys.executable, "-m", f"benchmarks.{module}", *arguments]).returncode or code
    return code


if __name__ == "__main__":
    sys.exit(main())
