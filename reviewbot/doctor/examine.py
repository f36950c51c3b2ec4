"""All looks, in the order in which a person would mend things."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from reviewbot.doctor import configured, connections, forge, gate, gitlab, tools
from reviewbot.doctor.finding import Finding, State, bad
from reviewbot.doctor.github_app import uses_app
from reviewbot.domain.errors import ConfigError
from reviewbot.domain.suggestion import ProofLevel
from reviewbot.settings import Settings, load_settings

__all__ = ["Finding", "State", "examine"]


def examine(environ: Mapping[str, str], repository: str | None = None) -> Iterator[Finding]:
    """Look at everything, one by one; what is wrong never keeps the rest from being looked at.

    Args:
        environ: the operator's variables. repository: ``owner/name`` that the token is tried on.
    """
    yield tools.look_at_python()
    yield tools.look_at_git()
    yield from map(tools.look_at_scanner, tools.SCANNERS)
    yield tools.look_at_rules()
    yield configured.look_at_names(environ)
    try:
        settings = load_settings(environ)
    except ConfigError as error:
        yield bad("settings", str(error))
        yield tools.look_at_sandbox(ProofLevel.REGION)
        return
    yield tools.look_at_sandbox(settings.proof)
    for look in _LOOKS:
        yield look(settings)
    if settings.uses_github or not settings.uses_gitlab:
        yield forge.look_at_github(settings)
        yield configured.look_at_webhook_secret(settings)
    if settings.uses_gitlab:
        yield from gitlab.examine_gitlab(settings, repository)
    if repository is not None and (settings.github_token is not None or uses_app(settings)):
        yield forge.look_at_repository(settings, repository)
    if repository is not None:
        yield from gate.examine_gate(settings, repository)


_LOOKS: tuple[Callable[[Settings], Finding], ...] = (
    configured.look_at_state_dir,
    connections.look_at_model,
    connections.look_at_database,
    connections.look_at_broker,
    forge.look_at_certificates,
)
