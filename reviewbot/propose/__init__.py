"""From a site to ranked candidates: analysis, the repository's own manner, the model's fill of the hole."""
