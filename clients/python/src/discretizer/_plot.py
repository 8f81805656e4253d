"""Draws a network: for each layer, a histogram of its float weights over the grid of integers."""

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
_WEIGHTS, _ZERO, _LEVEL = "#2563eb", "#fbd38d", "#111827"
_BINS = 128
_MOST_LINES = 48
"""Largest number of levels that are drawn as lines."""


def weights_of(path: Path) -> Mapping[str, Array]:
    """The float weights of a NIR graph or of a state dict, by the names of their layers.

    Raises:
        OSError: matplotlib or h5py is not installed.
    """
    try:
        import h5py
        import matplotlib  # noqa: F401
    except ImportError as ex:
        raise OSError(f"--plot needs matplotlib and h5py ({ex}): pip install 'discretizer-client[plot]'") from ex
    if h5py.is_hdf5(path):
        with h5py.File(path) as file:
            nodes: Any = file["node/nodes"]
            return {name: np.asarray(node["weight"]) for name, node in nodes.items() if "weight" in node}
    with safetensors.safe_open(path, framework="np") as file:
        names = [name for name in file.keys() if name.endswith(".weight")]  # noqa: SIM118
        return {name.removesuffix(".weight"): file.get_tensor(name) for name in names}


def draw(result: NetworkResult, weights: Mapping[str, Array], path: Path) -> None:
    """Draw all layers into a file, in the format of its suffix."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = min(_COLUMNS, len(result.layers))
    rows = math.ceil(len(result.layers) / columns)
    figure = Figure(figsize=(5.2 * columns, 3.4 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    for number, layer in enumerate(result.layers):
        axes = figure.add_subplot(rows, columns, number + 1)
        _draw_layer(axes, layer, weights[layer.name].astype(np.float64).ravel() * layer.rescale)
    figure.suptitle("Float weights over the grid of integers; weights in the coloured band become 0")
    figure.savefig(path, dpi=120)


def _draw_layer(axes: Any, layer: NetworkLayer, weights: Array) -> None:
    scale = float(layer.scale)
    lowest, highest = int(layer.weight.min()) - 0.5, int(layer.weight.max()) + 0.5
    axes.axvspan(-0.5 / scale, 0.5 / scale, color=_ZERO, lw=0)
    axes.hist(weights, bins=_edges(weights * scale, lowest, highest) / scale, color=_WEIGHTS, histtype="stepfilled")
    if highest - lowest <= _MOST_LINES:
        for level in np.arange(lowest - 0.5, highest + 1.5):
            axes.axvline(level / scale, color=_LEVEL, lw=0.8, alpha=0.6)
    margin = max(0.02 * (highest - lowest), 0.6)
    axes.set_xlim((lowest - margin) / scale, (highest + margin) / scale)
    axes.set_xlabel("weight" if layer.rescale == 1 else f"weight x {layer.rescale:g}")
    axes.set_ylabel("number of weights")
    top = axes.secondary_xaxis("top", functions=(lambda x: x * scale, lambda q: q / scale))
    top.xaxis.get_major_locator().set_params(integer=True)
    top.set_xlabel("integer")
    axes.set_title(_title(layer), fontsize=9)


def _edges(weights: Array, lowest: float, highest: float) -> Array:
    """Edges of the bins, in integers. A bin is a whole number of levels, or a level is a whole number of bins.

    Otherwise some bins would hold more levels than others. Bins narrower than a level show weights that share one.
    """
    wanted = max(float(np.ptp(weights)), 0.02) / min(_BINS, max(8, 2 * weights.size**0.5))
    step = max(1, round(wanted)) if wanted >= 0.75 else 1 / math.ceil(1 / wanted)
    return np.arange(lowest, highest + step, step)


def _title(layer: NetworkLayer) -> str:
    zeros = 100 * float(np.mean(layer.weight == 0))
    cost = None if layer.report is None else layer.report.weight
    levels = (
        "" if cost is None or cost.levels_used is None else f"{cost.levels_used} of {cost.levels_available} levels, "
    )
    return (
        f"{layer.name}: scale {float(layer.scale):.6g}, limited by {layer.limited_by}\n"
        f"{levels}{zeros:.1f} % zero, threshold {layer.spike_threshold:g}"
    )
