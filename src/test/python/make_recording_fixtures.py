"""Makes the fixtures of dev.discretizer.codec.recording with NumPy (2.4 was used).

    pip install numpy
    python src/test/python/make_recording_fixtures.py

Writes src/test/resources/recording, the same bytes at every run:

read.jsonl      name, input, merge (merge_polarity), file in base64, and what it holds: t and
                places (c * H + y) * W + x, or steps and counts in C order
refused.jsonl   name, input, merge, file, cause, and index and value where one is at fault
"""

import base64
import io
import json
import pathlib
import zipfile

import numpy as np

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "recording"
RNG = np.random.default_rng(17)
TWO, ONE = (2, 6, 7), (1, 6, 7)


def npy(array, **options):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, **options)
    return out.getvalue()


def npz(**arrays):
    """As numpy.savez, but without the time of day."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, array in arrays.items():
            content = array if isinstance(array, bytes) else npy(array)
            archive.writestr(zipfile.ZipInfo(name + ".npy"), content)
    return out.getvalue()


def events(count=9):
    return {
        "x": RNG.integers(0, 7, count),
        "y": RNG.integers(0, 6, count),
        "t": np.sort(RNG.integers(0, 10**6, count)),
        "p": RNG.integers(0, 2, count),
    }


def records(fields, dtype, align=False):
    array = np.zeros(len(fields["t"]), np.dtype(dtype, align=align))
    for name in array.dtype.names:
        array[name] = fields[name]
    return array


def entry(name, input, file, merge=False, **rest):
    return {"name": name, "input": input, "merge": merge, "file": base64.b64encode(file).decode()} | rest


def holds(fields, input, channels):
    places = (np.asarray(channels) * input[1] + fields["y"].astype(int)) * input[2] + fields["x"].astype(int)
    return {"t": [int(t) for t in fields["t"]], "places": [int(p) for p in places]}


def read():
    e = events()
    yield entry("npz of int64", TWO, npz(**e), **holds(e, TWO, e["p"]))
    small = {"x": e["x"].astype("u1"), "y": e["y"].astype(">i2"), "t": e["t"].astype("<u8"), "p": e["p"].astype(bool)}
    yield entry("npz of small types, p of bool, in another order", TWO, npz(**dict(reversed(small.items()))), **holds(e, TWO, e["p"]))
    floats = {name: values.astype("f4" if name != "t" else "f8") for name, values in e.items()}
    yield entry("npz of whole floats", TWO, npz(**floats), **holds(e, TWO, e["p"]))
    yield entry("p of -1 and 1", TWO, npz(**e | {"p": 2 * e["p"].astype("i1") - 1}), **holds(e, TWO, e["p"]))
    yield entry("p of half floats, -1 and 1", TWO, npz(**e | {"p": (2 * e["p"] - 1).astype("f2")}), **holds(e, TWO, e["p"]))
    many = e | {"p": RNG.integers(0, 5, 9)}
    yield entry("p as number of five channels", (5, 6, 7), npz(**many), **holds(many, (5, 6, 7), many["p"]))
    unpolar = {name: e[name] for name in "xyt"}
    yield entry("no p for one channel", ONE, npz(**unpolar), **holds(e, ONE, e["p"] * 0))
    yield entry("p of 0 for one channel", ONE, npz(**e | {"p": e["p"] * 0}), **holds(e, ONE, e["p"] * 0))
    yield entry("merged polarities", ONE, npz(**e), True, **holds(e, ONE, e["p"] * 0))
    yield entry("merged polarities of -1 and 1", ONE, npz(**e | {"p": 2 * e["p"] - 1}), True, **holds(e, ONE, e["p"] * 0))
    late = e | {"t": e["t"] + 2**60 + 1}
    yield entry("t beyond 2^53", TWO, npz(**late), **holds(late, TWO, e["p"]))
    early = e | {"t": e["t"] - 10**7}
    yield entry("t below 0, and equal times", TWO, npz(**early | {"t": np.sort(np.r_[early["t"][:5], early["t"][:4]])}),
                **holds(early | {"t": np.sort(np.r_[early["t"][:5], early["t"][:4]])}, TWO, e["p"]))
    none = {name: np.zeros(0) for name in "xytp"}
    yield entry("no events", TWO, npz(**none), t=[], places=[])
    tonic = records(e, [("x", int), ("y", int), ("t", int), ("p", int)])
    yield entry("records as tonic gives them", TWO, npy(tonic), **holds(e, TWO, e["p"]))
    mixed = records(e, [("t", ">u4"), ("p", "?"), ("y", "i1"), ("x", "<u2")])
    yield entry("records in another order and width", TWO, npy(mixed), **holds(e, TWO, e["p"]))
    aligned = records(e, [("p", "u1"), ("x", "u2"), ("t", "i8"), ("y", "u1")], align=True)
    yield entry("records with padding", TWO, npy(aligned), **holds(e, TWO, e["p"]))
    yield entry("records with padding, version 3.0", TWO, npy(aligned, version=(3, 0)), **holds(e, TWO, e["p"]))
    yield entry("records without p for one channel", ONE, npy(records(e, [("t", "i8"), ("x", "u2"), ("y", "u2")])), **holds(e, ONE, e["p"] * 0))
    raster = RNG.poisson(0.4, (3,) + TWO)
    for dtype in ("u1", "i8", "<u2", ">i4", "f2", "f4", "f8"):
        yield entry("raster of " + dtype, TWO, npy(raster.astype(dtype)), steps=3, counts=raster.ravel().tolist())
    yield entry("raster of bool", TWO, npy(raster > 0), steps=3, counts=(raster > 0).astype(int).ravel().tolist())
    yield entry("raster in Fortran order", TWO, npy(np.asfortranarray(raster)), steps=3, counts=raster.ravel().tolist())
    raster[0, 0, 0, 0] = 65535
    yield entry("raster with 65535", TWO, npy(raster), steps=3, counts=raster.ravel().tolist())
    yield entry("raster without steps", TWO, npy(raster[:0]), steps=0, counts=[])
    raster[0, 0, 0, 0] = 7
    yield entry("raster, channels merged", ONE, npy(raster), True, steps=3, counts=raster.sum(1).ravel().tolist())


def with_value(fields, name, index, value, dtype=None):
    changed = fields[name].astype(dtype or fields[name].dtype)
    changed[index] = value
    return npz(**fields | {name: changed})


def refused():
    e = events()
    for name in "xytp":
        yield entry("without " + name, TWO, npz(**{n: v for n, v in e.items() if n != name}), cause="MISSING_MEMBER")
        yield entry(name + " longer", TWO, npz(**e | {name: np.r_[e[name], e[name][-1]]}), cause="SHAPE_IMPOSSIBLE")
        yield entry(name + " of two dimensions", TWO, npz(**e | {name: e[name][None]}), cause="SHAPE_IMPOSSIBLE")
        yield entry(name + " of rank 0", TWO, npz(**e | {name: e[name][0]}), cause="SHAPE_IMPOSSIBLE")
        yield entry(name + " a fraction", TWO, with_value(e, name, 3, 0.5, float), cause="VALUE_IMPOSSIBLE", index=3, value="0.5")
        yield entry(name + " NaN", TWO, with_value(e, name, 4, np.nan, float), cause="VALUE_IMPOSSIBLE", index=4, value="NaN")
        yield entry(name + " infinite", TWO, with_value(e, name, 8, np.inf, "f4"), cause="VALUE_IMPOSSIBLE", index=8, value="Infinity")
        yield entry(name + " of objects", TWO, npz(**e | {name: npy(e[name].astype(object), allow_pickle=True)}), cause="UNSUPPORTED_DTYPE")
        yield entry(name + " of text", TWO, npz(**e | {name: e[name].astype(str)}), cause="UNSUPPORTED_DTYPE")
        yield entry(name + " complex", TWO, npz(**e | {name: e[name].astype(complex)}), cause="UNSUPPORTED_DTYPE")
    yield entry("x left of the input", TWO, with_value(e, "x", 2, -1), cause="OUTSIDE_INPUT", index=2, value="-1")
    yield entry("x right of the input", TWO, with_value(e, "x", 0, 7), cause="OUTSIDE_INPUT", index=0, value="7")
    yield entry("y above the input", TWO, with_value(e, "y", 8, -3), cause="OUTSIDE_INPUT", index=8, value="-3")
    yield entry("y below the input", TWO, with_value(e, "y", 8, 6), cause="OUTSIDE_INPUT", index=8, value="6")
    yield entry("x that wraps around", TWO, with_value(e, "x", 1, 2**32), cause="OUTSIDE_INPUT", index=1, value=str(2**32))
    yield entry("x of uint64 above long", TWO, with_value(e, "x", 1, 2**64 - 1, "u8"), cause="VALUE_IMPOSSIBLE", index=1, value=str(2**64 - 1))
    yield entry("p above the channels", TWO, with_value(e, "p", 5, 2), cause="OUTSIDE_INPUT", index=5, value="2")
    yield entry("p of -2", TWO, with_value(e, "p", 5, -2), cause="OUTSIDE_INPUT", index=5, value="-2")
    signed = e | {"p": np.array([1, -1, 1, -1, 1, 0, 1, 1, 1])}
    yield entry("p of -1, 0 and 1", TWO, npz(**signed), cause="VALUE_IMPOSSIBLE", index=5, value="0")
    polar = e | {"p": np.array([0, 0, 1, 0, 1, 0, 1, 1, 1])}
    yield entry("two polarities for one channel", ONE, npz(**polar), cause="OUTSIDE_INPUT", index=2, value="1")
    yield entry("merging two channels", TWO, npz(**e), True, cause="SHAPE_IMPOSSIBLE")
    back = e | {"t": np.array([1, 2, 3, 3, 5, 4, 7, 8, 9])}
    yield entry("t goes back", TWO, npz(**back), cause="TIME_DECREASES", index=5, value="4")
    yield entry("t goes back at the end", TWO, npz(**e | {"t": np.r_[e["t"][:-1], e["t"][0] - 1]}), cause="TIME_DECREASES", index=8, value=str(e["t"][0] - 1))
    yield entry("t of float64 beyond long", TWO, with_value(e, "t", 8, 1e19, float), cause="VALUE_IMPOSSIBLE", index=8, value="1.0E19")
    yield entry("t of uint64 beyond long", TWO, with_value(e, "t", 8, 2**63, "u8"), cause="VALUE_IMPOSSIBLE", index=8, value=str(2**63))
    yield entry("t in seconds", TWO, npz(**e | {"t": np.arange(9) / 4}), cause="VALUE_IMPOSSIBLE", index=1, value="0.25")
    yield entry("another array", TWO, npz(**e, dt=np.array(5)), cause="SHAPE_IMPOSSIBLE")
    yield entry("another array of that length", TWO, npz(**e, label=e["p"]), cause="UNKNOWN_MEMBER")
    yield entry("a raster in an npz", TWO, npz(raster=np.zeros((3,) + TWO)), cause="SHAPE_IMPOSSIBLE")
    yield entry("records in an npz", TWO, npz(events=records(e, [("x", int), ("y", int), ("t", int), ("p", int)])), cause="UNSUPPORTED_DTYPE")
    yield entry("an empty npz", TWO, npz(), cause="MISSING_MEMBER")
    fields = [("x", int), ("y", int), ("t", int), ("p", int)]
    for name in "xytp":
        dtype = [f for f in fields if f[0] != name]
        yield entry("records without " + name, TWO, npy(records(e, dtype)), cause="MISSING_MEMBER")
    yield entry("records with another field", TWO, npy(records(e | {"id": e["p"]}, fields + [("id", "u1")])), cause="UNKNOWN_MEMBER")
    yield entry("records of two dimensions", TWO, npy(records(e, fields)[None]), cause="SHAPE_IMPOSSIBLE")
    yield entry("records with an array", TWO, npy(np.zeros(3, fields[:3] + [("p", "u1", (2,))])), cause="UNSUPPORTED_DTYPE")
    yield entry("records in records", TWO, npy(np.zeros(3, [("x", fields)])), cause="UNSUPPORTED_DTYPE")
    yield entry("records of objects", TWO, npy(np.zeros(3, fields[:3] + [("p", object)]), allow_pickle=True), cause="UNSUPPORTED_DTYPE")
    yield entry("records with a fraction", TWO, npy(records(e | {"t": e["t"] + 0.5}, fields[:2] + [("t", "f8"), ("p", "u1")])), cause="VALUE_IMPOSSIBLE", index=0, value=str(e["t"][0] + 0.5))
    raster = RNG.poisson(0.4, (3,) + TWO)
    for name, index, value, dtype in [
        ("a fraction", (1, 0, 2, 3), 0.5, "f8"),
        ("NaN", (2, 1, 5, 6), np.nan, "f4"),
        ("a negative count", (0, 0, 0, 1), -1, "i4"),
        ("65536", (0, 1, 0, 0), 65536, "i8"),
        ("2^31", (0, 1, 0, 0), 2**31, "u4"),
        ("2^63", (2, 0, 0, 0), 2**63, "u8"),
    ]:
        changed = raster.astype(dtype)
        changed[index] = value
        text = {"a fraction": "0.5", "NaN": "NaN"}.get(name, str(value))
        at = int(np.ravel_multi_index(index, raster.shape))
        yield entry("a raster with " + name, TWO, npy(changed), cause="VALUE_IMPOSSIBLE", index=at, value=text)
        yield entry("a raster in Fortran order with " + name, TWO, npy(np.asfortranarray(changed)), cause="VALUE_IMPOSSIBLE", index=at, value=text)
    full = np.full((1,) + TWO, 40000)
    yield entry("a raster whose sum is above 65535", ONE, npy(full), True, cause="VALUE_IMPOSSIBLE", index=42, value="40000")
    yield entry("a raster of three dimensions", TWO, npy(raster[0]), cause="SHAPE_IMPOSSIBLE")
    yield entry("a raster of five dimensions", TWO, npy(raster[None]), cause="SHAPE_IMPOSSIBLE")
    yield entry("a raster of other channels", ONE, npy(raster), cause="SHAPE_IMPOSSIBLE")
    yield entry("a raster of another size", (2, 7, 6), npy(raster), cause="SHAPE_IMPOSSIBLE")
    yield entry("a raster of objects", TWO, npy(raster.astype(object), allow_pickle=True), cause="UNSUPPORTED_DTYPE")
    yield entry("a raster cut off", TWO, npy(raster)[:-1], cause="SHAPE_MISMATCH")
    yield entry("a raster with more after it", TWO, npy(raster) + b"\0", cause="TRAILING_BYTES")
    yield entry("an npz cut off", TWO, npz(**e)[:-30], cause="TRUNCATED")
    yield entry("text", TWO, b"t,x,y,p\n", cause="MALFORMED")
    yield entry("nothing", TWO, b"", cause="TRUNCATED")


def write(name, entries):
    OUT.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(e, separators=(",", ":")) + "\n" for e in entries]
    (OUT / name).write_text("".join(lines), newline="\n")
    print(name, len(lines))


if __name__ == "__main__":
    write("read.jsonl", read())
    write("refused.jsonl", refused())
