"""The GraphQL queries of the gate. As those of ``gitlab_queries``, they are in the schema of GitLab 17 to 19."""

from __future__ import annotations

from reviewbot.forge.gitlab_queries import conversation_query

GATE = conversation_query(
    "gate",
    of_pull="\n      title\n      description\n      updatedAt\n      author { bot publicEmail }",
    of_discussion="\n          resolvable",
    of_note="\n              createdAt",
)
"""A merge request with a page of its discussions, with all that the gate wants of them."""

COMMITS = """query commits($path: ID!, $iid: String!, $after: String) {
  project(fullPath: $path) {
    mergeRequest(iid: $iid) {
      commits(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { sha author { username bot } }
      }
    }
  }
}"""
"""Whom GitLab takes for the authors of a page of a merge request's commits: whoever confirmed the address as theirs.

Addresses come from REST, which has those of committers too in every version."""
