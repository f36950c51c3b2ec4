"""Run a region before and after the edit, without and with each fault, and print what was seen as one line of JSON."""

# ruff: noqa: ANN401 - a region may hold anything
from __future__ import annotations

import builtins
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

from .exceptions import Classes, make_class, make_instance
from .stubs import Stub, describe, take
from .world import POLICIES, EndlessError, Fault, World

_MOST_YIELDS = 50
_STUBBED = (
    "open", "input", "print", "exec", "eval", "compile", "__import__", "breakpoint", "exit", "quit", "help", "globals",
    "locals", "vars", "super", "copyright", "credits", "license",
)  # fmt: skip
_BY_NAME: Mapping[str, Callable[..., Any]] = {
    "getattr": getattr,
    "hasattr": hasattr,
    "setattr": setattr,
    "delattr": delattr,
}
UNBOUND = "<unbound>"
"""Stands for the value of a name that is not bound."""


def main(spec_text: str, argv: list[str]) -> None:
    """Run all of ``spec_text`` (see ``languages.python.fault_plan``); ``argv[1]`` proves that the output is ours."""
    tell(argv, lambda: observe(json.loads(spec_text)))


def tell(argv: list[str], observed: Callable[[], Mapping[str, Any]]) -> None:
    """Print what is observed as the only output of this process, and end it."""
    nonce = argv.pop()
    output = os.dup(1)
    silence = os.open("/dev/null", os.O_RDWR)
    os.dup2(silence, 1)
    told = {"nonce": nonce, **observed()}
    os.write(output, json.dumps(told).encode() + b"\n")
    os._exit(0)  # nothing of the region's runs any more


def observe(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What happened in each run, without a verdict."""
    classes = Classes()
    for path, how in spec["classes"].items():
        classes.find(path, *how)
    regions = {side: compile(spec[side], f"<{side}>", "exec", dont_inherit=True) for side in ("before", "after")}

    def run(side: str, policy: int, fault: Fault | None = None) -> tuple[World, dict[str, Any], str]:
        world = World(policy, classes, fault)
        return world, *_run(regions[side], world, spec)

    return {
        "same": [_same(policy, run, tuple(classes[path] for path in spec["caught"])) for policy in range(POLICIES)],
        "faults": [_fault(site, path, classes, run) for site, path in spec["faults"]],
    }


_Run = Callable[..., tuple[World, dict[str, Any], str]]


def _same(policy: int, run: _Run, caught: tuple[type, ...]) -> dict[str, Any]:
    """A world that itself raises what the draft catches, such as an iterator without items, says nothing here."""
    (world, before, one), (_, _, other) = run("before", policy), run("after", policy)
    return {
        "policy": policy,
        "equal": one == other,
        "faulty": isinstance(world.escaped, caught),
        "ended": before["kind"] != "endless" and (world.escaped is None or deliberate(world)),
        "outcome": before,
    }


def deliberate(world: World) -> bool:
    """Whether what escaped was raised by a ``raise`` of the region's own."""
    raised = world.raised
    return world.escaped is raised or (isinstance(raised, type) and isinstance(world.escaped, raised))


def _fault(site: int, path: str, classes: Mapping[str, type], run: _Run) -> dict[str, Any]:
    """The first policy under which the site is reached decides."""
    told: dict[str, Any] = {"site": site, "exception": path, "reached": False, "before": None, "after": None}
    try:
        make_instance(classes[path])
    except TypeError as error:
        return {**told, "problem": str(error)}
    fault = (site, lambda: make_instance(classes[path]))
    for policy in range(POLICIES):
        world, before, _ = run("before", policy, fault)
        if world.injected is not None:
            _, after, _ = run("after", policy, fault)
            return {**told, "reached": True, "before": before, "after": after, "problem": ""}
    return {**told, "problem": "no path reaches it"}


def _run(code: CodeType, world: World, spec: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The outcome of one run, and a digest of all that could be observed."""
    space = namespace(world, spec["names"])
    exec(code, space)  # only defines the region as a function; this is the sandbox
    ended = outcome(space["__rb_region__"], world, spec["kind"])
    bindings = {name: describe(space[name]) if name in space else UNBOUND for name in spec["bindings"]}
    seen = json.dumps([ended, world.trace, bindings], sort_keys=True)
    return ended, hashlib.sha256(seen.encode("utf-8", "replace")).hexdigest()


def namespace(world: World, names: Mapping[str, str]) -> dict[str, Any]:
    """The globals of a region: each free name is a stub or an exception class, each ``__rb_…__`` is ours."""
    safe = dict(vars(builtins))
    safe.update({name: Stub(world, name, name) for name in _STUBBED})
    safe.update({"isinstance": _isinstance, "issubclass": _issubclass})
    safe.update({"id": lambda value: zlib.crc32(describe(value).encode("utf-8", "replace"))})
    safe.update({name: _named(function) for name, function in _BY_NAME.items()})
    safe["ord"] = lambda text: ord("x") if isinstance(text, Stub) else ord(text)
    safe["__import__"] = lambda name, *_: Stub(world, name.split(".")[0], name.split(".")[0])
    space: dict[str, Any] = {"__builtins__": safe, "__name__": "region"}
    for name, path in names.items():
        space[name] = world.classes[path] if path in world.classes else Stub(world, name, path)
    space |= {
        "__rb_call__": lambda site, callee: _guarded(world, site, callee),
        "__rb_item__": lambda site, value: _Subscript(world, site, value),
        "__rb_value__": lambda site, value=None: _reached(world, site, value),
        "__rb_int__": lambda value, base: int(value) if isinstance(value, Stub) else int(value, base),
        "__rb_text__": lambda text: Stub(world, repr(text)),
        "__rb_take__": take,
        "__rb_each__": lambda values, shape: (take(value, shape) for value in values),
        "__rb_aeach__": _aeach,
        "__rb_raise__": lambda error: _raised(world, error),
        "__rb_types__": _types,
        "__rb_loop__": world.loop,
        "__rb_fall__": world.fall,
        "__rb_end__": world.end,
    }
    return space


def _guarded(world: World, site: int, callee: Any) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        world.reach(site)
        return callee(*args, **kwargs)

    return call


def _reached(world: World, site: int, value: Any) -> Any:
    world.reach(site)
    return value


def _named(function: Callable[..., Any]) -> Callable[..., Any]:
    """``getattr`` and its like, for a name that is a stub."""
    return lambda thing, name, *more: function(thing, str(name) if isinstance(name, Stub) else name, *more)


def _raised(world: World, error: Any) -> Any:
    world.raised = make_class(describe(error), (Exception,))() if isinstance(error, Stub) else error
    return world.raised


class _Subscript:
    """``value[key]`` that can be made to fail."""

    def __init__(self, world: World, site: int, value: Any) -> None:
        self._world, self._site, self._value = world, site, value

    def __getitem__(self, key: Any) -> Any:
        self._world.reach(self._site)
        return self._value[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._world.reach(self._site)
        self._value[key] = value

    def __delitem__(self, key: Any) -> None:
        self._world.reach(self._site)
        del self._value[key]


async def _aeach(values: Any, shape: Any) -> Any:
    async for value in values:
        yield take(value, shape)


def _types(kinds: Any) -> Any:
    """What an ``except`` clause names; a stub there is a class that nothing is an instance of."""
    if isinstance(kinds, tuple):
        return tuple(_types(kind) for kind in kinds)
    return make_class("Unknown", (Exception,)) if isinstance(kinds, Stub) else kinds


def _isinstance(value: Any, kinds: Any) -> bool:
    kinds = kinds if isinstance(kinds, tuple) else (kinds,)
    return any(not isinstance(kind, Stub) and isinstance(value, kind) for kind in kinds)


def _issubclass(value: Any, kinds: Any) -> bool:
    kinds = kinds if isinstance(kinds, tuple) else (kinds,)
    return isinstance(value, type) and any(not isinstance(kind, Stub) and issubclass(value, kind) for kind in kinds)


def outcome(region: Callable[[], Any], world: World, kind: str) -> dict[str, Any]:
    """How the region ended. Everything that can escape it is what we are here to see, hence the wide ``except``."""
    try:
        value = _DRIVERS[kind](region, world)
    except EndlessError:
        return _told("endless", "", False, False, "")
    except BaseException as error:  # noqa: BLE001
        world.escaped = error
        return _escaped(error, world)
    return _told(_normal_kind(world), "", False, False, describe(value))


def _escaped(error: BaseException, world: World) -> dict[str, Any]:
    fault = world.injected
    cause = fault is not None and error is not fault and error.__cause__ is fault
    same = fault is not None and not cause and (error is fault or type(error) is type(fault))
    if isinstance(error, SystemExit):
        return _told("exit", "SystemExit", same, cause, describe(error.code))
    return _told("raised", type(error).__name__, same, cause, describe(error))


def _normal_kind(world: World) -> str:
    """Loops: what became of the item at which the fault came."""
    if not world.rounds:
        return "fell" if world.fell else "returned"
    item = max(world.injected_round, 1)
    if ("fell", item) in world.rounds:
        return "fell"
    return "continued" if ("begin", item + 1) in world.rounds else "broke" if world.ended else "returned"


def _told(kind: str, error: str, injected: bool, cause: bool, detail: str) -> dict[str, Any]:
    return {"kind": kind, "type": error, "injected": injected, "cause": cause, "detail": detail}


def _plain(region: Callable[[], Any], world: World) -> Any:
    return region()


def _generator(region: Callable[[], Any], world: World) -> Any:
    running = region()
    for _ in range(_MOST_YIELDS):
        try:
            world.note(f"yield {describe(next(running))}")
        except StopIteration as end:
            return end.value
    raise EndlessError


def _coroutine(region: Callable[[], Any], world: World) -> Any:
    """Everything that can be awaited here is ready at once, so no event loop is needed."""
    running = region()
    try:
        running.send(None)
    except StopIteration as end:
        return end.value
    finally:
        running.close()
    raise EndlessError


def _async_generator(region: Callable[[], Any], world: World) -> Any:
    running = region()
    for _ in range(_MOST_YIELDS):
        try:
            world.note(f"yield {describe(_coroutine(running.__anext__, world))}")
        except StopAsyncIteration:
            return None
    raise EndlessError


_DRIVERS: Mapping[str, Callable[[Callable[[], Any], World], Any]] = {
    "plain": _plain,
    "generator": _generator,
    "coroutine": _coroutine,
    "async generator": _async_generator,
}
