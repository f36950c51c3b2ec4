"""The way in and every way out: exit codes, one-sentence errors, no traceback at the user."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from types import TracebackType
from typing import NoReturn

import typer
from typer.main import get_command

from reviewbot.cli.app import app
from reviewbot.domain.errors import ReviewbotError
from reviewbot.publish.visible import visible

USAGE = 2
NOT_COMPLETED = 3
INTERRUPTED = 128 + signal.SIGINT


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit: 0 done, 1 findings at or over ``--fail-on``, 2 usage or configuration, 3 not completed.

    130 after Ctrl-C, as shells expect. Errors are one sentence on standard error.
    """
    sys.excepthook = report_unexpected
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    try:
        # Not ``app(…)``, which would put typer's own hook for exceptions in the place of ours.
        code = get_command(app).main(arguments, prog_name="reviewbot", standalone_mode=False)
        sys.stdout.flush()
    except ReviewbotError as error:
        return complain(str(error), error.exit_code)
    except typer.TyperException as error:
        return refuse(error.format_message())
    except (typer.Abort, KeyboardInterrupt):
        return complain("Interrupted.", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has seen enough. The interpreter would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0


def refuse(message: str) -> int:
    """Say what is wrong with the arguments; where there are none at all, ``message`` is the help."""
    if message.startswith("Usage:"):
        print(message, file=sys.stderr)
        return USAGE
    return complain(f"{message.replace('Value error, ', '')} See 'reviewbot --help'.", USAGE)


def complain(sentence: str, code: int) -> int:
    """Say what is wrong on standard error; gives ``code`` back."""
    print(f"reviewbot: {visible(' '.join(sentence.split()))}", file=sys.stderr)
    return code


def report_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> NoReturn:
    """The hook for what nobody foresaw: the traceback goes to a file, one sentence to the user."""
    lines = traceback.format_exception(kind, error, trace)
    with tempfile.NamedTemporaryFile(
        "w", prefix="reviewbot-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as file:
        file.writelines(lines)
    complain(f"Something unexpected happened ({kind.__name__}); please report it with {file.name}.", NOT_COMPLETED)
    sys.stdout.flush()
    os._exit(NOT_COMPLETED)
