"""How a client connects: keys, certificates, proxies, and which service it finds."""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
import ssl
import subprocess
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

import discretizer
from conftest import ROOT
from discretizer import AsyncClient, Client, _cli, _codes
from scripted import Script, answer, hang_up, scripted

KEY = "k3y-Of.the~Tests"


def transport(status: int = 200, body: bytes = b'{"value": 2}', **headers: str) -> httpx.MockTransport:
    """A service that always answers so."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}

    def handle(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, content=body, headers={"Content-Type": "application/json", **given})

    return httpx.MockTransport(handle)


def failing(failure: Exception) -> httpx.MockTransport:
    def handle(request: httpx.Request) -> httpx.Response:
        raise failure

    return httpx.MockTransport(handle)


# Keys.


def test_white_space_around_a_key_is_stripped(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(url, []) as (proxy, seen):
        with Client(proxy, api_key=f" {KEY}\r\n") as client:
            client.scale([1.0])
        monkeypatch.setenv("DISCRETIZER_API_KEY", KEY + "\n")
        with Client(proxy) as client:
            client.scale([1.0])
    assert [headers["authorization"] for headers in seen] == [f"Bearer {KEY}"] * 2


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(
    ("character", "words"), [("\n", "a space or control"), (" ", "a space"), ("\0", "a space or"), ("é", "not ASCII")]
)
def test_a_key_that_no_header_holds_is_refused_at_once(
    kind: Callable[..., object], character: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = KEY + character + KEY
    with pytest.raises(ValueError, match=f"^api_key: character {len(KEY)} of {len(bad)} is {words}") as caught:
        kind(api_key=bad)
    assert KEY not in str(caught.value)
    monkeypatch.setenv("DISCRETIZER_API_KEY", "é")
    with pytest.raises(ValueError, match=r"^DISCRETIZER_API_KEY: character 0 of 1 "):
        kind()


def test_a_key_of_bytes_is_refused_and_not_shown() -> None:
    with pytest.raises(TypeError, match="api_key is of type bytes, a str is expected") as caught:
        Client(api_key=KEY.encode())  # type: ignore[arg-type]
    assert KEY not in "".join(traceback.format_exception(caught.value))


FAILURES: list[Any] = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
    httpx.ReadTimeout("slow"),
    httpx.WriteTimeout("slow"),
    httpx.PoolTimeout("slow"),
    httpx.ReadError("broken"),
    httpx.WriteError("broken"),
    httpx.RemoteProtocolError("broken"),
    httpx.LocalProtocolError("broken"),
    httpx.UnsupportedProtocol("other"),
    httpx.ProxyError("407 Proxy Authentication Required"),
]

TRANSPORTS = [
    *map(failing, FAILURES),
    *(transport(status, b"{}") for status in (302, 400, 401, 403, 404, 406, 408, 413, 415, 422, 429, 500, 502, 503)),
    transport(200, b"<html>"),
    transport(200, b"[1]"),
    transport(200, b"", Content_Type="text/html"),
]


def shown(error: BaseException) -> str:
    """Everything that a log or an error tracker would have of an exception, values of variables included."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True, compact=False)
    return "".join(told.format()) + repr(error) + str(error) + repr(vars(error))


@pytest.mark.parametrize("told", TRANSPORTS, ids=str)
def test_no_error_holds_the_key(told: httpx.MockTransport, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Client("http://name:pass-w0rd@service", api_key=KEY, retries=0, transport=told) as client:
        with pytest.raises(discretizer.DiscretizerError) as caught:
            client.discretize_scalar(1.0, 2.0)
        for text in (shown_by_us(caught.value), repr(client), caplog.text):
            assert KEY not in text
            assert "pass-w0rd" not in text
    # The frames of httpx hold the headers, so no exception leads to them.
    seen: BaseException | None = caught.value
    while seen is not None:
        frames = traceback.extract_tb(seen.__traceback__)
        assert not any("httpx" in frame.filename or "httpcore" in frame.filename for frame in frames)
        seen = seen.__cause__ or seen.__context__


def shown_by_us(error: BaseException) -> str:
    """As `shown`, without the frame of the test itself, which has the key."""
    trace = error.__traceback__
    assert trace is not None
    return shown(error.with_traceback(trace.tb_next))


@pytest.mark.parametrize(
    "script",
    [[hang_up], [answer(503, b"{}")], [answer(401, b"{}")], [answer(302, Location="http://elsewhere")]],
    ids=["hang up", "503", "401", "302"],
)
def test_no_error_of_a_real_connection_holds_the_key(
    url: str, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def call(proxy: str) -> None:
        async with AsyncClient(proxy, api_key=KEY, retries=0) as client:
            await client.scale([1.0])

    with scripted(url, 2 * script) as (proxy, seen):
        with Client(proxy, api_key=KEY, retries=0) as client, pytest.raises(discretizer.DiscretizerError) as caught:
            client.scale([1.0])
        assert KEY not in shown_by_us(caught.value)
        with pytest.raises(discretizer.DiscretizerError) as caught:
            asyncio.run(call(proxy))
        assert KEY not in shown_by_us(caught.value)
    assert [headers["authorization"] for headers in seen] == [f"Bearer {KEY}"] * 2
    assert caplog.records
    assert KEY not in caplog.text


def test_the_command_never_shows_the_key(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for key, where, status in ((KEY, "http://127.0.0.1:1", 3), (KEY + "\x01", url, 2), (KEY, f"ftp://me:{KEY}@x", 2)):
        monkeypatch.setenv("DISCRETIZER_API_KEY", key)
        assert _cli.main(["devices", "--url", where]) == status
        out, err = capsys.readouterr()
        assert KEY not in out + err


@pytest.mark.parametrize(
    "bad", ["ftp://me:secret@host", "me:secret@host", "http://me:secret@", "http://me:secret@host:port", "", "/x"]
)
def test_a_url_that_is_none_is_refused_without_its_password(bad: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not bad:
        monkeypatch.setenv("DISCRETIZER_URL", "host")
    with pytest.raises(ValueError, match=r"a URL such as .* is expected") as caught:
        Client(bad)
    assert "secret" not in str(caught.value)


def test_user_name_and_password_of_the_url_are_sent(url: str) -> None:
    with scripted(url, []) as (proxy, seen):
        with Client(proxy.replace("//", "//na%2Fme:pass@")) as client:
            assert client.url == proxy
            client.scale([1.0])
    assert httpx.BasicAuth("na/me", "pass")._auth_header == seen[0]["authorization"]


# Arguments.


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"timeout": "5"}, TypeError, "timeout is '5', a number of seconds or None is expected"),
        ({"timeout": True}, TypeError, "timeout is True"),
        ({"timeout": 0}, ValueError, "timeout is 0, a number of seconds above zero"),
        ({"timeout": float("nan")}, ValueError, "timeout is nan"),
        ({"verify": "/no/such.pem"}, FileNotFoundError, "/no/such.pem"),
        ({"ignore": ["BIAS_LIMIT"]}, ValueError, "ignore has 'BIAS_LIMIT', .* did you mean BIAS_LIMITS?"),
        ({"ignore": "zero-fraction"}, ValueError, "did you mean ZERO_FRACTION?"),
        ({"ignore": "not-finit"}, ValueError, "did you mean not-finite?"),
        ({"ignore": "xyz"}, ValueError, "known are ALREADY_DISCRETE, .*"),
    ],
)
def test_arguments_that_cannot_be_are_refused_at_once(arguments: Any, kind: type[Exception], message: str) -> None:
    for client in (Client, AsyncClient):
        with pytest.raises(kind, match=message):
            client(**arguments)


def test_a_closed_client_says_so() -> None:
    client = Client(transport=transport())
    client.close()
    for call in (client.devices, client.ready, client.info):
        with pytest.raises(RuntimeError, match="this client is closed"):
            call()


def test_the_known_codes_are_those_of_the_service() -> None:
    findings = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    codes = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", findings, re.MULTILINE))
    assert len(codes) > 20
    assert codes <= _codes.FINDINGS
    problems = re.findall(r"^\| `([a-z-]+)` \| (?:400|422) \|", findings, re.MULTILINE)
    assert set(problems) >= _codes.PROBLEMS


# Which service it is.


def test_ready_and_info_are_those_of_the_service(url: str) -> None:
    with Client(url) as client:
        assert client.ready()
        info = client.info()
    assert info.url == url
    assert info.client_version == discretizer.__version__
    assert "speck2fmodule" in info.devices

    async def ask() -> tuple[bool, discretizer.ServiceInfo]:
        async with AsyncClient(url) as client:
            return await client.ready(), await client.info()

    assert asyncio.run(ask()) == (True, info)


def test_a_service_that_does_not_take_requests_is_not_ready() -> None:
    with Client(transport=transport(503, b"{}")) as client:
        assert not client.ready()
    with Client("http://127.0.0.1:1") as client:
        assert not client.ready()


MAJOR, MINOR, PATCH = discretizer.__version__.split(".")


@pytest.mark.parametrize("other", [f"{MAJOR}.{int(MINOR) + 1}.{PATCH}", f"{int(MAJOR) + 1}.{MINOR}.{PATCH}"])
def test_another_version_is_warned_of_once(other: str) -> None:
    with Client(transport=transport(Discretizer_Version=other)) as client:
        with pytest.warns(discretizer.VersionWarning, match=f"version {other}, this client ") as caught:
            client.discretize_scalar(1.0, 2.0)
            client.discretize_scalar(1.0, 2.0)
        assert len(caught) == 1
        assert caught[0].filename == __file__
    with Client(transport=transport(404, b"{}", Discretizer_Version=other)) as client:
        with pytest.warns(discretizer.VersionWarning), pytest.raises(discretizer.NotFoundError):
            client.discretize_scalar(1.0, 2.0)
    with Client(transport=transport(Discretizer_Version=other), warn=False) as client:
        assert client.discretize_scalar(1.0, 2.0) == 2


@pytest.mark.parametrize(
    "told", [transport(), transport(Discretizer_Version=f"{MAJOR}.{MINOR}.{int(PATCH) + 1}-SNAPSHOT")]
)
def test_another_patch_is_not_warned_of(told: httpx.MockTransport) -> None:
    with warnings.catch_warnings(), Client(transport=told) as client:
        warnings.simplefilter("error")
        assert client.discretize_scalar(1.0, 2.0) == 2


# Certificates and proxies.


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that it signed itself, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here")  # it makes the certificate: a committed one would expire
    folder = tmp_path_factory.mktemp("tls")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder / "cert.pem", folder / "key.pem"


class Hello(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        answer(200, b'{"value": 2}', Content_Type="application/json")(self)

    def do_GET(self) -> None:
        answer(200)(self)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def https(certificate: tuple[Path, Path], asks: bool = False) -> Iterator[str]:
    """A server with that certificate; `asks`: it asks for the client's, which has to be the same."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    if asks:
        context.load_verify_locations(certificate[0])
        context.verify_mode = ssl.CERT_REQUIRED
    server = HTTPServer(("127.0.0.1", 0), Hello)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_certificate_that_is_not_trusted_is_told_as_that(certificate: tuple[Path, Path]) -> None:
    async def call(url: str) -> None:
        async with AsyncClient(url, api_key=KEY) as client:
            await client.ready()

    message = r"the certificate of https://127.0.0.1:\d+/.* is not trusted: self.signed certificate; pass verify="
    with https(certificate) as url:
        with Client(url, api_key=KEY) as client:
            for ask in (client.devices, client.ready):
                with pytest.raises(discretizer.ServiceUnreachableError, match=message) as caught:
                    ask()
                assert KEY not in shown_by_us(caught.value)
        with pytest.raises(discretizer.ServiceUnreachableError, match=message):
            asyncio.run(call(url))


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_trust_is_given_as_in_httpx(certificate: tuple[Path, Path]) -> None:
    with https(certificate) as url:
        for verify in (str(certificate[0]), ssl.create_default_context(cafile=certificate[0]), False):
            with Client(url, verify=verify) as client:
                assert client.ready()
                assert client.discretize_scalar(1.0, 2.0) == 2


def test_the_command_trusts_the_file_given(certificate: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    with https(certificate) as url:
        assert _cli.main(["devices", "--url", url]) == 3
        assert "pass --cacert with the file" in " ".join(capsys.readouterr().err.split())
        assert _cli.main(["devices", "--url", url, "--cacert", str(certificate[0])]) == 3
        assert "answered 200" in capsys.readouterr().err


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_the_client_shows_its_own_certificate(certificate: tuple[Path, Path]) -> None:
    own = (str(certificate[0]), str(certificate[1]))
    with https(certificate, asks=True) as url:
        with Client(url, verify=own[0], cert=own) as client:
            assert client.discretize_scalar(1.0, 2.0) == 2
        with Client(url, verify=False, cert=own) as client:
            assert client.ready()
        with Client(url, verify=own[0], retries=0) as client:
            assert not client.ready()


def test_a_proxy_is_asked_with_the_whole_url(url: str) -> None:
    with scripted(url, [answer(200, b'{"value": 2}', Content_Type="application/json")]) as (proxy, seen):
        with Client("http://service.invalid", proxy=proxy) as client:
            assert client.discretize_scalar(1.0, 2.0) == 2
    assert seen[0][":path"] == "http://service.invalid/api/v1/discretize/scalar"
