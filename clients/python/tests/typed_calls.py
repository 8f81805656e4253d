"""What type checkers know of the calls, and what they refuse; read by mypy and pyright (test_types.py), never run.

An unused `ignore` is an error for both, so each line that has one is a line that they refuse.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from typing_extensions import assert_type

from discretizer import (
    AsyncClient,
    Client,
    ConvResult,
    ConvSpikeResult,
    Fit,
    LayerOptions,
    LayerReport,
    NetworkOptions,
    NetworkResult,
    SimulationResult,
    SpikeResult,
    TensorReport,
    TensorResult,
)


def reports_are_there_unless_refused(client: Client, weight: npt.NDArray[np.float32], wanted: bool) -> None:
    assert_type(client.discretize_tensor(weight).report, TensorReport)
    assert_type(client.discretize_tensor(weight, report=False), TensorResult[None])
    assert_type(client.discretize_tensor(weight, report=wanted).report, TensorReport | None)
    layer: LayerOptions = {"spike_threshold": 1.0, "min_v_mem": -1.0}
    assert_type(client.discretize_conv(weight, **layer), ConvResult[LayerReport])
    assert_type(client.discretize_conv(weight, report=False, **layer), ConvResult[None])
    assert_type(client.discretize_conv(weight, report=wanted, **layer), ConvResult[LayerReport | None])
    assert_type(client.discretize_spike(weight, **layer).report, LayerReport)
    assert_type(client.discretize_spike(weight, report=False, **layer), SpikeResult[None])
    assert_type(client.discretize_conv_spike(weight, **layer).report.weight.sqnr_db, float | None)
    assert_type(client.discretize_conv_spike(weight, report=False, **layer), ConvSpikeResult[None])


def a_fit_is_there_if_a_device_is_named(client: Client, device: str | None) -> None:
    assert_type(client.discretize_network("x.nir"), NetworkResult[LayerReport, None])
    assert_type(client.discretize_network("x.nir", device="speck2e").fit.fits, bool)
    assert_type(client.discretize_network("x.nir", device="speck2e").layers[0].report, LayerReport)
    options: NetworkOptions = {"min_v_mem": {"0": -1.0}}
    assert_type(client.discretize_network("x.nir", device=device, **options).fit, Fit | None)
    assert_type(client.discretize_network("x.nir", report=False).layers[0].report, LayerReport | None)


def a_name_without_parameters_means_a_result_with_a_report(
    client: Client, weight: npt.NDArray[np.float32]
) -> ConvSpikeResult:
    fit_of(client.discretize_network("x.nir", device="speck2e"))
    return client.discretize_conv_spike(weight, spike_threshold=1.0)


def fit_of(network: NetworkResult) -> None:
    assert_type(network.layers[0].report, LayerReport)
    assert_type(network.fit, Fit | None)


async def the_async_client_is_typed_alike(client: AsyncClient, weight: npt.NDArray[np.float32]) -> None:
    assert_type((await client.discretize_tensor(weight)).report, TensorReport)
    assert_type(await client.discretize_conv(weight, report=False, spike_threshold=1), ConvResult[None])
    assert_type((await client.discretize_network("x.nir", device="speck2e")).fit, Fit)


def tensors_are_arrays_numbers_and_nested_lists(client: Client, x: Any, rows: list[list[float]]) -> None:
    client.scale(x)
    client.scale(rows)
    client.scale(((1, 2), (3, 4)))
    client.scale(np.float64(1))
    client.scale([np.ones(3), np.ones(3)])
    client.discretize_conv(rows, [1.0], spike_threshold=np.float32(1), min_v_mem=[-1.0], v_mem=None)


def recordings_are_paths_arrays_pairs_and_iterables_of_them(client: Client, events: npt.NDArray[np.void]) -> None:
    assert_type(client.simulate("x.nir", "x.npz", dt=5000), SimulationResult)
    client.simulate("x.nir", [Path("x.npz"), events, (events, 3)], dt=5000)
    client.simulate("x.nir", (one for one in (events, events)), modes=["integer_event"], workers=4)
    client.simulate(b"", np.zeros((3, 10, 2, 8, 8)), progress=False)
    assert_type(client.calibrate("x.nir", events, dt=5000).min_v_mem, dict[str, float])
    assert_type(client.calibrate("x.nir", events, dt=5000).network(), NetworkResult[LayerReport, None])
    client.simulate("x.nir", 5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.simulate("x.nir", events, modes=["event"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


def networks_are_verified_and_swept(client: Client) -> None:
    assert_type(client.verify("x.nir", {"0.weight": np.ones(3)}).match, bool)
    assert_type(client.sweep("x.nir", bits=[2, 3]).rows[0].effective_sqnr_db, float | None)
    client.sweep("x.nir", scale_rules=["best"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


def text_is_no_tensor(client: Client) -> None:
    client.scale("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.scale(["a"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    client.scale(b"abc")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.scale(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.discretize_conv([1.0], spike_threshold="a")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.discretize_network("x.nir", spike_threshold="a")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]


def options_are_known_by_name(client: Client) -> None:
    client.discretize_conv([1.0])  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    client.discretize_conv([1.0], spike_threshold=1.0, weight_bit=7)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    client.discretize_conv([1.0], spike_threshold=1.0, unset_min_v_mem="none")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.network_file("x.nir", file_format="npz")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
