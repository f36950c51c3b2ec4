"""Finding sites: what on the changed lines can fail with nothing to handle it."""
