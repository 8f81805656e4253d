"""Whether integers are those of a network."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

import discretizer
from conftest import ROOT
from discretizer import AsyncClient, Client, NetworkResult, VerifyResult, _cli

TINY = ROOT / "src" / "main" / "resources" / "examples" / "tiny.nir"


def tensors_of(network: NetworkResult[Any, Any], dtype: type | None = None) -> dict[str, Any]:
    """The integers as a program that knows nothing of this service would write them."""
    tensors: dict[str, Any] = {}
    for layer in network.layers:
        tensors[f"{layer.name}.weight"] = layer.weight.astype(dtype or layer.weight.dtype)
        if layer.bias is not None:
            tensors[f"{layer.name}.bias"] = layer.bias.astype(dtype or layer.bias.dtype)
        tensors[f"{layer.name}.spike_threshold"] = np.array(layer.spike_threshold, dtype or np.int16)
        tensors[f"{layer.name}.min_v_mem"] = np.array(layer.min_v_mem, dtype or np.int16)
    return tensors


def test_a_discretized_network_is_that_of_its_floats(client: Client, expected: dict[str, Any]) -> None:
    path = expected["path"]
    network = client.discretize_network(path)
    for discretized in (client.network_file(path), client.network_file(path, file_format="safetensors")):
        result = client.verify(path, discretized)
        assert result
        assert result.match
        assert [layer.rule for layer in result.layers] == ["reference"] * 5
        for layer, told in zip(result.layers, network.layers, strict=True):
            assert layer.name == told.name
            assert layer.mismatches == 0
            assert layer.scale == told.scale
            assert layer.scale_range is not None
            assert layer.scale_range.low <= told.scale <= layer.scale_range.high
            assert layer.scale_range.count >= 1


@pytest.mark.parametrize("dtype", [None, np.float32])
def test_integers_of_other_programs_are_verified(client: Client, dtype: type | None, tmp_path: Path) -> None:
    tensors = tensors_of(client.discretize_network(TINY), dtype)
    assert client.verify(TINY, tensors)
    safetensors.numpy.save_file(tensors, tmp_path / "chip.safetensors")
    with (tmp_path / "chip.safetensors").open("rb") as file:
        assert client.verify(TINY, file)


def test_the_joint_rule_is_recognized(client: Client) -> None:
    joint = client.network_file(TINY, weight_bits=3, scale_rule="joint")
    result = client.verify(TINY, joint, weight_bits=3)
    assert [layer.rule for layer in result.layers] == ["joint"] * 3


def test_one_other_integer_is_named(client: Client) -> None:
    tensors = tensors_of(client.discretize_network(TINY))
    name, weight = next((name, one) for name, one in tensors.items() if name == "conv2.weight")
    before = int(weight.flat[7])
    weight.flat[7] = before + 1 if before < 127 else before - 1
    result = client.verify(TINY, tensors)
    assert not result
    wrong = {layer.name: layer for layer in result.layers if not layer.match}
    assert wrong.keys() == {"conv2"}
    assert wrong["conv2"].rule == "unknown"
    assert wrong["conv2"].mismatches == 1
    (tensor,) = [one for one in wrong["conv2"].tensors if one.mismatches]
    (difference,) = tensor.first
    assert tensor.name == "weight"
    assert (difference.index, difference.expected, difference.found) == (7, before, weight.flat[7])
    assert round(difference.product) == before
    assert repr(result) == "VerifyResult(mismatch, [conv1: reference, conv2: 1 differ, linear: reference])"
    assert "weight[7] is" in result._repr_html_()
    assert name == "conv2.weight"


def test_the_async_client_verifies_too(client: Client, url: str) -> None:
    async def run() -> VerifyResult:
        async with AsyncClient(url) as other:
            return await other.verify(TINY, client.network_file(TINY))

    assert repr(asyncio.run(run())) == repr(client.verify(TINY, client.network_file(TINY)))


def test_networks_that_are_not_alike_are_refused(client: Client) -> None:
    with pytest.raises(discretizer.ProblemError) as caught:
        client.verify(TINY, {"0.weight": np.ones((1, 1, 1, 1), np.int8)})
    assert caught.value.status in (400, 422)


def test_the_command_prints_one_line_a_layer(
    client: Client, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chip, other = tmp_path / "chip.nir", tmp_path / "other.safetensors"
    assert _cli.main(["network", str(TINY), "-o", str(chip), "--url", url]) == 0
    capsys.readouterr()
    assert _cli.main(["verify", str(TINY), str(chip), "--url", url]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines] == [
        [name, "match", "reference,"] for name in ("conv1", "conv2", "linear")
    ]
    tensors = tensors_of(client.discretize_network(TINY))
    tensors["linear.spike_threshold"] += 1
    safetensors.numpy.save_file(tensors, other)
    assert _cli.main(["verify", str(TINY), str(other), "--url", url]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["conv1", "conv2", "linear"]
    assert "1 of " in lines[2]
    assert "spike_threshold[0] is 102, 101 expected" in lines[2]
    assert _cli.main(["verify", str(TINY), str(other), "--json", "--url", url]) == 1
    assert json.loads(capsys.readouterr().out)["match"] is False
