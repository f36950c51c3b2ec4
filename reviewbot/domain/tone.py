"""The language that the bot speaks in comments."""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """By its ISO 639-1 code."""

    EN = "en"
    ZH = "zh"
