"""Makes the fixtures of the element, raw and safetensors tests with the real packages.

    pip install safetensors==0.8.0 numpy==2.4.6 ml_dtypes==0.6.0
    python src/test/python/make_safetensors_fixtures.py

Running it again makes the same bytes.

codec/elements/     <dtype>.le, .be: elements as numpy lays them out; .f32: what numpy makes
                    of them as little-endian float32; narrowed.tsv: how many are not exact
codec/safetensors/  files by safetensors.numpy.save; every-dtype.tsv: the values in the file of
                    that name; verdicts.tsv: files and what the real package says of them
"""

import base64
import gzip
import json
import math
import pathlib
import random
import struct

import ml_dtypes
import numpy as np
import safetensors
import safetensors.numpy

RESOURCES = pathlib.Path(__file__).parent.parent / "resources/dev/discretizer/codec"
ELEMENTS = RESOURCES / "elements"
SAFETENSORS = RESOURCES / "safetensors"


# Elements -----------------------------------------------------------------------------

def as_float32(array):
    with np.errstate(over="ignore", invalid="ignore"):
        return array.astype(np.float32)


def narrowed(array, floats):
    """Elements whose value float32 does not hold, in exact Python arithmetic."""
    count = 0
    for value, narrow in zip(array.tolist(), floats.tolist()):
        if math.isnan(narrow):
            assert math.isnan(value)
        elif math.isinf(narrow):
            count += not (isinstance(value, float) and math.isinf(value))
        else:
            count += int(narrow) != value if isinstance(value, int) else narrow != value
    return count


def float64_cases():
    rng = np.random.default_rng(1)
    largest = float(np.finfo(np.float32).max)
    smallest = 2.0**-149
    cases = [0.0, -0.0, math.inf, -math.inf, math.nan, 0.1, 1 / 3, 2.0**24 + 1, 5e-324, 1.7976931348623157e308]
    # Around the edges of the range: the tie between the largest and 2^128, and that of the
    # smallest subnormal and zero.
    for edge in (largest, 2.0**128 - 2.0**103, 2.0**128, smallest, smallest / 2, smallest * 1.5, 2.0**-126,
                 2.0**-126 - 2.0**-150):
        cases += [edge, math.nextafter(edge, math.inf), math.nextafter(edge, 0.0)]
    # Ties between neighbours of every kind, and their two neighbours in binary64.
    bits = np.concatenate([rng.integers(0, 0x7F7FFFFF, 200), rng.integers(0, 0x00800000, 100)]).astype(np.uint32)
    low = bits.view(np.float32).astype(np.float64)
    high = (bits + np.uint32(1)).view(np.float32).astype(np.float64)
    tie = (low + high) / 2
    cases = np.array(cases)
    cases = np.concatenate([cases, low, tie, np.nextafter(tie, 0), np.nextafter(tie, math.inf)])
    cases = np.concatenate([cases, -cases])
    noise = rng.integers(0, 2**64, 500, dtype=np.uint64).view(np.float64)
    return np.concatenate([cases, noise, rng.standard_normal(200)])


def integer_cases(dtype):
    info = np.iinfo(dtype)
    cases = {0, 1, -1, info.min, info.max, info.min + 1, info.max - 1}
    for exponent in range(65):
        for step in range(-3, 4):
            cases |= {2**exponent + step, -(2**exponent) + step}
    # Ties of 25 bits, shifted, and their neighbours: the lost bits decide.
    rng = random.Random(2)
    for _ in range(300):
        tie = (rng.getrandbits(24) << 1 | 1) << rng.randrange(40)
        cases |= {tie - 1, tie, tie + 1, -tie}
    for _ in range(200):
        cases.add(rng.getrandbits(64) >> rng.randrange(64))
    return np.array(sorted(c for c in cases if info.min <= c <= info.max), dtype=dtype)


def write_elements(name, array, little, big):
    floats = as_float32(array)
    (ELEMENTS / f"{name}.le").write_bytes(little)
    (ELEMENTS / f"{name}.be").write_bytes(big)
    (ELEMENTS / f"{name}.f32").write_bytes(floats.astype("<f4").tobytes())
    return f"{name}\t{len(array)}\t{narrowed(array, floats)}\n"


def make_elements():
    ELEMENTS.mkdir(parents=True, exist_ok=True)
    table = ""
    arrays = [("bool", np.array([False, True, True, False]))]
    for name in ("int8", "uint8"):
        arrays.append((name, np.arange(256, dtype=np.uint8).view(name)))
    for name in ("int16", "uint16", "int32", "uint32", "int64", "uint64"):
        arrays.append((name, integer_cases(name)))
    arrays.append(("float32", np.random.default_rng(3).integers(0, 2**32, 300, dtype=np.uint32).view(np.float32)))
    arrays.append(("float64", float64_cases()))
    for name, array in arrays:
        order = array.dtype
        table += write_elements(name, array, array.astype(order.newbyteorder("<")).tobytes(),
                                array.astype(order.newbyteorder(">")).tobytes())
    (ELEMENTS / "narrowed.tsv").write_text(table)
    # All patterns of the 16-bit floats; the tests count to 65535 themselves.
    patterns = np.arange(65536, dtype=np.uint16)
    for name, dtype in (("float16", np.float16), ("bfloat16", ml_dtypes.bfloat16)):
        floats = as_float32(patterns.view(dtype)).astype("<f4").tobytes()
        (ELEMENTS / f"{name}.f32.gz").write_bytes(gzip.compress(floats, mtime=0))


# Files --------------------------------------------------------------------------------

def every_dtype():
    """One tensor of every type, of rank 0 to 4, one empty."""
    return {
        "bool": np.array([[True, False], [False, True]]),
        "int8": np.array([-128, -1, 0, 127], np.int8),
        "uint8": np.array([0, 255, 7], np.uint8),
        "int16": np.array([[-32768], [32767]], np.int16),
        "uint16": np.array([0, 65535], np.uint16),
        "int32": np.array([-2147483648, 16777217, 2147483647], np.int32),
        "uint32": np.array([4294967295, 16777217, 1], np.uint32),
        "int64": np.array([-9223372036854775808, 9007199254740993, 3], np.int64),
        "uint64": np.array([18446744073709551615, 9223372036854775809, 3], np.uint64),
        "float16": np.array([0.1, -65504, 6e-8, np.inf], np.float16),
        "bfloat16": np.array([0.1, -3e38, 1e-40], ml_dtypes.bfloat16),
        "float32": np.arange(2 * 3 * 2 * 2, dtype=np.float32).reshape(2, 3, 2, 2) / 7,
        "float64": np.array([0.1, 1e300, -1e-50, 2.5], np.float64),
        "scalar": np.array(-1.5, np.float32),
        "empty": np.zeros((3, 0, 2), np.float32),
    }


def make_files():
    SAFETENSORS.mkdir(parents=True, exist_ok=True)
    arrays = every_dtype()
    (SAFETENSORS / "every-dtype.safetensors").write_bytes(
        safetensors.numpy.save(arrays, {"from": "the real package"}))
    lines = []
    for name, array in arrays.items():
        values = as_float32(array).reshape(-1)
        shape = ",".join(map(str, array.shape))
        lines.append("\t".join([name, str(array.dtype), shape, str(narrowed(array.reshape(-1), values)),
                                " ".join(repr(float(v)).replace("inf", "Infinity") for v in values)]) + "\n")
    (SAFETENSORS / "every-dtype.tsv").write_text("".join(lines))

    # What SafetensorsWriterTests writes again.
    text = json.dumps({"scale": 0.5, "text": "a/b \\ \"\n\t", "more": "é 漢 😀"}, ensure_ascii=False)
    text += "".join(map(chr, range(1, 32))) + "\x00\x7f\u2028"
    answer = {
        "weight": (np.arange(2 * 3 * 5 * 5) % 256 - 128).astype(np.int8).reshape(2, 3, 5, 5),
        "bias": np.array([-7, 9], np.int8),
        "v_mem": (np.arange(11) * 1000 - 5000).astype(np.int16),
        "wide": (np.arange(3) * 100000 - 100000).astype(np.int32),
        "kept": (np.arange(5) - 2).astype(np.float32),
        "spike_threshold": np.array(1234, np.int32),
        "scale": np.array(0.1, np.float32),
        "empty": np.zeros((2, 0), np.int16),
    }
    for name in ("\uff41", "\U0001F600", "Z", "a/b~\"\\\n\x1f\x7f", ""):
        answer[name] = np.array([len(name)], np.int8)
    (SAFETENSORS / "answer.safetensors").write_bytes(
        safetensors.numpy.save(answer, {"discretizer": text}))
    (SAFETENSORS / "answer.txt").write_text(text, newline="", encoding="utf-8")
    # Headers of every length modulo 8, to see the padding.
    for length in range(8):
        (SAFETENSORS / f"padding-{length}.safetensors").write_bytes(
            safetensors.numpy.save({"x" * (length + 1): np.array([length], np.int8)}))


# Verdicts -----------------------------------------------------------------------------

def file(header, data=b"", length=None):
    header = header if isinstance(header, bytes) else header.encode()
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def entry(dtype="F32", shape="[2]", offsets="[0,8]", extra=""):
    return f'{{"dtype":"{dtype}","shape":{shape},"data_offsets":{offsets}{extra}}}'


def tensors(*entries, data=8):
    """A file of tensors a, b, c, ... with so many bytes of data."""
    names = (chr(ord("a") + i) for i in range(len(entries)))
    return file("{" + ",".join(f'"{n}":{e}' for n, e in zip(names, entries)) + "}", bytes(data))


ONE = entry()


def cases():
    """Names, files, and what we say of them: OK or a cause."""
    A = '"a":' + ONE

    def header(text, data=8):
        return file(text, bytes(data))

    def ignored(value):
        return tensors(entry(extra=',"x":' + value))

    # Length and framing.
    yield "nothing", b"", "TRUNCATED"
    yield "seven bytes", bytes(7), "TRUNCATED"
    yield "length only, of zero", bytes(8), "MALFORMED"
    yield "zero length, then data", bytes(16), "MALFORMED"
    yield "length above the file", file("{}", length=3), "TRUNCATED"
    yield "length inside the header", file("{" + A + "}", bytes(8), length=10), "MALFORMED"
    yield "length one short, data one more", file("{" + A + "} ", bytes(8), length=len(A) + 1), "MALFORMED"
    yield "length of 100 MB, not there", file("{}", length=100_000_000), "TRUNCATED"
    yield "length over 100 MB", file("{}", length=100_000_001), "MALFORMED"
    yield "length 2^31", file("{}", length=2**31), "MALFORMED"
    yield "length 2^63 - 1", file("{}", length=2**63 - 1), "MALFORMED"
    yield "length 2^63", file("{}", length=2**63), "MALFORMED"
    yield "length 2^64 - 1", file("{}", length=2**64 - 1), "MALFORMED"
    yield "length 2^64 - 8", file("{}", length=2**64 - 8), "MALFORMED"
    yield "no tensors", file("{}"), "OK"
    yield "no tensors, data", file("{}", b"x"), "TRAILING_BYTES"
    yield "metadata alone", file('{"__metadata__":{"a":"b"}}'), "OK"
    yield "data one short", tensors(ONE, data=7), "TRUNCATED"
    yield "data missing", tensors(ONE, data=0), "TRUNCATED"
    yield "data one more", tensors(ONE, data=9), "TRAILING_BYTES"
    # Text and white space.
    yield "white space around", header(" \n\t\r{" + A + "}\n \t\r"), "OK"
    yield "white space inside", header('{ "a" :\n' + ONE.replace(",", " , ").replace(":", "\t:\r\n") + "}"), "OK"
    yield "form feed", header("\f{" + A + "}"), "MALFORMED"
    yield "zero bytes as padding", header("{" + A + "}\0\0\0"), "MALFORMED"
    yield "byte order mark", header("\ufeff{" + A + "}"), "MALFORMED"
    yield "no-break space", header("{" + A + "}\u00a0"), "MALFORMED"
    yield "record separator", header("\x1e{" + A + "}"), "MALFORMED"
    yield "second object", header("{" + A + "}{}"), "MALFORMED"
    yield "second value", header("{" + A + "} 1"), "MALFORMED"
    yield "closing brace too many", header("{" + A + "}}"), "MALFORMED"
    yield "closing brace missing", header("{" + A), "MALFORMED"
    yield "trailing comma", header("{" + A + ",}"), "MALFORMED"
    yield "leading comma", header("{," + A + "}"), "MALFORMED"
    yield "comment", header("{/**/" + A + "}"), "MALFORMED"
    yield "single quotes", header(("{" + A + "}").replace('"', "'")), "MALFORMED"
    yield "name without quotes", header("{a:" + ONE + "}"), "MALFORMED"
    yield "latin1", file('{"é":'.encode("latin1") + ONE.encode() + b"}", bytes(8)), "MALFORMED"
    yield "utf-16", file(("{" + A + "}").encode("utf-16-le"), bytes(8)), "MALFORMED"
    yield "overlong utf-8", file(b'{"\xc0\xaf":' + ONE.encode() + b"}", bytes(8)), "MALFORMED"
    yield "surrogates in utf-8", file(b'{"\xed\xa0\xbd\xed\xb8\x80":' + ONE.encode() + b"}", bytes(8)), "MALFORMED"
    yield "utf-8 above 10ffff", file(b'{"\xf4\x90\x80\x80":' + ONE.encode() + b"}", bytes(8)), "MALFORMED"
    yield "utf-8 cut short", file(b'{' + A.encode() + b"}\xe2\x82", bytes(8)), "MALFORMED"
    # Names.
    yield "empty name", header('{"":' + ONE + "}"), "OK"
    yield "name beyond the basic plane", header('{"\U0001F600":' + ONE + "}"), "OK"
    yield "escaped name", header(r'{"\u0061\/\b\f\n\r\t\"\\":' + ONE + "}"), "OK"
    yield "escaped pair", header(r'{"\ud83d\ude00":' + ONE + "}"), "OK"
    yield "escaped half pair", header(r'{"\ud83d":' + ONE + "}"), "MALFORMED"
    yield "escaped halves swapped", header(r'{"\ude00\ud83d":' + ONE + "}"), "MALFORMED"
    yield "escaped zero", header(r'{"\u0000":' + ONE + "}"), "OK"
    yield "unknown escape", header(r'{"\x":' + ONE + "}"), "MALFORMED"
    yield "short escape", header(r'{"\u12":' + ONE + "}"), "MALFORMED"
    yield "control character", header('{"\x01":' + ONE + "}"), "MALFORMED"
    yield "delete character", header('{"\x7f":' + ONE + "}"), "OK"
    yield "noncharacter", header('{"\uffff":' + ONE + "}"), "OK"
    yield "same name twice", header("{" + A + "," + A + "}"), "DUPLICATE_NAME"
    yield "same name twice, other data", file("{" + A + ',"a":' + entry(offsets="[8,16]") + "}", bytes(16)), "DUPLICATE_NAME"
    yield "same name twice, by escape", header("{" + A + r',"\u0061":' + ONE + "}"), "DUPLICATE_NAME"
    yield "same name twice, empty tensors", tensors_twice(), "DUPLICATE_NAME"
    # The root.
    for name, text in (("array", "[]"), ("string", '"a"'), ("number", "1"), ("null", "null"), ("true", "true")):
        yield name + " as header", file(text), "MALFORMED"
    # Entries.
    for name, text in (("null", "null"), ("number", "1"), ("string", '"F32"'), ("empty array", "[]"), ("true", "true"),
                       ("array of its values", '["F32",[2],[0,8]]')):
        yield name + " as entry", header('{"a":' + text + "}"), "WRONG_TYPE"
    yield "empty entry", header('{"a":{}}'), "MISSING_MEMBER"
    yield "no dtype", header('{"a":{"shape":[2],"data_offsets":[0,8]}}'), "MISSING_MEMBER"
    yield "no shape", header('{"a":{"dtype":"F32","data_offsets":[0,8]}}'), "MISSING_MEMBER"
    yield "no offsets", header('{"a":{"dtype":"F32","shape":[2]}}'), "MISSING_MEMBER"
    yield "members in another order", header('{"a":{"data_offsets":[0,8],"shape":[2],"dtype":"F32"}}'), "OK"
    yield "dtype twice", tensors(entry(extra=',"dtype":"F32"')), "DUPLICATE_NAME"
    yield "shape twice", tensors(entry(extra=',"shape":[2]')), "DUPLICATE_NAME"
    yield "offsets twice", tensors(entry(extra=',"data_offsets":[0,8]')), "DUPLICATE_NAME"
    # Members that are ignored.
    yield "unknown member", ignored("1"), "OK"
    yield "unknown member, nested", ignored('[{"y":[null,true,false,-1.5e-3,"z"]},[],{}]'), "OK"
    yield "unknown member twice", ignored('1,"x":2'), "DUPLICATE_NAME"
    yield "name twice in an unknown member", ignored('[{"y":1,"y":2}]'), "DUPLICATE_NAME"
    yield "unknown member, huge float", ignored("1e309"), "MALFORMED"
    yield "unknown member, huge integer", ignored("9" * 400), "MALFORMED"
    yield "unknown member, large integer", ignored("-" + "9" * 300), "OK"
    yield "unknown member, long number", ignored("0." + "9" * 2000), "MALFORMED"
    yield "unknown member, tiny float", ignored("1e-999999999999"), "OK"
    yield "unknown member, half a pair", ignored(r'"\ud83d"'), "MALFORMED"
    yield "unknown member, half a pair as name", ignored(r'{"\ud83d":1}'), "MALFORMED"
    yield "unknown member, not a number", ignored("NaN"), "MALFORMED"
    yield "unknown member, broken", ignored("[1,2"), "MALFORMED"
    yield "unknown member, 125 levels", ignored("[" * 125 + "]" * 125), "OK"
    yield "unknown member, 126 levels", ignored("[" * 126 + "]" * 126), "MALFORMED"
    yield "unknown member, 126 levels of objects", ignored('{"y":' * 126 + "1" + "}" * 126), "MALFORMED"
    yield "unknown member, open levels", ignored("[" * 5000), "MALFORMED"
    # Metadata.
    yield "metadata", header('{"__metadata__":{"format":"pt"},' + A + "}"), "OK"
    yield "metadata last", header("{" + A + ',"__metadata__":{}}'), "OK"
    yield "metadata null", header('{"__metadata__":null,' + A + "}"), "OK"
    for name, text in (("array", "[]"), ("string", '"a"'), ("number", "1"), ("of a number", '{"a":1}'),
                       ("of null", '{"a":null}'), ("of an object", '{"a":{}}'), ("of an array", '{"a":["b"]}')):
        yield "metadata " + name, header('{"__metadata__":' + text + "," + A + "}"), "WRONG_TYPE"
    yield "metadata like a tensor", header('{"__metadata__":' + ONE + "}"), "WRONG_TYPE"
    yield "metadata twice", header('{"__metadata__":{},"__metadata__":{},' + A + "}"), "DUPLICATE_NAME"
    yield "name twice in metadata", header('{"__metadata__":{"a":"b","a":"b"},' + A + "}"), "DUPLICATE_NAME"
    yield "half a pair in metadata", header(r'{"__metadata__":{"a":"\ud83d"},' + A + "}"), "MALFORMED"
    # Types.
    for dtype, bits in (("BOOL", 8), ("U8", 8), ("I8", 8), ("I16", 16), ("U16", 16), ("F16", 16), ("BF16", 16),
                        ("I32", 32), ("U32", 32), ("F32", 32), ("F64", 64), ("I64", 64), ("U64", 64)):
        yield dtype, tensors(entry(dtype, f"[{64 // bits}]")), "OK"
        yield dtype + ", one element less", tensors(entry(dtype, f"[{64 // bits - 1}]")), "SHAPE_MISMATCH"
    for dtype, elements in (("F4", 16), ("F8_E5M2", 8), ("F8_E4M3", 8), ("F8_E8M0", 8), ("F8_E4M3FNUZ", 8),
                            ("F8_E5M2FNUZ", 8), ("C64", 1), ("F6_E2M3", 4), ("f32", 2), ("F128", 1), ("", 2),
                            ("float32", 2), (" F32", 2), ("I4", 16)):
        data = 3 if dtype.startswith("F6") else 8
        yield "dtype " + dtype, tensors(entry(dtype, f"[{elements}]", f"[0,{data}]"), data=data), "UNSUPPORTED_DTYPE"
    for name, text in (("null", "null"), ("number", "1"), ("array", '["F32"]'), ("object", '{"F32":null}')):
        yield "dtype " + name, tensors(ONE.replace('"F32"', text)), "WRONG_TYPE"
    # Shapes.
    yield "rank 0", tensors(entry(shape="[]", offsets="[0,4]"), data=4), "OK"
    yield "rank 9", tensors(entry(shape="[1,1,1,1,2,1,1,1,1]")), "OK"
    yield "empty tensor", tensors(entry(shape="[3,0]", offsets="[0,0]"), data=0), "OK"
    yield "empty tensor with bytes", tensors(entry(shape="[3,0]")), "SHAPE_MISMATCH"
    yield "elements without bytes", tensors(entry(offsets="[0,0]"), data=0), "SHAPE_MISMATCH"
    yield "elements that overflow", tensors(entry(shape="[4294967296,4294967296]", offsets="[0,0]"), data=0), "SHAPE_MISMATCH"
    yield "elements that overflow before a zero", tensors(
        entry(shape="[4294967296,4294967296,0]", offsets="[0,0]"), data=0), "SHAPE_MISMATCH"
    yield "elements that overflow after a zero", tensors(
        entry(shape="[0,4294967296,4294967296]", offsets="[0,0]"), data=0), "SHAPE_MISMATCH"
    yield "bytes that overflow", tensors(entry(shape="[4611686018427387904]", offsets="[0,0]"), data=0), "WRONG_TYPE"
    yield "bytes that overflow, by factors", tensors(
        entry(shape="[2147483648,2147483648]", offsets="[0,0]"), data=0), "SHAPE_MISMATCH"
    yield "empty tensor, dimension 2^31", tensors(entry(shape="[0,2147483648]", offsets="[0,0]"), data=0), "LIMIT"
    yield "empty tensor, dimension 2^31 - 1", tensors(entry(shape="[0,2147483647]", offsets="[0,0]"), data=0), "OK"
    yield "empty tensor, dimension 2^53 + 1", tensors(entry(shape="[0,9007199254740993]", offsets="[0,0]"), data=0), "WRONG_TYPE"
    for name, text in (("null", "null"), ("number", "2"), ("string", '"2"'), ("object", "{}"), ("of a string", '["2"]'),
                       ("of null", "[null]"), ("of an array", "[[2]]"), ("of a float", "[2.0]"), ("of an exponent", "[2e0]"),
                       ("of true", "[true]"), ("of minus two", "[-2]"), ("of 2^64", "[18446744073709551616]"),
                       ("of 400 digits", "[" + "9" * 400 + "]"), ("of an object", "[{}]")):
        yield "shape " + name, tensors(entry(shape=text)), "WRONG_TYPE"
    for name, text in (("of plus two", "[+2]"), ("of a leading zero", "[02]"), ("of hexadecimal", "[0x2]"),
                       ("with trailing comma", "[2,]"), ("unclosed", "[2}")):
        yield "shape " + name, tensors(entry(shape=text)), "MALFORMED"
    # Offsets.
    for name, text in (("null", "null"), ("number", "8"), ("object", '{"0":0,"1":8}'), ("empty", "[]"), ("one", "[8]"),
                       ("three", "[0,8,8]"), ("strings", '["0","8"]'), ("floats", "[0.0,8.0]"), ("minus zero", "[-0,8]"),
                       ("minus one", "[-1,7]"), ("2^64", "[0,18446744073709551616]"), ("nulls", "[null,null]"),
                       ("2^64 - 1", "[18446744073709551615,18446744073709551615]")):
        yield "offsets " + name, tensors(entry(offsets=text)), "WRONG_TYPE"
    yield "offsets end before they begin", tensors(entry(offsets="[8,0]")), "MALFORMED"
    yield "offsets from 1", tensors(entry(offsets="[1,9]"), data=9), "MALFORMED"
    yield "offsets of 2^53", tensors(entry("U8", "[9007199254740992]", "[0,9007199254740992]")), "TRUNCATED, LIMIT"
    yield "offsets above the file", tensors(entry(shape="[4]", offsets="[0,16]")), "TRUNCATED"
    yield "offsets one byte more than the shape", tensors(entry(offsets="[0,9]"), data=9), "SHAPE_MISMATCH"
    # Several tensors.
    second = entry(offsets="[8,16]")
    yield "two tensors", tensors(ONE, second, data=16), "OK"
    yield "two tensors, other order", tensors(second, ONE, data=16), "OK"
    yield "gap", tensors(ONE, entry(offsets="[9,17]"), data=17), "MALFORMED"
    yield "overlap", tensors(ONE, entry(offsets="[7,15]"), data=15), "MALFORMED"
    yield "overlap, the same bytes", tensors(ONE, ONE), "MALFORMED"
    yield "overlap, one inside the other", tensors(ONE, entry(shape="[1]", offsets="[4,8]")), "MALFORMED"
    yield "second data missing", tensors(ONE, second, data=12), "TRUNCATED"
    yield "data beyond the second", tensors(ONE, second, data=20), "TRAILING_BYTES"
    nothing = entry(shape="[0]", offsets="[8,8]")
    yield "empty tensor last", tensors(ONE, nothing), "OK"
    yield "empty tensor between", tensors(second, nothing, ONE, data=16), "OK"
    yield "empty tensors at the same place", tensors(nothing, nothing, ONE), "OK"
    yield "empty tensor first", tensors(entry(shape="[0]", offsets="[0,0]"), ONE), "OK"
    yield "empty tensor inside another", tensors(ONE, entry(shape="[0]", offsets="[4,4]")), "MALFORMED"
    yield "empty tensor beyond the end", tensors(ONE, entry(shape="[0]", offsets="[9,9]")), "MALFORMED"
    yield "odd alignment", tensors(entry("U8", "[1]", "[0,1]"), entry(offsets="[1,9]"), data=9), "OK"
    # Abuse.
    yield "zip after the header", tensors(ONE) + b"PK\x03\x04", "TRAILING_BYTES"
    yield "a hundred tensors over the same data", file(
        "{" + ",".join(f'"t{i}":' + ONE for i in range(100)) + "}", bytes(8)), "MALFORMED"


def tensors_twice():
    nothing = '"a":' + entry(shape="[0]", offsets="[0,0]")
    return file("{" + nothing + "," + nothing + "}")


# Where we differ from the reference on purpose, and why.
DEVIATIONS = {
    "a name occurs twice": {
        "same name twice", "same name twice, by escape", "same name twice, empty tensors", "unknown member twice",
        "name twice in an unknown member", "name twice in metadata"},
    "an entry is an object": {"array of its values as entry"},
    "a dtype is a string": {"dtype object"},
    "a dtype we have no use for": {
        "dtype F4", "dtype F8_E5M2", "dtype F8_E4M3", "dtype F8_E8M0", "dtype F8_E4M3FNUZ", "dtype F8_E5M2FNUZ",
        "dtype C64", "dtype F6_E2M3"},
    "an empty tensor has reasonable dimensions": {
        "elements that overflow after a zero", "empty tensor, dimension 2^31", "empty tensor, dimension 2^53 + 1"},
    "a number has some 1000 digits at most": {"unknown member, long number"},
}


def verdict(data):
    """What the real package says: its tensors, or that it rejects the file."""
    try:
        found = safetensors.deserialize(data)
    except safetensors.SafetensorError:
        return None
    return sorted((name, t["dtype"], t["shape"]) for name, t in found)


def make_verdicts():
    deviating = {name: why for why, names in DEVIATIONS.items() for name in names}
    lines = []
    seen = set()
    for name, data, ours in cases():
        assert name not in seen, name
        seen.add(name)
        found = verdict(data)
        accepted = found is not None
        assert ((ours == "OK") != accepted) == (name in deviating), (name, ours, found)
        names = "" if not accepted else json.dumps([[n, d, *s] for n, d, s in found], separators=(",", ":"))
        lines.append("\t".join([name, "accepted" if accepted else "rejected", ours, deviating.get(name, ""), names,
                                base64.b64encode(data).decode()]) + "\n")
    assert deviating.keys() <= seen, deviating.keys() - seen
    (SAFETENSORS / "verdicts.tsv").write_text("".join(lines))
    print(len(lines), "verdicts")


make_elements()
make_files()
make_verdicts()
