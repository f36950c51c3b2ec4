"""Run a ``try`` statement before and after a mend, with and without faults in its body, and print what was seen.

No verdict is given here. A run is told by how it ended, what escaped and with which cause, which marks were passed, and
a digest of everything else that could be observed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any, Literal

from .exceptions import Classes, make_instance
from .run import UNBOUND, deliberate, namespace, outcome, tell
from .stubs import Stub, describe
from .world import POLICIES, Fault, World

_MARK = "site "
_JUMP = 300
_MOST_MARKS = 20


class File(Stub):
    """An open file that remembers whether it was closed; ``with`` gives the file itself, as a real one does."""

    __slots__ = ("_rb_closed",)

    def __enter__(self) -> File:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, traceback: object) -> Literal[False]:
        object.__setattr__(self, "_rb_closed", True)
        return False


def main(spec_text: str, argv: list[str]) -> None:
    """Run all of ``spec_text`` (see ``languages.python.mending.experiment``)."""
    tell(argv, lambda: observe(json.loads(spec_text)))


def observe(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Every run of every policy: the one without a fault, then each fault; ``before`` and ``after`` side by side."""
    classes = Classes()
    for path, how in spec["classes"].items():
        classes.find(path, *how)
    codes = {side: compile(spec[side], f"<{side}>", "exec", dont_inherit=True) for side in ("before", "after")}
    runs = []
    for policy in range(POLICIES):
        for site, path in [(-1, ""), *spec["faults"]]:
            runs.append(_both(codes, spec, classes, policy, (site, path)))
    return {"runs": runs}


def _both(
    codes: Mapping[str, CodeType], spec: Mapping[str, Any], classes: Classes, policy: int, what: tuple[int, str]
) -> dict[str, Any]:
    site, path = what
    told = {"policy": policy, "site": site, "exception": path, "until": False, "before": None, "after": None}
    fault: Fault | None = None
    if path:
        try:
            make_instance(classes[path])
        except TypeError:
            return told
        fault = (site, lambda: make_instance(classes[path]))
    worlds = {side: World(policy, classes, fault) for side in codes}
    seen = {side: _run(code, worlds[side], spec) for side, code in codes.items()}
    reached = not path or all(one["reached"] for one in seen.values())
    return {**told, "until": _until(worlds["before"], worlds["after"]), **seen} if reached else told


def _run(code: CodeType, world: World, spec: Mapping[str, Any]) -> dict[str, Any]:
    space, opened = namespace(world, spec["names"]), list[File]()
    if spec["files"]:
        space["__builtins__"]["open"] = _opener(world, opened)
    exec(code, space)  # only defines the region as a function; this is the sandbox
    ended = outcome(space["__rb_region__"], world, spec["kind"])
    bindings = {name: describe(space[name]) if name in space else UNBOUND for name in spec["bindings"]}
    seen = json.dumps([_events(world), world.rounds, bindings], sort_keys=True)
    return {
        "reached": world.injected is not None,
        "kind": ended["kind"],
        "type": ended["type"],
        "detail": ended["detail"],
        "escaped": world.escaped is not None and world.escaped is world.injected,
        "deliberate": world.escaped is not None and deliberate(world),
        "cause": _cause(world),
        "left_open": sum(not file._rb_closed for file in opened),
        "marks": [int(event.removeprefix(_MARK)) for event in world.trace if event.startswith(_MARK)][-_MOST_MARKS:],
        "digest": hashlib.sha256(seen.encode("utf-8", "replace")).hexdigest(),
    }


def _opener(world: World, opened: list[File]) -> Callable[..., File]:
    def open_file(*args: object, **kwargs: object) -> File:
        called = Stub(world, "open", "open")(*args, **kwargs)
        file = File(world, called._rb_label)
        object.__setattr__(file, "_rb_closed", False)
        opened.append(file)
        return file

    return open_file


def _events(world: World) -> list[str]:
    return [event for event in world.trace if not event.startswith(_MARK)]


def _until(before: World, after: World) -> bool:
    """Whether all that the second saw is what the first saw up to a jump that throws exceptions away."""
    cuts = [at for at, event in enumerate(before.trace) if event == f"{_MARK}{_JUMP}"]
    seen = _events(after)
    return any([event for event in before.trace[:cut] if not event.startswith(_MARK)] == seen for cut in cuts)


def _cause(world: World) -> str:
    cause = world.escaped.__cause__ if world.escaped is not None else None
    if cause is None:
        return "none"
    if cause is world.injected:
        return "injected"
    return "context" if world.escaped is not None and cause is world.escaped.__context__ else "other"
