import json


class ConfigError(Exception):
    pass


def read(text):
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        # ruleid: raise-without-from
        raise ConfigError("not JSON")


def read_second(text):
    try:
        return json.loads(text)
    except KeyError:
        # ok: raise-without-from
        raise
    except json.JSONDecodeError:
        text = ""
        # ruleid: raise-without-from
        raise ConfigError(f"not JSON: {text}")


def chained(text):
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        # ok: raise-without-from
        raise ConfigError("not JSON") from error


def cut(text):
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        # ok: raise-without-from
        raise ConfigError("not JSON") from None


def outside(text):
    if not text:
        # ok: raise-without-from
        raise ConfigError("empty")
