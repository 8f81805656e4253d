"""Trains a small spiking network, and discretizes it after every epoch to see what a chip would make of it.

    pip install 'discretizer-client[sinabs]'
    python train.py --url http://localhost:8080

The task: tell whether a bar that moves over 8 x 8 pixels is upright or lying. After each epoch the layers are
discretized by the service, and the network of integers is run on the same test data: its accuracy is that to expect on
chip.
"""

from __future__ import annotations

import argparse
from copy import deepcopy

import torch
from sinabs import layers as sl
from torch import nn

import discretizer
from discretizer import sinabs as discretize

TIME_STEPS, BATCH, PIXELS = 10, 32, 8


def bars(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Events of moving bars, (count, time, 1, pixels, pixels), and whether each stands upright, (count,)."""
    upright = torch.randint(0, 2, (count,))
    start = torch.randint(0, PIXELS, (count, 1))
    place = (start + torch.arange(TIME_STEPS)) % PIXELS
    events = nn.functional.one_hot(place, PIXELS).float()[:, :, None, :, None].repeat(1, 1, 1, 1, PIXELS)
    events = torch.where(upright[:, None, None, None, None] == 1, events.transpose(3, 4), events)
    noise = (torch.rand_like(events) < 0.1).float()
    keep = (torch.rand_like(events) < 0.8).float()
    return torch.clamp(events * keep + noise, max=1.0), upright


def network() -> nn.Sequential:
    """Two convolutions, each with integrate-and-fire neurons whose lower bound is set, as the chip has one."""
    neurons = {"num_timesteps": TIME_STEPS, "spike_threshold": 1.0, "min_v_mem": -1.0}
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2, bias=False),
        sl.IAFSqueeze(**neurons),
        nn.Conv2d(4, 2, 3, bias=False),
        sl.IAFSqueeze(**neurons),
    )


def spikes(model: nn.Sequential, events: torch.Tensor) -> torch.Tensor:
    """Spikes of both classes over all time steps, (batch, 2)."""
    for layer in model:
        if isinstance(layer, sl.IAFSqueeze):
            layer.reset_states()
    out = model(events.flatten(0, 1))
    return out.unflatten(0, (-1, TIME_STEPS)).sum((1, 3, 4))


def accuracy(model: nn.Sequential, data: tuple[torch.Tensor, torch.Tensor]) -> float:
    with torch.no_grad():
        return float((spikes(model, data[0]).argmax(1) == data[1]).float().mean())


def discretized(model: nn.Sequential) -> nn.Sequential:
    """A copy that holds the integers of the chip. Only the import differs from sinabs' own functions."""
    copy = deepcopy(model)
    for layer in copy:
        if isinstance(layer, sl.IAFSqueeze):
            layer.v_mem = torch.zeros(0)  # what is left from training does not count
    for conv, spike in zip(copy[::2], copy[1::2], strict=True):
        discretize.discretize_conv_spike_(conv, spike)
    return copy


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", help="default: DISCRETIZER_URL, or http://localhost:8080")
    parser.add_argument("--epochs", type=int, default=5)
    options = parser.parse_args()
    torch.manual_seed(1)

    test = bars(500)
    model = network()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
    with discretizer.Client(options.url) as client:
        discretize.use(client)
        for epoch in range(1, options.epochs + 1):
            for _ in range(20):
                events, upright = bars(BATCH)
                loss = nn.functional.cross_entropy(spikes(model, events), upright)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            on_chip = discretized(model)
            # The same layers once more through the client itself, which explains them.
            told = [
                client.discretize_conv_spike(conv.weight, spike_threshold=1.0, min_v_mem=-1.0) for conv in model[::2]
            ]
            layers = "; ".join(f"scale {layer.scale:.1f}, limited by {layer.limited_by}" for layer in told)
            print(
                f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy(model, test):.3f}, "
                f"of integers {accuracy(on_chip, test):.3f}; {layers}"
            )


if __name__ == "__main__":
    main()
