"""FastAPI: webhooks and health."""
