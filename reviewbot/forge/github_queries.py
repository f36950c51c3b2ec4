"""The GraphQL that reads a conversation.

Sizes of pages: GitHub charges a hundredth of a point for each connection that could be opened, and refuses a query of
over 500,000 possible nodes. Threads of more than ``COMMENTS`` comments are rare, a comment with more than ``VOTES`` 👎s
rarer; theirs are asked for apart. As it stands a question costs 12 of the 5,000 points of an hour
(https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api).
"""

from __future__ import annotations

PAGE = 100
"""Entries a page, the most that GitHub gives."""

COMMENTS = 10
"""Comments of a thread that come with it."""

VOTES = 10
"""👎s of a comment that come with it."""

COMMON = f"""
fragment Account on Actor {{ __typename login }}
fragment Votes on ReactionConnection {{ pageInfo {{ hasNextPage endCursor }} nodes {{ user {{ ...Account }} }} }}
fragment Said on PullRequestReviewComment {{
  id fullDatabaseId state body author {{ ...Account }} originalCommit {{ oid }}
  reactions(content: THUMBS_DOWN, first: {VOTES}) {{ ...Votes }}
}}
"""
"""The fragments that the questions share."""


def write_question(name: str, *, variables: str = "", fields: str = "", review: str = "", connections: str = "") -> str:
    """The question for a pull request and what is said on it.

    Args:
        name: of the operation. variables: further ones, declared. fields: further ones of the pull request.
        review: further fields of each review. connections: further ones of the pull request.
    """
    return f"""
query {name}(
  $owner: String!, $name: String!, $number: Int!, $threads: Boolean!, $comments: Boolean!, $reviews: Boolean!,
  $threadsAfter: String, $commentsAfter: String, $reviewsAfter: String{variables}
) {{
  repository(owner: $owner, name: $name) {{
    pullRequest(number: $number) {{
      state isDraft maintainerCanModify baseRefName baseRefOid headRefName headRefOid {fields}
      author {{ ...Account }}
      repository {{ nameWithOwner url }}
      headRepository {{ nameWithOwner url }}
      labels(first: {PAGE}) {{ nodes {{ name }} }}
      reviewThreads(first: {PAGE}, after: $threadsAfter) @include(if: $threads) {{
        pageInfo {{ hasNextPage endCursor }}
        nodes {{
          id isResolved isOutdated path diffSide startDiffSide subjectType
          line startLine originalLine originalStartLine
          resolvedBy {{ ...Account }}
          comments(first: {COMMENTS}) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ ...Said }} }}
        }}
      }}
      comments(first: {PAGE}, after: $commentsAfter) @include(if: $comments) {{
        pageInfo {{ hasNextPage endCursor }}
        nodes {{
          id fullDatabaseId createdAt body author {{ ...Account }}
          reactions(content: THUMBS_DOWN, first: {VOTES}) {{ ...Votes }}
        }}
      }}
      reviews(first: {PAGE}, after: $reviewsAfter, states: [APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED])
        @include(if: $reviews) {{
        pageInfo {{ hasNextPage endCursor }}
        nodes {{ fullDatabaseId submittedAt body author {{ ...Account }} {review} }}
      }}
      {connections}
    }}
  }}
}}
{COMMON}"""


CONVERSATION = write_question("Conversation")
"""What is said on a pull request."""

THREAD = f"""
query Thread($id: ID!, $after: String) {{
  node(id: $id) {{
    ... on PullRequestReviewThread {{
      comments(first: {PAGE}, after: $after) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ ...Said }} }}
    }}
  }}
}}
{COMMON}"""

DOWNVOTES = f"""
query Downvotes($id: ID!, $after: String) {{
  node(id: $id) {{
    ... on Reactable {{ reactions(content: THUMBS_DOWN, first: {PAGE}, after: $after) {{ ...Votes }} }}
  }}
}}
fragment Account on Actor {{ __typename login }}
fragment Votes on ReactionConnection {{ pageInfo {{ hasNextPage endCursor }} nodes {{ user {{ ...Account }} }} }}
"""
