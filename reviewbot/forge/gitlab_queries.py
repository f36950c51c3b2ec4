"""The GraphQL queries, and what a merge request is in their answers.

One query tells all that REST would need a call a note for: who is a bot, and who left which emoji. It is asked of
GitLab 17 to 19, whose schema has every field (https://docs.gitlab.com/api/graphql/reference/).
"""

from __future__ import annotations

from reviewbot.domain.errors import ForgeDenied, ForgeUnavailable
from reviewbot.domain.event import PullRequest, PullRequestRef
from reviewbot.forge.gitlab_wire import GHOST, Object, an_object, child, children, flag, text

_MERGE_REQUEST = """
      state
      draft
      sourceBranch
      targetBranch
      allowCollaboration
      diffHeadSha
      diffRefs { baseSha startSha headSha }
      author { username }
      sourceProject { fullPath }
      labels(first: 100) { nodes { title } }"""

MERGE_REQUEST = f"""query mergeRequest($path: ID!, $iid: String!) {{
  project(fullPath: $path) {{
    fullPath
    mergeRequest(iid: $iid) {{{_MERGE_REQUEST}
    }}
  }}
}}"""
"""One merge request."""


def conversation_query(name: str, *, of_pull: str = "", of_discussion: str = "", of_note: str = "") -> str:
    """The query ``name`` for one merge request with a page of its discussions.

    Args:
        of_pull, of_discussion, of_note: what to ask of them beside what a conversation is made of.
    """
    return f"""query {name}($path: ID!, $iid: String!, $after: String) {{
  currentUser {{ username }}
  project(fullPath: $path) {{
    fullPath
    mergeRequest(iid: $iid) {{{_MERGE_REQUEST}{of_pull}
      discussions(first: 100, after: $after) {{
        pageInfo {{ hasNextPage endCursor }}
        nodes {{
          id
          resolved
          resolvedBy {{ username bot }}{of_discussion}
          notes(first: 100) {{
            pageInfo {{ hasNextPage }}
            nodes {{
              id
              body
              system
              author {{ username bot }}
              position {{ positionType newPath oldPath newLine diffRefs {{ headSha }} }}
              awardEmoji(first: 100) {{ pageInfo {{ hasNextPage }} nodes {{ name user {{ username bot }} }} }}{of_note}
            }}
          }}
        }}
      }}
    }}
  }}
}}"""


CONVERSATION = conversation_query("conversation")
"""One merge request with a page of its discussions."""

_STATES = {"opened": "open", "closed": "closed", "locked": "closed", "merged": "merged"}


def find_merge_request(ref: PullRequestRef, data: Object) -> tuple[Object, Object]:
    """The project and the merge request of either query's answer.

    Raises:
        ForgeDenied: one of them is null: GitLab does not tell what is not there from what may not be seen.
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    project = _seen(ref, data, "project")
    return project, _seen(ref, project, "mergeRequest")


def _seen(ref: PullRequestRef, data: Object, name: str) -> Object:
    if data.get(name, "") is None:
        raise ForgeDenied(f"GitLab finds nothing while reading {ref}: it is gone, or the token may not see it.")
    return child(data, name)


def read_merge_request(ref: PullRequestRef, web_root: str, data: Object) -> PullRequest:
    """The merge request of either query's answer.

    ``start_sha`` is the target branch's head when the diff was last made, ``base_sha`` the merge base of both: as on
    GitHub, ``base`` is the former, and the diff is taken from their merge base.

    Args:
        web_root: GitLab's address, with a slash at its end. Repositories lie below it, whatever an administrator
            shows as the address to clone from: the token goes nowhere else.

    Raises:
        ForgeDenied: it is not there, or may not be seen.
        ForgeUnavailable: a field is missing or of a wrong type, or GitLab has not made the diff of the head yet.
    """
    project, found = find_merge_request(ref, data)
    path, source = text(project, "fullPath"), _source(found)
    state = text(found, "state")
    if state not in _STATES:
        raise ForgeUnavailable(f"GitLab says that {ref} is {state[:40]}, which is not known: update reviewbot.")
    start, head = _refs(ref, found)
    return PullRequest(
        ref=ref,
        state=_STATES[state],
        draft=flag(found, "draft"),
        base=start,
        base_branch=text(found, "targetBranch"),
        head=head,
        head_ref=f"refs/merge-requests/{ref.number}/head",
        clone_url=f"{web_root}{path}.git",
        from_fork=source != path,
        author=_author(found),
        head_branch=text(found, "sourceBranch"),
        head_clone_url=None if source is None else f"{web_root}{source}.git",
        pushable=source == path or (source is not None and found.get("allowCollaboration") is True),
        labels=tuple(text(label, "title") for label in children(found, "labels")),
    )


def _source(found: Object) -> str | None:
    """The path of the project that the source branch lies in; None where that was deleted or may not be seen."""
    return None if found.get("sourceProject") is None else text(child(found, "sourceProject"), "fullPath")


def _refs(ref: PullRequestRef, found: Object) -> tuple[str, str]:
    """The target's and the source's head. Right after a push they are null, or still those before it."""
    refs = None if found.get("diffRefs") is None else child(found, "diffRefs")
    if refs is None or not refs.get("startSha") or not refs.get("headSha"):
        raise ForgeUnavailable(f"GitLab has not made the diff of {ref} yet: trying again later.")
    start, head = text(refs, "startSha"), text(refs, "headSha")
    if found.get("diffHeadSha") not in (None, head):
        raise ForgeUnavailable(f"GitLab has not made the diff of the head of {ref} yet: trying again later.")
    return start, head


def _author(found: Object) -> str:
    author = found.get("author")
    return GHOST if author is None else text(an_object(author), "username")
