"""The picture of a network: for each layer, where its float weights lie on the grid of integers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors

from discretizer._network import NetworkLayer, NetworkResult
from discretizer._safetensors import Array

_COLUMNS = 3
_MOST_BINS = 512
_MOST_LINES = 48
"""Levels up to which each is drawn as a line; with more there would be no paper left."""


def weights_of(path: Path) -> Mapping[str, Array]:
    """The float weights of a NIR graph or of a state dict, by the names of their layers.

    Raises:
        ImportError: matplotlib, or h5py to read NIR, is not here.
    """
    try:
        import h5py
        import matplotlib  # noqa: F401
    except ImportError as ex:
        raise OSError(f"--plot needs matplotlib and h5py ({ex}): pip install 'discretizer-client[plot]'") from ex
    if h5py.is_hdf5(path):
        with h5py.File(path) as file:
            nodes = file["node/nodes"]
            return {name: np.asarray(node["weight"]) for name, node in nodes.items() if "weight" in node}
    with safetensors.safe_open(path, framework="np") as file:
        names = [name for name in file.keys() if name.endswith(".weight")]  # noqa: SIM118
        return {name.removesuffix(".weight"): file.get_tensor(name) for name in names}


def draw(result: NetworkResult, weights: Mapping[str, Array], path: Path) -> None:
    """Draw all layers into a file; its suffix says of which kind."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = min(_COLUMNS, len(result.layers))
    rows = math.ceil(len(result.layers) / columns)
    figure = Figure(figsize=(5.2 * columns, 3.4 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    for number, layer in enumerate(result.layers):
        axes = figure.add_subplot(rows, columns, number + 1)
        _draw_layer(axes, layer, weights[layer.name].astype(np.float64).ravel() * layer.rescale)
    figure.suptitle("Float weights over the integers they become")
    figure.savefig(path, dpi=120)


def _draw_layer(axes: Any, layer: NetworkLayer, weights: Array) -> None:
    scale = float(layer.scale)
    lowest, highest = int(layer.weight.min()), int(layer.weight.max())
    levels = highest - lowest + 1
    # As many bins to a level as there is room for, each level with the same number, so that none seems fuller.
    bins_per_level = max(1, min(8, _MOST_BINS // levels))
    edges = (np.arange(levels * bins_per_level + 1) / bins_per_level + lowest - 0.5) / scale
    axes.axvspan(-0.5 / scale, 0.5 / scale, color="#f59e0b", alpha=0.35, lw=0)
    axes.hist(weights, bins=edges, color="#2563eb", histtype="stepfilled", log=True)
    if levels <= _MOST_LINES:
        for level in range(lowest, highest + 1):
            axes.axvline(level / scale, color="#111827", lw=0.6, alpha=0.6)
    for limit in (lowest, highest):
        axes.axvline(limit / scale, color="#dc2626", lw=1, ls="--")
    axes.set_xlim(edges[0] - 0.02 * (edges[-1] - edges[0]), edges[-1] + 0.02 * (edges[-1] - edges[0]))
    axes.set_xlabel("weight" if layer.rescale == 1 else f"weight x {layer.rescale:g}")
    axes.set_ylabel("weights")
    top = axes.secondary_xaxis("top", functions=(lambda x: x * scale, lambda q: q / scale))
    top.set_xlabel("integer")
    zeros = 100 * float(np.mean(layer.weight == 0))
    axes.set_title(
        f"{layer.name}: scale {scale:.6g}, limited by {layer.limited_by}\n"
        f"{lowest} to {highest}, {zeros:.1f} % zero, threshold {layer.spike_threshold:g}",
        fontsize=9,
    )
