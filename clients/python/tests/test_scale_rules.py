"""Options of the scale, histograms, provenance, verifying and sweeping."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import ROOT
from discretizer import Client, _cli
from discretizer._options import ScaleRule

TINY = ROOT / "src" / "main" / "resources" / "examples" / "tiny.nir"
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


def test_a_sweep_is_that_of_each_width_and_rule(client: Client) -> None:
    sweep = client.sweep(TINY, bits=[2, 3, 8])
    assert len(sweep.rows) == 3 * 3 * 2
    rules: tuple[ScaleRule, ...] = ("reference", "joint")
    for bits in (2, 3, 8):
        for rule in rules:
            network = client.discretize_network(TINY, weight_bits=bits, scale_rule=rule)
            for layer in network.layers:
                (row,) = [
                    one for one in sweep.rows if (one.layer, one.bits, one.scale_rule) == (layer.name, bits, rule)
                ]
                assert np.float32(row.scale) == layer.scale
                assert row.spike_threshold == layer.spike_threshold
                assert row.zeros == layer.report.weight.zeros
                assert row.sqnr_db == pytest.approx(layer.report.weight.sqnr_db)
    assert client.sweep(TINY, bits=[3], scale_rules=["joint"]).rows == tuple(
        row for row in sweep.rows if (row.bits, row.scale_rule) == (3, "joint")
    )
    assert repr(sweep) == "SweepResult(3 layers, bits 2, 3, 8, reference, joint)"
    assert "<th>effective</th>" in sweep._repr_html_()


def test_the_command_sweeps(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _cli.main(["sweep", str(TINY), "--bits", "2,4", "--url", url]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert sum(line.startswith("conv1") and "joint" in line for line in out.splitlines()) == 4
    assert _cli.main(["sweep", str(TINY), "--bits", "2,4", "--scale-rules", "joint", "--json", "--url", url]) == 0
    assert len(json.loads(capsys.readouterr().out)["rows"]) == 6
    assert _cli.main(["sweep", str(TINY), "--bits", "2,x", "--url", url]) == 2
    assert "--bits: 'x' found, whole numbers between commas are expected" in capsys.readouterr().err
    assert _cli.main(["sweep", str(TINY), "--bits", "1", "--url", url]) == 1
    assert "--bits" in capsys.readouterr().err
    pytest.importorskip("matplotlib", reason="matplotlib is not here")
    assert _cli.main(["sweep", str(TINY), "--plot", str(tmp_path / "sweep.png"), "--url", url]) == 0
    figure = client_figure(url)
    lines = {line.get_label(): line for line in figure.axes[0].lines}
    assert set(lines) == {
        f"{layer}, {rule}" for layer in ("conv1", "conv2", "linear") for rule in ("reference", "joint")
    }
    assert (tmp_path / "sweep.png").stat().st_size > 5000


def client_figure(url: str) -> Any:
    with Client(url) as client:
        return client.sweep(TINY, bits=[2, 4]).plot()
