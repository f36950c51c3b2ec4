"""What runs beside the worker is started by it with names of functions, and ends with it."""

from __future__ import annotations

import argparse
import ctypes
import importlib
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

_PR_SET_PDEATHSIG = 1  # prctl(2)


def function(reference: str) -> Callable[..., Any]:
    """The function that ``MODULE:FUNCTION`` names. It comes from our own parent, not from a user."""
    module, _, name = reference.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def reference(named: Callable[..., Any]) -> str:
    """``MODULE:FUNCTION``, as another process imports it: also from the module started with ``python -m``."""
    spec = sys.modules["__main__"].__spec__ if named.__module__ == "__main__" else None
    return f"{named.__module__ if spec is None else spec.name}:{named.__qualname__}"


def arguments_of(program: str, what: str) -> argparse.ArgumentParser:
    """A parser that knows ``--parent PID`` and ``--make MODULE:FUNCTION``; ``what`` the function makes."""
    parser = argparse.ArgumentParser(prog=f"python -m {program}")
    parser.add_argument("--parent", type=int, required=True, help="end when this process has ended")
    parser.add_argument("--make", type=function, required=True, help=f"MODULE:FUNCTION that makes {what}")
    return parser


def end_with(parent: int) -> bool:
    """Have the kernel send a SIGTERM when the parent ends, where it can; whether the parent is there still."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    return os.getppid() == parent
