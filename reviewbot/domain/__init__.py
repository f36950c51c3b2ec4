"""Frozen data that every part shares: changes, sites, suggestions, evidence, events. No I/O."""
