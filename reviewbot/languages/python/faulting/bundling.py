"""One file out of the program's pieces, and the word that its output must repeat to be believed."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from reviewbot.languages.protocol import FaultProgram

_PIECES = ("world", "stubs", "exceptions", "run", "watch")  # each imports those before it
_KEY = secrets.token_bytes(32)  # of this process: what is printed by a program of another one is not believed
_LOADER = """
import sys, types
def load(name, text):
    module = types.ModuleType(name)
    module.__package__, module.__path__ = "fault_program", []
    sys.modules[name] = module
    exec(compile(text, name, "exec"), module.__dict__)
load("fault_program", "")
"""


def bundle(spec: Mapping[str, object], what: object, entry: str = "run") -> FaultProgram:
    """A program without any imports of ours, which runs ``spec``.

    Args:
        spec: what the entry's ``observe`` needs, plain data. what: the edit to prove; its ``nonce`` is in the argv.
        entry: the piece whose ``main`` is called.
    """
    needed = _PIECES[: _PIECES.index(entry) + 1]
    loads = [f"load({'fault_program.' + name!r}, {text!a})" for name, text in _pieces() if name in needed]
    call = f"sys.modules['fault_program.{entry}'].main({json.dumps(spec)!a}, sys.argv)"
    source = "\n".join([_LOADER, *loads, call, ""])
    return FaultProgram(source, ("{python}", "-I", "-S", "{program}", nonce(what)))


def nonce(what: object) -> str:
    """What the program must repeat. Known to nobody who has not read its arguments."""
    return hmac.new(_KEY, repr(what).encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


@cache
def _pieces() -> Sequence[tuple[str, str]]:
    folder = Path(__file__).parent / "program"
    return [(name, (folder / f"{name}.py").read_text(encoding="utf-8")) for name in _PIECES]
