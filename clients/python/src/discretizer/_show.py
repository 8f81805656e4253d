"""Formats results: one line for repr, tables for notebooks, rows for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from discretizer._network import NetworkLayer, NetworkResult
    from discretizer._results import Finding, LayerReport, TensorReport
    from discretizer._safetensors import Array


def line(result: Any) -> str:
    """A result as `TensorResult(tensor=int8[2, 3], scale=12.7, sqnr=41.2 dB, findings=[SATURATED!])`; `!`: warning."""
    parts = [f"{name}={value}" for name, value in _values(result)]
    if decibels(result.report) is not None:
        parts.append(f"sqnr={decibels(result.report):.1f} dB")
    parts.append(f"findings=[{', '.join(marked(finding) for finding in result.findings)}]")
    return f"{type(result).__name__}({', '.join(parts)})"


def _values(result: Any) -> Iterable[tuple[str, str]]:
    for field in fields(result):
        value = getattr(result, field.name)
        if value is not None and field.name not in ("candidates", "report", "findings", "provenance"):
            yield field.name, array(value) if isinstance(value, np.ndarray) else str(value)


def array(value: Array) -> str:
    """An array as `int8[16, 2, 5, 5]`."""
    return f"{value.dtype.name}{list(value.shape)}"


def marked(finding: Finding) -> str:
    return finding.code + ("!" if finding.severity == "warning" else "")


@dataclass
class FindingGroup:
    """Findings of one kind and with one hint, of one layer or of several."""

    code: str
    severity: str
    hint: str
    found: list[tuple[str, str]]
    """Name of the layer, empty if there is none to name, and message."""

    @property
    def where(self) -> str:
        layers = [layer for layer, _ in self.found if layer]
        return "" if not layers else f"layer{'s' if len(layers) > 1 else ''} {', '.join(layers)}"

    def lines(self) -> list[str]:
        """The messages, each after the name of its layer; a message that is that of all layers stands once."""
        messages = {message for _, message in self.found}
        if len(messages) == 1:
            return list(messages)
        return [f"{layer}: {message}" if layer else message for layer, message in self.found]


def grouped(findings: Iterable[tuple[str, Finding]]) -> list[FindingGroup]:
    """Findings as people read them: one entry for the same in several layers, in the order of the first of each.

    `MIN_V_MEM_ASSUMED` of a network says for all layers what `MIN_V_MEM_UNSET` says for each.
    """
    findings = list(findings)
    says_all = any(finding.code == "MIN_V_MEM_ASSUMED" for _, finding in findings)
    groups: dict[tuple[str, str, str], FindingGroup] = {}
    for layer, finding in findings:
        if not (says_all and finding.code == "MIN_V_MEM_UNSET"):
            key = (finding.code, finding.severity, finding.hint)
            groups.setdefault(key, FindingGroup(*key, [])).found.append((layer, finding.message))
    return list(groups.values())


def decibels(report: TensorReport | LayerReport | None) -> float | None:
    """The SQNR of a tensor, or of the weights of a layer."""
    decibels: float | None = getattr(getattr(report, "weight", report), "sqnr_db", None)
    return decibels


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else ""


def percent(fraction: float | None) -> str:
    return "" if fraction is None else f"{100 * fraction:.2g} %" if fraction else "0 %"


def number(value: float | None, digits: int = 6) -> str:
    return "" if value is None else f"{value:.{digits}g}"


_STYLE = {"warning": "color:#b45309;font-weight:600", "info": "color:#64748b"}


def html(result: Any) -> str:
    """Tables of the values, the report and the findings."""
    rows = [(name, escape(text)) for name, text in _values(result)]
    candidates = getattr(result, "candidates", None)
    if candidates is not None:
        allowed = ((field.name, getattr(candidates, field.name)) for field in fields(candidates))
        text = ", ".join(f"{name} {number(value)}" for name, value in allowed if value is not None)
        rows.append(("candidates", escape(text)))
    return (
        f"<b>{type(result).__name__}</b>"
        + table((), rows)
        + _report_html(result.report)
        + findings_html(("", finding) for finding in result.findings)
    )


def _report_html(report: TensorReport | LayerReport | None) -> str:
    if report is None:
        return ""
    parts: dict[str, Any] = {name: getattr(report, name, None) for name in ("weight", "bias", "v_mem")}
    if parts["weight"] is None:
        parts = {"tensor": report}
    head = ("", "elements", "zeros", "levels", "saturated", "max error", "rms error", "SQNR")
    rows = [
        (
            name,
            f"{cost.elements}",
            share(cost.zeros, cost.elements),
            "" if cost.levels_used is None else f"{cost.levels_used} of {cost.levels_available}",
            f"{cost.saturated}",
            number(cost.max_abs_error, 3),
            number(cost.rms_error, 3),
            "" if cost.sqnr_db is None else f"{cost.sqnr_db:.1f} dB",
        )
        for name, cost in parts.items()
        if cost is not None
    ]
    return table(head, rows)


def findings_html(findings: Iterable[tuple[str, Finding]]) -> str:
    rows = [
        (
            f'<span style="{_STYLE[group.severity]}">{escape(group.code)}</span>',
            escape(group.where),
            "<br>".join(map(escape, group.lines())) + "<br><i>" + escape(group.hint) + "</i>",
        )
        for group in grouped(findings)
    ]
    return table((), rows) if rows else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are HTML."""
    cells = "".join(f"<th>{name}</th>" for name in head)
    body = "".join(
        "<tr>" + "".join(f'<td style="text-align:left">{cell}</td>' for cell in row) + "</tr>" for row in rows
    )
    return "<table>" + (f"<tr>{cells}</tr>" if cells else "") + body + "</table>"


def rows_html(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of texts. Columns without text are left out."""
    columns = [column for column in zip(head, *rows, strict=True) if any(column[1:])]
    names, *cells = zip(*columns, strict=True)
    return table(names, [[escape(cell) for cell in row] for row in cells])


def network_html(result: NetworkResult[Any, Any]) -> str:
    """A table of the layers, the fit, and all findings."""
    fit = ""
    if result.fit is not None:
        fit = f"<b>{'Fits' if result.fit.fits else 'Does not fit'} {escape(result.fit.device)}</b>"
        fit += table((), [(escape(violation.message),) for violation in result.fit.violations])
    return rows_html(LAYER_HEAD, layer_rows(result)) + fit + findings_html(result.findings_by_layer())


LAYER_HEAD = (
    *("layer", "shape", "scale", "limited by", "SQNR", "levels", "zeros", "threshold", "error", "min_v_mem", "core"),
    *("from", "to"),
)


def layer_rows(result: NetworkResult[Any, Any]) -> list[tuple[str, ...]]:
    """The cells of all layers under `LAYER_HEAD`; those of a chain do not say where events come from and go to."""
    cores = {} if result.fit is None else {layer.name: layer.core for layer in result.fit.layers}
    ways = (lambda _: ("", "")) if is_chain(result) else _ways
    return [(*_layer_row(layer), number(cores.get(layer.name)), *ways(layer)) for layer in result.layers]


def is_chain(result: NetworkResult[Any, Any]) -> bool:
    """Whether each layer is fed by the one before it alone, as far as the result says."""
    before = [None, *(layer.name for layer in result.layers)]
    return all(
        layer.sources is None or [source.layer for source in layer.sources] == [name]
        for name, layer in zip(before, result.layers, strict=False)
    )


def _ways(layer: NetworkLayer[Any]) -> tuple[str, str]:
    """Sources and destinations as `3, 5 /2`, where events of layer 5 pass pools of 2 x 2."""
    sources = (_way(source.layer or "input", source.pool) for source in layer.sources or ())
    destinations = (_way(to.layer or to.output or "output", to.pool) for to in layer.destinations or ())
    return ", ".join(sources), ", ".join(destinations)


def _way(name: str, pool: tuple[int, int]) -> str:
    height, width = pool
    size = f"{height}" if height == width else f"{height}x{width}"
    return name if size == "1" else f"{name} /{size}"


def _layer_row(layer: NetworkLayer[Any]) -> tuple[str, ...]:
    report, cost = layer.report, None if layer.report is None else layer.report.weight
    return (
        layer.name,
        "x".join(map(str, layer.weight.shape)),
        number(float(layer.scale)),
        layer.limited_by,
        "" if cost is None or cost.sqnr_db is None else f"{cost.sqnr_db:.1f} dB",
        "" if cost is None or cost.levels_used is None else f"{cost.levels_used}/{cost.levels_available}",
        "" if cost is None else share(cost.zeros, cost.elements),
        number(layer.spike_threshold),
        "" if report is None else percent(report.spike_threshold.relative_error),
        number(layer.min_v_mem),
    )
