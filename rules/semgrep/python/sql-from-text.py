from sqlalchemy import text


def user(cursor, name):
    # ruleid: sql-from-text
    cursor.execute(f"SELECT * FROM users WHERE name = '{name}'")
    # ruleid: sql-from-text
    cursor.execute("SELECT * FROM users WHERE name = '%s'" % name)
    # ruleid: sql-from-text
    cursor.execute("SELECT * FROM users WHERE name = '" + name + "'")
    # ruleid: sql-from-text
    cursor.execute("SELECT * FROM users WHERE name = '{}'".format(name))


def by_steps(cursor, name):
    query = f"SELECT * FROM users WHERE name = '{name}'"
    # ruleid: sql-from-text
    cursor.execute(query)


def by_alchemy(session, name):
    # ruleid: sql-from-text
    return session.execute(text(f"SELECT * FROM users WHERE name = '{name}'"))


def bound(cursor, session, name):
    # ok: sql-from-text
    cursor.execute("SELECT * FROM users WHERE name = ?", (name,))
    # ok: sql-from-text
    session.execute(text("SELECT * FROM users WHERE name = :name"), {"name": name})
    # ok: sql-from-text
    cursor.execute("SELECT * FROM users WHERE " + "name = ?", (name,))
    # ok: sql-from-text
    cursor.submit(f"hello {name}")
