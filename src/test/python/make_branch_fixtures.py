"""Writes random networks with branches and merges, and what becomes of them: src/test/resources/branches/random.jsonl.gz.

    apt-get install python3-torch
    python3 -m venv --system-site-packages venv
    venv/bin/pip install numpy==1.24.2 && venv/bin/pip install --no-deps sinabs==3.1.3 nir==1.0.7 nirtorch==2.0.3 pbr
    venv/bin/python src/test/python/make_branch_fixtures.py

Each line is a network of up to 9 layers: its nodes (in shuffled order, of names that sort naturally), its edges, and for
each layer in the order of the plan its sources, destinations, rescale, input shape, integers, memory and the cores that
hold it; or the nodes that are refused.

The plan is made by the planner below, which walks back from each weight along every path. It shares no code with the
service, and integers are computed in numpy by the formula. Where sinabs can build the network, its own DynapcnnNetwork
has to give the same rescale, destinations and integers; everywhere its DynapcnnLayer has to give the same integers and
memory. Cores come from sinabs' find_chip_layers and get_valid_mapping. samna, the chip's driver, is not to be had from the
package index; none of it is called, so a mock takes its place. The output is the same on every run.
"""

import contextlib
import gzip
import hashlib
import io
import json
import pathlib
import random
import re
import sys
import warnings
from unittest.mock import MagicMock

for driver in ("samna", "samna.speck2e", "samna.speck2e.configuration", "samna.speck2f", "samna.speck2f.configuration",
               "samnagui"):
    sys.modules[driver] = MagicMock()

import numpy as np
import sinabs.layers as sl
import torch
from sinabs.backend.dynapcnn import DynapcnnNetwork
from sinabs.backend.dynapcnn.dynapcnn_layer import DynapcnnLayer
from sinabs.backend.dynapcnn.mapping import LayerConstraints, find_chip_layers, get_valid_mapping
from torch import nn

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "branches" / "random.jsonl.gz"
NETWORKS = 400
KI = 1024
SPECK = [LayerConstraints(kernel * KI, neuron * KI, KI) for kernel, neuron in
         zip((16, 16, 16, 32, 32, 64, 64, 16, 16), (64, 64, 64, 32, 32, 16, 16, 16, 16))]

NEURONS, WEIGHTS, POOLS = {"if"}, {"conv", "linear"}, {"sum", "avg"}


def values(seed, count, amplitude):
    """Floats that Java makes the same: SplitMix64's finalizer of seed and index, 24 bits of it, times the amplitude."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    unit = (z >> np.uint64(40)).astype(np.float64) / 2 ** 24 - 0.5
    return unit.astype(np.float32) * np.float32(amplitude)


def weight(node):
    shape = (node["out"], node["in"], node["k"], node["k"]) if node["type"] == "conv" else (node["out"], node["in"])
    return values(node["seed"], int(np.prod(shape)), node["amplitude"]).reshape(shape)


def bias(node):
    return values(node["seed"] + 1, node["out"], node["bias"]) if node["bias"] else None


# A random network

class Builder:
    """Grows a network; taps are nodes that give events, with the shape of the image that they stand for."""

    def __init__(self, rng):
        self.rng = rng
        size = rng.choice((8, 12, 16, 24))
        self.nodes = {"input": {"type": "input", "shape": [rng.choice((1, 2)), size, size]}}
        self.edges = []
        self.taps = [("input", tuple(self.nodes["input"]["shape"]), False)]
        self.names = [f"{letter}{number}" for letter in ("", "a", "c", "conv.") for number in range(1, 30)]
        rng.shuffle(self.names)

    def add(self, sources, kind, **more):
        name = self.names.pop()
        self.nodes[name] = {"type": kind, **more}
        self.edges += [(source, name) for source in sources]
        return name

    def sources(self, name):
        """The layers (by their neurons) that a tap's events come from."""
        if self.nodes[name]["type"] in NEURONS | {"input"}:
            return {name}
        return set().union(*(self.sources(source) for source, target in self.edges if target == name))

    def gather(self):
        """One tap, and often others of its shape that add up with it."""
        rng = self.rng
        first = rng.choice(self.taps[-4:] if rng.random() < 0.8 else self.taps)
        chosen, used = [first], self.sources(first[0])
        others = [tap for tap in self.taps if tap != first and tap[1:] == first[1:]]
        rng.shuffle(others)
        for tap in others:
            if len(chosen) < 4 and rng.random() < 0.6 and not used & self.sources(tap[0]):
                chosen.append(tap)
                used |= self.sources(tap[0])
        return [tap[0] for tap in chosen], first[1], first[2], used

    def pool(self):
        names, (channels, height, width), flat, used = self.gather()
        kernel = self.rng.choice((1, 2, 2, 2, 3, 4))
        if flat or "input" in used or kernel > min(height, width):
            return
        name = self.add(names, self.rng.choice(("avg", "avg", "sum")), k=kernel)
        self.taps.append((name, (channels, height // kernel, width // kernel), False))

    def layer(self):
        rng = self.rng
        names, shape, flat, _ = self.gather()
        more = {"seed": rng.randrange(1 << 40), "amplitude": rng.choice((0.1, 0.5, 1.0, 3.0)),
                "bias": rng.choice((0, 0, 0.05))}
        linear = flat or (shape[1] == shape[2] and shape[1] <= 6 and rng.random() < 0.2)
        out = rng.choice((1, 2, 3, 4, 8))
        if linear:
            if not flat:
                names = [self.add(names, "flatten", shape=list(shape))]
            name = self.add(names, "linear", out=out, **{"in": int(np.prod(shape))}, **more)
            shape = (out, 1, 1)
        else:
            kernel = rng.choice([k for k in (1, 2, 3, 3, 3, 5) if k <= min(shape[1:])])
            stride, padding = rng.choice((1, 1, 1, 2)), kernel // 2
            name = self.add(names, "conv", out=out, **{"in": shape[0]}, k=kernel, stride=stride, padding=padding, **more)
            shape = (out, *((size + 2 * padding - kernel) // stride + 1 for size in shape[1:]))
        neurons = self.add([name], "if", threshold=rng.choice((0.25, 0.5, 1.0, 1.3, 2.0, 7.5)))
        self.taps.append((neurons, shape, linear))

    def end(self):
        """Every tap without a target feeds an Output; those of one shape sometimes share it."""
        outputs = {}
        fed = {source for source, _ in self.edges}
        for name, shape, flat in self.taps:
            if name in fed or name == "input":
                continue
            key = (shape, flat) if self.rng.random() < 0.5 else name
            shared = outputs.setdefault(key, [None, set(), shape, flat])
            if shared[0] is None or shared[1] & self.sources(name):
                shared[0] = "output" if not outputs.get("named") else f"out{len(self.nodes)}"
                outputs["named"] = outputs.get("named") or [True]
                self.nodes[shared[0]] = {"type": "output", "shape": [int(np.prod(shape))] if flat else list(shape)}
                shared[1] = set()
            self.edges.append((name, shared[0]))
            shared[1] |= self.sources(name)

    def spoil(self):
        """Makes a network that a Speck does not support."""
        rng = self.rng
        pick = lambda *types: rng.choice([name for name, node in self.nodes.items() if node["type"] in types])
        if rng.random() < 0.5:
            neurons = pick("if")
            twin = next(source for source, target in self.edges if target == neurons)
            copy = self.add([source for source, target in self.edges if target == twin], **kind(self.nodes[twin]))
            self.edges.append((copy, neurons))
        else:
            # The same events twice, through pools of kernel 1.
            name = pick("conv")
            before = next(source for source, target in self.edges if target == name)
            if "input" not in self.sources(before):
                self.edges.remove((before, name))
                self.edges += [(self.add([before], "sum", k=1), name), (self.add([before], "avg", k=1), name)]


def kind(node):
    return {("kind" if key == "type" else key): value for key, value in node.items()}


# The planner

def natural(name):
    """Parts between dots, runs of digits by their number; digits before anything else."""
    return [[(0, int(run), "") if run.isdigit() else (1, 0, run) for run in re.findall(r"\d+|\D", part)]
            for part in name.split(".")], name


class Refused(Exception):
    pass


def plan(nodes, edges):
    """Walks back from each weight along every path."""
    before = {name: [source for source, target in edges if target == name] for name in nodes}
    after = {name: [target for source, target in edges if source == name] for name in nodes}
    weight_of = {}
    for name, node in nodes.items():
        if node["type"] == "if":
            weights = before[name]
            if len(weights) != 1:
                raise Refused(name)
            weight_of[name] = weights[0]

    def paths(name):
        if nodes[name]["type"] in NEURONS | {"input"}:
            return [(weight_of.get(name), [])]
        here = [nodes[name]] if nodes[name]["type"] in POOLS else []
        return [(layer, pools + here) for source in before[name] for layer, pools in paths(source)]

    def source(layer, pools):
        kernel, factor = 1, 1.0
        for pool in pools:
            kernel *= pool["k"]
            factor *= 1.0 / (pool["k"] * pool["k"]) if pool["type"] == "avg" else 1.0
        return [layer, kernel, factor]

    def fed(name):
        sources = [source(*path) for one in before[name] for path in paths(one)]
        if len({layer for layer, _, _ in sources}) < len(sources):
            raise Refused(name)
        return sources

    layers = {}
    for name, node in nodes.items():
        if node["type"] in WEIGHTS:
            sources = fed(name)
            factors = {factor for layer, _, factor in sources if layer is not None}
            rescale = 1.0 if not factors else factors.pop() if len(factors) == 1 else float(
                np.round(np.mean(sorted(factors)) * 0.5, 2))
            if rescale == 0:
                raise Refused(name)
            layers[name] = {"sources": sources, "rescale": rescale, "destinations": [], "neurons": after[name][0]}
    order = []
    while len(order) < len(layers):
        ready = [name for name in layers if name not in order
                 and all(layer is None or layer in order for layer, _, _ in layers[name]["sources"])]
        order.append(min(ready, key=natural))
    for name in order:
        layers[name]["sources"].sort(key=lambda one: -1 if one[0] is None else order.index(one[0]))
        for layer, kernel, _ in layers[name]["sources"]:
            if layer is not None:
                layers[layer]["destinations"].append([name, None, kernel])
    for name in sorted((name for name, node in nodes.items() if node["type"] == "output"), key=natural):
        for layer, kernel, _ in fed(name):
            layers[layer]["destinations"].append([None, name, kernel])
    return {name: layers[name] for name in order}


def shapes(nodes, layers):
    """Input and output shape of each layer."""
    for name, layer in layers.items():
        node = nodes[name]
        first, kernel, _ = layer["sources"][0]
        channels, height, width = nodes["input"]["shape"] if first is None else layers[first]["output"]
        layer["input"] = [channels, height // kernel, width // kernel]
        layer["output"] = [node["out"], 1, 1] if node["type"] == "linear" else [node["out"]] + [
            (size + 2 * node["padding"] - node["k"]) // node["stride"] + 1 for size in layer["input"][1:]]


# Integers

def scale(x, bits):
    lo, hi = -(1 << bits - 1), (1 << bits - 1) - 1
    low, high = np.float32(x.min()), np.float32(x.max())
    if abs(low) <= abs(high) * np.float32(abs(lo / hi)):
        m, n = high, np.float32(hi)
    else:
        m, n = low, np.float32(lo)
    with np.errstate(divide="ignore"):
        return abs(np.float32(1) / m * n)


def integers(node, layer, threshold):
    w = weight(node) * np.float32(layer["rescale"])
    b = bias(node)
    t = np.array([-threshold, threshold], np.float32)
    s = min([scale(w, 8), scale(t, 16)] + ([scale(b, 8)] if b is not None else []))
    return (np.rint(w * s).astype(np.int8).reshape(node["out"], layer["input"][0], *w.shape[2:] or layer["input"][1:]),
            None if b is None else np.rint(b * s).astype(np.int8), *(int(v) for v in np.rint(t[::-1] * s)))


# sinabs

def module(node):
    if node["type"] == "if":
        return sl.IAFSqueeze(spike_threshold=node["threshold"], min_v_mem=-node["threshold"], batch_size=1)
    if node["type"] in POOLS:
        return sl.SumPool2d(node["k"]) if node["type"] == "sum" else nn.AvgPool2d(node["k"])
    if node["type"] == "flatten":
        return nn.Flatten()
    made = (nn.Conv2d(node["in"], node["out"], node["k"], node["stride"], node["padding"], bias=bool(node["bias"]))
            if node["type"] == "conv" else nn.Linear(node["in"], node["out"], bias=bool(node["bias"])))
    made.weight.data = torch.from_numpy(weight(node))
    if node["bias"]:
        made.bias.data = torch.from_numpy(bias(node))
    return made


class Sum(nn.Module):
    """The network in torch; what arrives at a node is added up by Merge, two at a time."""

    def __init__(self, nodes, edges):
        super().__init__()
        self.before = {name: [source for source, target in edges if target == name] for name in nodes}
        self.kinds = {name: node["type"] for name, node in nodes.items()}
        self.order = []
        while len(self.order) < len(nodes):
            self.order += [name for name in nodes if name not in self.order
                           and all(source in self.order for source in self.before[name])]
        self.inner = nn.ModuleDict({self.key(name): module(node) for name, node in nodes.items()
                                    if node["type"] not in ("input", "output")})
        self.merges = nn.ModuleDict({f"{self.key(name)}_{i}": sl.Merge() for name in nodes
                                     for i in range(1, len(self.before[name]))})

    @staticmethod
    def key(name):
        return "n" + name.replace(".", "_")

    def forward(self, x):
        given, last = {}, []
        for name in self.order:
            if self.kinds[name] == "input":
                given[name] = x
                continue
            inputs = [given[source] for source in self.before[name]]
            if self.kinds[name] == "output":
                last += inputs
                continue
            y = inputs[0]
            for i, other in enumerate(inputs[1:], 1):
                y = self.merges[f"{self.key(name)}_{i}"](y, other)
            given[name] = self.inner[self.key(name)](y)
        return last[0] if len(last) == 1 else tuple(last)


def check_network(nodes, edges, layers):
    """Whether sinabs can build the network; if so, it has to agree."""
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            built = DynapcnnNetwork(Sum(nodes, edges), tuple(nodes["input"]["shape"]), discretize=True)
    except Exception:
        return False
    # sinabs forgets names; integers of one layer are like those of no other.
    ours = {layer["weight"].tobytes(): name for name, layer in layers.items()}
    assert len(ours) == len(layers) == len(built.dynapcnn_layers)
    found = {index: ours[layer.conv.weight.detach().numpy().astype(np.int8).tobytes()]
             for index, layer in built.dynapcnn_layers.items()}
    for index, layer in built.dynapcnn_layers.items():
        expected = layers[found[index]]
        check_integers(layer, expected, found[index])
        destinations = sorted((found[to], int(pool[0])) for to, pool in zip(built.layer_destination_map[index], layer.pool)
                              if to >= 0)
        assert destinations == sorted((to, kernel) for to, _, kernel in expected["destinations"] if to is not None)
    return True


def check_integers(layer, expected, name):
    assert np.array_equal(layer.conv.weight.detach().numpy().astype(np.int8), expected["weight"]), name
    assert (layer.conv.bias is None) == (expected["bias"] is None), name
    assert expected["bias"] is None or np.array_equal(layer.conv.bias.detach().numpy(), expected["bias"]), name
    assert int(layer.spk_layer.spike_threshold) == expected["spike_threshold"], name
    assert int(layer.spk_layer.min_v_mem) == expected["min_v_mem"], name


def fit(nodes, layers):
    """Memory of each layer, the cores that hold it, and whether sinabs finds a mapping."""
    built = {}
    for name, layer in layers.items():
        one = DynapcnnLayer(module(nodes[name]), module(nodes[layer["neurons"]]), tuple(layer["input"]),
                            [], discretize=True, rescale_weights=layer["rescale"])
        check_integers(one, layer, name)
        memory = one.memory_summary()
        layer["memory"] = [int(memory[kind]) for kind in ("kernel", "neuron", "bias")]
        layer["cores"] = find_chip_layers(one, SPECK)
        built[len(built)] = one
    try:
        get_valid_mapping(built, SPECK)
        return True
    except ValueError:
        return False


def line(rng):
    builder = Builder(rng)
    for _ in range(rng.randint(2, 9)):
        builder.layer()
        while rng.random() < 0.5:
            builder.pool()
    builder.end()
    if rng.random() < 0.1:
        builder.spoil()
    names = list(builder.nodes)
    rng.shuffle(names)
    rng.shuffle(builder.edges)
    nodes = {name: builder.nodes[name] for name in names}
    answer = {"nodes": nodes, "edges": builder.edges}
    try:
        layers = plan(nodes, builder.edges)
    except Refused as refused:
        return {**answer, "refused": str(refused)}, None
    shapes(nodes, layers)
    for name, layer in layers.items():
        layer["weight"], layer["bias"], layer["spike_threshold"], layer["min_v_mem"] = integers(
            nodes[name], layer, nodes[layer["neurons"]]["threshold"])
    mapped = fit(nodes, layers)
    compared = check_network(nodes, builder.edges, layers)
    for layer in layers.values():
        digest = hashlib.sha256(layer["weight"].tobytes() + (b"" if layer["bias"] is None else layer["bias"].tobytes()))
        layer["sha256"] = digest.hexdigest()[:16]
        del layer["weight"], layer["bias"]
    return {**answer, "layers": layers, "mapped": mapped}, compared


def main():
    lines, built, branched, refused = [], 0, 0, 0
    for seed in range(NETWORKS):
        one, compared = line(random.Random(seed))
        lines.append(one)
        refused += compared is None
        built += compared is True
        branched += compared is not None and any(len(layer["sources"]) > 1 or len(layer["destinations"]) > 1
                                                 for layer in one["layers"].values())
    text = "".join(json.dumps(one, separators=(",", ":")) + "\n" for one in lines)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    with open(OUT, "wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
        packed.write(text.encode())
    print(f"{NETWORKS} networks, {branched} with branches, {refused} refused; sinabs built {built} and agrees")


if __name__ == "__main__":
    main()
