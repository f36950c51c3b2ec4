"""Parsing of hostile Python: every way in which the compiler can fail is one error."""

from __future__ import annotations

import ast
import re
import threading
import warnings

_LONE_RETURN = re.compile(r"\r(?!\n)")
_quiet = threading.Lock()  # warnings.catch_warnings changes the whole process


class Unparsable(Exception):
    """The text is no Python that we can check; the message says why."""


def parse(text: str) -> ast.Module:
    """The syntax tree of a whole file, which must also compile (a ``return`` outside a function does not).

    Raises:
        Unparsable: it does not, or its lines are not those that git counts.
    """
    if _LONE_RETURN.search(text):
        raise Unparsable("the file has carriage returns that git does not count as line ends")
    try:
        with _quiet, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
            compile(tree, "<file>", "exec", dont_inherit=True)
    except SyntaxError as error:
        raise Unparsable(f"line {error.lineno}: {error.msg}") from error
    except ValueError as error:
        raise Unparsable(str(error)) from error
    except (RecursionError, MemoryError) as error:
        raise Unparsable("it is nested too deeply") from error
    return tree
