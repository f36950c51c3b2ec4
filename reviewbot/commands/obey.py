"""The commands of one comment, from the forge and back to it: start reading here."""

from __future__ import annotations

import logging
from collections.abc import Callable

from reviewbot.commands import fixing, gating, steering, telling
from reviewbot.commands.colleagues import Colleagues
from reviewbot.commands.grammar import Command, Mistake, Name, normal, parse
from reviewbot.commands.request import Answer, Request
from reviewbot.commands.rights import Refusal, Why, refusal
from reviewbot.commands.sending import react, say_new, send, words_for
from reviewbot.domain.conversation import Comment, Permission, Reaction
from reviewbot.domain.errors import ForgeError, SourceError, VerifyError
from reviewbot.domain.event import CommentKind, CommentRef, PullRequest, PullRequestRef
from reviewbot.domain.record import Record, State
from reviewbot.publish import markers
from reviewbot.store.command_log import TOO_OFTEN, Begun
from reviewbot.visit.outcome import Outcome
from reviewbot.visit.threads import set_resolved

LOG = logging.getLogger("reviewbot.worker")

_HOUR = 3600.0
_HANDLERS: dict[Name, Callable[[Request], Answer | None]] = {
    Name.FIX: fixing.fix,
    Name.TEST: steering.test,
    Name.REVIEW: steering.review,
    Name.REJECT: steering.reject,
    Name.EXPLAIN: telling.explain,
    Name.REVIEWED: gating.reviewed,
    Name.OVERRIDE: gating.override,
    Name.PAUSE: steering.pause,
    Name.RESUME: steering.resume,
    Name.HELP: telling.help_,
    Name.STATUS: telling.status,
}


def obey(ref: PullRequestRef, at: CommentRef, colleagues: Colleagues, still_wanted: Callable[[str], None]) -> Outcome:
    """Carry out the commands of a comment, each line once, however often this is called.

    The comment is read from the forge as it stands, and so is what its author may do: nothing of the delivery is
    believed. A bot is never answered.

    Args:
        ref, at: which comment. colleagues: with what.
        still_wanted: told what comes next; what it raises ends the work.

    Raises:
        ReviewbotError: the work could not be ended; it is begun again where it stood.
    """
    forge = colleagues.visit.forge
    still_wanted("reading the comment")
    comment = forge.comment(ref, at)
    if comment is None:
        return Outcome("The comment is gone.")
    asked = parse(comment.body)
    if not asked:
        return Outcome("The comment holds no command.")
    if not comment.author.human:
        return Outcome("A bot gives no commands.")
    session = _Session(ref, comment, colleagues, still_wanted)
    done = [session.one(item) for item in asked]
    return Outcome("; ".join(done))


def _handled(request: Request) -> Answer | None:
    """What the command's handler answers. What will fail each time is said, since nobody would hear of it else.

    Raises:
        ReviewbotError: it may be done later.
    """
    try:
        return _HANDLERS[request.command.name](request)
    except (ForgeError, SourceError, VerifyError) as error:
        if error.retryable:
            raise
        LOG.warning("%s on %s failed: %s", request.command.name, request.ref, error)
        return Answer(request.words.failed(), done=False)


class _Session:
    """The commands of one comment, one after another."""

    def __init__(
        self, ref: PullRequestRef, comment: Comment, colleagues: Colleagues, still_wanted: Callable[[str], None]
    ) -> None:
        self._ref, self._comment, self._with, self._still_wanted = ref, comment, colleagues, still_wanted
        self._permission: Permission | None = None

    def one(self, item: Command | Mistake) -> str:
        """Do one of them; a sentence for the log."""
        log, now = self._with.log, self._with.visit.clock()
        line = normal(item.line)
        begun = log.begin(self._ref, self._comment.ref, line, self._comment.author.login, now)
        if begun is Begun.DONE:
            return f"{line}: done before"
        react(self._with.visit.forge, self._ref, self._comment.ref, Reaction.EYES)
        outcome = self._carry_out(item, again=begun is Begun.AGAIN)
        log.finish(self._ref, self._comment.ref, line, outcome, self._with.visit.clock())
        return f"{line}: {outcome}"

    def _carry_out(self, item: Command | Mistake, *, again: bool) -> str:
        self._still_wanted("asking the forge")
        pull = self._with.visit.forge.pull_request(self._ref)
        refused = self._refusal(item, pull)
        if refused is not None and refused.silent:
            return refused.why.value
        words = words_for(pull, self._with)
        command = item if isinstance(item, Command) else Command(Name.HELP, frozenset(), "", item.line)
        request = Request(self._ref, pull, command, self._comment, self._with, words, self._still_wanted, again)
        if refused is not None:
            self._answer(request, Answer(words.refused(refused, self._with.limit), done=False))
            return TOO_OFTEN if refused.why is Why.TOO_OFTEN else refused.why.value
        answer = Answer(words.mistaken(item), done=False) if isinstance(item, Mistake) else _handled(request)
        if answer is None:
            return "to be answered by the review"
        self._answer(request, answer)
        return "answered" if answer.done else "declined"

    def _refusal(self, item: Command | Mistake, pull: PullRequest) -> Refusal | None:
        """A mistake is answered to whoever may ask for help."""
        author, log = self._comment.author, self._with.log
        command = item if isinstance(item, Command) else Command(Name.HELP, frozenset(), "", item.line)
        since = self._with.visit.clock() - _HOUR
        before = log.count(self._ref.forge, author.login, since) - 1
        if self._permission is None:
            self._permission = self._with.visit.forge.permission(self._ref, author.login)
        found = refusal(command, author, self._permission, pull, asked_in_last_hour=before, limit=self._with.limit)
        if found is not None and found.why is Why.TOO_OFTEN:
            told = log.was_told(self._ref.forge, author.login, since)
            return Refusal(found.why, silent=told)
        return found

    def _answer(self, request: Request, answer: Answer) -> None:
        forge, ref = self._with.visit.forge, self._comment.ref
        self._still_wanted("answering")
        if answer.quiet:
            react(forge, self._ref, ref, Reaction.THUMBS_UP)
            return
        if not answer.done:
            react(forge, self._ref, ref, Reaction.THUMBS_DOWN)
        name = markers.answer_marker(ref.kind.value, ref.id, normal(request.command.line))
        stands = () if answer.stands is None else (answer.stands.id,)
        if ref.kind is CommentKind.LINE or request.again:
            send(forge, request.talk, ref, answer.text, name, *stands)
        else:
            say_new(forge, self._ref, answer.text, name, *stands)
        if answer.resolves and request.thread is not None:
            set_resolved(forge, self._ref, request.thread.id, resolved=True)
        if answer.stands is not None:
            record = Record(answer.stands, request.scene.change.head, State.STANDING)
            self._with.visit.records.save(self._ref, [record], request.now)
