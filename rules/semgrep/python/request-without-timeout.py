import urllib.request

import requests


def fetch(url):
    # ruleid: request-without-timeout
    return requests.get(url)


def send(url, data):
    # ruleid: request-without-timeout
    return requests.post(url, json=data, headers={})


def with_session(url):
    session = requests.Session()
    # ruleid: request-without-timeout
    one = session.get(url)
    # ok: request-without-timeout
    two = session.get(url, timeout=5)
    return one, two


def managed(url):
    with requests.Session() as session:
        # ruleid: request-without-timeout
        return session.put(url, data=b"")


def patient(url, options):
    # ok: request-without-timeout
    one = requests.get(url, timeout=10)
    # ok: request-without-timeout
    two = requests.get(url, **options)
    # ok: request-without-timeout
    three = urllib.request.urlopen(url, timeout=10)
    # ok: request-without-timeout
    return one, two, three, requests.Session()
