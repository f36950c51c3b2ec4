"""Hostile deliveries, comments, names and code through the whole: endpoint, job, worker, and what the bot then writes.

A pull request of a stranger on the fake GitHub and the fake GitLab, whose webhooks go to the product's own server over
a real port; the jobs that it stores are done as a worker does them, with the quick review of the behaviour tests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reviewbot.commands.colleagues import Colleagues
from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.buckets import HostBuckets
from reviewbot.publish import markers
from reviewbot.queue.work import Desk, do
from reviewbot.store.command_log import CommandLog
from tests.behaviour.bot import Bot
from tests.behaviour.code import PORT, RATE, line_of, module
from tests.behaviour.hub_stage import BOT, REPOSITORY, GitHubStage, GitLabStage, HubStage
from tests.fakes.deliveries import signed
from tests.fakes.github.markdown import render
from tests.server.served import Served, served

SECRET = "it's a secret"
APP = "app.py"
STAGES: dict[str, type[HubStage]] = {"github": GitHubStage, "gitlab": GitLabStage}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    secrets = {"github_webhook_secret": SECRET, "gitlab_webhook_secret": SECRET}
    with served(tmp_path_factory.mktemp("server"), **secrets, github_token="unused", gitlab_token="unused") as running:
        yield running
        assert "Traceback" not in running.log.read_text()


class World:
    """A stage whose webhooks are the server's, and a bot that does the jobs they lead to."""

    def __init__(self, stage: HubStage, server: Served, place: Path) -> None:
        self.stage, self.hub, self.server = stage, stage.hub, server
        self.bot = Bot(stage, place)
        self.asked: list[tuple[object, ...]] = []
        colleagues = Colleagues(self.bot.using, CommandLog(self.bot.database), self._ask, limit=500)
        name = stage.forge_name
        self.desk = Desk({name: self.bot.using}, {name: colleagues})
        self.hub.hook(REPOSITORY, f"{server.url}/webhooks/{name}", SECRET)
        self._seen = 0

    def _ask(self, *given: object) -> int | None:
        self.asked.append(given)
        return None

    def open(self, files: dict[str, str], branch: str = "topic", **facts: Any) -> None:
        """A pull request from a branch of this name."""
        if branch != "topic":
            self.stage.work.git("checkout", "-q", "-b", branch)
        sha = self.stage.commit(dict(files), str(facts.pop("message", "change")))
        self.stage.work.git("push", "-q", str(self.stage.bare()), f"{sha}:refs/heads/{branch}")
        self.stage.pull = self.hub.pull(REPOSITORY, branch, author="mallory", **facts)
        self.stage.ref = PullRequestRef(self.stage.forge_name, REPOSITORY, self.stage.pull.number)
        self.work()

    def work(self) -> list[str]:
        """Everything that was delivered, until the bot's own doings lead to nothing more; what came of each job."""
        done: list[str] = []
        for _ in range(10):
            delivered = self.hub.courier.delivered()
            new, self._seen = delivered[self._seen :], len(delivered)
            if not new:
                return done
            for one in new:
                assert one.status in (200, 202), (one.status, one.answer)
                key = one.headers.get("X-GitHub-Delivery") or one.headers["Idempotency-Key"]
                for job in self.server.jobs(self.stage.forge_name, key):
                    done.append(do(job, self.desk, lambda _: None).sentence)
        raise AssertionError("the bot answers itself")

    def written(self) -> list[str]:
        """Every text of the bot's on the pull request."""
        pull = self.stage.pull
        if self.stage.forge_name == "gitlab":
            return [note.body for note in pull.notes if note.user.login == BOT and not note.system]
        said = [*pull.comments, *pull.issue_comments, *pull.reviews]
        return [one.body for one in said if one.user.login == BOT and one.body]

    def close(self) -> None:
        self.bot.close()
        self.stage.close_down()


@pytest.fixture(params=sorted(STAGES))
def world(
    request: pytest.FixtureRequest, tmp_path: Path, server: Served, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """Whose bot takes no turns: manners have their own tests, and here it speaks more than a forge would let it."""
    monkeypatch.setattr(HostBuckets, "reserve", lambda *_: (0.0, True))
    stage = STAGES[request.param](tmp_path / "stage")
    stage.commit({"README.md": "# shop\n"}, "first")
    stage.publish("main")
    stage.work.git("checkout", "-q", "-b", "topic")
    made = World(stage, server, tmp_path / "bot")
    yield made
    made.close()


# What may stand in a text of the bot's.

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
TAGS = re.compile(r"</?(details|summary|sub)>")
PIECES = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
# What GitHub or GitLab makes a link, a picture or a formula of wherever it stands in plain text: both forges' rules,
# for both (https://docs.gitlab.com/user/markdown/#gitlab-specific-references).
LIVE = re.compile(
    r"[@#!~%$&^][\w\"]|\w[@#!]\d|\[(?:vulnerability|feature_flag|epic|issue|contact|cadence|wiki_page):|\[\[|\{[+-]"
    r"|https?:|www\.|\bGH-\d|\b(?=[a-f]*\d)[0-9a-f]{7,40}\b|:[a-z0-9_+-]+:|\$\Z|\A\$"
)


def pieces(body: str) -> Iterator[Token]:
    for block in MARKDOWN.parse(body):
        yield block
        yield from block.children or ()


def live(body: str) -> list[str]:
    """Whatever of a text is more than words and code: links, pictures, foreign HTML, references, headings."""
    found = []
    for token in pieces(body):
        if token.type in ("link_open", "image", "heading_open", "blockquote_open"):
            found.append(f"{token.type} {token.attrs}")
        elif token.type in ("html_block", "html_inline"):
            found += [p for p in PIECES.findall(token.content) if not (p.startswith("<!--") or TAGS.fullmatch(p))]
        elif token.type == "text":
            found += LIVE.findall(token.content)
    return found + re.findall(r"<a href[^<]*<", render(body))


def comments_in(body: str) -> list[str]:
    """What stands in hidden comments, outside of code."""
    html = [token.content for token in pieces(body) if token.type in ("html_block", "html_inline")]
    return re.findall(r"<!--\s*(.*?)\s*-->", "\n".join(html), re.DOTALL)


def harmless(world: World) -> list[str]:
    """The bot's texts, after all of them were looked at."""
    bodies = world.written()
    for body in bodies:
        assert live(body) == [], body
        assert all(re.fullmatch(r"reviewbot:[a-z0-9:._-]+", one) for one in comments_in(body)), body
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", body), body
    if world.stage.forge_name == "gitlab":
        assert [one for one in world.hub.mentions if one[0] == BOT] == []
        assert [one for one in world.hub.quick_actions if one[0] == BOT] == []
    return bodies


def test_the_judge_of_texts_sees_what_is_live() -> None:
    bad = "@octocat|a/b#1|#12|!12|~label|%v1|$1|&2|[x](http://e)|![x](/y)|<img src=x>|https://e.example|www.e.example|:tada:"
    for one in [
        *bad.split("|"),
        "deadbeef1",
        "<!-- x --> @octocat",
        "GH-1",
        "# h",
        "> q",
        "[[x]]",
        "<http://e>",
        "a@b.example #1",
    ]:
        assert live(f"word {one}" if one not in ("# h", "> q") else one), one
    assert live("plain `@octocat #1 <b>` words, 100% sure (of it)!\n\n<!-- reviewbot:x -->") == []


# Comments.

LIVELY = (
    "@octocat #1 !1 ~bug %v1 $1 &2 [x](http://evil.example) ![i](http://evil.example/i.png) <img src=x>"
    " :tada: deadbeef1"
)
LINES = [
    f"/seed {LIVELY}",
    f"/seed fix --repo=https://evil.example/{LIVELY}",
    "/seed fix --repo=https://evil.example/x",
    "/seed fix ../../../etc/passwd",
    "/seed fix --commit ../../@octocat",
    "/seed reject <!-- reviewbot:summary --> @octocat",
    "/seed `` ` @octocat ` ``",
    "/seed ```suggestion",
    "/seed \\`@octocat\\`",
    "/seed |@octocat|",
    "/seed @octocat\t/close",
    "/seed </details></summary><script>alert(1)</script>",
    "/seed <!-- reviewbot:answer:note:1:0 -->",
    "/seed fiks\u202e@octocat\u2066",
    "/seed \x1b[31mred\x07",
    "/seed \u200b@octocat",
    "/seed help @octocat #1",
    "/seed status --@octocat",
    "/seed $`@octocat`$",
    "/seed explain {+ @octocat +}",
    "/seed " + "`" * 300 + "@octocat",
    "/seed " + "@octocat" * 500,
    "/seed {login} {0} {word:code}",
    "/seed %s %(word)s",
]


@pytest.mark.parametrize("place", ["conversation", "line", "thread"])
def test_no_command_line_makes_the_bot_say_anything_live(world: World, place: str) -> None:
    """From a maintainer, so that it is answered; in the conversation, on a line, and under the bot's own suggestion."""
    world.open({APP: module(PORT)})
    (thread,) = world.stage.mine()
    before = world.stage.talk().pull.head
    lines = LINES if place == "conversation" else LINES[::4]
    for number, line in enumerate(lines):
        if place == "conversation":
            world.stage.comment("colleague", line)
        elif place == "line":
            world.stage.line_comment("colleague", APP, 1 + number % 5, line)
        else:
            world.stage.reply(thread, "colleague", line)
        world.work()
    assert len(harmless(world)) > len(lines) * 2 // 3
    assert world.stage.talk().pull.head == before
    assert world.asked == []


FILLER = "Lorem ipsum @octocat\n"


def longest(forge: str) -> int:
    """What each forge takes (https://docs.gitlab.com/administration/instance_limits/; GitHub's API says so)."""
    return {"github": 65_536, "gitlab": 1_000_000}[forge]


def test_the_longest_comments(world: World) -> None:
    """A command at the end of one that is read, behind what is read, and thousands of them."""
    world.open({APP: module(PORT)})
    most = longest(world.stage.forge_name)
    command = "\n/seed helb"
    at_the_end = (FILLER * (65_536 // len(FILLER)))[: 65_536 - len(command)] + command
    world.stage.comment("colleague", at_the_end)
    assert world.work()[0] == "/seed helb: declined"
    many = "".join(f"/seed nonsense{n}\n" for n in range(100_000))[: min(most, 100_000 if most > 100_000 else most)]
    world.stage.comment("colleague", many)
    assert world.work()[0].count("declined") == 6  # five commands, and one sentence for all others
    if most > 100_000:
        behind = FILLER * (100_000 // len(FILLER)) + "\n/seed help"
        world.stage.comment("colleague", behind)
        assert world.work()[0] == "The comment holds no command."
        world.stage.comment("colleague", "/seed helb\n" + "x" * (most - 11))
        assert world.work()[0] == "/seed helb: declined"
    harmless(world)


def test_a_comment_longer_than_the_forge_takes_is_still_no_harm_if_it_is_delivered(server: Served) -> None:
    """100,000 characters, and a million with controls and NULs among them: stored, or said to be wrong."""
    for body in ("/seed fix\n" + "@octocat " * 11_111, "/seed fix " + "\x00\x01\u202e" * 300_000):
        payload = {
            "action": "created",
            "issue": {"number": 1, "pull_request": {}},
            "comment": {"id": 5, "body": body},
            "repository": {"full_name": REPOSITORY},
            "sender": {"type": "User"},
        }
        data = json.dumps(payload).encode()
        answer = server.post("github", data, signed("issue_comment", data, SECRET))
        assert answer.status_code == 202, answer.text
        note = {
            "object_kind": "note",
            "project": {"path_with_namespace": REPOSITORY},
            "merge_request": {"iid": 1},
            "object_attributes": {"id": 5, "note": body, "noteable_type": "MergeRequest", "action": "create"},
        }
        headers = {"X-Gitlab-Token": SECRET, "X-Gitlab-Event": "Note Hook", "Content-Type": "application/json"}
        key = f"long-{len(body)}"
        answer = server.post("gitlab", json.dumps(note).encode(), {**headers, "Idempotency-Key": key})
        assert answer.status_code == (400 if "\x00" in body else 202), answer.text


@pytest.mark.parametrize(
    "character", ["\x00", "\x01", "\x1b[2J", "\u202e", "\u2066", "\ufeff", "\u2028", "\r", "\x0b", "\x85"]
)
def test_control_characters_around_a_command(world: World, character: str) -> None:
    """NUL is in no comment of GitLab's (PostgreSQL has none)."""
    if character == "\x00" and world.stage.forge_name == "gitlab":
        character = "\x02"
    world.open({APP: module(PORT)})
    for body in (
        f"{character}/seed helb",
        f"/seed{character} helb",
        f"/seed he{character}lb",
        f"/seed helb {character}",
    ):
        world.stage.comment("colleague", body)
        world.work()
    harmless(world)


# Names.

NAMES = [
    "@octocat #1 !1 ~bug %v1 $1 &2.py",
    "<img src=x onerror=alert(1)>.py",
    "`@octocat`.py",
    "`` @octocat #1 ``.py",
    "[x](http:evil.example).py",
    "![i](www.evil.example).py",
    "<!-- reviewbot:summary -->.py",
    "--> @octocat <!--.py",
    "a|@octocat|b.py",
    "dir/@octocat/team#1.py",
    "deadbeef1 :tada: GH-1.py",
    "\u202eyp.@octocat.py",
    "\x1b[31mred.py",
    "line\n/approve\n@octocat\n.py",
    "</details>@octocat.py",
    "'\";\\.py",
    "%s{path}{0}.py",
]


def test_names_of_files_are_shown_and_never_obeyed(world: World) -> None:
    """Each file holds a failure, so that it is spoken of; then a fix is asked for, and put elsewhere or committed."""
    using = replace(world.bot.using, options=replace(world.bot.using.options, max_suggestions=0))
    world.bot.using, world.desk = using, replace(world.desk, visits={world.stage.forge_name: using})
    world.open(dict.fromkeys(NAMES, module(PORT)))
    # What does not print names no file that is reviewed.
    assert {thread.path for thread in world.stage.mine()} == {name for name in NAMES if name.isprintable()}
    line = line_of(module(PORT), "return number")
    for name in NAMES[::3]:
        world.stage.line_comment("colleague", name, line, f"/seed fix {name}")
    world.work()
    assert len(harmless(world)) > len(NAMES)


BRANCHES = [
    "x/@octocat#1!1<img>$1&2%v1`y`",
    "fix-#1-@octocat",
    "\u202eevil\u2066",
    "x<!--reviewbot-->",
    "x-->@octocat",
    "|@octocat|",
]


@pytest.mark.parametrize("branch", BRANCHES)
def test_names_of_branches_are_shown_and_never_obeyed(world: World, branch: str) -> None:
    """Protected: so that the answer names it; then not, so that a commit goes to it."""
    world.open({APP: module(PORT)}, branch)
    (thread,) = world.stage.mine()
    world.stage.protect(branch)
    world.stage.reply(thread, "colleague", "/seed fix --commit")
    world.work()
    protected = world.hub.repositories[REPOSITORY].protected
    protected.pop(branch) if isinstance(protected, dict) else protected.remove(branch)
    world.stage.reply(thread, "colleague", "/seed fix --commit")
    assert "/seed fix --commit: answered" in world.work()
    assert len(harmless(world)) >= 3
    said = world.stage.work.git(
        "--git-dir", str(world.stage.bare()), "show", "-s", "--format=%B", world.stage.talk().pull.head
    )
    assert not LIVE.findall(re.sub(r"(?m)^Co-authored-by: colleague <\S+>$|`[^`\n]*`", "", said)), said


# Code.

FENCES = """def fence(text: str) -> int | None:
    if not text:
        return None
    number = int(text or "```suggestion @octocat #1 <img> ~~~ <!-- reviewbot:summary --> $`x`$")
    return number
"""
SPANNING = """def spanning(text: str) -> int | None:
    if not text:
        return None
    number = int(text or '''
```
@octocat #1 !1 <img src=x>
/close
~~~~~
<!-- reviewbot:summary -->
''')
    return number
"""
ERRORS = """class 错误(Exception):
    \"\"\"@octocat #1 ``` <img src=x> [x](http://evil.example)\"\"\"


def вдвое_oo1_deadbeef1(text: str) -> int:
    if not text:
        raise 错误("@octocat #1 !1 ``` <img src=x> [x](http://evil.example)")
    number = int(text)
    return number * 2


def __init__(path: str) -> dict:
    if not path:
        raise 错误("```")
    with open(path or "@octocat `#1` <img>") as file:
        return json.load(file)
"""


def test_code_is_shown_and_never_obeyed(world: World) -> None:
    """Strings with fences, functions and exceptions with odd names, messages that the bot may take for its own."""
    world.open({APP: module(FENCES, SPANNING, ERRORS)})
    threads = world.stage.mine()
    assert len(threads) >= 3
    for thread in threads:
        world.stage.reply(thread, "colleague", "/seed explain")
    world.work()
    assert len(harmless(world)) >= 2 * len(threads)
    for thread in threads:
        world.stage.reply(thread, "colleague", "/seed fix --commit")
        world.work()
        at = world.stage.talk().pull.head
        said = world.stage.work.git("--git-dir", str(world.stage.bare()), "show", "-s", "--format=%B", at)
        assert not LIVE.findall(re.sub(r"(?m)^Co-authored-by: colleague <\S+>$|`[^`\n]*`", "", said)), said
    harmless(world)


# Forged markers.


def test_a_marker_counts_nowhere_but_on_the_last_line_of_the_bots_own_comments(
    world: World, server: Served, tmp_path: Path
) -> None:
    """The very fingerprints that the bot will use, wherever somebody else can write them before it says anything.

    Fails when markers are read from anybody's comments, or from more than a comment's last line.
    """
    twin = type(world.stage)(tmp_path / "twin")
    scout = World(twin, server, tmp_path / "scout")
    try:
        code = module(PORT, RATE.replace("float(words)", "float(words)  # {mark}"))
        first = {"README.md": "# shop\n"}
        twin.commit(first, "first")
        twin.publish("main")
        twin.work.git("checkout", "-q", "-b", "topic")
        scout.open({APP: code})
        ids = sorted(one.id for one in scout.bot.records())
        assert len(ids) == 2
    finally:
        scout.close()
    forged = markers.write([*ids, markers.SUMMARY, *(f"settled:removed:{one}" for one in ids)])
    marked = RATE.replace("float(words)", f"float(words)  # {forged}")
    world.open(
        {APP: module(marked), f"{forged.replace('/', '')}.md".replace(":", ";"): forged},
        "x-marked",
        title=f"A change {forged}",
        body=f"Words\n\n{forged}",
        message=f"change\n\n{forged}",
        draft=True,
    )
    assert world.written() == []
    world.stage.comment("mallory", forged)
    world.stage.comment("mallory", f"Summary\n\n{forged}")
    world.stage.line_comment("mallory", APP, 1, f"```suggestion\n{forged}\n```\n\n{forged}")
    before = [note.body for note in world.stage.talk().notes]
    world.stage.ready()
    world.work()
    threads = world.stage.mine()
    assert len(threads) == 1 and forged in threads[0].first.body
    for thread in threads:
        world.stage.reply(thread, "mallory", forged)
    world.stage.work.git("checkout", "-q", "x-marked")
    sha = world.stage.commit({APP: module(PORT, marked)}, forged)
    world.stage.work.git("push", "-q", str(world.stage.bare()), f"{sha}:refs/test/next")
    world.hub.reset(REPOSITORY, "x-marked", sha)
    world.work()
    assert len(world.stage.mine()) == 2
    # A reply is an answer, whatever it holds.
    assert [record.state.value for record in world.bot.records()] == ["answered", "standing"]
    assert [note.body for note in world.stage.talk().notes if not note.author.ours] == before
    harmless(world)
