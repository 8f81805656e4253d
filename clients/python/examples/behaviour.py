"""Trains a small spiking network, and shows what it does as trained, as integers by steps, and as the chip works.

    pip install 'discretizer-client[sinabs]' nir
    python behaviour.py --url http://localhost:8080

The task and the network are those of train.py. sinabs simulates all events of a time step at once, so excitation and
inhibition cancel before the lower bound of the membrane potential counts. The chip applies that bound after every
event, so some inhibition is lost. The service simulates both.
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


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", help="default: DISCRETIZER_URL, or http://localhost:8080")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--plot", type=Path, help="draw the rates and the confusions")
    options = parser.parse_args()
    torch.manual_seed(1)
    model = trained(options.epochs)
    tests = bars(200)
    print(f"sinabs, as trained: accuracy {accuracy(model, tests):.3f}")

    with tempfile.TemporaryDirectory() as folder, discretizer.Client(options.url, warn=False) as client:
        path = Path(folder) / "bars.nir"
        nir.write(path, graph_of(model))
        labels = tests[1].tolist()
        result = client.simulate(path, tests[0], dt=STEP, labels=labels, min_v_mem=BOUND)

    print(
        f"{'mode':14}{'accuracy':>10}{'divergence':>12}"
        + "".join(f"{'layer ' + one.name:>10}" for one in result.layers)
    )
    for mode in result.modes:
        told = result.summary[mode]
        spikes_of = (layer[mode] for layer in result.layers)
        counts = "".join(f"{0 if one is None else one.spikes:10}" for one in spikes_of)
        print(f"{mode:14}{told.accuracy:10.3f}{told.divergence:12.3f}{counts}")
    if options.plot is not None:
        result.plot(options.plot)


if __name__ == "__main__":
    main()
