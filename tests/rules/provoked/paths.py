"""Failures of ``pathlib`` and temporary files, made to happen."""

from __future__ import annotations

import filecmp
import pathlib
import tempfile
from pathlib import Path

from tests.rules.provoked.row import Row, as_nobody, written


def _open_forbidden(folder: Path) -> None:
    path = written(folder, "x")
    path.chmod(0)
    with as_nobody():
        path.open()


ROWS = [
    Row("pathlib.Path.read_text", "FileNotFoundError", lambda d: (d / "none").read_text()),
    Row("pathlib.Path.read_text", "UnicodeDecodeError", lambda d: written(d, b"\xff").read_text("utf-8")),
    Row("pathlib.Path.read_bytes", "FileNotFoundError", lambda d: (d / "none").read_bytes()),
    Row("pathlib.Path.open", "FileNotFoundError", lambda d: (d / "none").open()),
    Row("pathlib.Path.open", "PermissionError", _open_forbidden),
    Row("pathlib.Path.write_text", "OSError", lambda d: (d / "no" / "x").write_text("")),
    Row("pathlib.Path.write_bytes", "OSError", lambda d: d.write_bytes(b"")),
    Row("pathlib.Path.stat", "FileNotFoundError", lambda d: (d / "none").stat()),
    Row("pathlib.Path.lstat", "FileNotFoundError", lambda d: (d / "none").lstat()),
    Row("pathlib.Path.samefile", "FileNotFoundError", lambda d: d.samefile(d / "none")),
    Row("pathlib.Path.owner", "FileNotFoundError", lambda d: (d / "none").owner()),
    Row("pathlib.Path.group", "FileNotFoundError", lambda d: (d / "none").group()),
    Row("pathlib.Path.readlink", "OSError", lambda d: d.readlink()),
    Row("pathlib.Path.iterdir", "FileNotFoundError", lambda d: list((d / "none").iterdir())),
    Row("pathlib.Path.unlink", "FileNotFoundError", lambda d: (d / "none").unlink()),
    Row("pathlib.Path.rename", "OSError", lambda d: (d / "none").rename(d / "x")),
    Row("pathlib.Path.replace", "OSError", lambda d: (d / "none").replace(d / "x")),
    Row("pathlib.Path.touch", "FileNotFoundError", lambda d: (d / "no" / "x").touch()),
    Row("pathlib.Path.chmod", "FileNotFoundError", lambda d: (d / "none").chmod(0o600)),
    Row("pathlib.Path.symlink_to", "FileExistsError", lambda d: d.symlink_to(d)),
    Row("pathlib.Path.hardlink_to", "FileExistsError", lambda d: written(d, "").hardlink_to(written(d, "", "x"))),
    Row("pathlib.Path.mkdir", "FileExistsError", lambda d: d.mkdir()),
    Row("pathlib.Path.rmdir", "OSError", lambda d: written(d, "").parent.rmdir()),
    # words alone
    Row("pathlib.Path.relative_to", "ValueError", lambda d: d.relative_to("/no/such")),
    Row("pathlib.Path.with_name", "ValueError", lambda _: pathlib.Path("/").with_name("x")),
    Row("pathlib.Path.with_suffix", "ValueError", lambda d: (d / "x").with_suffix("py")),
    Row("pathlib.Path.as_uri", "ValueError", lambda _: pathlib.Path("x").as_uri()),
    Row("pathlib.Path.expanduser", "RuntimeError", lambda _: pathlib.Path("~no-such-user/x").expanduser()),
    # temporary files
    Row("tempfile.mkstemp", "OSError", lambda d: tempfile.mkstemp(dir=d / "none")),
    Row("tempfile.mkdtemp", "OSError", lambda d: tempfile.mkdtemp(dir=d / "none")),
    Row("tempfile.NamedTemporaryFile", "OSError", lambda d: tempfile.NamedTemporaryFile(dir=d / "none")),  # noqa: SIM115
    Row("tempfile.TemporaryDirectory", "OSError", lambda d: tempfile.TemporaryDirectory(dir=d / "none")),
    Row("filecmp.cmp", "FileNotFoundError", lambda d: filecmp.cmp(d / "none", written(d, "x"))),
]
