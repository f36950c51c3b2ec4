import json
import marshal
import pickle
from pickle import loads

import pandas as pd


def restore(data, file):
    # ruleid: unsafe-pickle
    one = pickle.loads(data)
    # ruleid: unsafe-pickle
    two = pickle.load(file)
    # ruleid: unsafe-pickle
    three = loads(data)
    # ruleid: unsafe-pickle
    four = marshal.loads(data)
    # ruleid: unsafe-pickle
    five = pd.read_pickle(file)
    return one, two, three, four, five


def safe(data, value):
    # ok: unsafe-pickle
    kept = pickle.dumps(value)
    # ok: unsafe-pickle
    return json.loads(data), kept
