def read(file):
    try:
        return file.read()
    finally:
        file.close()
        # ruleid: return-in-finally
        return None


def each(files):
    for file in files:
        try:
            file.read()
        except ValueError:
            # ok: return-in-finally
            continue
        finally:
            if file.closed:
                # ruleid: return-in-finally
                break


def closed(file):
    try:
        # ok: return-in-finally
        return file.read()
    finally:
        for part in file.parts:
            if part.closed:
                # ok: return-in-finally
                continue
            part.close()
    # ok: return-in-finally
    return None
