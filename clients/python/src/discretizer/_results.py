"""Results as typed objects.

Tensors come from the bytes of the answer, everything else from the JSON that goes with them. Members that this client
does not know are ignored, so that it can call a newer service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Generic, Literal

import numpy as np
from typing_extensions import TypeVar

from discretizer import _show
from discretizer._safetensors import Array

Term = Literal["weight", "bias", "threshold", "state", "error"]
"""What fixed the scale of a layer: the term that limits it, or the error of all weights (`scale_rule="joint"`)."""

_T = TypeVar("_T")


def known(kind: type[_T], document: Mapping[str, Any], **members: Any) -> _T:
    """An object from the members of a document that its class knows."""
    dataclass: Any = kind
    names = {field.name for field in fields(dataclass)}
    return kind(**{name: value for name, value in document.items() if name in names}, **members)


@dataclass(frozen=True)
class Finding:
    """Something the user should know about a result."""

    code: str
    """Stable name of the kind of finding, such as `ZERO_FRACTION`."""
    severity: Literal["info", "warning"]
    message: str
    """What happened, with numbers."""
    hint: str
    """What to do about it."""
    tensor: str | None = None
    """Name of the tensor or threshold concerned."""

    def __str__(self) -> str:
        return f"{self.code}: {self.message} {self.hint}".rstrip()


@dataclass(frozen=True)
class Candidates:
    """The largest scale that each term of a layer allows on its own; None if the term does not limit."""

    weight: float | None = None
    """For the weights, after `rescale`."""
    bias: float | None = None
    threshold: float | None = None
    """For spike_threshold and min_v_mem together."""
    state: float | None = None
    """For v_mem."""


@dataclass(frozen=True)
class Histogram:
    """How often each integer of a tensor occurs."""

    low: int
    """The smallest integer, which the first count is for."""
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Provenance:
    """What went into a result and what came out, by SHA-256 in hex of little-endian bytes in C order."""

    service: str
    version: str
    commit: str | None
    reference: str
    """The program whose integers these are, with its version."""
    arithmetic: str
    inputs: Mapping[str, str]
    """By tensor, of its elements as float32."""
    outputs: Mapping[str, str]
    """By tensor, of its elements in their own type."""
    digest: str
    """Of the sorted lines `name dtype shape sha256` of all outputs, each ended by a line feed."""


def provenance_of(document: Mapping[str, Any]) -> Provenance | None:
    found = document.get("provenance")
    return None if found is None else known(Provenance, {"commit": None, **found})


@dataclass(frozen=True)
class TensorReport:
    """Accuracy lost by discretizing a tensor. Errors are `q / scale - x`, in the unit of the input."""

    elements: int
    zeros: int
    """Number of integers that are zero."""
    levels_used: int | None
    """Number of different integers that occur; None above 16 bits."""
    levels_available: int
    """Number of different integers that the bits can represent: `2**bits`."""
    saturated: int
    """Number of values that left the range and were clamped."""
    max_abs_error: float
    """Largest absolute error."""
    rms_error: float
    """Root mean square of the errors."""
    sqnr_db: float | None
    """Signal-to-quantization-noise ratio in dB; None if the signal or the error is zero."""
    histogram: Histogram | None = None
    """None unless the option `histogram` was given, and above 10 bits."""


@dataclass(frozen=True)
class RelativeError:
    """Relative rounding error of a threshold."""

    relative_error: float | None
    """`|q / scale - x| / |x|`; None if x is 0, or not given and not scaled."""


@dataclass(frozen=True)
class LayerReport:
    """Accuracy lost by discretizing a layer."""

    weight: TensorReport
    """For the weights after `rescale`."""
    bias: TensorReport | None
    v_mem: TensorReport | None
    spike_threshold: RelativeError
    min_v_mem: RelativeError
    dead_output_channels: tuple[int, ...]
    """Indices of the output channels whose integer weights are all zero, in ascending order."""


TensorReportT = TypeVar("TensorReportT", bound="TensorReport | None", default=TensorReport, covariant=True)
LayerReportT = TypeVar("LayerReportT", bound="LayerReport | None", default=LayerReport, covariant=True)


def _tensor_report(document: Mapping[str, Any] | None) -> TensorReport | None:
    return None if document is None else _report(document)


def _report(document: Mapping[str, Any]) -> TensorReport:
    counted = document.get("histogram")
    histogram = None if counted is None else Histogram(counted["low"], tuple(counted["counts"]))
    return known(TensorReport, {**document, "histogram": histogram})


def _layer_report(document: Mapping[str, Any] | None) -> LayerReport | None:
    if document is None:
        return None
    return LayerReport(
        weight=_report(document["weight"]),
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
    """Largest factor that keeps all elements in the range of `bits`; None if all elements are zero."""
    bits: int
    min: np.float32
    """Smallest element of the tensor."""
    max: np.float32
    """Largest element of the tensor."""


def scale_result(document: Mapping[str, Any]) -> ScaleResult:
    scale = document["scale"]
    return ScaleResult(
        scale=None if scale is None else np.float32(scale),
        bits=document["bits"],
        min=np.float32(document["min"]),
        max=np.float32(document["max"]),
    )


@dataclass(frozen=True)
class ServiceInfo:
    """A service that answered."""

    url: str
    version: str | None
    """Version of the service; None if it is older than the header that tells it."""
    client_version: str
    """Version of this client."""
    devices: tuple[str, ...]
    """Names of the chips that the service knows."""


class WithFindings:
    """A result that tells which of its findings are warnings."""

    findings: tuple[Finding, ...]

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """All findings of severity warning."""
        return tuple(finding for finding in self.findings if finding.severity == "warning")


class _Shown:
    """Shown as one line by repr, and as tables in notebooks."""

    def __repr__(self) -> str:
        return _show.line(self)

    def _repr_html_(self) -> str:
        return _show.html(self)


@dataclass(frozen=True, eq=False, repr=False)
class TensorResult(_Shown, WithFindings, Generic[TensorReportT]):
    """A discretized tensor."""

    tensor: Array
    """The integers, in the shape of the input. The narrowest of int8, int16 and int32 that holds the bits; int32 if a
    scaling was given without bits; float32 if `to_int` was False."""
    scale: np.float32
    report: TensorReportT
    """None if `report` was False."""
    findings: tuple[Finding, ...]


@dataclass(frozen=True, eq=False, repr=False)
class LayerResult(_Shown, WithFindings, Generic[LayerReportT]):
    """The part that all results of a layer share."""

    scale: np.float32
    """Factor of all parameters of the layer: the smallest of `candidates`, unless `scale_rule` was `joint`."""
    limited_by: Term
    """The term whose candidate is the scale; `error` if `scale_rule` was `joint`."""
    candidates: Candidates
    report: LayerReportT
    """None if `report` was False."""
    findings: tuple[Finding, ...]
    provenance: Provenance | None = field(default=None, kw_only=True)
    """None unless the option `provenance` was given. Layers of a network have theirs in common."""


@dataclass(frozen=True, eq=False, repr=False)
class ConvResult(LayerResult[LayerReportT]):
    """A discretized convolutional or linear layer."""

    weight: Array
    """Integer weights, in the shape of the input: int8 up to 8 bits, else int16 or int32. float32 if `to_int` was
    False."""
    bias: Array | None
    """Integer bias, one element for each output channel; None if no bias was given."""


@dataclass(frozen=True, eq=False, repr=False)
class SpikeResult(LayerResult[LayerReportT]):
    """A discretized spiking layer."""

    spike_threshold: int | float
    """An int; a whole float if `to_int` was False."""
    min_v_mem: int | float
    v_mem: Array | None
    """Membrane state: int16 for 9 to 16 bits; None if no state was given."""


@dataclass(frozen=True, eq=False, repr=False)
class ConvSpikeResult(ConvResult[LayerReportT], SpikeResult[LayerReportT]):
    """A discretized convolutional or linear layer and the spiking layer that it feeds."""


def explanation(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "limited_by": document["limited_by"],
        "candidates": known(Candidates, document["candidates"]),
        "report": _layer_report(document.get("report")),
        "findings": findings_of(document),
        "provenance": provenance_of(document),
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


def tensor_result(tensors: Mapping[str, Array], document: Mapping[str, Any]) -> TensorResult[Any]:
    return TensorResult(
        tensor=tensors["tensor"],
        scale=_scale(tensors),
        report=_tensor_report(document.get("report")),
        findings=findings_of(document),
    )


def conv_result(tensors: Mapping[str, Array], document: Mapping[str, Any]) -> ConvResult[Any]:
    return ConvResult(scale=_scale(tensors), **explanation(document), **conv_of(tensors))


def spike_result(tensors: Mapping[str, Array], document: Mapping[str, Any]) -> SpikeResult[Any]:
    return SpikeResult(scale=_scale(tensors), **explanation(document), **spike_of(tensors))


def conv_spike_result(tensors: Mapping[str, Array], document: Mapping[str, Any]) -> ConvSpikeResult[Any]:
    return ConvSpikeResult(scale=_scale(tensors), **explanation(document), **conv_of(tensors), **spike_of(tensors))
