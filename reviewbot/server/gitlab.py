"""GitLab's deliveries for the web application: a pure parser's result and errors, in HTTP's terms."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from reviewbot.domain.event import Event
from reviewbot.forge.gitlab_webhook import Ignored, Secrets, WebhookError, parse
from reviewbot.server.answers import Refused
from reviewbot.server.app import Receive


def receiver(secrets: Secrets, clock: Callable[[], float] = time.time) -> Receive:
    """A reader of GitLab's deliveries that one of ``secrets`` proves; ``clock`` gives seconds since 1970."""

    def receive(headers: Mapping[str, str], body: bytes) -> Event | str:
        try:
            event = parse(headers, body, secrets, clock())
        except WebhookError as error:
            raise Refused(error.status, str(error)) from None
        return event.reason if isinstance(event, Ignored) else event

    return receive
