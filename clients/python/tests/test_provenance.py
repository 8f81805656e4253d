"""Where results come from."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest

from conftest import ROOT
from discretizer import Client, _cli

RIGHT = ROOT / "src" / "main" / "resources" / "examples" / "recording-right.npz"
TINY = ROOT / "src" / "main" / "resources" / "examples" / "tiny.nir"


def sha256(array: Any) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes()).hexdigest()


def test_provenance_is_what_anyone_computes(client: Client, random: np.random.Generator) -> None:
    weight = random.normal(0, 0.1, (4, 2, 3, 3)).astype(np.float32)
    bias = random.normal(0, 0.1, 4).astype(np.float32)
    layer = client.discretize_conv_spike(weight, bias, spike_threshold=1.0, min_v_mem=-1.0, provenance=True)
    found = layer.provenance
    assert found is not None
    assert found.inputs["weight"] == sha256(weight)
    assert found.inputs["bias"] == sha256(bias)
    outputs: dict[str, Any] = {"weight": layer.weight, "bias": layer.bias, "scale": layer.scale}
    outputs |= {name: np.int16(getattr(layer, name)) for name in ("spike_threshold", "min_v_mem")}
    assert found.outputs == {name: sha256(np.asarray(value)) for name, value in outputs.items()}
    lines = [
        f"{name} {np.asarray(value).dtype} {'x'.join(map(str, np.shape(value)))} {found.outputs[name]}\n"
        for name, value in outputs.items()
    ]
    assert found.digest == hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()
    assert found.reference == "sinabs 3.1.3"
    assert client.discretize_conv_spike(weight, spike_threshold=1.0).provenance is None


def test_provenance_of_a_network_names_its_layers(client: Client, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    network = client.discretize_network(TINY, provenance=True)
    assert network.provenance is not None
    for layer in network.layers:
        assert network.provenance.outputs[f"{layer.name}.weight"] == sha256(layer.weight)
    again = client.discretize_network(TINY, provenance=True)
    assert again.provenance == network.provenance
    assert _cli.main(["network", str(TINY), "--provenance", "--url", url]) == 0
    out = capsys.readouterr().out
    assert f"digest  {network.provenance.digest}" in out
    assert f"{network.provenance.outputs['conv1.weight']}  conv1.weight" in out


def test_provenance_of_a_simulation_is_that_of_its_spikes(client: Client) -> None:
    result = client.simulate(TINY, RIGHT, dt=5000, provenance=True)
    assert result.provenance is not None
    network = client.discretize_network(TINY, provenance=True)
    assert network.provenance is not None
    assert result.provenance.inputs == network.provenance.inputs
    for layer in result.layers:
        for mode in result.modes:
            assert result.provenance.outputs[f"{layer.name}.{mode}"] == sha256(result.counts(layer.name, mode))
    assert client.simulate(TINY, RIGHT, dt=5000).provenance is None
    # Each request has its own.
    assert client.simulate(TINY, [RIGHT, RIGHT], dt=5000, request_bytes=1, provenance=True).provenance is None


def test_provenance_of_a_calibration_is_that_of_its_integers(client: Client) -> None:
    result = client.calibrate(TINY, RIGHT, dt=5000, provenance=True)
    assert result.provenance is not None
    for layer in result.network().layers:
        assert result.provenance.outputs[f"{layer.name}.weight"] == sha256(layer.weight)
    assert client.calibrate(TINY, RIGHT, dt=5000).provenance is None
