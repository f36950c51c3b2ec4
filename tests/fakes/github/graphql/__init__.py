"""The GraphQL API: GitHub's own schema, executed by `graphql-core` over the hub's state."""
