"""Makes the fixtures of dev.discretizer.behaviour by the twin in plain Python beside it.

    python src/test/python/make_behaviour_fixtures.py

Writes src/test/resources/behaviour, the same bytes at every run:

networks.jsonl.gz   random small networks with strides, paddings, pools that do not divide,
                    branches, merges, biases and saturating states; recordings as rasters, and
                    what the twin makes of them by steps, by events and in calibration
raster_order.json   events of one raster, with more than 256 repetitions, in order
"""

import gzip
import io
import json
import pathlib
import random
import struct

import behaviour_twin as twin

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "behaviour"
NETWORKS = 60


def float32(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def nested(shape, make):
    return [nested(shape[1:], make) for _ in range(shape[0])] if shape else make()


def pool_shape(shape, pool):
    return (shape[0], shape[1] // pool[0], shape[2] // pool[1])


def sources(rng, shapes):
    """One source, or two whose pooled shapes are equal, if there are any."""
    found = []
    for index, shape in shapes.items():
        for pool in [(1, 1), (2, 2), (1, 2), (3, 2), (3, 3)]:
            if min(pool_shape(shape, pool)) > 0:
                found.append((index, *pool))
    last = [f for f in found if f[0] == max(shapes)]
    first = rng.choice(last if rng.random() < 0.7 else found)
    shape = pool_shape(shapes[first[0]], first[1:])
    equal = [f for f in found if f[0] != first[0] and pool_shape(shapes[f[0]], f[1:]) == shape]
    chosen = [first] + ([rng.choice(equal)] if equal else [])
    rng.shuffle(chosen)
    return chosen, shape


def layer(rng, name, shapes, kind):
    while True:
        chosen, shape = sources(rng, shapes)
        kernel = (rng.randint(1, 4), rng.randint(1, 4))
        stride = (rng.randint(1, 3), rng.randint(1, 3))
        padding = (rng.randint(0, min(2, kernel[0] - 1)), rng.randint(0, min(2, kernel[1] - 1)))
        size = [(s + 2 * p - k) // t + 1 for s, p, k, t in zip(shape[1:], padding, kernel, stride)]
        if min(size) > 0:
            break
    outputs = rng.choice([1, 2, 3, 4, 5])
    low, high = {"plain": (-20, 24), "positive": (0, 20), "saturating": (-3000, 9000)}[kind]
    threshold = {"plain": rng.randint(15, 60), "positive": 40, "saturating": rng.choice([2500, 32000])}[kind]
    weight = nested((outputs, shape[0], *kernel), lambda: rng.randint(low, high))
    float_weight = nested((outputs, shape[0], *kernel), lambda: float32(rng.uniform(low, high)))
    biased = kind == "plain" and rng.random() < 0.15
    return {
        "name": name,
        "input": shape,
        "output": (outputs, *size),
        "kernel": kernel,
        "stride": stride,
        "padding": padding,
        "sources": chosen,
        "weight": weight,
        "float_weight": float_weight,
        "bias": [rng.randint(-3, 3) or 1 for _ in range(outputs)] if biased else None,
        "float_bias": [float32(rng.uniform(-3, 3)) for _ in range(outputs)] if biased else None,
        "threshold": threshold,
        "min_v_mem": rng.choice([-threshold, -threshold, -2 * threshold, 0, 3]),
        "float_threshold": float32(threshold * 0.97),
        "float_min_v_mem": rng.choice([float32(-threshold * 0.97), None, 0.0]),
    }


def network(seed):
    rng = random.Random(seed)
    kind = rng.choice(["plain", "plain", "plain", "positive", "saturating"])
    shape = (rng.randint(1, 3), rng.randint(4, 9), rng.randint(4, 9))
    shapes, layers = {-1: shape}, []
    for i in range(rng.randint(2, 4)):
        layers.append(layer(rng, str(i), shapes, kind))
        shapes[i] = layers[-1]["output"]
    rasters = [
        [[[[rng.choice([0, 0, 0, 0, 0, 1, 1, 2, 3]) for _ in range(shape[2])] for _ in range(shape[1])] for _ in range(shape[0])] for _ in range(rng.randint(1, 5))]
        for _ in range(3)
    ]
    return shape, layers, rasters


def expected(layers, rasters):
    biased = any(layer["bias"] for layer in layers)
    recordings = []
    counts = {"float_step": [[] for _ in layers], "integer_step": [[] for _ in layers], "integer_event": [[] for _ in layers]}
    for raster in rasters:
        recording = {}
        for mode in ("float_step", "integer_step"):
            spikes, states, beyond, synops = twin.step_network(layers, raster, mode == "integer_step")
            for i, layer in enumerate(layers):
                counts[mode][i].append(twin.step_counts(layer, spikes[i]))
            recording[mode] = {"counts": [c[-1] for c in counts[mode]], "states": [twin.flat(s) for s in states], "beyond": beyond, "synops": synops}
        if not biased:
            results = twin.event_network(layers, twin.raster_events(raster))
            for i, layer in enumerate(layers):
                counts["integer_event"][i].append(twin.event_counts(layer, results[i][0]))
            recording["integer_event"] = {
                "emitted": [[v for event in r[0] for v in event] for r in results],
                "states": [twin.flat(r[1]) for r in results],
                "saturated": [r[2] for r in results],
                "synops": [r[3] for r in results],
            }
        recordings.append(recording)
    figures = {
        mode: [twin.figures(counts[mode][i], counts["float_step"][i]) for i in range(len(layers))]
        for mode in counts
        if mode != "float_step" and counts[mode][0]
    }
    result = {"recordings": recordings, "figures": figures}
    if not biased and any(n for layer in counts["float_step"] for c in layer for n in c):
        table, chosen = twin.calibrate(layers, [twin.raster_events(r) for r in rasters], counts["float_step"])
        result |= {"calibration": table, "chosen": chosen}
    return result


def write(name, data):
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / name).write_bytes(data)


def main():
    text = io.StringIO()
    for seed in range(NETWORKS):
        shape, layers, rasters = network(seed)
        json.dump({"seed": seed, "input": shape, "layers": layers, "rasters": rasters} | expected(layers, rasters), text, separators=(",", ":"))
        text.write("\n")
    write("networks.jsonl.gz", gzip.compress(text.getvalue().encode(), 9, mtime=0))
    raster = [[[[300, 1], [299, 0]], [[2, 3], [0, 1]]], [[[0, 1], [1, 0]], [[1, 0], [260, 257]]]]
    events = twin.raster_events(raster)
    write("raster_order.json", json.dumps({"raster": raster, "events": [v for e in events for v in e]}, separators=(",", ":")).encode())


if __name__ == "__main__":
    main()
