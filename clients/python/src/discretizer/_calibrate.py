"""The lower bounds that keep the spikes of the chip nearest to the trained ones: the request and its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import numpy as np

from discretizer import _behaviour, _results, _show
from discretizer._behaviour import Asked, ModeSummary
from discretizer._calls import JSON, Call, from_json
from discretizer._network import NetworkResult
from discretizer._options import NetworkOptions
from discretizer._recordings import Recorded
from discretizer._results import Finding, LayerReport, Provenance, WithFindings, known

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class BoundCandidate:
    """A lower bound that was tried for a layer."""

    factor: float | None
    """k of the bound `-k * spike_threshold`; None for the layer's own bound."""
    min_v_mem: int
    divergence_sum: int
    """Sum over recordings and neurons of the difference between the spikes by events and those as trained."""
    spikes: int


@dataclass(frozen=True)
class CalibratedLayer:
    """The lower bound chosen for a layer."""

    name: str
    scale: float
    spike_threshold: int
    reference: int
    """The integer bound before."""
    chosen: int
    """The integer bound after: the first candidate with the smallest `divergence_sum`."""
    factor: float | None
    """k of the chosen `-k * spike_threshold`; None for the layer's own bound."""
    min_v_mem: float | None
    """The bound before scaling that gives the chosen integer; None if the layer keeps its own and none does."""
    candidates: tuple[BoundCandidate, ...]
    """In the order tried; the first is the layer's own."""
    float_spikes: int
    """Spikes of all recordings as trained."""

    @property
    def best(self) -> BoundCandidate:
        """The candidate that was chosen."""
        return next(one for one in self.candidates if one.min_v_mem == self.chosen)


@dataclass(frozen=True)
class Behaviour:
    """The network by events, with some lower bounds."""

    summary: ModeSummary
    rate_ratio: Mapping[str, float | None]
    """Spikes divided by those as trained, by layer."""


@dataclass(frozen=True, eq=False, repr=False)
class CalibrationResult(WithFindings):
    """The lower bounds that keep the chip's spikes nearest to the trained ones, by simulation."""

    layers: tuple[CalibratedLayer, ...]
    """The layers in the order in which data flows."""
    before: Behaviour
    """By events, with the bounds that the network had."""
    after: Behaviour
    """By events, with the bounds chosen."""
    query: str
    """Query parameters with which `POST /api/v1/discretize/network` gives the chosen integers."""
    findings: tuple[Finding, ...]
    _network: NetworkResult[LayerReport, None] | None = field(default=None)
    provenance: Provenance | None = field(default=None, kw_only=True)
    """None unless the option `provenance` was given."""

    @property
    def min_v_mem(self) -> dict[str, float]:
        """The bounds as the option `min_v_mem` of `discretize_network`, `network_file` and `simulate`."""
        prefix = "min_v_mem."
        pairs = parse_qsl(self.query)
        return {name.removeprefix(prefix): float(np.float32(text)) for name, text in pairs if name.startswith(prefix)}

    def network(self) -> NetworkResult[LayerReport, None]:
        """The discretized network with the chosen bounds."""
        assert self._network is not None  # noqa: S101
        return self._network

    def plot(self, path: str | PathLike[str] | None = None) -> Figure:
        """Draw the divergence of each layer over its candidates, and its rate before and after.

        Args:
            path: The file to write, in the format of its suffix. Default: none.

        Raises:
            ImportError: matplotlib is not installed.
        """
        from discretizer import _plot

        return _plot.written(_plot.calibration(self), path)

    def __repr__(self) -> str:
        layers = ", ".join(f"{layer.name}: {layer.reference} -> {layer.chosen}" for layer in self.layers)
        divergence = " -> ".join(_show.number(told.summary.divergence, 3) for told in (self.before, self.after))
        return f"CalibrationResult([{layers}], divergence {divergence})"

    def _repr_html_(self) -> str:
        return (
            _show.rows_html(_behaviour.SUMMARY_HEAD, before_and_after(self))
            + _show.rows_html(BOUND_HEAD, bound_rows(self))
            + _show.rows_html(CANDIDATE_HEAD, candidate_rows(self))
            + _show.findings_html(_behaviour.findings(self))
        )


def before_and_after(result: CalibrationResult) -> list[tuple[str, ...]]:
    """Two rows under `SUMMARY_HEAD`."""
    told = {"before": result.before.summary, "after": result.after.summary}
    return _behaviour.summary_rows(told)


BOUND_HEAD = ("layer", "threshold", "min_v_mem", "chosen", "factor", "own div.", "div.", "own ratio", "ratio")


def bound_rows(result: CalibrationResult) -> list[tuple[str, ...]]:
    """A row for each layer under `BOUND_HEAD`."""
    return [
        (
            layer.name,
            str(layer.spike_threshold),
            str(layer.reference),
            str(layer.chosen),
            _show.number(layer.factor),
            str(layer.candidates[0].divergence_sum),
            str(layer.best.divergence_sum),
            _show.number(result.before.rate_ratio[layer.name], 3),
            _show.number(result.after.rate_ratio[layer.name], 3),
        )
        for layer in result.layers
    ]


CANDIDATE_HEAD = ("layer", "factor", "min_v_mem", "divergence", "spikes", "")


def candidate_rows(result: CalibrationResult) -> list[tuple[str, ...]]:
    """A row for each candidate under `CANDIDATE_HEAD`."""
    return [
        (
            layer.name,
            "own" if one.factor is None else _show.number(one.factor),
            str(one.min_v_mem),
            str(one.divergence_sum),
            str(one.spikes),
            "chosen" if one == layer.best else "",
        )
        for layer in result.layers
        for one in layer.candidates
    ]


def _layer(document: Mapping[str, Any]) -> CalibratedLayer:
    candidates = tuple(known(BoundCandidate, one) for one in document["candidates"])
    return known(
        CalibratedLayer,
        {**document, "candidates": candidates, "float_spikes": document["float_step"]["spikes"]},
    )


def _behaviour_of(document: Mapping[str, Any]) -> Behaviour:
    summary = known(ModeSummary, {"synops": None, **document["summary"]})
    return Behaviour(summary, {layer["name"]: layer["rate_ratio"] for layer in document["layers"]})


def _result(document: Mapping[str, Any]) -> CalibrationResult:
    return CalibrationResult(
        layers=tuple(_layer(layer) for layer in document["layers"]),
        before=_behaviour_of(document["before"]),
        after=_behaviour_of(document["after"]),
        query=document["query"],
        findings=_results.findings_of(document),
        provenance=_results.provenance_of(document),
    )


def calibrate(wanted: Asked, recordings: Sequence[Recorded]) -> Call[CalibrationResult]:
    media_type, body = wanted.parts(recordings)
    query = {**wanted.query, **_behaviour.labels_of(recordings)}
    return Call("POST", "/calibrate", JSON, from_json(_result), media_type, body, query, _behaviour.findings)


def calibrated(result: CalibrationResult, options: NetworkOptions) -> NetworkOptions:
    """The options of the calibration with the bounds chosen."""
    return {**options, "min_v_mem": result.min_v_mem}


def with_network(result: CalibrationResult, network: NetworkResult[LayerReport, None]) -> CalibrationResult:
    return replace(result, _network=network)
