"""What the command prints: tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from discretizer import _show
from discretizer._behaviour import ACTIVITY_HEAD, SUMMARY_HEAD, SimulationResult, activity_rows, summary_rows
from discretizer._calibrate import BOUND_HEAD, CalibrationResult, before_and_after, bound_rows
from discretizer._errors import ProblemError
from discretizer._flags import spoken
from discretizer._network import Device, Fit, NetworkLayer, NetworkResult
from discretizer._results import Finding, Provenance, TensorResult
from discretizer._terminal import Terminal, size
from discretizer._verify import SWEEP_HEAD, SweepResult, VerifyResult, match_rows, sweep_rows


def heading(out: Terminal, file: Path, layers: int) -> None:
    out.print(f"{out.bold(file.name)}  {layers} layers, {size(file.stat().st_size)}")


def network(out: Terminal, file: Path, result: NetworkResult, allowed: Collection[str]) -> None:
    heading(out, file, len(result.layers))
    out.table(_show.LAYER_HEAD, _show.layer_rows(result))
    if result.fit is not None:
        out.print()
        _fit(out, result.fit)
    findings(out, result.findings_by_layer(), allowed)
    _provenance(out, result.provenance)


def findings(out: Terminal, found: Iterable[tuple[str, Finding]], allowed: Collection[str]) -> None:
    for group in _show.grouped(found):
        out.print()
        out.findings(group, group.code in allowed)


def _unnamed(out: Terminal, found: Iterable[Finding], allowed: Collection[str]) -> None:
    """Findings that are of no layer, or name it themselves."""
    findings(out, (("", finding) for finding in found), allowed)


def written(out: Terminal, *paths: Path | None) -> None:
    for path in paths:
        if path is not None:
            out.print(f"\n{out.dim('written')}  {path}")


def problem(errors: Terminal, refusal: ProblemError) -> None:
    errors.print(f"{errors.bad(refusal.title)}  {errors.dim(f'{refusal.code}, {refusal.status}')}")
    for detail in [error.detail for error in refusal.errors] or [refusal.detail]:
        errors.wrapped(spoken(detail))


def _fit(out: Terminal, fit: Fit) -> None:
    if fit.fits:
        out.print(f"{out.good('fits')}  {out.bold(fit.device)}")
        return
    out.print(f"{out.bad('does not fit')}  {out.bold(fit.device)}")
    for violation in fit.violations:
        out.wrapped(violation.message)


def _provenance(out: Terminal, found: Provenance | None) -> None:
    """The lines that `sha256sum` would check, and the digest of all."""
    if found is not None:
        out.print()
        for name, digest in found.outputs.items():
            out.print(f"{digest}  {name}")
        commit = f", commit {found.commit}" if found.commit else ""
        out.print(f"{out.dim('digest')}  {found.digest}")
        out.print(out.dim(f"{found.service} {found.version}{commit}; {found.reference}; {found.arithmetic}"))


def match(out: Terminal, _: Path, result: VerifyResult, allowed: Collection[str]) -> None:
    """One line for each layer."""
    width = max((len(layer.name) for layer in result.layers), default=0)
    for layer, row in zip(result.layers, match_rows(result), strict=True):
        name, found, rule, scale, scales, difference = row
        paint = out.good if layer.match else out.bad
        what = f"{rule}, scale {scale}" if layer.match else "; ".join(filter(None, (difference, f"scales: {scales}")))
        out.print(f"{name:{width}}  {paint(found)}  {what}")
    _unnamed(out, result.findings, allowed)


def sweep(out: Terminal, file: Path, result: SweepResult, allowed: Collection[str]) -> None:
    heading(out, file, len({row.layer for row in result.rows}))
    out.table(SWEEP_HEAD, sweep_rows(result), keys=3)
    _unnamed(out, result.findings, allowed)


def simulation(out: Terminal, file: Path, result: SimulationResult, allowed: Collection[str]) -> None:
    heading(out, file, len(result.layers))
    out.table(SUMMARY_HEAD, summary_rows(result.summary))
    out.print()
    out.table(ACTIVITY_HEAD, activity_rows(result.layers))
    _unnamed(out, result.findings, allowed)


def simulation_document(result: SimulationResult) -> dict[str, Any]:
    return {name: document(getattr(result, name)) for name in ("modes", "summary", "layers", "recordings", "findings")}


def calibration(out: Terminal, file: Path, result: CalibrationResult, allowed: Collection[str]) -> None:
    heading(out, file, len(result.layers))
    out.table(("by events", *SUMMARY_HEAD[1:]), before_and_after(result))
    out.print()
    out.table(BOUND_HEAD, bound_rows(result))
    if result.min_v_mem:
        out.print()
        out.print(" ".join(f"--min-v-mem {name}={value:.9g}" for name, value in result.min_v_mem.items()))
    _unnamed(out, result.findings, allowed)


def calibration_document(result: CalibrationResult) -> dict[str, Any]:
    names = ("layers", "before", "after", "query", "findings")
    return {name: document(getattr(result, name)) for name in names}


def tensor(out: Terminal, file: Path, result: TensorResult, allowed: Collection[str]) -> None:
    report = result.report
    rows = [("tensor", _show.array(result.tensor)), ("scale", str(result.scale))]
    if report is not None:
        rows += [
            ("SQNR", "" if report.sqnr_db is None else f"{report.sqnr_db:.1f} dB"),
            ("levels", "" if report.levels_used is None else f"{report.levels_used}/{report.levels_available}"),
            ("zeros", _show.share(report.zeros, report.elements)),
            ("largest error", _show.number(report.max_abs_error, 3)),
            ("rms error", _show.number(report.rms_error, 3)),
        ]
    out.print(out.bold(file.name))
    for name, text in rows:
        if text:
            out.print(f"{out.dim(f'{name:13}')}  {text}")
    _unnamed(out, result.findings, allowed)


def devices(out: Terminal, found: Iterable[Device]) -> None:
    head = ("device", "cores", "kernel memory", "neuron memory", "bias memory", "kernel", "stride", "pooling", "")
    out.table(head, [_device_row(device) for device in found])


def _device_row(device: Device) -> tuple[str, ...]:
    limits = device.limits
    return (
        device.name,
        str(len(device.cores)),
        *(_memory(getattr(core, name) for core in device.cores) for name in ("kernel", "neuron", "bias")),
        f"<= {limits['kernel_size']}",
        ", ".join(map(str, limits["strides"])),
        ", ".join(map(str, limits["poolings"])),
        "" if device.supported else "dropped by sinabs 3.0",
    )


def _memory(entries: Iterable[int]) -> str:
    """The memory of all cores as `16 Ki x 5, 32 Ki x 2, 64 Ki x 2`."""
    counts: dict[int, int] = {}
    for count in entries:
        counts[count] = counts.get(count, 0) + 1
    return ", ".join(
        f"{count >> 10} Ki x {cores}" if count and count % 1024 == 0 else f"{count} x {cores}"
        for count, cores in sorted(counts.items())
    )


def as_json(value: object) -> None:
    print(json.dumps(value, indent=2, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, np.floating):
        return float(str(value))
    return list(value) if isinstance(value, tuple) else str(value)


def document(value: Any) -> Any:
    """A result as JSON, with tensors as their type and shape alone."""
    if isinstance(value, np.ndarray):
        return {"dtype": value.dtype.name, "shape": list(value.shape)}
    if is_dataclass(value) and not isinstance(value, type):
        return {name: document(getattr(value, name)) for name in vars(value)}
    if isinstance(value, (tuple, list)):
        return [document(item) for item in value]
    if isinstance(value, dict):
        return {name: document(item) for name, item in value.items()}
    return value


def network_document(result: NetworkResult) -> dict[str, Any]:
    return {
        "layers": [_layer_document(layer) for layer in result.layers],
        "findings": document(result.findings),
        "fit": None if result.fit is None else asdict(result.fit),
        **({} if result.provenance is None else {"provenance": document(result.provenance)}),
    }


def _layer_document(layer: NetworkLayer) -> dict[str, Any]:
    members = document(layer)
    return {
        **{name: members[name] for name in ("name", "spike_name", "rescale", "sources", "destinations")},
        **{name: members[name] for name in ("scale", "limited_by", "candidates")},
        "conv": {name: members[name] for name in ("weight", "bias")},
        "spike": {name: members[name] for name in ("spike_threshold", "min_v_mem")},
        **{name: members[name] for name in ("report", "findings")},
    }
