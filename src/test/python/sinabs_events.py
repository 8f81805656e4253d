"""Has sinabs itself say what a network emits by events, and compares the service's simulation with it.

    python src/test/python/sinabs_events.py http://127.0.0.1:8080 [FOLDER]
    python src/test/python/sinabs_events.py http://127.0.0.1:8080 [FOLDER] --write

Needs torch, sinabs, nir and the Python client. With one event in each time step, and no weight above the threshold, a layer
by steps is the layer by events: nothing cancels, a neuron fires at most once, and min_v_mem clamps after each event. So the
events of each layer are spread over steps of their own, and go through torch's convolution and sinabs' IAFSqueeze. What it
fires in a step, channel by channel and in the order of the kernel's rows and columns, is what the next layer is given.

Every neuron's count must be that of POST /simulate: for the network of the examples, for small graphs with branches and
merges, and, where FOLDER (shared, beside the project) is given and holds them, for both of sinabs' pretrained networks on
one recording each. A layer with a weight above its threshold is no such layer: a neuron that is left above its threshold
fires in the next step in sinabs, whether or not an event reaches it, and on the chip at the next event that does. It is run
by the twin in plain Python, and said so; there is none in the pretrained networks. A network with a bias is left out: the
chip adds it at its slow clock, and the service simulates none.

--write runs all recordings and writes src/test/resources/behaviour/sinabs_events.json: for each layer the number of events
and the SHA-256 of their channels, rows and columns, in order, as int32. SinabsEventsTests compares the simulator's own
events with it, spike for spike.
"""

import argparse
import hashlib
import json
import pathlib
import re
import sys
import time
import urllib.request
from unittest.mock import MagicMock

import nir
import numpy as np
import torch

import behaviour_twin as twin

# The driver of the chips, which sinabs imports and this does not use.
sys.modules.update({name: MagicMock() for name in (
    "samna", "samna.speck2e", "samna.speck2e.configuration", "samna.speck2f", "samna.speck2f.configuration", "samnagui")})

import sinabs.layers  # noqa: E402

import discretizer  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[3]
RESOURCES = ROOT / "src" / "test" / "resources"
EXAMPLES = ROOT / "src" / "main" / "resources" / "examples"
STEPS_AT_ONCE = 512


def natural(name):
    """Orders names as the service does: digits as numbers."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|\D+", name)]


class Layer:
    def __init__(self, described, node, input_name):
        weight = described["conv"]["weight"]
        self.name = described["name"]
        self.weight = torch.tensor(weight["data"], dtype=torch.float32).reshape(weight["shape"])
        self.threshold = float(described["spike"]["spike_threshold"])
        self.min_v_mem = float(described["spike"]["min_v_mem"])
        convolves = isinstance(node, nir.Conv2d)
        self.stride = [int(v) for v in np.broadcast_to(node.stride, 2)] if convolves else [1, 1]
        self.padding = [int(v) for v in np.broadcast_to(node.padding, 2)] if convolves else [0, 0]
        self.sources = sorted(described["sources"], key=lambda source: natural(source["layer"] or input_name))
        bias = described["conv"]["bias"]
        self.biased = bias is not None and any(bias["data"])

    def excess(self):
        return float(self.weight.max()) > self.threshold

    def run(self, shape, events):
        """The events (time, channel, row, column) that the layer fires, given those of its sources, merged and pooled."""
        return self.run_by_twin(shape, events) if self.excess() else self.run_by_sinabs(shape, events)

    def run_by_twin(self, shape, events):
        layer = {"input": shape, "output": self.output(shape), "stride": self.stride, "padding": self.padding,
                 "weight": self.weight.int().tolist(), "threshold": int(self.threshold), "sources": [(-1, 1, 1)]}
        fired = twin.event_layer(layer, [events.tolist()], int(self.min_v_mem))[0]
        return np.array(fired, np.int64).reshape(-1, 4)

    def output(self, shape):
        size = [(n + 2 * p - k) // s + 1
                for n, p, k, s in zip(shape[1:], self.padding, self.weight.shape[2:], self.stride)]
        return (self.weight.shape[0], *size)

    def run_by_sinabs(self, shape, events):
        neurons = sinabs.layers.IAFSqueeze(
            batch_size=1, spike_threshold=self.threshold, min_v_mem=self.min_v_mem)
        fired = [np.empty((0, 4), np.int64)]
        for first in range(0, len(events), STEPS_AT_ONCE):
            part = events[first:first + STEPS_AT_ONCE]
            frames = torch.zeros((len(part), *shape))
            frames[torch.arange(len(part)), part[:, 1], part[:, 2], part[:, 3]] = 1
            with torch.no_grad():
                spikes = neurons(torch.nn.functional.conv2d(frames, self.weight, None, self.stride, self.padding)).numpy()
            step, channel, row, column = np.nonzero(spikes)
            assert spikes.max(initial=0) <= 1, (self.name, "fires several times in a step")
            # The kernel's rows ascend, so the rows of the neurons that they reach descend.
            order = np.lexsort((-column, -row, channel, step))
            fired.append(np.stack((part[step, 0], channel, row, column), 1)[order])
        return np.concatenate(fired)


def pooled(events, pool, shape):
    kept = events // np.array([1, 1, *pool])
    return kept[(kept[:, 2] < shape[1]) & (kept[:, 3] < shape[2])]


def merged(sources):
    """By time, of equal times by source, each in its own order."""
    events = np.concatenate(sources)
    return events[np.argsort(events[:, 0], kind="stable")]


class Network:
    def __init__(self, base, path):
        self.path = path
        request = urllib.request.Request(base + "/api/v1/discretize/network?report=none", path.read_bytes(), {
            "Content-Type": "application/vnd.hdfgroup.hdf5", "Accept": "application/json"})
        described = json.load(urllib.request.urlopen(request))["layers"]
        graph = nir.read(path)
        inputs = [name for name, node in graph.nodes.items() if isinstance(node, nir.Input)]
        self.input = tuple(int(v) for v in graph.nodes[inputs[0]].input_type["input"])
        self.layers = [Layer(layer, graph.nodes[layer["name"]], inputs[0]) for layer in described]

    def run(self, events):
        """What each layer fires."""
        fired, shapes = {None: events}, {None: self.input}
        for layer in self.layers:
            source = layer.sources[0]
            channels, height, width = shapes[source["layer"]]
            shape = (channels, height // source["pool"][0], width // source["pool"][1])
            given = merged([pooled(fired[one["layer"]], one["pool"], shape) for one in layer.sources])
            fired[layer.name] = layer.run(shape, given)
            shapes[layer.name] = layer.output(shape)
        del fired[None]
        return fired


def read(path):
    """The events (time, channel, row, column) of a recording."""
    data = np.load(path)
    names = data.files if path.suffix == ".npz" else data.dtype.names or ()
    if "t" in names:
        channel = data["p"].astype(np.int64) if "p" in names else np.zeros(len(data["t"]), np.int64)
        return np.stack((data["t"].astype(np.int64), channel, data["y"], data["x"]), 1).astype(np.int64)
    raster = data[data.files[0]] if path.suffix == ".npz" else data
    return raster_events(raster)


def raster_events(raster):
    return np.array(twin.raster_events(raster.astype(int).tolist()), np.int64).reshape(-1, 4)


def counts(fired, shape):
    found = np.zeros(shape, np.int32)
    np.add.at(found, tuple(fired[:, 1:].T), 1)
    return found


def cases(folder, everything):
    """(network, its recordings: name and what the client takes)."""
    yield EXAMPLES / "tiny.nir", [EXAMPLES / "recording-left.npy", EXAMPLES / "recording-right.npz"]
    rng = np.random.default_rng(18)
    for name in ("merge_avg_sum", "three_destinations", "three_way_merge"):
        path = RESOURCES / "branches" / "golden" / (name + ".nir")
        shape = next(n.input_type["input"] for n in nir.read(path).nodes.values() if isinstance(n, nir.Input))
        yield path, [rng.poisson(0.3, (4, *[int(v) for v in shape])).astype(np.uint8)]
    golden = folder / "golden" / "behaviour" if folder else None
    if golden is None or not golden.is_dir():
        print("sinabs' pretrained networks are not here: left out")
        return
    recordings = sorted((golden / "events").glob("*.npz"))
    yield folder / "data" / "scnn_mnist.nir", recordings if everything else recordings[1:2]
    yield folder / "data" / "mnist.nir", [golden / "steps" / "raster_mnist_11.npz", a_one()]


def a_one():
    """A bar that spikes twice a step: in the golden raster only the first layer of mnist fires, here all do."""
    raster = np.zeros((30, 1, 28, 28), np.uint8)
    raster[:, :, 4:24, 12:16] = 2
    return raster


def compare(client, network, recordings):
    """Digests by recording and layer."""
    digests = {}
    given = [recording if isinstance(recording, np.ndarray) else as_client_takes(recording) for recording in recordings]
    result = client.simulate(network.path, given, modes=["integer_event"], progress=False)
    for number, recording in enumerate(recordings):
        events = raster_events(recording) if isinstance(recording, np.ndarray) else read(recording)
        start = time.monotonic()
        fired = network.run(events)
        name = recording.name if isinstance(recording, pathlib.Path) else "made here"
        for layer in network.layers:
            found = result.counts(layer.name, "integer_event")[number]
            expected = counts(fired[layer.name], found.shape)
            assert np.array_equal(found, expected), (network.path.name, name, layer.name, found.sum(), expected.sum())
        digests[name] = {layer: {"events": len(one), "sha256": hashlib.sha256(one[:, 1:].astype("<i4").tobytes()).hexdigest()}
                         for layer, one in fired.items()}
        total = " ".join(str(len(one)) for one in fired.values())
        print(f"{network.path.name} {name}: layers fire {total}, as sinabs has it ({time.monotonic() - start:.1f} s)")
    return digests


def as_client_takes(path):
    data = np.load(path)
    return data[data.files[0]] if path.suffix == ".npz" and "t" not in data.files else path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("folder", type=pathlib.Path, nargs="?")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    written = {}
    with discretizer.Client(options.url, warn=False) as client:
        for path, recordings in cases(options.folder, options.write):
            network = Network(options.url, path)
            biased = [layer.name for layer in network.layers if layer.biased]
            if biased:
                print(f"{path.name} is left out: layers {', '.join(biased)} have an integer bias, which no event adds")
                continue
            for layer in network.layers:
                if layer.excess():
                    print(f"{path.name} layer {layer.name}: a weight of {layer.weight.max():.0f} is above the threshold "
                          f"{layer.threshold:.0f}: left to the twin")
            digests = compare(client, network, recordings)
            if path.parent.name in ("examples", "data"):
                written[path.stem] = digests
    if options.write:
        text = json.dumps(written, indent=1) + "\n"
        (RESOURCES / "behaviour" / "sinabs_events.json").write_text(text)


if __name__ == "__main__":
    main()
