"""The objects behind the GraphQL schema. What is not asked for is not made."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any

from tests.fakes.gitlab.graphql_checks import GraphChecks, Made
from tests.fakes.gitlab.model import (
    Award,
    Discussion,
    Label,
    Level,
    Note,
    Position,
    Pull,
    Refs,
    Repository,
    Token,
    User,
)
from tests.fakes.gitlab.shapes import Shapes
from tests.fakes.gitlab.shapes_plain import when

MAX_PAGE = 100
_HINDRANCES = {"status_checks_must_pass": "EXTERNAL_STATUS_CHECKS"}


class GraphShapes:
    """Objects as `token` may see them."""

    def __init__(self, shapes: Shapes, token: Token | None, complexity: dict[str, int]) -> None:
        self.rest, self.hub, self.token = shapes, shapes.hub, token
        self.checks = GraphChecks(shapes, self.user)
        self._complexity = complexity

    def root(self) -> Made:
        return {
            "currentUser": self.user(self.token.user) if self.token else None,
            "project": lambda info, fullPath: self._project(fullPath),
            "metadata": {"version": self.hub.version, "revision": "0123456789a", "enterprise": True},
            "queryComplexity": self._complexity,
            "user": lambda info, username=None, id=None: self._named(username, id),
            "note": lambda info, id: self._note(id),
        }

    def _note(self, gid: str) -> Made | None:
        """A note of a project that may be seen, by `gid://gitlab/Note/1` or its own kind's."""
        number = gid.rpartition("/")[2]
        pulls = [pull for repo in self.hub.repositories.values() for pull in repo.pulls.values()]
        found = next((one for pull in pulls for one in pull.notes if str(one.id) == number), None)
        seen = found is not None and self._project(found.discussion.pull.repo.full_name) is not None
        return self.note(found) if found is not None and seen else None

    def _named(self, username: str | None, gid: str | None) -> Made | None:
        everybody = self.hub.users.values()
        found = next((u for u in everybody if u.login == username or f"gid://gitlab/User/{u.id}" == gid), None)
        return self.user(found) if found else None

    def _project(self, full_path: str) -> Made | None:
        """The project; none for who may not see it."""
        repo = self.hub.repositories.get(full_path)
        if repo is None or (repo.private and (self.token is None or not self.hub.reads(repo, self.token.user))):
            return None
        return self.project(repo)

    def project(self, repo: Repository) -> Made:
        level = self.hub.level(repo, self.token.user) if self.token else Level.NONE
        web = f"{self.rest.web}/{repo.full_name}"
        return {
            "id": f"gid://gitlab/Project/{repo.id}",
            "archived": False,
            "fullPath": repo.full_name,
            "httpUrlToRepo": f"{web}.git",
            "name": repo.name,
            "path": repo.name,
            "visibility": "private" if repo.private else "public",
            "webUrl": web,
            "maxAccessLevel": {"integerValue": int(level), "stringValue": level.name},
            "mergeRequest": lambda info, iid: self.pull(repo.pulls.get(int(iid) if iid.isdigit() else 0)),
        }

    def user(self, user: User | None) -> Made | None:
        if user is None:
            return None
        return {
            "id": f"gid://gitlab/User/{user.id}",
            "bot": user.kind == "Bot",
            "name": user.login,
            "publicEmail": user.public_email or None,
            "state": "active",
            "username": user.login,
            "webUrl": f"{self.rest.web}/{user.login}",
        }

    def pull(self, pull: Pull | None) -> Made | None:
        if pull is None:
            return None
        rest = self.rest.pull(pull)
        source = None if pull.head_repo.deleted else pull.head_repo
        return {
            "id": f"gid://gitlab/MergeRequest/{pull.id}",
            "allowCollaboration": pull.allow_collaboration if pull.head_repo is not pull.repo else False,
            "approved": self.hub.approved(pull),
            "approvedBy": self._connection(self.hub.approvers(pull), self.user),
            "author": self.user(pull.user),
            "awardEmoji": self._connection(pull.awards, self.award),
            "commitCount": lambda info: len(self.hub.store(pull.repo).commits(pull.refs.base, pull.head_sha)),
            "commits": self._connection_of(
                lambda: self.hub.commits(pull)[::-1], lambda sha: self.checks.commit(pull.repo, sha)
            ),
            "createdAt": when(pull.created),
            "description": pull.body,
            "detailedMergeStatus": _HINDRANCES.get(hindered := rest["detailed_merge_status"], hindered.upper()),
            "diffHeadSha": pull.head_sha,
            "diffRefs": _refs(pull.refs),
            "discussions": self._connection(pull.discussions, self.discussion),
            "downvotes": rest["downvotes"],
            "draft": pull.draft,
            "headPipeline": lambda info: self.checks.pipeline(pull),
            "iid": str(pull.number),
            "labels": self._connection([one for one in pull.repo.labels if one.name in pull.labels], _label),
            "mergeCommitSha": pull.merge_sha,
            "mergeUser": self.user(pull.merged_by),
            "mergedAt": rest["merged_at"],
            "notes": self._connection(pull.notes, self.note),
            "project": lambda info: self.project(pull.repo),
            "projectId": pull.repo.id,
            "reference": lambda info, full=False: rest["references"]["full" if full else "short"],
            "reviewers": self._connection(pull.reviewers, lambda reviewer: self.checks.reviewer(pull, reviewer)),
            "sourceBranch": pull.head_ref,
            "sourceBranchExists": lambda info: bool(source and self._exists(source, pull.head_ref)),
            "sourceBranchProtected": bool(source and pull.head_ref in source.protected),
            "sourceProject": lambda info: self._project(source.full_name) if source else None,
            "sourceProjectId": source.id if source else None,
            "squash": False,
            "squashOnMerge": False,
            "state": pull.called,
            "targetBranch": pull.base_ref,
            "targetBranchExists": lambda info: self._exists(pull.repo, pull.base_ref),
            "targetProject": lambda info: self.project(pull.repo),
            "targetProjectId": pull.repo.id,
            "title": pull.title,
            "updatedAt": when(pull.updated),
            "upvotes": rest["upvotes"],
            "userNotesCount": rest["user_notes_count"],
            "webUrl": rest["web_url"],
        }

    def _exists(self, repo: Repository, branch: str) -> bool:
        return self.hub.store(repo).resolve(f"refs/heads/{branch}") is not None

    def discussion(self, discussion: Discussion) -> Made:
        """`id` says `Discussion` always, `replyId` names the kind; the last part of both is REST's id."""
        kind = "IndividualNoteDiscussion" if discussion.individual else "Discussion"
        kind = "DiffDiscussion" if discussion.first.kind == "DiffNote" else kind
        last = max((n for n in discussion.notes if n.resolved_at), key=lambda n: n.resolved_at or 0, default=None)
        resolved = last if discussion.resolved else None
        return {
            "id": f"gid://gitlab/Discussion/{discussion.id}",
            "replyId": f"gid://gitlab/{kind}/{discussion.id}",
            "createdAt": when(discussion.first.created),
            "notes": self._connection(discussion.notes, self.note),
            "resolvable": discussion.resolvable,
            "resolved": discussion.resolved,
            "resolvedAt": when(resolved.resolved_at) if resolved and resolved.resolved_at else None,
            "resolvedBy": self.user(resolved.resolved_by) if resolved else None,
        }

    def note(self, note: Note) -> Made:
        repo = note.discussion.pull.repo
        return {
            "id": f"gid://gitlab/{note.kind or 'Note'}/{note.id}",
            "author": self.user(note.user),
            "awardEmoji": self._connection(note.awards, self.award),
            "body": note.body,
            "createdAt": when(note.created),
            "discussion": lambda info: self.discussion(note.discussion),
            "internal": False,
            "lastEditedAt": when(note.edited_at) if note.edited_at else None,
            "lastEditedBy": self.user(note.edited_by),
            "maxAccessLevelOfAuthor": self.hub.level(repo, note.user).name.capitalize(),
            "position": _position(note.position),
            "project": lambda info: self.project(repo),
            "resolvable": note.resolvable,
            "resolved": note.resolved,
            "resolvedAt": when(note.resolved_at) if note.resolved_at else None,
            "resolvedBy": self.user(note.resolved_by),
            "system": note.system,
            "systemNoteIconName": "commit" if note.system else None,
            "updatedAt": when(note.updated),
            "url": f"{self.rest.pull_url(note.discussion.pull)}#note_{note.id}",
        }

    def award(self, award: Award) -> Made:
        return {
            "description": award.name,
            "emoji": award.name,
            "name": award.name,
            "unicode": award.name,
            "unicodeVersion": "6.0",
            "user": self.user(award.user),
        }

    def _connection_of(self, items: Callable[[], Sequence[Any]], show: Callable[[Any], Made | None]) -> Any:
        """A page of what `items` makes, once it is asked for."""
        return self._connection(items(), show)

    def _connection(self, items: Sequence[Any], show: Callable[[Any], Made | None]) -> Callable[..., Made]:
        """A page of `items`: at most 100, whatever is asked for."""

        def page(info: Any, first: int | None = None, after: str | None = None, **others: Any) -> Made:
            last, before = others.get("last"), others.get("before")
            start, end = (_index(after) + 1 if after else 0), (_index(before) if before else len(items))
            size = min(first if first is not None else last if last is not None else MAX_PAGE, MAX_PAGE)
            if first is None and last is not None:
                start = max(start, end - size)
            end = min(end, start + size)
            edges = [{"cursor": _cursor(at), "node": show(items[at])} for at in range(start, end)]
            info_of_page = {
                "startCursor": edges[0]["cursor"] if edges else None,
                "endCursor": edges[-1]["cursor"] if edges else None,
                "hasNextPage": end < len(items),
                "hasPreviousPage": start > 0,
            }
            nodes = [edge["node"] for edge in edges]
            return {"count": len(items), "edges": edges, "nodes": nodes, "pageInfo": info_of_page}

        return page


def _cursor(at: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"offset": at}).encode()).decode().rstrip("=")


def _index(cursor: str) -> int:
    try:
        return int(json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))["offset"])
    except (binascii.Error, ValueError, KeyError) as error:
        raise ValueError("Please provide a valid cursor") from error


def _refs(refs: Refs) -> Made:
    return {"baseSha": refs.base, "headSha": refs.head, "startSha": refs.start}


def _position(at: Position | None) -> Made | None:
    if at is None:
        return None
    return {
        "diffRefs": _refs(at.refs),
        "filePath": at.path,
        "newLine": at.new_line,
        "newPath": at.new_path,
        "oldLine": at.old_line,
        "oldPath": at.old_path,
        "positionType": at.kind,
    }


def _label(label: Label) -> Made:
    return {"id": f"gid://gitlab/ProjectLabel/{label.id}", "color": "#6699cc", "description": None, "title": label.name}
