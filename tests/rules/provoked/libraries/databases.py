"""Failures of SQLAlchemy, psycopg and redis, made to happen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis
import redis.asyncio
import sqlalchemy as sa
import sqlalchemy.engine
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from tests.rules.provoked.row import Row, closed_port

REDIS, ANY = "redis.exceptions.RedisError", "sqlalchemy.exc.SQLAlchemyError"
NONE, MANY = "sqlalchemy.exc.NoResultFound", "sqlalchemy.exc.MultipleResultsFound"
OPERATIONAL, ARGUMENT = "sqlalchemy.exc.OperationalError", "sqlalchemy.exc.ArgumentError"
MISSING = sa.text("select * from missing")


class Base(DeclarativeBase):
    """The tables of these rows."""


class Item(Base):
    """A row with a name that must be unique."""

    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


NOTHING = sa.select(Item.id).where(Item.id == 0)
ALL = sa.select(Item.id)


@contextmanager
def _connection() -> Iterator[sa.Connection]:
    """A data base with two rows."""
    engine = sa.create_engine("sqlite://")
    try:
        Base.metadata.create_all(engine)
        with engine.connect() as connection:
            connection.execute(sa.insert(Item), [{"name": "a"}, {"name": "b"}])
            yield connection
    finally:
        engine.dispose()


def _on(call: Callable[[sa.Connection], object]) -> object:
    with _connection() as connection:
        return call(connection)


def _session(call: Callable[[Session], object]) -> object:
    with _connection() as connection, Session(connection) as session:
        return call(session)


def _deferred(_: Path) -> None:
    """A constraint that is looked at when the transaction ends."""
    with _connection() as connection:
        connection.rollback()
        connection.execute(sa.text("pragma foreign_keys = on"))
        connection.execute(sa.text("create table a (id integer primary key)"))
        connection.execute(sa.text("create table b (a integer references a (id) deferrable initially deferred)"))
        connection.execute(sa.text("insert into b values (1)"))
        connection.commit()


def _twin(session: Session) -> Session:
    session.add(Item(name="a"))
    return session


def _refresh_deleted(session: Session) -> None:
    item = session.get_one(Item, 1)
    session.execute(sa.delete(Item).where(Item.id == 1), execution_options={"synchronize_session": False})
    session.refresh(item)


def _missing(folder: Path) -> sa.Engine:
    return sa.create_engine(f"sqlite:///{folder}/no/db")


def _gone(call: Callable[[Session], object]) -> object:
    """Call with a session whose table is gone."""
    with _connection() as connection, Session(connection) as session:
        connection.execute(sa.text("drop table item"))
        return call(session)


def _server() -> redis.Redis:
    return redis.Redis(port=closed_port(), retry=Retry(NoBackoff(), 0))


def _redis(call: Callable[[redis.Redis], object]) -> object:
    with _server() as server:
        return call(server)


async def _async_redis(method: str) -> None:
    async with redis.asyncio.Redis(port=closed_port(), retry=redis.asyncio.retry.Retry(NoBackoff(), 0)) as server:
        match method:
            case "ping":
                await server.ping()
            case "get":
                await server.get("a")
            case _:
                await server.set("a", 1)


def _pipeline(server: redis.Redis) -> None:
    with server.pipeline() as pipeline:
        pipeline.get("a")
        pipeline.execute()


def _postgres() -> str:
    return f"host=127.0.0.1 port={closed_port()} user=me dbname=none connect_timeout=2"


async def _async_postgres() -> None:
    await psycopg.AsyncConnection.connect(_postgres())


ROWS = [
    Row("sqlalchemy.create_engine", ARGUMENT, lambda _: sa.create_engine("what")),
    Row("sqlalchemy.engine.make_url", ARGUMENT, lambda _: sqlalchemy.engine.make_url("what")),
    Row("sqlalchemy.Engine.connect", OPERATIONAL, lambda d: _missing(d).connect()),
    Row("sqlalchemy.Engine.begin", OPERATIONAL, lambda d: _missing(d).begin().__enter__()),
    Row("sqlalchemy.MetaData.create_all", OPERATIONAL, lambda d: Base.metadata.create_all(_missing(d))),
    Row("sqlalchemy.MetaData.reflect", OPERATIONAL, lambda d: sa.MetaData().reflect(_missing(d))),
    Row("sqlalchemy.Connection.execute", ANY, lambda _: _on(lambda db: db.execute(MISSING))),
    Row("sqlalchemy.Connection.scalar", ANY, lambda _: _on(lambda db: db.scalar(MISSING))),
    Row("sqlalchemy.Connection.commit", ANY, _deferred),
    Row("sqlalchemy.Result.one", NONE, lambda _: _on(lambda db: db.execute(NOTHING).one())),
    Row("sqlalchemy.Result.one", MANY, lambda _: _on(lambda db: db.execute(ALL).one())),
    Row("sqlalchemy.Result.scalar_one", NONE, lambda _: _on(lambda db: db.execute(NOTHING).scalar_one())),
    Row("sqlalchemy.Result.scalar_one", MANY, lambda _: _on(lambda db: db.execute(ALL).scalar_one())),
    Row("sqlalchemy.Result.one_or_none", MANY, lambda _: _on(lambda db: db.execute(ALL).one_or_none())),
    Row("sqlalchemy.Result.scalar_one_or_none", MANY, lambda _: _on(lambda db: db.execute(ALL).scalar_one_or_none())),
    Row("sqlalchemy.ScalarResult.one", NONE, lambda _: _on(lambda db: db.scalars(NOTHING).one())),
    # sessions
    Row("sqlalchemy.orm.Session.commit", ANY, lambda _: _session(lambda db: _twin(db).commit())),
    Row("sqlalchemy.orm.Session.flush", ANY, lambda _: _session(lambda db: _twin(db).flush())),
    Row("sqlalchemy.orm.Session.execute", ANY, lambda _: _session(lambda db: db.execute(MISSING))),
    Row("sqlalchemy.orm.Session.scalar", ANY, lambda _: _session(lambda db: db.scalar(MISSING))),
    Row("sqlalchemy.orm.Session.scalars", ANY, lambda _: _session(lambda db: db.scalars(MISSING))),
    Row("sqlalchemy.orm.Session.get", ANY, lambda _: _gone(lambda db: db.get(Item, 1))),
    Row("sqlalchemy.orm.Session.get_one", NONE, lambda _: _session(lambda db: db.get_one(Item, 9))),
    Row("sqlalchemy.orm.Session.refresh", "sqlalchemy.exc.InvalidRequestError", lambda _: _session(_refresh_deleted)),
    Row("sqlalchemy.orm.Query.one", NONE, lambda _: _session(lambda db: db.query(Item).filter_by(id=9).one())),
    Row("sqlalchemy.orm.Query.one", MANY, lambda _: _session(lambda db: db.query(Item).one())),
    Row("sqlalchemy.orm.Query.one_or_none", MANY, lambda _: _session(lambda db: db.query(Item).one_or_none())),
    Row("sqlalchemy.orm.Query.all", ANY, lambda _: _gone(lambda db: db.query(Item).all())),
    # PostgreSQL
    Row("psycopg.connect", "psycopg.OperationalError", lambda _: psycopg.connect(_postgres())),
    Row("psycopg.AsyncConnection.connect", "psycopg.OperationalError", lambda _: asyncio.run(_async_postgres())),
    # redis
    Row("redis.from_url", "ValueError", lambda _: redis.from_url("what")),
    Row("redis.Redis.from_url", "ValueError", lambda _: redis.Redis.from_url("what")),
    Row("redis.Redis.ping", REDIS, lambda _: _redis(lambda db: db.ping())),
    Row("redis.Redis.get", REDIS, lambda _: _redis(lambda db: db.get("a"))),
    Row("redis.Redis.set", REDIS, lambda _: _redis(lambda db: db.set("a", 1))),
    Row("redis.Redis.setex", REDIS, lambda _: _redis(lambda db: db.setex("a", 1, 1))),
    Row("redis.Redis.setnx", REDIS, lambda _: _redis(lambda db: db.setnx("a", 1))),
    Row("redis.Redis.delete", REDIS, lambda _: _redis(lambda db: db.delete("a"))),
    Row("redis.Redis.exists", REDIS, lambda _: _redis(lambda db: db.exists("a"))),
    Row("redis.Redis.expire", REDIS, lambda _: _redis(lambda db: db.expire("a", 1))),
    Row("redis.Redis.incr", REDIS, lambda _: _redis(lambda db: db.incr("a"))),
    Row("redis.Redis.mget", REDIS, lambda _: _redis(lambda db: db.mget("a"))),
    Row("redis.Redis.hget", REDIS, lambda _: _redis(lambda db: db.hget("a", "b"))),
    Row("redis.Redis.hset", REDIS, lambda _: _redis(lambda db: db.hset("a", "b", "c"))),
    Row("redis.Redis.hgetall", REDIS, lambda _: _redis(lambda db: db.hgetall("a"))),
    Row("redis.Redis.lpush", REDIS, lambda _: _redis(lambda db: db.lpush("a", 1))),
    Row("redis.Redis.rpush", REDIS, lambda _: _redis(lambda db: db.rpush("a", 1))),
    Row("redis.Redis.lpop", REDIS, lambda _: _redis(lambda db: db.lpop("a"))),
    Row("redis.Redis.blpop", REDIS, lambda _: _redis(lambda db: db.blpop(["a"], 1))),
    Row("redis.Redis.publish", REDIS, lambda _: _redis(lambda db: db.publish("a", "b"))),
    Row("redis.Redis.sadd", REDIS, lambda _: _redis(lambda db: db.sadd("a", 1))),
    Row("redis.Redis.smembers", REDIS, lambda _: _redis(lambda db: db.smembers("a"))),
    Row("redis.client.Pipeline.execute", REDIS, lambda _: _redis(_pipeline)),
    Row("redis.lock.Lock.acquire", REDIS, lambda _: _redis(lambda db: db.lock("a").acquire())),
    Row("redis.lock.Lock.release", "redis.exceptions.LockError", lambda _: _redis(lambda db: db.lock("a").release())),
    Row("redis.asyncio.Redis.ping", REDIS, lambda _: asyncio.run(_async_redis("ping"))),
    Row("redis.asyncio.Redis.get", REDIS, lambda _: asyncio.run(_async_redis("get"))),
    Row("redis.asyncio.Redis.set", REDIS, lambda _: asyncio.run(_async_redis("set"))),
]
