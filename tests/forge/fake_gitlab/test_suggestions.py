"""The fake GitLab: applying a suggestion."""

from __future__ import annotations

import httpx
import pytest

from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Pull
from tests.forge.fake_gitlab.documented import HEAD, begin, documented


@documented("/user/project/merge_requests/reviews/suggestions/#multi-line-suggestions")
@pytest.mark.parametrize(
    ("info", "result"),
    [
        ("suggestion", HEAD.replace("y = 1\n", "new\n")),
        ("suggestion:-0+1", HEAD.replace("y = 1\nz = 2\n", "new\n")),
        ("suggestion:-1+0", HEAD.replace("x19 = 19\ny = 1\n", "new\n")),
        ("suggestion:-99+99", "new\n"),
    ],
)
def test_a_suggestion_replaces_exactly_its_lines(hub: FakeGitLab, pull: Pull, info: str, result: str):
    note = hub.review_comment(pull, "bot", "a.py", 20, f"try\n```{info}\nnew\n```\n")
    sha = hub.apply_suggestion(note, "ann")
    assert hub.store(pull.repo).read(sha, "a.py") == result.encode()
    assert pull.head_sha == sha and note.discussion.resolved
    assert b"Co-authored-by: bot" in hub.store(pull.repo).git("show", "-s", "--format=%B", sha)


@documented("/user/project/merge_requests/reviews/suggestions/#multi-line-suggestions")
def test_at_most_a_hundred_lines_either_way(hub: FakeGitLab, pull: Pull):
    note = hub.review_comment(pull, "bot", "a.py", 20, "```suggestion:-500+3\nx\n```")
    assert (note.suggestions[0].above, note.suggestions[0].below) == (100, 3)


@documented("/user/project/merge_requests/reviews/suggestions/#apply-suggestions")
def test_a_suggestion_that_does_not_fit_any_more(hub: FakeGitLab, pull: Pull):
    same = hub.review_comment(pull, "bot", "a.py", 20, "```suggestion\ny = 1\n```")
    note = hub.review_comment(pull, "bot", "a.py", 20, "```suggestion:-0+1\nx\n```")
    with pytest.raises(Exception, match="already matches its content"):
        hub.apply_suggestion(same, "ann")
    hub.push("team/shop", "feature", {"a.py": HEAD.replace("z = 2", "z = 3")})
    with pytest.raises(Exception, match="these lines were changed in a more recent version"):
        hub.apply_suggestion(note, "ann")
    hub.close_pull(pull)
    with pytest.raises(Exception, match="merge request was closed"):
        hub.apply_suggestion(note, "ann")


@documented("/user/project/merge_requests/reviews/suggestions/#create-suggestions")
def test_a_deleted_line_takes_no_suggestion(pull: Pull, rest: httpx.Client):
    begin(rest, pull, body="```suggestion\nx\n```", old_line=20)
    assert pull.notes[0].suggestions == []
