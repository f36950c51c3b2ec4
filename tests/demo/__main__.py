"""``make demo``: the whole product on real input, in about a minute.

A GitHub and a GitLab of its own (strict, over real git repositories) deliver signed webhooks to ``reviewbot up``, as a
user starts it: server, workers, broker, database and the embedded model. Every suggestion is proven in the sandbox
before it is posted; after a second push nothing is said twice; people steer the bot by comments. Then the gate: what an
AI wrote is merged only after a person reviewed it. The pages of the pull requests are kept in ``demo-out/``.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.demo import gate, github, gitlab
from tests.demo.process import DemoError, running, save_page, say
from tests.fakes.github import FakeGitHub
from tests.fakes.gitlab import FakeGitLab


def main() -> int:
    """Run the demo. Returns what to exit with."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("demo-out"), help="where the pages are kept")
    parser.add_argument("--model", default="starter", help="none, starter, a folder, a .gguf file or a server's URL")
    parser.add_argument("--stay", action="store_true", help="keep the pull requests' pages up until Ctrl-C")
    options = parser.parse_args()
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="reviewbot-demo-") as place, FakeGitHub() as hub, FakeGitLab() as lab:
            show(hub, lab, Path(place), options)
            say(f"Done in {time.monotonic() - began:.0f} s.")
            if options.stay:
                say("The pages stay until Ctrl-C", f"{hub.web} and {lab.web}")
                signal.sigwait({signal.SIGINT})
    except DemoError as error:
        print(f"The demo failed: {error}", file=sys.stderr)
        return 1
    return 0


def show(hub: FakeGitHub, lab: FakeGitLab, place: Path, options: argparse.Namespace) -> None:
    """The whole story."""
    say("Forges of its own", f"a GitHub at {hub.web}, a GitLab at {lab.web}, over real git repositories")
    app, settings = github.prepare(hub)
    gate.prepare(hub, app)
    settings |= {**gitlab.prepare(lab), "REVIEWBOT_MODEL": options.model}
    with running(settings, place) as bot:
        app.hook = bot.address("github")
        pull = github.tell(hub, bot, place, options.out)
        request = gitlab.tell(lab, bot)
        gate.tell(hub, bot, options.out)
    say("Look at it", save_page(hub.url(pull), options.out / "review.html").resolve().as_uri())
    say("and at it", save_page(lab.url(request), options.out / "merge-request.html").resolve().as_uri())


if __name__ == "__main__":
    sys.exit(main())
