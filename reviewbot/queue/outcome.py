"""What ends a job beside its work's own errors."""

from __future__ import annotations

from reviewbot.domain.errors import ReviewbotError


class OverTime(ReviewbotError):
    """The review took longer than it may."""

    retryable = True


class Defect(ReviewbotError):
    """An error that nobody foresaw; its traceback is in the log."""

    retryable = True
