"""Writes layers, integers and the scales that give them: src/test/resources/layers/verify.jsonl.gz.

Needs numpy alone. Each layer of make_joint_fixtures.py is discretized by a rule; then, in a second line, one of its
integers is changed. The scales are found by bisection over the bits of binary32, for every element by itself, over
whole arrays, and share nothing with the service. The output is the same on every run:

    python3 src/test/python/make_verify_fixtures.py
"""

import gzip
import json
import pathlib

import numpy as np

from make_joint_fixtures import F, clamped, ends, joint, low_of, plain, product, random_layer, reference_scale

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "layers" / "verify.jsonl.gz"
LAYERS = 200
LARGEST = int(np.finfo(F).max.view(np.int32))


def reference(layer):
    w = product(layer["weight"], layer["rescale"]).ravel()
    s = reference_scale(layer, w)
    low, scaled = low_of(layer)
    return {
        "scale": s,
        "spike_threshold": int(clamped(layer["spike_threshold"], s, layer["state_bits"])),
        "weight": clamped(w, s, layer["weight_bits"]),
        "bias": None if layer["bias"] is None else clamped(layer["bias"], s, layer["bias_bits"]),
        "min_v_mem": int(clamped(low, s if scaled else 1, layer["state_bits"])),
        "v_mem": None if layer["v_mem"] is None else clamped(layer["v_mem"], s, layer["state_bits"]),
    }


def terms_of(layer, found):
    """(floats, integers, bits) of the tensors that tell the scale."""
    low, scaled = low_of(layer)
    terms = [
        (product(layer["weight"], layer["rescale"]).ravel(), found["weight"].ravel(), layer["weight_bits"]),
        (np.array([layer["spike_threshold"]], dtype=F), np.array([found["spike_threshold"]]), layer["state_bits"]),
    ]
    if layer["bias"] is not None:
        terms.append((layer["bias"], found["bias"], layer["bias_bits"]))
    if scaled:
        terms.append((np.array([low], dtype=F), np.array([found["min_v_mem"]]), layer["state_bits"]))
    return terms


def value(x, bits_of_scale, bits):
    """The integers at one scale for each element."""
    scales = np.asarray(bits_of_scale, dtype=np.int32).view(F)
    with np.errstate(over="ignore"):
        products = (x * scales).astype(F)
    return np.clip(np.rint(products).astype(np.float64), *ends(bits))


def first(x, enough):
    """For each element the smallest bits from 1 to LARGEST at which it is enough; LARGEST + 1 for never."""
    low = np.ones(x.size, dtype=np.int64)
    high = np.full(x.size, LARGEST + 1, dtype=np.int64)
    for _ in range(40):
        middle = np.minimum((low + high) // 2, LARGEST)
        found = enough(middle) | (low == high)
        high = np.where(found & (low < high), middle, high)
        low = np.where(found, low, middle + 1)
    return low


def intervals(x, q, bits):
    """The first and the last scale, as bits, at which each element is its integer; first > last for none."""
    rising = x >= 0
    start = first(x, lambda s: np.where(rising, value(x, s, bits) >= q, value(x, s, bits) <= q))
    end = first(x, lambda s: np.where(rising, value(x, s, bits) > q, value(x, s, bits) < q)) - 1
    return start, end


def range_of(layer, found):
    starts, ends_ = zip(*(intervals(*term) for term in terms_of(layer, found)))
    start, end = int(max(map(np.max, starts))), int(min(map(np.min, ends_)))
    return {"low_bits": start, "high_bits": end, "count": end - start + 1} if start <= end else None


def mismatches(expected, found):
    counts = {}
    for name in ("weight", "bias", "spike_threshold", "min_v_mem", "v_mem"):
        if expected[name] is not None:
            counts[name] = int(np.sum(np.asarray(expected[name]) != np.asarray(found[name])))
    return counts


def changed(found, rng):
    """The same integers but for one."""
    copy = {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in found.items()}
    name = rng.choice([n for n in ("weight", "weight", "bias", "spike_threshold", "min_v_mem") if copy[n] is not None])
    by = int(rng.choice([-1, 1, -1, 1, 2, -7]))
    if isinstance(copy[name], np.ndarray):
        copy[name].flat[rng.integers(copy[name].size)] += by
    else:
        copy[name] += by
    return copy


def line(layer, found, rule, expected):
    names = ("weight", "bias", "spike_threshold", "min_v_mem", "v_mem")
    integers = {name: found[name] for name in names}
    integers["weight"] = integers["weight"].reshape(layer["weight"].shape)
    return {
        "input": {k: plain(v) for k, v in layer.items()},
        "found": {k: plain(v) for k, v in integers.items()},
        "expect": {
            "rule": rule,
            "scale_bits": int(F(expected["scale"]).view(np.int32)),
            "scale_range": range_of(layer, found),
            "mismatches": mismatches(expected, found),
        },
    }


def main():
    rng = np.random.default_rng(20261128)
    lines = []
    for i in range(LAYERS):
        layer = random_layer(i, rng)
        layer["to_int"] = True
        by_reference, by_joint = reference(layer), joint(layer)
        rule, found = ("joint", by_joint) if i % 3 == 2 else ("reference", by_reference)
        if rule == "joint" and not any(mismatches(by_reference, found).values()):
            rule = "reference"
        lines.append(line(layer, found, rule, by_reference if rule == "reference" else by_joint))
        other = changed(found, rng)
        wrong = [(sum(mismatches(e, other).values()), r, e) for r, e in ((0, by_reference), (1, by_joint))]
        count, _, nearest = min(wrong, key=lambda entry: entry[:2])
        assert count > 0
        lines.append(line(layer, other, "unknown", nearest))
    text = [json.dumps(each, separators=(",", ":")) for each in lines]
    with open(OUT, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(("\n".join(text) + "\n").encode())
    expects = [each["expect"] for each in lines]
    print(len(lines), "lines,", sum(e["scale_range"] is None for e in expects), "without a scale,",
          sum(e["rule"] == "joint" for e in expects), "joint,",
          sum(e["rule"] == "unknown" and e["scale_range"] is not None for e in expects), "changed but possible,",
          OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
