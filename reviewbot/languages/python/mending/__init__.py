"""Mends: smells in how failures are handled, on changed lines, each with a small edit and the proof that it works."""
