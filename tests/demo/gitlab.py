"""The same on GitLab, shorter: a review published in one go, and a fix pushed on command."""

from __future__ import annotations

import base64

from tests.demo.github import HERE
from tests.demo.process import Bot, first_line, said, say
from tests.fakes.github.__main__ import files_of
from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Note, Pull

REPOSITORY = "team/shop"
SIGNING = "whsec_" + base64.b64encode(b"the-signing-token-of-the-demo").decode()
BOT = "reviewbot"


def prepare(hub: FakeGitLab) -> dict[str, str]:
    """The project and its people; the bot's settings for it."""
    hub.repository(REPOSITORY, files_of(HERE / "base"))
    for login in ("developer", "colleague", BOT):
        hub.grant(REPOSITORY, login, "write")
    return {
        "REVIEWBOT_GITLAB_URL": hub.web,
        "REVIEWBOT_GITLAB_TOKEN": hub.token(BOT),
        "REVIEWBOT_GITLAB_SIGNING_TOKEN": SIGNING,
    }


def tell(hub: FakeGitLab, bot: Bot) -> Pull:
    """The whole story."""
    hub.hook(REPOSITORY, bot.address("gitlab"), "", signing=SIGNING)
    files = {"shop/rates.py": files_of(HERE / "head")["shop/rates.py"]}
    hub.push(REPOSITORY, "rates", files, message="Read exchange rates")
    pull = hub.pull(REPOSITORY, "rates", title="Read exchange rates", body="Rates from a file or from the bank.")
    say("GitLab's webhook", f"merge request opened, signed; the bot answered {hub.delivered()[-1].status}")
    bot.wait(lambda: bool(hub.reviews), "no review came")
    say("One review", f"{len(_mine(pull))} threads published in {len(hub.reviews)} go: one notification")
    for note in _mine(pull):
        said(f"{note.position.path}:{note.position.new_line}  {first_line(note.body)}")  # type: ignore[union-attr]
    wanted, before = _mine(pull)[0], pull.head_sha
    hub.reply(pull, wanted, "colleague", "/seed fix --commit")
    bot.wait(lambda: pull.head_sha != before, "/seed fix --commit pushed nothing")
    bot.wait(lambda: wanted.discussion.resolved, "its thread was not resolved")
    answers = [note for note in wanted.discussion.notes[1:] if note.user.login == BOT and not note.system]
    say("/seed fix --commit", " ".join(first_line(note.body) for note in answers))
    return pull


def _mine(pull: Pull) -> list[Note]:
    """The bot's suggestions: the first notes of its threads."""
    first = (discussion.first for discussion in pull.discussions)
    return [note for note in first if note.user.login == BOT and note.position is not None]
