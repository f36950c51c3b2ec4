import sys

import click


def read(path):
    try:
        return open(path).read()
    except FileNotFoundError:
        # ruleid: exit-in-library
        sys.exit(1)


def load(path):
    try:
        return open(path).read()
    except FileNotFoundError as error:
        # ruleid: exit-in-library
        raise SystemExit(f"{path} is missing") from error


def main(path):
    try:
        print(open(path).read())
    except FileNotFoundError:
        # ok: exit-in-library
        sys.exit(1)


@click.command()
def show(path):
    try:
        print(open(path).read())
    except FileNotFoundError as error:
        # ok: exit-in-library
        raise SystemExit(f"{path} is missing") from error


def outside(path):
    if not path:
        # ok: exit-in-library
        sys.exit(2)


try:
    import tomllib
except ImportError:
    # ok: exit-in-library
    sys.exit("needs Python 3.11")
