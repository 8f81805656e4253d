"""Opens what a running service writes with NumPy and safetensors themselves, and compares it with NumPy's own float32.

    pip install numpy safetensors
    python src/test/python/check_files.py http://localhost:8080

Sends layers and tensors as the two packages write them (npy in C and Fortran order, npz stored, compressed and written
to a stream that cannot seek, safetensors, raw arrays) and reads every answer with them, without pickle.
"""

import io
import json
import pathlib
import re
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile

import numpy as np
import safetensors
import safetensors.numpy

F = np.float32
JSON = "application/json"
NPY = "application/x-npy"
NPZ = "application/x-npz"
RAW = "application/octet-stream"
SAFETENSORS = "application/vnd.safetensors"

EXAMPLES = pathlib.Path(__file__).parents[2] / "main" / "resources" / "examples"

checks = 0


def check(condition, what):
    global checks
    checks += 1
    if not condition:
        sys.exit(f"wrong: {what}")


def same(found, expected, what):
    """Type, shape and bits."""
    check(found.dtype == expected.dtype, f"{what}: {found.dtype}, expected {expected.dtype}")
    check(found.shape == expected.shape, f"{what}: {found.shape}, expected {expected.shape}")
    check(found.tobytes() == expected.tobytes(), f"{what}: {found}, expected {expected}")


# The arithmetic, in float32 throughout.


def scale_of(array, bits):
    lo, hi = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    low, high = array.min(), array.max()
    m, n = (high, hi) if abs(low) <= abs(high) * F(-lo / hi) else (low, lo)
    with np.errstate(divide="ignore"):
        return abs((F(1) / m) * F(n))


def integers(array, scale, dtype):
    return np.rint(array * scale).astype(dtype)


def discretized(layer):
    thresholds = np.array([layer["min_v_mem"], layer["spike_threshold"]], F)
    scales = [scale_of(layer["weight"], 8), scale_of(thresholds, 16)]
    scales += [scale_of(layer["bias"], 8)] if "bias" in layer else []
    scales += [scale_of(layer["v_mem"], 16)] if "v_mem" in layer else []
    scale = min(scales)
    types = {"weight": np.int8, "bias": np.int8}
    result = {name: integers(array, scale, types.get(name, np.int16)) for name, array in layer.items()}
    return {**result, "scale": np.array(scale, F)}


# The service.


def post(base, path, content_type, body, accept=None):
    headers = {"Content-Type": content_type, **({"Accept": accept} if accept else {})}
    request = urllib.request.Request(f"{base}/api/v1{path}", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        content = response.read()
        check(response.headers["Content-Type"] == (accept or content_type), f"{path}: {response.headers}")
        check(int(response.headers["Content-Length"]) == len(content), f"{path}: {response.headers}")
        return response.headers, content


def documented_digest(answer):
    """What the lines of Python in docs/reference.md make of an answer."""
    page = (pathlib.Path(__file__).parents[3] / "docs" / "reference.md").read_text()
    (lines,) = [block for block in re.findall(r"```python\n(.*?)```", page, re.S) if "digest = " in block]
    check(lines.count("\n") == 5, f"five lines are promised: {lines}")
    names = {"answer": answer}
    exec(lines, names)
    return names["digest"]


def check_provenance(base, layer):
    for path, body, kind in [
        ("/discretize/conv-spike", safetensors.numpy.save(layer), SAFETENSORS),
        ("/discretize/network", (EXAMPLES / "tiny.nir").read_bytes(), "application/vnd.hdfgroup.hdf5"),
        ("/discretize/network?weight_bits=3&scale_rule=joint", (EXAMPLES / "state-dict.safetensors").read_bytes(), SAFETENSORS),
    ]:
        path += ("&" if "?" in path else "?") + "provenance=true"
        headers, answer = post(base, path, kind, body, SAFETENSORS)
        digest = documented_digest(answer)
        check(headers["ETag"] == f'"{digest}"', f"{path}: {headers['ETag']}, expected {digest}")
        conditional = {"Content-Type": kind, "Accept": SAFETENSORS, "If-None-Match": headers["ETag"]}
        try:
            urllib.request.urlopen(urllib.request.Request(f"{base}/api/v1{path}", data=body, headers=conditional), timeout=60)
            check(False, f"{path}: sent again")
        except urllib.error.HTTPError as answered:
            check(answered.code == 304 and answered.read() == b"", f"{path}: {answered.code}")


# What the packages write.


class Unseekable(io.RawIOBase):
    """A pipe: what is written has gone."""

    def __init__(self):
        self.bytes = bytearray()

    def writable(self):
        return True

    def seekable(self):
        return False

    def write(self, data):
        self.bytes += bytes(data)
        return len(data)


def saved(save, *args, **kwargs):
    file = io.BytesIO()
    save(file, *args, **kwargs)
    return file.getvalue()


def unseekable_npz(layer):
    stream = Unseekable()
    np.savez(stream, **layer)
    return bytes(stream.bytes)


def requests(layer):
    fortran = {name: np.asarray(array, order="F") for name, array in layer.items()}
    yield "savez", NPZ, saved(np.savez, **layer)
    yield "savez_compressed", NPZ, saved(np.savez_compressed, **layer)
    yield "savez of Fortran order", NPZ, saved(np.savez, **fortran)
    yield "savez to a stream", NPZ, unseekable_npz(layer)
    yield "safetensors", SAFETENSORS, safetensors.numpy.save(layer)
    yield "safetensors with metadata", SAFETENSORS, safetensors.numpy.save(layer, {"epoch": "3"})


# What the packages read.


def open_npz(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        check(archive.testzip() is None, "the archive's sums")
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        tensors = {name: file[name] for name in file.files}
    text = tensors.pop("discretizer")
    check(text.dtype == np.uint8 and text.ndim == 1, f"discretizer: {text.dtype}{text.shape}")
    return tensors, json.loads(text.tobytes().decode("utf-8"))


def open_safetensors(content):
    tensors = safetensors.numpy.load(content)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "answer.safetensors")
        path.write_bytes(content)
        with safetensors.safe_open(path, framework="np") as file:
            check(sorted(file.keys()) == sorted(tensors), f"names: {file.keys()}")
            metadata = file.metadata()
    check(list(metadata) == ["discretizer"], f"metadata: {list(metadata)}")
    return tensors, json.loads(metadata["discretizer"])


def check_layer(base, layer, what):
    expected = discretized(layer)
    body = {
        "conv": {name: layer[name].tolist() for name in ("weight", "bias") if name in layer},
        "spike": {name: layer[name].tolist() for name in ("spike_threshold", "min_v_mem", "v_mem") if name in layer},
    }
    _, content = post(base, "/discretize/conv-spike", JSON, json.dumps(body).encode())
    answer = json.loads(content)
    rest = {name: value for name, value in answer.items() if name not in ("conv", "spike")}
    for name in ("weight", "bias"):
        if name in layer:
            found = answer["conv"][name]
            array = np.array(found["data"], found["dtype"]).reshape(found["shape"])
            same(array, expected[name], f"{what}, JSON: {name}")
    for how, content_type, data in requests(layer):
        for accept, opened in ((NPZ, open_npz), (SAFETENSORS, open_safetensors)):
            headers, content = post(base, "/discretize/conv-spike", content_type, data, accept)
            tensors, summary = opened(content)
            check(sorted(tensors) == sorted(expected), f"{what}, {how}: {sorted(tensors)}")
            for name, array in expected.items():
                same(tensors[name], array, f"{what}, {how} to {accept}: {name}")
            check(summary == rest, f"{what}, {how} to {accept}: {summary}, expected {rest}")
            check(F(headers["Discretizer-Scale"]) == expected["scale"], f"{what}, {how}: {headers}")


def check_tensor(base, array, bits):
    narrow = array.astype(F)
    scale = scale_of(narrow, bits)
    expected = integers(narrow, scale, np.int8 if bits <= 8 else np.int16 if bits <= 16 else np.int32)
    floats = np.rint(narrow * scale)
    raw = f"dtype={array.dtype.name}&shape={','.join(map(str, array.shape))}"
    for what, content_type, data, query in (
        ("npy", NPY, saved(np.save, array), ""),
        ("npy in Fortran order", NPY, saved(np.save, np.asarray(array, order="F")), ""),
        ("npy, big-endian", NPY, saved(np.save, array.astype(array.dtype.newbyteorder(">"))), ""),
        ("raw", RAW, array.astype(array.dtype.newbyteorder("<")).tobytes(), "&" + raw),
        ("safetensors", SAFETENSORS, safetensors.numpy.save({"fc.weight": np.asarray(array, order="C")}), ""),
        ("npz", NPZ, saved(np.savez, array), ""),
    ):
        what = f"{array.dtype}{array.shape} as {what}, {bits} bits"
        for to_int, wanted in (("true", expected), ("false", floats)):
            path = f"/discretize/tensor?bits={bits}&to_int={to_int}{query}"
            _, content = post(base, path, content_type, data, NPY)
            same(np.load(io.BytesIO(content), allow_pickle=False), wanted, what + " to npy")
            headers, content = post(base, path, content_type, data, RAW)
            shape = tuple(map(int, filter(None, headers["Discretizer-Shape"].split(","))))
            same(np.frombuffer(content, headers["Discretizer-Dtype"]).reshape(shape), wanted, what + " to raw")
            _, content = post(base, path, content_type, data, NPZ)
            same(next(iter(open_npz(content)[0].values())), wanted, what + " to npz")
            _, content = post(base, path, content_type, data, SAFETENSORS)
            tensors, _ = open_safetensors(content)
            same(tensors["scale"], np.array(scale, F), what + ": scale")
            same(next(value for name, value in tensors.items() if name != "scale"), wanted, what + " to safetensors")


def main(base):
    random = np.random.default_rng(20260101)

    def normal(*shape):
        return random.normal(0, 0.3, shape).astype(F)

    layer = {"weight": normal(16, 2, 5, 5), "spike_threshold": np.array(1, F), "min_v_mem": np.array(-1, F)}
    check_layer(base, layer, "a layer")
    check_layer(base, {**layer, "bias": normal(16)}, "a layer with a bias")
    check_layer(base, {**layer, "bias": normal(16), "v_mem": normal(16, 12, 12)}, "a layer with a state")
    check_layer(base, {**layer, "weight": normal(10, 300), "v_mem": normal(10)}, "a linear layer")
    for bits in (8, 12, 20):
        check_tensor(base, normal(7, 3, 4), bits)
        check_tensor(base, normal(), bits)
        check_tensor(base, normal(50), bits)
    check_tensor(base, random.normal(0, 1, (3, 5)), 8)
    check_tensor(base, random.normal(0, 1, (3, 5)).astype(np.float16), 8)
    check_tensor(base, random.integers(-(2**31), 2**31, (4, 4), np.int32), 16)
    check_tensor(base, random.integers(-(2**63), 2**63 - 1, (4, 4), np.int64), 16)
    check_tensor(base, random.integers(0, 2**16, (2, 2, 2), np.uint16), 8)
    check_tensor(base, normal(64, 64, 33), 8)
    check_provenance(base, {**layer, "bias": normal(16)})
    print(f"{checks} checks with numpy {np.__version__} and safetensors {safetensors.__version__}: all right")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
