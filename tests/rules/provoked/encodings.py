"""Failures of encodings, patterns and checksums, made to happen."""

from __future__ import annotations

import base64
import binascii
import codecs
import hashlib
import locale
import re
import string
import struct
import unicodedata
from pathlib import Path

from tests.rules.provoked.row import Row, with_handle, written


def _file_digest(folder: Path) -> None:
    with_handle(written(folder, "x"), lambda file: hashlib.file_digest(file, "md0"))


ROWS = [
    Row("base64.b64decode", "binascii.Error", lambda _: base64.b64decode("a")),
    Row("base64.urlsafe_b64decode", "binascii.Error", lambda _: base64.urlsafe_b64decode("a")),
    Row("base64.standard_b64decode", "binascii.Error", lambda _: base64.standard_b64decode("a")),
    Row("base64.b32decode", "binascii.Error", lambda _: base64.b32decode("1")),
    Row("base64.b16decode", "binascii.Error", lambda _: base64.b16decode("xy")),
    Row("base64.a85decode", "ValueError", lambda _: base64.a85decode("\x7f")),
    Row("base64.b85decode", "ValueError", lambda _: base64.b85decode("\x7f")),
    Row("base64.decodebytes", "binascii.Error", lambda _: base64.decodebytes(b"a")),
    Row("binascii.unhexlify", "binascii.Error", lambda _: binascii.unhexlify("xy")),
    Row("binascii.a2b_hex", "binascii.Error", lambda _: binascii.a2b_hex("xy")),
    Row("binascii.a2b_base64", "binascii.Error", lambda _: binascii.a2b_base64("a")),
    Row("binascii.a2b_uu", "binascii.Error", lambda _: binascii.a2b_uu(b"#what?")),
    Row("struct.unpack", "struct.error", lambda _: struct.unpack("I", b"a")),
    Row("struct.pack", "struct.error", lambda _: struct.pack("B", 256)),
    Row("struct.Struct", "struct.error", lambda _: struct.Struct("klingon")),
    Row("struct.Struct.unpack", "struct.error", lambda _: struct.Struct("I").unpack(b"a")),
    Row("struct.unpack_from", "struct.error", lambda _: struct.unpack_from("I", b"abcd", 1)),
    Row("struct.iter_unpack", "struct.error", lambda _: struct.iter_unpack("I", b"abcde")),
    Row("struct.calcsize", "struct.error", lambda _: struct.calcsize("klingon")),
    Row("codecs.open", "FileNotFoundError", lambda d: codecs.open(d / "none")),  # noqa: SIM115
    Row("codecs.lookup", "LookupError", lambda _: codecs.lookup("klingon")),
    Row("codecs.getreader", "LookupError", lambda _: codecs.getreader("klingon")),
    Row("codecs.getwriter", "LookupError", lambda _: codecs.getwriter("klingon")),
    Row("codecs.getdecoder", "LookupError", lambda _: codecs.getdecoder("klingon")),
    Row("codecs.getencoder", "LookupError", lambda _: codecs.getencoder("klingon")),
    Row("codecs.getincrementaldecoder", "LookupError", lambda _: codecs.getincrementaldecoder("klingon")),
    Row("codecs.lookup_error", "LookupError", lambda _: codecs.lookup_error("klingon")),
    Row("codecs.decode", "ValueError", lambda _: codecs.decode(b"\xff", "utf-8")),
    Row("codecs.encode", "ValueError", lambda _: codecs.encode("ä", "ascii")),
    Row("unicodedata.name", "ValueError", lambda _: unicodedata.name("\x00")),
    Row("unicodedata.lookup", "KeyError", lambda _: unicodedata.lookup("NO SUCH")),
    Row("unicodedata.numeric", "ValueError", lambda _: unicodedata.numeric("a")),
    Row("unicodedata.decimal", "ValueError", lambda _: unicodedata.decimal("½")),
    Row("unicodedata.digit", "ValueError", lambda _: unicodedata.digit("½")),
    Row("re.compile", "re.error", lambda _: re.compile("(")),
    Row("re.match", "re.error", lambda _: re.match("*", "a")),
    Row("re.search", "re.error", lambda _: re.search("[", "a")),
    Row("re.fullmatch", "re.error", lambda _: re.fullmatch("(?<a", "a")),
    Row("re.findall", "re.error", lambda _: re.findall("\\", "a")),
    Row("re.finditer", "re.error", lambda _: re.finditer("a{2,1}", "a")),
    Row("re.sub", "re.error", lambda _: re.sub("(a)", r"\2", "a")),
    Row("re.split", "re.error", lambda _: re.split("(", "a")),
    Row("locale.setlocale", "locale.Error", lambda _: locale.setlocale(locale.LC_ALL, "xx_XX")),
    Row("locale.atof", "ValueError", lambda _: locale.atof("one")),
    Row("locale.atoi", "ValueError", lambda _: locale.atoi("1.5")),
    Row("string.Template.substitute", "KeyError", lambda _: string.Template("$a").substitute()),
    Row("string.Template.substitute", "ValueError", lambda _: string.Template("$").substitute()),
    Row("hashlib.new", "ValueError", lambda _: hashlib.new("md0")),
    Row("hashlib.file_digest", "ValueError", _file_digest),
    Row("hashlib.scrypt", "ValueError", lambda _: hashlib.scrypt(b"x", salt=b"y", n=2**20, r=8, p=1)),
]
