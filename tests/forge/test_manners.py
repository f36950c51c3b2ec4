"""How we behave towards a forge, tried over real connections on loopback."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from pathlib import Path

import gitlab
import pytest
import requests
from github import Auth
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.errors import ForgeRateLimited
from reviewbot.forge.buckets import GITHUB, GITLAB, Bucket, HostBuckets, Limit, Limits
from reviewbot.forge.etags import Answer, Answers
from reviewbot.forge.github_errors import mapped
from reviewbot.forge.github_transport import polite_github
from reviewbot.forge.kinds import Kind, kind_of
from reviewbot.forge.manners import Manners, MustWait
from reviewbot.forge.pauses import MAX_WAIT, Pauses, asked_wait, used_up
from reviewbot.forge.turns import Turns
from tests.forge.scripted import Asked, Say, Server, Time, script, serving

NOW = 1_800_000_000.0
WIDE = Limits((Limit(1e9, 1),), (Limit(1e9, 1),))
JSON = {"Content-Type": "application/json"}
GRAPHQL = "https://api.github.com/graphql"


def manners(time: Time, limits: Limits = WIDE, **facts: object) -> Manners:
    turns = Turns(limits, clock=time.clock, now=lambda: NOW + time.now, sleep=time.sleep, jitter=lambda: 1.0)
    return Manners(limits, turns=turns, **facts)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def session(time: Time) -> Iterator[requests.Session]:
    with manners(time).session() as made:
        yield made


def query(text: object) -> bytes:
    return json.dumps({"query": text}).encode()


@pytest.mark.parametrize(
    ("method", "url", "body", "kind"),
    [
        ("GET", "https://x/repos/a/b", None, Kind.READ),
        ("head", "https://x/repos/a/b", None, Kind.READ),
        ("POST", "https://x/repos/a/b/issues/1/comments", b"{}", Kind.WRITE),
        ("PATCH", "https://x/repos/a/b/issues/comments/1", b"{}", Kind.WRITE),
        ("PUT", "https://x/a", b"{}", Kind.WRITE),
        ("DELETE", "https://x/a", None, Kind.CHANGE),
        ("POST", "https://x/app/installations/1/access_tokens", b"{}", Kind.CHANGE),
        ("POST", GRAPHQL, query("query($a: Int) { x }"), Kind.QUERY),
        ("POST", GRAPHQL, query("\n  { viewer { login } }"), Kind.QUERY),
        ("POST", GRAPHQL, query("mutation { x }"), Kind.MUTATION),
        ("POST", GRAPHQL, query("\n mutation($id: ID!) { x }"), Kind.MUTATION),
        ("POST", GRAPHQL, query("query A { x } mutation B { y }"), Kind.MUTATION),
        ("POST", GRAPHQL, query("# query\nmutation { y }"), Kind.MUTATION),
        ("POST", GRAPHQL, query("fragment F on X { y } mutation { y }"), Kind.MUTATION),
        ("POST", GRAPHQL, query(7), Kind.MUTATION),
        ("POST", GRAPHQL, b"[1]", Kind.MUTATION),
        ("POST", GRAPHQL, b"not JSON", Kind.MUTATION),
        ("POST", GRAPHQL, None, Kind.MUTATION),
        ("POST", "https://x/api/graphql", query("query { x }"), Kind.QUERY),
        ("POST", "https://x/graphql/other", query("query { x }"), Kind.WRITE),
    ],
)
def test_kinds(method: str, url: str, body: bytes | None, kind: Kind) -> None:
    assert kind_of(method, url, body) is kind


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (200, {}, None),
        (200, {"Retry-After": "5"}, None),
        (429, {"Retry-After": "30"}, 30),
        (403, {"Retry-After": "30"}, 30),
        (503, {"Retry-After": "7"}, 7),
        (503, {}, None),
        (403, {}, None),
        (429, {}, 60),
        (429, {"Retry-After": "soon"}, 60),
        (429, {"Retry-After": "99999999"}, MAX_WAIT),
        (429, {"Retry-After": "0"}, 1),
        (429, {"Retry-After": formatdate(NOW + 90, usegmt=True)}, 90),
        (429, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{NOW + 5:.0f}"}, None),
    ],
)
def test_what_everyone_waits_for(status: int, headers: dict[str, str], wait: float | None) -> None:
    assert asked_wait(status, headers, b'{"message": "no"}', NOW) == wait


@pytest.mark.parametrize(
    ("status", "body", "wait"),
    [
        (403, b'{"message": "You have exceeded a secondary rate limit. Please wait."}', 60),
        (403, b'{"message": "API Rate Limit exceeded"}', 60),
        (403, b'{"message": "Resource not accessible by integration"}', None),
        (403, b"x" * 5000 + b"rate limit", None),
        (404, b'{"message": "rate limit"}', None),
        (200, b'{"message": "You have exceeded a secondary rate limit."}', 60),
        (200, b'{"data": null, "errors": [{"message": "secondary rate limit"}]}', 60),
        (200, b'{"data": {"body": "my rate limit"}}', None),
        (200, b'{"message": "rate limit"' + b" " * 5000 + b"}", None),
        (200, b'["rate limit"]', None),
        (200, b"rate limit", None),
    ],
)
def test_a_refusal_that_only_says_so_is_heard(status: int, body: bytes, wait: float | None) -> None:
    assert asked_wait(status, {}, body, NOW) == wait


def test_what_graphql_refuses_with_200_is_refused_to_everyone_for_a_while(time: Time) -> None:
    words = Say(200, {"message": "You have exceeded a secondary rate limit."}, {"Retry-After": "30"})
    with serving(script(words)) as server, manners(time).session() as session:
        assert session.post(f"{server.url}/graphql", data=query("query { x }"), headers=JSON).status_code == 200
        with pytest.raises(MustWait) as caught:
            session.get(f"{server.url}/x")
        assert caught.value.seconds == 30
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": f"{NOW + 5:.0f}"}, None),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{NOW + 5:.0f}"}, 5),
        ({"RateLimit-Remaining": "0", "RateLimit-Reset": f"{NOW + 5:.0f}"}, 5),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{NOW + 1e6:.0f}"}, MAX_WAIT),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}, 1),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "soon"}, None),
        ({"X-RateLimit-Remaining": "0"}, None),
    ],
)
def test_what_is_used_up(headers: dict[str, str], wait: float | None) -> None:
    assert used_up(headers, NOW) == wait


def test_a_longer_pause_is_not_cut_short(time: Time) -> None:
    pauses = Pauses(time.clock)
    pauses.begin("a", 30)
    pauses.begin("a", 5)
    assert pauses.remaining("a", "b") == 30
    time.sleep(31)
    assert pauses.remaining("a", "b") == 0


@settings(max_examples=60, deadline=None)
@given(
    st.integers(4, 40),
    st.lists(st.floats(0, 30), max_size=120),
)
def test_no_window_ever_sees_more_than_the_limit(amount: int, gaps: list[float]) -> None:
    limit, now, sent = Limit(amount, 60), 0.0, []
    bucket = Bucket(limit, now)
    for gap in gaps:
        now += gap
        now += bucket.wait(1, now)
        bucket.take(1, now)
        sent.append(now)
    for start in sent:
        assert sum(start <= at < start + limit.seconds for at in sent) <= amount


def test_a_turn_that_would_take_too_long_takes_nothing(time: Time) -> None:
    buckets = HostBuckets(GITHUB, time.clock)
    waits = [buckets.reserve(Kind.WRITE, 10) for _ in range(60)]
    assert [wait for wait, _ in waits[:40]] == [0.0] * 40
    assert waits[40] == (pytest.approx(1.5), True)
    refused = [wait for wait, reserved in waits if not reserved]
    assert refused and len(set(refused)) == 1, "each refusal leaves the bucket as it was"
    assert buckets.reserve(Kind.READ, 10) == (0.0, True), "reads do not wait for writes"


def test_writes_of_a_day_stay_within_the_hour(time: Time) -> None:
    buckets, sent = HostBuckets(GITHUB, time.clock), []
    for _ in range(1200):
        wait, reserved = buckets.reserve(Kind.WRITE, 10)
        time.sleep(wait)
        if reserved:
            sent.append(time.now)
    assert max(sum(at <= other < at + 3600 for other in sent) for at in sent) <= 500
    assert max(sum(at <= other < at + 60 for other in sent) for at in sent) <= 80


def test_twenty_threads_share_a_bucket(time: Time) -> None:
    with (
        serving(script(Say())) as server,
        manners(time, GITHUB).session() as session,
        ThreadPoolExecutor(20) as pool,
    ):
        replies = list(pool.map(lambda _: session.post(f"{server.url}/a").status_code, range(44)))
    assert replies == [200] * 44
    assert sum(time.slept) > 0 and max(time.slept) <= 10


def test_a_wait_that_is_too_long_is_raised_at_once_and_mapped(time: Time) -> None:
    with serving(script(Say())) as server, manners(time, GITLAB).session() as session:
        for _ in range(30):
            session.post(f"{server.url}/a")
        time.stands = True
        with pytest.raises(ForgeRateLimited) as caught:
            for _ in range(20):
                mapped("posting", lambda: session.post(f"{server.url}/a"))
        assert 10 < caught.value.retry_after < 60
        assert session.get(f"{server.url}/b").status_code == 200


def test_a_304_is_the_stored_answer(session: requests.Session) -> None:
    def answer(asked: Asked) -> Say:
        if asked.headers.get("If-None-Match") == '"1"':
            return Say(304, headers={"ETag": '"1"', "X-RateLimit-Remaining": "4998"})
        body = gzip.compress(b'{"a": "\xc3\xa4"}')
        headers = {"ETag": '"1"', "Content-Encoding": "gzip", "Link": "<x>", "X-RateLimit-Remaining": "4999"}
        return Say(200, body, {**headers, "Content-Type": "application/json; charset=utf-8"})

    with serving(answer) as server:
        first, second = session.get(f"{server.url}/a"), session.get(f"{server.url}/a")
        assert len(server.asked) == 2, "never served without asking"
    assert second.status_code == 200 and second.json() == first.json() == {"a": "ä"}
    assert second.headers["link"] == "<x>" and second.headers["x-ratelimit-remaining"] == "4998"
    assert second.url == first.url and second.text == first.text and second.ok


def test_what_changed_is_given_and_kept(session: requests.Session) -> None:
    version = [1]

    def answer(asked: Asked) -> Say:
        etag = f'"{version[0]}"'
        if asked.headers.get("If-None-Match") == etag:
            return Say(304)
        return Say(200, {"version": version[0]}, {"ETag": etag})

    with serving(answer) as server:
        seen = [session.get(server.url).json()["version"]]
        version[0] = 2
        seen += [session.get(server.url).json()["version"] for _ in range(2)]
        assert [asked.headers.get("If-None-Match") for asked in server.asked] == [None, '"1"', '"2"']
    assert seen == [1, 2, 2]


@pytest.mark.parametrize("header", ["Authorization", "PRIVATE-TOKEN", "JOB-TOKEN", "Accept"])
def test_nobody_is_given_what_another_saw(session: requests.Session, header: str) -> None:
    with serving(script(Say(200, b"secret", {"ETag": '"1"'}))) as server:
        session.get(server.url, headers={header: "alice"})
        session.get(server.url, headers={header: "bob"})
        session.get(server.url, headers={header: "alice"})
        assert [asked.headers.get("If-None-Match") for asked in server.asked] == [None, None, '"1"']


@pytest.mark.parametrize(
    "say",
    [
        Say(200, b"a"),
        Say(404, b"a", {"ETag": '"1"'}),
        Say(200, b"a", {"ETag": '"1"', "Cache-Control": "private, no-store"}),
    ],
)
def test_what_may_not_be_kept_is_not(session: requests.Session, say: Say) -> None:
    with serving(script(say)) as server:
        for _ in range(2):
            session.get(server.url)
        assert [asked.headers.get("If-None-Match") for asked in server.asked] == [None, None]


def test_a_refusal_in_between_does_not_lose_what_is_known(session: requests.Session) -> None:
    with serving(script(Say(200, b"a", {"ETag": '"1"'}), Say(401), Say(304))) as server:
        assert [session.get(server.url).status_code for _ in range(3)] == [200, 401, 200]


def test_writes_are_not_conditional_and_a_304_nobody_asked_for_stays_one(session: requests.Session) -> None:
    with serving(script(Say(200, b"a", {"ETag": '"1"'}))) as server:
        for _ in range(2):
            session.post(server.url)
        session.get(server.url)
        server.answer = script(Say(304))
        assert session.get(server.url, headers={"If-None-Match": '"own"'}).status_code == 304
        assert [asked.headers.get("If-None-Match") for asked in server.asked] == [None, None, None, '"own"']


def test_a_redirection_does_not_carry_the_condition_on(session: requests.Session) -> None:
    moved = Say(302, headers={"Location": "/b"})
    with serving(script(Say(200, b"a", {"ETag": '"1"'}), moved, Say(200, b"b"))) as server:
        assert [session.get(f"{server.url}/a").content for _ in range(2)] == [b"a", b"b"]
        conditions = [(asked.path, asked.headers.get("If-None-Match")) for asked in server.asked]
        assert conditions == [("/a", None), ("/a", '"1"'), ("/b", None)]


def test_answers_are_bounded_by_bytes_and_the_oldest_go() -> None:
    answers = Answers(max_bytes=50_000)
    for name in "abcdefgh":
        answers.keep(name, Answer(name, {}, bytes(6000)))
        answers.find("a")
    kept = [name for name in "abcdefgh" if answers.find(name)]
    assert kept[0] == "a" and kept[-1] == "h" and len(kept) == 6
    answers.keep("a", Answer("a", {}, bytes(40_000)))
    assert answers.find("a") is None, "too large, and the old one does not hold any more"
    for _ in range(100):
        answers.keep("b", Answer("b", {}, bytes(6000)))
    assert answers.find("h") is not None, "replacing one costs the others nothing"


@pytest.mark.parametrize(
    "say", [Say(500), Say(502), Say(503), Say(504), Say(cut=-1), Say(200, b"0123456789", cut=4)], ids=repr
)
@pytest.mark.parametrize(
    ("method", "path", "body", "sent"),
    [
        ("GET", "/a", None, 3),
        ("POST", "/graphql", query("query { x }"), 3),
        ("POST", "/graphql", query("mutation { x }"), 1),
        ("POST", "/a", b"{}", 1),
        ("PATCH", "/a", b"{}", 1),
        ("PUT", "/a", b"{}", 1),
        ("DELETE", "/a", None, 1),
    ],
)
def test_only_what_changes_nothing_is_sent_again(
    session: requests.Session, time: Time, say: Say, method: str, path: str, body: bytes | None, sent: int
) -> None:
    with serving(script(say)) as server:
        if say.cut is None:
            assert session.request(method, server.url + path, data=body).status_code == say.status
        else:
            with pytest.raises(requests.RequestException):
                session.request(method, server.url + path, data=body)
        assert len(server.asked) == sent
    assert time.slept == [0.5, 1.0][: sent - 1]


def test_a_read_that_works_the_second_time_is_given(session: requests.Session) -> None:
    with serving(script(Say(502), Say(cut=-1), Say(200, b"there"))) as server:
        assert session.get(server.url).content == b"there"


@pytest.mark.parametrize("status", [400, 401, 404, 422, 501])
def test_a_refusal_is_not_asked_again(session: requests.Session, status: int) -> None:
    with serving(script(Say(status))) as server:
        session.get(server.url)
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("first", "left_in_peace"),
    [
        (Say(429, headers={"Retry-After": "30"}), {"same", "other", "graphql"}),
        (Say(403, headers={"Retry-After": "30"}), {"same", "other", "graphql"}),
        (Say(503, headers={"Retry-After": "30"}), {"same", "other", "graphql"}),
        (Say(200, headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{NOW + 1030:.0f}"}), {"same"}),
        (Say(403, headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{NOW + 1030:.0f}"}), {"same"}),
        (
            Say(
                200,
                headers={
                    "X-RateLimit-Remaining": "0",
                    "X-RateLimit-Reset": f"{NOW + 1030:.0f}",
                    "X-RateLimit-Resource": "graphql",
                },
            ),
            {"graphql"},
        ),
        (Say(429, headers={"RateLimit-Remaining": "0", "RateLimit-Reset": f"{NOW + 1030:.0f}"}), {"same"}),
        (Say(200, headers={"X-RateLimit-Remaining": "5", "X-RateLimit-Reset": f"{NOW + 1030:.0f}"}), set()),
    ],
)
def test_who_asks_to_be_left_in_peace_is(
    session: requests.Session, time: Time, first: Say, left_in_peace: set[str]
) -> None:
    requests_of = {
        "same": lambda url: session.post(f"{url}/b", headers={"Authorization": "token a"}),
        "other": lambda url: session.get(f"{url}/b", headers={"Authorization": "token b"}),
        "graphql": lambda url: session.post(f"{url}/graphql", headers={"Authorization": "token a"}),
    }
    with serving(script(first, Say())) as server:
        session.get(f"{server.url}/a", headers={"Authorization": "token a"})
        for name, ask in requests_of.items():
            if name in left_in_peace:
                with pytest.raises(MustWait) as caught:
                    ask(server.url)
                assert caught.value.seconds == pytest.approx(30)
            else:
                assert ask(server.url).status_code == 200
        assert len(server.asked) == 4 - len(left_in_peace), "nothing was sent"
        time.sleep(31)
        assert all(ask(server.url).status_code == 200 for ask in requests_of.values())


def test_another_host_is_not_held_back(session: requests.Session) -> None:
    with serving(script(Say(429, headers={"Retry-After": "30"}))) as one, serving(script(Say())) as other:
        session.get(one.url)
        assert session.get(other.url).status_code == 200


def test_calls_are_counted_with_repetitions_and_by_kind(time: Time) -> None:
    polite = manners(time)
    with serving(script(Say(502), Say())) as server, polite.session() as session:
        session.get(server.url)
        session.post(server.url)
        session.post(f"{server.url}/graphql", data=query("mutation { x }"))
    assert polite.calls == 4
    assert polite.calls_by_kind == {Kind.READ: 2, Kind.WRITE: 1, Kind.MUTATION: 1}


def test_a_token_is_not_taken_to_another_host(session: requests.Session) -> None:
    with serving(script(Say())) as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        with serving(script(Say(302, headers={"Location": f"{elsewhere}/b"}))) as server:
            secrets = {"PRIVATE-TOKEN": "glpat-x", "JOB-TOKEN": "j", "Authorization": "Bearer x"}
            session.get(f"{server.url}/a", headers=secrets)
        assert not secrets.keys() & {name for name in secrets if other.asked[0].headers.get(name)}


def test_netrc_and_cookies_are_no_part_of_it(
    session: requests.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with serving(script(Say(200, headers={"Set-Cookie": "a=b; Path=/"}))) as server:
        for _ in range(2):
            session.get(server.url)
        assert [(one.headers.get("Authorization"), one.headers.get("Cookie")) for one in server.asked] == [
            (None, None)
        ] * 2


def test_proxies_of_the_environment_are_used(session: requests.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(script(Say(200, b"by proxy"))) as proxy, serving(script(Say(200, b"direct"))) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert session.get("http://git.example/api").content == b"by proxy"
        assert proxy.asked[-1].path == "http://git.example/api"
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert session.get(server.url).content == b"direct"


# PyGithub and python-gitlab over it.


def pygithub(server: Server, session: requests.Session):
    return polite_github(session, Auth.Token("t0ken"), server.url)


def test_pygithub_sends_by_our_session_whatever_it_makes_of_itself(time: Time) -> None:
    polite = manners(time)
    with (
        serving(script(Say(200, {"login": "bot", "url": "/user"}, {"ETag": '"1"'}))) as server,
        polite.session() as session,
    ):
        client = pygithub(server, session)
        requester = client.requester
        clients = [
            requester,
            requester.withLazy(False),
            requester.withAuth(None),
            requester.withApiVersion("2022-11-28"),
        ]
        for one in clients:
            one.requestJsonAndCheck("GET", "/user")
        client.requester.graphql_query("query { x }", {})
        assert client.get_user().login == "bot"
        assert len(server.asked) == polite.calls >= 6
        assert server.asked[0].headers["Authorization"] == "token t0ken"
        client.close()


def test_pygithub_in_many_threads_gives_each_its_own_answer(session: requests.Session) -> None:
    with serving(lambda asked: Say(200, {"path": asked.path})) as server:
        client, start = pygithub(server, session), threading.Barrier(8)

        def ask(number: int) -> bool:
            if number < 8:
                start.wait()
            return client.requester.requestJsonAndCheck("GET", f"/{number}")[1]["path"] == f"/{number}"

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(ask, range(200)))


def test_a_connection_that_threads_share_keeps_their_requests_apart(session: requests.Session) -> None:
    with serving(lambda asked: Say(200, asked.path.encode())) as server:
        kind = type(pygithub(server, session).requester)._Requester__httpConnectionClass  # type: ignore[attr-defined]
        connection = kind("127.0.0.1", int(server.url.rpartition(":")[2]), timeout=5)
        connection.request("GET", "/ours", None, {})
        other = threading.Thread(target=connection.request, args=("GET", "/theirs", None, {}))
        other.start()
        other.join()
        assert connection.getresponse().read() == "/ours"


def test_pygithub_says_that_we_must_wait(session: requests.Session) -> None:
    with serving(script(Say(429, {"message": "slow"}, {"Retry-After": "30"}))) as server:
        client = pygithub(server, session)
        for _ in range(2):
            with pytest.raises(ForgeRateLimited) as caught:
                mapped("asking", lambda: client.get_user().login)
            assert caught.value.retry_after == 30
        assert len(server.asked) == 1


def test_python_gitlab_sends_by_our_session(time: Time) -> None:
    polite = manners(time, GITLAB)
    with serving(script(Say(502), Say(200, {"id": 1}, {"ETag": 'W/"1"', **JSON}), Say(304))) as server:
        with polite.session() as session:
            client = gitlab.Gitlab(server.url, private_token="glpat", session=session, retry_transient_errors=False)
            assert client.http_get("/version") == client.http_get("/version") == {"id": 1}
        assert polite.calls == len(server.asked) == 3
        assert server.asked[2].headers["If-None-Match"] == 'W/"1"'
