"""The API without I/O: what each call sends, and how its answer is read."""

from __future__ import annotations

import json
import math
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

import numpy as np

from discretizer import _results, _safetensors
from discretizer._errors import UnexpectedAnswerError
from discretizer._results import ConvResult, ConvSpikeResult, Finding, ScaleResult, SpikeResult, TensorResult
from discretizer._safetensors import Array, Tensor, tensor_of

JSON = "application/json"
SAFETENSORS = "application/vnd.safetensors"
HDF5 = "application/vnd.hdfgroup.hdf5"

UnsetMinVMem = Literal["reference", "negative_threshold", "chip_minimum"]
Progress = Callable[[int, int], None]
T = TypeVar("T")


class Body:
    """The bytes of a request: how many, and slices of them, made as they are sent; sent anew for every attempt."""

    def __init__(self, slices: Callable[[], Iterable[bytes | memoryview]], length: int) -> None:
        self._slices = slices
        self.length = length

    def __iter__(self) -> Iterator[bytes]:
        # What sends them takes anything that has their bytes, and joins none.
        return iter(self._slices())  # type: ignore[arg-type]

    async def parts(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part


def _no_findings(_: Any) -> Iterable[tuple[str, Finding]]:
    return ()


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request, and what makes a result of the bytes that answer it.

    Attributes:
        findings: The findings of the result, each with the layer it is about, empty where there is but one.
    """

    method: str
    path: str
    accept: str
    read: Callable[[bytearray], T]
    content_type: str | None = None
    body: Body | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    findings: Callable[[T], Iterable[tuple[str, Finding]]] = _no_findings


def _own_findings(result: Any) -> Iterable[tuple[str, Finding]]:
    return (("", finding) for finding in result.findings)


def read_json(content: bytearray) -> Any:
    try:
        return json.loads(content)
    except ValueError as ex:
        raise UnexpectedAnswerError(f"the answer of {len(content)} bytes is no JSON: {ex}") from ex


def from_json(read: Callable[[Any], T]) -> Callable[[bytearray], T]:
    return lambda content: _understood(read, read_json(content))


def from_file(read: Callable[[Mapping[str, Array], Any], T]) -> Callable[[bytearray], T]:
    def result(content: bytearray) -> T:
        tensors, metadata = _safetensors.read(content)
        return _understood(read, tensors, json.loads(metadata.get("discretizer", "null")))

    return result


def _understood(read: Callable[..., T], *parts: Any) -> T:
    try:
        return read(*parts)
    except (KeyError, TypeError, AttributeError) as ex:
        raise UnexpectedAnswerError(f"the answer is not one that this client understands: {ex!r}") from ex


def body_of(tensors: Mapping[str, Tensor]) -> Body:
    """A safetensors file of these tensors."""
    header, order = _safetensors.header_of(tensors)

    def slices() -> Iterator[bytes | memoryview]:
        yield header
        for tensor in order:
            yield from tensor.slices()

    return Body(slices, len(header) + sum(tensor.array.nbytes for tensor in order))


def query_of(options: Mapping[str, object], defaults: Mapping[str, object]) -> dict[str, str]:
    """The options that are not what the service takes by itself."""
    return {name: _text(value) for name, value in options.items() if value is not None and value != defaults.get(name)}


def _text(value: object) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    # NumPy's and torch's numbers as Python's: whole ones stay whole, and others are the shortest that name the value.
    return str(value.item() if hasattr(value, "item") else value)


def with_report(query: dict[str, str], report: bool) -> dict[str, str]:
    return query if report else {**query, "report": "none"}


def float32(value: object) -> str:
    """The shortest decimal that names a number's binary32 value."""
    with np.errstate(over="ignore"):
        return str(np.float32(value))  # type: ignore[arg-type]


def scale(tensor: object, bits: int) -> Call[ScaleResult]:
    return Call(
        "POST",
        "/scale",
        JSON,
        from_json(_results.scale_result),
        SAFETENSORS,
        body_of({"tensor": tensor_of(tensor, "tensor")}),
        query_of({"bits": bits}, {"bits": 8}),
    )


def discretize_scalar(value: float, scaling: float) -> Call[int]:
    for name, number in (("value", value), ("scaling", scaling)):
        if not math.isfinite(number):
            raise ValueError(f"{name} is {number}, a finite number is expected")
    # Python's JSON has the shortest decimal of a binary64, which is what the service computes in here.
    text = json.dumps({"value": float(value), "scaling": float(scaling)}).encode()
    return Call(
        "POST",
        "/discretize/scalar",
        JSON,
        from_json(lambda document: int(document["value"])),
        JSON,
        Body(lambda: [text], len(text)),
    )


def discretize_tensor(
    tensor: object, scaling: float | None, bits: int | None, to_int: bool, report: bool
) -> Call[TensorResult]:
    query = query_of({"bits": bits, "to_int": to_int}, {"to_int": True})
    if scaling is not None:
        query["scaling"] = float32(scaling)
    return Call(
        "POST",
        "/discretize/tensor",
        SAFETENSORS,
        from_file(_results.tensor_result),
        SAFETENSORS,
        body_of({"tensor": tensor_of(tensor, "tensor")}),
        with_report(query, report),
        _own_findings,
    )


@dataclass(frozen=True)
class Layer:
    """The tensors of a layer, as they were given."""

    weight: object
    bias: object | None
    spike_threshold: object
    min_v_mem: object | None
    v_mem: object | None

    def body(self) -> Body:
        given = {name: value for name, value in vars(self).items() if value is not None}
        return body_of({name: tensor_of(value, name) for name, value in given.items()})


@dataclass(frozen=True)
class Options:
    """How a layer is discretized."""

    to_int: bool = True
    weight_bits: int = 8
    bias_bits: int | None = None
    state_bits: int = 16
    rescale: float = 1.0
    unset_min_v_mem: UnsetMinVMem = "reference"
    report: bool = True

    def query(self) -> dict[str, str]:
        options = {name: value for name, value in vars(self).items() if name != "report"}
        return with_report(query_of(options, vars(Options())), self.report)


def _layer(path: str, read: Callable[[Mapping[str, Array], Any], T], layer: Layer, options: Options) -> Call[T]:
    return Call("POST", path, SAFETENSORS, from_file(read), SAFETENSORS, layer.body(), options.query(), _own_findings)


def discretize_conv(layer: Layer, options: Options) -> Call[ConvResult]:
    return _layer("/discretize/conv", _results.conv_result, layer, options)


def discretize_spike(layer: Layer, options: Options) -> Call[SpikeResult]:
    return _layer("/discretize/spike", _results.spike_result, layer, options)


def discretize_conv_spike(layer: Layer, options: Options) -> Call[ConvSpikeResult]:
    return _layer("/discretize/conv-spike", _results.conv_spike_result, layer, options)
