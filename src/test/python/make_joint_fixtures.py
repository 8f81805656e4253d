"""Writes layers and their joint scale: src/test/resources/layers/joint.jsonl.gz.

Needs numpy alone. The rule is DESIGN section 11, written here a second time from its definition, over whole arrays,
and shares nothing with the service. The output is the same on every run:

    python3 src/test/python/make_joint_fixtures.py
"""

import gzip
import json
import math
import pathlib

import numpy as np

F = np.float32
OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "layers" / "joint.jsonl.gz"
LAYERS = 300


def ends(bits):
    return -(2 ** (bits - 1)), 2 ** (bits - 1) - 1


def scale_of(values, bits):
    """sinabs' scale of a tensor; infinite where there is none."""
    lo, hi = ends(bits)
    smallest, largest = F(np.min(values)), F(np.max(values))
    if abs(smallest) <= F(abs(largest) * F(abs(lo) / hi)):
        m, n = largest, hi
    else:
        m, n = smallest, lo
    with np.errstate(all="ignore"):
        return abs(F(F(F(1) / m) * F(n)))


def product(values, scale):
    with np.errstate(over="ignore"):
        return (np.asarray(values, dtype=F) * F(scale)).astype(F)


def clamped(values, scale, bits):
    return np.clip(np.rint(product(values, scale)).astype(np.float64), *ends(bits))


def outside(values, scale, bits):
    q = np.rint(product(values, scale)).astype(np.float64)
    lo, hi = ends(bits)
    return int(np.sum((q < lo) | (q > hi)))


def low_of(layer):
    """min_v_mem and whether it is scaled."""
    if layer["min_v_mem"] is not None:
        return layer["min_v_mem"], True
    return {
        "reference": (F(-32768), True),
        "negative_threshold": (-layer["spike_threshold"], True),
        "chip_minimum": (F(ends(layer["state_bits"])[0]), False),
    }[layer["unset_min_v_mem"]]


def reference_scale(layer, w):
    low, scaled = low_of(layer)
    thresholds = [low, layer["spike_threshold"]] if scaled else [layer["spike_threshold"]]
    scales = [scale_of(w, layer["weight_bits"]), scale_of(np.array(thresholds, dtype=F), layer["state_bits"])]
    if layer["bias"] is not None:
        scales.append(scale_of(layer["bias"], layer["bias_bits"]))
    if layer["v_mem"] is not None:
        scales.append(scale_of(layer["v_mem"], layer["state_bits"]))
    return min(scales)


def error_of(layer, w, k, s):
    threshold = float(layer["spike_threshold"])
    terms = [(clamped(w, s, layer["weight_bits"]) / k - w.astype(np.float64) / threshold) ** 2]
    if layer["bias"] is not None:
        bias = layer["bias"]
        terms.append((clamped(bias, s, layer["bias_bits"]) / k - bias.astype(np.float64) / threshold) ** 2)
    # accumulate adds one after the other, which sum does not.
    return float(np.add.accumulate(np.concatenate(terms))[-1])


def joint(layer):
    w = product(layer["weight"], layer["rescale"]).ravel()
    threshold = float(layer["spike_threshold"])
    k0 = threshold * float(reference_scale(layer, w))
    largest = ends(layer["state_bits"])[1]
    first = max(1, math.floor(0.4 * k0))
    last = min(largest, math.ceil(6 * k0))
    step = 1 + (last - first) // 512
    tried = [(error_of(layer, w, k, F(k / threshold)), k) for k in range(first, last + 1, step)]
    k = min(tried)[1]
    s = F(k / threshold)
    low, scaled = low_of(layer)
    return {
        "scale": s,
        "spike_threshold": k,
        "weight": clamped(w, s, layer["weight_bits"]),
        "bias": None if layer["bias"] is None else clamped(layer["bias"], s, layer["bias_bits"]),
        "min_v_mem": int(clamped(low, s if scaled else 1, layer["state_bits"])),
        "v_mem": None if layer["v_mem"] is None else clamped(layer["v_mem"], s, layer["state_bits"]),
        "saturated": {
            "weight": outside(w, s, layer["weight_bits"]),
            "bias": 0 if layer["bias"] is None else outside(layer["bias"], s, layer["bias_bits"]),
            "v_mem": 0 if layer["v_mem"] is None else outside(layer["v_mem"], s, layer["state_bits"]),
        },
        "candidates": len(tried),
    }


def random_layer(i, rng):
    channels, each = int(rng.integers(1, 7)), int(rng.integers(2, 40)) if i % 50 else 400
    size = rng.choice([1e-3, 0.1, 1, 30])
    draw = (rng.normal, rng.laplace, rng.standard_t)[i % 3]
    weight = draw(0, 1, (channels, each)) if i % 3 < 2 else draw(3, (channels, each))
    threshold = F(size * rng.choice([0.05, 0.5, 1, 1, 3, 40]) * rng.uniform(0.5, 2))
    state_bits = int(rng.choice([16, 16, 16, 8, 10, 12, 18, 22]))
    layer = {
        "weight": (size * weight).astype(F),
        "bias": None if i % 5 == 0 else (size * rng.choice([0.1, 1, 5]) * rng.normal(0, 1, channels)).astype(F),
        "spike_threshold": threshold,
        "min_v_mem": None if i % 4 == 0 else F(-threshold * rng.choice([0.5, 1, 1, 4])),
        "v_mem": (threshold * rng.normal(0, 0.5, 5)).astype(F) if i % 7 == 0 else None,
        "to_int": i % 6 != 0,
        "weight_bits": int(rng.choice([2, 3, 4, 5, 6, 8, 8, 10, 12])),
        "bias_bits": int(rng.choice([2, 3, 4, 5, 6, 8, 8, 10, 12])),
        "state_bits": state_bits,
        "rescale": float(rng.choice([1, 1, 0.25, 1 / 9])),
        "unset_min_v_mem": ("negative_threshold", "chip_minimum", "reference")[(i // 4) % 3],
    }
    return layer


def plain(value):
    if isinstance(value, np.ndarray):
        whole = value.dtype == np.float64
        return {"shape": list(value.shape), "data": [int(v) if whole else exact(v) for v in value.ravel()]}
    return exact(value) if isinstance(value, F) else value


def exact(value):
    """The shortest decimal that gives back the binary32 value."""
    return float(str(F(value)))


def main():
    rng = np.random.default_rng(20261127)
    lines = []
    for i in range(LAYERS):
        layer = random_layer(i, rng)
        expect = joint(layer)
        expect["scale_bits"] = int(F(expect.pop("scale")).view(np.int32))
        expect["weight"] = expect["weight"].reshape(layer["weight"].shape)
        line = {"input": {k: plain(v) for k, v in layer.items()}, "expect": {k: plain(v) for k, v in expect.items()}}
        lines.append(json.dumps(line, separators=(",", ":")))
    with open(OUT, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(("\n".join(lines) + "\n").encode())
    print(len(lines), "layers,", sum(json.loads(line)["expect"]["candidates"] for line in lines), "scales tried,",
          sum(1 for line in lines if json.loads(line)["expect"]["saturated"]["weight"]), "clamp a weight,",
          OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
