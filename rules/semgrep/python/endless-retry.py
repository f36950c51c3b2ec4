import queue
import time


def fetch(client):
    while True:
        try:
            return client.fetch()
        except OSError:
            # ruleid: endless-retry
            continue


def fetch_slowly(client):
    while True:
        try:
            return client.fetch()
        except ValueError:
            raise
        except OSError:
            time.sleep(1)
            # ruleid: endless-retry
            pass


def work(jobs):
    while True:
        try:
            job = jobs.get(timeout=1)
        except queue.Empty:
            # ok: endless-retry
            continue
        job()


def bounded(client):
    attempts = 0
    while True:
        try:
            return client.fetch()
        except OSError:
            attempts += 1
            if attempts > 3:
                raise
            # ok: endless-retry
            continue


def each(client, keys):
    for key in keys:
        try:
            client.fetch(key)
        except OSError:
            # ok: endless-retry
            continue


def each_for_ever(client, keys):
    while True:
        time.sleep(60)
        for key in keys:
            try:
                client.fetch(key)
            except OSError:
                # ok: endless-retry
                continue


def ask():
    while True:
        try:
            return int(input("how many? "))
        except ValueError:
            # ok: endless-retry
            continue
