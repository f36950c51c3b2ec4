"""CODEOWNERS, by the documentation of both forges."""

from __future__ import annotations

import pytest

from reviewbot.policy.owners import MOST_BYTES, PLACES, Codeowners, Dialect, find

GITHUB = """# This is a comment.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
my\\ file.py @spaced
"""
"""The example of GitHub's page, and an escaped space."""


def owners(text: str, path: str, dialect: Dialect = Dialect.GITHUB) -> list[str]:
    return [name for one in Codeowners(text, dialect).of(path) for name in one.names]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("README.md", ["@global-owner1", "@global-owner2"]),
        ("deep/down/x.rb", ["@global-owner1", "@global-owner2"]),
        ("a/b.js", ["@js-owner"]),
        ("a/b.jsx", ["@global-owner1", "@global-owner2"]),
        ("B.JS", ["@global-owner1", "@global-owner2"]),
        ("x/y.go", ["docs@example.com"]),
        ("n.txt", ["@octo-org/octocats"]),
        ("build/logs/a/b.txt", ["@octocat"]),
        ("build/other/a", ["@global-owner1", "@global-owner2"]),
        ("docs/a.md", ["@doctocat"]),
        ("x/docs/a.md", ["@global-owner1", "@global-owner2"]),
        ("x/apps/y/z", ["@octocat"]),
        ("scripts/x", ["@doctocat", "@octocat"]),
        ("deeply/nested/logs/x", ["@octocat"]),
        ("apps/a", ["@octocat"]),
        ("apps/github", []),
        ("apps/github/x", []),
        ("my file.py", ["@spaced"]),
    ],
)
def test_github(path: str, expected: list[str]):
    assert owners(GITHUB, path) == expected


@pytest.mark.parametrize(
    ("line", "path", "expected"),
    [
        ("docs/* @a", "docs/x.md", ["@a"]),
        ("docs/* @a", "docs/build-app/x.md", []),
        ("/docs/ @a", "docs/build-app/x.md", ["@a"]),
        ("docs @a", "x/docs/y", ["@a"]),
        ("/docs @a", "x/docs/y", []),
        ("/a/**/c.py @a", "a/b/d/c.py", ["@a"]),
        ("/a/**/c.py @a", "a/c.py", ["@a"]),
        ("!a.py @a", "b.py", []),
        ("[ab].py @a", "a.py", []),
        ("\\#a.py @a", "#a.py", []),
        ("* notanowner", "a.py", []),
        ("*  \t@a", "a.py", ["@a"]),
        ("", "a.py", []),
        ("  # * @a", "a.py", []),
        ("* @a\r", "a.py", ["@a"]),
        ("../x @a", "x", []),
    ],
)
def test_a_line_of_githubs(line: str, path: str, expected: list[str]):
    assert owners(line, path) == expected


def test_a_line_that_is_skipped_is_told_and_changes_nothing():
    found = Codeowners("* @a\n!x @b\n* nobody\n../y @c\n", Dialect.GITHUB)
    assert [one.names for one in found.of("x")] == [("@a",)]
    assert sorted(found.skipped) == [2, 3, 4]


SECTIONS = """* @admin

[README Owners]
README.md @user1 @user2
internal/README.md @user4

[README other owners]
README.md @user3

[Documentation][2] @docs-team
docs/
*.txt

^[Database] @database-team @agarcia
model/db/
config/db/database-setup.md @docs-team

[database]
model/db/secret.rb @dba

[Ruby]
*.rb @ruby-team
!/config/**/*.rb
/config/routes.rb @ops
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("README.md", ["@admin", "@user1", "@user2", "@user3"]),
        ("internal/README.md", ["@admin", "@user4", "@user3"]),
        ("docs/a/b.md", ["@admin", "@docs-team"]),
        ("x/docs/a", ["@admin", "@docs-team"]),
        ("a.txt", ["@admin", "@docs-team"]),
        ("model/db/x", ["@admin", "@database-team", "@agarcia"]),
        ("config/db/database-setup.md", ["@admin", "@docs-team"]),
        ("model/db/secret.rb", ["@admin", "@dba", "@ruby-team"]),
        ("config/routes.rb", ["@admin"]),
        ("config/a/b.rb", ["@admin"]),
        ("lib/a.rb", ["@admin", "@ruby-team"]),
    ],
)
def test_gitlab(path: str, expected: list[str]):
    assert owners(SECTIONS, path, Dialect.GITLAB) == expected


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("README.md @a", "x/y/README.md", ["@a"]),
        ("/README.md @a", "x/README.md", []),
        ("internal/README.md @a", "docs/api/internal/README.md", ["@a"]),
        ("/docs/ @a", "docs/x/y.md", ["@a"]),
        ("/docs/* @a", "docs/x.md", ["@a"]),
        ("/docs/* @a", "docs/x/y.md", []),
        ("/docs/** @a", "docs/x/y.md", []),
        ("/docs/*.md @a", "docs/x/y.md", []),
        ("/docs/index.* @a", "docs/index.html", ["@a"]),
        ("/docs/*spec* @a", "docs/qa_specs.rb", ["@a"]),
        ("/docs/*/README.md @a", "docs/api/README.md", ["@a"]),
        ("/docs/*/README.md @a", "docs/api/v4/README.md", []),
        ("/docs/**/index.md @a", "docs/index.md", ["@a"]),
        ("/docs/**/index.md @a", "docs/api/graphql/index.md", ["@a"]),
        ("* @a", "deep/down.py", ["@a"]),
        ("docs @a", "docs/x.md", []),
        ("lib/ @a", "x/lib/y/z", ["@a"]),
        ("path\\ with\\ spaces/ @a", "path with spaces/x", ["@a"]),
        ("\\#x.rb @a", "#x.rb", ["@a"]),
        ("# * @a", "x", []),
        ("* @a  # @b asked for it", "x", ["@a", "@b"]),
        ("* @a nonsense @b", "x", ["@a", "@b"]),
        (
            "* @group/with-nested/subgroup a@b.example @@maintainer",
            "x",
            ["@group/with-nested/subgroup", "a@b.example", "@@maintainer"],
        ),
        ("[ab].rb @a", "a.rb", ["@a"]),
        ("* @a\n!*.rb\n/special/*.rb @b", "special/x.rb", []),
        ("*", "x", []),
    ],
)
def test_a_line_of_gitlabs(text: str, path: str, expected: list[str]):
    assert owners(text, path, Dialect.GITLAB) == expected


@pytest.mark.parametrize(
    ("heading", "needed", "optional"),
    [
        ("[A]", 1, False),
        ("^[A]", 1, True),
        ("[A][3]", 3, False),
        ("^[A][2]", 2, True),
        ("[A][0]", 1, False),
        ("[A]\n[a][2]", 2, False),
        ("^[A]\n[A]", 1, False),
        ("^[A]\n^[A]", 1, True),
    ],
)
def test_a_heading_of_gitlabs(heading: str, needed: int, optional: bool):
    (found,) = Codeowners(f"{heading}\n* @a\n", Dialect.GITLAB).of("x")
    assert (found.section, found.needed, found.optional) == ("A", needed, optional)


def test_required_sections_come_first():
    found = Codeowners("^[A]\n* @a\n[B]\n* @b\n", Dialect.GITLAB).of("x")
    assert [one.section for one in found] == ["B", "A"]


def test_teams_groups_and_roles_are_asked_for_once():
    asked: list[str] = []

    def resolve(name: str) -> frozenset[str] | None:
        asked.append(name)
        return {"@o/team": frozenset({"ann", "bob"}), "@group": frozenset({"cid"})}.get(name)

    text = "* @o/team @group @user a@b.example @@owner @o/gone\n"
    found = Codeowners(text, Dialect.GITLAB, resolve)
    for path in ("x", "y"):
        (one,) = found.of(path)
        assert one.people == {"ann", "bob", "cid", "user", "a@b.example"}
        assert one.unresolved == ("@@owner", "@o/gone")
    assert sorted(asked) == ["@@owner", "@group", "@o/gone", "@o/team", "@user"]


class Files(dict[str, bytes]):
    def read(self, path: str) -> bytes | None:
        return self.get(path)


@pytest.mark.parametrize("dialect", list(Dialect))
def test_the_first_place_wins(dialect: Dialect):
    every = {place: f"* @owner-{number}\n".encode() for number, place in enumerate(PLACES[dialect])}
    for number, place in enumerate(PLACES[dialect]):
        found = find(Files(every), dialect)
        assert found is not None and found.of("x")[0].names == (f"@owner-{number}",)
        del every[place]
    assert find(Files(), dialect) is None


def test_a_place_of_the_other_forge_is_none():
    assert find(Files({".gitlab/CODEOWNERS": b"* @a"}), Dialect.GITHUB) is None
    assert find(Files({".github/CODEOWNERS": b"* @a"}), Dialect.GITLAB) is None


@pytest.mark.parametrize(
    ("place", "text", "path", "gitlab"),
    [
        ("CODEOWNERS", b"a/b @a", "x/a/b", False),
        ("CODEOWNERS", b"a/b @a\n[S]\nc @d", "x/a/b", True),
        (".gitlab/CODEOWNERS", b"a/b @a", "x/a/b", True),
    ],
)
def test_whose_it_is_where_nobody_says(place: str, text: bytes, path: str, gitlab: bool):
    found = find(Files({place: text}))
    assert found is not None and bool(found.of(path)) is gitlab


def test_a_file_that_is_too_long_names_nobody():
    found = find(Files({"CODEOWNERS": b"* @a\n" + b"#" * MOST_BYTES}), Dialect.GITHUB)
    assert found is not None and found.of("x") == ()


def test_a_hostile_file_takes_no_time():
    text = "*" * 150 + "a*" * 20 + " @a\n" + ("[" * 50_000) + "\n" + ("\\" * 50_001) + "\n" + "^[" * 20_000
    for dialect in Dialect:
        Codeowners(text, dialect).of("a" * 5_000)
