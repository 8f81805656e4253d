"""Writes the examples of the API: what Swagger UI fills in, and the files at /api/v1/examples/.

    python src/test/python/make_examples.py        (needs numpy and safetensors)

The weights are drawn, not copied: a seeded generator gives them the shape, the spread and the heavy lower tail of a
trained first layer of a network that reads digits from an event camera (16 x 2 x 5 x 5 weights, standard deviation
0.24, extremes -1.79 and 0.51). Running it again writes the same bytes.

index.json lists every example: the operation it is for, its name and words, and a file for each format, or the files of
each part of a form.
"""

import base64
import io
import json
import pathlib
import zipfile

import numpy as np
from safetensors.numpy import save

ROOT = pathlib.Path(__file__).parents[2] / "main" / "resources" / "examples"

SEED = 20260101
LOWEST, HIGHEST, SPREAD, MEAN = -1.79, 0.51, 0.2366, -0.0134


def trained_like(rng, shape):
    """Weights with the spread of a trained first layer, in four decimals so that they can be read."""
    w = rng.standard_t(4, shape)
    w = np.clip(MEAN + SPREAD * w / w.std(), LOWEST, HIGHEST)
    w.flat[np.abs(w).argmax()] = LOWEST
    return np.round(w, 4).astype(np.float32)


def number(x):
    """The shortest decimal that gives back the float32."""
    return float(np.format_float_positional(np.float32(x), unique=True, trim="0"))


def nested(t):
    return [nested(s) for s in t] if t.ndim > 0 else number(t)


def flat(t):
    return {"shape": list(t.shape), "data": [number(x) for x in t.ravel()]}


def in_base64(t):
    return {"dtype": t.dtype.name, "shape": list(t.shape), "base64": base64.b64encode(t.tobytes()).decode()}


rng = np.random.default_rng(SEED)
FULL = trained_like(rng, (16, 2, 5, 5))
SMALL = trained_like(rng, (4, 2, 3, 3))
BIAS = np.round(rng.normal(0, 0.05, 4), 4).astype(np.float32)
LARGE_BIAS = BIAS.copy()
LARGE_BIAS[2] = 12.5
V_MEM = np.round(rng.normal(0, 0.4, (4, 4, 4)), 3).astype(np.float32)
LEFT_OVER = V_MEM.copy()
LEFT_OVER[1, 2, 3] = 2000
OUTLIER = SMALL.copy()
OUTLIER[0, 0, 1, 1] = 40
OUTPUT = np.round(rng.normal(0, 0.2, (3, 16)), 4).astype(np.float32)
INTEGERS = np.rint(SMALL * 71).astype(np.float32)

index = []


def text(value, indent=""):
    """JSON with a line for each member, and each array on one line."""
    if not isinstance(value, dict):
        return json.dumps(value)
    inner = indent + "  "
    members = ",\n".join("%s%s: %s" % (inner, json.dumps(name), text(member, inner)) for name, member in value.items())
    return "{\n%s\n%s}" % (members, indent)


def write(name, content):
    (ROOT / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def add(operations, name, summary, description, files, query=None):
    for operation in operations:
        entry = {"operation": operation, "name": name, "summary": summary, "description": description, "files": files}
        index.append(entry | ({"query": query} if query else {}))


def json_example(operation, name, summary, description, document):
    file = write("%s-%s.json" % (operation, name.replace("_", "-")), text(document) + "\n")
    add([operation], name, summary, description, {"json": file})


def npy(t):
    out = io.BytesIO()
    np.save(out, t)
    return out.getvalue()


def npz(tensors):
    """As numpy.savez_compressed, with a fixed date instead of today's."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, t in tensors.items():
            archive.writestr(zipfile.ZipInfo(name + ".npy", (2026, 1, 1, 0, 0, 0)), npy(t), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def containers(stem, tensors):
    return {"safetensors": write(stem + ".safetensors", save(tensors)), "npz": write(stem + ".npz", npz(tensors))}


def scale_examples():
    op = "scale"
    json_example(op, "first_layer", "Weights of a small first layer",
                 "4 filters of 2 x 3 x 3, nested as `.tolist()` gives them. The most negative weight, -1.79, becomes "
                 "-128, so the scale is 128 / 1.79.", {"tensor": nested(SMALL)})
    json_example(op, "thresholds", "The thresholds, in 16 bits",
                 "What a spike_threshold of 1 and a min_v_mem of -1 would allow on their own: far more than the "
                 "weights.", {"tensor": [-1.0, 1.0], "bits": 16})
    json_example(op, "outlier", "Trap: one outlier",
                 "The same weights with a single one of 40: the scale is over 20 times as coarse for all of them.",
                 {"tensor": flat(OUTLIER)})
    json_example(op, "all_zero", "Trap: nothing but zeros",
                 "A tensor of zeros has no scale; the answer is null. In a layer it would not limit the scale.",
                 {"tensor": [0.0, 0.0, 0.0, 0.0]})
    json_example(op, "full_layer", "Weights of a full first layer, as base64",
                 "16 filters of 2 x 5 x 5: the bytes of the float32 array, little-endian, in C order.",
                 {"tensor": in_base64(FULL)})


def scalar_examples():
    op = "scalar"
    json_example(op, "threshold", "A threshold at a layer's scale",
                 "A spike_threshold of 1 at the scale of a first layer.", {"value": 1.0, "scaling": 71.50838470458984})
    json_example(op, "half_to_even", "Trap: a half rounds to the even neighbour",
                 "2.5 becomes 2, as in sinabs, PyTorch and IEEE 754; rounding half up would give 3.",
                 {"value": 2.5, "scaling": 1})
    json_example(op, "tiny_threshold", "Trap: a threshold that rounds to zero",
                 "0.005 at this scale is 0.36, and 0 on chip: the neuron would fire at every event.",
                 {"value": 0.005, "scaling": 71.50838470458984})


def tensor_examples():
    op = "tensor"
    json_example(op, "first_layer", "Weights of a small first layer",
                 "4 filters of 2 x 3 x 3, nested as `.tolist()` gives them, to 8 bits with the largest scale that fits.",
                 {"tensor": nested(SMALL)})
    json_example(op, "four_bits", "The same in 4 bits",
                 "16 levels instead of 256: compare the report's `rms_error` and `sqnr_db`.",
                 {"tensor": flat(SMALL), "bits": 4})
    json_example(op, "given_scaling", "Trap: a scaling of one's own that is too large",
                 "With scaling 200 the extremes leave the range of 8 bits: they are clamped and counted.",
                 {"tensor": flat(SMALL), "scaling": 200, "bits": 8})
    json_example(op, "whole_floats", "Whole numbers as float32",
                 "`to_int` false gives the rounded values as floats, as sinabs keeps them.",
                 {"tensor": flat(SMALL), "to_int": False})
    json_example(op, "already_discrete", "Trap: integers discretized again",
                 "Weights that were discretized before are scaled once more; a finding says so.",
                 {"tensor": flat(INTEGERS)})
    json_example(op, "full_layer", "Weights of a full first layer, as base64",
                 "16 filters of 2 x 5 x 5: the bytes of the float32 array, little-endian, in C order.",
                 {"tensor": in_base64(FULL)})


class LayerForm:
    """Where an operation's JSON has a layer's members."""

    def __init__(self, operation):
        self.operation = operation

    def document(self, weight, bias=None, threshold=1.0, low=-1.0, v_mem=None, **options):
        conv = {"weight": weight} | ({} if bias is None else {"bias": bias})
        spike = {"spike_threshold": threshold} | ({} if low is None else {"min_v_mem": low})
        spike |= {} if v_mem is None else {"v_mem": v_mem}
        if self.operation == "conv":
            return {"conv": conv} | spike | options
        if self.operation == "spike":
            return {"spike": spike, "conv": conv} | options
        return {"conv": conv, "spike": spike} | options

    def add(self, name, summary, description, **layer):
        json_example(self.operation, name, summary, description, self.document(**layer))


def layer_examples(form, wanted):
    def add(name, summary, description, **layer):
        if name in wanted:
            form.add(name, summary, description, **layer)

    add("first_layer", "A sound small first layer",
        "4 filters of 2 x 3 x 3, nested as `.tolist()` gives them, threshold 1 and min_v_mem -1: the weights limit the "
        "scale, and no warning is raised.", weight=nested(SMALL), bias=nested(BIAS))
    add("unset_min_v_mem", "Trap: min_v_mem is not set",
        "sinabs counts a missing min_v_mem as -32768, which holds the scale at 1: nearly all weights become zero. See "
        "`limited_by`, `findings` and the report.", weight=flat(SMALL), low=None)
    add("chip_minimum", "The way out: min_v_mem as low as the chip has it",
        "The same layer with `unset_min_v_mem` = `chip_minimum`: no lower bound still means none, and the weights keep "
        "their bits.", weight=flat(SMALL), low=None, unset_min_v_mem="chip_minimum")
    add("large_bias", "Trap: one large bias",
        "A bias shares the scale of the weights: a single one of 12.5 makes all weights seven times as coarse.",
        weight=flat(SMALL), bias=nested(LARGE_BIAS))
    add("tiny_threshold", "Trap: a tiny threshold",
        "0.005 beside weights up to 1.79 rounds to 0: the neuron would fire at every event.",
        weight=flat(SMALL), threshold=0.005, low=-0.005)
    add("left_over_v_mem", "Trap: a left-over membrane state",
        "One membrane potential of 2000, left from the last batch, limits the scale of the whole layer. (sinabs' "
        "discretize_conv would not read it: reset the state, or leave v_mem out.)", weight=flat(SMALL),
        v_mem=flat(LEFT_OVER))
    add("average_pool", "After an average pool of 2 x 2",
        "The chip sums where the network averages, so the weights take the factor: `rescale` 0.25. The integers of the "
        "weights stay, the threshold becomes four times as large.", weight=flat(SMALL), rescale=0.25)
    add("threshold_per_neuron", "A threshold for each neuron",
        "As NIR stores them. All are equal, so they count as one; if they differed, the answer would be 422.",
        weight=flat(SMALL), threshold=[1.0] * 4, low=[-1.0] * 4)
    add("four_bits", "Trap: too few bits for a bias",
        "With `weight_bits` 4 the scale is so coarse that all biases become zero and the threshold is off by 10 %. "
        "`bias_bits` would not help: the weights limit the scale.",
        weight=flat(SMALL), bias=nested(BIAS), weight_bits=4)
    add("full_layer", "A full first layer, as base64",
        "16 filters of 2 x 5 x 5: the bytes of the float32 array, little-endian, in C order.", weight=in_base64(FULL))


def single(stem, name, summary, description, t):
    """A single tensor in all binary formats; raw bytes need the query, so their example has a name of its own."""
    both = ["scale", "tensor"]
    add(both, name, summary, description,
        containers(stem, {"weight": t}) | {"npy": write(stem + ".npy", npy(t))})
    add(both, "raw_" + name, summary, description + " It needs the parameters `dtype` and `shape`.",
        {"raw": write(stem + ".bin", t.tobytes())},
        {"dtype": t.dtype.name, "shape": ",".join(map(str, t.shape))})


def single_files():
    single("weight-full", "full_layer", "Weights of a full first layer", "16 filters of 2 x 5 x 5, float32.", FULL)
    single("weight-half", "half_precision", "Weights of a small first layer in float16",
           "4 filters of 2 x 3 x 3, float16.", SMALL.astype(np.float16))


def layer_files():
    layers = ["conv", "spike", "conv-spike"]
    one, minus_one = np.array([1], np.float32), np.array([-1], np.float32)
    add(layers, "full_layer", "A sound full first layer",
        "16 filters of 2 x 5 x 5 without a bias, spike_threshold 1 and min_v_mem -1 as tensors of one element.",
        containers("layer-full", {"weight": FULL, "spike_threshold": one, "min_v_mem": minus_one}))
    add(layers, "unset_min_v_mem", "Trap: min_v_mem is not set",
        "sinabs counts a missing min_v_mem as -32768, which holds the scale at 1: nearly all weights become zero.",
        containers("layer-unset-min-v-mem", {"weight": FULL, "spike_threshold": one}))
    add(layers, "large_bias", "Trap: one large bias",
        "4 filters of 2 x 3 x 3; a single bias of 12.5 makes all weights seven times as coarse.",
        containers("layer-large-bias",
                   {"weight": SMALL, "bias": LARGE_BIAS, "spike_threshold": one, "min_v_mem": minus_one}))


def scale_of(t, bits):
    """sinabs' scale of a tensor, in float32."""
    lo, hi = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    low, high = t.min(), t.max()
    m, n = (high, hi) if abs(low) <= abs(high) * np.float32(-lo / hi) else (low, lo)
    return abs((np.float32(1) / m) * np.float32(n))


def integers(layers, factors):
    """A state dict of the integers of another one."""
    found = {}
    for layer, factor in factors.items():
        tensors = {name: t for name, t in layers.items() if name.startswith(layer + ".")}
        tensors[layer + ".weight"] = tensors[layer + ".weight"] * np.float32(factor)
        bits = {name: 8 if name.endswith(("weight", "bias")) else 16 for name in tensors}
        scale = min(scale_of(t, bits[name]) for name, t in tensors.items())
        found |= {name: np.rint(t * scale).astype("int%d" % bits[name]) for name, t in tensors.items()}
    return found


def forms(original, layers, factors):
    """Forms of the original and of its integers; index.json names the files of each part."""
    right = integers(layers, factors)
    wrong = right | {"0.weight": right["0.weight"].copy()}
    wrong["0.weight"][2, 1, 0, 1] += 1
    for name, summary, description, tensors in (
        ("integers", "A state dict and its integers",
         "Both layers match by sinabs' rule; `scale_range` says at which scales.", right),
        ("changed", "Trap: one integer was changed",
         "The first layer does not match: `first` names the integer, with what was expected and found. No scale gives "
         "it, as the finding CONTRADICTION says.", wrong),
    ):
        add(["verify"], name, summary, description, {})
        index[-1]["parts"] = {"original": [original],
                              "discretized": [write("state-dict-%s.safetensors" % name, save(tensors))]}


def networks():
    """The NIR files are those that make_tiny_nir.py has written."""
    add(["sweep"], "tiny", "A network of three layers",
        "Two convolutions and a linear layer. Compare `effective_sqnr_db` of the two rules at 3 and at 8 bits.",
        {"hdf5": "tiny.nir"})
    add(["network"], "tiny", "A network of three layers",
        "Two convolutions and a linear layer with an average pool and a sum pool in between, as NIR. Add "
        "`device=speck2fmodule` to see which core each layer goes on.", {"hdf5": "tiny.nir"})
    add(["sweep"], "unfit", "A network that does not fit on a chip",
        "A layer with a stride of 3: widths can be compared all the same.", {"hdf5": "tiny-unfit.nir"})
    add(["network"], "unfit", "Trap: it does not fit",
        "A stride of 3, which no chip has: `device=speck2fmodule` names the layer and the limit.",
        {"hdf5": "tiny-unfit.nir"})
    one, minus_one = np.ones(1, np.float32), -np.ones(1, np.float32)
    layers = {"0.weight": SMALL, "0.bias": BIAS, "0.spike_threshold": one, "0.min_v_mem": minus_one,
              "4.weight": OUTPUT, "4.spike_threshold": one, "4.min_v_mem": minus_one}
    add(["network"], "state_dict", "A state dict of two layers",
        "A convolution and a linear layer, each with its thresholds, the second after an average pool of 2 x 2: "
        "`4.rescale` is 0.25.",
        {"safetensors": write("state-dict.safetensors", save(layers | {"0.rescale": one, "4.rescale": one / 4}))})
    forms("state-dict.safetensors", layers, {"0": 1, "4": 0.25})
    add(["sweep"], "state_dict", "A state dict of two layers",
        "A convolution and a linear layer: six widths by both rules for each.", {"safetensors": "state-dict.safetensors"})
    unknown = {"safetensors": write("state-dict-pooling-unknown.safetensors", save(layers))}
    add(["network"], "pooling_unknown", "Trap: nobody says where the average pools are",
        "The same without `rescale`: the finding POOLING_UNKNOWN says what that may cost.", unknown)
    add(["sweep"], "pooling_unknown", "The same without the factor of the average pool",
        "Only the second layer's `scale` and `spike_threshold` differ: its weights are four times as large.", unknown)


HEIGHT, WIDTH, DURATION = 8, 8, 200_000


def bar(rng, direction):
    """Events of a bar that moves over the sensor of tiny.nir four times: brighter at its front, darker behind it."""
    events = []
    for t in range(0, DURATION, 1000):
        front = int(direction * t / DURATION * 4 * WIDTH) % WIDTH
        for y in range(HEIGHT):
            for p, x in ((1, front), (0, (front - direction) % WIDTH)):
                if rng.random() < 0.25:
                    events.append((t + int(rng.integers(1000)), x, y, p))
    for _ in range(100):
        events.append(tuple(int(v) for v in rng.integers((DURATION, WIDTH, HEIGHT, 2))))
    return np.array(sorted(events))


def recordings():
    """The same moving bar in both directions, once in each form of events."""
    rng = np.random.default_rng(SEED)
    t, x, y, p = bar(rng, 1).T
    files = [write("recording-right.npz", npz({"x": x.astype(np.uint8), "y": y.astype(np.uint8), "t": t.astype(np.int32),
                                               "p": p.astype(np.uint8)}))]
    left = bar(rng, -1)
    records = np.zeros(len(left), [("x", "<u2"), ("y", "<u2"), ("t", "<i8"), ("p", "?")])
    for i, name in enumerate("txyp"):
        records[name] = left[:, i]
    files.append(write("recording-left.npy", npy(records)))
    add(["simulate"], "tiny", "A bar that moves right, and one that moves left",
        "A network of three layers with drawn weights, and two recordings of 0.2 s, as npz and as npy of records. Read "
        "`rate_ratio` of the layers in integer_event, and `summary`.", {}, {"dt": "5000"})
    add(["calibrate"], "tiny", "The same network and recordings",
        "Read `chosen` beside `reference` for each layer, and `divergence` of the summary before and after.", {},
        {"dt": "5000"})
    for entry in index[-2:]:
        entry["parts"] = {"network": ["tiny.nir"], "recording": files}


def main():
    ROOT.mkdir(parents=True, exist_ok=True)
    for old in ROOT.iterdir():
        if old.suffix != ".nir":
            old.unlink()
    scale_examples()
    scalar_examples()
    tensor_examples()
    layer_examples(LayerForm("conv"), ["first_layer", "unset_min_v_mem", "chip_minimum", "large_bias",
                                       "left_over_v_mem", "average_pool"])
    layer_examples(LayerForm("spike"), ["first_layer", "unset_min_v_mem", "chip_minimum", "tiny_threshold",
                                        "left_over_v_mem", "threshold_per_neuron"])
    layer_examples(LayerForm("conv-spike"), ["first_layer", "unset_min_v_mem", "chip_minimum", "large_bias",
                                             "tiny_threshold", "left_over_v_mem", "average_pool", "four_bits",
                                             "full_layer"])
    single_files()
    layer_files()
    networks()
    recordings()
    write("index.json", json.dumps(index, indent=1) + "\n")


if __name__ == "__main__":
    main()
