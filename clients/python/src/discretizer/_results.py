"""What the service answers, as typed objects.

Numbers of tensors come from the bytes of the answer; the rest is from the JSON that goes with them. Members that this
client does not know are left out, so a newer service may say more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeVar

import numpy as np

from discretizer import _show
from discretizer._safetensors import Array

Term = Literal["weight", "bias", "threshold", "state"]
"""What can limit the scale of a layer."""

_T = TypeVar("_T")


def known(kind: type[_T], document: Mapping[str, Any], **members: Any) -> _T:
    """An object of the members that it has, from a document that may have more."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in document.items() if name in names}, **members)


@dataclass(frozen=True)
class Finding:
    """Something to know about a result."""

    code: str
    """What was found, such as `ZERO_FRACTION`; stable."""
    severity: Literal["info", "warning"]
    message: str
    """What happened, with numbers."""
    hint: str
    """What to do."""
    tensor: str | None = None
    """The tensor or threshold it is about."""

    def __str__(self) -> str:
        return f"{self.code}: {self.message} {self.hint}".rstrip()


@dataclass(frozen=True)
class Candidates:
    """The scale that each term of a layer allows on its own; None where it does not limit."""

    weight: float | None = None
    """Of the weights, after any rescale."""
    bias: float | None = None
    threshold: float | None = None
    """Of spike_threshold and min_v_mem together."""
    state: float | None = None
    """Of v_mem."""


@dataclass(frozen=True)
class TensorReport:
    """What discretizing a tensor cost, with `error = q / scale - x` in the input's unit."""

    elements: int
    zeros: int
    """How many of the integers are zero."""
    levels_used: int | None
    """How many different integers occur; None above 16 bits."""
    levels_available: int
    """How many different integers there are: `2**bits`."""
    saturated: int
    """How many values left the range and were clamped."""
    max_abs_error: float
    rms_error: float
    sqnr_db: float | None
    """Ratio of signal to rounding error in dB; None where there is no error or no signal."""


@dataclass(frozen=True)
class RelativeError:
    """How far an integer is off."""

    relative_error: float | None
    """`|q / scale - x| / |x|`; None where x is 0, or unset and not scaled."""


@dataclass(frozen=True)
class LayerReport:
    """What discretizing a layer cost."""

    weight: TensorReport
    """Of the rescaled weights."""
    bias: TensorReport | None
    v_mem: TensorReport | None
    spike_threshold: RelativeError
    min_v_mem: RelativeError
    dead_output_channels: tuple[int, ...]
    """Indices of the output channels whose integer weights are all zero, ascending."""


def _tensor_report(document: Mapping[str, Any] | None) -> TensorReport | None:
    return None if document is None else known(TensorReport, document)


def _layer_report(document: Mapping[str, Any] | None) -> LayerReport | None:
    if document is None:
        return None
    return LayerReport(
        weight=known(TensorReport, document["weight"]),
        bias=_tensor_report(document["bias"]),
        v_mem=_tensor_report(document["v_mem"]),
        spike_threshold=known(RelativeError, document["spike_threshold"]),
        min_v_mem=known(RelativeError, document["min_v_mem"]),
        dead_output_channels=tuple(document["dead_output_channels"]),
    )


def findings_of(document: Mapping[str, Any]) -> tuple[Finding, ...]:
    return tuple(known(Finding, finding) for finding in document["findings"])


@dataclass(frozen=True)
class ScaleResult:
    """The scale of a tensor."""

    scale: np.float32 | None
    """The largest factor at which no element leaves the range of `bits`; None if all elements are zero."""
    bits: int
    min: np.float32
    """The tensor's smallest element."""
    max: np.float32
    """The tensor's largest element."""


def scale_result(document: Mapping[str, Any]) -> ScaleResult:
    scale = document["scale"]
    return ScaleResult(
        scale=None if scale is None else np.float32(scale),
        bits=document["bits"],
        min=np.float32(document["min"]),
        max=np.float32(document["max"]),
    )


class _Shown:
    """A repr of one line, and a table in notebooks."""

    def __repr__(self) -> str:
        return _show.line(self)

    def _repr_html_(self) -> str:
        return _show.html(self)


@dataclass(frozen=True, eq=False, repr=False)
class TensorResult(_Shown):
    """A discretized tensor."""

    tensor: Array
    """int8, int16 or int32, the narrowest that holds the bits; int32 for a scaling without bits; float32 if `to_int`
    was false. The shape is that of the input."""
    scale: np.float32
    report: TensorReport | None
    """None if it was not asked for."""
    findings: tuple[Finding, ...]


@dataclass(frozen=True, eq=False, repr=False)
class LayerResult(_Shown):
    """What all results of a layer tell."""

    scale: np.float32
    """The factor of all parameters of the layer: the smallest of `candidates`."""
    limited_by: Term
    """The term that gave the scale."""
    candidates: Candidates
    report: LayerReport | None
    """None if it was not asked for."""
    findings: tuple[Finding, ...]


@dataclass(frozen=True, eq=False, repr=False)
class ConvResult(LayerResult):
    """A discretized convolutional or linear layer."""

    weight: Array
    """Of the shape of the input: int8 for up to 8 bits, else int16 or int32; float32 if `to_int` was false."""
    bias: Array | None
    """One element an output channel; None if there was none."""


@dataclass(frozen=True, eq=False, repr=False)
class SpikeResult(LayerResult):
    """A discretized spiking layer."""

    spike_threshold: int | float
    """An integer; a whole float if `to_int` was false."""
    min_v_mem: int | float
    v_mem: Array | None
    """The state: int16 for 9 to 16 bits; None if there was none."""


@dataclass(frozen=True, eq=False, repr=False)
class ConvSpikeResult(ConvResult, SpikeResult):
    """A discretized convolutional or linear layer with the spiking layer that it feeds."""


def explanation(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "limited_by": document["limited_by"],
        "candidates": known(Candidates, document["candidates"]),
        "report": _layer_report(document.get("report")),
        "findings": findings_of(document),
    }


def _number(array: Array) -> int | float:
    number: int | float = array.item()
    return number


def spike_of(tensors: Mapping[str, Array], prefix: str = "") -> dict[str, Any]:
    return {
        "spike_threshold": _number(tensors[prefix + "spike_threshold"]),
        "min_v_mem": _number(tensors[prefix + "min_v_mem"]),
        "v_mem": tensors.get(prefix + "v_mem"),
    }


def conv_of(tensors: Mapping[str, Array], prefix: str = "") -> dict[str, Any]:
    return {"weight": tensors[prefix + "weight"], "bias": tensors.get(prefix + "bias")}


def _scale(tensors: Mapping[str, Array]) -> np.float32:
    scale: np.float32 = np.float32(float(tensors["scale"]))
    return scale


def tensor_result(tensors: Mapping[str, Array], document: Mapping[str, Any]) -> TensorResult:
    return TensorResult(
        tensor=tensors["tensor"],
        scale=_scale(tensors),
        report=_tensor_report(document.get("report")),
        findings=findings_of(document),
    )


def conv_result(tensors: Mapping[str, Array], document: Mapping[str, Any]) -> ConvResult:
    return ConvResult(scale=_scale(tensors), **explanation(document), **conv_of(tensors))


def spike_result(tensors: Mapping[str, Array], document: Mapping[str, Any]) -> SpikeResult:
    return SpikeResult(scale=_scale(tensors), **explanation(document), **spike_of(tensors))


def conv_spike_result(tensors: Mapping[str, Array], document: Mapping[str, Any]) -> ConvSpikeResult:
    return ConvSpikeResult(scale=_scale(tensors), **explanation(document), **conv_of(tensors), **spike_of(tensors))
