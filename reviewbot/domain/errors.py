"""The error tree. Each message is one sentence that says what to do; none is ever shown as a traceback.

Every failure of git, a forge, the model, a scanner, the sandbox, the broker or the database is mapped into it.
"""


class ReviewbotError(Exception):
    """Base of all our errors. ``str(error)`` is one sentence for a person."""

    exit_code = 3
    """What the command line exits with: 2 usage or configuration, 3 could not complete."""

    retryable = False
    """True where the same work may succeed later without anyone doing anything."""


class UsageError(ReviewbotError):
    """The command's arguments are wrong, or do not fit the repository."""

    exit_code = 2


class ConfigError(ReviewbotError):
    """A setting is missing or wrong."""

    exit_code = 2


class KnowledgeError(ConfigError):
    """A rule file does not follow its schema."""


class SourceError(ReviewbotError):
    """git refused, or a revision or file is not there."""


class RevisionNotFound(SourceError):
    """A commit is not in the repository, for instance because its branch was deleted or force-pushed."""


class SourceUnavailable(SourceError):
    """git could not reach the forge, or took too long."""

    retryable = True


class ModelError(ReviewbotError):
    """The model gave no usable answer. The review falls back to deterministic proposals and says so."""


class ModelUnavailable(ModelError):
    """The model server is down, too slow, or its circuit breaker is open."""

    retryable = True


class ModelProtocolError(ModelError):
    """The model server answered something that is not a completion."""


class VerifyError(ReviewbotError):
    """A check could not be run, so nothing that depends on it may be called proven."""


class SandboxUnavailable(VerifyError):
    """bubblewrap cannot run here, or not now."""

    exit_code = 2
    retryable = True


class ScannerError(VerifyError):
    """bandit, semgrep or ruff did not finish."""

    retryable = True


class ForgeError(ReviewbotError):
    """The forge refused, or answered what we do not understand."""


class ForgeUnavailable(ForgeError):
    """The forge answered 5xx, or the connection was cut."""

    retryable = True


class ForgeRateLimited(ForgeError):
    """The forge asks us to wait.

    Args:
        message: one sentence for a person.
        retry_after: seconds to wait, as the forge said it.
    """

    retryable = True

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ForgeDenied(ForgeError):
    """401, 403 or 404: the token is wrong or may not do this."""


class ForgeRejected(ForgeError):
    """422: the forge understood the request and will not do it."""


class StoreError(ReviewbotError):
    """The database is locked, gone, or at another schema version."""

    retryable = True


class BrokerError(ReviewbotError):
    """The message broker is gone."""

    retryable = True
