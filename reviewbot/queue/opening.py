"""What a process of the worker's pool opens: the database, the forge, the model, the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from reviewbot.domain.suggestion import ProofLevel
from reviewbot.forge.github import GitHub
from reviewbot.model.engines import ModelOptions, open_completer
from reviewbot.pipeline.engines import Engines
from reviewbot.queue.app import make_app
from reviewbot.queue.broker import Broker
from reviewbot.queue.outcome import Outcome
from reviewbot.queue.retries import RetryPolicy
from reviewbot.queue.runner import Runner
from reviewbot.queue.task import within_time
from reviewbot.queue.work import Collaborators, review_pull_request
from reviewbot.resources import rules_dir
from reviewbot.settings import Settings
from reviewbot.source.mirrors import Mirrors
from reviewbot.store.database import Database
from reviewbot.store.job import Job
from reviewbot.store.jobs import Jobs
from reviewbot.verify.bubblewrap import Bubblewrap


def make_runner(settings: Settings, broker_url: str, stack: ExitStack) -> Runner:
    """Everything a worker process needs; what must be closed is put on ``stack``.

    Raises:
        ConfigError: a setting is wrong or missing. SandboxUnavailable: bubblewrap cannot run here.
    """
    database = Database(settings.database)
    stack.callback(database.close)
    using = collaborators(settings, stack)
    policy = RetryPolicy(settings.max_attempts, settings.retry_seconds, settings.retry_max_seconds)
    broker = Broker(make_app(broker_url, settings.review_seconds))
    jobs = Jobs(database, settings.max_attempts)

    def work(job: Job, still_wanted: Callable[[str], None]) -> Outcome:
        return review_pull_request(job.ref, using, still_wanted)

    return Runner(jobs, within_time(work, settings.review_seconds), broker.send, policy, settings.lease_seconds)


def preflight(settings: Settings) -> None:
    """See, before anything is started, that this machine can review.

    Raises:
        ConfigError: the token is missing, or the installation is incomplete. SandboxUnavailable: no bubblewrap here.
    """
    _ = settings.token
    rules_dir()
    if settings.proof is ProofLevel.REGION:
        Bubblewrap().probe()


def collaborators(settings: Settings, stack: ExitStack) -> Collaborators:
    """The forge, the mirrors and the engines that the settings name.

    Raises:
        ConfigError: a setting is wrong or missing. SandboxUnavailable: bubblewrap cannot run here.
    """
    key = settings.model_api_key.get_secret_value() if settings.model_api_key else None
    completer = stack.enter_context(open_completer(settings.model, ModelOptions(api_key=key)))
    sandbox = Bubblewrap() if settings.proof is ProofLevel.REGION else None
    if sandbox is not None:
        sandbox.probe()
    return Collaborators(
        forge=GitHub(settings.github_url, settings.token, bot_login=settings.github_bot_login),
        mirrors=Mirrors(settings.state_dir / "mirrors", settings.review_seconds),
        engines=Engines(completer, sandbox, rules_dir()),
        options=settings.options,
        drafts=settings.review_drafts,
    )
