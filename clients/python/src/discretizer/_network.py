"""Networks and chips: the requests, and their results."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Generic, Literal, Union

import numpy as np
from typing_extensions import TypeVar

from discretizer import _results, _show
from discretizer._calls import (
    HDF5,
    JSON,
    SAFETENSORS,
    Body,
    Call,
    Progress,
    body_of,
    check_options,
    from_file,
    from_json,
    query_of,
)
from discretizer._options import NetworkOptions
from discretizer._results import ConvSpikeResult, Finding, LayerReportT, Provenance, known
from discretizer._safetensors import SLICE, Array, tensor_of

Source = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview, BinaryIO, Mapping[str, Any]]
"""A network: the path, the bytes or the open file of a NIR graph or of safetensors; or a state dict."""

FileFormat = Literal["nir", "safetensors"]

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_SIGNED_AT = (0, 512, 1024, 2048)
"""Where the signature of HDF5 may stand: at the start, or after a user block."""
_HEAD = _SIGNED_AT[-1] + len(_SIGNATURE)
_MEDIA_TYPES: dict[FileFormat, str] = {"nir": HDF5, "safetensors": SAFETENSORS}


@dataclass(frozen=True)
class LayerSource:
    """A path on which events reach a layer."""

    layer: str | None
    """Name of the layer whose neurons send the events; None for the input of the network."""
    pool: tuple[int, int]
    """Height and width over which the pools on the path sum together."""
    factor: float
    """Product of `1 / (height * width)` of the average pools on the path; 1 without them."""


@dataclass(frozen=True)
class LayerDestination:
    """A path on which a layer sends events."""

    layer: str | None
    """Name of the layer that receives the events; None for an output of the network."""
    output: str | None
    """Name of that output; None for a layer."""
    pool: tuple[int, int]
    """Height and width over which the pools on the path sum together."""


@dataclass(frozen=True, eq=False, repr=False)
class NetworkLayer(ConvSpikeResult[LayerReportT]):
    """A discretized layer of a network: weights, and the neurons that they feed."""

    name: str
    """Name of the weights: the NIR node, or the module in a state dict."""
    spike_name: str
    """Name of the neurons."""
    rescale: float
    """Factor of the weights, from the average pools before the layer."""
    sources: tuple[LayerSource, ...] | None = None
    """None for a state dict, which has no graph."""
    destinations: tuple[LayerDestination, ...] | None = None
    """None for a state dict."""


@dataclass(frozen=True)
class Need:
    """Memory of a core that a layer takes, in entries."""

    needs: int
    has: int | None
    """Entries that the core has; None if the layer has no core."""


@dataclass(frozen=True)
class FitLayer:
    """The core of a layer, and the memory it takes there."""

    name: str
    core: int | None
    """Number of the core; None if no core is left for the layer."""
    kernel: Need
    neuron: Need
    bias: Need


@dataclass(frozen=True)
class Violation:
    """A limit of the chip that the network breaks."""

    layer: str | None
    """None if the limit is one of the whole network."""
    limit: str
    found: Any
    allowed: Any
    message: str


@dataclass(frozen=True)
class Fit:
    """Whether a chip can hold a network, and how."""

    device: str
    fits: bool
    layers: tuple[FitLayer, ...]
    violations: tuple[Violation, ...]


PathT = TypeVar("PathT", LayerSource, LayerDestination)
FitT = TypeVar("FitT", bound="Fit | None", default="Fit | None", covariant=True)


@dataclass(frozen=True, eq=False, repr=False)
class NetworkResult(Generic[LayerReportT, FitT]):
    """A discretized network."""

    layers: tuple[NetworkLayer[LayerReportT], ...]
    """The layers in the order in which data flows."""
    findings: tuple[Finding, ...]
    """Findings of the network as a whole; each layer has its own."""
    fit: FitT
    """None if no device was named."""
    provenance: Provenance | None = None
    """None unless the option `provenance` was given."""

    def findings_by_layer(self) -> tuple[tuple[str, Finding], ...]:
        """All findings, each with the name of its layer; "" stands for the network as a whole."""
        return (
            *(("", finding) for finding in self.findings),
            *((layer.name, finding) for layer in self.layers for finding in layer.findings),
        )

    @property
    def warnings(self) -> tuple[tuple[str, Finding], ...]:
        """All findings of severity warning, as in `findings_by_layer`."""
        return tuple((layer, finding) for layer, finding in self.findings_by_layer() if finding.severity == "warning")

    def __repr__(self) -> str:
        layers = ", ".join(f"{layer.name}: {_show.array(layer.weight)} x {layer.scale:.6g}" for layer in self.layers)
        fit = "" if self.fit is None else f", {'fits' if self.fit.fits else 'does not fit'} {self.fit.device}"
        found = ", ".join(
            f"{layer}:{_show.marked(finding)}" if layer else _show.marked(finding)
            for layer, finding in self.findings_by_layer()
        )
        return f"NetworkResult([{layers}]{fit}, findings=[{found}])"

    def _repr_html_(self) -> str:
        return _show.network_html(self)


def query(options: NetworkOptions, device: str | None = None, report: bool = True) -> dict[str, str]:
    """The query parameters for a network."""
    check_options(options, NetworkOptions)
    given: dict[str, object] = {"device": device, **options}
    pairs = options.get("spike")
    if pairs:
        given["spike"] = ",".join(f"{weight}:{spike}" for weight, spike in pairs.items())
    return query_of(given, report)


def reusable(source: Source) -> Source:
    """A source that can be sent more than once."""
    if isinstance(source, (str, os.PathLike, bytes, bytearray, memoryview, Mapping)):
        return source
    return source.read()


def file_of(source: Source, progress: Progress | None = None) -> tuple[str, Body]:
    """The media type of a network's file, and the file's bytes."""
    if isinstance(source, Mapping):
        body = body_of({name: tensor_of(value, name) for name, value in source.items()})
        return SAFETENSORS, _counted(body, progress)
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        with path.open("rb") as file:
            media_type = _media_type(file.read(_HEAD), path.name)
        return media_type, _counted(Body(lambda: parts_of(path), path.stat().st_size), progress)
    content = memoryview(source if isinstance(source, (bytes, bytearray, memoryview)) else source.read()).cast("B")
    slices = [content[start : start + SLICE] for start in range(0, len(content), SLICE)]
    return _media_type(bytes(content[:_HEAD]), "the source"), _counted(Body(lambda: slices, len(content)), progress)


_OTHER_FILES: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (
        lambda head: head[:4] == b"PK\3\4" and b".npy" in head,
        "an archive of NumPy arrays: write them with safetensors.numpy.save_file(dict(numpy.load(...)), ...)",
    ),
    (
        lambda head: (head[:4] == b"PK\3\4" and b".pkl" in head) or head[:2] in (b"\x80\2", b"\x80\4", b"\x80\5"),
        "a PyTorch file, which may run code when it is read: write the state dict with "
        "safetensors.torch.save_file(model.state_dict(), 'model.safetensors'), or the graph with nir.write",
    ),
    (
        lambda head: head.startswith(b"\x93NUMPY"),
        "one NumPy array: a network is a NIR graph, or a state dict as safetensors",
    ),
    (
        lambda head: head.startswith(b"version https://git-lfs"),
        "a pointer of Git LFS and not the file itself: get that with git lfs pull",
    ),
)


def _media_type(head: bytes, name: str) -> str:
    """The media type of a file, by its first bytes.

    Raises:
        ValueError: The file is neither a NIR graph nor safetensors, but of a kind that is often sent instead of them.
    """
    if any(head.startswith(_SIGNATURE, start) for start in _SIGNED_AT):
        return HDF5
    if head[8:9] != b"{":
        for is_such, words in _OTHER_FILES:
            if is_such(head):
                raise ValueError(f"{name} is {words}")
    return SAFETENSORS


def parts_of(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while part := file.read(SLICE):
            yield part


def _counted(body: Body, progress: Progress | None) -> Body:
    if progress is None:
        return body

    def slices() -> Iterator[bytes]:
        sent = 0
        progress(sent, body.length)
        for part in body.parts():
            yield part
            sent += len(part)
            progress(sent, body.length)

    return Body(slices, body.length)


def _paths(kind: type[PathT], documents: Sequence[Mapping[str, Any]] | None) -> tuple[PathT, ...] | None:
    if documents is None:
        return None
    return tuple(known(kind, {**path, "pool": tuple(path["pool"])}) for path in documents)


def _layer(tensors: Mapping[str, Array], document: Mapping[str, Any]) -> NetworkLayer[Any]:
    name, spike_name = document["name"], document["spike_name"]
    return NetworkLayer(
        name=name,
        spike_name=spike_name,
        rescale=document["rescale"],
        sources=_paths(LayerSource, document.get("sources")),
        destinations=_paths(LayerDestination, document.get("destinations")),
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


def network_result(tensors: Mapping[str, Array], document: Mapping[str, Any]) -> NetworkResult[Any, Any]:
    return NetworkResult(
        layers=tuple(_layer(tensors, layer) for layer in document["layers"]),
        findings=_results.findings_of(document),
        fit=_fit(document.get("fit")),
        provenance=_results.provenance_of(document),
    )


def discretize_network(
    source: Source, device: str | None, report: bool, progress: Progress | None, options: NetworkOptions
) -> Call[NetworkResult[Any, Any]]:
    parameters = query(options, device, report)
    media_type, body = file_of(source, progress)
    return Call(
        "POST",
        "/discretize/network",
        SAFETENSORS,
        from_file(network_result),
        media_type,
        body,
        parameters,
        NetworkResult.findings_by_layer,
    )


def network_file(
    source: Source, file_format: FileFormat, device: str | None, progress: Progress | None, options: NetworkOptions
) -> Call[bytes]:
    parameters = query(options, device)
    media_type, body = file_of(source, progress)
    return Call("POST", "/discretize/network", _MEDIA_TYPES[file_format], bytes, media_type, body, parameters)


@dataclass(frozen=True)
class Core:
    """A core of a chip. It holds one layer."""

    core: int
    """Number of the core, from 0."""
    kernel: int
    """Entries of the memory for weights."""
    neuron: int
    """Entries of the memory for membrane states."""
    bias: int
    """Entries of the memory for biases."""


@dataclass(frozen=True)
class Device:
    """A chip, or a board with one chip."""

    name: str
    supported: bool
    """False if sinabs 3.0 dropped it."""
    cores: tuple[Core, ...]
    limits: Mapping[str, Any]
    """Limits of a layer by name: the largest number allowed, or all allowed values."""


def _devices(document: Any) -> tuple[Device, ...]:
    return tuple(
        Device(
            device["name"], device["supported"], tuple(known(Core, core) for core in device["cores"]), device["limits"]
        )
        for device in document["devices"]
    )


def devices() -> Call[tuple[Device, ...]]:
    return Call("GET", "/devices", JSON, from_json(_devices))
