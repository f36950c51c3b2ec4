"""The bot as a GitHub App: tokens that are asked for once, renewed in time, and open one repository each."""

from __future__ import annotations

import logging
import pickle
import re
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from github import GithubException

from reviewbot.domain.errors import (
    ConfigError,
    ForgeDenied,
    ForgeError,
    ForgeRateLimited,
    ForgeRejected,
    ForgeUnavailable,
)
from reviewbot.forge.github_app import AppCredentials
from reviewbot.forge.github_app_wire import read_app, read_installation, read_token
from reviewbot.forge.github_errors import mapped
from reviewbot.forge.github_permissions import PERMISSIONS, asked_of, missing, surplus
from reviewbot.forge.manners import Manners
from reviewbot.forge.turns import Turns
from tests.forge.app_server import APP_ID, NEEDED, SLUG, AppServer, private_key
from tests.forge.scripted import Asked, Say, Server, Time, serving
from tests.forge.test_manners import WIDE

SHOP = "team/shop"
INSTALLATION = f"GET /repos/{SHOP}/installation 200"
TOKEN = "POST /app/installations/11/access_tokens 201"


@pytest.fixture
def time() -> Time:
    made = Time()
    made.now = 1_800_000_000.0
    return made


@pytest.fixture
def app(time: Time) -> AppServer:
    return AppServer(time.clock)


@pytest.fixture
def server(app: AppServer) -> Iterator[Server]:
    with serving(app) as made:
        yield made


def credentials_for(server: Server, time: Time, app_id: int = APP_ID, key: str | None = None) -> AppCredentials:
    manners = Manners(WIDE, turns=Turns(WIDE, clock=time.clock, now=time.clock, sleep=time.sleep))
    return AppCredentials(f"{server.url}/", app_id, key or private_key(), manners=manners, timeout=5, now=time.clock)


@pytest.fixture
def credentials(server: Server, time: Time) -> Iterator[AppCredentials]:
    made = credentials_for(server, time)
    yield made
    made.close()


def read(credentials: AppCredentials, path: str = f"/repos/{SHOP}/pulls/1", verb: str = "GET") -> object:
    client = credentials.client(SHOP)
    return mapped("reading", lambda: client.requester.requestJsonAndCheck(verb, path)[1])


def test_who_it_is(credentials: AppCredentials, app: AppServer) -> None:
    assert credentials.login == credentials.login == f"{SLUG}[bot]"
    assert app.count.total() == credentials.calls == 1
    assert repr(credentials) == f"AppCredentials({credentials.base_url!r}, 7)" and credentials.base_url[-1] != "/"


def test_a_token_is_asked_for_once_and_is_as_small_as_can_be(credentials: AppCredentials, app: AppServer) -> None:
    assert {credentials.token(SHOP), credentials.token("Team/Shop")} == {"ghs_secret0000"}
    read(credentials)
    assert app.wishes == [{"repositories": ["shop"], "permissions": NEEDED}]
    assert credentials.token("team/other") != credentials.token(SHOP)
    with pytest.raises(ForgeDenied):
        read(credentials, "/repos/team/other/pulls/1")


def test_twenty_threads_ask_once(credentials: AppCredentials, app: AppServer) -> None:
    start = threading.Barrier(20)

    def ask(_: int) -> str:
        start.wait()
        return credentials.token(SHOP)

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(ask, range(20))) == {"ghs_secret0000"}
    assert (app.count[INSTALLATION], app.count[TOKEN]) == (1, 1)


@pytest.mark.parametrize(("age", "token"), [(3299, "ghs_secret0000"), (3301, "ghs_secret0001")])
def test_a_token_is_renewed_before_it_expires(credentials: AppCredentials, time: Time, age: int, token: str) -> None:
    credentials.token(SHOP)
    time.now += age
    assert credentials.token(SHOP) == token
    assert read(credentials)


def test_a_known_installation_is_not_looked_up_again(credentials: AppCredentials, app: AppServer, time: Time) -> None:
    for _ in range(3):
        credentials.token(SHOP)
        time.now += 3600
    assert (app.count[INSTALLATION], app.count[TOKEN]) == (1, 3)


def test_an_app_that_was_installed_anew_is_found(credentials: AppCredentials, app: AppServer, time: Time) -> None:
    credentials.token(SHOP)
    app.installed = {SHOP: 12}
    time.now += 3600
    assert credentials.token(SHOP) == "ghs_secret0001"
    assert app.count["POST /app/installations/11/access_tokens 404"] == 1


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_a_token_that_was_revoked_is_replaced_once(credentials: AppCredentials, app: AppServer, verb: str) -> None:
    credentials.token(SHOP)
    app.tokens.clear()
    app.tokens["another"] = ("", 0)
    assert read(credentials, verb=verb)
    assert credentials.token(SHOP) == "ghs_secret0001"
    assert app.count[TOKEN] == 2


def test_those_who_find_a_token_revoked_later_take_the_new_one(credentials: AppCredentials, app: AppServer) -> None:
    door = credentials._door(SHOP)
    old = f"Bearer {door.token()}"
    assert {door.renew(old) for _ in range(5)} == {"Bearer ghs_secret0001"}
    assert app.count[TOKEN] == 2


def test_a_request_for_a_token_is_not_redirected(server: Server, app: AppServer, credentials: AppCredentials) -> None:
    away = Say(307, {}, {"Location": "/elsewhere"})
    server.answer = lambda asked: away if asked.path.endswith("/access_tokens") else app(asked)
    with pytest.raises(ForgeError):
        credentials.token(SHOP)
    assert "/elsewhere" not in [asked.path for asked in server.asked]


def test_a_repository_that_refuses_every_token_is_not_asked_for_ever(
    credentials: AppCredentials, app: AppServer, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        AppServer, "_token", lambda *_: Say(201, {"token": "dud", "expires_at": "2099-01-01T00:00:00Z"})
    )
    with pytest.raises(ForgeDenied):
        read(credentials)
    assert app.count[f"GET /repos/{SHOP}/pulls/1 401"] == 2


def test_not_installed_says_where_to_install_it(credentials: AppCredentials, app: AppServer) -> None:
    for repository in ("team/elsewhere", "other/shop"):
        with pytest.raises(ForgeDenied, match=f"not installed on {repository}.*/apps/{SLUG}/installations/new"):
            credentials.token(repository)
    app.installed = {"team/third": 11}
    app.granted = dict(NEEDED)
    with pytest.raises(ForgeDenied, match="not installed"):
        read(credentials)


def test_what_was_not_granted_is_not_asked_for_and_asked_for_once_it_is(
    credentials: AppCredentials, app: AppServer, time: Time
) -> None:
    app.granted = {"metadata": "read", "contents": "read", "pull_requests": "write", "administration": "write"}
    credentials.token(SHOP)
    assert app.wishes == [
        {"repositories": ["shop"], "permissions": {"metadata": "read", "contents": "read", "pull_requests": "write"}}
    ]
    app.granted = dict(NEEDED)
    time.now += 3600
    credentials.token(SHOP)
    assert app.wishes[-1]["permissions"] == NEEDED


def test_rights_that_were_cut_are_noticed(credentials: AppCredentials, app: AppServer, time: Time) -> None:
    credentials.token(SHOP)
    app.granted = {**NEEDED, "contents": "read"}
    time.now += 3600
    credentials.token(SHOP)
    assert app.wishes[-1]["permissions"]["contents"] == "read"


def test_a_repository_that_was_renamed_is_opened_by_its_number(
    credentials: AppCredentials, app: AppServer, time: Time
) -> None:
    credentials.token(SHOP)
    app.installed, app.renamed = {"team/store": 11}, {SHOP: (77, "team/store")}
    time.now += 3600
    for _ in range(2):
        token = credentials.token(SHOP)
        assert app.tokens[token][0] == "team/store"
        assert app.wishes[-1] == {"repository_ids": [77], "permissions": NEEDED}
        time.now += 3600


@pytest.mark.parametrize("name", ["team/../app", "team/shop/x", "team", "", "te am/shop", "team/shop?x=1"])
def test_a_name_that_is_none_is_not_asked_for(credentials: AppCredentials, server: Server, name: str) -> None:
    with pytest.raises(ForgeRejected, match="owner/name"):
        credentials.token(name)
    assert server.asked == []


def test_a_suspended_installation_is_refused_with_github_s_words(
    credentials: AppCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AppServer, "_token", lambda *_: Say(403, {"message": "This installation has been suspended"}))
    with pytest.raises(ForgeDenied, match="has been suspended"):
        credentials.token(SHOP)


def test_the_wrong_key_and_the_wrong_app_are_settings(server: Server, time: Time) -> None:
    for app_id, key in ((APP_ID, private_key(1)), (8, private_key())):
        made = credentials_for(server, time, app_id, key)
        for ask in (lambda made=made: made.login, lambda made=made: made.token(SHOP)):
            with pytest.raises((ConfigError, ForgeDenied)) as caught:
                ask()
            assert "REVIEWBOT_GITHUB_APP_ID" in str(caught.value)
        made.close()


@pytest.mark.parametrize("skew", [-700, 700])
def test_a_clock_that_is_wrong_is_named(server: Server, app: AppServer, time: Time, skew: int) -> None:
    app.now = lambda: time.now - skew
    made = credentials_for(server, time)
    with pytest.raises(ForgeUnavailable, match=re.escape(f"clock is {skew:+} s off")):
        _ = made.login
    made.close()


@pytest.mark.parametrize("skew", [-50, 50])
def test_a_clock_that_is_nearly_right_will_do(server: Server, app: AppServer, time: Time, skew: int) -> None:
    app.now = lambda: time.now - skew
    made = credentials_for(server, time)
    assert made.login
    made.close()


@pytest.mark.parametrize(
    "key",
    [
        "",
        "nonsense",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQ\n-----END RSA PRIVATE KEY-----\n",
        "\x00",
        "ä" * 99,
    ],
)
def test_a_key_that_is_none(key: str) -> None:
    with pytest.raises(ConfigError, match="REVIEWBOT_GITHUB_APP_PRIVATE_KEY is no RSA private key") as caught:
        AppCredentials("https://api.github.com", 1, key)
    assert caught.value.__context__ is None


ANSWERS = [
    (Say(500), ForgeUnavailable),
    (Say(502, b"<html>"), ForgeUnavailable),
    (Say(cut=-1), ForgeUnavailable),
    (Say(200, b"{"), ForgeUnavailable),
    (Say(200, b"[]"), ForgeError),
    (Say(200, {"id": "x", "slug": 7, "permissions": []}), ForgeError),
    (Say(201, {"token": "", "expires_at": "soon"}), ForgeError),
    (Say(302, headers={"Location": "/round/app/installation/access_tokens"}), ForgeError),
    (Say(429, {"message": "slow"}, {"Retry-After": "9"}), ForgeRateLimited),
    (Say(403, {"message": "no"}), ForgeDenied),
    (Say(418, {"message": "teapot"}), ForgeError),
]


@pytest.mark.parametrize(("say", "kind"), ANSWERS, ids=lambda one: repr(one)[:60])
@pytest.mark.parametrize("where", ["/app", "/installation", "/access_tokens"])
def test_every_other_answer_is_in_the_error_tree(
    server: Server, app: AppServer, time: Time, where: str, say: Say, kind: type[ForgeError]
) -> None:
    server.answer = lambda asked: say if where in asked.path else app(asked)
    made = credentials_for(server, time)
    with pytest.raises(kind):
        _ = made.login if where == "/app" else made.token(SHOP)
    made.close()


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        (read_app, {"slug": "a", "html_url": "b", "permissions": {}, "events": [7]}),
        (read_app, {"slug": "", "html_url": "b", "permissions": {}, "events": []}),
        (read_installation, {"id": None, "permissions": {}}),
        (read_installation, {"id": 1}),
        (read_token, {"token": "a", "expires_at": "never"}),
        (read_token, None),
    ],
)
def test_half_an_answer_is_none(reader, data: object) -> None:
    with pytest.raises(ValueError):
        reader(data)


@pytest.mark.parametrize(
    ("granted", "asked", "lacking", "beyond"),
    [
        (NEEDED, NEEDED, {}, {}),
        ({}, {}, NEEDED, {}),
        (
            {**NEEDED, "contents": "read", "issues": "write", "actions": "admin"},
            {**NEEDED, "contents": "read"},
            {"contents": "write"},
            {"issues": "write", "actions": "admin"},
        ),
        # what is not needed and used all the same is asked for where it is granted
        ({**NEEDED, "members": "read"}, {**NEEDED, "members": "read"}, {}, {}),
        ({**NEEDED, "members": "write"}, {**NEEDED, "members": "read"}, {}, {"members": "write"}),
    ],
)
def test_permissions_are_compared(granted: dict, asked: dict, lacking: dict, beyond: dict) -> None:
    assert (asked_of(granted), missing(granted), surplus(granted)) == (asked, lacking, beyond)


def test_an_event_that_needs_a_permission_has_it() -> None:
    """`issue_comment` is refused by GitHub ("Default events are not supported by permissions") without `issues`, and
    so is `merge_group` without `merge_queues`."""
    assert {need.name for need in PERMISSIONS} >= {"issues", "pull_requests", "metadata", "checks", "merge_queues"}


def test_no_secret_is_ever_told(server: Server, app: AppServer, time: Time, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    made, told = credentials_for(server, time), []
    token = made.token(SHOP)
    read(made)
    told += [repr(read_token({"token": token, "expires_at": "2027-01-01T00:00:00Z"}))]
    told += [repr(made), repr(made._api), repr(made._doors), repr(made.client(SHOP)), repr(vars(made._api))]
    jwts = {asked.headers["Authorization"].split()[1] for asked in server.asked}
    for say, _ in ANSWERS:
        server.answer = lambda _, say=say: say
        other = credentials_for(server, time)
        for ask in (lambda one: one.token(SHOP), read, lambda one: one.login, lambda _: read(made)):
            try:
                ask(other)
            except (ForgeError, ConfigError, GithubException) as error:
                told += traceback.format_exception(error), repr(error), pickle.dumps(error).decode("latin-1")
                assert error.__cause__ is None
                told.append(repr(error.__context__))
        other.close()
    made.close()
    told += [record.getMessage() for record in caplog.records] + [str(vars(record)) for record in caplog.records]
    everything = "\n".join(map(str, told))
    body = private_key().splitlines()[2]
    assert len(told) > 50 and "team/shop" in everything
    for secret in (token, body, *jwts):
        assert secret not in everything


def test_a_wish_names_nothing_but_the_repository(credentials: AppCredentials, server: Server) -> None:
    credentials.token(SHOP)
    asked: Asked = server.asked[-1]
    assert asked.path == "/app/installations/11/access_tokens" and set(asked.json) == {"repositories", "permissions"}
