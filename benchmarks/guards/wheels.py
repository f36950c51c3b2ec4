"""Wheels from PyPI by name, kept in a folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.guards.make import package_name


def download(names: Iterable[str], folder: Path) -> list[Path]:
    """The wheel of each requirement (``tornado`` or ``tornado==6.5``), without its dependencies; those on disk stay."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = list(names)
    missing = [name for name in wanted if not _there(name, folder)]
    for start in range(0, len(missing), 40):
        _pip(missing[start : start + 40], folder)
    return sorted(folder.glob("*.whl"), key=lambda wheel: wheel.name.lower())


def _there(name: str, folder: Path) -> bool:
    plain, _, version = name.partition("==")
    found = [wheel for wheel in folder.glob("*.whl") if _plain(package_name(wheel)) == _plain(plain)]
    return any(not version or wheel.name.split("-")[1] == version for wheel in found)


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _pip(names: list[str], folder: Path) -> None:
    """All at once; where one of them is gone, one by one."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
        "-d",
        str(folder),
    ]
    if subprocess.run([*command, *names], capture_output=True).returncode == 0:
        return
    for name in names:
        if subprocess.run([*command, name], capture_output=True).returncode:
            print(f"{name} has no wheel here any more: left out", file=sys.stderr)
