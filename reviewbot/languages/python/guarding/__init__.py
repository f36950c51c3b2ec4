"""Guarding: from a region to handlers in the manner of the function and its repository."""
