"""The REST operations, by subject: what each one reads or changes, and what it refuses as GitHub does."""
