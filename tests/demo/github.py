"""The story on GitHub: a review, a second push, and people who steer the bot by comments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reviewbot.forge.github_permissions import EVENTS, PERMISSIONS
from tests.demo.process import Bot, DemoError, first_line, jobs_done, said, save_page, say
from tests.fakes.github import FakeGitHub
from tests.fakes.github.__main__ import files_of
from tests.fakes.github.model import App, Comment, IssueComment, Pull

HERE = Path(__file__).parent
REPOSITORY = "team/shop"
BOT = "reviewbot[bot]"


def prepare(hub: FakeGitHub) -> tuple[App, dict[str, str]]:
    """The App, the repository and its people; the bot's settings for it."""
    hub.repository(REPOSITORY, files_of(HERE / "base"))
    for login, role in (("developer", "write"), ("colleague", "write"), ("stranger", "read")):
        hub.grant(REPOSITORY, login, role)
    rights = {need.name: need.access for need in PERMISSIONS}
    app = hub.app("reviewbot", owner="team", permissions=rights, events=tuple(need.name for need in EVENTS))
    hub.install(app, "team")
    return app, {
        "REVIEWBOT_GITHUB_URL": hub.api,
        "REVIEWBOT_GITHUB_APP_ID": str(app.id),
        "REVIEWBOT_GITHUB_APP_PRIVATE_KEY": app.pem,
        "REVIEWBOT_GITHUB_WEBHOOK_SECRET": app.webhook_secret,
    }


def tell(hub: FakeGitHub, bot: Bot, place: Path, out: Path) -> Pull:
    """The whole story; the page as it is after the first review is kept, too."""
    hub.push(REPOSITORY, "rates", files_of(HERE / "head"), message="Read exchange rates")
    pull = hub.pull(REPOSITORY, "rates", title="Read exchange rates", body="Rates from a file or from the bank.")
    story = _Story(hub, bot, place, pull)
    story.review()
    save_page(hub.url(pull), out / "first-review.html")
    story.nothing_twice()
    story.second_push()
    story.commands()
    return pull


class _Story:
    def __init__(self, hub: FakeGitHub, bot: Bot, place: Path, pull: Pull) -> None:
        self.hub, self.bot, self.place, self.pull = hub, bot, place, pull

    def review(self) -> None:
        say("Webhook", f"pull_request opened, signed; the bot answered {self.hub.delivered()[-1].status}")
        self.bot.wait(lambda: bool(self.pull.reviews), "no review came")
        self.bot.wait(lambda: jobs_done(self.place) >= 1, "the review was not ended")
        posts = sum(seen.path.endswith("/reviews") for seen in self.hub.seen)
        say("One review", f"{len(self.mine())} comments in {posts} call; {len(self.hub.seen)} requests in all")
        for comment in self.mine():
            said(f"{comment.path}:{self.where(comment)}  {first_line(comment.body)}")

    def nothing_twice(self) -> None:
        done, before = jobs_done(self.place), len(self.mine())
        self.hub.ready(self.pull)  # the same head once more
        self.bot.wait(lambda: jobs_done(self.place) > done, "the second delivery was not worked off")
        say("The same head again", f"{len(self.pull.reviews)} review, {len(self.mine())} comments, as before")
        if len(self.pull.reviews) != 1 or len(self.mine()) != before:
            raise DemoError("the second delivery was reviewed again")

    def second_push(self) -> None:
        """Lines move, one place is mended by hand, one by GitHub's own button."""
        clicked = self.about("import_all")
        self.hub.apply_suggestion(clicked, "developer")
        rates = (self.hub.store(self.pull.repo).read(self.pull.head_sha, "shop/rates.py") or b"").decode()
        moved = rates.replace("import json\n", "import json  # the finance team's format\n\n# The bank's is text.\n", 1)
        files = {"shop/rates.py": moved, "settings.py": '"""Settings of the nightly run."""\n\ntimeout = 30\n'}
        self.hub.push(REPOSITORY, "rates", files, message="Fixed time-out")
        ended = [c for c in self.mine() if c.path == "settings.py"]
        self.bot.wait(lambda: all(self.answers(c) for c in ended), "no thread was ended")
        say("A second push", "one suggestion applied by its button, one place rewritten, all other lines moved")
        for comment in self.mine():
            answer = self.answers(comment)
            state = first_line(answer[-1]) if answer else ("applied" if comment is clicked else "stands, silent")
            said(f"{comment.path}:{self.where(comment)}  {state}")

    def commands(self) -> None:
        note = self.hub.comment(self.pull, "colleague", "What can you do?\n\n/seed help")
        said_before = len(self.own_notes())
        self.bot.wait(lambda: len(self.own_notes()) > said_before, "/seed help was not answered")
        say("/seed help", f"{_emojis(note)} {first_line(self.own_notes()[-1].body)}")

        self.hub.comment(self.pull, "colleague", "/seed status")
        self.bot.wait(lambda: len(self.own_notes()) > said_before + 1, "/seed status was not answered")
        say("/seed status")
        for told in self.own_notes()[-1].body.split("<!--")[0].splitlines():
            if told.strip():
                said(told)

        line = _line(self.read("shop/server.py"), "int(text)")
        asked = self.hub.review_comment(
            self.pull, "colleague", "shop/server.py", line, "What if it is no number?\n\n/seed fix"
        )
        answer = self.answered(asked)
        say("/seed fix", f"{_emojis(asked)} where the bot had been silent, one click in the thread:")
        for code in _block(answer.body):
            said(code)

        before = self.pull.head_sha
        self.hub.reply(self.pull, self.about("load_rates"), "colleague", "/seed fix --commit")
        self.bot.wait(lambda: self.pull.head_sha != before, "/seed fix --commit pushed nothing")
        shown = self.hub.store(self.pull.repo).git(
            "show", "-s", "--format=%an: %s%n%(trailers:only)", self.pull.head_sha
        )
        say("/seed fix --commit", shown.decode().strip().replace("\n", "; "))
        committed = self.about("load_rates").thread
        self.bot.wait(lambda: committed.resolved_by is not None, "the thread was not resolved")

        unwanted = self.about("download")
        self.hub.reply(self.pull, unwanted, "developer", "/seed reject the caller retries")
        self.bot.wait(lambda: unwanted.thread.resolved_by is not None, "/seed reject did nothing")
        say("/seed reject", first_line(self.answers(unwanted)[-1]))

        refused = self.hub.reply(self.pull, asked, "stranger", "/seed fix --commit")
        answer = self.answered(refused)
        say("A stranger's command", f"{_emojis(refused)} {first_line(answer.body)}")

    # What stands.

    def mine(self) -> list[Comment]:
        """The bot's suggestions: the first comments of its threads."""
        return [c for c in self.pull.comments if c.user.login == BOT and c.reply_to is None]

    def own_notes(self) -> list[IssueComment]:
        return [note for note in self.pull.issue_comments if note.user.login == BOT]

    def answers(self, comment: Comment) -> list[str]:
        """What the bot said in a thread after its first comment."""
        said_there = self.pull.comments_of(comment.thread)
        return [c.body for c in said_there[1:] if c.user.login == BOT]

    def answered(self, asked: Comment) -> Comment:
        """The bot's answer to a command."""

        def last() -> Comment:
            return self.pull.comments_of(asked.thread)[-1]

        self.bot.wait(lambda: last().user.login == BOT, f"no answer to {asked.body!r}")
        return last()

    def about(self, function: str) -> Comment:
        """The suggestion inside a function."""
        names: Callable[[Comment], bool] = lambda c: f"`{function}`" in first_line(c.body)  # noqa: E731
        found = [c for c in self.mine() if names(c)]
        if not found:
            raise DemoError(f"there is no suggestion about {function}")
        return found[0]

    def read(self, path: str) -> str:
        return (self.hub.store(self.pull.repo).read(self.pull.head_sha, path) or b"").decode()

    def where(self, comment: Comment) -> str:
        """Its lines on the head, as GitHub shows them."""
        place = self.hub.place(self.pull, comment)
        if place is None:
            return "outdated"
        return f"{place.start_line}-{place.line}" if place.start_line else str(place.line)


def _emojis(comment: Comment | IssueComment) -> str:
    shown = {"eyes": "👀", "-1": "👎", "+1": "👍"}
    return "".join(shown[one.content] for one in comment.reactions if one.user.login == BOT)


def _block(body: str) -> list[str]:
    """The code of a suggestion."""
    lines = body.split("\n")
    start = next(at for at, line in enumerate(lines) if line.startswith("```suggestion"))
    return lines[start + 1 : lines.index("```", start + 1)]


def _line(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if part in line)
