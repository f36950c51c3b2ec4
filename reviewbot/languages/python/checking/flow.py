"""Definite assignment around inserted handlers: may a name be read that a handler left unbound?

A forward walk over one scope. The state is the names bound on every path (``sure``) and the names that an inserted
handler may have left unbound (``lost``). Only the latter is an error to read: what was doubtful before the edit is
not ours.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from reviewbot.languages.python.reading.scoping import bound, reads

_LEAVING_CALLS = {"sys.exit", "exit", "quit", "os._exit", "os.abort"}


@dataclass(frozen=True)
class State:
    """What is known of the names at one point."""

    sure: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()


Reached = State | None  # None: no path comes here


@dataclass
class Flow:
    """The walk of one scope.

    Attributes:
        inserted: the ``try`` statements of the edit.
        unbound: names that are read where a handler may have left them unbound, with the line.
        ever_lost: every name that was lost anywhere in the scope.
        handler_states: what is known on entry to each inserted handler.
    """

    inserted: frozenset[ast.AST]
    unbound: dict[str, int] = field(default_factory=dict)
    ever_lost: set[str] = field(default_factory=set)
    handler_states: dict[ast.ExceptHandler, State] = field(default_factory=dict)
    _loops: list[dict[str, list[State]]] = field(default_factory=list)

    def run(self, body: Sequence[ast.stmt], known: Iterable[str]) -> Reached:
        """Walk a scope's body; returns what is known where it ends normally."""
        return self._block(body, State(frozenset(known)))

    def _block(self, body: Sequence[ast.stmt], state: Reached) -> Reached:
        for statement in body:
            if state is None:
                return None
            state = self._statement(statement, state)
        return state

    def _statement(self, node: ast.stmt, state: State) -> Reached:
        walk: dict[type[ast.stmt], Callable[..., Reached]] = {
            ast.If: self._if, ast.For: self._for, ast.AsyncFor: self._for, ast.While: self._while, ast.Try: self._try,
            ast.TryStar: self._try, ast.With: self._with, ast.AsyncWith: self._with, ast.Match: self._match,
        }  # fmt: skip
        if type(node) in walk:
            return walk[type(node)](node, state)
        state = self._straight([node], state)
        if isinstance(node, ast.Break | ast.Continue):
            self.ever_lost |= state.lost
            if self._loops:
                self._loops[-1]["break" if isinstance(node, ast.Break) else "continue"].append(state)
            return None
        return None if leaves(node) else state

    def _straight(self, nodes: Sequence[ast.AST], state: State) -> State:
        """Code without branches: read, then bind, then delete."""
        self._read(nodes, state)
        deleted = {
            n.id for top in nodes for n in ast.walk(top) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Del)
        }
        names = bound(nodes)
        return State((state.sure | names) - deleted, state.lost - names)

    def _read(self, nodes: Sequence[ast.AST], state: State) -> None:
        if state.lost:
            for name in (reads(nodes).now | reads(nodes).later) & state.lost:
                self.unbound.setdefault(name, getattr(nodes[0], "lineno", 0))

    def _if(self, node: ast.If, state: State) -> Reached:
        state = self._straight([node.test], state)
        return _join(self._block(node.body, state), self._block(node.orelse, state))

    def _while(self, node: ast.While, state: State) -> Reached:
        def head(at: State) -> State:
            return self._straight([node.test], at)

        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        return self._loop(node, state, head, endless)

    def _for(self, node: ast.For | ast.AsyncFor, state: State) -> Reached:
        state = self._straight([node.iter], state)
        return self._loop(node, state, lambda at: self._straight([node.target], at), False)

    def _loop(
        self, node: ast.For | ast.AsyncFor | ast.While, state: State, head: Callable[[State], State], endless: bool
    ) -> Reached:
        """Twice round is enough: ``lost`` only grows with the first round, ``sure`` is that before the loop."""
        entry, ends = state, list[State]()
        for _ in range(2):
            self._loops.append({"break": [], "continue": []})
            end = self._block(node.body, head(entry))
            jumps = self._loops.pop()
            ends = jumps["break"]
            for back in [*([end] if end else []), *jumps["continue"]]:
                entry = State(entry.sure & back.sure, entry.lost | back.lost)
        done: Reached = None if endless else self._block(node.orelse, entry)
        for one in ends:
            done = _join(done, one)
        return done

    def _with(self, node: ast.With | ast.AsyncWith, state: State) -> Reached:
        return self._block(node.body, self._straight(list(node.items), state))

    def _match(self, node: ast.Match, state: State) -> Reached:
        state = self._straight([node.subject], state)
        done: Reached = state
        for case in node.cases:
            entry = self._straight([part for part in (case.pattern, case.guard) if part], state)
            done = _join(done, self._block(case.body, entry))
        return done

    def _try(self, node: ast.Try | ast.TryStar, state: State) -> Reached:
        body = self._block(node.body, state)
        done = None if body is None else self._block(node.orelse, body)
        names = bound([*node.body, *node.orelse])
        new = node in self.inserted
        missing = names - state.sure if new or self._holds_inserted(node) else set()
        for handler in node.handlers:
            done = _join(done, self._handler(handler, State(state.sure, state.lost | missing), new))
        if not node.finalbody:
            return done
        inside = State(state.sure, state.lost | missing | (done.lost if done else frozenset()))
        self._block(node.finalbody, inside)
        return None if done is None else self._block(node.finalbody, done)

    def _holds_inserted(self, node: ast.AST) -> bool:
        return any(part in self.inserted for part in ast.walk(node))

    def _handler(self, handler: ast.ExceptHandler, state: State, new: bool) -> Reached:
        if new:
            self.handler_states[handler] = state
        name = {handler.name} if handler.name else set()
        end = self._block(handler.body, State(state.sure | name, state.lost - name))
        if end is None:
            return None
        if new:
            self.ever_lost |= end.lost
        return State(end.sure - name, end.lost)


def leaves(node: ast.stmt) -> bool:
    """Whether nothing after the statement runs: ``return``, ``raise``, or a call that never returns."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return ast.unparse(node.value.func) in _LEAVING_CALLS
    return isinstance(node, ast.Return | ast.Raise)


def _join(one: Reached, other: Reached) -> Reached:
    if one is None or other is None:
        return one or other
    return State(one.sure & other.sure, one.lost | other.lost)
