"""GitHub's deliveries for the web application: a pure parser's result and errors, in HTTP's terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reviewbot.domain.event import PullRequestEvent
from reviewbot.forge.github_webhook import Ignored, WebhookError, parse
from reviewbot.server.answers import Refused
from reviewbot.server.app import Receive

_LARGEST_ID = 2**53  # of an installation; the database has 64 bits for it, JSON any number


def receiver(secrets: Sequence[str]) -> Receive:
    """A reader of GitHub's deliveries signed with one of ``secrets``."""

    def receive(headers: Mapping[str, str], body: bytes) -> PullRequestEvent | str:
        try:
            event = parse(headers, body, secrets)
        except WebhookError as error:
            raise Refused(error.status, str(error)) from None
        if isinstance(event, Ignored):
            return event.reason
        if event.installation is not None and not 0 < event.installation < _LARGEST_ID:
            raise Refused(400, "The field installation.id is not an installation's number.")
        return event

    return receive
