"""The pipeline as a whole: caps, fall-backs, notes, and what is withheld with which reason."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import ModelProtocolError, ModelUnavailable, SandboxUnavailable, ScannerError
from reviewbot.model.protocol import Choice, Completions, Ranking, Usage
from reviewbot.pipeline import screening
from reviewbot.pipeline.accounts import FALL_BACK_NOTE
from reviewbot.review import LATE_NOTE, STATIC_NOTE
from reviewbot.verify.sandbox import Job, Result
from tests.pipeline.conftest import THREE, run
from tests.source.gitrepo import GitRepo


class Scripted:
    """A model that says what it is told to, or fails."""

    model = "scripted"
    context_length = 4096

    def __init__(self, text: str = "cannot decode the text", error: Exception | None = None) -> None:
        self.text, self.error, self.calls = text, error, 0

    def complete(self, prefix: str, suffix: str, **_: object) -> Completions:
        self.calls += 1
        if self.error:
            raise self.error
        return Completions((Choice(self.text, -1.0, 5, True),), Usage(1, 100, 5))

    def rank(self, prefix: str, suffix: str, alternatives: Sequence[str]) -> Ranking:
        self.calls += 1
        if self.error:
            raise self.error
        return Ranking(tuple(-float(i) for i, _ in enumerate(alternatives)), Usage(1, 50, 0))

    def close(self) -> None:
        """Nothing is open."""


def test_every_place_is_proven_and_carries_its_evidence(repo: GitRepo, quick_screen: list[list[str]]) -> None:
    review = run(repo)
    assert [s.function for s in review.suggestions] == ["first", "second", "third"]
    for suggestion in review.suggestions:
        assert suggestion.level == "region"
        assert suggestion.original == "".join(
            THREE.splitlines(keepends=True)[suggestion.lines.start - 1 : suggestion.lines.end]
        )
    assert review.notes == () and review.more == 0


def test_two_runs_give_the_same(repo: GitRepo, quick_screen: list[list[str]]) -> None:
    first, second = run(repo), run(repo)
    assert [(s.id, s.replacement) for s in first.suggestions] == [(s.id, s.replacement) for s in second.suggestions]


def test_one_scanner_run_for_the_whole_review(repo: GitRepo, quick_screen: list[list[str]]) -> None:
    run(repo)
    assert [len(keys) for keys in quick_screen] == [3]


def test_the_cap_keeps_the_surest_and_counts_the_rest(repo: GitRepo, quick_screen: list[list[str]]) -> None:
    review = run(repo, max_suggestions=1)
    assert (len(review.suggestions), review.more) == (1, 2)
    best = max(run(repo).suggestions, key=lambda s: s.confidence)
    assert review.suggestions[0].id == best.id


def test_no_cap_is_zero(repo: GitRepo, quick_screen: list[list[str]]) -> None:
    assert len(run(repo, max_suggestions=0).suggestions) == 3


def test_what_a_scanner_refuses_makes_room_for_the_next(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    from reviewbot.domain.suggestion import Evidence

    refused: list[str] = []

    def screen(items, rules):  # type: ignore[no-untyped-def]
        refused.extend(item.key for item in items if not refused)
        return {i.key: (Evidence("bandit", i.key not in refused, "B110"),) for i in items}

    monkeypatch.setattr(screening, "screen", screen)
    review = run(repo, max_suggestions=1)
    assert len(review.suggestions) == 1 and review.suggestions[0].id not in refused
    assert [w.reason for w in review.withheld] == ["bandit: B110"]


@pytest.mark.parametrize("error", [ModelUnavailable("The model is down."), ModelProtocolError("Rubbish came.")])
def test_a_failed_model_is_asked_no_more_and_said(
    repo: GitRepo, quick_screen: list[list[str]], error: Exception
) -> None:
    completer = Scripted(error=error)
    review = run(repo, completer=completer)
    assert len(review.suggestions) == 3
    assert [s.origin for s in review.suggestions] == ["template"] * 3
    assert review.notes == (FALL_BACK_NOTE,)  # posted for all to see: it names no machine
    assert review.details == (str(error),)
    assert completer.calls <= 2  # one a place that was already being worked on
    assert [s.replacement for s in review.suggestions] == [s.replacement for s in run(repo).suggestions]


def test_a_models_text_is_used_and_named(repo: GitRepo, quick_screen: list[list[str]]) -> None:
    review = run(repo, completer=Scripted("cannot decode what was given"))
    written = [s for s in review.suggestions if s.origin == "model"]
    assert written and all(s.model == "scripted" for s in written)
    assert all("cannot decode what was given" in s.replacement for s in written)
    assert review.stats.model_calls > 0 and review.stats.prompt_tokens > 0


@pytest.mark.parametrize(
    "text", ['x")\n    import os', "{__import__('os')}", "\\", "", "\x00", 'a" + secret + "b', "é" * 999]
)
def test_rubbish_from_a_model_never_reaches_a_suggestion(
    repo: GitRepo, quick_screen: list[list[str]], text: str
) -> None:
    review = run(repo, completer=Scripted(text))
    assert len(review.suggestions) == 3
    assert {s.origin for s in review.suggestions} == {"template"}


def test_static_proofs_are_said_in_every_review(repo: GitRepo, quick_screen: list[list[str]]) -> None:
    review = run(repo, sandbox=None)
    assert STATIC_NOTE in review.notes
    assert {s.level for s in review.suggestions} == {"static"}


def test_a_broken_sandbox_or_scanner_is_no_clean_review(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def run(self, job: Job) -> Result:
            raise SandboxUnavailable("No namespaces here.")

    with pytest.raises(SandboxUnavailable):
        run(repo, sandbox=Broken())

    def screen(items, rules):  # type: ignore[no-untyped-def]
        raise ScannerError("semgrep did not finish.")

    monkeypatch.setattr(screening, "screen", screen)
    with pytest.raises(ScannerError):
        run(repo)


def test_a_sandbox_that_proves_nothing_withholds_all(repo: GitRepo, quick_screen: list[list[str]]) -> None:
    class Silent:
        def run(self, job: Job) -> Result:
            return Result(0, b"", b"", False, 0.0)

    review = run(repo, sandbox=Silent())
    assert review.suggestions == () and len(review.withheld) == 3
    assert all(w.reason.startswith("fault:") for w in review.withheld)


def test_a_review_whose_time_is_up_says_so_and_counts_the_rest(repo: GitRepo, quick_screen: list[list[str]]) -> None:
    late = run(repo, seconds=0.0)
    assert (late.suggestions, late.more, late.notes) == ((), 3, (LATE_NOTE,))
    assert run(repo, seconds=600.0).notes == ()


def test_progress_may_end_the_review(repo: GitRepo, quick_screen: list[list[str]]) -> None:
    class Superseded(Exception):
        pass

    def stop(words: str) -> None:
        if words.startswith("screening"):
            raise Superseded

    with pytest.raises(Superseded):
        run(repo, progress=stop)
    assert quick_screen == []


def test_only_changed_lines_are_looked_at(repo: GitRepo, quick_screen: list[list[str]]) -> None:
    repo.commit({"app.py": THREE + "\n\nX = 1\n"})
    assert run(repo).suggestions == ()


def test_own_knowledge_is_read_from_the_base_alone(repo: GitRepo, quick_screen: list[list[str]]) -> None:
    own = (
        "library: acme\nexceptions:\n  acme.Broken: {bases: [ValueError], rule: acme-broken}\n"
        "callables:\n  acme.fetch:\n    raises:\n      - {exception: acme.Broken, when: acme is down, "
        "likelihood: 0.9, source: 'https://acme.example/docs#fetch'}\n"
    )
    promise = "    '''The value, or None if it is missing.'''\n"
    code = f"import acme\n\n\ndef get(key: str) -> str | None:\n{promise}    return acme.fetch(key)\n"
    repo.commit({".reviewbot/raises/acme.yaml": own, "get.py": code})
    assert run(repo).suggestions == ()  # the change itself brings the knowledge: it is not believed
    repo.commit({"get.py": code.replace("key", "name")})
    assert [s.exceptions for s in run(repo, base="HEAD~1").suggestions] == [("acme.Broken",)]


def test_broken_own_knowledge_is_a_note_not_a_crash(repo: GitRepo, quick_screen: list[list[str]]) -> None:
    repo.commit({".reviewbot/raises/x.yaml": "a: &a [*a]\n"})
    repo.commit({"app2.py": THREE})
    review = run(repo)
    assert len(review.suggestions) == 3
    assert len(review.notes) == 1 and ".reviewbot/raises/x.yaml" in review.notes[0]


@pytest.mark.parametrize(
    "data",
    [
        b"def broken(:\n",
        b"\xff\xfe\x00bad",
        b"# coding: latin-1\nx = '\xe9'\nimport json\ny = json.loads(x)\n",
        b"# coding: no-such\nx = 1\n",
        b"# coding: punycode\nx-" + b"a" * 400_000,  # decodes in minutes, if anyone tried
        b"x = 1\rimport json\rjson.loads(x)\n",
        b"\xef\xbb\xbfimport json\r\n\r\n\r\ndef f(t: str) -> dict | None:\r\n\treturn json.loads(t)",
        b"(" * 5000,
        b"x = " + b"-" * 50_000 + b"1\n",
        b"",
        b"\n\n\n",
    ],
)
def test_odd_files_come_through(repo: GitRepo, quick_screen: list[list[str]], data: bytes) -> None:
    repo.commit({"odd.py": data})
    review = run(repo)
    for suggestion in review.suggestions:
        after = data.decode("utf-8-sig" if data.startswith(b"\xef") else "latin-1")
        lines = after.split("\n")
        where = LineRange(suggestion.lines.start, suggestion.lines.end)
        assert "\n".join(lines[where.start - 1 : where.end]) == suggestion.original.rstrip("\n")
        assert ("\r\n" in suggestion.replacement) == ("\r\n" in after)
