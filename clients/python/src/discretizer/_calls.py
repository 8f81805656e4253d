"""The API without I/O: what each call sends, and how its answer is read. Networks are in `_network`."""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from discretizer import _results, _safetensors
from discretizer._errors import UnexpectedAnswerError
from discretizer._options import LayerOptions, TensorOptions
from discretizer._results import ConvResult, ConvSpikeResult, Finding, ScaleResult, SpikeResult, TensorResult
from discretizer._safetensors import Array, ArrayLike, Tensor, tensor_of

JSON = "application/json"
SAFETENSORS = "application/vnd.safetensors"
HDF5 = "application/vnd.hdfgroup.hdf5"

Progress = Callable[[int, int], None]
T = TypeVar("T")

_BINARY32 = frozenset({"scaling", "spike_threshold", "min_v_mem"})
"""Query parameters that the service reads as binary32."""

_IN_THE_BODY = ("spike_threshold", "min_v_mem", "v_mem")
"""Options of a layer that are sent as tensors."""


class Body:
    """The bytes of a request: their number, and slices of them, made as they are sent, anew for each attempt."""

    def __init__(self, slices: Callable[[], Iterable[bytes | memoryview]], length: int) -> None:
        self._slices = slices
        self.length = length

    def parts(self) -> Iterator[bytes]:
        # httpx sends a memoryview as it sends bytes, without a copy; its types name bytes alone.
        parts: Any = self._slices()
        return iter(parts)

    async def async_parts(self) -> AsyncIterator[bytes]:
        for part in self.parts():
            yield part


def _no_findings(_: Any) -> Iterable[tuple[str, Finding]]:
    return ()


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request, and the function that makes a result of the bytes of its answer.

    Attributes:
        findings: The findings of the result, each with the name of its layer; the name is empty if there is one layer.
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
        raise UnexpectedAnswerError(f"the answer of {len(content)} bytes is not JSON: {ex}") from ex


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
        raise UnexpectedAnswerError(f"this client does not understand the answer: {ex!r}") from ex


def body_of(tensors: Mapping[str, Tensor]) -> Body:
    """A safetensors file of these tensors."""
    header, order = _safetensors.header_of(tensors)

    def slices() -> Iterator[bytes | memoryview]:
        yield header
        for tensor in order:
            yield from tensor.slices()

    return Body(slices, len(header) + sum(tensor.array.nbytes for tensor in order))


class Part(NamedTuple):
    """A part of a multipart body: a file."""

    name: str
    file_name: str
    media_type: str
    body: Body


def multipart_of(parts: Sequence[Part]) -> tuple[str, Body]:
    """The media type of a body of several files, and the body (RFC 7578)."""
    boundary = uuid.uuid4().hex
    heads = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{part.name}"; filename="{_quoted(part.file_name)}"\r\n'
        f"Content-Type: {part.media_type}\r\n\r\n".encode()
        for part in parts
    ]
    end = f"--{boundary}--\r\n".encode()

    def slices() -> Iterator[bytes | memoryview]:
        for head, part in zip(heads, parts, strict=True):
            yield head
            yield from part.body.parts()
            yield b"\r\n"
        yield end

    length = sum(len(head) + part.body.length + 2 for head, part in zip(heads, parts, strict=True)) + len(end)
    return f"multipart/form-data; boundary={boundary}", Body(slices, length)


def _quoted(name: str) -> str:
    """A file name between quotes, as browsers write it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def check_options(options: Mapping[str, object], kind: Any) -> None:
    """Check keyword arguments against a TypedDict, as Python checks named parameters.

    Raises:
        TypeError: An option is unknown, or a required one is missing.
    """
    for name in options:
        if name not in kind.__annotations__:
            raise TypeError(f"unexpected keyword argument {name!r}; see discretizer.{kind.__name__}")
    for name in sorted(kind.__required_keys__):
        if options.get(name) is None:
            raise TypeError(f"missing keyword argument {name!r}")


def query_of(options: Mapping[str, object], report: bool = True) -> dict[str, str]:
    """Query parameters of the options that are given; a mapping becomes one parameter for each of its nodes."""
    query: dict[str, str] = {}
    for name, value in options.items():
        if isinstance(value, Mapping):
            query |= {f"{name}.{node}": _text(name, one) for node, one in value.items()}
        elif value is not None:
            query[name] = _text(name, value)
    return query if report else {**query, "report": "none"}


def _text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if name in _BINARY32:
        # The shortest decimal of the binary32 value.
        with np.errstate(over="ignore"):
            return str(np.float32(value))
    # Numbers of NumPy and torch as those of Python: whole ones stay whole, others are the shortest decimal.
    return str(value.item() if hasattr(value, "item") else value)


def scale(tensor: ArrayLike, bits: int) -> Call[ScaleResult]:
    body = body_of({"tensor": tensor_of(tensor, "tensor")})
    return Call("POST", "/scale", JSON, from_json(_results.scale_result), SAFETENSORS, body, query_of({"bits": bits}))


def discretize_scalar(value: float, scaling: float) -> Call[int]:
    for name, number in (("value", value), ("scaling", scaling)):
        if not math.isfinite(number):
            raise ValueError(f"{name} is {number}, a finite number is expected")
    # Python writes the shortest decimal of a binary64 number; the service computes in binary64 here.
    text = json.dumps({"value": float(value), "scaling": float(scaling)}).encode()
    return Call(
        "POST",
        "/discretize/scalar",
        JSON,
        from_json(lambda document: int(document["value"])),
        JSON,
        Body(lambda: [text], len(text)),
    )


def discretize_tensor(tensor: ArrayLike, report: bool, options: TensorOptions) -> Call[TensorResult[Any]]:
    check_options(options, TensorOptions)
    return Call(
        "POST",
        "/discretize/tensor",
        SAFETENSORS,
        from_file(_results.tensor_result),
        SAFETENSORS,
        body_of({"tensor": tensor_of(tensor, "tensor")}),
        query_of(options, report),
        _own_findings,
    )


def _layer(
    path: str,
    read: Callable[[Mapping[str, Array], Any], T],
    weight: ArrayLike,
    bias: ArrayLike | None,
    report: bool,
    options: LayerOptions,
) -> Call[T]:
    check_options(options, LayerOptions)
    given: dict[str, Any] = {"weight": weight, "bias": bias, **options}
    tensors = {name: given.pop(name, None) for name in ("weight", "bias", *_IN_THE_BODY)}
    body = body_of({name: tensor_of(value, name) for name, value in tensors.items() if value is not None})
    return Call("POST", path, SAFETENSORS, from_file(read), SAFETENSORS, body, query_of(given, report), _own_findings)


def discretize_conv(
    weight: ArrayLike, bias: ArrayLike | None, report: bool, options: LayerOptions
) -> Call[ConvResult[Any]]:
    return _layer("/discretize/conv", _results.conv_result, weight, bias, report, options)


def discretize_spike(
    weight: ArrayLike, bias: ArrayLike | None, report: bool, options: LayerOptions
) -> Call[SpikeResult[Any]]:
    return _layer("/discretize/spike", _results.spike_result, weight, bias, report, options)


def discretize_conv_spike(
    weight: ArrayLike, bias: ArrayLike | None, report: bool, options: LayerOptions
) -> Call[ConvSpikeResult[Any]]:
    return _layer("/discretize/conv-spike", _results.conv_spike_result, weight, bias, report, options)
