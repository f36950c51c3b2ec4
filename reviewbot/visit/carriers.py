"""Which thread carries which suggestion."""

from __future__ import annotations

from dataclasses import replace

from reviewbot.domain.conversation import Conversation, Thread
from reviewbot.domain.record import Record
from reviewbot.publish import markers


class Carriers:
    """The threads of a conversation by the suggestions in them; each comment is read once."""

    def __init__(self, talk: Conversation) -> None:
        self._by_id = {thread.id: thread for thread in talk.threads}
        self._begun: dict[str, Thread] = {}
        self._said: dict[str, Thread] = {}
        for thread in talk.threads:
            self._read(thread)

    def _read(self, thread: Thread) -> None:
        for at, comment in enumerate(thread.comments):
            if comment.author.ours:
                for name in markers.read_one(comment.body):
                    if at == 0:
                        self._begun.setdefault(name, thread)
                    else:
                        self._said[name] = replace(thread, comments=thread.comments[at:])

    def thread_of(self, record: Record) -> Thread | None:
        """The thread that a record has for itself: the one it names, else the one that we began with it."""
        named = None if record.thread is None else self._by_id.get(record.thread)
        return named or self._begun.get(record.id)

    def said_in(self, record: Record) -> Thread | None:
        """The thread in which a record is to be answered: its own, else another's in which we said it.

        Of another's thread only what follows is given, our comment first: what stood before is no answer to it.
        """
        return self.thread_of(record) or self._said.get(record.id)

    def said(self) -> frozenset[str]:
        """The names in our comments within threads that others, or we, began."""
        return frozenset(self._said)
