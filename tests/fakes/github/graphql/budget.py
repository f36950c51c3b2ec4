"""GitHub's limits on a query: a page of at most 100, at most 500,000 nodes, and what it costs of the hourly points.

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLIncludeDirective,
    GraphQLSchema,
    GraphQLSkipDirective,
    OperationDefinitionNode,
    get_named_type,
)
from graphql.execution.values import get_argument_values, get_directive_values

MAX_PAGE = 100
MAX_NODES = 500_000


@dataclass(frozen=True)
class Broken:
    """A limit that a query breaks; `path` leads to the connection, empty for the whole query."""

    kind: str
    path: tuple[str, ...]
    message: str
    location: tuple[int, int] | None = None


@dataclass
class Budget:
    """Reckons one query. `nodes` is how many it may give, `requests` how many look-ups GitHub counts for it."""

    schema: GraphQLSchema
    document: DocumentNode
    variables: Any
    nodes: int = 0
    requests: int = 0
    broken: Broken | None = None

    @property
    def cost(self) -> int:
        """Points: the look-ups by a hundred, at least one."""
        return max(1, round(self.requests / 100))

    def reckon(self, operation: OperationDefinitionNode) -> Budget:
        root = self.schema.get_root_type(operation.operation)
        self._walk(operation.selection_set, root, 1, ())
        if self.broken is None and self.nodes > MAX_NODES:
            told = (
                f"This query requests up to {self.nodes:,} possible nodes which exceeds the maximum limit of 500,000."
            )
            self.broken = Broken("MAX_NODE_LIMIT_EXCEEDED", (), told)
        return self

    def _walk(self, selected: Any, parent: Any, times: int, path: tuple[str, ...]) -> None:
        for one in selected.selections if selected else ():
            if self._left_out(one):
                continue
            if not isinstance(one, FieldNode):
                self._walk_fragment(one, parent, times, path)
                continue
            field = getattr(parent, "fields", {}).get(one.name.value)
            if field is None:  # `__typename`
                continue
            below, kind = times, get_named_type(field.type)
            here = (*path, (one.alias or one.name).value)
            if kind.name.endswith("Connection"):
                size = self._size(one, field, here)
                self.requests += times
                self.nodes += times * size
                below = times * size
            self._walk(one.selection_set, kind, below, here)

    def _left_out(self, one: Any) -> bool:
        """By `@skip` or `@include`."""
        skip = get_directive_values(GraphQLSkipDirective, one, self.variables)
        include = get_directive_values(GraphQLIncludeDirective, one, self.variables)
        return bool(skip and skip["if"]) or bool(include and not include["if"])

    def _walk_fragment(self, one: Any, parent: Any, times: int, path: tuple[str, ...]) -> None:
        if one.kind == "fragment_spread":
            named = (d for d in self.document.definitions if isinstance(d, FragmentDefinitionNode))
            one = next(d for d in named if d.name.value == one.name.value)
        on = self.schema.type_map[one.type_condition.name.value] if one.type_condition else parent
        self._walk(one.selection_set, on, times, path)

    def _size(self, node: FieldNode, field: Any, path: tuple[str, ...]) -> int:
        given = get_argument_values(field, node, self.variables)
        name = node.name.value
        sizes = {side: given[side] for side in ("first", "last") if given.get(side) is not None}
        if not sizes:
            told = f"You must provide a `first` or `last` value to properly paginate the `{name}` connection."
            self._break("MISSING_PAGINATION_BOUNDARIES", path, told, node)
        for side, size in sizes.items():
            if size > MAX_PAGE:
                told = (
                    f"Requesting {size} records on the `{name}` connection exceeds the `{side}` limit of 100 records."
                )
                self._break("EXCESSIVE_PAGINATION", path, told, node)
            if size < 0:
                told = f"`{side}` on the `{name}` connection cannot be less than zero."
                self._break("ARGUMENT_ERROR", path, told, node)
        return int(min([*sizes.values(), MAX_PAGE]))

    def _break(self, kind: str, path: tuple[str, ...], message: str, node: FieldNode) -> None:
        start = node.loc.start_token if node.loc else None
        where = (start.line, start.column) if start else None
        self.broken = self.broken or Broken(kind, path, message, where)
