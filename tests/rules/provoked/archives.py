"""Failures of archives, compression and copying, made to happen."""

# ruff: noqa: SIM115

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.rules.provoked.row import Row, as_nobody, written


def _same(folder: Path) -> tuple[Path, Path]:
    """Two names of one file."""
    (folder / "link").symlink_to(written(folder, "x", "target"))
    return folder / "target", folder / "link"


def _copy_dangling(folder: Path) -> None:
    source = folder / "source"
    source.mkdir()
    (source / "link").symlink_to(folder / "none")
    shutil.copytree(source, folder / "target")


def _move_onto(folder: Path) -> None:
    (folder / "target").mkdir()
    written(folder / "target", "x")
    shutil.move(written(folder, "y"), folder / "target")


def _chown(_: Path) -> None:
    with as_nobody():
        shutil.chown("/", 0)


def _zip(folder: Path, change: tuple[bytes, bytes] = (b"", b"")) -> zipfile.ZipFile:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inside", "text")
    path.write_bytes(path.read_bytes().replace(*change))
    return zipfile.ZipFile(path)


def _corrupt_zip(folder: Path) -> zipfile.ZipFile:
    return _zip(folder, (b"text", b"tixt"))


def _encrypted_zip(folder: Path) -> zipfile.ZipFile:
    """A ZIP file whose central directory marks its file as encrypted: bit 0 of the flags, 8 bytes in."""
    path = Path(str(_zip(folder).filename))
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    data[data.index(b"PK\x03\x04") + 6] |= 1
    path.write_bytes(data)
    return zipfile.ZipFile(path)


def _tar(folder: Path, length: int | None = None) -> tarfile.TarFile:
    """A tar file with one member of 2,000 bytes, which begins after 1,536, cut to a length."""
    path = folder / "a.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(written(folder, b"x" * 2000), "inside")
    path.write_bytes(path.read_bytes()[:length])
    return tarfile.open(path)


def _in_tar(folder: Path, call: Callable[[tarfile.TarFile], object], length: int | None = None) -> object:
    with _tar(folder, length) as archive:
        return call(archive)


def _short_tar_gz(folder: Path) -> None:
    with tarfile.open(folder / "a.tgz", "w:gz") as archive:
        archive.add(written(folder, os.urandom(50_000)), "inside")
    data = (folder / "a.tgz").read_bytes()
    with tarfile.open(written(folder, data[:20_000], "b.tgz")) as archive:
        archive.extractall(folder / "x")


def _add_to_tar(folder: Path) -> None:
    with tarfile.open(folder / "a.tar", "w") as archive:
        archive.add(folder / "none")


CORRUPT = gzip.compress(b"x" * 99)[:10] + b"\xff" * 20
"""A good header, and behind it no deflate stream: its first block has a type that does not exist."""
GARBAGE = b"this is no archive, whatever its name may say"

ROWS = [
    # copying
    Row("shutil.copy", "FileNotFoundError", lambda d: shutil.copy(d / "none", d / "x")),
    Row("shutil.copy", "shutil.SameFileError", lambda d: shutil.copy(*_same(d))),
    Row("shutil.copy2", "FileNotFoundError", lambda d: shutil.copy2(d / "none", d / "x")),
    Row("shutil.copy2", "shutil.SameFileError", lambda d: shutil.copy2(*_same(d))),
    Row("shutil.copyfile", "FileNotFoundError", lambda d: shutil.copyfile(d / "none", d / "x")),
    Row("shutil.copyfile", "shutil.SameFileError", lambda d: shutil.copyfile(*_same(d))),
    Row("shutil.copymode", "FileNotFoundError", lambda d: shutil.copymode(d / "none", d)),
    Row("shutil.copystat", "FileNotFoundError", lambda d: shutil.copystat(d / "none", d)),
    Row("shutil.copytree", "FileExistsError", lambda d: shutil.copytree(d, written(d, "").parent)),
    Row("shutil.copytree", "shutil.Error", _copy_dangling),
    Row("shutil.move", "FileNotFoundError", lambda d: shutil.move(d / "none", d / "x")),
    Row("shutil.move", "shutil.Error", _move_onto),
    Row("shutil.rmtree", "FileNotFoundError", lambda d: shutil.rmtree(d / "none")),
    Row("shutil.disk_usage", "FileNotFoundError", lambda d: shutil.disk_usage(d / "none")),
    Row("shutil.chown", "LookupError", lambda d: shutil.chown(d, "no-such-user")),
    Row("shutil.chown", "PermissionError", _chown),
    Row("shutil.make_archive", "FileNotFoundError", lambda d: shutil.make_archive(str(d / "x"), "tar", d, "none")),
    Row("shutil.make_archive", "ValueError", lambda d: shutil.make_archive(str(d / "x"), "klingon", d)),
    Row("shutil.unpack_archive", "shutil.ReadError", lambda d: shutil.unpack_archive(written(d, "", "a.rar"), d)),
    Row("shutil.unpack_archive", "FileNotFoundError", lambda d: shutil.unpack_archive(d / "none.tar", d)),
    # ZIP
    Row("zipfile.ZipFile", "zipfile.BadZipFile", lambda d: zipfile.ZipFile(written(d, GARBAGE))),
    Row("zipfile.ZipFile", "FileNotFoundError", lambda d: zipfile.ZipFile(d / "none")),
    Row("zipfile.ZipFile.open", "KeyError", lambda d: _zip(d).open("none")),
    Row("zipfile.ZipFile.read", "KeyError", lambda d: _zip(d).read("none")),
    Row("zipfile.ZipFile.read", "zipfile.BadZipFile", lambda d: _corrupt_zip(d).read("inside")),
    Row("zipfile.ZipFile.open", "RuntimeError", lambda d: _encrypted_zip(d).open("inside")),
    Row("zipfile.ZipFile.read", "RuntimeError", lambda d: _encrypted_zip(d).read("inside")),
    Row("zipfile.ZipFile.extract", "RuntimeError", lambda d: _encrypted_zip(d).extract("inside", d)),
    Row("zipfile.ZipFile.getinfo", "KeyError", lambda d: _zip(d).getinfo("none")),
    Row("zipfile.ZipFile.extract", "KeyError", lambda d: _zip(d).extract("none", d)),
    Row("zipfile.ZipFile.extract", "zipfile.BadZipFile", lambda d: _corrupt_zip(d).extract("inside", d)),
    Row("zipfile.ZipFile.extractall", "zipfile.BadZipFile", lambda d: _corrupt_zip(d).extractall(d)),
    Row("zipfile.ZipFile.extractall", "RuntimeError", lambda d: _encrypted_zip(d).extractall(d)),
    Row("zipfile.ZipFile.write", "FileNotFoundError", lambda d: zipfile.ZipFile(d / "a.zip", "w").write(d / "none")),
    # tar
    Row("tarfile.open", "tarfile.ReadError", lambda d: tarfile.open(written(d, GARBAGE))),
    Row("tarfile.open", "FileNotFoundError", lambda d: tarfile.open(d / "none")),
    Row(
        "tarfile.TarFile.extractall",
        "tarfile.TarError",
        lambda d: _in_tar(d, lambda tar: tar.extractall(d / "x"), 2000),
    ),
    Row("tarfile.TarFile.extractall", "EOFError", _short_tar_gz),
    Row("tarfile.TarFile.extract", "KeyError", lambda d: _in_tar(d, lambda tar: tar.extract("none", d))),
    Row(
        "tarfile.TarFile.extract", "tarfile.TarError", lambda d: _in_tar(d, lambda tar: tar.extract("inside", d), 2000)
    ),
    Row("tarfile.TarFile.extractfile", "KeyError", lambda d: _in_tar(d, lambda tar: tar.extractfile("none"))),
    Row("tarfile.TarFile.getmember", "KeyError", lambda d: _in_tar(d, lambda tar: tar.getmember("none"))),
    Row("tarfile.TarFile.add", "FileNotFoundError", _add_to_tar),
    # single streams
    Row("gzip.decompress", "gzip.BadGzipFile", lambda _: gzip.decompress(GARBAGE)),
    Row("gzip.decompress", "EOFError", lambda _: gzip.decompress(gzip.compress(b"x")[:-9])),
    Row("gzip.decompress", "zlib.error", lambda _: gzip.decompress(CORRUPT)),
    Row("gzip.open", "FileNotFoundError", lambda d: gzip.open(d / "none")),
    Row("gzip.GzipFile.read", "gzip.BadGzipFile", lambda _: gzip.GzipFile(fileobj=io.BytesIO(GARBAGE)).read()),
    Row("gzip.GzipFile.read", "EOFError", lambda _: gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(b"x")[:-9])).read()),
    Row("gzip.GzipFile.read", "zlib.error", lambda _: gzip.GzipFile(fileobj=io.BytesIO(CORRUPT)).read()),
    Row("bz2.open", "FileNotFoundError", lambda d: bz2.open(d / "none")),
    Row("bz2.BZ2File", "FileNotFoundError", lambda d: bz2.BZ2File(d / "none")),
    Row("bz2.BZ2File.read", "OSError", lambda _: bz2.BZ2File(io.BytesIO(GARBAGE)).read()),
    Row("bz2.BZ2File.read", "EOFError", lambda _: bz2.BZ2File(io.BytesIO(bz2.compress(b"x")[:-5])).read()),
    Row("bz2.decompress", "OSError", lambda _: bz2.decompress(GARBAGE)),
    Row("bz2.decompress", "ValueError", lambda _: bz2.decompress(bz2.compress(b"x")[:-1])),
    Row("lzma.open", "FileNotFoundError", lambda d: lzma.open(d / "none")),
    Row("lzma.LZMAFile", "FileNotFoundError", lambda d: lzma.LZMAFile(d / "none")),
    Row("lzma.LZMAFile.read", "lzma.LZMAError", lambda _: lzma.LZMAFile(io.BytesIO(GARBAGE)).read()),
    Row("lzma.LZMAFile.read", "EOFError", lambda _: lzma.LZMAFile(io.BytesIO(lzma.compress(b"x")[:-5])).read()),
    Row("lzma.decompress", "lzma.LZMAError", lambda _: lzma.decompress(GARBAGE)),
    Row("zlib.decompress", "zlib.error", lambda _: zlib.decompress(GARBAGE)),
]
