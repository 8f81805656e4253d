"""The lower bounds that keep the chip's spikes as trained, and networks that have them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import discretizer
from conftest import DATA, ROOT
from discretizer import AsyncClient, CalibrationResult, Client, _cli

EXAMPLES = ROOT / "src" / "main" / "resources" / "examples"
TINY = EXAMPLES / "tiny.nir"
FILES = [EXAMPLES / "recording-right.npz", EXAMPLES / "recording-left.npy"]


def test_the_candidates_are_those_of_the_reference(client: Client, golden: dict[str, Any]) -> None:
    files = [golden["folder"] / one["file"] for one in golden["recordings"]]
    path = DATA / "scnn_mnist.nir"
    result = client.calibrate(path, files, dt=5000, t0=0, labels=[one["label"] for one in golden["recordings"]])
    for layer, expected in zip(result.layers, golden["calibration"], strict=True):
        check_against(layer, expected)
    assert [layer.min_v_mem for layer in result.network().layers] == [layer.chosen for layer in result.layers]
    events = client.simulate(path, files, dt=5000, t0=0, modes=["integer_event"], min_v_mem=result.min_v_mem)
    for number, simulated in enumerate(events.layers):
        counts = events.counts(simulated.name, "integer_event").sum(axis=(1, 2, 3))
        assert counts.tolist() == [one["int_event_calibrated"][number] for one in golden["recordings"]]


def check_against(layer: discretizer.CalibratedLayer, expected: Any) -> None:
    assert layer.name == expected["node"]
    assert (layer.reference, layer.chosen) == (expected["reference"], expected["chosen"])
    found = [(one.factor, one.min_v_mem, one.divergence_sum, one.spikes) for one in layer.candidates]
    assert found == [tuple(one) for one in expected["candidates"]]
    assert layer.best.min_v_mem == layer.chosen


def test_a_calibrated_network_is_nearer_to_the_trained_one(client: Client, tmp_path: Path) -> None:
    result = client.calibrate(TINY, FILES, dt=5000, labels=[1, 1])
    before = client.simulate(TINY, FILES, dt=5000, labels=[1, 1])
    # With other bounds float_step is not as trained: what differs is that from `before`.
    bounds = result.min_v_mem
    after = client.simulate(TINY, FILES, dt=5000, labels=[1, 1], modes=["integer_event"], min_v_mem=bounds)
    assert result.before.summary.agreement == before.summary["integer_event"].agreement
    assert result.before.summary.divergence == before.summary["integer_event"].divergence
    for told, simulated in ((result.before, before), (result.after, after)):
        assert told.summary.accuracy == simulated.summary["integer_event"].accuracy
        for layer, trained in zip(simulated.layers, before.layers, strict=True):
            assert layer.integer_event is not None
            assert trained.float_step is not None
            assert told.rate_ratio[layer.name] == layer.integer_event.spikes / trained.float_step.spikes
    assert result.before.summary.divergence is not None
    assert result.after.summary.divergence is not None
    assert result.after.summary.divergence < result.before.summary.divergence
    assert [layer.min_v_mem for layer in result.network().layers] == [layer.chosen for layer in result.layers]
    with TINY.open("rb") as file:
        again = client.calibrate(file, FILES, dt=5000, labels=[1, 1])
    assert again.layers == result.layers
    assert again.network().layers[0].weight.tolist() == result.network().layers[0].weight.tolist()


def test_options_of_the_network_are_kept(client: Client) -> None:
    result = client.calibrate(TINY, FILES, dt=5000, weight_bits=4, min_v_mem=-0.5)
    network = result.network()
    assert max(int(layer.weight.max()) for layer in network.layers) <= 7
    assert [layer.min_v_mem for layer in network.layers] == [layer.chosen for layer in result.layers]


def test_the_async_client_calibrates_too(client: Client, url: str) -> None:
    async def run() -> CalibrationResult:
        async with AsyncClient(url, warn=False) as other:
            return await other.calibrate(TINY, FILES, dt=5000)

    assert asyncio.run(run()).layers == client.calibrate(TINY, FILES, dt=5000).layers


def test_recordings_without_a_spike_are_refused_with_advice(client: Client) -> None:
    with pytest.raises(discretizer.ImpossibleError, match="recordings"):
        client.calibrate(TINY, np.zeros((3, 2, 8, 8), np.uint8))


def test_a_result_is_tables_and_a_picture(client: Client, tmp_path: Path) -> None:
    result = client.calibrate(TINY, FILES, dt=5000)
    html = result._repr_html_()
    for text in ("before", "after", "<th>chosen</th>", "own", "conv1"):
        assert text in html
    assert html.count(">chosen<") >= 1 + len(result.layers)
    first = result.layers[0]
    assert repr(result).startswith(f"CalibrationResult([conv1: {first.reference} -> {first.chosen}, ")
    pytest.importorskip("matplotlib", reason="matplotlib is not here")
    figure = result.plot(tmp_path / "calibration.png")
    assert (tmp_path / "calibration.png").read_bytes().startswith(b"\x89PNG")
    over, ratios = figure.axes
    assert [line.get_label() for line in over.lines if line.get_label() in result.before.rate_ratio] == [
        layer.name for layer in result.layers
    ]
    assert [bars.get_label() for bars in ratios.containers] == ["before", "after"]


def test_the_command_prints_before_and_after(
    client: Client, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = ["calibrate", str(TINY), *map(str, FILES), "--dt", "5000", "--url", url]
    chip, picture = tmp_path / "chip.nir", tmp_path / "calibration.png"
    assert _cli.main([*plain, "-o", str(chip)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert max(map(len, out.splitlines())) <= 80
    assert [line.split()[0] for line in out.splitlines()[2:4]] == ["before", "after"]
    assert [line.split()[0] for line in out.splitlines()[6:9]] == ["conv1", "conv2", "linear"]
    result = client.calibrate(TINY, FILES, dt=5000)
    assert chip.read_bytes() == client.network_file(TINY, min_v_mem=result.min_v_mem)
    for name, value in result.min_v_mem.items():
        assert f"--min-v-mem {name}={value:.9g}" in " ".join(out.split())
    assert _cli.main([*plain, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["query"] == result.query
    pytest.importorskip("matplotlib", reason="matplotlib is not here")
    assert _cli.main([*plain, "--plot", str(picture)]) == 0
    assert picture.stat().st_size > 5000
