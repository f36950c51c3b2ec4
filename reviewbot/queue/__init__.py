"""Celery app, tasks, the inbox and its sweeper, locks."""
