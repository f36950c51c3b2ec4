"""Failures of libraries that check data, made to happen."""

from __future__ import annotations

import os
from pathlib import Path

import dateutil.parser
import dateutil.rrule
import itsdangerous
import jsonschema
import jwt
import kombu
import kombu.message
import packaging.requirements
import packaging.specifiers
import packaging.version
import psutil
import pydantic
import tomli

from tests.rules.provoked.files import dead_child
from tests.rules.provoked.row import Row, closed_port, with_handle, written

KEY = "a key of thirty-two bytes or more"
SIGNED = "what.changed"
NUMBER = {"type": "number"}
BROKEN = {"type": "klingon"}
BAD_SIGNATURE = "itsdangerous.BadSignature"
INVALID = "pydantic.ValidationError"


class Point(pydantic.BaseModel):
    """A model that wants a whole number."""

    x: int


NUMBERS = pydantic.TypeAdapter(list[int])


def _gone(method: str) -> None:
    child = psutil.Popen(["sleep", "9"])
    process = psutil.Process(child.pid)
    child.kill()
    child.wait()
    match method:
        case "name":
            process.name()
        case "kill":
            process.kill()
        case "terminate":
            process.terminate()
        case _:
            process.memory_info()


def _slow(_: Path) -> None:
    child = psutil.Popen(["sleep", "9"])
    try:
        psutil.Process(child.pid).wait(timeout=0.01)
    finally:
        child.kill()
        child.wait()


def _keys() -> jwt.PyJWKClient:
    return jwt.PyJWKClient(f"http://127.0.0.1:{closed_port()}/")


def _broker() -> kombu.Connection:
    return kombu.Connection(
        f"amqp://127.0.0.1:{closed_port()}//", transport_options={"max_retries": 1, "interval_start": 0}
    )


def _publish(_: Path) -> None:
    with _broker() as broker:
        broker.Producer().publish({}, retry=False)


def _connect(_: Path) -> None:
    with _broker() as broker:
        broker.connect()


def _ensure(_: Path) -> None:
    with _broker() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0.01)


def _drain(_: Path) -> None:
    with kombu.Connection("memory://") as broker:
        broker.SimpleQueue("q")
        broker.drain_events(timeout=0.01)


ROWS = [
    Row("dateutil.parser.parse", "dateutil.parser.ParserError", lambda _: dateutil.parser.parse("soon")),
    Row("dateutil.parser.parse", "OverflowError", lambda _: dateutil.parser.parse("1" * 40 + "-01-01")),
    Row("dateutil.parser.isoparse", "ValueError", lambda _: dateutil.parser.isoparse("soon")),
    Row("dateutil.rrule.rrulestr", "ValueError", lambda _: dateutil.rrule.rrulestr("soon")),
    Row("tomli.load", "tomli.TOMLDecodeError", lambda d: with_handle(written(d, "= 1"), tomli.load)),
    Row("tomli.loads", "tomli.TOMLDecodeError", lambda _: tomli.loads("a = ")),
    # schemas
    Row("jsonschema.validate", "jsonschema.ValidationError", lambda _: jsonschema.validate("one", NUMBER)),
    Row("jsonschema.validate", "jsonschema.SchemaError", lambda _: jsonschema.validate("one", BROKEN)),
    Row(
        "jsonschema.Draft202012Validator.validate",
        "jsonschema.ValidationError",
        lambda _: jsonschema.Draft202012Validator(NUMBER).validate("one"),
    ),
    Row(
        "jsonschema.Draft7Validator.validate",
        "jsonschema.ValidationError",
        lambda _: jsonschema.Draft7Validator(NUMBER).validate("one"),
    ),
    Row(
        "jsonschema.Draft202012Validator.check_schema",
        "jsonschema.SchemaError",
        lambda _: jsonschema.Draft202012Validator.check_schema(BROKEN),
    ),
    Row("pydantic.BaseModel.model_validate", INVALID, lambda _: Point.model_validate({"x": "one"})),
    Row("pydantic.BaseModel.model_validate_json", INVALID, lambda _: Point.model_validate_json("{")),
    Row("pydantic.BaseModel.model_validate_strings", INVALID, lambda _: Point.model_validate_strings({"x": "one"})),
    Row("pydantic.BaseModel.parse_obj", INVALID, lambda _: Point.parse_obj({})),
    Row("pydantic.TypeAdapter.validate_python", INVALID, lambda _: NUMBERS.validate_python(["one"])),
    Row("pydantic.TypeAdapter.validate_json", INVALID, lambda _: NUMBERS.validate_json("[")),
    # signatures and tokens
    Row("itsdangerous.Serializer.loads", BAD_SIGNATURE, lambda _: itsdangerous.Serializer(KEY).loads(SIGNED)),
    Row(
        "itsdangerous.URLSafeSerializer.loads",
        BAD_SIGNATURE,
        lambda _: itsdangerous.URLSafeSerializer(KEY).loads(SIGNED),
    ),
    Row(
        "itsdangerous.URLSafeTimedSerializer.loads",
        BAD_SIGNATURE,
        lambda _: itsdangerous.URLSafeTimedSerializer(KEY).loads(SIGNED),
    ),
    Row("itsdangerous.Signer.unsign", BAD_SIGNATURE, lambda _: itsdangerous.Signer(KEY).unsign(SIGNED)),
    Row(
        "itsdangerous.TimestampSigner.unsign", BAD_SIGNATURE, lambda _: itsdangerous.TimestampSigner(KEY).unsign(SIGNED)
    ),
    Row("jwt.decode", "jwt.InvalidTokenError", lambda _: jwt.decode("a.b.c", KEY, algorithms=["HS256"])),
    Row("jwt.get_unverified_header", "jwt.DecodeError", lambda _: jwt.get_unverified_header("what")),
    Row(
        "jwt.PyJWKClient.get_signing_key_from_jwt",
        "jwt.PyJWTError",
        lambda _: _keys().get_signing_key_from_jwt(jwt.encode({}, KEY, headers={"kid": "1"})),
    ),
    Row("jwt.PyJWKClient.get_signing_key", "jwt.PyJWKClientError", lambda _: _keys().get_signing_key("1")),
    # versions
    Row("packaging.version.parse", "packaging.version.InvalidVersion", lambda _: packaging.version.parse("new")),
    Row("packaging.version.Version", "packaging.version.InvalidVersion", lambda _: packaging.version.Version("new")),
    Row(
        "packaging.requirements.Requirement",
        "packaging.requirements.InvalidRequirement",
        lambda _: packaging.requirements.Requirement("a b"),
    ),
    Row(
        "packaging.specifiers.SpecifierSet",
        "packaging.specifiers.InvalidSpecifier",
        lambda _: packaging.specifiers.SpecifierSet("new"),
    ),
    # processes and messages
    Row("psutil.Process", "psutil.NoSuchProcess", lambda _: psutil.Process(dead_child())),
    Row("psutil.Process.name", "psutil.NoSuchProcess", lambda _: _gone("name")),
    Row("psutil.Process.kill", "psutil.NoSuchProcess", lambda _: _gone("kill")),
    Row("psutil.Process.terminate", "psutil.NoSuchProcess", lambda _: _gone("terminate")),
    Row("psutil.Process.memory_info", "psutil.NoSuchProcess", lambda _: _gone("memory_info")),
    Row("psutil.Process.wait", "psutil.TimeoutExpired", _slow),
    Row("psutil.disk_usage", "FileNotFoundError", lambda d: psutil.disk_usage(os.fspath(d / "none"))),
    Row("kombu.Connection.connect", "OSError", _connect),
    Row("kombu.Connection.ensure_connection", "kombu.exceptions.OperationalError", _ensure),
    Row("kombu.Connection.drain_events", "TimeoutError", _drain),
    Row("kombu.Producer.publish", "kombu.exceptions.OperationalError", _publish),
    Row(
        "kombu.message.Message.decode",
        "kombu.exceptions.DecodeError",
        lambda _: kombu.message.Message(
            body=b"{", content_type="application/json", content_encoding="utf-8", accept={"application/json"}
        ).decode(),
    ),
]
