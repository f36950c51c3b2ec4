"""What commands are answered, in the language of the repository: Markdown, safe to post whoever's words are in it."""

from __future__ import annotations

from collections.abc import Mapping

from reviewbot.commands.grammar import COMMIT, FULL, PREFIX, Fault, Mistake, Name
from reviewbot.commands.rights import NEEDED, Refusal
from reviewbot.commands.sentences import Sentences, say
from reviewbot.commands.words_en import EN
from reviewbot.commands.words_zh import ZH
from reviewbot.domain.change import LineRange
from reviewbot.domain.record import Outcome
from reviewbot.domain.tone import Tone

_USAGE = {
    Name.FIX: f"[{COMMIT}] […]",
    Name.TEST: "[…]",
    Name.REVIEW: f"[{FULL}]",
    Name.REJECT: "[…]",
    Name.REVIEWED: "[path[:from-to]]",
    Name.OVERRIDE: "…",
}


def words(tone: Tone) -> Words:
    """The answers in a language."""
    return Words(EN if tone is Tone.EN else ZH)


class Words:
    """The answers in one language."""

    def __init__(self, sentences: Sentences) -> None:
        self._say = sentences

    @property
    def tone(self) -> Tone:
        """The language."""
        return self._say.tone

    def help(self) -> str:
        """The table of all commands: what each does, and who may give it."""
        rows = [f"| `{_usage(name)}` | {self._say.helps[name]} | {self._who(name)} |" for name in Name]
        head = [self._say.help_title, "", self._say.help_header, "|---|---|---|"]
        return "\n".join([*head, *rows, "", self._say.help_places])

    def _who(self, name: Name) -> str:
        return self._say.needs_review if name is Name.REVIEW else self._say.needs[NEEDED[name]]

    def refused(self, refusal: Refusal, limit: int) -> str:
        """Why a command is not carried out; ``limit`` is how many one person may give in an hour.

        Raises:
            KeyError: for a bot, which is answered nothing.
        """
        return say(self._say.refusals[refusal.why], limit=limit)

    def mistaken(self, mistake: Mistake) -> str:
        """What is wrong with a line, and what was probably meant."""
        name = _called(mistake.name) if mistake.name else PREFIX
        wrong = say(self._say.mistakes[mistake.fault], word=mistake.word, command=name, line=mistake.line)
        if mistake.nearest is not None:
            return f"{wrong} {say(self._say.nearest, nearest=f'{name} {mistake.nearest}')}"
        unknown = mistake.fault in (Fault.UNKNOWN_NAME, Fault.UNKNOWN_OPTION)
        return f"{wrong} {self._say.all_commands}" if unknown else wrong

    def no_place(self) -> str:
        """The command stands on no line of the diff."""
        return self._say.no_place

    def not_mine(self) -> str:
        """The thread holds no suggestion of ours."""
        return self._say.not_mine

    def not_open(self) -> str:
        """The pull request is closed or merged."""
        return self._say.not_open

    def failed(self) -> str:
        """It could not be done, and would fail again."""
        return self._say.failed

    def stands_already(self) -> str:
        """The fix that is asked for is suggested here already."""
        return self._say.stands_already

    def lines_changed(self) -> str:
        """The lines of the thread are not there any more."""
        return self._say.lines_changed

    def nothing_to_fix(self, reason: str | None) -> str:
        """Nothing is proposed; ``reason`` is the one that it was withheld for, where there is one."""
        return self._say.nothing_to_fix if reason is None else say(self._say.nothing_to_fix_since, reason=reason)

    def fix_elsewhere(self, path: str, lines: LineRange) -> str:
        """The fix stands on lines of its own."""
        sentence = self._say.fixed_on_line if len(lines) == 1 else self._say.fixed_on_lines
        return say(sentence, path=path, start=lines.start, end=lines.end)

    def gate_is_off(self) -> str:
        """There is no gate that could be spoken to."""
        return self._say.gate_is_off

    def edited_by_another(self) -> str:
        """Somebody else gave the comment its text."""
        return self._say.edited_by_another

    def not_seen(self, head: str) -> str:
        """Nobody can tell which head was seen, or it is not the present one; ``head`` is."""
        return say(self._say.not_seen, sha=head[:7])

    def no_such_lines(self, words: str, seen: str) -> str:
        """The head ``seen`` has no such file, or not so many lines; ``words`` named them."""
        return say(self._say.no_such_lines, words=words, sha=seen[:7])

    def name_the_lines(self) -> str:
        """A thread does not say which lines of the head are meant."""
        return self._say.name_the_lines

    def no_overrider(self, named: tuple[str, ...]) -> str:
        """Who may override is ``named`` in the policy."""
        return say(self._say.no_overrider, named=named) if named else self._say.nobody_overrides

    def no_reason(self) -> str:
        """An override has no reason that tells anything."""
        return self._say.no_reason

    def no_tests_yet(self) -> str:
        """``test`` is not there yet."""
        return self._say.no_tests_yet

    def committed(self, sha: str) -> str:
        """The fix was pushed as ``sha``."""
        return say(self._say.committed, sha=sha[:7])

    def head_moved(self) -> str:
        """Another push came first."""
        return self._say.head_moved

    def fork_forbids(self) -> str:
        """The head branch lies in a fork that is gone, or that maintainers may not push to."""
        return self._say.fork_forbids

    def branch_protected(self, branch: str) -> str:
        """The head branch takes no pushes from a bot."""
        return say(self._say.branch_protected, branch=branch)

    def push_refused(self) -> str:
        """The forge did not take the push."""
        return self._say.push_refused

    def rejected(self) -> str:
        """A suggestion was taken back."""
        return self._say.rejected

    def paused(self) -> str:
        """Reviews stop."""
        return self._say.paused

    def resumed(self) -> str:
        """Reviews go on."""
        return self._say.resumed

    def nothing_found(self, sha: str) -> str:
        """The review that was asked for, of ``sha``, is done and has nothing to say."""
        return say(self._say.nothing_found, sha=sha[:7])

    def explained(self, rule: str, exceptions: tuple[str, ...], confidence: float) -> str:
        """By which rule a suggestion was made, and how sure it is, from 0 to 1."""
        return say(self._say.explained, rule=rule, exceptions=exceptions, percent=round(confidence * 100))

    def status(
        self,
        *,
        reviewed: str | None,
        current: bool,
        standing: int,
        outcomes: Mapping[str, int],
        paused_by: str | None,
    ) -> str:
        """How things stand.

        Args:
            reviewed: the commit that was reviewed last, None where none was; current: whether it is the head.
            standing: suggestions that nothing has answered. outcomes: how many ended in which way, by its value.
            paused_by: a login; None where reviews are not paused.
        """
        texts = self._say
        when = texts.reviewed_now if current else texts.reviewed_before
        lines = [texts.never_reviewed if reviewed is None else say(when, sha=reviewed[:7])]
        lines.append(say(texts.standing, count=standing))
        lines += [say(texts.outcomes[one], count=outcomes[one]) for one in Outcome if outcomes.get(one)]
        if paused_by is not None:
            lines.append(say(texts.paused_by, login=paused_by))
        return "\n".join(f"- {line}" for line in lines)


def _usage(name: Name) -> str:
    return f"{_called(name)} {_USAGE.get(name, '')}".strip()


def _called(name: Name) -> str:
    return f"{PREFIX} {name}"
