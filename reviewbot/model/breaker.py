"""A circuit breaker as a pure state machine: the clock is passed in, and nothing here waits."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Breaker:
    """Stops calling a server that keeps failing.

    Closed until ``threshold`` failures in a row; then open, refusing all calls for ``cooldown`` seconds; then one call
    is let through as a probe: its success closes the circuit, its failure opens it for another ``cooldown``.

    Attributes:
        threshold: failures in a row that open the circuit.
        cooldown: seconds it stays open, and seconds after which a probe that never came back is given up.
        failures: failures in a row so far.
        retry_at: the clock's time from which the next probe may go, None while closed.
    """

    threshold: int = 5
    cooldown: float = 30.0
    failures: int = 0
    retry_at: float | None = None

    def wait(self, now: float) -> float:
        """Seconds until a call may go; 0 when it may go now."""
        return 0.0 if self.retry_at is None else max(0.0, self.retry_at - now)

    def admitted(self, now: float) -> Breaker:
        """The state after a call was let through: while half open, everyone else waits for its outcome."""
        return self if self.retry_at is None else replace(self, retry_at=now + self.cooldown)

    def succeeded(self) -> Breaker:
        """The state after a call was answered."""
        return replace(self, failures=0, retry_at=None)

    def failed(self, now: float) -> Breaker:
        """The state after a call failed."""
        failures = self.failures + 1
        opens = failures >= self.threshold
        return replace(self, failures=failures, retry_at=now + self.cooldown if opens else None)
