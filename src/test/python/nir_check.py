"""Opens with the real nir what NirWriterTests wrote, and compares it with what h5py found in the file it was made of.

    pip install nir==1.0.4          (and again with the newest)
    python src/test/python/nir_check.py target/nir src/test/resources/nir/read

Every file is also changed and reopened with h5py, which trips over structures that are only good enough to be read.
"""

import base64
import inspect
import json
import pathlib
import shutil
import sys
import tempfile

import h5py
import nir
import numpy as np

# Not compared: nir since 1.0 does not read convolutions without an input_shape, whoever wrote them, and what h5py found
# in these is of other types and shapes than nir has.
NOT_COMPARED = ("network-0.2.0", "without-optional", "metadata", "texts", "compact", "types", "scalars", "chunks",
                "chunks-of-two-levels", "libver-v108", "libver-v110", "libver-latest", "libver-latest-pages", "fill-earliest",
                "fill-v108", "fill-latest", "resized")

checks = 0


def check(condition, what):
    global checks
    checks += 1
    if not condition:
        sys.exit(f"wrong: {what}")


def read(path):
    """Types are checked where the network is one that flows, and where nir can be told not to."""
    optional = "type_check" in inspect.signature(nir.read).parameters
    flows = path.stem.startswith("network-")
    return nir.read(path, type_check=flows) if optional else nir.read(path)


def array(value):
    floats = np.frombuffer(base64.b64decode(value["float32"]), "<f4")
    return floats.reshape(value["shape"])


def same_node(found, expected, where):
    check(type(found).__name__ == expected["type"]["text"], f"{where}: type {type(found).__name__}")
    for name, value in expected.items():
        if name in ("type", "v_reset"):
            continue
        attribute = {"shape": "input_type"}.get(name, name)
        actual = getattr(found, attribute)
        if isinstance(actual, dict):
            actual = actual["input"]
        if "text" in value:
            # The padding valid is written as the numbers it stands for.
            right = np.all(np.asarray(actual) == 0) if value["text"] == "valid" else actual == value["text"]
            check(right, f"{where}/{name}: {actual}")
        else:
            wanted = array(value)
            if name in ("shape", "input_type", "stride", "padding", "dilation", "kernel_size", "input_shape"):
                actual = np.broadcast_to(actual, np.broadcast_shapes(np.shape(actual), wanted.shape))
            check(np.array_equal(np.asarray(actual, np.float32), np.broadcast_to(wanted, np.shape(actual)), equal_nan=True),
                  f"{where}/{name}: {actual}, expected {wanted}")


def same_network(path, expected):
    graph = read(path)
    for name, node in expected["nodes"].items():
        same_node(graph.nodes[name], node, f"{path.name}: {name}")
    check(len(graph.nodes) == len(expected["nodes"]), f"{path.name}: {list(graph.nodes)}")
    check([list(edge) for edge in graph.edges] == expected["edges"], f"{path.name}: {graph.edges}")
    check(json.loads(graph.metadata["discretizer"])["findings"] == ["é"], f"{path.name}: {graph.metadata}")
    check(nir.serialization.read_version(path) == "1.0.4", f"{path.name}: version")


def change(path, folder):
    """Adds, replaces and deletes, then reads all of it again."""
    copy = shutil.copy(path, folder)
    with h5py.File(copy, "r+") as file:
        nodes = file["node/nodes"]
        for i in range(40):
            nodes.create_group(f"added {i}").create_dataset("type", data="x" * i, dtype=h5py.string_dtype())
        for name in list(nodes)[::2]:
            del nodes[name]
        del file["version"]
        file.create_dataset("version", data="a version that is longer", dtype=h5py.string_dtype())
        left = len(nodes)
    with h5py.File(copy) as file:
        found = []
        file.visititems(lambda name, item: found.append(item[()] if isinstance(item, h5py.Dataset) else name))
        check(len(file["node/nodes"]) == left, f"{path.name}: {left} nodes left")
        check(file["version"][()] == b"a version that is longer", f"{path.name}: version")


def main(written, read):
    files = sorted(pathlib.Path(written).glob("*.nir"))
    check(len(files) > 20, f"{len(files)} files in {written}")
    with tempfile.TemporaryDirectory() as folder:
        for path in files:
            expected = pathlib.Path(read) / f"{path.stem}.json"
            if expected.exists() and path.stem not in NOT_COMPARED:
                same_network(path, json.loads(expected.read_text()))
            change(path, folder)
    print(f"nir {nir.version}, h5py {h5py.__version__}: {checks} checks of {len(files)} files")


if __name__ == "__main__":
    main(*sys.argv[1:])
