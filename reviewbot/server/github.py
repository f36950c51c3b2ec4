"""GitHub's deliveries for the web application: a pure parser's result and errors, in HTTP's terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reviewbot.domain.event import Event
from reviewbot.forge.github_webhook import Ignored, WebhookError, parse
from reviewbot.server.answers import Refused


def receiver(secrets: Sequence[str], app: int | None = None) -> Callable[[Mapping[str, str], bytes], Event | str]:
    """A reader of GitHub's deliveries signed with one of ``secrets``; ``app`` is our App's id, where it is known."""

    def receive(headers: Mapping[str, str], body: bytes) -> Event | str:
        try:
            event = parse(headers, body, secrets, app)
        except WebhookError as error:
            raise Refused(error.status, str(error)) from None
        return event.reason if isinstance(event, Ignored) else event

    return receive
