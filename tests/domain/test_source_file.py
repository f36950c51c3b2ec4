"""Bytes to text and back, byte for byte, in the encodings that source is written in."""

from __future__ import annotations

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile


@pytest.mark.parametrize(
    "coding", ["utf-8", "latin-1", "iso-8859-15", "cp1252", "ascii", "koi8-r", "gbk", "shift_jis", "euc-jp"]
)
def test_what_source_is_written_in_comes_back_byte_for_byte(coding: str) -> None:
    data = f"# -*- coding: {coding} -*-\nx = 1\n".encode()
    file = SourceFile.decode("a.py", data)
    assert file is not None and file.encode() == data


@pytest.mark.parametrize("coding", ["punycode", "utf-7", "idna", "rot13", "unicode_escape", "hex", "no-such"])
def test_an_encoding_that_no_source_is_written_in_is_refused(coding: str) -> None:
    """Some of them decode in more than linear time: a hostile file's way to hold a worker up."""
    assert SourceFile.decode("a.py", f"# coding: {coding}\nx = 1\n-".encode()) is None


@pytest.mark.parametrize("data", [b"a\0b", b"caf\xe9\n", b"# coding: ascii\nx = '\xe9'\n"])
def test_what_is_no_text_in_its_own_encoding_is_refused(data: bytes) -> None:
    assert SourceFile.decode("a.py", data) is None


@pytest.mark.parametrize("data", [b"\xef\xbb\xbfa\r\nb\r\n", b"a\nb", b"a\x0cb\nc\n", b"\n\n", b"a\rb\nc"])
def test_lines_are_gits_and_nothing_else_changes(data: bytes) -> None:
    file = SourceFile.decode("a.py", data)
    assert file is not None and file.encode() == data
    assert "".join(file.lines) == file.text and len(file.lines) == len(data.rstrip(b"\n").split(b"\n")) + (
        data == b"\n\n"
    )
    replaced = file.replace(LineRange(1, 1), "NEW\n")
    assert replaced.lines[0] == "NEW\n" and replaced.lines[1:] == file.lines[1:]
