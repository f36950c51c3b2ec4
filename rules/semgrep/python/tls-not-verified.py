import ssl

import httpx
import requests


def fetch(url):
    # ruleid: tls-not-verified
    return requests.get(url, verify=False, timeout=5)


def client():
    # ruleid: tls-not-verified
    return httpx.Client(verify=False)


def session():
    session = requests.Session()
    # ruleid: tls-not-verified
    session.verify = False
    return session


def context():
    context = ssl.create_default_context()
    # ruleid: tls-not-verified
    context.check_hostname = False
    # ruleid: tls-not-verified
    context.verify_mode = ssl.CERT_NONE
    return context


def checked(url, jwt, token):
    # ok: tls-not-verified
    one = requests.get(url, verify="/etc/ssl/own.pem", timeout=5)
    # ok: tls-not-verified
    two = requests.get(url, verify=True, timeout=5)
    # ok: tls-not-verified
    return one, two, ssl.create_default_context()
