"""`POST /api/graphql`: from a request's body to GitHub's answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    execute_sync,
    get_operation_ast,
    get_variable_values,
    parse,
    validate,
)

from tests.fakes.github.access import Answer, problem
from tests.fakes.github.graphql import lookup, repositories
from tests.fakes.github.graphql.budget import Broken, Budget
from tests.fakes.github.graphql.context import Context, Refused
from tests.fakes.github.graphql.mutations import MUTATIONS
from tests.fakes.github.graphql.people import person
from tests.fakes.github.hub import Hub
from tests.fakes.github.model import Token
from tests.fakes.github.shapes import when
from tests.fakes.github.shapes_checks import FakeShapes

EXTRACT = Path(__file__).parent.parent.parent.parent / "data" / "github" / "schema.graphql"
RESOURCE = "graphql"


@cache
def schema() -> GraphQLSchema:
    """GitHub's schema, as far as the fake serves it."""
    return build_schema(EXTRACT.read_text(encoding="utf-8"))


def answer(hub: Hub, shapes: FakeShapes, token: Token, body: bytes) -> tuple[Answer, list[str]]:
    """The answer, and where the request or the answer was not GitHub's."""
    try:
        given = json.loads(body)
    except ValueError:
        return problem(400, "Problems parsing JSON"), []
    if not isinstance(given, dict) or not isinstance(given.get("query"), str):
        told = "A query attribute must be specified and must be a string."
        return Answer(200, {"errors": [{"message": told}]}), ["request POST /graphql: no query"]
    try:
        document = parse(given["query"])
    except GraphQLError as error:
        return Answer(200, {"errors": [_shown(error)]}), [f"request POST /graphql: {error.message}"]
    wrong = validate(schema(), document)
    operation = get_operation_ast(document, given.get("operationName"))
    if wrong or operation is None:
        words = [error.message for error in wrong] or ["no operation of that name"]
        return Answer(200, {"errors": [_shown(error) for error in wrong]}), [f"request POST /graphql: {words}"]
    return _operated(Context(hub, shapes, token), document, operation, given)


def _operated(
    context: Context, document: DocumentNode, operation: OperationDefinitionNode, given: Mapping[str, Any]
) -> tuple[Answer, list[str]]:
    raw = given.get("variables") or {}
    values = get_variable_values(schema(), operation.variable_definitions or (), raw)
    if isinstance(values, list):
        return Answer(200, {"errors": [_shown(error) for error in values]}), [
            f"request POST /graphql: {error.message}" for error in values
        ]
    budget = Budget(schema(), document, values).reckon(operation)
    context.nodes, context.cost = budget.nodes, budget.cost
    write = operation.operation is OperationType.MUTATION
    refused = context.hub.limits.spend(context.token, write=write, resource=RESOURCE, points=budget.cost)
    if refused is not None:
        return _limited(context, refused), []
    if budget.broken is not None:
        return Answer(200, _too_much(budget.broken)), []
    done = execute_sync(
        schema(),
        document,
        root_value=_root(context),
        context_value=context,
        variable_values=raw,
        operation_name=given.get("operationName"),
        field_resolver=_resolve,
        type_resolver=lambda value, info, kind: value["__typename"],
    )
    data: dict[str, Any] = {"data": done.data}
    broken = [one for one in done.errors or () if not isinstance(one.original_error, Refused)]
    if done.errors:
        data["errors"] = [_shown(error) for error in done.errors]
    return Answer(200, data), [f"answer POST /graphql: {error!r} {error.original_error!r}" for error in broken]


def _limited(context: Context, refused: Answer) -> Answer:
    """The primary limit is told with status 200, the secondary as REST tells it."""
    if "secondary" in refused.data["message"]:
        return refused
    return Answer(200, {"errors": [{"type": "RATE_LIMITED", "message": refused.data["message"]}]})


def _too_much(broken: Broken) -> dict[str, Any]:
    error: dict[str, Any] = {"type": broken.kind, "path": list(broken.path), "message": broken.message}
    if broken.location:
        error["locations"] = [{"line": broken.location[0], "column": broken.location[1]}]
    return {"errors": [error]} if not broken.path else {"data": {broken.path[0]: None}, "errors": [error]}


def _shown(error: GraphQLError) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if isinstance(error.original_error, Refused):
        shown["type"] = error.original_error.kind
        if error.original_error.extensions:
            shown["extensions"] = error.original_error.extensions
    if error.path:
        shown["path"] = error.path
    if error.locations:
        shown["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    return {**shown, "message": error.message}


def _resolve(source: Any, info: Any, **given: Any) -> Any:
    """A field of a node. One that the fake forgot is an error, never silently null."""
    value = source.get("clientMutationId") if info.field_name == "clientMutationId" else source[info.field_name]
    return value(info, **given) if callable(value) else value


def _root(context: Context) -> dict[str, Any]:
    def mutation(name: str) -> Any:
        def resolve(info: Any, input: Mapping[str, Any]) -> dict[str, Any]:
            return {**MUTATIONS[name](context, input), "clientMutationId": input.get("clientMutationId")}

        return resolve

    return {
        "id": "",
        "viewer": lambda info: person(context, context.token.user),
        "rateLimit": lambda info, dryRun=False: _rate_limit(context),
        "repository": lambda info, owner, name, followRenames=True: repositories.repository(
            context, repositories.find(context, owner, name)
        ),
        "node": lambda info, id: lookup.node(context, id),
        "nodes": lambda info, ids: [lookup.node(context, one) for one in ids],
        **{name: mutation(name) for name in MUTATIONS},
    }


def _rate_limit(context: Context) -> dict[str, Any]:
    headers = context.hub.limits.headers(context.token, RESOURCE)
    rate = {name: int(headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining", "used")}
    return {
        **rate,
        "cost": context.cost,
        "nodeCount": context.nodes,
        "resetAt": when(int(headers["x-ratelimit-reset"])),
    }
