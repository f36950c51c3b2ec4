"""SQLAlchemy models and migrations: the inbox of deliveries, jobs and their outcomes."""
