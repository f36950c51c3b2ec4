"""A file's bytes and the text they hold, with everything needed to write the same bytes again."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Protocol

from reviewbot.domain.change import LineRange

_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263


# What source is written in. Others, such as punycode, take time that grows faster than the file: a hostile one's way
# to hold a worker up.
_ENCODINGS = re.compile(
    r"utf-8(-sig)?|ascii|iso8859-\d+|latin-?1|cp125\d|cp932|cp949|cp950|koi8-[rtu]|mac-roman|gb2312|gbk|gb18030|big5|"
    r"shift_jis|euc_(jp|kr)"
)


def _ordinary(encoding: str) -> bool:
    try:
        return _ENCODINGS.fullmatch(codecs.lookup(encoding).name) is not None
    except LookupError:
        return False


@dataclass(frozen=True)
class SourceFile:
    """One version of a text file.

    Attributes:
        path: relative to the repository's root, ``/`` between parts.
        text: the decoded text, without a byte-order mark, line ends as in the file.
        encoding: the codec that ``text`` was decoded with.
        bom: whether the file begins with UTF-8's byte-order mark.
    """

    path: str
    text: str
    encoding: str = "utf-8"
    bom: bool = False

    @classmethod
    def decode(cls, path: str, data: bytes) -> SourceFile | None:
        """The file in ``data``; None where it is no text that can be written back byte for byte.

        The encoding is UTF-8 unless the first two lines declare another (PEP 263).
        """
        bom = data.startswith(codecs.BOM_UTF8)
        body = data[len(codecs.BOM_UTF8) :] if bom else data
        if b"\0" in body:
            return None
        encoding = "utf-8"
        for line in body.split(b"\n", 2)[:2]:
            declared = _CODING.match(line)
            if declared:
                encoding = declared.group(1).decode("ascii", "replace")
                break
        if not _ordinary(encoding):
            return None
        try:
            text = body.decode(encoding)
            if text.encode(encoding) != body:
                return None
        except (LookupError, UnicodeError):
            return None
        return cls(path, text, encoding, bom)

    def encode(self) -> bytes:
        """The file's bytes.

        Raises:
            UnicodeEncodeError: ``text`` holds a character that ``encoding`` has no bytes for.
        """
        return (codecs.BOM_UTF8 if self.bom else b"") + self.text.encode(self.encoding)

    @property
    def newline(self) -> str:
        r"""``\r\n`` when the first line ends so, else ``\n``."""
        first = self.text.find("\n")
        return "\r\n" if first > 0 and self.text[first - 1] == "\r" else "\n"

    @property
    def lines(self) -> tuple[str, ...]:
        r"""The lines with their ends, split at ``\n`` alone, as git and the forges count them."""
        parts = self.text.split("\n")
        ended, last = [part + "\n" for part in parts[:-1]], parts[-1]
        return (*ended, last) if last else tuple(ended)

    def slice(self, where: LineRange) -> str:
        """The text of the lines in ``where``, line ends included."""
        return "".join(self.lines[where.start - 1 : where.end])

    def replace(self, where: LineRange, replacement: str) -> SourceFile:
        """The file with the lines in ``where`` replaced; everything else keeps its bytes."""
        lines = self.lines
        text = "".join(lines[: where.start - 1]) + replacement + "".join(lines[where.end :])
        return SourceFile(self.path, text, self.encoding, self.bom)


class Tree(Protocol):
    """The files of one commit. Reading never runs anything of the repository's."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a regular file; None where there is none at that path."""

    def paths(self) -> tuple[str, ...]:
        """Every regular file, sorted."""

    def grep(self, words: tuple[str, ...], suffix: str) -> tuple[str, ...]:
        """Paths ending in ``suffix`` whose text holds one of ``words`` (plain text, not patterns), sorted."""
