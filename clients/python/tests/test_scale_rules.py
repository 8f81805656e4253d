"""Options of the scale, histograms, provenance, verifying and sweeping."""

from __future__ import annotations

import gzip
import json
from typing import Any

import numpy as np

from conftest import ROOT
from discretizer import Client

LAYERS = ROOT / "src" / "test" / "resources" / "layers" / "joint.jsonl.gz"


def layers(count: int) -> list[dict[str, Any]]:
    """Random layers and their integers by the joint rule, computed by NumPy."""
    with gzip.open(LAYERS, "rt") as file:
        return [json.loads(next(file)) for _ in range(count)]


def array(tensor: dict[str, Any] | None) -> Any:
    return None if tensor is None else np.array(tensor["data"], np.float32).reshape(tensor["shape"])


def test_the_joint_scale_is_that_of_numpy(client: Client) -> None:
    for layer in layers(40):
        given, expected = layer["input"], layer["expect"]
        options = {name: given[name] for name in ("spike_threshold", "min_v_mem", "weight_bits", "bias_bits")}
        options |= {name: given[name] for name in ("state_bits", "unset_min_v_mem", "rescale")}
        result = client.discretize_conv_spike(
            array(given["weight"]),
            array(given["bias"]),
            v_mem=array(given["v_mem"]),
            scale_rule="joint",
            **options,
        )
        assert result.limited_by == "error"
        assert result.scale.view(np.int32) == expected["scale_bits"]
        assert result.spike_threshold == expected["spike_threshold"]
        assert result.weight.ravel().tolist() == expected["weight"]["data"]


def test_a_histogram_counts_each_integer(client: Client, random: np.random.Generator) -> None:
    weight = random.normal(0, 0.1, (8, 2, 3, 3)).astype(np.float32)
    layer = client.discretize_conv_spike(weight, spike_threshold=1.0, min_v_mem=-1.0, weight_bits=4, histogram=True)
    found = layer.report.weight.histogram
    assert found is not None
    assert found.low == -8
    assert list(found.counts) == [int((layer.weight == q).sum()) for q in range(-8, 8)]
    plain = client.discretize_conv_spike(weight, spike_threshold=1.0, min_v_mem=-1.0, weight_bits=4)
    assert plain.report.weight.histogram is None
    assert plain.provenance is None
