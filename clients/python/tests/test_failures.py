"""What the service refuses, when a request is sent again, and what else can go wrong."""

from __future__ import annotations

import asyncio
import pickle
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest

import discretizer
from discretizer import AsyncClient, Client
from discretizer._errors import problem_of
from discretizer._protocol import retry_after
from scripted import Script, answer, hang_up, scripted

REFUSED: list[tuple[type[discretizer.ProblemError], int, str, Callable[[Client], object]]] = [
    (discretizer.ImpossibleError, 422, "element 1 is NaN", lambda client: client.scale([1.0, float("nan")])),
    (discretizer.ImpossibleError, 422, "2.0", lambda c: c.discretize_conv([1.0], spike_threshold=1, min_v_mem=2)),
    (discretizer.ImpossibleError, 422, "bits", lambda client: client.scale([1.0], bits=25)),
    (
        discretizer.ImpossibleError,
        422,
        "tensor bias has shape",
        lambda client: client.discretize_conv([[1.0]], [1.0, 2.0], spike_threshold=1, min_v_mem=-1),
    ),
    (discretizer.TooLargeError, 413, "9 dimensions", lambda client: client.scale([[[[[[[[[1.0]]]]]]]]])),
]


@pytest.mark.parametrize(("kind", "status", "detail", "call"), REFUSED)
def test_a_refusal_is_an_exception_of_its_family(
    client: Client, kind: type[discretizer.ProblemError], status: int, detail: str, call: Callable[[Client], object]
) -> None:
    with pytest.raises(discretizer.ProblemError, match=detail) as caught:
        call(client)
    problem = caught.value
    assert type(problem) is kind
    assert problem.status == status
    assert problem.code in str(problem)
    assert problem.request_id
    assert problem.request_id in str(problem)
    assert isinstance(problem, discretizer.DiscretizerError)
    copy = pickle.loads(pickle.dumps(problem))  # noqa: S301
    assert repr(copy) == repr(problem)
    assert copy.detail == problem.detail


def test_members_at_fault_are_named(client: Client) -> None:
    with pytest.raises(discretizer.ImpossibleError) as caught:
        client.discretize_conv([1.0], spike_threshold=1, min_v_mem=2)
    (fault,) = caught.value.errors
    assert fault.pointer == "/min_v_mem"
    assert fault.detail == caught.value.detail


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, discretizer.MalformedError),
        (401, discretizer.AuthenticationError),
        (403, discretizer.AuthenticationError),
        (404, discretizer.NotFoundError),
        (405, discretizer.NotFoundError),
        (406, discretizer.NegotiationError),
        (408, discretizer.SlowRequestError),
        (409, discretizer.ProblemError),
        (413, discretizer.TooLargeError),
        (415, discretizer.NegotiationError),
        (422, discretizer.ImpossibleError),
        (429, discretizer.RateLimitError),
        (500, discretizer.ServiceFailedError),
        (502, discretizer.ServiceFailedError),
        (503, discretizer.UnavailableError),
    ],
)
def test_every_status_has_its_family(status: int, kind: type[discretizer.ProblemError]) -> None:
    problem = problem_of(status, b"<html>\n<h1>Bad\n Gateway</h1>")
    assert type(problem) is kind
    assert problem.code == f"http-{status}"
    assert "Bad Gateway" in str(problem)
    assert problem.request_id is None


BUSY = b'{"code": "unavailable", "title": "The service is busy", "detail": "no room", "request_id": "r1"}'


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_is_tried_again_after_the_time_it_says(url: str, status: int) -> None:
    script: Script = [answer(status, BUSY, Retry_After="0"), answer(status, BUSY, Retry_After="1")]
    with scripted(url, script) as (proxy, seen), Client(proxy) as client:
        before = time.monotonic()
        assert client.discretize_tensor([0.5, 0.25]).tensor.tolist() == [127, 64]
        assert time.monotonic() - before >= 1
    assert len(seen) == 3
    assert len({frozenset(headers.items()) for headers in seen}) == 1


def test_a_busy_service_is_tried_only_so_often(url: str) -> None:
    script = [answer(503, BUSY, Retry_After="0") for _ in range(9)]
    with scripted(url, script) as (proxy, seen), Client(proxy, retries=2) as client:
        with pytest.raises(discretizer.UnavailableError, match="no room") as caught:
            client.scale([1.0])
        assert caught.value.retry_after == 0
        assert len(seen) == 3


def test_a_service_that_asks_for_too_long_is_not_waited_for(url: str) -> None:
    script = [answer(429, BUSY, Retry_After="3600")]
    with scripted(url, script) as (proxy, seen), Client(proxy) as client:
        with pytest.raises(discretizer.RateLimitError) as caught:
            client.scale([1.0])
        assert caught.value.retry_after == 3600
        assert len(seen) == 1


def test_other_refusals_are_not_tried_again(url: str) -> None:
    with scripted(url, [answer(500, b"{}")]) as (proxy, seen), Client(proxy) as client:
        with pytest.raises(discretizer.ServiceFailedError):
            client.scale([1.0])
        assert len(seen) == 1


def test_a_connection_that_breaks_is_tried_again(url: str) -> None:
    with scripted(url, [hang_up, hang_up]) as (proxy, seen), Client(proxy) as client:
        assert client.discretize_scalar(1.0, 2.0) == 2
        assert len(seen) == 3


def test_the_async_client_tries_again_too(url: str) -> None:
    async def call(proxy: str) -> int:
        async with AsyncClient(proxy) as client:
            return await client.discretize_scalar(1.0, 2.0)

    script = [answer(503, BUSY, Retry_After="0"), hang_up]
    with scripted(url, script) as (proxy, seen):
        assert asyncio.run(call(proxy)) == 2
        assert len(seen) == 3


def test_retry_after_is_seconds_or_a_date() -> None:
    later = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=60), usegmt=True)
    assert retry_after({}) is None
    assert retry_after({"Retry-After": "7"}) == 7
    assert 50 < (retry_after({"Retry-After": later}) or 0) <= 60
    assert retry_after({"Retry-After": "Mon, 01 Jan 2024 00:00:00 GMT"}) == 0
    assert retry_after({"Retry-After": "soon"}) is None


def test_a_service_that_is_not_there_is_named() -> None:
    with Client("http://127.0.0.1:1") as client, pytest.raises(discretizer.ServiceUnreachableError) as caught:
        client.scale([1.0])
    assert "http://127.0.0.1:1/api/v1/scale" in str(caught.value)
    assert "DISCRETIZER_URL" in str(caught.value)


def test_a_service_that_does_not_answer_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Client(url, timeout=0.2) as client, pytest.raises(discretizer.ServiceTimeoutError, match=url):
            client.scale([1.0])


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (answer(200, b"<html>", Content_Type="text/html"), "200 with text/html"),
        (answer(302, Location="https://example.invalid/login"), "302 .* redirecting to https://example.invalid/login"),
        (answer(200, b"", Content_Type="application/vnd.safetensors"), "not a safetensors file"),
        (
            answer(200, b"\2\0\0\0\0\0\0\0{}", Content_Type="application/vnd.safetensors"),
            "this client does not understand",
        ),
    ],
)
def test_another_server_is_told_from_the_service(url: str, reply: Any, message: str) -> None:
    with (
        scripted(url, [reply]) as (proxy, _),
        Client(proxy) as client,
        pytest.raises(discretizer.UnexpectedAnswerError, match=message),
    ):
        client.discretize_tensor([1.0])


def test_an_answer_that_is_no_json_is_told(url: str) -> None:
    reply = answer(200, b"{", Content_Type="application/json")
    with scripted(url, [reply]) as (proxy, _), Client(proxy) as client:
        with pytest.raises(discretizer.UnexpectedAnswerError, match="is not JSON"):
            client.scale([1.0])


def test_the_key_is_sent_and_never_shown(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(url, []) as (proxy, seen):
        with Client(proxy, api_key="secret") as client:
            client.scale([1.0])
            assert "secret" not in repr(client)
        monkeypatch.setenv("DISCRETIZER_API_KEY", "other")
        with Client(proxy) as client:
            client.scale([1.0])
        with Client(proxy, api_key="") as client:
            client.scale([1.0])
    assert [headers.get("authorization") for headers in seen] == ["Bearer secret", "Bearer other", None]
    assert all(headers["user-agent"] == f"discretizer-client/{discretizer.__version__}" for headers in seen)
    assert all("transfer-encoding" not in headers for headers in seen)


def test_a_password_in_the_url_is_not_shown() -> None:
    with Client("http://user:secret@127.0.0.1:1/x") as client:
        assert repr(client) == "Client('http://127.0.0.1:1/x')"
        with pytest.raises(discretizer.ServiceUnreachableError) as caught:
            client.scale([1.0])
    assert "secret" not in str(caught.value)


def test_a_base_path_is_kept(url: str) -> None:
    with scripted(url, [answer(404, b"{}")]) as (proxy, seen), Client(proxy + "/tools/discretizer") as client:
        with pytest.raises(discretizer.NotFoundError):
            client.scale([1.0])
        assert seen[0][":path"] == "/tools/discretizer/api/v1/scale?bits=8"
