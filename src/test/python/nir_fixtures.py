"""Makes the fixtures of the NIR tests with the real nir package, of several versions, and h5py.

    pip install h5py==3.16.0 numpy==2.4.6 nir==VERSION     (in an environment of each version's own)
    python src/test/python/nir_fixtures.py

With nir 0.2.0, 1.0.4, 1.0.5, 1.0.6 or 1.0.7 it writes network-VERSION.nir; with 1.0.8 also all others: the odd ones
that must be read and those that must be refused. Running it again makes the same bytes.

src/test/resources/nir/
    read/NAME.nir.gz, NAME.json    a file, packed, and what h5py finds in it
    refused/NAME.nir.gz            a file; refused.tsv: its name, the cause, and what the message must contain
"""

import base64
import gzip
import json
import pathlib
import struct

import h5py
import nir
import numpy as np

ROOT = pathlib.Path(__file__).parents[1] / "resources" / "nir"
READ = ROOT / "read"
REFUSED = ROOT / "refused"
VERSION = "0.2.0" if nir.version == "0.2" else nir.version
NEWEST = "1.0.8"

F = np.float32


def rng():
    return np.random.default_rng(20260101)


# What a file holds, by h5py


def narrowed(array):
    if array.dtype.kind not in "fiu":
        return 0
    count = 0
    for value in array.ravel().tolist():
        narrow = float(np.float32(value))
        count += (narrow != value) if value == value else 0
    return count


def values_of(array):
    """All values, or of very many the usual one and where others are."""
    if array.size < 100_000:
        return {"float32": base64.b64encode(array.astype("<f4").tobytes()).decode()}
    usual = array[1]
    return {"usual": float(usual), "others": {str(i): float(array[i]) for i in np.nonzero(array != usual)[0]}}


def value_of(dataset):
    value = dataset[()]
    if dataset.dtype.kind in "OS":
        text = value if np.ndim(value) == 0 else value.ravel()[0]
        return {"text": text.decode() if isinstance(text, bytes) else text}
    array = np.asarray(value)
    return {
        "dtype": array.dtype.newbyteorder("=").name,
        "shape": list(array.shape),
        **values_of(array),
        "narrowed": narrowed(array),
    }


def graph_of(group):
    edges = group["edges"][()]
    return {
        "nodes": {name: node_of(node) for name, node in group["nodes"].items()},
        "edges": [[a.decode(), b.decode()] for a, b in edges] if edges.ndim == 2 else [],
    }


def node_of(group):
    if "nodes" in group:
        return {"type": value_of(group["type"]), **graph_of(group)}
    return {key: value_of(group[key]) for key in group if isinstance(group[key], h5py.Dataset)}


def content(path):
    with h5py.File(path) as file:
        return graph_of(file["node"])


def pack(path):
    """HDF5 files are mostly zeros."""
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    path.unlink()


def unpack(path):
    return gzip.decompress(path.with_name(path.name + ".gz").read_bytes())


def expect_read(path):
    path.with_suffix(".json").write_text(json.dumps(content(path), ensure_ascii=False, separators=(",", ":")) + "\n")
    pack(path)


# Networks


def neurons(shape, reset=None, threshold=1.0):
    given = {"r": np.ones(shape, F), "v_threshold": np.full(shape, threshold, F)}
    if reset is not None:
        given["v_reset"] = np.full(shape, reset, F)
    return nir.IF(**given)


def conv(weight, bias, size, **more):
    given = {"stride": 1, "padding": 1, "dilation": 1, "groups": 1, **more}
    if VERSION != "0.2.0":
        given["input_shape"] = size
    return nir.Conv2d(weight=weight, bias=bias, **given)


def network(reset=None):
    """Convolution, neurons, pool, convolution, neurons, pool, flatten, affine, neurons."""
    r = rng()
    nodes = {
        "input": nir.Input(input_type={"input": np.array([2, 8, 8])}),
        "0": conv(r.normal(size=(4, 2, 3, 3)).astype(F), np.zeros(4, F), (8, 8)),
        "1": neurons((4, 8, 8), reset),
        "3": conv(r.normal(size=(2, 4, 3, 3)), np.zeros(2), (4, 4) if VERSION != "0.2.0" else (8, 8)),
        "9": nir.Affine(weight=r.normal(size=(3, 8)).astype(F), bias=r.normal(size=3).astype(F)),
        "10": neurons((3,), reset),
        "output": nir.Output(output_type={"output": np.array([3])}),
    }
    if VERSION == "0.2.0":
        nodes["4"] = neurons((2, 8, 8))
        nodes["8"] = nir.Flatten(input_type={"input": np.array([2, 8, 8])}, start_dim=0, end_dim=-1)
        nodes["9"] = nir.Affine(weight=r.normal(size=(3, 128)).astype(F), bias=np.zeros(3, F))
        chain = ["input", "0", "1", "3", "4", "8", "9", "10", "output"]
    else:
        pool = {"kernel_size": np.array([2, 2]), "stride": np.array([2, 2]), "padding": np.array([0, 0])}
        nodes["2"] = nir.AvgPool2d(**pool)
        nodes["4"] = neurons((2, 4, 4), reset)
        nodes["5"] = nir.SumPool2d(**pool)
        nodes["8"] = nir.Flatten(input_type={"input": np.array([2, 2, 2])}, start_dim=0, end_dim=-1)
        chain = ["input", "0", "1", "2", "3", "4", "5", "8", "9", "10", "output"]
    edges = list(zip(chain, chain[1:]))
    return nodes, edges[5:] + edges[2:5][::-1] + edges[:2]


def write_network():
    nodes, edges = network(0.0 if VERSION >= "1.0.6" else None)
    more = {} if VERSION == "0.2.0" else {"metadata": {"by": "nir_fixtures.py", "answer": 42}}
    if VERSION == "1.0.5":
        # It infers types in the order of the edges, and finds none.
        more["type_check"] = False
    path = READ / f"network-{VERSION}.nir"
    nir.write(path, nir.NIRGraph(nodes=nodes, edges=edges, **more))
    expect_read(path)


# Files of our own, laid out as nir has it


class Nir:
    """A file that is written with h5py: a chain of nodes, each a dict of its datasets."""

    def __init__(self, path, **options):
        self.path = path
        self.options = options

    def __enter__(self):
        self.file = h5py.File(self.path, "w", **self.options)
        self.text(self.file, "version", "1.0.8")
        self.graph = self.file.create_group("node")
        self.text(self.graph, "type", "NIRGraph")
        self.nodes = self.graph.create_group("nodes")
        return self

    def __exit__(self, *error):
        self.file.close()

    @staticmethod
    def text(group, name, text):
        group.create_dataset(name, data=text, dtype=h5py.string_dtype())

    def node(self, name, type, **data):
        node = self.nodes.create_group(name)
        self.text(node, "type", type)
        for key, value in data.items():
            if isinstance(value, str):
                self.text(node, key, value)
            elif isinstance(value, tuple) and isinstance(value[-1], dict):
                node.create_dataset(key, data=value[0], **value[1])
            else:
                node.create_dataset(key, data=value)
        return node

    def edges(self, edges):
        self.graph.create_dataset("edges", data=edges)

    def chain(self, *names):
        self.edges(list(zip(names, names[1:])))


def small(path, conv_more=None, if_more=None, pool_more=None, flatten_more=None, drop=(), names=None, **options):
    """A network of one node of each kind; more replaces datasets, None leaves one out."""
    r = rng()

    def with_more(data, more):
        return {key: value for key, value in {**data, **(more or {})}.items() if value is not None}

    names = names or ["input", "conv", "if", "pool", "flatten", "linear", "output"]
    with Nir(path, **options) as out:
        out.node(names[0], "Input", shape=np.array([1, 4, 4]))
        out.node(names[1], "Conv2d", **with_more({
            "input_shape": np.array([4, 4]), "weight": r.normal(size=(2, 1, 3, 3)).astype(F), "stride": np.array([1, 1]),
            "padding": np.array([1, 1]), "dilation": np.array([1, 1]), "groups": 1, "bias": np.zeros(2, F)}, conv_more))
        out.node(names[2], "IF", **with_more({"r": np.ones((2, 4, 4), F), "v_threshold": np.ones((2, 4, 4), F)}, if_more))
        pool = {"kernel_size": np.array([2, 2]), "stride": np.array([2, 2]), "padding": np.array([0, 0])}
        out.node(names[3], "SumPool2d", **with_more(pool, pool_more))
        out.node(names[4], "Flatten", **with_more(
            {"start_dim": 0, "end_dim": -1, "input_type": np.array([2, 2, 2])}, flatten_more))
        out.node(names[5], "Linear", weight=r.normal(size=(3, 8)).astype(F))
        out.node(names[6], "Output", shape=np.array([3]))
        out.chain(*names)


def read_case(name, **more):
    path = READ / f"{name}.nir"
    small(path, **more)
    expect_read(path)


def changed(name, *changes, **options):
    path = READ / f"{name}.nir"
    small(path, **options)
    with h5py.File(path, "r+", libver=options.get("libver")) as file:
        for do in changes:
            do(file)
    expect_read(path)


def hard_links():
    """Second links to a group and to datasets of each layout."""
    for latest in (False, True):
        more = {"libver": "latest"} if latest else {}
        suffix = "-latest" if latest else ""
        shared = packed(np.arange(1, 33, dtype=F).reshape(2, 4, 4), chunks=(1, 2, 4))
        changed("two-links" + suffix,
                lambda file: link("/node/nodes/twin", file["/node/nodes/conv"])(file),
                lambda file: link("/node/nodes/if/v_threshold", file["/node/nodes/if/r"])(file),
                lambda file: link("/node/nodes/pool/stride", file["/node/nodes/pool/kernel_size"])(file),
                if_more={"r": shared}, **more)


def texts_of_fixed_length():
    """As Fortran and other languages write them, filled up with spaces, and in UTF-8."""
    path = READ / "texts-padded.nir"
    with Nir(path) as out:
        def put(group, name, texts, size, padding, utf8):
            made = fixed_text(size, padding)
            if utf8:
                made.set_cset(h5py.h5t.CSET_UTF8)
            array = np.array(texts)
            space = h5py.h5s.create_simple(array.shape) if array.shape else h5py.h5s.create(h5py.h5s.SCALAR)
            filled = np.array([text.encode().ljust(size, b" " if padding == h5py.h5t.STR_SPACEPAD else b"\0")
                               for text in array.ravel()], f"S{size}").reshape(array.shape)
            plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            plist.set_obj_track_times(False)
            h5py.h5d.create(group.id, name.encode(), made, space, plist).write(
                h5py.h5s.ALL, h5py.h5s.ALL, filled, made)

        del out.graph["type"]
        put(out.graph, "type", "NIRGraph", 12, h5py.h5t.STR_SPACEPAD, False)
        names = {"a": h5py.h5t.STR_SPACEPAD, "слой": h5py.h5t.STR_NULLPAD, "a b": h5py.h5t.STR_NULLTERM}
        for name, padding in names.items():
            node = out.node(name, "IF", r=1.0, v_threshold=2.0)
            del node["type"]
            put(node, "type", "IF", 5, padding, True)
        put(out.graph, "edges", [["a", "слой"], ["слой", "a b"], [" a", "a  "]], 9, h5py.h5t.STR_SPACEPAD, True)
    expect_read(path)


def fill_values():
    """Datasets of which nothing, or not all, has been written."""
    def partly(path, shape, chunks, fill, written, **options):
        def do(file):
            if path in file:
                del file[path]
            made = file.create_dataset(path, shape, fillvalue=fill, chunks=chunks, **options)
            for where, value in written.items():
                made[where] = value
        return do

    for version in ("earliest", "v108", "latest"):
        libver = (version, "latest" if version == "earliest" else version)
        changed(f"fill-{version}",
                partly(CONV + "weight", (2, 1, 3, 3), None, None, {}, dtype="f4"),
                partly(CONV + "bias", (2,), None, -0.5, {}, dtype=">f8"),
                partly("/node/nodes/if/r", (6, 5, 4), (4, 2, 4), 1.25, {(5, 4, 3): 7}, dtype="f4", compression="gzip"),
                partly("/node/nodes/if/v_threshold", (2, 4, 4), (2, 4, 4), 3, {}, dtype="i2"),
                partly("/node/nodes/if/v_reset", (2, 4, 4), (1, 4, 4), None, {1: 2}, dtype="f2"),
                partly("/node/nodes/pool/padding", (2,), None, None, {}, dtype="i8"),
                partly("/node/nodes/pool/stride", (2,), (1,), 2, {}, dtype="u1", maxshape=(8,)),
                libver=libver)


def growing():
    """Chunks of datasets that may grow, in each index that the library has for them, and of some that did or shrank."""
    r = rng()
    many = r.normal(size=(60, 40, 1, 1)).astype(F)
    one = {"maxshape": (None, 40, 1, 1)}
    changed("growing-one", libver="latest",
            conv_more={"weight": (many, {"chunks": (1, 1, 1, 1), **one}),
                       "bias": (np.arange(60, dtype=F), {"chunks": (7,), "maxshape": (None,), "compression": "gzip"}),
                       "stride": (np.array([1, 1]), {"maxshape": (None,)})},
            if_more={"r": (many[..., 0], {"chunks": (7, 9, 1), "maxshape": (64, None, 3), "shuffle": True, "compression": "gzip"}),
                     "v_threshold": (many[..., 0], {"chunks": (16, 3, 1), "maxshape": (70, 50, None)})})
    changed("growing-all", libver="latest",
            conv_more={"weight": (many, {"chunks": (1, 1, 1, 1), "maxshape": (None, None, 1, 1)}),
                       "bias": (np.arange(60, dtype=F), {"chunks": (1,), "maxshape": (100,)})},
            if_more={"r": (many[..., 0], {"chunks": (7, 9, 1), "maxshape": (None, 60, None), "fletcher32": True,
                                          "compression": "gzip"}),
                     "v_threshold": (many[..., 0], {"chunks": (16, 3, 1), "maxshape": (70, 50, 4)})})

    def resized(path, shape):
        return lambda file: file[path].resize(shape)

    changed("resized", resized(CONV + "weight", (20, 30, 1, 1)), resized(CONV + "bias", (20,)),
            resized("/node/nodes/if/r", (100, 10, 1)), resized("/node/nodes/if/v_threshold", (10, 50, 1)), libver="latest",
            conv_more={"weight": (many, {"chunks": (3, 7, 1, 1), **one}),
                       "bias": (np.arange(60, dtype=F), {"chunks": (7,), "maxshape": (80,)})},
            if_more={"r": (many[..., 0], {"chunks": (7, 9, 1), "maxshape": (None, None, 1), "fillvalue": 2.5}),
                     "v_threshold": (many[..., 0], {"chunks": (16, 3, 1), "maxshape": (60, 50, 1), "fillvalue": 1})})

    def sparse(path, count, most, places):
        def do(file):
            if path in file:
                del file[path]
            made = file.create_dataset(path, (count,), chunks=(1,), maxshape=(most,), dtype="u1", fillvalue=3)
            for place in places:
                made[place] = place % 200
        return do

    # Pages of a fixed array and of the blocks of an extensible one, most of them unwritten.
    changed("pages", sparse("/node/nodes/if/r", 5000, 6000, (0, 2500, 4999)),
            sparse("/node/nodes/if/v_threshold", 5000, None, (0, 3, 4, 70, 300, 2500, 4999)),
            sparse("/node/nodes/if/v_reset", 140000, None, (5, 135000, 139999)), libver="latest")


def packed(array, **options):
    return array, {"compression": "gzip", **options}


def read_cases():
    r = rng()
    read_case("scalars", conv_more={"stride": 1, "padding": np.int32(0), "dilation": np.array([1], np.int32),
                                    "groups": np.array([1]), "input_shape": np.array([4, 4], np.int16)},
              if_more={"r": 1.0, "v_threshold": np.array([0.5]), "v_reset": 0},
              pool_more={"kernel_size": 2, "stride": np.array([2], np.uint8), "padding": np.uint64(0)},
              flatten_more={"start_dim": np.array([0]), "end_dim": np.int8(-1)})
    read_case("padding-same", conv_more={"padding": "same"})
    read_case("padding-valid", conv_more={"padding": "valid"})
    read_case("without-optional", conv_more={"input_shape": None}, flatten_more={"input_type": None})
    read_case("float64", conv_more={"weight": r.normal(size=(2, 1, 3, 3)), "bias": np.array([0.1, 0.5])},
              if_more={"v_threshold": np.full((2, 4, 4), 1e300), "v_reset": np.full((2, 4, 4), np.nan)})
    read_case("types", conv_more={"weight": np.arange(18, dtype=np.int8).reshape(2, 1, 3, 3) - 9,
                                  "bias": np.array([1, 1 << 60], ">i8"), "stride": np.array([1, 1], ">i4")},
              if_more={"r": np.ones((2, 4, 4), np.float16), "v_threshold": np.ones((2, 4, 4), ">f8"),
                       "v_reset": np.zeros((2, 4, 4), np.uint16)})
    read_case("gzip", conv_more={"weight": packed(r.normal(size=(2, 1, 3, 3)).astype(F)), "stride": packed(np.array([1, 1]))},
              if_more={"r": packed(np.ones((2, 4, 4), F))})
    filters = {"shuffle": True, "fletcher32": True}
    odd = np.round(r.normal(size=(7, 5, 3, 3)), 1)
    read_case("chunks", conv_more={"weight": packed(odd, chunks=(3, 2, 2, 3), **filters),
                                   "bias": (np.arange(7.0), {"chunks": (3,)})},
              if_more={"r": packed(np.ones((2, 4, 4), F), chunks=(1, 4, 4), shuffle=True),
                       "v_threshold": (np.full((2, 4, 4), 1.5, F), {"chunks": (2, 3, 4), "fletcher32": True}),
                       "v_reset": (np.zeros((2, 4, 4), np.int8), {"chunks": (2, 4, 4), "shuffle": True})})
    many = r.normal(size=(60, 40, 1, 1)).astype(F)
    read_case("chunks-of-two-levels", conv_more={"weight": (many, {"chunks": (5, 5, 1, 1)}),
                                                 "bias": (np.arange(60, dtype=F), {"chunks": (1,), "maxshape": (None,)})})
    for version in ("v108", "v110", "latest"):
        read_case(f"libver-{version}", libver=(version, version),
                  conv_more={"weight": packed(odd, chunks=(3, 2, 2, 3), **filters), "bias": packed(np.arange(7.0)),
                             "stride": (np.array([1, 1]), {"chunks": (2,)})},
                  if_more={"r": (np.arange(32, dtype=F).reshape(2, 4, 4), {"chunks": (1, 2, 4)})})
    read_case("libver-latest-pages", libver="latest",
              conv_more={"weight": (many, {"chunks": (1, 1, 1, 1)}), "bias": packed(np.arange(60, dtype=F), chunks=(1,))})
    read_case("names", names=["слой.0", "層 1", "a~b", "c.d", "..", "\U0001f600", "with \"quotes\""])
    read_case("names-latest", libver="latest", names=["слой.0", "層 1", "a~b", "c.d", "..", "\U0001f600", "x" * 255])

    hard_links()
    texts_of_fixed_length()
    fill_values()
    growing()
    for size in (512, 2048):
        read_case(f"user-block-{size}", userblock_size=size, libver="latest" if size > 512 else None)
    small(READ / "user-block-before.nir")
    whole = (READ / "user-block-before.nir").read_bytes()
    (READ / "user-block-before.nir").write_bytes(bytes(512) + whole)
    expect_read(READ / "user-block-before.nir")

    path = READ / "no-edges.nir"
    with Nir(path) as out:
        out.node("input", "Input", shape=np.array([]))
        out.node("output", "Output", shape=7)
        out.edges([])
    expect_read(path)

    path = READ / "others.nir"
    with Nir(path) as out:
        out.node("lif", "LIF", tau=np.ones(2), r=np.ones(2), v_leak=np.zeros(2), v_threshold=np.ones(2))
        out.node("new", "Hologram", anything=np.ones(2))
        inner = out.node("inner", "NIRGraph", edges=[("a", "b")])
        hologram = inner.create_group("nodes").create_group("a")
        out.text(hologram, "type", "Hologram")
        hologram["loop"] = inner
        out.edges([("lif", "inner"), ("inner", "nowhere")])
    expect_read(path)

    path = READ / "metadata.nir"
    with Nir(path) as out:
        for at in (out.graph, out.node("input", "Input", shape=np.array([2])), out.node("c", "IF", r=1.0, v_threshold=2.0)):
            more = at.create_group("metadata")
            out.text(more, "by", "nir_fixtures.py")
            more.attrs["note"] = "ignored"
            more["far"] = h5py.ExternalLink("/etc/passwd", "/")
            more["soft"] = h5py.SoftLink("/node")
        out.chain("input", "c")
    expect_read(path)

    path = READ / "texts.nir"
    with Nir(path) as out:
        del out.graph["type"]
        out.graph.create_dataset("type", data=np.array(b"NIRGraph", "S12"))
        out.node("input", "Input", shape=np.array([2], ">i2"))
        node = out.node("c", "IF", r=1.0, v_threshold=2.0)
        del node["type"]
        node.create_dataset("type", data=[b"IF"], chunks=(1,), dtype=h5py.string_dtype())
        out.graph.create_dataset("edges", data=np.array([[b"input", b"c"]]), chunks=(1, 1), compression="gzip")
    expect_read(path)

    path = READ / "compact.nir"
    with Nir(path) as out:
        node = out.node("c", "IF", r=1.0)
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_obj_track_times(False)
        plist.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple((3,))
        made = h5py.h5d.create(node.id, b"v_threshold", h5py.h5t.IEEE_F32LE, space, plist)
        made.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([1, 2, 3], F))
        out.edges([("c", "c")])
    expect_read(path)

    # Symbol tables and B-trees of several levels, or a fractal heap with many blocks.
    for name, options, count in (("many", {}, 330), ("many-latest", {"libver": "latest"}, 900)):
        path = READ / f"{name}.nir"
        with Nir(path, **options) as out:
            for i in range(count):
                out.node(f"a node of the network with number {i}", "X" if i % 2 else "Y")
            out.edges([("a", "b")] * 500)
        expect_read(path)


# Files that are refused

refusals = []


def refused(name, cause, *words):
    refusals.append([name, cause, *words])
    return REFUSED / f"{name}.nir"


def refuse_small(name, cause, *words, **more):
    small(refused(name, cause, *words), **more)


def refuse(name, cause, *words, change, **options):
    """A small network that is changed after it was written."""
    path = refused(name, cause, *words)
    small(path, **options)
    with h5py.File(path, "r+", libver=options.get("libver")) as file:
        change(file)


def change(path, value, **options):
    def do(file):
        if path in file:
            del file[path]
        if value is not None:
            file.create_dataset(path, data=value, **options)
    return do


def link(path, value):
    def do(file):
        if path in file:
            del file[path]
        file[path] = value
    return do


CONV = "/node/nodes/conv/"


def committed(file):
    file["type"] = np.dtype("f4")
    del file[CONV + "weight"]
    file.create_dataset(CONV + "weight", shape=(2, 1, 3, 3), dtype=file["type"])


def low_level(path, type, shape, edit):
    """A dataset whose properties are set by hand."""
    def do(file):
        if path in file:
            del file[path]
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_obj_track_times(False)
        edit(plist)
        h5py.h5d.create(file.id, path.encode(), type, h5py.h5s.create_simple(shape), plist)
    return do


def bomb(stored, chunk, shape=None):
    """A dataset with one chunk that is written as it is."""
    def do(file):
        del file[CONV + "weight"]
        made = file.create_dataset(CONV + "weight", shape=shape or chunk, maxshape=(None, None, None, None), chunks=chunk,
                                   dtype="f4", compression="gzip")
        made.id.write_direct_chunk((0,) * len(chunk), stored)
    return do


def deflated_zeros(count):
    import zlib
    packer = zlib.compressobj(9)
    return b"".join([packer.compress(bytes(1 << 20)) for _ in range(count >> 20)] + [packer.flush()])


def undefine_fill_value(path):
    """h5py has no function for it. The message of version 2 holds when to allocate, when to fill, and whether with what."""
    whole = path.read_bytes()
    assert whole.count(b"\x02\x02\x01\x01") == 1
    path.write_bytes(whole.replace(b"\x02\x02\x01\x01", b"\x02\x02\x01\x00"))


def fixed_text(size, padding=h5py.h5t.STR_NULLPAD):
    made = h5py.h5t.C_S1.copy()
    made.set_size(size)
    made.set_strpad(padding)
    return made


def refusals_of_nir():
    nir.write_data(refused("data", "MISSING_MEMBER", "group node is missing", "NIRGraphData"), nir.NIRGraphData(nodes={
        "a": nir.NIRNodeData(observables={"spikes": nir.EventData(
            idx=np.array([0]), time=np.array([0.5]), n_neurons=1, t_max=1.0)})}))
    nir.write(refused("one-node", "WRONG_TYPE", "type", "IF found", "NIRGraph expected"), neurons((2,), 0.0))


def refusals_of_links():
    unread = "UNSUPPORTED_FORMAT"
    for latest in (False, True):
        more = {"libver": "latest"} if latest else {}
        suffix = "-latest" if latest else ""
        refuse("soft-link" + suffix, unread, "node conv", "weight", "soft link", **more,
               change=link(CONV + "weight", h5py.SoftLink("/node/nodes/linear/weight")))
        refuse("external-link" + suffix, unread, "node conv", "weight", "link", **more,
               change=link(CONV + "weight", h5py.ExternalLink("/etc/passwd", "/")))
        refuse("soft-node" + suffix, unread, "nodes of the network", "linear", "soft link", **more,
               change=link("/node/nodes/linear", h5py.SoftLink("/node/nodes/conv")))
        refuse("external-root" + suffix, unread, "node", "link", **more,
               change=lambda file: (file.move("node", "elsewhere"), link("node", h5py.ExternalLink("x.nir", "/node"))(file)))
        # A graph that holds itself: nir would not end.
        refuse("loop-of-groups" + suffix, unread, "node conv", "nested more than 64 deep", **more,
               change=lambda file: link("/node/nodes/conv", file["/node"])(file))


def refusals_of_nodes():
    refuse("no-type", "MISSING_MEMBER", "node conv", "type is missing", change=change(CONV + "type", None))
    for name in ("weight", "bias", "stride", "padding", "dilation", "groups"):
        refuse(f"no-{name}", "MISSING_MEMBER", "node conv", f"{name} is missing", change=change(CONV + name, None))
    refuse("no-shape", "MISSING_MEMBER", "node input", "shape", change=change("/node/nodes/input/shape", None))
    refuse("no-threshold", "MISSING_MEMBER", "node if", "v_threshold", change=change("/node/nodes/if/v_threshold", None))
    refuse("no-edges", "MISSING_MEMBER", "the network", "edges", change=change("/node/edges", None))
    refuse("no-nodes", "MISSING_MEMBER", "the network", "nodes", change=lambda file: file["node"].pop("nodes"))
    refuse("no-graph", "MISSING_MEMBER", "HDF5 file, but not a NIR graph", "group node is missing", change=lambda file: file.pop("node"))
    refuse("unknown-dataset", "UNKNOWN_MEMBER", "node conv", "extra found", change=change(CONV + "extra", 1))
    refuse("unknown-in-graph", "UNKNOWN_MEMBER", "the network", "extra found", change=change("/node/extra", 1))
    refuse("reset-of-linear", "UNKNOWN_MEMBER", "node linear", "bias found", change=change("/node/nodes/linear/bias", 1.0))
    refuse("group-for-dataset", "WRONG_TYPE", "node conv", "weight", "a group found",
           change=lambda file: (change(CONV + "weight", None)(file), file.create_group(CONV + "weight")))
    refuse("dataset-for-node", "WRONG_TYPE", "node extra", "a dataset found", change=change("/node/nodes/extra", 1))
    refuse("rank-of-conv", "SHAPE_MISMATCH", "node conv", "weight", "rank 4", change=change(CONV + "weight", np.ones((2, 3, 3))))
    refuse("rank-of-linear", "SHAPE_MISMATCH", "node linear", "weight", "rank 2",
           change=change("/node/nodes/linear/weight", np.ones(3)))
    refuse("rank-of-bias", "SHAPE_MISMATCH", "node conv", "bias", "rank 1", change=change(CONV + "bias", np.ones((2, 1))))
    refuse("length-of-bias", "SHAPE_MISMATCH", "node conv", "bias", "3 elements", "2 expected", change=change(CONV + "bias", np.ones(3)))
    refuse("three-strides", "WRONG_TYPE", "node conv", "stride", "[3]", change=change(CONV + "stride", np.array([1, 1, 1])))
    refuse("stride-zero", "WRONG_TYPE", "node conv", "stride", "0 found, at least 1", change=change(CONV + "stride", np.array([1, 0])))
    refuse("stride-of-rank-2", "WRONG_TYPE", "node conv", "stride", change=change(CONV + "stride", np.array([[1, 1]])))
    refuse("stride-of-floats", "WRONG_TYPE", "node conv", "stride", "float64", "integers", change=change(CONV + "stride", 1.0))
    refuse("huge-stride", "WRONG_TYPE", "node conv", "stride", "18446744073709551615",
           change=change(CONV + "stride", np.uint64(2**64 - 1)))
    refuse("negative-padding", "WRONG_TYPE", "node conv", "padding", "-1 found", change=change(CONV + "padding", -1))
    refuse("padding-word", "WRONG_TYPE", "node conv", "padding", "full found",
           change=change(CONV + "padding", "full", dtype=h5py.string_dtype()))
    refuse("two-groups", "WRONG_TYPE", "node conv", "groups", "one integer", change=change(CONV + "groups", np.array([1, 1])))
    refuse("weight-of-text", "WRONG_TYPE", "node linear", "weight", "text", "numbers",
           change=change("/node/nodes/linear/weight", [["a"]], dtype=h5py.string_dtype()))
    refuse("type-of-numbers", "WRONG_TYPE", "node conv", "type", "one text", change=change(CONV + "type", 1))
    refuse("two-types", "WRONG_TYPE", "node conv", "type", "one text",
           change=change(CONV + "type", ["IF", "IF"], dtype=h5py.string_dtype()))
    refuse("shape-of-zero", "WRONG_TYPE", "node input", "shape", change=change("/node/nodes/input/shape", np.array([1, 0, 4])))
    refuse("edges-of-three", "SHAPE_MISMATCH", "edges", "[2, 3]", change=change("/node/edges", [list("abc")] * 2))
    refuse("edges-of-numbers", "WRONG_TYPE", "edges", "int64", change=change("/node/edges", np.array([[1, 2]])))
    refuse("long-name", "WRONG_TYPE", "type", "bytes found", change=change(CONV + "type", "x" * 2000, dtype=h5py.string_dtype()))
    refuse("long-node", "WRONG_TYPE", "nodes of the network", "256 characters",
           change=lambda file: file.create_group("/node/nodes/" + "x" * 256))
    refuse("not-utf-8", "MALFORMED", "type", "UTF-8", change=change(CONV + "type", np.array(b"\xff\xfe", "S2")))


def refusals_of_types():
    for name, value, word in (("bools", np.ones((2, 8), bool), "enumerations"),
                              ("complex", np.ones((2, 8), np.complex64), "compound"),
                              ("records", np.zeros((2, 8), [("a", "f4")]), "compound"),
                              ("opaque", np.zeros((2, 8), "V4"), "opaque")):
        refuse(name, "UNSUPPORTED_DTYPE", "node linear", "weight", word, change=change("/node/nodes/linear/weight", value))
    refuse("longdouble", "UNSUPPORTED_DTYPE", "node linear", "weight", "floats",
           change=change("/node/nodes/linear/weight", np.zeros((2, 8), np.longdouble)))
    ragged = np.empty((1, 1), object)
    ragged[0, 0] = np.ones(2, F)
    refuse("ragged", "UNSUPPORTED_DTYPE", "node linear", "lists of variable length",
           change=change("/node/nodes/linear/weight", ragged, dtype=h5py.vlen_dtype(F)))
    odd = h5py.h5t.STD_I32LE.copy()
    odd.set_precision(20)
    refuse("twenty-bits", "UNSUPPORTED_DTYPE", "node conv", "weight", change=low_level(CONV + "weight", odd, (2, 1, 3, 3), lambda p: None))
    refuse("nothing", "WRONG_TYPE", "node conv", "weight", "nothing",
           change=lambda file: (change(CONV + "weight", None)(file), file.create_dataset(CONV + "weight", data=h5py.Empty("f4"))))


def refusals_of_storage():
    unread = "UNSUPPORTED_FORMAT"
    refuse("committed-type", unread, "node conv", "weight", "its type is kept elsewhere", change=committed)
    refuse("virtual", unread, "node conv", "weight", "a virtual dataset", change=low_level(
        CONV + "weight", h5py.h5t.IEEE_F32LE, (2, 1, 3, 3), lambda p: p.set_virtual(
            h5py.h5s.create_simple((2, 1, 3, 3)), b"/etc/passwd", b"x", h5py.h5s.create_simple((2, 1, 3, 3)))))
    refuse("external-elements", unread, "node conv", "weight", "another file", change=low_level(
        CONV + "weight", h5py.h5t.IEEE_F32LE, (2, 1, 3, 3), lambda p: p.set_external(b"/etc/passwd", 0, 72)))
    refuse("lzf", unread, "node conv", "weight", "lzf .filter 32000", change=change(
        CONV + "weight", np.ones((2, 1, 3, 3), F), compression="lzf"))
    refuse("scale-offset", unread, "node conv", "weight", "scaleoffset .filter 6", change=change(
        CONV + "weight", np.ones((2, 1, 3, 3), F), scaleoffset=3))
    refuse("no-fill-value", unread, "node conv", "weight", "never written, and it has no fill value", change=low_level(
        CONV + "weight", h5py.h5t.IEEE_F32LE, (2, 1, 3, 3), lambda p: p.set_fill_time(h5py.h5d.FILL_TIME_NEVER)))
    undefine_fill_value(REFUSED / "no-fill-value.nir")
    refuse("unwritten-too-large", "LIMIT", "type", "inflated", change=low_level(
        CONV + "type", fixed_text(2**30), (1,), lambda p: None))
    refuse("billion-elements", "LIMIT", "conv/weight", "elements", change=low_level(
        CONV + "weight", h5py.h5t.IEEE_F32LE, (1000, 1000, 1000, 1), lambda p: p.set_chunk((1, 1, 1, 1))))
    refuse("too-many-bytes", "SHAPE_MISMATCH", "node conv", "weight", "2^63", change=low_level(
        CONV + "weight", h5py.h5t.IEEE_F32LE, (2**30, 2**30, 2**30, 1), lambda p: p.set_chunk((1, 1, 1, 1))))
    refuse("rank-of-nine", "LIMIT", "node if", "dimensions", change=change("/node/nodes/if/r", np.ones((1,) * 9, F)))
    # A chunk of 1 KiB that inflates to 320 MiB; one of 320 MiB that does, of a dataset of 32 bytes; others that do not.
    zeros = deflated_zeros(320 << 20)
    refuse("bomb", "MALFORMED", "node conv", "weight", "does not end after 1024", change=bomb(zeros, (256, 1, 1, 1)))
    refuse("bomb-of-chunk", "LIMIT", "node conv", "weight", "inflated", change=bomb(
        zeros, (80 << 20, 1, 1, 1), shape=(8, 1, 1, 1)))
    refuse("bomb-of-ratio", "MALFORMED", "node conv", "weight", "cannot be one of 67108864", change=bomb(
        b"x\x9c" + bytes(100), (1 << 24, 1, 1, 1)))
    refuse("chunk-too-short", "MALFORMED", "node conv", "weight", "ends after|does not end", change=bomb(
        deflated_zeros(1 << 20)[:900], (256, 1, 1, 1)))
    refuse("chunk-not-deflated", "MALFORMED", "node conv", "weight", "deflated chunk", change=bomb(bytes(500), (256, 1, 1, 1)))


def refusals_of_bytes():
    whole = unpack(READ / "gzip.nir")
    latest = unpack(READ / "libver-latest.nir")
    refused("empty", "MALFORMED", "the body is empty, 0 bytes, an HDF5 file is expected").write_bytes(b"")
    refused("text", "MALFORMED", "plain text").write_bytes(b"not an HDF5 file")
    refused("truncated", "TRUNCATED", "bytes expected").write_bytes(whole[:-1])
    refused("trailing", "TRAILING_BYTES", "bytes expected").write_bytes(whole + b"\0")
    refused("superblock-9", "UNSUPPORTED_FORMAT", "superblock version 9").write_bytes(whole[:8] + b"\x09" + whole[9:])
    refused("short-addresses", "UNSUPPORTED_FORMAT", "size of addresses 4").write_bytes(whole[:13] + b"\x04" + whole[14:])
    refused("user-block-of-odd-length", "MALFORMED", "signature").write_bytes(bytes(1536) + whole)
    refused("base-address", "UNSUPPORTED_FORMAT", "count from byte 8").write_bytes(whole[:24] + b"\x08" + whole[25:])
    refused("checksum", "MALFORMED", "superblock", "checksum").write_bytes(latest[:20] + b"\0" + latest[21:])
    at = latest.index(b"OHDR") + 20
    refused("checksum-of-header", "MALFORMED", "object header", "checksum").write_bytes(
        latest[:at] + bytes([latest[at] ^ 1]) + latest[at + 1:])
    # The second name of a group is written over the first.
    names = whole.index(b"v_threshold")
    twice = whole[:names] + b"type\0\0\0\0\0\0\0" + whole[names + 11:]
    refused("name-twice", "DUPLICATE_NAME", "node if", "type").write_bytes(twice)
    # An object header that is continued by itself.
    header = whole.index(struct.pack("<BBHII", 1, 0, 1, 1, 24), 96)
    loop = bytearray(whole)
    loop[header + 16:header + 40] = struct.pack("<HHBBHQQ", 0x10, 16, 0, 0, 0, header, 40)
    refused("continued-by-itself", "MALFORMED", "shares bytes").write_bytes(loop)
    # A group's B-tree of level 1 whose child is itself.
    tree = whole.index(b"TREE\0\0")
    loop = bytearray(whole)
    loop[tree + 5] = 1
    loop[tree + 32:tree + 40] = struct.pack("<Q", tree)
    refused("tree-in-itself", "MALFORMED", "shares bytes").write_bytes(loop)
    # A heap that claims to be as large as all addresses.
    heap = whole.index(b"HEAP")
    huge = bytearray(whole)
    huge[heap + 8:heap + 16] = struct.pack("<Q", 2**63 - 1)
    refused("huge-heap", "MALFORMED", "names of a group").write_bytes(huge)


def write_refusals():
    refusals_of_nir()
    refusals_of_links()
    refusals_of_nodes()
    refusals_of_types()
    refusals_of_storage()
    refusals_of_bytes()
    for name, *_ in refusals:
        pack(REFUSED / f"{name}.nir")
    (ROOT / "refused.tsv").write_text("".join("\t".join(row) + "\n" for row in refusals))


if __name__ == "__main__":
    READ.mkdir(parents=True, exist_ok=True)
    REFUSED.mkdir(parents=True, exist_ok=True)
    write_network()
    if VERSION == NEWEST:
        read_cases()
        write_refusals()
