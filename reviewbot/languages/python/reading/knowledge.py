"""What is known of callables outside the reviewed code: what they raise, when, and how often that matters."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from reviewbot.domain.errors import KnowledgeError
from reviewbot.domain.site import Failure
from reviewbot.languages.python.reading import knowledge_files

_NOT_LISTED = frozenset({"Exception", "BaseException", "object"})

# Other names of built-in exceptions (PEP 3151; "What's New in Python 3.10" and 3.11 for the time-outs).
_BUILTIN_ALIASES: Mapping[str, str] = {
    "IOError": "OSError",
    "EnvironmentError": "OSError",
    "os.error": "OSError",
    "select.error": "OSError",
    "socket.error": "OSError",
    "mmap.error": "OSError",
    "socket.timeout": "TimeoutError",
    "asyncio.TimeoutError": "TimeoutError",
    "asyncio.exceptions.TimeoutError": "TimeoutError",
    "concurrent.futures.TimeoutError": "TimeoutError",
}


@dataclass(frozen=True)
class Raise:
    """One failure of a callable. ``likelihood``: 0 to 1, how often it deserves a guard near an unguarded call."""

    failure: Failure
    likelihood: float


@dataclass(frozen=True)
class KnownCallable:
    """A callable from outside the reviewed code.

    Attributes:
        name: canonical: ``json.load``, ``pathlib.Path.read_text``, ``os.environ[]``.
        returns: canonical type of the result; ``object`` is data of no known type; None where it does not matter.
        input: position or keyword of the argument that comes from outside; None where there is none.
        safe: when it cannot fail, in the words of ``rules/raises/schema.json``.
        raises: what it raises, most likely first.
    """

    name: str
    returns: str | None = None
    input: int | str | None = None
    safe: frozenset[str] = frozenset()
    raises: tuple[Raise, ...] = ()


@dataclass(frozen=True)
class Knowledge:
    """All that is known. Lookups take canonical names and aliases alike.

    Attributes:
        callables: by canonical name and by alias.
        bases: of each exception that is not a built-in, its base classes, nearest first.
        exception_aliases: other names of exceptions, to the canonical ones.
    """

    callables: Mapping[str, KnownCallable] = field(default_factory=dict)
    bases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exception_aliases: Mapping[str, str] = field(default_factory=dict)

    def callable(self, name: str) -> KnownCallable | None:
        """What is known of ``name``."""
        return self.callables.get(name)

    def exception(self, name: str) -> str:
        """The canonical name of an exception: ``IOError`` is ``OSError``, ``builtins.ValueError`` is ``ValueError``."""
        name = name.removeprefix("builtins.")
        return _BUILTIN_ALIASES.get(name) or self.exception_aliases.get(name, name)

    def knows_exception(self, name: str) -> bool:
        """Whether the bases of ``name`` are known."""
        canonical = self.exception(name)
        return canonical in self.bases or _builtin_exception(canonical) is not None

    def ancestors(self, exception: str) -> tuple[str, ...]:
        """Base classes by canonical name, nearest first, up to but without ``Exception``."""
        canonical = self.exception(exception)
        return _ancestors(canonical, self.bases, self.exception_aliases)

    def catches(self, handler: str, exception: str) -> bool:
        """Whether ``except handler`` catches ``exception``; every handler of ``Exception`` does."""
        handler = self.exception(handler)
        canonical = self.exception(exception)
        if handler in {canonical, "BaseException"}:
            return True
        if handler == "Exception":
            found = _builtin_exception(canonical)
            return found is None or issubclass(found, Exception)
        return handler in self.ancestors(canonical)

    @cached_property
    def last_names(self) -> frozenset[str]:
        """The last part of every callable's name: what a call must be spelled with to be worth a closer look."""
        return frozenset(name.rpartition(".")[2] for name in self.callables)

    @cached_property
    def owners(self) -> frozenset[str]:
        """What a known callable belongs to: modules and types."""
        return frozenset(name.removesuffix("[]").rpartition(".")[0] for name in self.callables) | frozenset(
            name.removesuffix("[]") for name in self.callables if name.endswith("[]")
        )


def load(rules: Path, extra: Mapping[str, bytes] | None = None) -> Knowledge:
    """The shipped knowledge in ``rules/raises/*.yaml`` with a repository's own on top.

    Args:
        rules: the rules folder.
        extra: a repository's ``.reviewbot/raises/*.yaml`` by path, from the base branch; believed, but not trusted to
            be small or well-formed. An entry replaces the shipped one of the same name.

    Raises:
        KnowledgeError: a file does not follow ``rules/raises/schema.json``; the message names file and key.
    """
    shipped = _shipped(rules, knowledge_files.stamp(rules))
    if not extra:
        return shipped
    return _build(knowledge_files.read_extra(rules, extra), shipped)


@lru_cache(maxsize=4)
def _shipped(rules: Path, stamp: tuple[tuple[str, int, int], ...]) -> Knowledge:
    """The shipped knowledge, read once a process; ``stamp`` makes it anew when a file was edited."""
    return _build(knowledge_files.read_shipped(rules, [name for name, _, _ in stamp]), Knowledge())


def _build(documents: Iterable[tuple[str, knowledge_files.Document]], ground: Knowledge) -> Knowledge:
    documents = tuple(documents)
    bases, aliases = dict(ground.bases), dict(ground.exception_aliases)
    rules: dict[str, str] = {}
    for _, document in documents:
        for name, entry in (document.get("exceptions") or {}).items():
            bases[name] = tuple(entry.get("bases", ()))
            aliases.update(dict.fromkeys(entry.get("aliases", ()), name))
            if "rule" in entry:
                rules[name] = entry["rule"]
    half = Knowledge({}, bases, aliases)
    callables = dict(ground.callables)
    for path, document in documents:
        for name, entry in (document.get("callables") or {}).items():
            known = _callable(path, name, entry, half, rules)
            callables.update(dict.fromkeys((name, *entry.get("aliases", ())), known))
    return Knowledge(callables, bases, aliases)


def _callable(
    path: str, name: str, entry: knowledge_files.Document, half: Knowledge, rules: Mapping[str, str]
) -> KnownCallable:
    raises = []
    for one in entry.get("raises", ()):
        exception = half.exception(one["exception"])
        rule = one.get("rule") or rules.get(exception) or default_rule(exception)
        if not half.knows_exception(exception):
            raise KnowledgeError(
                f"{path}: callables.{name} raises {exception}, which is no built-in: list its bases under exceptions."
            )
        failure = Failure(exception, one["when"], one["source"], f"py.unhandled.{rule}", half.ancestors(exception))
        raises.append(Raise(failure, float(one["likelihood"])))
    raises.sort(key=lambda r: -r.likelihood)
    safe = frozenset(entry.get("safe", ()))
    return KnownCallable(name, entry.get("returns"), entry.get("input"), safe, tuple(raises))


def default_rule(exception: str) -> str:
    """``FileNotFoundError`` → ``file-not-found``: the rule of an exception that names none."""
    last = exception.rpartition(".")[2].removesuffix("Error").removesuffix("Exception") or "error"
    parts = "".join(
        f"-{c.lower()}" if c.isupper() and i and not last[i - 1].isupper() else c.lower() for i, c in enumerate(last)
    )
    return parts.replace("_", "-")


def _builtin_exception(name: str) -> type[BaseException] | None:
    found = getattr(builtins, name, None)
    return found if isinstance(found, type) and issubclass(found, BaseException) else None


def _ancestors(name: str, bases: Mapping[str, tuple[str, ...]], aliases: Mapping[str, str]) -> tuple[str, ...]:
    found = _builtin_exception(name)
    if found is not None:
        return tuple(c.__name__ for c in found.__mro__[1:] if c.__name__ not in _NOT_LISTED)
    seen: dict[str, None] = {}
    queue = [*bases.get(name, ())]
    while queue:
        base = queue.pop(0)
        base = _BUILTIN_ALIASES.get(base) or aliases.get(base, base)
        if base in seen or base == name or base in _NOT_LISTED:
            continue
        seen[base] = None
        inherited = _builtin_exception(base)
        more = [c.__name__ for c in inherited.__mro__[1:]] if inherited else bases.get(base, ())
        queue += [b for b in more if b not in seen]
    return tuple(seen)
