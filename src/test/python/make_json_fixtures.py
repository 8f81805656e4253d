"""Makes src/test/resources/json: what JSON texts mean, by NumPy and Python.

    pip install numpy==2.4.6 ml_dtypes==0.6.0
    python src/test/python/make_json_fixtures.py

Deterministic. numpy.float32("0.1") goes through binary64 and is no oracle for decimals at
the midpoint of two floats; here the nearest float is found by exact fractions.
"""

import base64
import gzip
import io
import json
import pathlib
import random
from decimal import Decimal, getcontext
from fractions import Fraction

import ml_dtypes
import numpy as np

OUT = pathlib.Path(__file__).parents[1] / "resources" / "json"
RANDOM = random.Random(20260101)
RNG = np.random.default_rng(20260101)
getcontext().prec = 400

MAX32 = Fraction(2) ** 128 - Fraction(2) ** 104
OVERFLOW32 = Fraction(2) ** 128 - Fraction(2) ** 103


def nearest32(text):
    """The binary32 nearest to a decimal, ties to even."""
    value = abs(Fraction(text))
    if value >= OVERFLOW32:
        found = np.float32(np.inf)
    else:
        guess = np.float32(min(value, MAX32))
        with np.errstate(over="ignore"):
            around = [np.nextafter(guess, np.float32(-np.inf)), guess, np.nextafter(guess, np.float32(np.inf))]
        found = min(
            (f for f in around if np.isfinite(f) and f >= 0),
            key=lambda f: (abs(Fraction(float(f)) - value), int(f.view(np.uint32)) & 1),
        )
    return np.float32(-found) if text.startswith("-") else np.float32(found)


def exact(fraction):
    """All decimal digits of a binary fraction."""
    return format(Decimal(fraction.numerator) / Decimal(fraction.denominator), "f")


def decimals():
    yield from """0 -0 0.0 -0.0 0e0 -0e7 0E-400 -0.000e+99999 1 -1 1.0 10 1e1 1E+1 1e-1 0.1 -0.1 1e05 1e-05 1e+0005
        16777215 16777216 16777217 16777218 16777219 -16777217 33554433 33554434 33554435 2147483647 -2147483648
        9007199254740993 9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809
        18446744073709551615 18446744073709551616 18446744073709551617 123456789012345678 1234567890123456789
        340282346638528859811704183484516925440 340282356779733661637539395458142568447
        340282356779733661637539395458142568448 3.4028235e38 3.4028234663852886e38 3.4028235677973366e+38 3.5e38
        -3.5e38 1e39 1e400 -1e400 1e99999 1e-99999 1.401298464324817e-45 7.006492321624085e-46 7.006492321624086e-46
        7.0064923216240853546186479164495806564013097093825788587853e-46
        7.0064923216240853546186479164495806564013097093825788587854e-46 1e-45 1e-46 -1e-60 1.1754943508222875e-38
        1.1754942807573643e-38 1.17549432e-38 1.1754943157898258e-38 0.00010000000149011612 1.0000000149011612e-07
        8.589973e9 8589973000.0 0.500000029802322387695312500 0.5000000298023223876953125001
        0.5000000298023223876953124999 100000000000000000000 1000000000000000000000000000000""".split()
    for _ in range(260):
        # A midpoint of two neighbours, and decimals a little above and below it.
        bits = RANDOM.choice([RANDOM.randrange(1, 0x7F7FFFFF), RANDOM.randrange(0x34000000, 0x4C000000),
                              RANDOM.randrange(1, 0x00FFFFFF), RANDOM.randrange(1, 255) << 23])
        low, high = np.array([bits, min(bits + 1, 0x7F7FFFFF)], np.uint32).view(np.float32)
        middle = exact((Fraction(float(low)) + Fraction(float(high))) / 2)
        sign = RANDOM.choice(["", "-"])
        middle = middle if "." in middle else middle + ".0"
        yield sign + middle
        yield sign + middle + "0" * RANDOM.choice([0, 5, 30]) + "1"
        yield sign + middle[:-1] + (str(int(middle[-1]) - 1) + "99" if middle[-1] != "0" else "0")
        # Binary64 rounds these onto the midpoint, and a second rounding goes astray.
        yield sign + format(Decimal(middle) * (1 + Decimal(RANDOM.choice([-1, 1])).scaleb(-RANDOM.randrange(15, 20))), ".40e")
        yield sign + repr(float(Decimal(middle)))
    for _ in range(300):
        digits = "".join(RANDOM.choices("0123456789", k=RANDOM.randrange(1, 22)))
        whole = digits.lstrip("0") or "0"
        point = RANDOM.randrange(0, 21)
        yield RANDOM.choice(["", "-"]) + RANDOM.choice([
            whole,
            whole + "." + digits,
            "0." + "0" * point + digits,
            f"{whole[0]}.{digits}e{RANDOM.randrange(-50, 42)}",
            f"{whole}E{RANDOM.randrange(-70, 30):+}",
        ])
    for value in RNG.standard_normal(200).astype(np.float32) * np.float32(10.0) ** RNG.integers(-6, 6, 200):
        value = np.float32(value)
        yield str(value)
        yield repr(float(value))


def write_decimals():
    with open(OUT / "decimals.tsv", "w") as out:
        for text in decimals():
            f64 = np.float64(float(text))
            print(text, f"{nearest32(text).view(np.uint32):08x}", f"{f64.view(np.uint64):016x}", sep="\t", file=out)


INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]
DTYPES = ["bool"] + INTEGERS + ["float16", "bfloat16", "float32", "float64"]
SHAPES = [(), (0,), (1,), (2, 0), (3, 5), (2, 3, 4), (0, 3), (1, 1, 1, 7)]


def array(name, shape):
    dtype = np.dtype(getattr(ml_dtypes, name, name))
    if name == "bool":
        return RNG.integers(0, 2, shape).astype(bool)
    if name in INTEGERS:
        info = np.iinfo(dtype)
        values = RNG.integers(info.min, info.max, shape, dtype, endpoint=True)
        flat = values.reshape(-1)
        flat[: 2] = [info.min, info.max][: flat.size]
        return flat.reshape(shape)
    return np.asarray(RNG.standard_normal(shape)).astype(dtype)


def write_tensors():
    """Each dtype as base64, and as data where Python has its numbers."""
    with open(OUT / "tensors.jsonl", "w") as out:
        for name in DTYPES:
            for shape in SHAPES:
                values = array(name, shape)
                floats = values.astype(np.float32)
                back = [int(f) for f in floats.reshape(-1).tolist()] if name in INTEGERS else floats.astype(np.float64).reshape(-1).tolist()
                narrowed = sum(a != b for a, b in zip(values.astype(object).reshape(-1).tolist(), back))
                text = base64.b64encode(values.tobytes()).decode()
                data = values.reshape(-1).astype(int if name == "bool" else values.dtype).tolist()
                print(json.dumps({
                    "dtype": name,
                    "shape": list(shape),
                    "bits": floats.reshape(-1).view(np.int32).tolist(),
                    "narrowed": narrowed,
                    "data": data,
                    "base64": text,
                }), file=out)


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def write_answers():
    """What Python writes for the tensors of answers."""
    shapes = SHAPES + [(1500,), (40, 3, 11), (2, 2, 2, 2, 2, 2, 2, 2), (3073,), (2, 1030)]
    with gzip.GzipFile(OUT / "answers.jsonl.gz", "wb", mtime=0) as file, io.TextIOWrapper(file) as out:
        for name in ["int8", "int16", "int32", "float32"]:
            for shape in shapes:
                if name == "float32":
                    values = np.rint(RNG.standard_normal(shape) * 10.0 ** RNG.integers(0, 6, shape)).astype(np.float32)
                else:
                    info = np.iinfo(name)
                    values = np.asarray(RNG.integers(info.min, info.max, shape, name, endpoint=True) >> RNG.integers(0, info.bits, shape, name))
                    flat = values.reshape(-1)
                    extremes = [info.min, info.max, 0, -1, 9, 10, 99, 100, -100, 127]
                    flat[: len(extremes)] = extremes[: flat.size]
                    values = flat.reshape(shape)
                head = {"dtype": name, "shape": list(shape)}
                print(json.dumps({
                    **head,
                    "bits": np.asarray(values).reshape(-1).astype(np.float32).view(np.int32).tolist() if name == "float32" else values.reshape(-1).tolist(),
                    "flat": compact({**head, "data": values.reshape(-1).tolist()}),
                    "nested": compact(values.tolist()),
                    "base64": compact({**head, "base64": base64.b64encode(values.tobytes()).decode()}),
                    "none": compact(head),
                }), file=out)


def write_floats():
    """Shortest decimals of binary32, where Java and NumPy use no exponent."""
    bits = RNG.integers(0x3A83126F + 1, 0x4B189680, 500).astype(np.uint32)
    values = np.concatenate([bits.view(np.float32), -bits.view(np.float32)[:50],
                             np.array([0, -0.0, 1, -1, 0.1, 9999999, -9999999, 8388608, 33.3, 0.5], np.float32)])
    with open(OUT / "floats.tsv", "w") as out:
        for value in values:
            print(f"{value.view(np.uint32):08x}", np.format_float_positional(value, trim="0"), sep="\t", file=out)


def write_documents():
    """Documents without tensors; doubles where Java and Python use no exponent."""
    with open(OUT / "documents.jsonl", "w") as out:
        for document in [
            {},
            {"a": None, "b": True, "c": False, "d": "", "e": [], "f": {}, "g": [[], {}, [{}]]},
            {"n": [0, -1, 2147483647, -2147483648, 2147483648, 9223372036854775807, -9223372036854775808]},
            {"x": [0.0, -0.0, 0.5, 1.25, 1234567.875, 0.1, 0.001, -3.141592653589793, 2 / 3]},
            {"text": "".join(map(chr, range(0x20)))},
            {"text": "\"\\/\x7f\x80\u00e9\u2028\u20ac\U0001f600", "\"\\\n\u00e9": 1},
            {"deep": {"list": [1, "two", [3.5, None, {"four": [True]}]]}, "after": "x" * 20000},
        ]:
            print(compact(document), file=out)


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    write_decimals()
    write_tensors()
    write_answers()
    write_floats()
    write_documents()
