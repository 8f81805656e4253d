"""Draws results: the weights of a network over the grid of integers, and what fewer bits cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import safetensors

from discretizer._network import NetworkLayer, NetworkResult
from discretizer._safetensors import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from discretizer._behaviour import Mode, ModeFigures, SimulatedLayer, SimulationResult
    from discretizer._calibrate import CalibrationResult
    from discretizer._verify import SweepResult

_COLUMNS = 3
_WEIGHTS, _ZERO, _LEVEL = "#2563eb", "#fbd38d", "#111827"
_BINS = 128
_MOST_LINES = 48
"""Largest number of levels that are drawn as lines."""


def new_figure(width: float, height: float) -> Figure:
    """An empty figure, of a size in inches, without a window.

    Raises:
        ImportError: matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as ex:
        raise _missing(ex) from ex
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _missing(ex: ImportError) -> ImportError:
    return ImportError(f"a picture needs matplotlib and h5py ({ex}): pip install 'discretizer-client[plot]'")


def written(figure: Figure, path: str | PathLike[str] | None) -> Figure:
    """Write a figure into a file, if one is given, in the format of its suffix."""
    if path is not None:
        figure.savefig(path, dpi=120)
    return figure


def weights_of(path: Path) -> Mapping[str, Array]:
    """The float weights of a NIR graph or of a state dict, by the names of their layers.

    Raises:
        ImportError: matplotlib or h5py is not installed.
    """
    try:
        import h5py
        import matplotlib  # noqa: F401
    except ImportError as ex:
        raise _missing(ex) from ex
    if h5py.is_hdf5(path):
        with h5py.File(path) as file:
            nodes: Any = file["node/nodes"]
            return {name: np.asarray(node["weight"]) for name, node in nodes.items() if "weight" in node}
    with safetensors.safe_open(path, framework="np") as file:
        names = [name for name in file.keys() if name.endswith(".weight")]  # noqa: SIM118
        return {name.removesuffix(".weight"): file.get_tensor(name) for name in names}


def draw(result: NetworkResult, weights: Mapping[str, Array], path: Path) -> None:
    """Draw all layers into a file, in the format of its suffix."""
    columns = min(_COLUMNS, len(result.layers))
    rows = math.ceil(len(result.layers) / columns)
    figure = new_figure(5.2 * columns, 3.4 * rows)
    for number, layer in enumerate(result.layers):
        axes = figure.add_subplot(rows, columns, number + 1)
        _draw_layer(axes, layer, weights[layer.name].astype(np.float64).ravel() * layer.rescale)
    figure.suptitle("Float weights over the grid of integers; weights in the coloured band become 0")
    written(figure, path)


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


_RULE_STYLES = {"reference": "--", "joint": "-"}


def sweep(result: SweepResult) -> Figure:
    """The effective SQNR over the bits, in one colour for each layer and one style of line for each rule."""
    figure = new_figure(7.5, 4.5)
    axes = figure.add_subplot()
    layers = list(dict.fromkeys(row.layer for row in result.rows))
    for number, layer in enumerate(layers):
        for rule, style in _RULE_STYLES.items():
            rows = [row for row in result.rows if (row.layer, row.scale_rule) == (layer, rule)]
            if rows:
                decibels = [math.nan if row.effective_sqnr_db is None else row.effective_sqnr_db for row in rows]
                bits = [row.bits for row in rows]
                axes.plot(bits, decibels, style, color=f"C{number % 10}", marker="o", ms=3, label=f"{layer}, {rule}")
    axes.set_xlabel("bits of a weight")
    axes.set_xticks(sorted({row.bits for row in result.rows}))
    axes.set_ylabel("effective SQNR in dB")
    axes.grid(alpha=0.3)
    figure.legend(loc="outside right upper", fontsize=8)
    return figure


_MODE_COLOURS = {"float_step": "#64748b", "integer_step": "#2563eb", "integer_event": "#d97706"}


def simulation(result: SimulationResult) -> Figure:
    """The rates by layer and mode; below, if labels were given, the confusion of the output in each mode."""
    has_labels = result.recordings[0].label is not None
    figure = new_figure(max(6.0, 1.1 * len(result.layers) + 2), 7.5 if has_labels else 4.0)
    rows: Any = figure.subfigures(2, 1, height_ratios=(4, 3)) if has_labels else [figure]
    _rates(rows[0].subplots(), result)
    if has_labels:
        every = rows[1].subplots(1, len(result.modes), squeeze=False, sharey=True)[0]
        for axes, mode in zip(every, result.modes, strict=True):
            _confusion(axes, result, mode)
        every[0].set_ylabel("label")
    return figure


def _rates(axes: Any, result: SimulationResult) -> None:
    is_rate = all(figures.rate is not None for layer in result.layers for figures in _run(layer, result))
    places = np.arange(len(result.layers))
    width = 0.8 / len(result.modes)
    for number, mode in enumerate(result.modes):
        found = [layer[mode] for layer in result.layers]
        heights = [0 if one is None else (one.rate if is_rate else one.spikes) or 0 for one in found]
        axes.bar(places + (number + 0.5) * width - 0.4, heights, width, label=mode, color=_MODE_COLOURS[mode])
    axes.set_xticks(places, [layer.name for layer in result.layers])
    axes.set_xlabel("layer")
    axes.set_ylabel("spikes / neuron / s" if is_rate else "spikes")
    axes.set_title(f"Simulated, {len(result.recordings)} recordings", fontsize=10)
    axes.legend(fontsize=8)


def _run(layer: SimulatedLayer, result: SimulationResult) -> list[ModeFigures]:
    return [figures for figures in (layer[mode] for mode in result.modes) if figures is not None]


def _confusion(axes: Any, result: SimulationResult, mode: Mode) -> None:
    confusion = result.confusion(mode)
    axes.imshow(confusion, cmap="Blues")
    if len(confusion) <= _MOST_WRITTEN:
        axes.set_xticks(range(len(confusion)))
        axes.set_yticks(range(len(confusion)))
        for row, column in zip(*np.nonzero(confusion), strict=True):
            is_dark = 2 * confusion[row, column] > confusion.max()
            axes.text(
                *(column, row, str(confusion[row, column])),
                **{"ha": "center", "va": "center", "fontsize": 7, "color": "white" if is_dark else "black"},
            )
    accuracy = result.summary[mode].accuracy
    axes.set_title(mode if accuracy is None else f"{mode}: {accuracy:.3f}", fontsize=9)
    axes.set_xlabel("strongest output")


_MOST_WRITTEN = 20
"""Most rows of a confusion whose numbers are written."""


def calibration(result: CalibrationResult) -> Figure:
    """For each layer, the divergence of its candidates, the chosen one marked; and the rate ratios before and after."""
    figure = new_figure(9.5, 4.2)
    over, ratios = figure.subplots(1, 2)
    for number, layer in enumerate(result.layers):
        colour = f"C{number % 10}"
        tried = sorted(layer.candidates, key=lambda one: -one.min_v_mem)
        factors = [-one.min_v_mem / layer.spike_threshold for one in tried]
        shares = [one.divergence_sum / max(layer.float_spikes, 1) for one in tried]
        over.plot(factors, shares, color=colour, marker=".", label=layer.name)
        best = layer.best
        mark = (-best.min_v_mem / layer.spike_threshold, best.divergence_sum / max(layer.float_spikes, 1))
        over.plot(*mark, marker="o", ms=9, mfc="none", color=colour)
    over.set_xscale("log", base=2)
    over.set_xlabel("-min_v_mem / spike_threshold")
    over.set_ylabel("divergence from float_step")
    over.legend(title="layer", fontsize=8)
    places = np.arange(len(result.layers))
    for number, (word, told, colour) in enumerate(
        (("before", result.before, "#d97706"), ("after", result.after, "#2563eb"))
    ):
        heights = [told.rate_ratio[layer.name] or 0 for layer in result.layers]
        ratios.bar(places + 0.4 * number - 0.2, heights, 0.4, label=word, color=colour)
    ratios.axhline(1, color=_LEVEL, lw=0.8)
    ratios.set_xticks(places, [layer.name for layer in result.layers])
    ratios.set_xlabel("layer")
    ratios.set_ylabel("spikes by events / as trained")
    ratios.legend(fontsize=8)
    figure.suptitle("Simulated", fontsize=10)
    return figure
