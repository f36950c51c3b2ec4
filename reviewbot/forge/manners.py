"""How we behave towards a forge: one transport under PyGithub and python-gitlab, so that no call can forget it.

Reads are conditional, nothing is sent faster than the forge allows, whoever is asked to wait waits, and only what may
be sent twice is sent again. Proxies are taken from ``HTTPS_PROXY`` and ``NO_PROXY``, as requests does by itself.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import requests

from reviewbot.domain.errors import ConfigError
from reviewbot.forge.buckets import GITHUB, GITLAB, Limits
from reviewbot.forge.etags import Answers
from reviewbot.forge.kinds import Kind, Tally
from reviewbot.forge.polite_adapter import PoliteAdapter
from reviewbot.forge.turns import MustWait, Turns

__all__ = ["GITHUB", "GITLAB", "Manners", "MustWait", "check_certificates"]


class Manners:
    """What a process knows of how its forge wants to be treated; one for all its clients. Thread-safe.

    Args:
        limits: what the forge allows: ``GITHUB`` or ``GITLAB``. turns, answers: in the place of the usual ones.
    """

    def __init__(self, limits: Limits = GITHUB, *, turns: Turns | None = None, answers: Answers | None = None) -> None:
        self._turns, self._answers, self._tally = turns or Turns(limits), answers or Answers(), Tally()

    @property
    def calls(self) -> int:
        """How many requests were sent so far, repetitions included."""
        return self._tally.calls

    @property
    def calls_by_kind(self) -> Mapping[Kind, int]:
        """How many of each kind that occurred."""
        return self._tally.by_kind

    def session(self, ca_bundle: Path | None = None, *, tally: Tally | None = None) -> requests.Session:
        """A session whose every request keeps to these manners; may be used by many threads.

        For python-gitlab: ``Gitlab(…, session=session, obey_rate_limit=False, retry_transient_errors=False)``, or it
        would sleep and repeat by itself.

        Args:
            ca_bundle: certificates to trust instead of the system's (PEM), whatever a request or the environment says.
            tally: counts this session's requests as well.

        Raises:
            ConfigError: ``ca_bundle`` holds no certificates.
        """
        check_certificates(ca_bundle)
        session = _Session()
        # Without cookies a session has nothing that threads could disturb; with an ``auth`` it never looks at ~/.netrc.
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.auth = _as_it_is
        tallies = (self._tally,) if tally is None else (self._tally, tally)
        adapter = PoliteAdapter(self._turns, self._answers, tallies, ca_bundle)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session


def check_certificates(ca_bundle: Path | None) -> None:
    """See that a bundle can be used; without one there is nothing to see.

    Raises:
        ConfigError: it cannot be read, or holds no certificates.
    """
    problem = None
    try:
        if ca_bundle is not None:
            ssl.create_default_context(cafile=ca_bundle)
    except OSError as error:  # ssl.SSLError is one
        problem = error.strerror or "it is no PEM file"
    if problem is not None:
        raise ConfigError(f"REVIEWBOT_CA_BUNDLE names {ca_bundle}, which cannot be used ({problem}): give a PEM file.")


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class _Session(requests.Session):
    """Sends GitLab's token no further than requests sends ``Authorization``: not to another host."""

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Called for each redirection."""
        super().rebuild_auth(prepared_request, response)
        if self.should_strip_auth(str(response.request.url), str(prepared_request.url)):
            for name in ("PRIVATE-TOKEN", "JOB-TOKEN"):
                prepared_request.headers.pop(name, None)
