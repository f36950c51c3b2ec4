"""The conformance checks of ``tests/model`` on a real engine: ``python benchmarks/model_conformance.py SPEC [SPEC …]``.

With two specs or more for the same model, their rankings are set side by side, too.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from reviewbot.model.engines import ModelOptions, open_completer
from tests.model.conformance import CHECKS, PREFIX

ALTERNATIVES = (" a + b\n", " b + a\n", " a * b\n", " None\n", " é\n")


def main(specs: list[str]) -> int:
    failed = 0
    rankings = []
    for spec in specs:
        with open_completer(spec, ModelOptions(context=512)) as completer:
            assert completer is not None, "none is no engine"
            for check in CHECKS:
                start = time.perf_counter()
                try:
                    check(completer)
                    outcome = "ok"
                except AssertionError as exc:
                    failed, outcome = failed + 1, f"FAILED {exc}"
                print(f"{spec}: {check.__name__}: {outcome} ({time.perf_counter() - start:.1f} s)", flush=True)
            rankings.append(completer.rank(PREFIX, "\n", ALTERNATIVES).logprobs)
    for spec, values in zip(specs, rankings, strict=True):
        print(f"{spec}: ranking {' '.join(f'{value:.3f}' for value in values)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
