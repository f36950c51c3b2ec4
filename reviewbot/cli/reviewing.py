"""``reviewbot review``: choose the change and the engines, review, print, apply."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from reviewbot.cli.applying import apply_review
from reviewbot.cli.models import choose_model, open_or_fall_back, starter_wants
from reviewbot.cli.output import emit, emit_text, tell
from reviewbot.cli.progress import progress
from reviewbot.cli.spans import Span, choose_span
from reviewbot.domain.review import Review
from reviewbot.domain.suggestion import ProofLevel
from reviewbot.publish.as_json import to_json
from reviewbot.publish.as_markdown import to_markdown
from reviewbot.publish.as_sarif import to_sarif
from reviewbot.publish.as_text import TextOptions, to_text
from reviewbot.resources import rules_dir
from reviewbot.review import Engines, review
from reviewbot.settings import Settings, load_settings
from reviewbot.source import Repository
from reviewbot.verify.bubblewrap import Bubblewrap

HIGH = 0.9
"""The confidence that ``--fail-on high`` asks for."""


@dataclass(frozen=True)
class Asked:
    """The command's options. ``overrides`` are settings by name; None leaves the environment's."""

    repo: Path
    base: str | None
    head: str | None
    format: str
    apply: bool
    overrides: Mapping[str, object]
    fail_on: str
    verbose: bool = False


def run_review(asked: Asked) -> int:
    """Review and print; the exit code, 0 or 1.

    Raises:
        ReviewbotError: the review could not be made, or not be applied.
    """
    settings = load_settings(None, **asked.overrides)
    repository = Repository(asked.repo.absolute())
    span = choose_span(repository, asked.base, asked.head)
    made = _review(repository, span, settings)
    _print(made, span, asked)
    if asked.apply:
        tell(apply_review(repository, made))
    return exit_code(made, asked.fail_on)


def exit_code(made: Review, fail_on: str) -> int:
    """1 where the review holds what ``fail_on`` (``never``, ``any``, ``high``) asks for, else 0."""
    if fail_on == "any":
        return int(bool(made.suggestions) or made.more > 0)
    return int(fail_on == "high" and any(s.confidence >= HIGH for s in made.suggestions))


def _review(repository: Repository, span: Span, settings: Settings) -> Review:
    named = settings.model if "model" in settings.model_fields_set else None
    spec, hint = choose_model(named, starter_wants())
    with ExitStack() as stack:
        say = stack.enter_context(progress())
        say("reading the change")
        change = repository.change(span.base, span.head)
        sandbox = _sandbox(settings)
        say("starting the model")
        completer, failed = stack.enter_context(open_or_fall_back(spec, settings))
        engines = Engines(completer, sandbox, rules_dir())
        head, base = repository.tree(change.head), repository.tree(change.merge_base)
        made = review(change, head, base, engines, settings.options, progress=say)
    notes = tuple(note for note in (hint, failed) if note)
    return replace(made, notes=(*notes, *made.notes))


def _sandbox(settings: Settings) -> Bubblewrap | None:
    if settings.proof is ProofLevel.STATIC:
        return None
    sandbox = Bubblewrap()
    sandbox.probe()
    return sandbox


def _print(made: Review, span: Span, asked: Asked) -> None:
    if asked.format == "text":
        unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
        emit_text(to_text(made, TextOptions(span.words, asked.verbose, unicode)))
        return
    render = {"json": to_json, "sarif": to_sarif, "markdown": to_markdown}[asked.format]
    emit(render(made) + "\n")
