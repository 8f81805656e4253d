"""Whether integers are those of a network, and what fewer bits cost: the requests, and their results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from discretizer import _network, _results, _show
from discretizer._calls import JSON, Call, Part, Progress, from_json, multipart_of
from discretizer._network import Source
from discretizer._options import NetworkOptions, ScaleRule
from discretizer._results import Finding, Provenance, WithFindings, known

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Difference:
    """An integer that is not the expected one."""

    index: int
    """Of the element, in C order."""
    expected: float
    found: float
    product: float
    """What the expected integer was rounded from: the float times the scale."""


@dataclass(frozen=True)
class TensorMatch:
    """The integers of a tensor beside the expected ones."""

    name: str
    elements: int
    mismatches: int
    """Number of integers that differ."""
    first: tuple[Difference, ...]
    """The first of them, at most 10."""


@dataclass(frozen=True)
class ScaleRange:
    """All scales in binary32 at which the floats of a layer become the integers found."""

    low: np.float32
    high: np.float32
    count: int


@dataclass(frozen=True)
class LayerMatch:
    """The integers of a layer beside those that its floats give."""

    name: str
    match: bool
    rule: Literal["reference", "joint", "unknown"]
    """The rule that gives exactly these integers; `unknown` if none does."""
    scale: np.float32
    """Of the rule; of the one with fewer mismatches if none gives the integers."""
    scale_range: ScaleRange | None
    """None if no scale gives these integers."""
    tensors: tuple[TensorMatch, ...]

    @property
    def mismatches(self) -> int:
        """Number of integers that differ, of all tensors."""
        return sum(tensor.mismatches for tensor in self.tensors)


@dataclass(frozen=True, eq=False, repr=False)
class VerifyResult(WithFindings):
    """Whether one network is another one discretized."""

    match: bool
    layers: tuple[LayerMatch, ...]
    findings: tuple[Finding, ...]
    provenance: Provenance | None
    """None unless the option `provenance` was given."""

    def __bool__(self) -> bool:
        return self.match

    def __repr__(self) -> str:
        layers = ", ".join(
            f"{layer.name}: {layer.rule if layer.match else f'{layer.mismatches} differ'}" for layer in self.layers
        )
        return f"VerifyResult({'match' if self.match else 'mismatch'}, [{layers}])"

    def _repr_html_(self) -> str:
        return _show.rows_html(MATCH_HEAD, match_rows(self)) + _show.findings_html(("", one) for one in self.findings)


MATCH_HEAD = ("layer", "", "rule", "scale", "scales that give these integers", "first difference")


def match_rows(result: VerifyResult) -> list[tuple[str, ...]]:
    """A row for each layer under `MATCH_HEAD`."""
    return [
        (
            layer.name,
            "match" if layer.match else f"{layer.mismatches} of {sum(one.elements for one in layer.tensors)} differ",
            layer.rule,
            _show.number(float(layer.scale)),
            _range(layer.scale_range),
            next((_difference(tensor) for tensor in layer.tensors if tensor.first), ""),
        )
        for layer in result.layers
    ]


def _range(found: ScaleRange | None) -> str:
    if found is None:
        return "none"
    return f"{found.low!s}" if found.low == found.high else f"{found.low!s} to {found.high!s}"


def _difference(tensor: TensorMatch) -> str:
    first = tensor.first[0]
    return f"{tensor.name}[{first.index}] is {first.found:g}, {first.expected:g} expected"


def _tensor_match(document: Mapping[str, Any]) -> TensorMatch:
    return known(TensorMatch, {**document, "first": tuple(known(Difference, one) for one in document["first"])})


def _layer_match(document: Mapping[str, Any]) -> LayerMatch:
    found = document["scale_range"]
    scales = None
    if found is not None:
        scales = ScaleRange(np.float32(found["low"]), np.float32(found["high"]), found["count"])
    tensors = tuple(_tensor_match(tensor) for tensor in document["tensors"])
    changed = {"scale": np.float32(document["scale"]), "scale_range": scales, "tensors": tensors}
    return known(LayerMatch, {**document, **changed})


def _verify_result(document: Mapping[str, Any]) -> VerifyResult:
    return VerifyResult(
        match=document["match"],
        layers=tuple(_layer_match(layer) for layer in document["layers"]),
        findings=_results.findings_of(document),
        provenance=_results.provenance_of(document),
    )


def verify(original: Source, discretized: Source, options: NetworkOptions) -> Call[VerifyResult]:
    parameters = _network.query(options)
    parts = [
        Part(name, name, *_network.file_of(source))
        for name, source in (("original", original), ("discretized", discretized))
    ]
    media_type, body = multipart_of(parts)
    return Call(
        "POST",
        "/verify",
        JSON,
        from_json(_verify_result),
        media_type,
        body,
        parameters,
        lambda result: (("", finding) for finding in result.findings),
    )


@dataclass(frozen=True)
class SweepRow:
    """What it costs to discretize a layer to one width by one rule."""

    layer: str
    bits: int
    """Of a weight."""
    scale_rule: ScaleRule
    scale: float
    spike_threshold: int
    sqnr_db: float | None
    """Signal-to-quantization-noise ratio of the weights in dB; None if the signal or the error is zero."""
    effective_sqnr_db: float | None
    """The same of `q * threshold / integer threshold`, which is what the neurons see."""
    max_abs_error: float
    zeros: int
    dead_output_channels: int
    threshold_error: float
    """Relative error of the threshold; below zero if neurons spike more easily than trained."""
    saturated: int
    """Number of weights that were clamped."""
    kernel_memory: int
    """Entries of a core's memory for weights."""
    kernel_bytes: int


@dataclass(frozen=True, eq=False, repr=False)
class SweepResult(WithFindings):
    """A row for each layer, width and scale rule."""

    rows: tuple[SweepRow, ...]
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        layers = len({row.layer for row in self.rows})
        bits = ", ".join(str(bits) for bits in sorted({row.bits for row in self.rows}))
        rules = ", ".join(dict.fromkeys(row.scale_rule for row in self.rows))
        return f"SweepResult({layers} layers, bits {bits}, {rules})"

    def _repr_html_(self) -> str:
        return _show.rows_html(SWEEP_HEAD, sweep_rows(self)) + _show.findings_html(("", one) for one in self.findings)

    def plot(self, path: str | PathLike[str] | None = None) -> Figure:
        """Draw the effective SQNR over the bits, a line for each layer and rule.

        Args:
            path: The file to write, in the format of its suffix. Default: none.

        Raises:
            ImportError: matplotlib is not installed.
        """
        from discretizer import _plot

        return _plot.written(_plot.sweep(self), path)


SWEEP_HEAD = ("layer", "bits", "rule", "scale", "threshold", "error", "SQNR", "effective", "zeros", "clamped", "dead")


def sweep_rows(result: SweepResult) -> list[tuple[str, ...]]:
    """The rows under `SWEEP_HEAD`."""
    return [
        (
            row.layer,
            str(row.bits),
            row.scale_rule,
            _show.number(row.scale),
            str(row.spike_threshold),
            _show.percent(row.threshold_error),
            _show.number(row.sqnr_db, 3),
            _show.number(row.effective_sqnr_db, 3),
            str(row.zeros),
            str(row.saturated),
            str(row.dead_output_channels),
        )
        for row in result.rows
    ]


def _sweep_result(document: Mapping[str, Any]) -> SweepResult:
    return SweepResult(
        rows=tuple(known(SweepRow, row) for row in document["rows"]),
        findings=_results.findings_of({"findings": (), **document}),
    )


def sweep(
    source: Source,
    bits: Sequence[int],
    scale_rules: Sequence[ScaleRule],
    progress: Progress | None,
    options: NetworkOptions,
) -> Call[SweepResult]:
    parameters = {
        **_network.query(options),
        "bits": ",".join(map(str, bits)),
        "scale_rules": ",".join([scale_rules] if isinstance(scale_rules, str) else scale_rules),
    }
    media_type, body = _network.file_of(source, progress)
    return Call("POST", "/sweep", JSON, from_json(_sweep_result), media_type, body, parameters)
