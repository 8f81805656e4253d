"""What a network does in simulation: the requests, and their results.

Recordings are independent, so a simulation is sent as several requests. Their answers hold the spikes of every neuron
in every recording, from which all figures are computed here, as the service does for the recordings of one request.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from discretizer import _network, _recordings, _results, _show
from discretizer._calls import SAFETENSORS, Body, Call, Part, Progress, from_file, multipart_of, query_of
from discretizer._network import Source
from discretizer._options import NetworkOptions
from discretizer._recordings import Recorded, Recordings
from discretizer._results import Finding, Provenance, WithFindings, known
from discretizer._safetensors import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Mode = Literal["float_step", "integer_step", "integer_event"]
"""How a network is simulated: as trained, or as integers, by time steps; or as integers, one event after the other."""
MODES: tuple[Mode, ...] = get_args(Mode)

_NOTABLE, _MANY_MORE = 3, 10
"""The fewest spikes of an awakened or silenced neuron, and the fewest more than float_step of an overactive one."""


@dataclass(frozen=True)
class ModeFigures:
    """The spikes of a layer in one mode, over all neurons and recordings, beside those of `float_step`.

    What is undefined is None: the rate without a duration, a quotient by zero, and every comparison if `float_step` was
    not run.
    """

    spikes: int
    rate: float | None
    """Spikes of a neuron in a second."""
    rate_ratio: float | None
    """Spikes divided by those of float_step."""
    divergence: float | None
    """Sum of the differences from float_step, divided by the spikes of float_step."""
    cosine: float | None
    """Cosine of the neurons' spikes with those of float_step."""
    silenced: int | None
    """Neurons, summed over recordings, with at least 3 spikes in float_step and none here."""
    awakened: int | None
    """Neurons, summed over recordings, with at least 3 spikes here and none in float_step."""
    overactive: int | None
    """Neurons, summed over recordings, with more than twice the spikes of float_step, and at least 10 more."""
    beyond_16_bits: int | None
    """States that the chip's 16 bits cannot hold; None but in integer_step."""
    saturated: int | None
    """States that reached 32767; None but in integer_event."""
    synops: int | None
    """Additions of a weight to a state; None in float_step."""


@dataclass(frozen=True)
class SimulatedLayer:
    """A layer in all modes; a mode that was not run is None."""

    name: str
    shape: tuple[int, int, int]
    """Channels, height and width of its neurons."""
    scale: float
    spike_threshold: int
    min_v_mem: int
    float_step: ModeFigures | None
    integer_step: ModeFigures | None
    integer_event: ModeFigures | None

    def __getitem__(self, mode: Mode) -> ModeFigures | None:
        return {"float_step": self.float_step, "integer_step": self.integer_step, "integer_event": self.integer_event}[
            mode
        ]


@dataclass(frozen=True)
class SimulatedRecording:
    """A recording, and what the network made of it."""

    name: str
    """Name of its file, or `recording-` and its number from 0."""
    events: int
    steps: int | None
    """None for events without `dt`."""
    duration: int | None
    """In microseconds; None for counts without `dt`."""
    label: int | None
    outputs: Mapping[str, Mapping[str, list[int] | None] | None]
    """Spikes of each neuron by layer and mode, of the layers that feed an output of at most 4096 neurons."""


@dataclass(frozen=True)
class ModeSummary:
    """The network in one mode."""

    agreement: float | None
    """Share of recordings with the same strongest output neuron as in float_step."""
    accuracy: float | None
    """Share of recordings whose strongest output neuron is their label; None without labels."""
    divergence: float | None
    """As of a layer, over all layers."""
    synops: int | None
    """Additions of a weight to a state, of all layers; None if the service counts none."""


@dataclass(frozen=True, eq=False, repr=False)
class SimulationResult(WithFindings):
    """What a network does as trained, and as integers by steps and by events. Simulated, not measured on silicon."""

    modes: tuple[Mode, ...]
    """The modes that were run."""
    layers: tuple[SimulatedLayer, ...]
    """The layers in the order in which data flows."""
    recordings: tuple[SimulatedRecording, ...]
    summary: Mapping[Mode, ModeSummary]
    findings: tuple[Finding, ...]
    _counts: Mapping[tuple[str, str], tuple[Array, ...]]
    provenance: Provenance | None = field(default=None, kw_only=True)
    """None unless the option `provenance` was given, and where the recordings were sent in several requests, of which
    each has its own."""

    def counts(self, layer: str, mode: Mode) -> Array:
        """The spikes of every neuron of a layer: int32 `[recordings, C, H, W]`.

        Raises:
            KeyError: There is no such layer, or the mode was not run.
        """
        return np.concatenate(self._counts[layer, mode])

    def strongest(self, mode: Mode) -> Array:
        """The output neuron with the most spikes in each recording, the first of equals."""
        return _strongest(self.recordings, self._counts, mode)

    def confusion(self, mode: Mode) -> Array:
        """Number of recordings by label (row) and strongest output neuron (column).

        Raises:
            ValueError: No labels were given.
        """
        labels = [recording.label for recording in self.recordings if recording.label is not None]
        if not labels:
            raise ValueError("no labels were given")
        outputs = self.recordings[0].outputs
        size = sum(math.prod(layer.shape) for layer in self.layers if layer.name in outputs)
        confusion = np.zeros((size, size), np.int64)
        np.add.at(confusion, (np.asarray(labels), self.strongest(mode)), 1)
        return confusion

    def plot(self, path: str | PathLike[str] | None = None) -> Figure:
        """Draw the rates by layer and mode, and if labels were given, the confusion of the output in each mode.

        Args:
            path: The file to write, in the format of its suffix. Default: none.

        Raises:
            ImportError: matplotlib is not installed.
        """
        from discretizer import _plot

        return _plot.written(_plot.simulation(self), path)

    def __repr__(self) -> str:
        told = ", ".join(f"{mode}: {_in_short(self.summary[mode])}" for mode in self.modes)
        found = ", ".join(_show.marked(finding) for finding in self.findings)
        return f"SimulationResult({len(self.recordings)} recordings, {told}, findings=[{found}])"

    def _repr_html_(self) -> str:
        return (
            _show.rows_html(SUMMARY_HEAD, summary_rows(self.summary))
            + _show.rows_html(ACTIVITY_HEAD, activity_rows(self.layers))
            + _show.findings_html(("", finding) for finding in self.findings)
        )


def _in_short(summary: ModeSummary) -> str:
    name = "agreement" if summary.accuracy is None else "accuracy"
    return f"{name} {_show.number(getattr(summary, name), 3) or '?'}, divergence {_show.number(summary.divergence, 3)}"


SUMMARY_HEAD = ("mode", "accuracy", "agreement", "divergence", "synops")


def summary_rows(summary: Mapping[Mode, ModeSummary] | Mapping[str, ModeSummary]) -> list[tuple[str, ...]]:
    """A row for each mode under `SUMMARY_HEAD`."""
    return [
        (
            mode,
            _show.number(told.accuracy, 3),
            _show.number(told.agreement, 3),
            _show.number(told.divergence, 3),
            "" if told.synops is None else f"{told.synops:,}".replace(",", " "),
        )
        for mode, told in summary.items()
    ]


ACTIVITY_HEAD = (
    *("layer", "neurons", "float", "step", "event", "step ratio", "event ratio", "step div.", "event div."),
    *("cosine", "silenced", "awakened", "overactive"),
)


def activity_rows(layers: Sequence[SimulatedLayer]) -> list[tuple[str, ...]]:
    """A row for each layer under `ACTIVITY_HEAD`: spikes, and what differs; the last four by events, else by steps."""
    rows = []
    for layer in layers:
        of = [layer[mode] for mode in MODES]
        last = layer.integer_event or layer.integer_step
        rows.append(
            (
                layer.name,
                "x".join(map(str, layer.shape)),
                *("" if figures is None else str(figures.spikes) for figures in of),
                *("" if figures is None else _show.number(figures.rate_ratio, 3) for figures in of[1:]),
                *("" if figures is None else _show.number(figures.divergence, 3) for figures in of[1:]),
                "" if last is None else _show.number(last.cosine, 3),
                *(
                    "" if last is None else _show.number(getattr(last, name))
                    for name in ("silenced", "awakened", "overactive")
                ),
            )
        )
    return rows


# Requests.


@dataclass(frozen=True)
class Asked:
    """How recordings are simulated, and of which network."""

    media_type: str
    network: Body
    query: Mapping[str, str]

    def parts(self, recordings: Sequence[Recorded]) -> tuple[str, Body]:
        network = Part("network", "network", self.media_type, self.network)
        return multipart_of([network, *(recording.part() for recording in recordings)])


@dataclass(frozen=True)
class Group:
    """Recordings that are sent in one request."""

    asked: Asked
    recordings: Sequence[Recorded]

    def call(self) -> Call[Answer]:
        query = {**self.asked.query, **labels_of(self.recordings)}
        media_type, body = self.asked.parts(self.recordings)
        return Call("POST", "/simulate", SAFETENSORS, from_file(Answer), media_type, body, query)

    def halves(self) -> tuple[Group, Group]:
        middle = len(self.recordings) // 2
        return Group(self.asked, self.recordings[:middle]), Group(self.asked, self.recordings[middle:])


@dataclass(frozen=True)
class Answer:
    """The answer for one group."""

    tensors: Mapping[str, Array]
    document: Mapping[str, Any]


def asked(
    source: Source,
    options: NetworkOptions,
    dt: int | None,
    t0: int | None,
    merge_polarity: bool,
    modes: Sequence[Mode] | None = None,
) -> Asked:
    given: dict[str, object] = {"dt": dt, "t0": t0}
    if merge_polarity:
        given["merge_polarity"] = True
    if modes is not None:
        given["modes"] = ",".join([modes] if isinstance(modes, str) else modes)
    return Asked(*_network.file_of(source), {**_network.query(options), **query_of(given)})


def labels_of(recordings: Sequence[Recorded]) -> dict[str, str]:
    labels = [str(recording.label) for recording in recordings if recording.label is not None]
    return {"labels": ",".join(labels)} if labels else {}


def groups(
    wanted: Asked, recordings: Recordings, labels: Sequence[int] | None, workers: int, request_bytes: int
) -> list[Group]:
    """The requests for some recordings: enough of them to keep all workers busy, and to see progress."""
    if workers < 1:
        raise ValueError(f"workers is {workers}, at least 1 is expected")
    found = _recordings.read(recordings, labels)
    count = min(_MOST_AT_ONCE, max(_FEWEST_AT_ONCE, math.ceil(len(found) / (2 * workers))))
    return [Group(wanted, group) for group in _recordings.packed(found, request_bytes, count)]


_FEWEST_AT_ONCE, _MOST_AT_ONCE = 4, 64
"""Recordings of a request."""


class Counter:
    """Counts the recordings that are done, for a progress bar, and the requests that run. Thread-safe."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0
        self._running = 0
        self._lock = threading.Lock()
        progress(0, total)

    @contextmanager
    def running(self) -> Iterator[None]:
        with self._lock:
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1

    @property
    def is_running(self) -> bool:
        """Whether any request runs."""
        return self._running > 0

    def add(self, count: int) -> None:
        with self._lock:
            self._done += count
            self._progress(self._done, self._total)


# Answers.


class _Tally:
    """Sums of a layer in one mode over all recordings, beside those of float_step."""

    def __init__(self, counts: Sequence[Array], floats: Sequence[Array] | None) -> None:
        self.spikes = self.float_spikes = self.difference = 0
        self.squares = self.float_squares = self.products = 0
        self.silenced = self.awakened = self.overactive = 0
        self.is_compared = floats is not None
        for some, beside in zip(counts, floats if floats is not None else counts, strict=True):
            n, f = some.astype(np.int64), beside.astype(np.int64)
            self.spikes += int(n.sum())
            self.float_spikes += int(f.sum())
            self.difference += int(np.abs(n - f).sum())
            self.squares += int((n * n).sum())
            self.float_squares += int((f * f).sum())
            self.products += int((n * f).sum())
            self.silenced += int(((f >= _NOTABLE) & (n == 0)).sum())
            self.awakened += int(((f == 0) & (n >= _NOTABLE)).sum())
            self.overactive += int(((n > 2 * f) & (n >= f + _MANY_MORE)).sum())

    def figures(self, neurons: int, seconds: float | None, counted: Mapping[str, int]) -> ModeFigures:
        cosine = _quotient(self.products, math.sqrt(self.squares) * math.sqrt(self.float_squares))
        compared = {
            "rate_ratio": _quotient(self.spikes, self.float_spikes),
            "divergence": _quotient(self.difference, self.float_spikes),
            "cosine": cosine,
            "silenced": self.silenced,
            "awakened": self.awakened,
            "overactive": self.overactive,
        }
        return ModeFigures(
            spikes=self.spikes,
            rate=None if seconds is None else _quotient(self.spikes, neurons * seconds),
            **(compared if self.is_compared and counted else dict.fromkeys(compared)),
            **{name: counted.get(name) for name in ("beyond_16_bits", "saturated", "synops")},
        )


def _quotient(dividend: float, divisor: float) -> float | None:
    return dividend / divisor if divisor else None


def merged(answers: Sequence[Answer]) -> SimulationResult:
    """The result for the recordings of all answers, in their order."""
    documents = [answer.document for answer in answers]
    first = documents[0]
    modes: tuple[Mode, ...] = tuple(first["modes"])
    recordings = tuple(known(SimulatedRecording, one) for document in documents for one in document["recordings"])
    names = [layer["name"] for layer in first["layers"]]
    counts: dict[tuple[str, str], tuple[Array, ...]] = {
        (name, mode): tuple(answer.tensors[f"{name}.{mode}"] for answer in answers) for name in names for mode in modes
    }
    tallies = {key: _Tally(counts[key], counts.get((key[0], "float_step"))) for key in counts}
    seconds = _seconds(recordings)
    layers = []
    for number, layer in enumerate(first["layers"]):
        shape: tuple[int, int, int] = tuple(layer["shape"])
        figures: dict[str, ModeFigures | None] = dict.fromkeys(MODES)
        for mode in modes:
            counted = _summed([document["layers"][number][mode] for document in documents])
            figures[mode] = tallies[layer["name"], mode].figures(math.prod(shape), seconds, counted)
        layers.append(known(SimulatedLayer, {**layer, **figures, "shape": shape}))
    summary: dict[Mode, ModeSummary] = {
        mode: _summary(
            mode,
            recordings,
            counts,
            [tallies[name, mode] for name in names],
            _summed([{"synops": document["synops"][mode]} for document in documents]).get("synops"),
        )
        for mode in modes
    }
    findings = _results.findings_of(first)
    if len(answers) > 1:
        findings = tuple(_findings(layers, modes, findings))
    provenance = _results.provenance_of(first) if len(answers) == 1 else None
    return SimulationResult(modes, tuple(layers), recordings, summary, findings, counts, provenance=provenance)


def _summed(documents: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The sums of what an answer counts itself."""
    names = [name for name in ("beyond_16_bits", "saturated", "synops") if documents[0].get(name) is not None]
    return {name: sum(document[name] for document in documents) for name in names}


def _seconds(recordings: Sequence[SimulatedRecording]) -> float | None:
    durations = [recording.duration for recording in recordings]
    microseconds = 0
    for duration in durations:
        if duration is None:
            return None
        microseconds += duration
    return microseconds / 1e6 if microseconds else None


def _strongest(
    recordings: Sequence[SimulatedRecording], counts: Mapping[tuple[str, str], Sequence[Array]], mode: Mode
) -> Array:
    outputs = recordings[0].outputs
    spikes = [
        np.concatenate([some.reshape(len(some), -1) for some in found])
        for (layer, of_mode), found in counts.items()
        if layer in outputs and of_mode == mode
    ]
    strongest: Array = np.concatenate(spikes, axis=1).argmax(axis=1)
    return strongest


def _summary(
    mode: Mode,
    recordings: Sequence[SimulatedRecording],
    counts: Mapping[tuple[str, str], Sequence[Array]],
    tallies: Sequence[_Tally],
    synops: int | None,
) -> ModeSummary:
    strongest = _strongest(recordings, counts, mode)
    is_compared = tallies[0].is_compared
    agreement = accuracy = None
    if is_compared:
        agreement = int((strongest == _strongest(recordings, counts, "float_step")).sum()) / len(recordings)
    if recordings[0].label is not None:
        accuracy = int((strongest == [recording.label for recording in recordings]).sum()) / len(recordings)
    divergence = _quotient(sum(one.difference for one in tallies), sum(one.float_spikes for one in tallies))
    return ModeSummary(agreement, accuracy, divergence if is_compared else None, synops)


# Findings, as the service makes them for one request: their numbers are of all recordings.

_LOWEST_RATIO, _HIGHEST_RATIO = 0.8, 1.25
_FEWEST_SPIKES = 100
_CALIBRATE = "Choose min_v_mem with /calibrate"
_OF_ACTIVITY = ("RATE_SHIFT", "SILENT_LAYER", "STATE_BEYOND_16_BITS")


def _findings(
    layers: Sequence[SimulatedLayer], modes: Sequence[Mode], of_first: Sequence[Finding]
) -> Iterator[Finding]:
    of_network = [finding for finding in of_first if finding.code not in _OF_ACTIVITY]
    yield from (finding for finding in of_network if finding.tensor not in {layer.name for layer in layers})
    for layer in layers:
        yield from (finding for finding in of_network if finding.tensor == layer.name)
        for mode in modes:
            figures = layer[mode]
            if mode != "float_step" and figures is not None:
                yield from _of_rate(layer, mode, figures)
                if figures.beyond_16_bits:
                    yield _warning(
                        "STATE_BEYOND_16_BITS",
                        layer,
                        f"{figures.beyond_16_bits} states were beyond 16 bits in integer_step; the chip's saturate at "
                        "32767.",
                        "Lower the weights of the layer or the activity of its sources.",
                    )


def _of_rate(layer: SimulatedLayer, mode: Mode, figures: ModeFigures) -> Iterator[Finding]:
    floats = 0 if layer.float_step is None else layer.float_step.spikes
    ratio = figures.rate_ratio
    if floats and not figures.spikes:
        text = f"{floats} spikes in float_step, none in {mode}."
        yield _warning("SILENT_LAYER", layer, text, _CALIBRATE + "; see the layer's findings of /discretize/network.")
    elif ratio is not None and floats >= _FEWEST_SPIKES and not _LOWEST_RATIO <= ratio <= _HIGHEST_RATIO:
        shown = Decimal(repr(ratio)).quantize(Decimal("0.001"), ROUND_HALF_UP)
        text = f"{figures.spikes} spikes in {mode}, {floats} in float_step: rate_ratio {shown}."
        yield _warning("RATE_SHIFT", layer, text, _CALIBRATE + ".")


def _warning(code: str, layer: SimulatedLayer, text: str, hint: str) -> Finding:
    return Finding(code, "warning", f"layer {layer.name}: {text}", hint, layer.name)


def findings(result: Any) -> list[tuple[str, Finding]]:
    """The findings of a simulation or calibration, for warnings; they name their layer themselves."""
    return [("", finding) for finding in result.findings]
