import yaml
from yaml import load


def read(file):
    # ruleid: unsafe-yaml-load
    return yaml.load(file)


def read_full(file):
    # ruleid: unsafe-yaml-load
    return yaml.load(file, Loader=yaml.FullLoader)


def read_any(file):
    # ruleid: unsafe-yaml-load
    return yaml.unsafe_load(file)


def read_imported(file):
    # ruleid: unsafe-yaml-load
    return load(file)


def safe(file):
    # ok: unsafe-yaml-load
    one = yaml.safe_load(file)
    # ok: unsafe-yaml-load
    two = yaml.load(file, Loader=yaml.SafeLoader)
    # ok: unsafe-yaml-load
    three = yaml.load(file, yaml.CSafeLoader)
    return one, two, three
