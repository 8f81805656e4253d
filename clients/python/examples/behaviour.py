"""Trains a small spiking network, and shows what it does as trained, as integers by steps, and as the chip works.

    pip install 'discretizer-client[sinabs]' nir
    python behaviour.py --url http://localhost:8080

The task and the network are those of train.py. sinabs simulates all events of a time step at once, so excitation and
inhibition cancel before the lower bound of the membrane potential counts. The chip applies that bound after every
event, so some inhibition is lost. The service simulates both. Then it chooses the bounds with which the chip's spikes
are nearest to the trained ones, on other recordings than those that are reported.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from pathlib import Path

import nir
import numpy as np
import torch
from sinabs import layers as sl
from torch import nn
from train import BATCH, accuracy, bars, network, spikes

import discretizer
from discretizer import sinabs as discretize

STEP = 10_000
"""Microseconds of a time step."""
BOUND = -1.0
"""min_v_mem of all layers while training."""


def graph_of(model: nn.Sequential) -> nir.NIRGraph:
    """The model as a NIR graph, with the names of its modules."""
    nodes: dict[str, nir.NIRNode] = {"input": nir.Input({"input": np.array([1, 8, 8])})}
    size = (8, 8)
    with torch.no_grad():
        value = torch.zeros(1, 1, *size)
        for name, module in model.named_children():
            if isinstance(module, nn.Conv2d):
                bias = np.zeros(module.out_channels, np.float32)
                weight = module.weight.numpy()
                nodes[name] = nir.Conv2d(size, weight, module.stride, module.padding, (1, 1), 1, bias)
                value = module(value)
                size = (int(value.shape[2]), int(value.shape[3]))
            elif isinstance(module, sl.IAFSqueeze):
                shape = value.shape[1:]
                nodes[name] = nir.IF(r=np.ones(shape), v_threshold=np.full(shape, module.spike_threshold.item()))
    nodes["output"] = nir.Output({"output": np.array(value.shape[1:])})
    names = list(nodes)
    return nir.NIRGraph(nodes, list(itertools.pairwise(names)))


def trained(epochs: int) -> nn.Sequential:
    model = network()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
    for _ in range(20 * epochs):
        events, upright = bars(BATCH)
        loss = nn.functional.cross_entropy(spikes(model, events), upright)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def show(words: str, accuracy: float | None, figures: list[discretizer.ModeFigures | None]) -> None:
    counts = "".join(f"{one.spikes:10}" for one in figures if one is not None)
    print(f"{words:26}{accuracy:10.3f}{counts}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", help="default: DISCRETIZER_URL, or http://localhost:8080")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--plot", type=Path, help="draw the rates and the confusions, before and after")
    options = parser.parse_args()
    torch.manual_seed(1)
    model = trained(options.epochs)
    tests, chosen_by = bars(200), bars(8)
    print(f"sinabs, as trained: accuracy {accuracy(model, tests):.3f}")

    with tempfile.TemporaryDirectory() as folder, discretizer.Client(options.url, warn=False) as client:
        path = Path(folder) / "bars.nir"
        nir.write(path, graph_of(model))
        labels = tests[1].tolist()
        before = client.simulate(path, tests[0], dt=STEP, labels=labels, min_v_mem=BOUND)
        calibration = client.calibrate(path, chosen_by[0], dt=STEP, min_v_mem=BOUND)
        # With other bounds the float network would not be the trained one, so only the chip's spikes are asked for.
        bounds = calibration.min_v_mem
        after = client.simulate(path, tests[0], dt=STEP, labels=labels, modes=["integer_event"], min_v_mem=bounds)

    print(f"{'':26}{'accuracy':>10}" + "".join(f"{'layer ' + layer.name:>10}" for layer in before.layers))
    for mode in before.modes:
        show(mode, before.summary[mode].accuracy, [layer[mode] for layer in before.layers])
    by_events = [layer.integer_event for layer in after.layers]
    show("integer_event, calibrated", after.summary["integer_event"].accuracy, by_events)
    for layer in calibration.layers:
        print(f"layer {layer.name}: threshold {layer.spike_threshold}, min_v_mem {layer.reference} -> {layer.chosen}")
    # What sinabs sends to a chip: DynapcnnNetwork(discretize.apply(calibration, model), (1, 8, 8), discretize=False)
    discretize.apply(calibration, model)
    if options.plot is not None:
        before.plot(options.plot.with_stem(options.plot.stem + "-before"))
        after.plot(options.plot.with_stem(options.plot.stem + "-after"))


if __name__ == "__main__":
    main()
