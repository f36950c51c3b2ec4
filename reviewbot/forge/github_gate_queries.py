"""The GraphQL that tells the gate of a pull request, beside what is said on it; and of a merge queue.

It is the conversation's question with a few fields and two connections more, so that all of it is of one moment.
"""

from __future__ import annotations

from reviewbot.forge.github_pages import Question
from reviewbot.forge.github_queries import PAGE, write_question

AUTHORS = 20
"""Authors of a commit that come with it, the co-authors of its trailers included. More are asked for apart."""

_ACTOR = "email user { ...Account }"

GATE = Question(
    write_question(
        "Gate",
        variables=", $commits: Boolean!, $retargets: Boolean!, $commitsAfter: String, $retargetsAfter: String",
        fields="title body createdAt updatedAt mergeCommit { oid }",
        review="state commit { oid }",
        connections=f"""
      timelineItems(first: {PAGE}, after: $retargetsAfter,
        itemTypes: [BASE_REF_CHANGED_EVENT, AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT]) @include(if: $retargets) {{
        pageInfo {{ hasNextPage endCursor }}
        nodes {{
          ... on BaseRefChangedEvent {{ createdAt actor {{ ...Account }} }}
          ... on AutomaticBaseChangeSucceededEvent {{ createdAt actor {{ ...Account }} }}
        }}
      }}
      commits(first: {PAGE}, after: $commitsAfter) @include(if: $commits) {{
        totalCount
        pageInfo {{ hasNextPage endCursor }}
        nodes {{
          commit {{
            id oid
            committer {{ {_ACTOR} }}
            authors(first: {AUTHORS}) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {_ACTOR} }} }}
          }}
        }}
      }}""",
    ),
    more={"commits": "commits", "retargets": "timelineItems"},
    still=("headRefOid", "baseRefOid", "updatedAt"),
)
"""Everything that GraphQL tells. A new base is one that somebody chose, or GitHub, when the old was deleted."""

COMMIT_AUTHORS = f"""
query Authors($id: ID!, $after: String) {{
  node(id: $id) {{
    ... on Commit {{
      authors(first: {PAGE}, after: $after) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {_ACTOR} }} }}
    }}
  }}
}}
fragment Account on Actor {{ __typename login }}
"""
"""A page of a commit's authors."""

QUEUE = f"""
query Queue($owner: String!, $name: String!, $branch: String!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    mergeQueue(branch: $branch) {{
      entries(first: {PAGE}, after: $after) {{
        pageInfo {{ hasNextPage endCursor }}
        nodes {{ position state headCommit {{ oid }} baseCommit {{ oid }} pullRequest {{ number }} }}
      }}
    }}
  }}
}}
"""
"""A page of the merge queue of a branch (https://docs.github.com/en/graphql/reference/objects#mergequeueentry)."""
