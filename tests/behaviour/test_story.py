"""A long story on every forge: three people push, answer, rewrite history and merge; after each push all is checked."""

from __future__ import annotations

from tests.behaviour.bot import Bot
from tests.behaviour.code import module
from tests.behaviour.stage import TOPIC, Stage
from tests.behaviour.story import CODE, COLLEAGUE, DEVELOPER, NEWCOMER, Story, text_of, words

STOCK = ("size", "weight", "room", "tax", "hour")


def stock(*names: str, **changed: str) -> str:
    return module(*(changed.get(name, CODE[name]) for name in names))


def test_a_long_story(stage: Stage, bot: Bot) -> None:
    story = Story(stage, bot)
    git, where = story.git, stage.forge.name

    # 1. A draft is left alone until it is ready.
    story.push(DEVELOPER, {"app.py": stock("port", "rate", "load", "age")})
    stage.open(draft=True)
    assert story.look(says=False) == set()
    stage.ready()
    assert story.look() == {"port", "rate", "load", "age"}

    # 2. Lines move, and there is more code.
    app = stock("port", "rate", "load", "age").replace("import json\n", "import json\nimport os\nimport sys\n")
    story.push(COLLEAGUE, {"app.py": app, "stock.py": stock(*STOCK)})
    assert story.look() == {"port", "rate", "load", "age", *STOCK}

    # 3. The forge's own button.
    stage.click(story.thread("rate"), DEVELOPER)
    story.pushes += 1
    assert story.look() == {"port", "load", "age", *STOCK}

    # 4. Two are answered, one is fixed in another way, and what was answered stands elsewhere, too.
    stage.reply(story.thread("port"), COLLEAGUE, "The caller checks it.")
    stage.downvote(story.thread("size").first, NEWCOMER)
    app = text_of(stage.work.path / "app.py").replace(
        "    with open(path) as file:\n        return json.load(file)\n", "    return {}\n"
    )
    story.twins = {"twins.py", "more.py"}
    story.push(NEWCOMER, {"app.py": app, "twins.py": stock("port", "size")})
    assert story.look() == {"port", "size", "age", "weight", "room", "tax", "hour"}

    # 5. A renamed file, and a function that goes.
    git("mv", "stock.py", "goods.py")
    goods = text_of(stage.work.path / "goods.py").replace("\n\n" + CODE["hour"], "")
    story.push(DEVELOPER, {"goods.py": goods})
    story.may_be_outdated |= {"size", "weight", "room", "tax"} if where == "github" else set()
    assert story.look() == {"port", "size", "age", "weight", "room", "tax"}

    # 6. Code moves to a file of its own.
    goods = text_of(stage.work.path / "goods.py").replace("\n\n" + CODE["room"], "")
    story.push(COLLEAGUE, {"goods.py": goods, "rooms.py": stock("room")})
    story.may_be_outdated.add("room")
    assert story.look() == {"port", "size", "age", "weight", "room", "tax"}

    # 7. The last commit is made again, with more in it.
    stage.work.write("doors.py", stock("door"))
    git("add", "-A")
    git("commit", "-q", "--amend", "-m", "again")
    story.pushed(git("rev-parse", "HEAD"))
    assert story.look() == {"port", "size", "age", "weight", "room", "tax", "door"}

    # 8. A rebase onto a main that moved.
    story.main_moves({"lamps.py": stock("lamp")})
    git("rebase", "-q", "main")
    story.pushed(git("rev-parse", "HEAD"))
    assert story.look(says=False) == {"port", "size", "age", "weight", "room", "tax", "door"}

    # 9. Main is merged. Another base brings lines of main into the diff, and takes them out again.
    story.main_moves({"cups.py": "x = 1\n"})
    git("merge", "-q", "--no-ff", "-m", "merge main", "main")
    story.pushed(git("rev-parse", "HEAD"))
    assert story.look(says=False) == {"port", "size", "age", "weight", "room", "tax", "door"}
    git("branch", "release", "main~2")
    stage.publish("release")
    stage.retarget("release")
    assert story.look() == {"port", "size", "age", "weight", "room", "tax", "door", "lamp"}
    stage.retarget("main")
    story.may_be_outdated.add("lamp")
    story.look(says=False)

    # 10. A person resolves one, and deletes another; the lines around change.
    stage.resolve(story.thread("weight"), DEVELOPER)
    stage.delete(story.thread("tax").first)
    top = '"""Settings."""\n'
    goods = text_of(stage.work.path / "goods.py").replace(top, top + "\nWORDS = 1\n")
    story.push(NEWCOMER, {"goods.py": goods, "more.py": stock("weight", "tax")})
    assert story.look() == {"port", "size", "age", "room", "door", "lamp"}
    stage.close()
    assert story.look(says=False) == {"port", "size", "age", "room", "door", "lamp"}
    stage.reopen()
    assert story.look(says=False) == {"port", "size", "age", "room", "door", "lamp"}

    # 11. One is fixed by hand; 12. that is reverted; 13. the head goes back to an old commit.
    before = git("rev-parse", TOPIC)
    story.push(COLLEAGUE, {"doors.py": stock("door", door=CODE["door"].replace("int(house)", "len(house)"))})
    assert story.look() == {"port", "size", "age", "room", "lamp"}
    git("revert", "--no-edit", "HEAD")
    story.pushed(git("rev-parse", "HEAD"))
    story.may_be_outdated |= {"door"} if where == "gitlab" else set()  # never anchored again there
    assert story.look() == {"port", "size", "age", "room", "door", "lamp"}
    git("reset", "-q", "--hard", before)
    story.pushed(git("rev-parse", "HEAD"))
    assert story.look(says=False) == {"port", "size", "age", "room", "door", "lamp"}

    assert story.pushes >= 12 and story.authors() >= {DEVELOPER, COLLEAGUE, NEWCOMER}
    stage.merge()
    before_merge = words(stage)
    bot.look()
    assert words(stage) == before_merge
    assert story.table() == {
        "port": ("answered", "left", COLLEAGUE, "The caller checks it."),
        "rate": ("gone", "applied", DEVELOPER, None),
        "load": ("gone", "fixed", None, None),
        "age": ("standing", "left", None, None),
        "size": ("answered", "rejected", NEWCOMER, None),
        "weight": ("answered", "rejected", DEVELOPER, None),
        "room": ("standing", "left", None, None),
        "tax": ("answered", "rejected", None, None),
        "hour": ("gone", "removed", None, None),
        "door": ("standing", "left", None, None),
        "lamp": ("standing", "left", None, None),
    }
