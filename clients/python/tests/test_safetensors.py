"""The transport beside the package safetensors, which reads what is written here and writes what is read."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

import discretizer
from discretizer import _safetensors
from discretizer._calls import body_of
from discretizer._safetensors import SLICE, Tensor, read, tensor_of

RANDOM = np.random.default_rng(1)


def written(**arrays: Any) -> bytes:
    body = body_of({name: tensor_of(array, name) for name, array in arrays.items()})
    content = b"".join(body.parts())
    assert len(content) == body.length
    return content


ARRAYS = {
    "float32": RANDOM.normal(size=(3, 4, 5)).astype(np.float32),
    "float64": RANDOM.normal(size=(3, 4)),
    "float16": RANDOM.normal(size=7).astype(np.float16),
    "int8": np.arange(-3, 3, dtype=np.int8),
    "uint64": np.array([2**63], np.uint64),
    "bool": np.array([True, False]),
    "rank 0": np.float32(1.5),
    "empty": np.empty((0, 3), np.float32),
    "transposed": RANDOM.normal(size=(40, 30)).astype(np.float32).T,
    "Fortran": np.asfortranarray(RANDOM.normal(size=(3, 4, 5))),
    "every second": np.arange(20, dtype=np.float32)[::2],
    "backwards": np.arange(20, dtype=np.int16)[::-1],
    "big-endian": np.arange(20, dtype=">f4"),
    "big-endian, transposed": np.arange(20, dtype=">i8").reshape(4, 5).T,
    "broadcast": np.broadcast_to(np.float32(2), (3, 4)),
    "read-only": np.frombuffer(b"abcdefgh", np.float32),
    "many slices": RANDOM.normal(size=SLICE).astype(np.float32),
    "many slices, transposed": RANDOM.normal(size=(SLICE // 4, 6)).astype(np.float64).T,
}


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS)
def test_the_reference_reads_what_is_written(array: Any) -> None:
    found = safetensors.numpy.load(written(x=array))["x"]
    assert found.shape == array.shape
    assert found.dtype == array.dtype.newbyteorder("=")
    assert np.array_equal(found, array)


def test_a_file_of_many_tensors_is_aligned_and_in_order() -> None:
    content = written(c=np.ones(3, np.int8), b=np.ones(2, np.float64), a=np.ones(1, np.float32), z=np.ones(1))
    assert int.from_bytes(content[:8], "little") % 8 == 0
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    assert list(header) == ["b", "z", "a", "c"]
    assert set(safetensors.numpy.load(content)) == {"a", "b", "c", "z"}


def test_names_need_not_be_ascii() -> None:
    assert set(safetensors.numpy.load(written(**{"größe/Ω": np.ones(1)}))) == {"größe/Ω"}


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS)
def test_what_the_reference_writes_is_read(array: Any) -> None:
    array = np.ascontiguousarray(array, array.dtype.newbyteorder("="))
    content = bytearray(safetensors.numpy.save({"x": array, "y": array}, {"key": "text"}))
    tensors, metadata = read(content)
    assert metadata == {"key": "text"}
    assert np.array_equal(tensors["x"], array)
    assert tensors["x"].dtype == array.dtype
    assert tensors["x"].flags.writeable
    assert array.size == 0 or np.shares_memory(tensors["x"], np.frombuffer(content, np.uint8))


BROKEN = {
    "nothing": b"",
    "text": b"<html>not found</html>",
    "long header": (2**40).to_bytes(8, "little") + b"{}",
    "no object": (2).to_bytes(8, "little") + b"[]",
    "cut": safetensors.numpy.save({"x": np.ones(3)})[:-1],
    "unknown type": safetensors.numpy.save({"x": np.ones(3)}).replace(b"F64", b"F99"),
    "other shape": safetensors.numpy.save({"x": np.ones(3)}).replace(b"[3]", b"[4]"),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_is_told_from_an_answer(content: bytes) -> None:
    with pytest.raises(discretizer.UnexpectedAnswerError, match="not a safetensors file"):
        read(bytearray(content))


def test_contiguous_memory_is_sent_without_a_copy() -> None:
    array = RANDOM.normal(size=SLICE).astype(np.float32)
    slices = list(tensor_of(array, "x").slices())
    assert {len(part) for part in slices} == {SLICE}
    assert all(np.shares_memory(np.frombuffer(part, np.uint8), array) for part in slices)


def test_no_copy_is_larger_than_a_slice() -> None:
    array = RANDOM.normal(size=(SLICE, 4)).astype(np.float64).T
    assert {len(part) for part in Tensor("F64", array).slices()} == {SLICE}


def test_numbers_and_lists_become_float32_and_integers_stay() -> None:
    assert tensor_of(0.1, "x").array == np.float32(0.1)
    assert tensor_of([[0.1, 1], [2, 3]], "x").dtype == "F32"
    assert tensor_of([1, 2], "x").dtype == "I64"
    assert tensor_of(np.float64(0.1), "x").dtype == "F64"


def test_whatever_has_an_array_is_one() -> None:
    class Has:
        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            return np.arange(3.0)

    assert tensor_of(Has(), "x").dtype == "F64"


def test_bfloat16_of_ml_dtypes_keeps_its_bits() -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes", reason="ml_dtypes is not here")
    tensor = tensor_of(np.array([1.5, -2], ml_dtypes.bfloat16), "x")
    assert tensor.dtype == "BF16"
    assert b"".join(tensor.slices()) == b"\xc0\x3f\x00\xc0"


@pytest.mark.parametrize("value", ["text", [1j], None, object(), np.array(["2020"], "datetime64"), 2**100])
def test_what_is_no_tensor_is_refused_by_name(value: Any) -> None:
    with pytest.raises(TypeError, match=r"weight: .* an array of numbers is expected"):
        tensor_of(value, "weight")


def test_ragged_lists_are_refused() -> None:
    with pytest.raises(ValueError, match="weight: "):
        tensor_of([[1, 2], [3]], "weight")


class TestTorch:
    torch: Any = None

    @pytest.fixture(autouse=True)
    def only_with_torch(self) -> None:
        TestTorch.torch = pytest.importorskip("torch", reason="torch is not here")

    @pytest.mark.parametrize(
        "name", ["float32", "float64", "float16", "int8", "uint8", "int16", "int32", "int64", "bool"]
    )
    def test_its_types_are_kept(self, name: str) -> None:
        tensor = self.torch.tensor([0, 1, 1]).to(getattr(self.torch, name))
        found = tensor_of(tensor, "x")
        assert found.dtype == _safetensors._NAMES[name]
        assert found.array.tolist() == [0, 1, 1]

    def test_memory_is_shared_with_and_without_gradient(self) -> None:
        for tensor in (self.torch.randn(3), self.torch.nn.Parameter(self.torch.randn(3))):
            assert tensor_of(tensor, "x").array.ctypes.data == tensor.data_ptr()

    def test_bfloat16_keeps_its_bits(self) -> None:
        tensor = self.torch.tensor([[1.5, -2], [0, 1]], dtype=self.torch.bfloat16)
        assert b"".join(tensor_of(tensor.t(), "x").slices()) == b"\xc0\x3f\x00\x00\x00\xc0\x80\x3f"
        assert tensor_of(tensor, "x").dtype == "BF16"

    def test_a_lazily_negated_tensor_is_resolved(self) -> None:
        negative = self.torch.tensor([1 + 2j]).conj().imag
        assert negative.is_neg()
        assert tensor_of(negative, "x").array.tolist() == [-2]

    def test_sparse_complex_and_quantized_ones_are_refused(self) -> None:
        torch = self.torch
        for tensor in (
            torch.ones(2).to_sparse(),
            torch.tensor([1j]),
            torch.quantize_per_tensor(torch.ones(2), 1.0, 0, torch.qint8),
        ):
            with pytest.raises(TypeError, match=r"weight: .* a dense one of real numbers is expected"):
                tensor_of(tensor, "weight")
