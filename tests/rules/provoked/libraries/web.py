"""Failures of httpx, urllib3, PyGithub and Flask, made to happen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import flask
import github
import github.Repository
import httpx
import urllib3

from tests.rules.provoked.row import Row, closed_port
from tests.rules.provoked.servers import answering

HTTPX, URLLIB3 = "httpx.HTTPError", "urllib3.exceptions.HTTPError"


def _url() -> str:
    return f"http://127.0.0.1:{closed_port()}/"


def _client(call: Callable[[httpx.Client], object]) -> object:
    with httpx.Client(verify=False) as client:
        return call(client)


async def _async_client(method: str) -> None:
    async with httpx.AsyncClient(verify=False) as client:
        match method:
            case "get":
                await client.get(_url())
            case "post":
                await client.post(_url())
            case "put":
                await client.put(_url())
            case "patch":
                await client.patch(_url())
            case "delete":
                await client.delete(_url())
            case _:
                await client.request("GET", _url())


def _error_status(_: Path) -> None:
    with answering(500) as url:
        response = httpx.get(url, verify=False)
    response.raise_for_status()


def _no_json(_: Path) -> None:
    with answering(200, b"<html>") as url:
        response = httpx.get(url, verify=False)
    response.json()


def _no_json_either(_: Path) -> None:
    with answering(200, b"<html>") as url, urllib3.PoolManager() as pool:
        pool.request("GET", url).json()


def _pool(call: Callable[[urllib3.HTTPConnectionPool], object]) -> object:
    with urllib3.HTTPConnectionPool("127.0.0.1", closed_port()) as pool:
        return call(pool)


def _manager(call: Callable[[urllib3.PoolManager], object]) -> object:
    with urllib3.PoolManager() as pool:
        return call(pool)


def _github(call: Callable[[github.Github], object], status: int = 404) -> object:
    with answering(status, b'{"message": "Not Found"}') as url, github.Github(base_url=url, retry=None) as client:
        return call(client)


def _repository(call: Callable[[github.Repository.Repository], object], status: int = 404) -> object:
    return _github(lambda client: call(_known(client)), status)


def _known(client: github.Github) -> github.Repository.Repository:
    """A repository that was read before."""
    url = f"{client.requester.base_url}/repos/a/b"
    return client.create_from_raw_data(github.Repository.Repository, {"url": url})


def _url_for(_: Path) -> None:
    with flask.Flask("app").test_request_context():
        flask.url_for("nowhere")


def _send_file(folder: Path) -> None:
    with flask.Flask("app").test_request_context():
        flask.send_file(folder / "none")


def _render(_: Path) -> None:
    with flask.Flask("app").test_request_context():
        flask.render_template("none.html")


def _config(folder: Path) -> flask.Config:
    return flask.Config(folder)


ROWS = [
    Row("httpx.get", HTTPX, lambda _: httpx.get(_url(), verify=False)),
    Row("httpx.post", HTTPX, lambda _: httpx.post(_url(), verify=False)),
    Row("httpx.put", HTTPX, lambda _: httpx.put(_url(), verify=False)),
    Row("httpx.patch", HTTPX, lambda _: httpx.patch(_url(), verify=False)),
    Row("httpx.delete", HTTPX, lambda _: httpx.delete(_url(), verify=False)),
    Row("httpx.head", HTTPX, lambda _: httpx.head(_url(), verify=False)),
    Row("httpx.request", HTTPX, lambda _: httpx.request("GET", _url(), verify=False)),
    Row("httpx.Client.get", HTTPX, lambda _: _client(lambda one: one.get(_url()))),
    Row("httpx.Client.post", HTTPX, lambda _: _client(lambda one: one.post(_url()))),
    Row("httpx.Client.put", HTTPX, lambda _: _client(lambda one: one.put(_url()))),
    Row("httpx.Client.patch", HTTPX, lambda _: _client(lambda one: one.patch(_url()))),
    Row("httpx.Client.delete", HTTPX, lambda _: _client(lambda one: one.delete(_url()))),
    Row("httpx.Client.request", HTTPX, lambda _: _client(lambda one: one.request("GET", _url()))),
    Row("httpx.Client.send", HTTPX, lambda _: _client(lambda one: one.send(httpx.Request("GET", _url())))),
    Row("httpx.AsyncClient.get", HTTPX, lambda _: asyncio.run(_async_client("get"))),
    Row("httpx.AsyncClient.post", HTTPX, lambda _: asyncio.run(_async_client("post"))),
    Row("httpx.AsyncClient.put", HTTPX, lambda _: asyncio.run(_async_client("put"))),
    Row("httpx.AsyncClient.patch", HTTPX, lambda _: asyncio.run(_async_client("patch"))),
    Row("httpx.AsyncClient.delete", HTTPX, lambda _: asyncio.run(_async_client("delete"))),
    Row("httpx.AsyncClient.request", HTTPX, lambda _: asyncio.run(_async_client("request"))),
    Row("httpx.Response.raise_for_status", "httpx.HTTPStatusError", _error_status),
    Row("httpx.Response.json", "json.JSONDecodeError", _no_json),
    Row("httpx.URL", "httpx.InvalidURL", lambda _: httpx.URL("http://host:port/")),
    Row("urllib3.request", URLLIB3, lambda _: urllib3.request("GET", _url(), retries=False)),
    Row(
        "urllib3.PoolManager.request",
        URLLIB3,
        lambda _: _manager(lambda one: one.request("GET", _url(), retries=False)),
    ),
    Row("urllib3.PoolManager.urlopen", URLLIB3, lambda _: _manager(lambda one: one.urlopen("GET", _url(), retries=1))),
    Row(
        "urllib3.HTTPConnectionPool.request",
        URLLIB3,
        lambda _: _pool(lambda one: one.request("GET", "/", retries=False)),
    ),
    Row("urllib3.HTTPConnectionPool.urlopen", URLLIB3, lambda _: _pool(lambda one: one.urlopen("GET", "/", retries=1))),
    Row("urllib3.BaseHTTPResponse.json", "json.JSONDecodeError", _no_json_either),
    Row(
        "urllib3.util.parse_url",
        "urllib3.exceptions.LocationParseError",
        lambda _: urllib3.util.parse_url("http://[x/"),
    ),
    Row("github.Github.get_repo", "github.GithubException", lambda _: _github(lambda one: one.get_repo("a/b"))),
    Row("github.Github.get_user", "github.GithubException", lambda _: _github(lambda one: one.get_user("a"), 401)),
    Row(
        "github.Repository.Repository.get_contents",
        "github.UnknownObjectException",
        lambda _: _repository(lambda one: one.get_contents("x")),
    ),
    Row(
        "github.Repository.Repository.get_pull",
        "github.UnknownObjectException",
        lambda _: _repository(lambda one: one.get_pull(1)),
    ),
    Row(
        "github.Repository.Repository.create_file",
        "github.GithubException",
        lambda _: _repository(lambda one: one.create_file("x", "m", "c"), 422),
    ),
    Row(
        "github.Repository.Repository.create_issue",
        "github.GithubException",
        lambda _: _repository(lambda one: one.create_issue("t"), 410),
    ),
    Row("flask.url_for", "werkzeug.routing.BuildError", _url_for),
    Row("flask.send_file", "FileNotFoundError", _send_file),
    Row("flask.render_template", "jinja2.TemplateNotFound", _render),
    Row("flask.Config.from_pyfile", "FileNotFoundError", lambda d: _config(d).from_pyfile("none")),
    Row("flask.Config.from_file", "FileNotFoundError", lambda d: _config(d).from_file("none", load=print)),
    Row("flask.Config.from_envvar", "RuntimeError", lambda d: _config(d).from_envvar("NO_SUCH_VARIABLE_HERE")),
    Row("flask.Config.from_object", "ImportError", lambda d: _config(d).from_object("no_such_module")),
    Row(
        "flask.Flask.open_resource",
        "FileNotFoundError",
        lambda d: flask.Flask("app", root_path=str(d)).open_resource("x"),
    ),
]
