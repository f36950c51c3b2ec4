"""The command line. Thin: it reads options, calls the pipeline or a service, and prints."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit; see ``reviewbot.cli.entry.main``. Ctrl-C is quiet while the command is still loading."""
    try:
        from reviewbot.cli.entry import main as enter
    except KeyboardInterrupt:
        sys.exit(130)
    enter(arguments)
