"""Python: sites, scaffolds, checks and injected faults."""
