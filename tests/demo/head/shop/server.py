"""The shop's own server."""


def port(text: str) -> int | None:
    """The port that ``text`` names."""
    if not text:
        return None
    number = int(text)
    return number
