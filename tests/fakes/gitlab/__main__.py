"""Run the fake GitLab by itself: `python -m tests.fakes.gitlab --port 8998 --repository team/shop --files DIR`."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path

from tests.fakes.github.__main__ import files_of
from tests.fakes.gitlab.server import FakeGitLab


def main() -> None:
    parser = argparse.ArgumentParser(description="A stateful GitLab over real git repositories, for tests and demos.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--root", type=Path, help="where the bare repositories lie; a temporary folder by default")
    parser.add_argument("--repository", default="team/shop")
    parser.add_argument("--files", type=Path, help="a folder whose files are the first commit")
    parser.add_argument("--bot", default="reviewbot", help="whose token is printed")
    given = parser.parse_args()
    with FakeGitLab(given.root, given.port) as hub:
        hub.repository(given.repository, files_of(given.files) if given.files else None)
        print(f"web   {hub.web}\napi   {hub.api}\ntoken {hub.token(given.bot, installation=True)}", flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
