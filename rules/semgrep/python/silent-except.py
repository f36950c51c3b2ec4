import contextlib
import logging
import os


def hidden(path):
    try:
        os.remove(path)
    # ruleid: silent-except
    except FileNotFoundError:
        pass


def hidden_with_a_comment(path):
    try:
        os.remove(path)
    # ruleid: silent-except
    except OSError as error:  # never mind
        # this happens

        ...


def hidden_second(path):
    try:
        os.remove(path)
    # ok: silent-except
    except PermissionError:
        raise
    # ruleid: silent-except
    except (
        FileNotFoundError,
        IsADirectoryError,
    ):
        pass
    else:
        return True


def hidden_in_one_line(path):
    try: os.remove(path)
    # ruleid: silent-except
    except FileNotFoundError: pass


def logged(path):
    try:
        os.remove(path)
    # ok: silent-except
    except FileNotFoundError:
        logging.info("%s was gone already", path)


def said(path):
    # ok: silent-except
    with contextlib.suppress(FileNotFoundError):
        os.remove(path)


def more_than_pass(path):
    try:
        os.remove(path)
    # ok: silent-except
    except FileNotFoundError:
        if path.endswith(".tmp"):
            pass
        else:
            raise


def prose():
    # ok: silent-except
    """All files go
    except these:
        pass
    """
