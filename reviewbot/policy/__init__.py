"""The gate: where each changed line comes from, who reviewed it, and whether that is enough to merge."""
