import tempfile
from tempfile import mktemp


def scratch():
    # ruleid: temporary-name
    one = tempfile.mktemp()
    # ruleid: temporary-name
    two = mktemp(suffix=".txt")
    return one, two


def safe():
    # ok: temporary-name
    one = tempfile.mkstemp()
    # ok: temporary-name
    return one, tempfile.NamedTemporaryFile()
