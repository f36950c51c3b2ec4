"""A visit to a pull request: see what stands, settle it, review what is new, say it once.

``look.look_at`` is the one way in for the worker; it knows no queue. What it decides is decided by pure functions
elsewhere: ``life`` (what becomes of a suggestion), ``repo_config`` (what the repository wants), ``publish`` (what is
said).
"""
