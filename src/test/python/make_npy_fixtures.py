"""Makes the fixtures of dev.discretizer.codec.npy with NumPy (2.4.6 was used).

    pip install numpy
    python src/test/python/make_npy_fixtures.py

Everything is written to src/test/resources/npy, the same bytes at every run:

reads.csv        name;dtype;shape;narrowed;npy;float32 - files to be read, with what
                 ndarray.astype(float32) makes of them, in C order, and how many elements
                 changed on the way
refused.csv      descr;npy - files of types that are not read
headers.csv      shape;npy - what numpy.save writes before the elements of int32
writes.csv       dtype;shape;values;npy - whole files to be written
*.npz            archives of the tensors of npz_tensors()

Columns npy and float32 are in base64, float32 little-endian; shapes are separated by "x".
"""

import base64
import io
import itertools
import pathlib
import warnings

import numpy as np
from numpy.lib import format as npy

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "npy"

# Values at the edges of each type, and those that binary32 does not hold.
EDGES = {
    "b1": [0, 1, 1, 0],
    "i1": [-128, -1, 0, 127],
    "u1": [0, 1, 128, 255],
    "i2": [-32768, -1, 255, 32767],
    "u2": [0, 1, 32768, 65535],
    "i4": [-(2**31), -(2**24) - 1, 2**24, 2**24 + 1, 2**24 + 3, 2**31 - 1],
    "u4": [0, 2**24 + 1, 2**31, 2**32 - 1, 2**32 - 256],
    "i8": [-(2**63), -(2**24) - 1, 2**24 + 1, 2**40, 2**62 + 2**38 + 1, 2**63 - 1],
    "u8": [0, 2**24 + 1, 2**63, 2**63 + 2**39, 2**63 + 2**39 + 1, 2**64 - 1, 2**64 - 2**40],
    "f2": [0.1, -65504.0, 6e-8, -0.0, np.inf],
    "f4": [0.1, -3.4028235e38, 1e-45, -0.0, np.nan],
    "f8": [0.1, 1 + 2.0**-24, 1 + 2.0**-23, 1e-320, 1e300, -np.inf, np.nan, 0.5],
}


def b64(data):
    return base64.b64encode(data).decode()


def dims(shape):
    return "x".join(map(str, shape))


def values(code, shape):
    """An array of this type: first its edges, then small numbers that differ."""
    count = int(np.prod(shape))
    edges = EDGES[code][:count]
    rest = [i % 2 if code == "b1" else i % 100 for i in range(count - len(edges))]
    return np.array(edges + rest, dtype=code).reshape(shape)


def saved(array, version):
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        npy.write_array(out, array, version=version)
    return out.getvalue()


def read_row(name, array, data):
    with np.errstate(over="ignore", invalid="ignore"):
        narrow = np.asarray(array, order="C").astype("<f4")
    # Compared as Python numbers, which are exact.
    exact = [a == b or a != a for a, b in zip(array.ravel("C").tolist(), narrow.ravel().tolist())]
    return ";".join([name, npy.dtype_to_descr(array.dtype), dims(array.shape), str(exact.count(False)),
                     b64(data), b64(narrow.tobytes())])


def handmade(header, data, version=1):
    """A file with this header as it is, without padding."""
    raw = header.encode("latin1" if version < 3 else "utf-8")
    return npy.magic(version, 0) + len(raw).to_bytes(2 if version == 1 else 4, "little") + raw + data


def reads():
    for code, mark, order, version in itertools.product(EDGES, "<>", "CF", (1, 2, 3)):
        array = np.asarray(values(code, (2, 3, 4)), order=order).astype(mark + code, order="K")
        assert array.flags.f_contiguous == (order == "F")
        yield read_row(f"{mark}{code}-{order}-{version}", array, saved(array, (version, 0)))
    for code, shape in itertools.product(("i1", "f4", "f8"), [(), (1,), (0,), (3, 0, 2), (5,), (1, 1, 7), (2,) * 8]):
        array = values(code, shape)
        yield read_row(f"{code}-{dims(shape)}", array, saved(array, (1, 0)))
    for shape in [(7, 1, 5), (1, 9), (3, 2, 1, 4), (40, 30), (2,) * 8]:
        array = np.asarray(values("i4", shape), order="F")
        yield read_row(f"fortran-{dims(shape)}", array, saved(array, (1, 0)))
    array = values("f4", (2, 3))
    data = array.tobytes()
    for name, header, version in [
        ("python2", "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }          \n", 1),
        ("python2-v2", "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }\n", 2),
        ("double-quotes", '{"descr": "<f4", "fortran_order": False, "shape": (2, 3)}', 1),
        ("other-order", "{'shape':(2,3),'fortran_order':False,'descr':'<f4'}\n\n", 3),
        ("spread-out", " { 'shape' :\n( 2 , 3 , ) , 'fortran_order'\t: False,\r\n 'descr' : '<f4' , } \t\n", 1),
    ]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert np.load(io.BytesIO(handmade(header, data, version))).tobytes() == data
        yield read_row(name, array, handmade(header, data, version))
    array = values("i1", (4,))
    for mark in ("<", ">", "=", "|", ""):
        file = handmade("{'descr': '%si1', 'fortran_order': False, 'shape': (4,), }\n" % mark, array.tobytes())
        assert np.load(io.BytesIO(file)).tobytes() == array.tobytes()
        yield read_row(f"mark-{mark}", array, file)


def refused():
    structured = np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4", (2,))])
    named = np.zeros(2, dtype=[("gr\u00f6\u00dfe", "<f4"), ("\u03c9", "<i4")])
    for array in [np.array([1, "a"], dtype=object), np.array(["ab", "c"]), np.array([b"ab", b"c"]),
                  np.zeros(2, dtype="V2"), np.zeros(2, dtype="V8"), np.array([1j], dtype="<c8"),
                  np.array([1j], dtype=">c16"), np.array(["2020-01-01"], dtype="<M8[D]"),
                  np.array([1], dtype="<m8[s]"), structured, named]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            out = io.BytesIO()
            np.save(out, array)
        yield f"{npy.dtype_to_descr(array.dtype)};{b64(out.getvalue())}"


def headers():
    """Shapes whose headers meet every padding, 1 to 64 spaces."""
    shapes = [(), (0,), (2, 0), (0, 3)] + [(10**digits,) for digits in range(10)]
    shapes += [(1, 10**digits) + (1,) * rank for digits in range(3) for rank in range(22)]
    paddings = set()
    for shape in shapes:
        out = io.BytesIO()
        npy.write_array_header_1_0(out, {"descr": "<i4", "fortran_order": False, "shape": shape})
        growth = 21 - len(str(shape[0])) if shape else 0
        paddings.add(len(out.getvalue().rstrip()) + growth + 1 - len(out.getvalue()))
        yield f"{dims(shape)};{b64(out.getvalue())}"
    assert paddings == set(range(-64, 0)), paddings


def writes():
    for dtype, shape in itertools.product(("int8", "int16", "int32", "float32", "uint8"),
                                          [(), (1,), (0,), (2, 3), (2, 0, 3), (100,), (2, 2, 5, 5)]):
        if dtype == "uint8" and len(shape) != 1:
            continue
        count = int(np.prod(shape))
        top = {"int8": 127, "int16": 32767, "int32": 2**31 - 1, "float32": 2**23, "uint8": 255}[dtype]
        low = 0 if dtype == "uint8" else -top
        flat = [(low, top)[i] if i < 2 else i * 7919 % (top + 1) for i in range(count)]
        out = io.BytesIO()
        np.save(out, np.array(flat, dtype=dtype).reshape(shape))
        yield f"{dtype};{dims(shape)};{' '.join(map(str, flat))};{b64(out.getvalue())}"


def npz_tensors():
    return {
        "weight": np.linspace(-1, 1, 36, dtype="<f4").reshape(2, 2, 3, 3),
        "bias": np.array([0.5, -0.25], dtype=">f8"),
        "v_mem": np.asfortranarray(np.arange(12, dtype="<i2").reshape(3, 4)),
        "spike_threshold": np.float32(1.5),
        "gr\u00f6\u00dfe": np.zeros((0, 2), dtype="<f2"),
    }


class Unseekable(io.RawIOBase):
    """What a socket is to savez: it can be written to, and nothing else."""

    def __init__(self):
        self.data = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.data += bytes(data)
        return len(data)

    def seek(self, *args):
        raise io.UnsupportedOperation

    def tell(self):
        raise io.UnsupportedOperation


def lines(name, rows):
    (OUT / name).write_text("".join(row + "\n" for row in rows), encoding="utf-8", newline="\n")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    lines("reads.csv", reads())
    lines("refused.csv", refused())
    lines("headers.csv", headers())
    lines("writes.csv", writes())
    np.savez(OUT / "savez.npz", **npz_tensors())
    np.savez_compressed(OUT / "savez_compressed.npz", **npz_tensors())
    np.savez(OUT / "empty.npz")
    stored = Unseekable()
    np.savez(stored, **npz_tensors())
    (OUT / "savez_unseekable.npz").write_bytes(stored.data)
    lines("npz.csv", (read_row(name, np.asarray(array), b"") for name, array in npz_tensors().items()))


if __name__ == "__main__":
    main()
