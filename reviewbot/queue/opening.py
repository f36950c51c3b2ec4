"""What a process of the worker's pool opens: the database, the forges, the model, the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from reviewbot.commands.colleagues import Colleagues, GateDesk
from reviewbot.commands.grammar import only_commands
from reviewbot.domain.suggestion import ProofLevel
from reviewbot.forge.protocol import Forge
from reviewbot.gate.keeper import Keeper, Memory
from reviewbot.gate.patrol import patrol
from reviewbot.model.engines import ModelOptions, open_completer
from reviewbot.pipeline.engines import Engines
from reviewbot.policy.check import Tools
from reviewbot.queue.app import make_app
from reviewbot.queue.asking import asking, asking_gate
from reviewbot.queue.broker import Broker
from reviewbot.queue.forges import gates_over, open_forges
from reviewbot.queue.retries import RetryPolicy
from reviewbot.queue.runner import Runner, Send
from reviewbot.queue.task import within_time
from reviewbot.queue.work import Desk, do, do_gate, give_up, give_up_gate
from reviewbot.resources import rules_dir
from reviewbot.settings import Settings
from reviewbot.source.mirrors import Mirrors
from reviewbot.store.audit import AuditLog
from reviewbot.store.command_log import CommandLog
from reviewbot.store.database import Database
from reviewbot.store.deliveries import Deliveries
from reviewbot.store.gates import Gates
from reviewbot.store.holds import Holds
from reviewbot.store.job import Job
from reviewbot.store.jobs import Jobs
from reviewbot.store.pulls import Pulls
from reviewbot.store.pushes import Pushes
from reviewbot.store.records import Records
from reviewbot.store.seen import SeenLines
from reviewbot.store.sign_offs import SignOffs
from reviewbot.verify.bubblewrap import Bubblewrap
from reviewbot.visit.collaborators import Collaborators
from reviewbot.visit.organisations import Organisations
from reviewbot.visit.outcome import Outcome

_REVIEW_PRIORITY, _COMMAND_PRIORITY = 10, 0  # vLLM serves the lower first; 0 is what others' requests have


def make_runner(settings: Settings, broker_url: str, stack: ExitStack) -> Runner:
    """Everything a worker process needs; what must be closed is put on ``stack``.

    Raises:
        ConfigError: a setting is wrong or missing. SandboxUnavailable: bubblewrap cannot run here.
    """
    database = Database(settings.database)
    stack.callback(database.close)
    broker = Broker(make_app(broker_url, settings.review_seconds))
    desk = open_desk(settings, database, broker.send, stack)
    policy = RetryPolicy(settings.max_attempts, settings.retry_seconds, settings.retry_max_seconds)
    jobs = Jobs(database, settings.max_attempts)

    def work(job: Job, still_wanted: Callable[[str], None]) -> Outcome:
        return do(job, desk, still_wanted)

    def last_word(job: Job, reason: str) -> None:
        give_up(job, desk)

    return Runner(
        jobs,
        within_time(work, settings.review_seconds),
        broker.send,
        policy,
        settings.lease_seconds,
        last_word=last_word,
    )


def make_gate_runner(settings: Settings, broker_url: str, stack: ExitStack) -> Runner:
    """What a process of the gate needs: no model, no sandbox.

    Raises:
        ConfigError: a setting is wrong or missing.
    """
    database = Database(settings.database)
    stack.callback(database.close)
    broker = Broker(make_app(broker_url, settings.review_seconds))
    keepers = open_keepers(settings, database, broker.send, stack)

    def work(job: Job, still_wanted: Callable[[str], None]) -> Outcome:
        return do_gate(job, keepers, still_wanted)

    def last_word(job: Job, reason: str) -> None:
        give_up_gate(job, reason, keepers)

    return Runner(
        Jobs(database, settings.max_attempts),
        within_time(work, settings.review_seconds),
        broker.send,
        RetryPolicy(settings.max_attempts, settings.retry_seconds, settings.retry_max_seconds),
        settings.lease_seconds,
        last_word=last_word,
    )


def make_patrol(settings: Settings, broker_url: str, stack: ExitStack) -> Callable[[float], int]:
    """What the patrol needs: one round over every forge that has a gate.

    Raises:
        ConfigError: a setting is wrong or missing.
    """
    database = Database(settings.database)
    stack.callback(database.close)
    broker = Broker(make_app(broker_url, settings.review_seconds))
    keepers = open_keepers(settings, database, broker.send, stack)

    def go_round(now: float) -> int:
        return sum(patrol(keeper, now) for keeper in keepers.values())

    return go_round


def open_keepers(settings: Settings, database: Database, send: Send, stack: ExitStack) -> dict[str, Keeper]:
    """The gate of each forge that has one, by the forge's name; ``send`` tells the broker about jobs.

    Raises:
        ConfigError: a setting is wrong or missing.
    """
    forges = open_forges(settings, stack)
    mirrors = Mirrors(settings.state_dir / "mirrors", settings.review_seconds)
    ask, organisations, records = asking_gate(Deliveries(database), send), Organisations(), Records(database)
    memory = Memory(
        *(Gates(database), SignOffs(database), Pushes(database), Holds(database), SeenLines(database)),
        records,
        AuditLog(database),
    )
    return {
        name: Keeper(forges[name], gate, mirrors, memory, Tools(rules_dir()), ask, organisations)
        for name, gate in gates_over(forges).items()
    }


def preflight(settings: Settings) -> None:
    """See, before anything is started, that this machine can review.

    Raises:
        ConfigError: no forge is set, or the installation is incomplete. SandboxUnavailable: no bubblewrap here.
    """
    with ExitStack() as stack:
        open_forges(settings, stack)
    rules_dir()
    if settings.proof is ProofLevel.REGION:
        Bubblewrap().probe()


def open_desk(settings: Settings, database: Database, send: Send, stack: ExitStack) -> Desk:
    """The forges, the mirrors and the engines that the settings name; ``send`` tells the broker about jobs.

    Raises:
        ConfigError: a setting is wrong or missing. SandboxUnavailable: bubblewrap cannot run here.
    """
    sandbox = Bubblewrap() if settings.proof is ProofLevel.REGION else None
    if sandbox is not None:
        sandbox.probe()
    reviewing, commanded = _engines(settings, sandbox, stack)
    mirrors = Mirrors(settings.state_dir / "mirrors", settings.review_seconds)
    organisations = Organisations()

    def visiting(forge: Forge, engines: Engines) -> Collaborators:
        return Collaborators(
            forge=forge,
            mirrors=mirrors,
            engines=engines,
            options=settings.options,
            records=Records(database),
            pulls=Pulls(database),
            drafts=settings.review_drafts,
            only_commands=only_commands,
            organisations=organisations,
        )

    forges = open_forges(settings, stack)
    log, ask = CommandLog(database), asking(Deliveries(database), send)
    told = (SignOffs(database), Pushes(database), asking_gate(Deliveries(database), send))
    gates = {name: GateDesk(gate, *told) for name, gate in gates_over(forges).items()}
    return Desk(
        {name: visiting(forge, reviewing) for name, forge in forges.items()},
        {
            name: Colleagues(visiting(forge, commanded), log, ask, settings.commands_per_hour, gates.get(name))
            for name, forge in forges.items()
        },
    )


def _engines(settings: Settings, sandbox: Bubblewrap | None, stack: ExitStack) -> tuple[Engines, Engines]:
    """Those for reviews, and those for commands: the same, but for their priority at a server that keeps one."""
    key = settings.model_api_key.get_secret_value() if settings.model_api_key else None

    def engines(priority: int | None) -> Engines:
        completer = stack.enter_context(open_completer(settings.model, ModelOptions(api_key=key, priority=priority)))
        return Engines(completer, sandbox, rules_dir())

    if not settings.model_priority:
        both = engines(None)
        return both, both
    return engines(_REVIEW_PRIORITY), engines(_COMMAND_PRIORITY)
