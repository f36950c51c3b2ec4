import logging


def saved(store, row):
    try:
        store.save(row)
    except OSError:
        logging.warning("not saved")
        # ruleid: swallowed-success
        return True
    # ok: swallowed-success
    return True


def answered(store, row):
    try:
        store.save(row)
    except OSError as error:
        # ruleid: swallowed-success
        return {"id": 1, "status": "ok"}
    # ok: swallowed-success
    return {"id": 1, "status": "ok"}


def one_line(store, row):
    try: store.save(row)
    # ruleid: swallowed-success
    except OSError: return True


def commented(store, row):
    try:
        store.save(row)
    except OSError:

# a comment at the margin

        # ruleid: swallowed-success
        return "ok"


def sent(store, row):
    try:
        store.save(row)
    except ValueError:
        # ok: swallowed-success
        return {"status": "refused"}
    except OSError:
        # ruleid: swallowed-success
        return {"success": True}
    return {"success": True}


def honest(store, row):
    try:
        store.save(row)
    except OSError:
        # ok: swallowed-success
        return False
    return True
