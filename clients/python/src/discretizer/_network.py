"""Whole networks and the chips that may hold them: what is sent, and what is answered."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, Union

import numpy as np

from discretizer import _results, _show
from discretizer._calls import (
    HDF5,
    JSON,
    SAFETENSORS,
    Body,
    Call,
    Progress,
    UnsetMinVMem,
    body_of,
    float32,
    from_file,
    from_json,
    query_of,
    with_report,
)
from discretizer._results import ConvSpikeResult, Finding, known
from discretizer._safetensors import SLICE, Array, tensor_of

Source = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview, BinaryIO, Mapping[str, Any]]
"""A network: the path, the bytes or an open file of a NIR graph or of safetensors, or a state dict."""

FileFormat = Literal["nir", "safetensors"]

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_MEDIA_TYPES: dict[FileFormat, str] = {"nir": HDF5, "safetensors": SAFETENSORS}


@dataclass(frozen=True, eq=False, repr=False)
class NetworkLayer(ConvSpikeResult):
    """A layer of a network, as it stands on the chip."""

    name: str
    """Of the weights: the NIR node, or the module in a state dict."""
    spike_name: str
    """Of the neurons that it feeds."""
    rescale: float
    """Factor of the pools before it, multiplied into the weights."""


@dataclass(frozen=True)
class Need:
    """How many entries of a core's memory a layer takes."""

    needs: int
    has: int | None


@dataclass(frozen=True)
class FitLayer:
    """Where a layer goes."""

    name: str
    core: int | None
    """The number of the core; None if there is no place for it."""
    kernel: Need
    neuron: Need
    bias: Need


@dataclass(frozen=True)
class Violation:
    """A limit of the chip that a layer breaks."""

    layer: str | None
    limit: str
    found: Any
    allowed: Any
    message: str


@dataclass(frozen=True)
class Fit:
    """Whether and how a chip holds a network."""

    device: str
    fits: bool
    layers: tuple[FitLayer, ...]
    violations: tuple[Violation, ...]


@dataclass(frozen=True, eq=False, repr=False)
class NetworkResult:
    """A discretized network."""

    layers: tuple[NetworkLayer, ...]
    """In the order in which data flows."""
    findings: tuple[Finding, ...]
    """Of the network as a whole; each layer has its own."""
    fit: Fit | None
    """None if no device was named."""

    @property
    def warnings(self) -> tuple[tuple[str, Finding], ...]:
        """All findings of severity warning, each with the name of its layer, empty for the network as a whole."""
        return tuple((layer, finding) for layer, finding in all_findings(self) if finding.severity == "warning")

    def __repr__(self) -> str:
        layers = ", ".join(f"{layer.name}: {_show.array(layer.weight)} x {layer.scale:.6g}" for layer in self.layers)
        fit = "" if self.fit is None else f", {'fits' if self.fit.fits else 'does not fit'} {self.fit.device}"
        found = ", ".join(
            f"{layer}:{_show.marked(finding)}" if layer else _show.marked(finding)
            for layer, finding in all_findings(self)
        )
        return f"NetworkResult([{layers}]{fit}, findings=[{found}])"

    def _repr_html_(self) -> str:
        return _show.network_html(self)


def all_findings(result: NetworkResult) -> Iterator[tuple[str, Finding]]:
    yield from (("", finding) for finding in result.findings)
    yield from ((layer.name, finding) for layer in result.layers for finding in layer.findings)


@dataclass(frozen=True)
class Request:
    """A network and how it is discretized."""

    source: Source
    device: str | None
    spike_threshold: float | None
    min_v_mem: float | Mapping[str, float] | None
    rescale: float | None
    spike: Mapping[str, str] | None
    to_int: bool
    weight_bits: int
    bias_bits: int | None
    state_bits: int
    unset_min_v_mem: UnsetMinVMem
    report: bool
    progress: Progress | None

    def query(self) -> dict[str, str]:
        options = {
            "device": self.device,
            "rescale": self.rescale,
            "to_int": self.to_int,
            "weight_bits": self.weight_bits,
            "bias_bits": self.bias_bits,
            "state_bits": self.state_bits,
            "unset_min_v_mem": self.unset_min_v_mem,
        }
        defaults = {"to_int": True, "weight_bits": 8, "state_bits": 16, "unset_min_v_mem": "negative_threshold"}
        query = query_of(options, defaults)
        if self.spike_threshold is not None:
            query["spike_threshold"] = float32(self.spike_threshold)
        if isinstance(self.min_v_mem, Mapping):
            query |= {f"min_v_mem.{node}": float32(value) for node, value in self.min_v_mem.items()}
        elif self.min_v_mem is not None:
            query["min_v_mem"] = float32(self.min_v_mem)
        if self.spike:
            query["spike"] = ",".join(f"{weight}:{spike}" for weight, spike in self.spike.items())
        return with_report(query, self.report)


def _body(source: Source, progress: Progress | None) -> tuple[str, Body]:
    """The media type of a network's file, and its bytes."""
    if isinstance(source, Mapping):
        body = body_of({name: tensor_of(value, name) for name, value in source.items()})
        return SAFETENSORS, _counted(body, progress)
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        with path.open("rb") as file:
            media_type = _media_type(file.read(len(_SIGNATURE)))
        return media_type, _counted(Body(lambda: _read(path), path.stat().st_size), progress)
    content = memoryview(source if isinstance(source, (bytes, bytearray, memoryview)) else source.read()).cast("B")
    slices = [content[start : start + SLICE] for start in range(0, len(content), SLICE)]
    return _media_type(bytes(content[: len(_SIGNATURE)])), _counted(Body(lambda: slices, len(content)), progress)


def _media_type(start: bytes) -> str:
    return HDF5 if start == _SIGNATURE else SAFETENSORS


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while part := file.read(SLICE):
            yield part


def _counted(body: Body, progress: Progress | None) -> Body:
    if progress is None:
        return body

    def slices() -> Iterator[bytes]:
        sent = 0
        progress(sent, body.length)
        for part in body:
            yield part
            sent += len(part)
            progress(sent, body.length)

    return Body(slices, body.length)


def _layer(tensors: Mapping[str, Array], document: Mapping[str, Any]) -> NetworkLayer:
    name, spike_name = document["name"], document["spike_name"]
    return NetworkLayer(
        name=name,
        spike_name=spike_name,
        rescale=document["rescale"],
        scale=np.float32(document["scale"]),
        **_results.explanation(document),
        **_results.conv_of(tensors, f"{name}."),
        **_results.spike_of(tensors, f"{spike_name}."),
    )


def _fit(document: Mapping[str, Any] | None) -> Fit | None:
    if document is None:
        return None
    return Fit(
        device=document["device"],
        fits=document["fits"],
        layers=tuple(
            FitLayer(
                name=layer["name"],
                core=layer["core"],
                kernel=known(Need, layer["kernel"]),
                neuron=known(Need, layer["neuron"]),
                bias=known(Need, layer["bias"]),
            )
            for layer in document["layers"]
        ),
        violations=tuple(known(Violation, violation) for violation in document["violations"]),
    )


def network_result(tensors: Mapping[str, Array], document: Mapping[str, Any]) -> NetworkResult:
    return NetworkResult(
        layers=tuple(_layer(tensors, layer) for layer in document["layers"]),
        findings=_results.findings_of(document),
        fit=_fit(document.get("fit")),
    )


def discretize_network(request: Request) -> Call[NetworkResult]:
    media_type, body = _body(request.source, request.progress)
    return Call(
        "POST",
        "/discretize/network",
        SAFETENSORS,
        from_file(network_result),
        media_type,
        body,
        request.query(),
        all_findings,
    )


def network_file(request: Request, file_format: FileFormat) -> Call[bytes]:
    media_type, body = _body(request.source, request.progress)
    return Call("POST", "/discretize/network", _MEDIA_TYPES[file_format], bytes, media_type, body, request.query())


@dataclass(frozen=True)
class Core:
    """A core of a chip, which holds one layer."""

    core: int
    """Its number, from 0."""
    kernel: int
    """Entries of its memory for weights."""
    neuron: int
    bias: int


@dataclass(frozen=True)
class Device:
    """A chip, or a board with one."""

    name: str
    supported: bool
    """False for one that sinabs 3.0 dropped."""
    cores: tuple[Core, ...]
    limits: Mapping[str, Any]
    """Of each layer, by name: a number that is the most there may be, or all there are."""


def _devices(document: Any) -> tuple[Device, ...]:
    return tuple(
        Device(
            device["name"], device["supported"], tuple(known(Core, core) for core in device["cores"]), device["limits"]
        )
        for device in document["devices"]
    )


def devices() -> Call[tuple[Device, ...]]:
    return Call("GET", "/devices", JSON, from_json(_devices))
