"""Ranking, caps, rendering, placing, and finding what already stands."""
