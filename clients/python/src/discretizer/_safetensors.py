"""safetensors without copies: written from the memory of the arrays, read as views of the bytes received.

The format is 8 bytes of header length (little-endian), the header as JSON, and the elements without gaps. The package
`safetensors` writes one `bytes` object of everything, and copies every tensor that it reads.

See https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from discretizer._errors import UnexpectedAnswerError

Array = npt.NDArray[Any]


class SupportsArray(Protocol):
    """A NumPy array, a NumPy number, a torch tensor, or another object with `__array__`."""

    def __array__(self) -> Any: ...


class Nested(Protocol):
    """A list or tuple of numbers, of arrays, or of such lists."""

    # str has another signature, so `spike_threshold="a"` is a type error. Pyright sees that only if this comes first.
    def __contains__(self, value: object, /) -> bool: ...
    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> float | SupportsArray | Nested: ...


ArrayLike = SupportsArray | Nested | float
"""A tensor as an argument; see `tensor_of`."""

SLICE = 1 << 18
"""Bytes sent at once, and the size of the largest copy made for sending."""

_NAMES = {
    "bool": "BOOL",
    "int8": "I8",
    "uint8": "U8",
    "int16": "I16",
    "uint16": "U16",
    "int32": "I32",
    "uint32": "U32",
    "int64": "I64",
    "uint64": "U64",
    "float16": "F16",
    "bfloat16": "BF16",
    "float32": "F32",
    "float64": "F64",
}
# NumPy has no bfloat16, and the service never answers with it.
_TYPES = {name: np.dtype(numpy) for numpy, name in _NAMES.items() if numpy != "bfloat16"}


class Tensor(NamedTuple):
    """A tensor to send: the name of its type in safetensors, and an array with its bytes."""

    dtype: str
    array: Array

    def slices(self) -> Iterator[memoryview]:
        """The bytes of the elements, little-endian and in C order, `SLICE` at a time; views if the layout allows."""
        array = self.array
        if array.flags.c_contiguous and not _is_big_endian(array.dtype):
            view = array.reshape(-1).view(np.uint8).data
            yield from (view[start : start + SLICE] for start in range(0, array.nbytes, SLICE))
            return
        step = SLICE // array.itemsize
        for start in range(0, array.size, step):
            copy = array.flat[start : start + step]
            yield (copy.byteswap() if _is_big_endian(array.dtype) else copy).view(np.uint8).data


def _is_big_endian(dtype: np.dtype[Any]) -> bool:
    return dtype.byteorder == ">" or (dtype.byteorder == "=" and sys.byteorder == "big")


def tensor_of(value: object, name: str) -> Tensor:
    """Convert an argument to a tensor, without a copy if it is in the memory of this process.

    torch tensors (with or without gradient, on any device), NumPy arrays and other objects with `__array__` keep their
    type. Python floats and lists of floats become float32, as in `torch.tensor`.

    Raises:
        TypeError: The value is not an array, or of a type that the service does not read.
        ValueError: The value is a ragged list.
    """
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return _from_torch(torch, value, name)
    try:
        array = np.asarray(value)
    except ValueError as ex:
        raise ValueError(f"{name}: {ex}") from ex
    if array.dtype == np.float64 and not hasattr(value, "__array__"):
        with np.errstate(over="ignore"):
            array = array.astype(np.float32)
    if array.dtype.name not in _NAMES:
        raise TypeError(f"{name}: {_described(value, array)}, an array of numbers is expected")
    return Tensor(_NAMES[array.dtype.name], array)


def _from_torch(torch: Any, value: Any, name: str) -> Tensor:
    value = value.detach()
    if value.layout is not torch.strided or value.is_quantized or value.is_complex():
        raise TypeError(f"{name}: a {value.dtype} tensor ({value.layout}), a dense one of real numbers is expected")
    value = value.cpu().resolve_neg()
    if value.dtype is torch.bfloat16:
        return Tensor("BF16", value.view(torch.int16).numpy())
    array = value.numpy()
    return Tensor(_NAMES[array.dtype.name], array)


def _described(value: object, array: Array) -> str:
    return f"a {type(value).__name__}" if array.dtype == object else f"elements of type {array.dtype.name}"


def header_of(tensors: Mapping[str, Tensor]) -> tuple[bytes, list[Tensor]]:
    """The bytes before the elements, and the tensors in the order of their elements.

    Larger types come first, so that each tensor starts at a multiple of its element size.
    """
    order = sorted(tensors, key=lambda name: (-tensors[name].array.itemsize, name))
    entries: dict[str, object] = {}
    offset = 0
    for name in order:
        dtype, array = tensors[name]
        entries[name] = {
            "dtype": dtype,
            "shape": list(array.shape),
            "data_offsets": [offset, offset + array.nbytes],
        }
        offset += array.nbytes
    text = json.dumps(entries, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text, [tensors[name] for name in order]


def read(content: bytearray) -> tuple[dict[str, Array], dict[str, str]]:
    """The tensors of a file, as writable views of its memory, and its metadata.

    Raises:
        UnexpectedAnswerError: The content is not a safetensors file.
    """
    try:
        end = 8 + int.from_bytes(content[:8], "little")
        if end > len(content):
            raise ValueError(f"a header of {end - 8} bytes")
        header: dict[str, Any] = json.loads(content[8:end])
        metadata: dict[str, str] = header.pop("__metadata__", {})
        return {name: _array(content, end, entry) for name, entry in header.items()}, metadata
    except (ValueError, KeyError, TypeError, AttributeError) as ex:
        raise UnexpectedAnswerError(f"the answer of {len(content)} bytes is not a safetensors file: {ex}") from ex


def _array(content: bytearray, start: int, entry: Mapping[str, Any]) -> Array:
    dtype = _TYPES[entry["dtype"]]
    count = math.prod(entry["shape"])
    begin, end = entry["data_offsets"]
    if end - begin != count * dtype.itemsize:
        raise ValueError(f"{end - begin} bytes, {count} elements of {dtype}")
    array: Array = np.frombuffer(content, dtype.newbyteorder("<"), count, start + begin).reshape(entry["shape"])
    return array
