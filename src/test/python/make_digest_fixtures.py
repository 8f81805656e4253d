"""Writes digests of made-up tensors: src/test/resources/tensor/digests.json.

Needs numpy and Python's hashlib alone. Element i of a tensor is (i * 7919 + 13) % 251 - 125, in float32 divided by 8.
The output is the same on every run:

    python3 src/test/python/make_digest_fixtures.py
"""

import hashlib
import json
import pathlib

import numpy as np

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "tensor" / "digests.json"


def values(shape, dtype):
    whole = (np.arange(int(np.prod(shape)), dtype=np.int64) * 7919 + 13) % 251 - 125
    return ((whole / 8) if dtype == "float32" else whole).astype(np.dtype(dtype).newbyteorder("<")).reshape(shape)


def sha256(array):
    return hashlib.sha256(array.tobytes()).hexdigest()


def digest(tensors):
    """What docs call the digest: of the sorted lines."""
    lines = [f"{n} {a.dtype.name} {'x'.join(map(str, a.shape))} {sha256(a)}\n" for n, a in tensors.items()]
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def main():
    shapes = [(), (1,), (0,), (16, 2, 5, 5), (8191,), (8192,), (8193,), (3, 10001)]
    tensors = [(shape, dtype, values(shape, dtype)) for shape in shapes for dtype in ("int8", "int16", "int32", "float32")]
    # U+FF61 sorts before U+1F9E0 by code point, and after it by UTF-16.
    outputs = {"weight": ((16, 2, 5, 5), "int8"), "10.weight": ((4, 3), "int16"), "9.bias": ((4,), "int8"),
               "scale": ((), "float32"), "\U0001F9E0.weight": ((2, 2), "int32"), "\uff61.weight": ((2, 2), "int8")}
    arrays = {name: values(*spec) for name, spec in outputs.items()}
    document = {
        "tensors": [{"shape": shape, "dtype": dtype, "sha256": sha256(array)} for shape, dtype, array in tensors],
        "outputs": [{"name": n, "shape": s, "dtype": d, "sha256": sha256(arrays[n])} for n, (s, d) in outputs.items()],
        "digest": digest(arrays),
    }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(document, indent=1) + "\n")
    print(len(tensors), "tensors, digest", document["digest"])


if __name__ == "__main__":
    main()
