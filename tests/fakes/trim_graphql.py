"""Cut GitHub's GraphQL schema down to what the fake GitHub serves.

The schema comes from the npm package `@octokit/graphql-schema` (MIT), file `schema.graphql` (1.2 MB). To make the
extract anew:

    npm pack @octokit/graphql-schema@15.26.1 && tar -xzf octokit-graphql-schema-15.26.1.tgz package/schema.graphql
    python -m tests.fakes.trim_graphql package/schema.graphql

Kept are the fields in `KEPT`, the whole of every connection and edge, and every enum, scalar and input that they reach.
A type that is reached but not in `KEPT` is an error: name its fields here first.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from graphql import assert_valid_schema, build_ast_schema, parse, print_ast
from graphql.language import ast

OUT = Path(__file__).parent.parent / "data" / "github" / "schema.graphql"

_ACTOR = "login url resourcePath avatarUrl"
_PLACE = "path line startLine originalLine originalStartLine"
_SAID = "author authorAssociation body createdAt updatedAt id lastEditedAt editor viewerDidAuthor url"
_REACTABLE = "databaseId id reactionGroups reactions viewerCanReact"
_HIDEABLE = "isMinimized minimizedReason viewerCanMinimize"
KEPT = {
    "Query": "id repository node nodes viewer rateLimit",
    "Mutation": "resolveReviewThread unresolveReviewThread addReaction removeReaction minimizeComment "
    "unminimizeComment addPullRequestReviewThreadReply",
    "Node": "id",
    "Actor": _ACTOR,
    "RepositoryOwner": "login id url resourcePath avatarUrl",
    "Reactable": _REACTABLE,
    "Minimizable": _HIDEABLE,
    "User": f"{_ACTOR} id databaseId name",
    "Bot": f"{_ACTOR} id databaseId",
    "Organization": f"{_ACTOR} id databaseId name",
    "Repository": "id databaseId name nameWithOwner owner url isPrivate isFork isArchived visibility parent "
    "defaultBranchRef ref pullRequest pullRequests viewerPermission mergeQueue",
    "MergeQueue": "id url entries",
    "MergeQueueEntry": "id position state headCommit baseCommit pullRequest",
    "Ref": "id name prefix target",
    "GitObject": "id oid abbreviatedOid",
    "Commit": "id oid abbreviatedOid message messageHeadline committedDate url author authors committer",
    "GitActor": "avatarUrl date email name user",
    "PullRequest": f"{_SAID} {_REACTABLE} fullDatabaseId number title state merged mergedAt closed closedAt isDraft "
    "isCrossRepository headRefOid headRefName headRef headRepository headRepositoryOwner baseRefOid baseRefName "
    "baseRef baseRepository repository maintainerCanModify labels reviewThreads reviews comments commits files "
    "additions deletions changedFiles locked mergeCommit timelineItems",
    "PullRequestTimelineItems": "",
    "BaseRefChangedEvent": "actor createdAt currentRefName databaseId id previousRefName pullRequest",
    "AutomaticBaseChangeSucceededEvent": "actor createdAt id newBase oldBase pullRequest",
    "PullRequestReviewThread": f"id {_PLACE} diffSide startDiffSide isResolved resolvedBy isOutdated isCollapsed "
    "comments pullRequest repository subjectType viewerCanReply viewerCanResolve viewerCanUnresolve",
    "PullRequestReviewComment": f"{_SAID} {_PLACE} {_REACTABLE} {_HIDEABLE} fullDatabaseId commit originalCommit "
    "diffHunk outdated position originalPosition pullRequest pullRequestReview replyTo repository state subjectType",
    "PullRequestReview": f"{_SAID} {_REACTABLE} {_HIDEABLE} fullDatabaseId state submittedAt commit comments "
    "pullRequest repository",
    "IssueComment": f"{_SAID} {_REACTABLE} {_HIDEABLE} fullDatabaseId pullRequest repository",
    "Reaction": "id databaseId content createdAt reactable user",
    "ReactionGroup": "content createdAt reactors subject viewerHasReacted",
    "Reactor": "",
    "Label": "id name color description",
    "PullRequestCommit": "id commit pullRequest url",
    "PullRequestChangedFile": "path additions deletions changeType",
    "RateLimit": "cost limit nodeCount remaining resetAt used",
    "PageInfo": "endCursor hasNextPage hasPreviousPage startCursor",
    "ResolveReviewThreadPayload": "clientMutationId thread",
    "UnresolveReviewThreadPayload": "clientMutationId thread",
    "AddReactionPayload": "clientMutationId reaction reactionGroups subject",
    "RemoveReactionPayload": "clientMutationId reaction reactionGroups subject",
    "MinimizeCommentPayload": "clientMutationId minimizedComment",
    "UnminimizeCommentPayload": "clientMutationId unminimizedComment",
    "AddPullRequestReviewThreadReplyPayload": "clientMutationId comment",
}
_CONNECTION = "edges nodes pageInfo totalCount"
_FIELDED = (ast.ObjectTypeDefinitionNode, ast.InterfaceTypeDefinitionNode)


def trim(text: str) -> str:
    """The extract, as a schema of its own."""
    whole = {one.name.value: one for one in parse(text, no_location=True).definitions if getattr(one, "name", None)}
    queue, kept = ["Query", "Mutation"], {}
    while queue:
        name = queue.pop()
        if name not in kept and name in whole:
            kept[name] = _bare(whole[name])
            queue += _reached(kept[name])
    document = ast.DocumentNode(definitions=tuple(kept[name] for name in sorted(kept)))
    assert_valid_schema(build_ast_schema(document))
    return print_ast(document) + "\n"


def _bare(definition: Any) -> Any:
    """The definition without descriptions, directives and the fields and members that are not kept."""
    changes: dict[str, Any] = {"description": None, "directives": ()}
    if isinstance(definition, _FIELDED):
        wanted = _wanted(definition.name.value)
        missing = wanted - {field.name.value for field in definition.fields or ()}
        if missing:
            raise SystemExit(f"{definition.name.value} has no {', '.join(sorted(missing))}")
        fields = [field for field in definition.fields or () if field.name.value in wanted]
        changes["fields"] = tuple(_field(field) for field in fields)
        changes["interfaces"] = tuple(one for one in definition.interfaces or () if one.name.value in KEPT)
    elif isinstance(definition, ast.UnionTypeDefinitionNode):
        changes["types"] = tuple(one for one in definition.types or () if one.name.value in KEPT)
    elif isinstance(definition, ast.InputObjectTypeDefinitionNode):
        changes["fields"] = tuple(_field(field) for field in definition.fields or ())
    elif isinstance(definition, ast.EnumTypeDefinitionNode):
        changes["values"] = tuple(_field(value) for value in definition.values or ())
    return replace(definition, **changes)


def _field(node: Any) -> Any:
    """A field without its directives: `@possibleTypes` and such are GitHub's own, and its `@deprecated` are at odds
    with its interfaces.
    """
    changes: dict[str, Any] = {"description": None, "directives": ()}
    if getattr(node, "arguments", None):
        changes["arguments"] = tuple(replace(one, description=None, directives=()) for one in node.arguments)
    return replace(node, **changes)


def _wanted(name: str) -> set[str]:
    if name in KEPT:
        return set(KEPT[name].split())
    if name.endswith("Connection"):
        return set(_CONNECTION.split())
    if name.endswith("Edge"):
        return {"cursor", "node"}
    raise SystemExit(f"{name} is reached; say in KEPT which of its fields are served")


def _reached(definition: Any) -> list[str]:
    found = []
    if isinstance(definition, ast.UnionTypeDefinitionNode):
        found += [one.name.value for one in definition.types or ()]
    if isinstance(definition, _FIELDED):
        found += [one.name.value for one in definition.interfaces or ()]
    if isinstance(definition, ast.InterfaceTypeDefinitionNode):  # its members are reached by no field
        found += list(KEPT)
    for field in getattr(definition, "fields", None) or ():
        found.append(_named(field.type))
        found += [_named(argument.type) for argument in getattr(field, "arguments", None) or ()]
    return found


def _named(node: Any) -> str:
    while not isinstance(node, ast.NamedTypeNode):
        node = node.type
    return str(node.name.value)


if __name__ == "__main__":
    OUT.write_text(trim(Path(sys.argv[1]).read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{OUT}: {OUT.stat().st_size / 1e3:.0f} kB")
