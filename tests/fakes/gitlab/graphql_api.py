"""`/api/graphql`: queries, executed by graphql-core against GitLab's own names and types.

Limits: https://docs.gitlab.com/api/graphql/#limits (100 a page, complexity 250 with a token, 10,000 characters).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    execute_sync,
    parse,
    validate,
)
from graphql.error import GraphQLError
from graphql.language.ast import DocumentNode, IntValueNode, VariableNode

from tests.fakes.github.access import Answer
from tests.fakes.gitlab.graphql_shapes import MAX_PAGE, GraphShapes
from tests.fakes.gitlab.model import Token
from tests.fakes.gitlab.shapes import Shapes

SCHEMA = Path(__file__).parent.parent.parent / "data" / "gitlab_api" / "schema.graphql"
MAX_COMPLEXITY, MAX_COMPLEXITY_OF_A_GUEST = 250, 200
MAX_QUERY = 10_000
"""Characters of a query."""
_WEIGHED = {"commits": 2, "labels": 5, "author": 1, "sourceBranchProtected": 2, "mergedAt": 5}
"""Fields that count for more than one (their `complexity`, and one more for a call to Gitaly)."""
_MULTIPLIED = {"notes", "labels"}
"""Connections with a resolver: they count twice at 100 a page."""


@cache
def schema() -> GraphQLSchema:
    return build_schema(SCHEMA.read_text(encoding="utf-8"))


def answer(shapes: Shapes, token: Token | None, body: bytes, violations: list[str]) -> Answer:
    """The answer to a query. What GitLab's schema does not have goes to `violations` too."""
    try:
        data = json.loads(body)
        query, variables = data["query"], data.get("variables") or {}
    except (ValueError, KeyError, TypeError):
        return _errors("Unexpected end of document")
    if len(query) > MAX_QUERY:
        return _errors(f"Query too large, it may not exceed {MAX_QUERY} characters")
    try:
        document = parse(query)
    except GraphQLError as error:
        violations.append(f"graphql: {error.message}")
        return _errors(error.message)
    wrong = validate(schema(), document)
    if wrong:
        violations += [f"graphql: {error.message}" for error in wrong]
        return _errors(*(error.message for error in wrong))
    limit = MAX_COMPLEXITY if token else MAX_COMPLEXITY_OF_A_GUEST
    score = complexity(document, variables)
    if score > limit:
        return _errors(f"Query has complexity of {score}, which exceeds max complexity of {limit}")
    root = GraphShapes(shapes, token, {"limit": limit, "score": score}).root()
    result = execute_sync(schema(), document, root, variable_values=variables, operation_name=data.get("operationName"))
    return Answer(200, result.formatted)


def complexity(document: DocumentNode, variables: dict[str, Any]) -> int:
    """The score of the costliest operation: one a field, more for some, and more for a long page."""
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    return max((int(_score(one.selection_set, fragments, variables)) for one in operations), default=0)


def _score(
    chosen: SelectionSetNode | None, fragments: dict[str, FragmentDefinitionNode], variables: dict[str, Any]
) -> float:
    total = 0.0
    for one in chosen.selections if chosen else ():
        if isinstance(one, FragmentSpreadNode):
            total += _score(fragments[one.name.value].selection_set, fragments, variables)
        elif isinstance(one, FieldNode):
            own = _WEIGHED.get(one.name.value, 1) + _score(one.selection_set, fragments, variables)
            total += own * (1 + (_page(one, variables) * 0.01 if one.name.value in _MULTIPLIED else 0))
        else:
            total += _score(getattr(one, "selection_set", None), fragments, variables)
    return total


def _page(field: FieldNode, variables: dict[str, Any]) -> int:
    asked = [MAX_PAGE]
    for argument in field.arguments or ():
        if argument.name.value in ("first", "last"):
            value = argument.value
            if isinstance(value, IntValueNode):
                asked.append(int(value.value))
            elif isinstance(value, VariableNode) and isinstance(variables.get(value.name.value), int):
                asked.append(variables[value.name.value])
    return min(asked)


def _errors(*messages: str) -> Answer:
    return Answer(200, {"errors": [{"message": message} for message in messages]})
