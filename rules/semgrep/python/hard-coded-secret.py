import os

# ruleid: hard-coded-secret
PASSWORD = "hunter2hunter2"
# ruleid: hard-coded-secret
key = "AKIA" "X"; AWS = "AKIAIOSFODNN7EXAMPLE"


class Client:
    def __init__(self):
        # ruleid: hard-coded-secret
        self.api_key = "9f8e7d6c5b4a3210"


def connect(database):
    # ruleid: hard-coded-secret
    database.login("admin", password="correct-horse-battery")
    # ruleid: hard-coded-secret
    return {"user": "admin", "auth_token": "a1b2c3d4e5f6g7h8"}


# ok: hard-coded-secret
TOKEN = os.environ["TOKEN"]
# ok: hard-coded-secret
DB_PASSWORD = ""
# ok: hard-coded-secret
SECRET = "change-me-please"
# ok: hard-coded-secret
PASSWORD_FIELD = "password_confirmation"
# ok: hard-coded-secret
title = "correct-horse-battery"
