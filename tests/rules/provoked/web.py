"""Failures of HTTP, TLS and URLs, made to happen."""

from __future__ import annotations

import http.client
import http.cookies
import socket
import ssl
import urllib.error
import urllib.parse
import urllib.request
import urllib.robotparser
import webbrowser
import xmlrpc.client
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.rules.provoked.row import Row, closed_port, connected, taken_port, written
from tests.rules.provoked.servers import answering, certified, talking


def _refused() -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", closed_port())


def _end_headers(_: Path) -> None:
    connection = _refused()
    connection.putrequest("GET", "/")
    connection.endheaders()


@contextmanager
def _asked(answer: bytes) -> Iterator[http.client.HTTPConnection]:
    """A connection that has asked, to which a server has given that answer before it hung up."""
    one, two = connected()
    with closing(http.client.HTTPConnection("127.0.0.1")) as connection:
        connection.sock = one
        connection.request("GET", "/")
        with two:
            two.recv(10_000)
            two.sendall(answer)
        yield connection


def _get_response(answer: bytes) -> None:
    with _asked(answer) as connection:
        connection.getresponse()


def _short_body(_: Path) -> None:
    with _asked(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab") as connection:
        response = connection.getresponse()
        response.read()


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    return context


def _plain_server(call: Callable[[socket.socket, ssl.SSLContext], object]) -> object:
    """Call with a connection to a server that knows no TLS."""
    with talking(b"what is this?\r\n" * 9) as port, socket.create_connection(("127.0.0.1", port)) as one:
        return call(one, _trusting())


def _handshake(one: socket.socket, context: ssl.SSLContext) -> None:
    with context.wrap_socket(one, do_handshake_on_connect=False) as secure:
        secure.do_handshake()


def _url() -> str:
    return f"http://127.0.0.1:{closed_port()}/"


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _not_found(_: Path) -> None:
    with answering(404) as url:
        urllib.request.urlretrieve(url)


def _silent(_: Path) -> None:
    """A server that takes the connection, since the system does so for it, and never answers."""
    with taken_port() as port:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=0.05)


FAULT = xmlrpc.client.dumps(xmlrpc.client.Fault(1, "no"), methodresponse=True)

ROWS = [
    Row("http.client.HTTPConnection", "http.client.InvalidURL", lambda _: http.client.HTTPConnection("a:b")),
    Row("http.client.HTTPSConnection", "http.client.InvalidURL", lambda _: http.client.HTTPSConnection("a:b")),
    Row("http.client.HTTPConnection.connect", "OSError", lambda _: _refused().connect()),
    Row(
        "http.client.HTTPSConnection.connect",
        "OSError",
        lambda _: http.client.HTTPSConnection("127.0.0.1", closed_port()).connect(),
    ),
    Row("http.client.HTTPConnection.request", "OSError", lambda _: _refused().request("GET", "/")),
    Row("http.client.HTTPConnection.request", "http.client.InvalidURL", lambda _: _refused().request("GET", "/a b")),
    Row("http.client.HTTPConnection.send", "OSError", lambda _: _refused().send(b"x")),
    Row("http.client.HTTPConnection.endheaders", "OSError", _end_headers),
    Row(
        "http.client.HTTPConnection.getresponse", "http.client.HTTPException", lambda _: _get_response(b"what\r\n\r\n")
    ),
    Row("http.client.HTTPConnection.getresponse", "ConnectionError", lambda _: _get_response(b"")),
    Row("http.client.HTTPResponse.read", "http.client.IncompleteRead", _short_body),
    Row(
        "http.cookies.SimpleCookie.load",
        "http.cookies.CookieError",
        lambda _: http.cookies.SimpleCookie().load({"a b": "c"}),
    ),
    # TLS
    Row("ssl.create_default_context", "FileNotFoundError", lambda d: ssl.create_default_context(cafile=d / "none")),
    Row("ssl.SSLContext.load_cert_chain", "FileNotFoundError", lambda d: _trusting().load_cert_chain(d / "none")),
    Row("ssl.SSLContext.load_cert_chain", "ssl.SSLError", lambda d: _trusting().load_cert_chain(*certified(d))),
    Row(
        "ssl.SSLContext.load_verify_locations",
        "FileNotFoundError",
        lambda d: _trusting().load_verify_locations(d / "none"),
    ),
    Row(
        "ssl.SSLContext.load_verify_locations",
        "ssl.SSLError",
        lambda d: _trusting().load_verify_locations(written(d, "x")),
    ),
    Row("ssl.SSLContext.set_ciphers", "ssl.SSLError", lambda _: _trusting().set_ciphers("x")),
    Row("ssl.SSLContext.wrap_socket", "ssl.SSLError", lambda _: _plain_server(lambda one, tls: tls.wrap_socket(one))),
    Row("ssl.SSLSocket.do_handshake", "ssl.SSLError", lambda _: _plain_server(_handshake)),
    Row("ssl.get_server_certificate", "OSError", lambda _: ssl.get_server_certificate(("127.0.0.1", closed_port()))),
    Row("ssl.PEM_cert_to_DER_cert", "ValueError", lambda _: ssl.PEM_cert_to_DER_cert("what")),
    Row("ssl.cert_time_to_seconds", "ValueError", lambda _: ssl.cert_time_to_seconds("soon")),
    # URLs
    Row("urllib.request.urlopen", "urllib.error.URLError", lambda _: urllib.request.urlopen(_url())),
    Row("urllib.request.urlopen", "http.client.HTTPException", lambda _: urllib.request.urlopen("http://127.0.0.1:x/")),
    Row("urllib.request.urlopen", "TimeoutError", _silent),
    Row("urllib.request.urlretrieve", "urllib.error.URLError", _not_found),
    Row("urllib.request.OpenerDirector.open", "urllib.error.URLError", lambda _: _opener().open(_url())),
    Row("urllib.request.Request", "ValueError", lambda _: urllib.request.Request("what")),
    Row(
        "urllib.robotparser.RobotFileParser.read",
        "urllib.error.URLError",
        lambda _: urllib.robotparser.RobotFileParser(_url()).read(),
    ),
    Row("urllib.parse.urlsplit", "ValueError", lambda _: urllib.parse.urlsplit("http://[x/")),
    Row("urllib.parse.urlparse", "ValueError", lambda _: urllib.parse.urlparse("http://[x/")),
    Row("urllib.parse.parse_qs", "ValueError", lambda _: urllib.parse.parse_qs("a=1&b=2", max_num_fields=1)),
    Row("urllib.parse.parse_qsl", "ValueError", lambda _: urllib.parse.parse_qsl("a", strict_parsing=True)),
    Row("xmlrpc.client.loads", "xmlrpc.client.Fault", lambda _: xmlrpc.client.loads(FAULT)),
    Row("xmlrpc.client.loads", "xml.parsers.expat.ExpatError", lambda _: xmlrpc.client.loads("<a>")),
    Row("xmlrpc.client.ServerProxy", "OSError", lambda _: xmlrpc.client.ServerProxy("ftp://127.0.0.1/")),
    Row("webbrowser.get", "webbrowser.Error", lambda _: webbrowser.get("no-such-browser")),
]
