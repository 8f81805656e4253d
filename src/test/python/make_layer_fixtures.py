"""Writes layers with all that the service must say of them: src/test/resources/layers/layers.jsonl.gz.

Needs numpy alone. The arithmetic follows sinabs 3.1.3 step by step in binary32 (golden/ holds what sinabs itself
computes); report and findings are written here a second time from their definitions, element by element, and share
nothing with the service. The output is the same on every run:

    python3 src/test/python/make_layer_fixtures.py
"""

import gzip
import json
import math
import pathlib

import numpy as np

F = np.float32
OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "layers" / "layers.jsonl.gz"
TERMS = ("weight", "bias", "threshold", "state")


# ---- the arithmetic ---------------------------------------------------------------------------------------------


def ends(bits):
    return -(2 ** (bits - 1)), 2 ** (bits - 1) - 1


def scale_of(values, bits):
    """The scale of a tensor, or None."""
    lo, hi = ends(bits)
    smallest, largest = F(np.min(values)), F(np.max(values))
    if abs(smallest) <= F(abs(largest) * F(abs(lo) / hi)):
        m, n = largest, hi
    else:
        m, n = smallest, lo
    with np.errstate(all="ignore"):
        scale = abs(F(F(F(1) / m) * F(n)))
    return scale if np.isfinite(scale) else None


def rounded(values, scale, bits, to_int):
    products = (np.asarray(values, dtype=F) * scale).astype(F)
    q = np.rint(products).astype(F)
    if to_int:
        lo, hi = ends(bits)
        q = np.clip(q.astype(np.float64), lo, hi).astype(np.int64)
    return q


# ---- what there is to say -----------------------------------------------------------------------------------------


def tensor_report(x, q, scale, bits):
    x = [float(v) for v in np.ravel(x)]
    q = [float(v) for v in np.ravel(q)]
    lo, hi = ends(bits)
    errors = [b / float(scale) - a for a, b in zip(x, q)]
    noise = math.fsum(e * e for e in errors)
    signal = math.fsum(v * v for v in x)
    return {
        "elements": len(x),
        "zeros": sum(1 for v in q if v == 0),
        "levels_used": len({v + 0.0 for v in q if lo <= v <= hi}) if bits <= 16 else None,
        "levels_available": 2**bits,
        "saturated": 0,
        "max_abs_error": max(abs(e) for e in errors),
        "rms_error": math.sqrt(noise / len(x)),
        "sqnr_db": 10 * math.log10(signal / noise) if noise > 0 and signal > 0 else None,
    }


def relative_error(x, q, scale):
    return None if x == 0 else abs(float(q) / float(scale) - float(x)) / abs(float(x))


class Case:
    def __init__(self, weight, threshold, bias=None, min_v_mem=None, v_mem=None, weight_type="float32", **options):
        self.weight = np.asarray(weight, dtype=F)
        self.weight_type = weight_type
        self.bias = None if bias is None else np.asarray(bias, dtype=F)
        self.threshold = F(threshold)
        self.min_v_mem = None if min_v_mem is None else F(min_v_mem)
        self.v_mem = None if v_mem is None else np.asarray(v_mem, dtype=F)
        self.options = {
            "to_int": True,
            "weight_bits": 8,
            "bias_bits": options.get("weight_bits", 8),
            "state_bits": 16,
            "rescale": 1.0,
            "unset_min_v_mem": "reference",
        } | options

    def compute(self):
        o = self.options
        to_int = o["to_int"]
        self.w = (self.weight * F(o["rescale"])).astype(F)
        self.low_is_scaled = self.min_v_mem is not None or o["unset_min_v_mem"] != "chip_minimum"
        if self.min_v_mem is not None:
            self.low = self.min_v_mem
        else:
            self.low = {
                "reference": F(-32768),
                "negative_threshold": -self.threshold,
                "chip_minimum": F(ends(o["state_bits"])[0]),
            }[o["unset_min_v_mem"]]
        thresholds = [self.low, self.threshold] if self.low_is_scaled else [self.threshold]
        self.candidates = {
            "weight": scale_of(self.w, o["weight_bits"]),
            "bias": None if self.bias is None else scale_of(self.bias, o["bias_bits"]),
            "threshold": scale_of(thresholds, o["state_bits"]),
            "state": None if self.v_mem is None else scale_of(self.v_mem, o["state_bits"]),
        }
        self.scale = min(s for s in self.candidates.values() if s is not None)
        self.limited_by = next(t for t in TERMS if self.candidates[t] == self.scale)
        self.low_scale = self.scale if self.low_is_scaled else F(1)
        self.q_weight = rounded(self.w, self.scale, o["weight_bits"], to_int)
        self.q_bias = None if self.bias is None else rounded(self.bias, self.scale, o["bias_bits"], to_int)
        self.q_v_mem = None if self.v_mem is None else rounded(self.v_mem, self.scale, o["state_bits"], to_int)
        self.q_threshold = rounded(self.threshold, self.scale, o["state_bits"], to_int)
        self.q_low = rounded(self.low, self.low_scale, o["state_bits"], to_int)
        self.threshold_error = relative_error(self.threshold, self.q_threshold, self.scale)
        self.low_error = relative_error(self.low, self.q_low, self.scale) if self.low_is_scaled else None
        by_channel = list(zip(self.w, self.q_weight))
        self.dead = [c for c, (_, q) in enumerate(by_channel) if not np.any(q)]
        self.silenced = [c for c in self.dead if np.any(by_channel[c][0])]

    def findings(self):
        found = set()
        others = [float(self.candidates[t]) for t in TERMS if t != self.limited_by and self.candidates[t] is not None]
        severity = "warning" if others and 2 * float(self.scale) < min(others) else "info"
        lo, hi = ends(self.options["state_bits"])
        low_sets = self.low_is_scaled and abs(self.low) > F(self.threshold * F(abs(lo) / hi))
        low_limits = self.limited_by == "threshold" and low_sets
        if low_limits:
            found.add(("LOW_THRESHOLD_LIMITS", severity, "min_v_mem"))
        elif self.limited_by == "threshold":
            found.add(("THRESHOLD_LIMITS", severity, "spike_threshold"))
        elif self.limited_by == "bias":
            found.add(("BIAS_LIMITS", severity, "bias"))
        elif self.limited_by == "state":
            found.add(("STATE_LIMITS", severity, "v_mem"))

        if self.q_threshold == 0:
            found.add(("THRESHOLD_ROUNDS_TO_ZERO", "warning", "spike_threshold"))
        elif self.threshold_error > 0.05:
            found.add(("THRESHOLD_ERROR", "warning", "spike_threshold"))
        if self.low_error is not None and self.low_error > 0.05:
            found.add(("THRESHOLD_ERROR", "info", "min_v_mem"))

        nonzero = np.count_nonzero(self.w)
        lost = np.count_nonzero((self.w != 0) & (self.q_weight == 0))
        if lost > nonzero / 2:
            found.add(("ZERO_FRACTION", "warning", "weight"))
        if self.silenced:
            found.add(("DEAD_OUTPUT_CHANNEL", "warning", "weight"))

        if self.bias is not None:
            nonzero = np.count_nonzero(self.bias)
            lost = np.count_nonzero((self.bias != 0) & (self.q_bias == 0))
            if lost:
                found.add(("BIAS_UNDERFLOW", "warning" if lost == nonzero else "info", "bias"))
            if np.any(self.q_bias):
                found.add(("BIAS_ENABLES_LEAK", "info", "bias"))

        if np.max(self.q_weight) > 2 * self.q_threshold:
            found.add(("WEIGHT_ABOVE_THRESHOLD", "warning", "weight"))
        elif np.max(self.q_weight) > self.q_threshold:
            found.add(("WEIGHT_ABOVE_THRESHOLD", "info", "weight"))

        whole = self.weight_type.startswith("int") or np.all(self.w == np.rint(self.w))
        if whole and np.max(np.abs(self.w)) > 1:
            found.add(("ALREADY_DISCRETE", "info", "weight"))
        if self.min_v_mem is None and not low_limits:
            found.add(("MIN_V_MEM_UNSET", "info", "min_v_mem"))
        if self.outliers():
            found.add(("NEGATIVE_OUTLIER", "info", "weight"))
        return found

    def inhibition(self):
        """The most negative weight beside the range of states."""
        depth = float(F(self.threshold - self.low)) if self.low_is_scaled else math.inf
        return max(0.0, -float(self.w.min())) / depth

    def outliers(self):
        """Weights that act like the bound they are below, and the scale without them; None where there are none."""
        if not self.low_is_scaled or np.max(self.w) > self.threshold:
            return None
        bound = -F(self.threshold - self.low)
        below = self.w < bound
        clipped = {**self.candidates, "weight": scale_of(np.maximum(self.w, bound), self.options["weight_bits"])}
        scales = [s for s in clipped.values() if s is not None]
        if not below.any() or not scales:
            return None
        return {"weights": int(below.sum()), "bound": bound, "smallest": self.w.min(), "scale_bits": bits_of(min(scales))}

    def line(self):
        self.compute()
        o = self.options
        return {
            "input": {
                "weight": tensor(self.weight),
                "weight_type": self.weight_type,
                "bias": tensor(self.bias),
                "spike_threshold": self.threshold,
                "min_v_mem": self.min_v_mem,
                "v_mem": tensor(self.v_mem),
            }
            | o,
            "expect": {
                "scale_bits": bits_of(self.scale),
                "candidates": {t: bits_of(s) for t, s in self.candidates.items()},
                "limited_by": self.limited_by,
                "weight": tensor(self.q_weight),
                "bias": tensor(self.q_bias),
                "spike_threshold": self.q_threshold[()],
                "min_v_mem": self.q_low[()],
                "v_mem": tensor(self.q_v_mem),
                "report": {
                    "weight": tensor_report(self.w, self.q_weight, self.scale, o["weight_bits"]),
                    "bias": None
                    if self.bias is None
                    else tensor_report(self.bias, self.q_bias, self.scale, o["bias_bits"]),
                    "v_mem": None
                    if self.v_mem is None
                    else tensor_report(self.v_mem, self.q_v_mem, self.scale, o["state_bits"]),
                    "spike_threshold_error": self.threshold_error,
                    "min_v_mem_error": self.low_error,
                    "dead_output_channels": self.dead,
                },
                "findings": sorted(self.findings()),
                "negative_outlier": self.outliers(),
                "inhibition": self.inhibition(),
            },
        }


def bits_of(scale):
    return None if scale is None else int(scale.view(np.int32))


def tensor(values):
    return None if values is None else {"shape": list(values.shape), "data": list(np.ravel(values))}


def plain(value):
    """What json cannot write: a float32 becomes the shortest decimal that gives it back."""
    if isinstance(value, F):
        return float(str(value))
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value


# ---- the layers ---------------------------------------------------------------------------------------------------


def shapes(rng):
    return [(4, 3, 3, 3), (8, 2, 1, 1), (5, 7), (16,), (1, 1, 1, 1), (2, 3, 5), (3, 1, 2, 2, 2)][rng.integers(7)]


def normal(rng, shape, spread=1.0):
    return (rng.standard_normal(shape) * spread).astype(F)


def spread(rng):
    return float(10.0 ** rng.uniform(-3, 3))


def cases():
    rng = np.random.default_rng(20260101)
    policies = ("reference", "negative_threshold", "chip_minimum")
    for i in range(60):  # plain layers: each term limits in some of them
        shape, unit = shapes(rng), spread(rng)
        yield Case(
            normal(rng, shape, unit),
            abs(normal(rng, ())) * F(unit * 10 ** rng.uniform(-1, 4)) + F(unit * 1e-3),
            bias=normal(rng, shape[0], unit * 10 ** rng.uniform(-3, 1.5)) if i % 3 else None,
            min_v_mem=-abs(normal(rng, ())) * F(unit * 10 ** rng.uniform(-1, 4)) if i % 4 else None,
            v_mem=normal(rng, (1, 2, 3), unit * 10 ** rng.uniform(-1, 4)) if i % 2 else None,
            unset_min_v_mem=policies[i % 3],
        )
    for bits in range(2, 25):  # every precision, for each of the three
        shape, unit = shapes(rng), spread(rng)
        for name in ("weight_bits", "bias_bits", "state_bits"):
            yield Case(
                normal(rng, shape, unit),
                unit * rng.uniform(0.5, 2),
                bias=normal(rng, shape[0], unit),
                min_v_mem=-unit * rng.uniform(0.5, 2),
                v_mem=normal(rng, (2, 2), unit),
                **{name: bits},
            )
    for i in range(12):  # unset min_v_mem, by policy, at precisions that make it limit or not
        unit = (0.1, 3.0, 1e4, 1e6)[i % 4]
        yield Case(
            normal(rng, (3, 4), unit), unit, unset_min_v_mem=policies[i % 3], state_bits=(8, 16, 20, 12)[i // 3]
        )
    for exponent in range(6):  # tiny thresholds
        yield Case(normal(rng, (4, 4)), 10.0**-exponent, min_v_mem=-0.3 * 10.0**-exponent)
        yield Case(normal(rng, (4, 4)), 0.5 * 3.0**-exponent, min_v_mem=0.0)
    for exponent in range(6):  # a bias that limits, and one that vanishes
        yield Case(normal(rng, (6, 5)), 1, bias=normal(rng, 6, 4.0**exponent), min_v_mem=-1)
        yield Case(normal(rng, (6, 5)), 1, bias=normal(rng, 6, 8.0**-exponent), min_v_mem=-1)
    for exponent in range(5):  # states left over
        yield Case(normal(rng, (6, 5)), 1, min_v_mem=-1, v_mem=normal(rng, (1, 6, 2, 2), 30.0**exponent))
    for i in range(8):  # channels that die, and channels that are empty
        weight = normal(rng, (6, 2, 3))
        weight[i % 6] = 0
        weight[(i + 2) % 6] *= F(10.0 ** -(i % 4 + 1))
        yield Case(weight, 0.8, min_v_mem=-0.8, to_int=i % 2 == 0)
    for i in range(6):  # mostly zeros, or mostly small
        weight = normal(rng, (4, 10))
        weight[rng.random((4, 10)) < 0.15 * i] *= F((0, 1e-4)[i % 2])
        yield Case(weight, 2, min_v_mem=-2, weight_bits=(8, 4)[i % 2])
    yield Case(np.zeros((3, 2)), 1, min_v_mem=-1)  # the thresholds alone
    yield Case(np.zeros((3, 2)), 1, bias=np.zeros(3), v_mem=np.zeros((2, 2)), min_v_mem=-1)
    yield Case(np.zeros((3, 2)), 1, bias=[0, -0.0, 2], min_v_mem=-1)
    yield Case(np.full((2, 2), 1e-39), 1e-30, min_v_mem=-1e-31, bias=[1e-38, -1e-38])
    yield Case([[1e-30, -2e-30]], 3e-20, min_v_mem=-1e-20)
    for i in range(8):  # whole numbers, and whole numbers as integers
        weight = rng.integers(-9, 9, (4, 4)).astype(F)
        yield Case(weight, 12, min_v_mem=-12, weight_type=("float32", "int8", "int32", "float32")[i % 4],
                   rescale=(1.0, 0.5)[i // 4])
    yield Case([[1, -1, 0]], 1, min_v_mem=-1, weight_type="int8")
    yield Case([[1, -1, 0.5]], 1, min_v_mem=-1)
    for i, rescale in enumerate((0.25, 1 / 9, 0.0625, 4.0, 1e-3, 1 / 3 / 3, 0.31, 7.5)):
        yield Case(normal(rng, (5, 2, 2)), 1.5, bias=normal(rng, 5, 0.2), min_v_mem=-1.5, rescale=rescale,
                   to_int=i % 3 != 0)
    for i in range(8):  # floats
        yield Case(normal(rng, (4, 6), spread(rng)), 1.1, bias=normal(rng, 4, 0.5), to_int=False,
                   min_v_mem=(None, -2.2)[i % 2], v_mem=normal(rng, (3,)), unset_min_v_mem=policies[i % 3],
                   weight_bits=(8, 8, 4, 20)[i // 2])
    for i in range(8):  # powers of two: scales that are equal, or differ by exactly two
        yield Case([[-128, 64.5]], 1, bias=[(-128, -256, -257, -64)[i % 4]], min_v_mem=-1,
                   v_mem=[(-65536, -131072)[i // 4], 1])
    for i in range(6):  # large weights beside the threshold
        yield Case([[-128, (10, 11, 20, 21, 9, 126)[i], 0.5]], 10, min_v_mem=-10)
    yield Case([[3e38, -1e38]], 2e38, min_v_mem=-1e38, bias=[1e37])
    yield Case([[-1, -1]], 1, min_v_mem=0.5)
    for i in range(24):  # a few weights that are far below zero, by policy, or with one above the threshold
        weight = np.clip(normal(rng, (6, 2, 3, 3)), -1, 1.5)
        weight.flat[rng.integers(0, weight.size, 3)] = F(-2) - abs(normal(rng, (3,), 4.0 ** (i % 4)))
        weight.flat[rng.integers(weight.size)] = (1, 1.5, 1.5000001, 1.6)[i // 4 % 4]
        unset = {"min_v_mem": None, "unset_min_v_mem": policies[i % 3], "state_bits": 12}
        bias = normal(rng, 6, 0.5) * F(4.0 ** (i % 5 - 1)) if i % 2 else None
        yield Case(weight, 1.5, bias=bias, rescale=(1.0, 0.5)[i // 12], to_int=i % 5 != 0,
                   **({"min_v_mem": (-1.5, -0.25, 0.25)[i % 3]} if i % 6 < 3 else unset))
    for weight in (-2, -2.0000002):  # at the bound, and just below it
        yield Case([[weight, 1]], 1, min_v_mem=-1)
    yield Case([[-3, 1]], 1, min_v_mem=-1, bias=[2])  # limited by another, before and after
    yield Case([[-1e-36, 0]], 1e-38, min_v_mem=0)  # clipped, it would have no scale
    yield Case([[-3e38, 1]], 2.5e38, min_v_mem=-0.5e38)  # a depth that nearly overflows


def main():
    OUT.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(plain(case.line()), separators=(",", ":"), allow_nan=False) for case in cases()]
    with open(OUT, "wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
        packed.write(("\n".join(lines) + "\n").encode())
    print(len(lines), "layers")


if __name__ == "__main__":
    main()
