import logging
import traceback

import flask
from fastapi import HTTPException
from flask import jsonify


def read(store, key):
    try:
        return store.read(key)
    except OSError as error:
        # ruleid: error-text-to-client
        raise HTTPException(status_code=500, detail=str(error)) from error


def worded(store, key):
    try:
        return store.read(key)
    except OSError as error:
        # ruleid: error-text-to-client
        raise HTTPException(status_code=500, detail=f"failed: {error}") from error


def as_json(store, key):
    try:
        return store.read(key)
    except ValueError as error:
        # ruleid: error-text-to-client
        return jsonify({"error": str(error)}), 400
    except OSError:
        # ruleid: error-text-to-client
        return flask.make_response(traceback.format_exc(), 500)


def own_words(store, key):
    try:
        return store.read(key)
    except OSError as error:
        # ok: error-text-to-client
        logging.error("reading %s failed: %s", key, str(error))
        # ok: error-text-to-client
        raise HTTPException(status_code=500, detail="The entry cannot be read.") from error


def elsewhere(key):
    # ok: error-text-to-client
    return jsonify({"key": str(key)})
