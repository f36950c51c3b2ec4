"""Printing: results on standard output, words about them on standard error."""

from __future__ import annotations

import os
import sys

from rich.console import Console
from rich.text import Text

from reviewbot.publish.visible import visible_line


def emit(text: str) -> None:
    """Write a result to standard output. A reader who has gone away is no failure: the rest is dropped in silence."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        silence()


def silence() -> None:
    """Let standard output end in nothing, so that the interpreter's own flush at exit does not complain."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)


def emit_text(text: Text) -> None:
    """Write styled text: coloured on a terminal (``NO_COLOR`` and ``TERM=dumb`` are heard), plain in a pipe."""
    console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)
    with console.capture() as captured:
        console.print(text, end="")
    emit(captured.get())


def tell(sentence: str) -> None:
    """Say something about the work on standard error."""
    print(visible_line(sentence), file=sys.stderr)
