"""A small shop: the project that the demo's pull request is made for."""
