"""Run the fake GitHub by itself: `python -m tests.fakes.github --port 8999 --repository team/shop --files DIR`."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path

from tests.fakes.github.server import FakeGitHub


def files_of(folder: Path) -> dict[str, bytes | str | None]:
    """Every file below `folder`, ready for a commit."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def main() -> None:
    parser = argparse.ArgumentParser(description="A stateful GitHub over real git repositories, for tests and demos.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--root", type=Path, help="where the bare repositories lie; a temporary folder by default")
    parser.add_argument("--repository", default="team/shop")
    parser.add_argument("--files", type=Path, help="a folder whose files are the first commit")
    parser.add_argument("--bot", default="reviewbot[bot]", help="whose token is printed")
    given = parser.parse_args()
    with FakeGitHub(given.root, given.port) as hub:
        hub.repository(given.repository, files_of(given.files) if given.files else None)
        print(f"web   {hub.web}\napi   {hub.api}\ntoken {hub.token(given.bot)}", flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
