"""The gate on GitHub: AI-written lines are blocked, reviewed, and blocked again where one of them changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reviewbot.domain.gate import CHECK
from tests.demo.process import Bot, DemoError, first_line, said, save_page, say
from tests.fakes.github import FakeGitHub
from tests.fakes.github.model import App, Pull

REPOSITORY = "team/ledger"
POLICY = '[ai]\nmode = "enforce"\n'
BASE = {".reviewbot.toml": POLICY, "ledger/__init__.py": "", "README.md": "# ledger\n"}
CODE = '''"""Interest of an account."""


def interest(balance: int, rate: float) -> int:
    return round(balance * rate)


def with_interest(balance: int, rate: float) -> int:
    return balance + interest(balance, rate)
'''
CHANGED = CODE.replace("round(balance * rate)", "int(balance * rate)")
TRAILER = "Co-Authored-By: Claude <noreply@anthropic.com>"
DEVELOPER, COLLEAGUE, OWNER = "developer", "colleague", "owner"


def prepare(hub: FakeGitHub, app: App) -> None:
    """A repository whose branch rule demands the gate's word, from this App."""
    hub.repository(REPOSITORY, BASE)
    for login, role in ((DEVELOPER, "write"), (COLLEAGUE, "write"), (OWNER, "admin")):
        hub.grant(REPOSITORY, login, role)
    hub.require(REPOSITORY, "main", context=CHECK, app=app)


def tell(hub: FakeGitHub, bot: Bot, out: Path) -> Pull:
    """The whole story."""
    hub.push(REPOSITORY, "interest", {"ledger/interest.py": CODE}, message=f"Interest\n\n{TRAILER}", author=DEVELOPER)
    story = _Story(hub, bot, hub.pull(REPOSITORY, "interest", title="Interest", author=DEVELOPER))
    story.wait_for("action_required")
    say("AI-written lines", "a commit that Claude Code signed, and a branch rule that demands the gate's word")
    story.show()
    story.merge(405)
    bot.wait(lambda: bool(story.pull.issue_comments), "the gate's comment did not come")
    save_page(hub.url(story.pull), out / "gate.html")

    hub.approve(story.pull, COLLEAGUE)
    story.wait_for("success")
    say(f"{COLLEAGUE} approves")
    story.show()

    files = {"ledger/interest.py": CHANGED}
    hub.push(REPOSITORY, "interest", files, message=f"Round down\n\n{TRAILER}", author=DEVELOPER)
    story.wait_for("action_required")
    say("A push that changes one AI-written line", "that line is to be reviewed, and no other")
    story.show()
    story.merge(405)

    hub.approve(story.pull, COLLEAGUE)
    story.wait_for("success")
    say(f"{COLLEAGUE} approves the line")
    story.merge(200)
    return story.pull


class _Story:
    def __init__(self, hub: FakeGitHub, bot: Bot, pull: Pull) -> None:
        self.hub, self.bot, self.pull = hub, bot, pull

    def check(self) -> Any:
        """The newest check run of the gate on the head; None where there is none."""
        runs = [run for run in self.hub.check_runs(REPOSITORY, self.pull.head_sha) if run.name == CHECK]
        return max(runs, key=lambda run: run.id, default=None)

    def wait_for(self, conclusion: str) -> None:
        def there() -> bool:
            run = self.check()
            return run is not None and run.conclusion == conclusion

        self.bot.wait(there, f"the gate did not come to {conclusion} on {self.pull.head_sha[:7]}")

    def show(self) -> None:
        run = self.check()
        said(f"{CHECK} on {self.pull.head_sha[:7]}: {run.conclusion}: {run.title}")
        for note in run.annotations:
            lines = {note["start_line"], note["end_line"]}
            said(f"  {note['path']}:{'-'.join(map(str, sorted(lines)))}  {first_line(note['title'])}")

    def merge(self, expected: int) -> None:
        why = "" if (hindrance := self.hub.hindrance(self.pull)) == "mergeable" else f": {hindrance}"
        status = self.hub.try_merge(self.pull, OWNER)
        say("Merge", f"GitHub answers {status}{why}")
        if status != expected:
            raise DemoError(f"the merge was answered with {status}, and not with {expected}")
