"""Recordings as arguments, and as the files that are sent."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union

import numpy as np

from discretizer import _network
from discretizer._calls import Body, Part
from discretizer._safetensors import SLICE, Array, SupportsArray, tensor_of

Recording = Union[str, "os.PathLike[str]", SupportsArray, tuple[SupportsArray, int]]
"""The path of an npz or npy file; counts `[T, C, H, W]` or events as a structured array with `x`, `y`, `t` and `p`, of
NumPy or torch; or such an array and its label, as the data sets of tonic give them."""

Recordings = Recording | Iterable[Recording]

NPY, NPZ = "application/x-npy", "application/x-npz"
_MAGIC = {b"\x93NUMPY": NPY, b"PK\3\4": NPZ}
_RANK = 4


@dataclass(frozen=True)
class Recorded:
    """A recording to send."""

    name: str
    media_type: str
    body: Body
    label: int | None = None

    def part(self) -> Part:
        return Part("recording", self.name, self.media_type, self.body)


def read(recordings: Recordings, labels: Sequence[int] | None) -> list[Recorded]:
    """All recordings, in order, with their labels.

    Raises:
        TypeError: One of them is not a recording.
        ValueError: There are none, or a number of labels that is not theirs.
    """
    found = [_recorded(one, number) for number, one in enumerate(_each(recordings))]
    if not found:
        raise ValueError("there are no recordings, at least one is expected")
    if labels is None:
        labelled = sum(one.label is not None for one in found)
        if labelled not in (0, len(found)):
            raise ValueError(f"{labelled} of {len(found)} recordings have labels, all or none are expected")
        return found
    chosen = [int(label) for label in labels]
    if len(chosen) != len(found):
        raise ValueError(f"{len(chosen)} labels found for {len(found)} recordings, one for each is expected")
    return [Recorded(one.name, one.media_type, one.body, label) for one, label in zip(found, chosen, strict=True)]


def _each(recordings: Any) -> Iterator[Any]:
    if _is_one(recordings):
        yield recordings
    elif hasattr(recordings, "__getitem__") and hasattr(recordings, "__len__"):
        # Data sets end with their length; some raise no IndexError behind it.
        yield from (recordings[number] for number in range(len(recordings)))
    else:
        yield from recordings


def _is_one(value: Any) -> bool:
    if isinstance(value, (str, os.PathLike)):
        return True
    if isinstance(value, tuple):
        return len(value) == 2 and not isinstance(value[0], (str, os.PathLike)) and not hasattr(value[1], "__len__")
    return hasattr(value, "__array__") and (_is_structured(value) or getattr(value, "ndim", 0) <= _RANK)


def _is_structured(value: Any) -> bool:
    return getattr(getattr(value, "dtype", None), "names", None) is not None


def _recorded(value: Any, number: int) -> Recorded:
    if isinstance(value, tuple) and _is_one(value):
        array, label = value
        found = _recorded(array, number)
        return Recorded(found.name, found.media_type, found.body, int(label))
    if isinstance(value, (str, os.PathLike)):
        return _file(Path(value))
    name = f"recording-{number}"
    if not hasattr(value, "__array__"):
        raise TypeError(f"{name} is a {type(value).__name__}, a path or an array is expected")
    array = np.asarray(value) if _is_structured(value) else _counts(value, name)
    if not _is_structured(array) and array.ndim != _RANK:
        raise TypeError(f"{name} has shape {list(array.shape)}, counts [T, C, H, W] or events are expected")
    if array.dtype.hasobject:
        raise TypeError(f"{name} has fields of Python objects, numbers are expected")
    return Recorded(name, NPY, _npy(array))


def _file(path: Path) -> Recorded:
    with path.open("rb") as file:
        head = file.read(8)
    media_type = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "application/octet-stream")
    return Recorded(path.name, media_type, Body(lambda: _network.parts_of(path), path.stat().st_size))


def _counts(value: Any, name: str) -> Array:
    """The counts of an array or tensor, in bytes where they fit."""
    dtype, array = tensor_of(value, name)
    if dtype == "BF16":
        raise TypeError(f"{name} is a tensor of bfloat16, which npy files cannot hold: convert it with .float()")
    if array.dtype.itemsize == 1:
        return array
    with np.errstate(invalid="ignore"):
        counts = array.astype(np.uint8)
    return counts if np.array_equal(counts, array) else array


def _npy(array: Array) -> Body:
    """The array as an npy file, in C order."""
    array = np.ascontiguousarray(array)
    head = io.BytesIO()
    # Some releases of numpy have no types for these functions.
    npy_format: Any = np.lib.format
    npy_format.write_array_header_2_0(head, npy_format.header_data_from_array_1_0(array))

    def slices() -> Iterator[bytes | memoryview]:
        yield head.getvalue()
        view = array.reshape(-1).view(np.uint8).data
        yield from (view[start : start + SLICE] for start in range(0, array.nbytes, SLICE))

    return Body(slices, len(head.getvalue()) + array.nbytes)


def packed(recordings: Sequence[Recorded], size: int, count: int) -> list[list[Recorded]]:
    """The recordings in groups of at most that many bytes, where one alone is not more, and of at most that many."""
    groups: list[list[Recorded]] = []
    room = 0
    for one in recordings:
        if not groups or one.body.length > room or len(groups[-1]) == count:
            groups.append([])
            room = size
        groups[-1].append(one)
        room -= one.body.length
    return groups
