"""Whole networks and devices, through the clients and the command."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

import discretizer
from discretizer import (
    AsyncClient,
    Client,
    LayerDestination,
    LayerSource,
    NetworkOptions,
    NetworkResult,
    _cli,
    _print,
    _show,
)
from discretizer._network import network_file, network_result
from test_cli import on_a_terminal

Captured = pytest.CaptureFixture[str]

DEVICES = ["speck2e", "speck2edevkit", "speck2fdevkit", "speck2fmodule"]


@pytest.fixture(autouse=True)
def service(url: str, no_settings_of_the_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCRETIZER_URL", url)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def tiny(url: str, tmp_path: Path) -> Path:
    """The service's own small NIR graph."""
    path = tmp_path / "tiny.nir"
    with urllib.request.urlopen(f"{url}/api/v1/examples/tiny.nir", timeout=20) as answer:
        path.write_bytes(answer.read())
    return path


STATE = {
    "0.weight": np.array([[[[0.5]], [[-0.25]]]], np.float32),
    "0.bias": np.array([0.01], np.float32),
    "2.spike_threshold": np.float32(1),
    "2.min_v_mem": np.float32(-1),
    "3.weight": np.array([[0.5], [0.1]], np.float32),
    "4.spike_threshold": np.float32(2),
    "4.min_v_mem": np.float32(-2),
}
PAIRS = {"0": "2", "3": "4"}


def assert_expected(result: NetworkResult, expected: dict[str, Any]) -> None:
    assert [layer.name for layer in result.layers] == [told["node"] for told in expected["layers"]]
    for layer, told in zip(result.layers, expected["layers"], strict=True):
        assert layer.weight.dtype == np.int8
        assert layer.weight.size == np.prod(told["weight_shape"])
        assert hashlib.sha256(layer.weight.tobytes()).hexdigest() == told["weight_int8_sha256"]
        assert (layer.spike_threshold, layer.min_v_mem) == (told["spike_threshold"], told["min_v_mem"])


def test_real_networks_have_the_integers_of_sinabs(client: Client, expected: dict[str, Any]) -> None:
    result = client.discretize_network(expected["path"], device="speck2fmodule")
    assert_expected(result, expected)
    assert {finding.code for finding in result.findings} >= {"MIN_V_MEM_ASSUMED"}
    assert not result.warnings
    for layer in result.layers:
        assert layer.limited_by == "weight"
        assert np.float32(layer.candidates.weight) == layer.scale
        assert layer.report is not None
        assert layer.report.weight.elements == layer.weight.size
    fit = result.fit
    assert fit is not None
    assert fit.fits
    assert len({layer.core for layer in fit.layers}) == 5
    assert all(layer.kernel.has is not None and layer.kernel.needs <= layer.kernel.has for layer in fit.layers)
    assert repr(result).startswith(f"NetworkResult([{result.layers[0].name}: int8[")
    assert "fits speck2fmodule" in repr(result)
    assert "Fits speck2fmodule" in result._repr_html_()


def test_a_network_may_be_a_path_bytes_or_a_file(client: Client, tiny: Path) -> None:
    expected = client.discretize_network(tiny)
    content = tiny.read_bytes()
    with tiny.open("rb") as file:
        others = [client.discretize_network(source) for source in (str(tiny), content, memoryview(content), file)]
    others.append(client.discretize_network(io.BytesIO(content)))
    for other in others:
        assert repr(other) == repr(expected)
        for layer, same in zip(other.layers, expected.layers, strict=True):
            assert np.array_equal(layer.weight, same.weight)


def test_a_network_may_be_a_state_dict(client: Client, tmp_path: Path) -> None:
    result = client.discretize_network(STATE, spike=PAIRS)
    assert [(layer.name, layer.spike_name) for layer in result.layers] == [("0", "2"), ("3", "4")]
    first, second = result.layers
    assert first.weight.tolist() == [[[[127]], [[-64]]]]
    assert first.bias is not None
    assert first.bias.tolist() == [3]
    assert second.weight.ravel().tolist() == [127, 25]
    assert second.bias is None
    assert second.spike_threshold == 508
    assert [finding.code for finding in result.findings if finding.severity == "warning"] == ["POOLING_UNKNOWN"]
    safetensors.numpy.save_file({name: np.asarray(array) for name, array in STATE.items()}, tmp_path / "state")
    assert repr(client.discretize_network(tmp_path / "state", spike=PAIRS)) == repr(result)
    rescaled = client.discretize_network(STATE, spike=PAIRS, rescale=0.25)
    assert [layer.rescale for layer in rescaled.layers] == [0.25, 0.25]
    assert rescaled.warnings == ()


def test_options_of_a_network(client: Client, tiny: Path) -> None:
    plain = client.discretize_network(tiny)
    name = plain.layers[0].name
    one = client.discretize_network(tiny, min_v_mem={name: -0.5})
    assert one.layers[0].min_v_mem == round(-0.5 * float(one.layers[0].scale))
    assert one.layers[1].min_v_mem == plain.layers[1].min_v_mem
    every = client.discretize_network(tiny, min_v_mem=-0.5)
    assert all(layer.min_v_mem == round(-0.5 * float(layer.scale)) for layer in every.layers)
    unset = client.discretize_network(tiny, unset_min_v_mem="chip_minimum")
    assert {layer.min_v_mem for layer in unset.layers} == {-32768}
    bits = client.discretize_network(tiny, weight_bits=10, report=False)
    assert bits.layers[0].weight.dtype == np.int16
    assert bits.layers[0].report is None
    floats = client.discretize_network(tiny, to_int=False)
    assert floats.layers[0].weight.dtype == np.float32


def layer_document(name: str, sources: Any, destinations: Any) -> dict[str, Any]:
    candidates = {"weight": 127.0, "bias": None, "threshold": 32767.0, "state": None}
    members = {"rescale": 1.0, "scale": 127.0, "limited_by": "weight", "candidates": candidates, "findings": []}
    return {"name": name, "spike_name": f"n{name}", "sources": sources, "destinations": destinations, **members}


def branched() -> NetworkResult[Any, Any]:
    """A result as the service answers for 1 -> (2, pool -> 3), 2 -> 3."""
    documents = [
        layer_document(
            "1",
            [{"layer": None, "pool": [1, 1], "factor": 1.0}],
            [{"layer": "2", "output": None, "pool": [1, 1]}, {"layer": "3", "output": None, "pool": [2, 4]}],
        ),
        layer_document(
            "2",
            [{"layer": "1", "pool": [1, 1], "factor": 1.0}],
            [{"layer": "3", "output": None, "pool": [2, 2], "newer": True}],
        ),
        layer_document(
            "3",
            [{"layer": "1", "pool": [2, 4], "factor": 0.125}, {"layer": "2", "pool": [2, 2], "factor": 1.0}],
            [{"layer": None, "output": "out", "pool": [1, 1]}],
        ),
    ]
    tensors: dict[str, Any] = {}
    for name in "123":
        tensors[f"{name}.weight"] = np.full((2, 2), 127, np.int8)
        tensors |= {f"n{name}.spike_threshold": np.int16(127), f"n{name}.min_v_mem": np.int16(-127)}
    return network_result(tensors, {"layers": documents, "findings": []})


def test_sources_and_destinations_are_read() -> None:
    first, second, third = branched().layers
    assert first.sources == (LayerSource(None, (1, 1), 1.0),)
    assert first.destinations == (LayerDestination("2", None, (1, 1)), LayerDestination("3", None, (2, 4)))
    assert second.destinations == (LayerDestination("3", None, (2, 2)),)
    assert third.sources == (LayerSource("1", (2, 4), 0.125), LayerSource("2", (2, 2), 1.0))
    assert third.destinations == (LayerDestination(None, "out", (1, 1)),)


def test_the_table_says_where_events_come_from_and_go_to() -> None:
    ways = [row[-2:] for row in _show.layer_rows(branched())]
    assert ways == [("input", "2, 3 /2x4"), ("1", "3 /2"), ("1 /2x4, 2 /2", "out")]
    html = branched()._repr_html_()
    assert "<th>from</th><th>to</th></tr>" in html
    assert "<th>core</th>" not in html
    document = _print.network_document(branched())["layers"][2]
    assert document["sources"][0] == {"layer": "1", "pool": [2, 4], "factor": 0.125}
    assert document["destinations"] == [{"layer": None, "output": "out", "pool": [1, 1]}]


def test_the_table_of_a_chain_has_no_such_columns(client: Client, tiny: Path) -> None:
    assert {row[-2:] for row in _show.layer_rows(client.discretize_network(tiny))} == {("", "")}
    assert {row[-2:] for row in _show.layer_rows(client.discretize_network(STATE, spike=PAIRS))} == {("", "")}


def test_a_rescale_is_one_number_or_one_for_each_node() -> None:
    def query(options: NetworkOptions) -> Mapping[str, str]:
        return network_file({}, "nir", None, None, options).query

    assert query({"rescale": 0.25}) == {"rescale": "0.25"}
    assert query({"rescale": {"3": 0.5, "a.b": np.float32(0.25)}}) == {"rescale.3": "0.5", "rescale.a.b": "0.25"}
    assert query({"min_v_mem": {"3": -0.1}, "spike": {"0": "2"}}) == {"min_v_mem.3": "-0.1", "spike": "0:2"}
    assert _cli._by_node("--rescale", ["3=0.5", "a=b=0.25"]) == {"3": 0.5, "a=b": 0.25}
    assert _cli._by_node("--rescale", ["0.25"]) == 0.25
    assert _cli._by_node("--rescale", []) is None


def test_findings_of_layers_are_warned_of_by_name(url: str, tiny: Path) -> None:
    with Client(url) as client, pytest.warns(discretizer.DiscretizationWarning) as caught:
        result = client.discretize_network(tiny, unset_min_v_mem="reference")
    told = [(w.message.layer, w.message.code) for w in caught]  # type: ignore[union-attr]
    assert told == [(layer, finding.code) for layer, finding in result.warnings]
    assert (result.layers[0].name, "LOW_THRESHOLD_LIMITS") in told


def test_progress_goes_from_none_to_all(client: Client, expected: dict[str, Any]) -> None:
    told: list[tuple[int, int]] = []
    client.discretize_network(expected["path"], progress=lambda sent, total: told.append((sent, total)))
    size = expected["path"].stat().st_size
    assert told[0] == (0, size)
    assert told[-1] == (size, size)
    assert told == sorted(told)
    assert len(told) > 2


def test_the_file_of_a_network_is_one_for_nir(client: Client, tiny: Path) -> None:
    content = client.network_file(tiny)
    assert content == client.network_file(tiny, file_format="nir")
    result = client.discretize_network(tiny)
    h5py = pytest.importorskip("h5py", reason="h5py is not here")
    with h5py.File(io.BytesIO(content)) as file:
        for layer in result.layers:
            weight = file["node/nodes"][layer.name]["weight"][()]
            assert np.array_equal(weight.ravel(), layer.weight.ravel())


def test_the_file_of_a_network_may_be_safetensors(client: Client, tiny: Path) -> None:
    tensors = safetensors.numpy.load(client.network_file(tiny, file_format="safetensors"))
    for layer in client.discretize_network(tiny).layers:
        assert np.array_equal(tensors[f"{layer.name}.weight"], layer.weight)


def test_a_broken_network_and_an_impossible_one_are_told_apart(client: Client, tiny: Path) -> None:
    with pytest.raises(discretizer.MalformedError):
        client.discretize_network(tiny.read_bytes()[:-100])
    with pytest.raises(discretizer.ImpossibleError, match="running_var"):
        client.discretize_network({**STATE, "1.running_var": np.ones(1, np.float32)}, spike=PAIRS)
    with pytest.raises(FileNotFoundError):
        client.discretize_network("missing.nir")


def test_devices(client: Client) -> None:
    devices = {device.name: device for device in client.devices()}
    assert set(DEVICES) <= {name for name, device in devices.items() if device.supported}
    assert not devices["dynapcnndevkit"].supported
    assert len(devices["speck2fmodule"].cores) == 9
    assert sum(core.kernel for core in devices["speck2fmodule"].cores) == 272 * 1024


def test_the_async_client_does_networks_too(client: Client, url: str, tiny: Path) -> None:
    async def calls() -> None:
        async with AsyncClient(url, warn=False) as other:
            assert repr(await other.discretize_network(tiny)) == repr(client.discretize_network(tiny))
            assert await other.network_file(tiny) == client.network_file(tiny)
            assert await other.devices() == client.devices()

    asyncio.run(calls())


# The command.


def run(*arguments: object) -> int:
    return _cli.main([str(argument) for argument in arguments])


def test_network_prints_a_table_of_layers(expected: dict[str, Any], capsys: Captured) -> None:
    assert run("network", expected["path"], "--device", "speck2fmodule", "--strict") == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].startswith(f"{expected['path'].name}  5 layers")
    assert lines[1].split()[:3] == ["layer", "shape", "scale"]
    assert lines[8].split()[-1] == "core"
    for line, told in zip(lines[2:7], expected["layers"], strict=True):
        assert line.split()[0] == told["node"]
        assert str(told["spike_threshold"]) in line.split()
    assert "fits  speck2fmodule" in out
    assert "info  MIN_V_MEM_ASSUMED" in out
    assert "MIN_V_MEM_UNSET" not in out
    assert err == ""


def test_network_writes_files(client: Client, tiny: Path, tmp_path: Path) -> None:
    for name, file_format in (("chip.nir", "nir"), ("chip.safetensors", "safetensors")):
        assert run("network", tiny, "-o", tmp_path / name, "--min-v-mem=-1") == 0
        assert (tmp_path / name).read_bytes() == client.network_file(
            tiny,
            file_format=file_format,  # type: ignore[arg-type]
            min_v_mem=-1.0,
        )
    assert run("network", tiny, "-o", tmp_path / "chip.png") == 2


def test_network_draws_a_picture(tiny: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not here")
    pytest.importorskip("h5py", reason="h5py is not here")
    assert run("network", tiny, "--plot", tmp_path / "out.png") == 0
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    safetensors.numpy.save_file({name: np.asarray(array) for name, array in STATE.items()}, tmp_path / "state")
    assert run("network", tmp_path / "state", "--spike", "0:2,3:4", "--plot", tmp_path / "other.png") == 0


def test_network_prints_json(tiny: Path, capsys: Captured) -> None:
    assert run("network", tiny, "--json", "--device", "speck2e") == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["layers", "findings", "fit"]
    assert document["fit"]["fits"] is True
    assert set(document["layers"][0]["conv"]["weight"]) == {"dtype", "shape"}


def test_network_is_a_gate(tiny: Path, capsys: Captured) -> None:
    coarse = ("network", tiny, "--unset-min-v-mem", "reference")
    assert run(*coarse) == 0
    assert run(*coarse, "--strict") == 1
    capsys.readouterr()
    run(*coarse, "--json")
    found = {
        finding["code"]
        for layer in json.loads(capsys.readouterr().out)["layers"]
        for finding in layer["findings"]
        if finding["severity"] == "warning"
    }
    assert run(*coarse, "--strict", *(part for code in found for part in ("--allow", code))) == 0
    assert run("network", tiny, "--strict") == 0


def test_a_refused_network_has_status_1(tmp_path: Path, capsys: Captured) -> None:
    safetensors.numpy.save_file({"1.running_var": np.ones(1, np.float32)}, tmp_path / "state")
    assert run("network", tmp_path / "state") == 1
    assert "running_var" in capsys.readouterr().err


def test_a_network_that_does_not_fit_has_status_1(tiny: Path, capsys: Captured) -> None:
    assert run("network", tiny, "--weight-bits", 10, "--device", "speck2e") == 1
    out, err = capsys.readouterr()
    assert "does not fit  speck2e" in out
    assert "10 bits" in out
    assert err == ""


def test_options_of_the_command_are_those_of_the_client(client: Client, tiny: Path, capsys: Captured) -> None:
    name = client.discretize_network(tiny).layers[0].name
    run("network", tiny, "--json", "--min-v-mem", f"{name}=-0.5", "--weight-bits", 6, "--state-bits", 12)
    document = json.loads(capsys.readouterr().out)
    result = client.discretize_network(tiny, min_v_mem={name: -0.5}, weight_bits=6, state_bits=12)
    assert [layer["spike"]["min_v_mem"] for layer in document["layers"]] == [layer.min_v_mem for layer in result.layers]
    assert run("network", tiny, "--min-v-mem=-1", f"--min-v-mem={name}=-2") == 2
    assert run("network", tiny, "--min-v-mem=low") == 2


def test_a_terminal_shows_a_bar_while_it_is_sent(tiny: Path) -> None:
    status, text = on_a_terminal("network", tiny)
    assert status == 0
    assert "sending [------------------------------]   0 % of" in text
    assert "sending [##############################] 100 % of" in text
    assert "\r\x1b[K" in text


def test_devices_are_listed(capsys: Captured) -> None:
    assert run("devices") == 0
    out = capsys.readouterr().out
    assert all(name in out for name in DEVICES)
    assert run("devices", "--json") == 0
    assert {device["name"] for device in json.loads(capsys.readouterr().out)} >= set(DEVICES)
