"""What a review works with, handed to it by the command line, the worker or a benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reviewbot.model.protocol import Completer
from reviewbot.verify.sandbox import Sandbox


@dataclass(frozen=True)
class Engines:
    """The collaborators of a review.

    Attributes:
        completer: the model; None makes suggestions by analysis alone.
        sandbox: None only where the operator limited proofs to the static level.
        rules: the folder of ``resources.rules_dir``.
        parallel: how many places are worked on at once.
    """

    completer: Completer | None
    sandbox: Sandbox | None
    rules: Path
    parallel: int = 2
