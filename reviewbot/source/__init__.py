"""Bare mirrors, check-outs, diffs, and the change of a pull request."""
