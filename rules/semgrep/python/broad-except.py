import json
import logging


def bare(text):
    try:
        return json.loads(text)
    # ruleid: broad-except
    except:
        return None


def everything(text):
    try:
        return json.loads(text)
    # ruleid: broad-except
    except Exception:
        return None


def everything_by_name(text):
    try:
        return json.loads(text)
    # ruleid: broad-except
    except BaseException as error:
        logging.error("no: %s", error)
        return None


def everything_in_a_tuple(text):
    try:
        return json.loads(text)
    # ruleid: broad-except
    except (ValueError, Exception):
        return None


def exact(text):
    try:
        return json.loads(text)
    # ok: broad-except
    except json.JSONDecodeError:
        return None


def own(text):
    try:
        return json.loads(text)
    # ok: broad-except
    except MyException:
        return None


def passed_on(text):
    try:
        return json.loads(text)
    # ok: broad-except
    except Exception:
        logging.error("no")
        raise


def prose():
    # ok: broad-except
    """Nothing is caught
    except:
    that.
    """
