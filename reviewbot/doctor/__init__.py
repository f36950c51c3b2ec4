"""``reviewbot doctor``: looks at every setting, tool and connection, and says how to mend what is wrong."""

from reviewbot.doctor.examine import Finding, State, examine

__all__ = ["Finding", "State", "examine"]
