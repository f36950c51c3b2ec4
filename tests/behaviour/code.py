"""The code that the stories are about: each function fails in one way that nothing handles."""

from __future__ import annotations

HEADER = '"""Settings."""\n\nimport json\n\n\n'

LOAD = """def load(path: str) -> dict | None:
    if not path:
        return None
    with open(path) as file:
        return json.load(file)
"""

PORT = """def port(text: str) -> int | None:
    if not text:
        return None
    number = int(text)
    return number
"""

RATE = """def rate(words: str) -> float | None:
    if not words:
        return None
    amount = float(words)
    return amount * 2
"""

AGE = """def age(answer: str) -> int | None:
    if not answer:
        return None
    years = int(answer)
    return years + 1
"""


def module(*functions: str) -> str:
    """A module of these functions, two blank lines between them."""
    return HEADER + "\n\n".join(functions)


def line_of(text: str, part: str) -> int:
    """The number of the only line that holds ``part``."""
    found = [number for number, line in enumerate(text.split("\n"), 1) if part in line]
    assert len(found) == 1, (part, found)
    return found[0]
