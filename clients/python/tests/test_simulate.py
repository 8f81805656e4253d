"""Simulations over HTTP: recordings of all kinds, in one request and in many."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import discretizer
from conftest import DATA, ROOT
from discretizer import AsyncClient, Client, SimulationResult, _behaviour, _cli, _recordings
from scripted import answer, scripted

EXAMPLES = ROOT / "src" / "main" / "resources" / "examples"
TINY = EXAMPLES / "tiny.nir"
FILES = [EXAMPLES / "recording-right.npz", EXAMPLES / "recording-left.npy"]
EVENT = np.dtype([("t", "<i8"), ("x", "<i2"), ("y", "<i2"), ("p", "?")])


def events(seed: int, count: int = 300) -> Any:
    """Random events over 100 ms, as tonic gives them."""
    random = np.random.default_rng(seed)
    found = np.zeros(count, EVENT)
    found["t"] = np.sort(random.integers(0, 100_000, count))
    for name in "xy":
        found[name] = random.integers(0, 8, count)
    found["p"] = random.integers(0, 2, count)
    return found


def rasters(count: int) -> Any:
    return np.random.default_rng(7).poisson(0.3, (count, 20, 2, 8, 8)).astype(np.float32)


def told(result: SimulationResult) -> Any:
    """Everything that a result says, but names of recordings and the arrays themselves."""
    return (
        [dataclasses.asdict(layer) for layer in result.layers],
        [{**dataclasses.asdict(one), "name": ""} for one in result.recordings],
        result.modes,
        result.summary,
        result.findings,
        [result.counts(layer.name, mode).tolist() for layer in result.layers for mode in result.modes],
    )


def test_the_spikes_are_those_of_the_reference(client: Client, golden: dict[str, Any]) -> None:
    files = [golden["folder"] / one["file"] for one in golden["recordings"]]
    labels = [one["label"] for one in golden["recordings"]]
    result = client.simulate(DATA / "scnn_mnist.nir", files, dt=5000, t0=0, labels=labels)
    for layer_number, layer in enumerate(result.layers):
        for mode, name in (("integer_step", "int_step"), ("integer_event", "int_event")):
            counts = result.counts(layer.name, mode)  # type: ignore[arg-type]
            for number, expected in enumerate(golden["recordings"]):
                found = counts[number].astype("<i4")
                assert found.sum() == expected[name][layer_number]
                assert hashlib.sha256(found.tobytes()).hexdigest() == expected[f"{name}_counts_sha256"][layer_number]
    assert [one.name for one in result.recordings] == [path.name for path in files]
    assert [one.events for one in result.recordings] == [one["events"] for one in golden["recordings"]]
    assert result.confusion("float_step").sum() == 3
    assert np.array_equal(result.confusion("float_step").nonzero()[0], sorted(labels))


def of_service(url: str, recordings: list[Path], query: str) -> dict[str, Any]:
    """The service's own JSON answer for one request."""
    import httpx

    files = [("network", ("n", TINY.read_bytes(), "application/x-hdf5"))]
    files += [("recording", (path.name, path.read_bytes(), "application/octet-stream")) for path in recordings]
    reply = httpx.post(f"{url}/api/v1/simulate?{query}", files=files, headers={"Accept": "application/json"})
    assert reply.status_code == 200, reply.text
    document: dict[str, Any] = reply.json()
    return document


def test_the_figures_are_those_of_the_service(client: Client, url: str) -> None:
    expected = of_service(url, FILES, "dt=5000&labels=1,1")
    result = client.simulate(TINY, FILES, dt=5000, labels=[1, 1])
    assert list(result.modes) == expected["modes"]
    for layer, document in zip(result.layers, expected["layers"], strict=True):
        assert list(layer.shape) == document["shape"]
        assert (layer.name, layer.scale, layer.spike_threshold) == tuple(
            document[name] for name in ("name", "scale", "spike_threshold")
        )
        for mode in result.modes:
            figures = layer[mode]
            assert figures is not None
            for name, value in document[mode].items():
                assert getattr(figures, name) == value, (layer.name, mode, name)
    for mode in result.modes:
        summary = result.summary[mode]
        assert {name: getattr(summary, name) for name in expected["summary"][mode]} == expected["summary"][mode]
        assert summary.synops == expected["synops"][mode]
    assert [finding.message for finding in result.findings] == [one["message"] for one in expected["findings"]]
    assert [dataclasses.asdict(one) for one in result.recordings] == expected["recordings"]


def test_many_requests_give_what_one_gives(client: Client) -> None:
    recordings = [events(seed, 40 * seed) for seed in range(1, 24)]
    labels = [seed % 3 for seed in range(1, 24)]
    one = client.simulate(TINY, recordings, dt=5000, labels=labels, request_bytes=1 << 30, workers=1000)
    wanted = _behaviour.asked(TINY, {}, 5000, None, False)
    assert len(_behaviour.groups(wanted, recordings, labels, 2, 1 << 30)) > 2
    many = client.simulate(TINY, recordings, dt=5000, labels=labels, workers=2)
    each = client.simulate(TINY, recordings, dt=5000, labels=labels, request_bytes=1)
    assert told(many) == told(one) == told(each)
    assert one.findings != ()


def test_recordings_of_all_kinds_are_the_same(client: Client, tmp_path: Path) -> None:
    found = [events(1), events(2)]
    paths = [tmp_path / "0.npy", tmp_path / "1.npz"]
    np.save(paths[0], found[0])
    np.savez_compressed(paths[1], **{name: found[1][name] for name in "xytp"})
    expected = told(client.simulate(TINY, found, dt=5000))
    renamed = np.zeros(300, np.dtype([("p", ">u1"), ("y", ">i4"), ("x", "<u2"), ("t", ">u8")]))
    for name in "xytp":
        renamed[name] = found[1][name]
    every_second = np.zeros(600, EVENT)
    every_second[::2] = found[0]

    def generated() -> Iterator[Any]:
        yield from found

    class DataSet:
        """As tonic's: it has a length, and any index gives something."""

        def __len__(self) -> int:
            return 2

        def __getitem__(self, number: int) -> Any:
            return found[number % 2], 2

    for same in (paths, [str(paths[0]), found[1]], generated(), [every_second[::2], renamed], tuple(found)):
        assert told(client.simulate(TINY, same, dt=5000)) == expected
    labelled = client.simulate(TINY, DataSet(), dt=5000)  # type: ignore[arg-type]
    assert [one.label for one in labelled.recordings] == [2, 2]
    alone = client.simulate(TINY, paths[0], dt=5000)
    assert alone.recordings[0].name == "0.npy"
    assert told(client.simulate(TINY, found[0], dt=5000))[0] == told(alone)[0]
    assert told(client.simulate(TINY, (found[0], 2), dt=5000))[0] == told(alone)[0]


def test_counts_of_all_kinds_are_the_same(client: Client) -> None:
    counts = rasters(3)
    expected = told(client.simulate(TINY, counts))
    for same in (
        list(counts),
        counts.astype(np.int64),
        [np.asfortranarray(one) for one in counts],
        counts.astype(">f8"),
    ):
        assert told(client.simulate(TINY, same)) == expected
    assert told(client.simulate(TINY, counts[0]))[5] != expected[5]
    torch = pytest.importorskip("torch", reason="torch is not here")
    assert told(client.simulate(TINY, torch.tensor(counts))) == expected
    assert told(client.simulate(TINY, [torch.tensor(one).to(torch.uint8) for one in counts])) == expected
    with pytest.raises(TypeError, match=r"recording-0 is a tensor of bfloat16, .*\.float\(\)"):
        client.simulate(TINY, torch.tensor(counts).bfloat16())


def test_counts_are_sent_as_bytes_where_they_fit() -> None:
    (small,) = _recordings.read(rasters(1)[0], None)
    assert small.body.length < 20 * 2 * 64 + 200
    large = rasters(1)[0]
    large[0, 0, 0, 0] = 256
    for other in (large, np.full((1, 1, 1, 1), np.nan), np.full((1, 1, 1, 1), 0.5), np.full((1, 1, 1, 1), -1)):
        (one,) = _recordings.read(other, None)
        assert b"".join(one.body.parts())[-other.nbytes :] == np.ascontiguousarray(other).tobytes()


@pytest.mark.parametrize(
    ("recordings", "labels", "kind", "message"),
    [
        ([], None, ValueError, "there are no recordings"),
        ([events(1)], [1, 2], ValueError, "2 labels found for 1 recordings"),
        ([(events(1), 1), events(2)], None, ValueError, "1 of 2 recordings have labels, all or none"),
        (np.zeros((2, 3)), None, TypeError, r"recording-0 has shape \[2, 3\], counts \[T, C, H, W\] or events"),
        ([events(1), 5], None, TypeError, "recording-1 is a int, a path or an array"),
        (5, None, TypeError, "not iterable"),
        ([np.zeros(1, [("x", object)])], None, TypeError, "recording-0 has fields of Python objects"),
        ("missing.npz", None, FileNotFoundError, "missing.npz"),
    ],
)
def test_what_is_no_recording_is_refused_here(
    client: Client, recordings: Any, labels: Any, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        client.simulate(TINY, recordings, labels=labels)


def test_a_recording_at_fault_is_named_by_the_service(client: Client) -> None:
    back = events(3)
    back["t"][7] = 0
    with pytest.raises(discretizer.ProblemError, match="recording-9") as caught:
        client.simulate(TINY, [events(seed) for seed in range(1, 10)] + [back], dt=5000)
    assert caught.value.status in (400, 422)


def test_a_request_over_a_limit_is_halved(url: str) -> None:
    too_much = b'{"code": "limit-exceeded", "title": "over a limit", "detail": "synops"}'
    script = [answer(413, too_much), answer(413, too_much)]
    recordings = [events(seed) for seed in range(1, 5)]
    with Client(url, warn=False) as client:
        expected = told(client.simulate(TINY, recordings, dt=5000))
    with scripted(url, script) as (proxy, seen), Client(proxy, warn=False) as client:
        assert told(client.simulate(TINY, recordings, dt=5000, workers=1)) == expected
        assert len(seen) == 5
    with scripted(url, [answer(413, too_much)]) as (proxy, seen), Client(proxy, warn=False) as client:
        with pytest.raises(discretizer.TooLargeError, match="synops"):
            client.simulate(TINY, recordings[:1], dt=5000)


def test_a_service_that_is_busy_with_other_requests_of_ours_is_waited_for(url: str) -> None:
    seen_both = threading.Event()

    def busy(handler: BaseHTTPRequestHandler) -> None:
        seen_both.wait(10)
        answer(503, b"{}", Retry_After="0")(handler)

    class Seen(list[dict[str, str]]):
        def append(self, headers: dict[str, str]) -> None:
            super().append(headers)
            if len(self) == 2:
                seen_both.set()

    recordings = [events(seed, 3000) for seed in range(8)]
    with scripted(url, [busy], Seen()) as (proxy, seen), Client(proxy, warn=False, retries=0) as client:
        assert len(client.simulate(TINY, recordings, dt=5000, workers=2).recordings) == 8
        assert len(seen) == 3
    with scripted(url, [answer(503, b"{}", Retry_After="0")]) as (proxy, seen), Client(proxy, retries=0) as client:
        with pytest.raises(discretizer.UnavailableError):
            client.simulate(TINY, recordings[:1], dt=5000)


def test_progress_counts_recordings(client: Client) -> None:
    seen: list[tuple[int, int]] = []
    client.simulate(
        TINY, [events(seed) for seed in range(9)], dt=5000, progress=lambda done, of: seen.append((done, of))
    )
    assert seen[0] == (0, 9)
    assert seen[-1] == (9, 9)
    assert seen == sorted(seen)
    assert len(seen) > 2


def test_the_async_client_simulates_too(client: Client, url: str) -> None:
    recordings = [events(seed) for seed in range(12)]

    async def run() -> SimulationResult:
        async with AsyncClient(url, warn=False) as other:
            return await other.simulate(TINY, recordings, dt=5000)

    assert told(asyncio.run(run())) == told(client.simulate(TINY, recordings, dt=5000))


def test_findings_are_issued_as_warnings(url: str) -> None:
    with Client(url) as client, pytest.warns(discretizer.DiscretizationWarning, match="RATE_SHIFT") as caught:
        client.simulate(TINY, FILES, dt=5000)
    assert {warning.filename for warning in caught} == {__file__}


def test_a_mode_that_is_not_asked_for_is_none(client: Client) -> None:
    result = client.simulate(TINY, events(1), modes=["integer_event"])
    assert result.modes == ("integer_event",)
    (first, *_) = result.layers
    assert first["float_step"] is first.integer_step is None
    assert first.integer_event is not None
    assert first.integer_event.rate_ratio is None
    assert result.summary["integer_event"].agreement is None
    with pytest.raises(KeyError):
        result.counts(first.name, "float_step")
    with pytest.raises(ValueError, match="no labels"):
        result.confusion("integer_event")
    assert "integer_event: agreement ?" in repr(result)


def test_a_result_is_a_table_and_a_picture(client: Client, tmp_path: Path) -> None:
    result = client.simulate(TINY, FILES, dt=5000, labels=[1, 1])
    html = result._repr_html_()
    for text in ("integer_event", "conv1", "RATE_SHIFT", "<th>event ratio</th>", "<th>accuracy</th>"):
        assert text in html
    assert repr(result).startswith("SimulationResult(2 recordings, float_step: accuracy 1, divergence 0, ")
    pytest.importorskip("matplotlib", reason="matplotlib is not here")
    figure = result.plot(tmp_path / "rates.png")
    assert (tmp_path / "rates.png").read_bytes().startswith(b"\x89PNG")
    axes = [axes for part in figure.subfigs for axes in part.axes]
    assert len(axes) == 4
    (event,) = [bars for bars in axes[0].containers if bars.get_label() == "integer_event"]
    rates = [layer.integer_event.rate for layer in result.layers if layer.integer_event is not None]
    assert [bar.get_height() for bar in event] == rates
    assert len(client.simulate(TINY, FILES, dt=5000).plot().axes) == 1


def test_the_command_simulates(tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(path) for path in FILES]
    plain = ["simulate", str(TINY), *files, "--url", url, "--dt", "5000"]
    assert _cli.main(plain) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert max(map(len, out.splitlines())) <= 80
    assert "warning  RATE_SHIFT  layer conv1, conv2" not in out
    assert "RATE_SHIFT" in out
    assert "discretizer calibrate" in out
    assert _cli.main([*plain, "--strict"]) == 1
    assert _cli.main([*plain, "--strict", "--allow", "RATE_SHIFT", "--allow", "SILENT_LAYER"]) == 0
    assert _cli.main([*plain, "--labels", "1,x"]) == 2
    assert _cli.main([*plain, "--labels", "1"]) == 2
    assert _cli.main(["simulate", str(TINY), *files, "--url", url]) == 1
    assert "--dt" in capsys.readouterr().err
    assert _cli.main([*plain, "--labels", "1,1", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["summary"]["float_step"]["accuracy"] == 1.0
    assert [layer["name"] for layer in document["layers"]] == ["conv1", "conv2", "linear"]
    pytest.importorskip("matplotlib", reason="matplotlib is not here")
    assert _cli.main([*plain, "--labels", "1,1", "--plot", str(tmp_path / "rates.png")]) == 0
    assert (tmp_path / "rates.png").stat().st_size > 5000
