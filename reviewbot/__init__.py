"""reviewbot: a self-hosted code-review bot whose suggestions are proven before they are posted."""

__version__ = "0.1.0"
