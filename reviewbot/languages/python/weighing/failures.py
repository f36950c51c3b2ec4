"""What a candidate says can fail, in the words of the exception knowledge or, where that is silent, in general ones."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from reviewbot.domain.site import Failure
from reviewbot.languages.python.reading.imports import builtin_exception
from reviewbot.languages.python.reading.knowledge import Knowledge, default_rule
from reviewbot.languages.python.weighing.candidates import Candidate
from reviewbot.languages.python.weighing.escapes import lineage
from reviewbot.languages.python.weighing.repository import Repository

_WHEN: Mapping[str, str] = {
    "ValueError": "a value is not what it should be",
    "TypeError": "a value is of another type",
    "KeyError": "the key is missing",
    "IndexError": "there are fewer items",
    "AttributeError": "the object has no such attribute",
    "OSError": "the operating system refuses",
    "FileNotFoundError": "the file does not exist",
    "PermissionError": "access is denied",
    "FileExistsError": "the file is there already",
    "ImportError": "the module cannot be imported",
    "UnicodeDecodeError": "the bytes are not in that encoding",
    "UnicodeEncodeError": "a character has no bytes in that encoding",
    "StopIteration": "there is no next item",
    "TimeoutError": "it takes too long",
    "ConnectionError": "the connection fails",
    "KeyboardInterrupt": "the user interrupts it",
    "EOFError": "the input ends early",
    "ZeroDivisionError": "the divisor is zero",
    "OverflowError": "a number is too large",
    "RuntimeError": "it cannot be done in this state",
    "NotImplementedError": "it is not supported",
    "SyntaxError": "the text is no Python",
    "SystemExit": "the program is asked to end",
    "AssertionError": "what is taken for granted does not hold",
}
"""After Python's "Built-in Exceptions"."""


def failure(one: Candidate, known: Failure | None, repository: Repository, knowledge: Knowledge) -> Failure:
    """The failure of a candidate; ``known`` is what the exception knowledge says of this very callee."""
    if known is not None:
        return known
    exception = knowledge.exception(one.dotted)
    rule = f"py.unhandled.{default_rule(exception)}"
    return Failure(
        exception, when(one, repository), _source(one, repository), rule, _ancestors(one, repository, knowledge)
    )


def when(one: Candidate, repository: Repository) -> str:
    """Completes "raises X when …"."""
    depth = repository.escapes.get(_called(one), {}).get(one.exception)
    if depth is not None:
        return "it cannot do its work" if depth == 0 else "what it calls fails"
    if one.exception in _WHEN:
        return _WHEN[one.exception]
    found = builtin_exception(one.exception)
    return "the operating system refuses" if found is not None and issubclass(found, OSError) else "it fails"


def _source(one: Candidate, repository: Repository) -> str:
    if one.exception in repository.escapes.get(_called(one), {}):
        return f"this repository's {_called(one)}"
    return f"rules/guards/field.json and this repository's own guards of {_called(one) or 'such a call'}"


def _called(one: Candidate) -> str:
    """The last name of what is called; empty where nothing is."""
    keys = next((keys for node, keys in one.nodes if node is one.node), ("",))
    return keys[0].rpartition(".")[2] if isinstance(one.node, ast.Call) else ""


def _ancestors(one: Candidate, repository: Repository, knowledge: Knowledge) -> tuple[str, ...]:
    """Of an exception of the repository's own only built-in bases: the file may have no name for the others."""
    if knowledge.knows_exception(one.dotted):
        return knowledge.ancestors(one.dotted)
    found = next((base for base in lineage(one.exception, repository.classes) if builtin_exception(base)), None)
    return () if found in {None, "Exception", "BaseException"} else (str(found), *knowledge.ancestors(str(found)))
