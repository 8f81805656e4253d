"""The command line tool `discretizer`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar, get_args

import numpy as np
import safetensors
import safetensors.numpy

from discretizer import _codes, _completion, _plot, _print
from discretizer._behaviour import MODES
from discretizer._client import Client
from discretizer._errors import (
    DiscretizerError,
    ProblemError,
    RateLimitError,
    ServiceFailedError,
    UnavailableError,
)
from discretizer._flags import spoken
from discretizer._network import FileFormat
from discretizer._options import ScaleRule, UnsetMinVMem
from discretizer._results import Finding
from discretizer._safetensors import Array
from discretizer._terminal import Terminal
from discretizer._version import __version__

Result = TypeVar("Result")

DONE, REFUSED, UNUSABLE, UNSERVED = 0, 1, 2, 3

_STATUSES = """exit status:
  0  success
  1  the service refused the input; or the network does not fit the device;
     or, with --strict, there was a warning that --allow does not name
  2  wrong usage, or a file that cannot be read or written
  3  no answer: the service is not reachable, too busy, or failed

environment:
  DISCRETIZER_URL, DISCRETIZER_API_KEY   URL of the service, and the key for it
  SSL_CERT_FILE, HTTPS_PROXY             certificates to trust, and a proxy
  NO_COLOR, FORCE_COLOR                  never use colours, or always
"""


class UnusableError(Exception):
    """A file or option that cannot be used."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    options = _parser()[0].parse_args(arguments)
    errors = Terminal(sys.stderr)
    try:
        _codes.checked("--allow", options.allow)
        with Client(options.url, timeout=options.timeout, warn=False, verify=options.cacert or True) as client:
            try:
                status: int = options.run(client, options)
                sys.stdout.flush()
                return status
            finally:
                if not client._protocol.is_of_same_version():
                    errors.print(errors.dim(f"discretizer: {client._protocol.versions()}"))
    except ProblemError as problem:
        if options.json:
            _print.as_json({"problem": {**problem.args[1], "status": problem.status}})
        _print.problem(errors, problem)
        is_unserved = isinstance(problem, (UnavailableError, RateLimitError, ServiceFailedError))
        return UNSERVED if is_unserved else REFUSED
    except DiscretizerError as error:
        errors.print(errors.bad(spoken(str(error))))
        return UNSERVED
    except BrokenPipeError:
        # The reader closed the pipe, as `head` does. Without this, Python would report that again at exit.
        sys.stdout = None
        return DONE
    except (UnusableError, ImportError, OSError, ValueError, TypeError) as error:
        errors.print(f"{errors.bad('discretizer:')} {error}")
        return UNUSABLE
    except KeyboardInterrupt:
        errors.erase()
        return 130


def _parser() -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    """The parser, and those of its commands by name."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--url", help="URL of the service (default: $DISCRETIZER_URL, or http://localhost:8080)")
    common.add_argument("--timeout", type=float, default=60.0, metavar="SECONDS", help="default: %(default)g")
    common.add_argument("--cacert", metavar="FILE", help="trust the certificates in this file")
    common.add_argument("--json", action="store_true", help="print JSON")
    common.set_defaults(allow=[])

    network = argparse.ArgumentParser(add_help=False)
    _add_network_options(network)

    gate = argparse.ArgumentParser(add_help=False)
    gate.add_argument("--strict", action="store_true", help="exit with status 1 on warnings")
    gate.add_argument("--allow", action="append", default=[], metavar="CODE", help="not on warnings with this code")

    parser = argparse.ArgumentParser(
        prog="discretizer",
        description="Discretize networks and tensors for DYNAP-CNN and Speck chips.",
        epilog=_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"discretizer {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, words: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return commands.add_parser(name, parents=parents, help=words, description=words)

    _add_network(add("network", "discretize a NIR graph or a state dict", network, common, gate))
    _add_verify(add("verify", "check whether one network is another one discretized", network, common, gate))
    _add_sweep(add("sweep", "show what fewer bits cost, by both scale rules", network, common, gate))
    _add_simulate(add("simulate", "compare a network as trained and as on the chip", network, common, gate))
    _add_calibrate(add("calibrate", "choose the lower bounds that keep spikes as trained", network, common, gate))
    _add_tensor(add("tensor", "discretize one tensor", common, gate))
    add("devices", "list the chips and their limits", common).set_defaults(run=_devices)
    _add_completion(add("completion", "print a script that completes this command in a shell"), commands.choices)
    return parser, commands.choices


_NETWORK = "a NIR graph, or a PyTorch state dict as safetensors"


def _add_network(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=_NETWORK)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the integers: .nir or .safetensors")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the weights over the grid of integers")
    parser.add_argument("--device", help="the chip to fit the network on; `discretizer devices` lists them")
    parser.add_argument("--histogram", action="store_true", help="count each integer, in the output of --json")
    parser.add_argument("--provenance", action="store_true", help="print the SHA-256 of all integers")
    parser.set_defaults(run=_network)


def _add_network_options(parser: argparse.ArgumentParser) -> None:
    """The options of every command that discretizes a network."""
    parser.add_argument(
        "--min-v-mem",
        action="append",
        default=[],
        metavar="[NODE=]VALUE",
        help="lower bound of the membrane potential of all layers or of one node",
    )
    parser.add_argument(
        "--unset-min-v-mem",
        choices=get_args(UnsetMinVMem),
        metavar="MEANING",
        help="what a missing bound means: %(choices)s",
    )
    parser.add_argument(
        "--spike-threshold", type=float, metavar="VALUE", help="threshold of all layers of a state dict"
    )
    parser.add_argument(
        "--rescale",
        action="append",
        default=[],
        metavar="[NODE=]FACTOR",
        help="factor of the weights of all layers of a state dict, or of a node of a NIR graph",
    )
    parser.add_argument(
        "--spike", metavar="0:2,5:6", help="modules of a state dict that form layers, as WEIGHTS:NEURONS"
    )
    parser.add_argument(
        "--r", choices=("ignore",), metavar="ignore", help="take IF nodes of any r, as sinabs' from_nir does"
    )
    parser.add_argument("--weight-bits", type=int, metavar="BITS", help="default: 8")
    parser.add_argument("--bias-bits", type=int, metavar="BITS", help="default: those of weights")
    parser.add_argument("--state-bits", type=int, metavar="BITS", help="of thresholds; default: 16")
    parser.add_argument(
        "--scale-rule",
        choices=get_args(ScaleRule),
        metavar="RULE",
        help="how the scale is chosen: reference, as in sinabs, the default; or joint, for 2 to 4 bits",
    )


def _add_verify(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "exit status: 1 if an integer differs"
    parser.add_argument("file", type=Path, metavar="original", help=f"the floats: {_NETWORK}")
    parser.add_argument("discretized", type=Path, help="the integers, in either format")
    parser.set_defaults(run=_verify)


def _add_sweep(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=_NETWORK)
    parser.add_argument("--bits", default="2,3,4,5,6,8", metavar="LIST", help="default: %(default)s")
    parser.add_argument(
        "--scale-rules", default="reference,joint", metavar="LIST", help="reference, joint or both; default: both"
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the effective SQNR over the bits")
    parser.set_defaults(run=_sweep)


def _add_recordings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a NIR graph")
    parser.add_argument(
        "recordings", type=Path, nargs="+", metavar="recording", help="events as .npz or .npy, or counts as .npy"
    )
    parser.add_argument("--dt", type=int, metavar="MICROSECONDS", help="length of a time step")
    parser.add_argument(
        "--t0", type=int, metavar="MICROSECONDS", help="start of the first step; default: the first event"
    )
    parser.add_argument("--labels", metavar="LIST", help="the right output neuron of each recording, as 3,7,1")
    parser.add_argument(
        "--merge-polarity", action="store_true", help="send all events to channel 0 of a network with one channel"
    )


def _add_simulate(parser: argparse.ArgumentParser) -> None:
    _add_recordings(parser)
    parser.add_argument("--modes", default=",".join(MODES), metavar="LIST", help="default: %(default)s")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="requests at a time; default: %(default)s")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw rates, and confusion with --labels")
    parser.set_defaults(run=_simulate)


def _add_calibrate(parser: argparse.ArgumentParser) -> None:
    _add_recordings(parser)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the integers: .nir or .safetensors")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the candidates, and rates before and after")
    parser.set_defaults(run=_calibrate)


def _add_tensor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="an array in .npy, .npz or .safetensors")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the integers: .npy or .safetensors")
    parser.add_argument("--name", help="name of the array, if the file has several")
    parser.add_argument("--bits", type=int, help="default: 8, unless --scaling is given")
    parser.add_argument("--scaling", type=float, help="default: the largest scale for the bits")
    parser.set_defaults(run=_tensor)


def _add_completion(parser: argparse.ArgumentParser, commands: Mapping[str, argparse.ArgumentParser]) -> None:
    parser.epilog = "bash, in ~/.bashrc: source <(discretizer completion bash); zsh and fish alike"
    parser.add_argument("shell", choices=_completion.SHELLS)

    def run(_: Client, options: argparse.Namespace) -> int:
        print(_completion.script(options.shell, commands), end="")
        return DONE

    parser.set_defaults(run=run, url=None, timeout=60.0, cacert=None, json=False, allow=[])


def _network(client: Client, options: argparse.Namespace) -> int:
    writes = _suffix(options.output, (".nir", ".safetensors"))
    weights = _plot.weights_of(options.file) if options.plot else {}
    given = {"device": options.device, **_given(options)}
    given |= {name: True for name in ("histogram", "provenance") if getattr(options, name)}
    errors = Terminal(sys.stderr)
    try:
        result = client.discretize_network(options.file, progress=errors.progress, **given)
    finally:
        errors.erase()
    if writes:
        _write_network(client, options, writes, given)
    if options.plot:
        _plot.draw(result, weights, options.plot)
    warnings = [warning for _, warning in result.warnings]
    status = _finish(options, result, _print.network, warnings, _print.network_document)
    return status if result.fit is None or result.fit.fits else REFUSED


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """The options of a network that were given."""
    values = {
        "min_v_mem": _by_node("--min-v-mem", options.min_v_mem),
        "rescale": _by_node("--rescale", options.rescale),
        "spike": _pairs(options.spike),
    }
    for name in ("spike_threshold", "unset_min_v_mem", "weight_bits", "bias_bits", "state_bits", "scale_rule", "r"):
        values[name] = getattr(options, name)
    return {name: value for name, value in values.items() if value is not None}


def _verify(client: Client, options: argparse.Namespace) -> int:
    result = client.verify(options.file, options.discretized, **_given(options))
    status = _finish(options, result, _print.match, result.warnings)
    return status if result.match else REFUSED


def _sweep(client: Client, options: argparse.Namespace) -> int:
    bits = [_whole("--bits", text) for text in options.bits.split(",")]
    rules = options.scale_rules.split(",")
    errors = Terminal(sys.stderr)
    try:
        result = client.sweep(options.file, bits=bits, scale_rules=rules, progress=errors.progress, **_given(options))
    finally:
        errors.erase()
    if options.plot:
        result.plot(options.plot)
    return _finish(options, result, _print.sweep, result.warnings)


def _recorded(options: argparse.Namespace) -> dict[str, Any]:
    """The arguments of recordings that were given."""
    labels = None if options.labels is None else [_whole("--labels", text) for text in options.labels.split(",")]
    return {"dt": options.dt, "t0": options.t0, "labels": labels, "merge_polarity": options.merge_polarity}


def _simulate(client: Client, options: argparse.Namespace) -> int:
    modes: Any = options.modes.split(",")
    result = client.simulate(
        options.file, options.recordings, modes=modes, workers=options.workers, **_recorded(options), **_given(options)
    )
    if options.plot:
        result.plot(options.plot)
    return _finish(options, result, _print.simulation, result.warnings, _print.simulation_document)


def _calibrate(client: Client, options: argparse.Namespace) -> int:
    writes = _suffix(options.output, (".nir", ".safetensors"))
    given = _given(options)
    result = client.calibrate(options.file, options.recordings, **_recorded(options), **given)
    if writes:
        _write_network(client, options, writes, {**given, "min_v_mem": result.min_v_mem})
    if options.plot:
        result.plot(options.plot)
    return _finish(options, result, _print.calibration, result.warnings, _print.calibration_document)


def _write_network(client: Client, options: argparse.Namespace, suffix: str, given: dict[str, Any]) -> None:
    file_format: FileFormat = "nir" if suffix == ".nir" else "safetensors"
    options.output.write_bytes(client.network_file(options.file, file_format=file_format, **given))


def _whole(option: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UnusableError(f"{option}: {text!r} found, whole numbers between commas are expected") from None


def _tensor(client: Client, options: argparse.Namespace) -> int:
    writes = _suffix(options.output, (".npy", ".safetensors"))
    array = _array(options.file, options.name)
    result = client.discretize_tensor(array, scaling=options.scaling, bits=options.bits)
    if writes == ".npy":
        np.save(options.output, result.tensor)
    elif writes:
        safetensors.numpy.save_file({"scale": np.asarray(result.scale), "tensor": result.tensor}, options.output)
    return _finish(options, result, _print.tensor, result.warnings)


def _devices(client: Client, options: argparse.Namespace) -> int:
    devices = client.devices()
    if options.json:
        _print.as_json([asdict(device) for device in devices])
    else:
        _print.devices(Terminal(sys.stdout), devices)
    return DONE


def _finish(
    options: argparse.Namespace,
    result: Result,
    tell: Callable[[Terminal, Path, Result, list[str]], None],
    warnings: Iterable[Finding],
    document: Callable[[Result], Any] = _print.document,
) -> int:
    """Prints a result, as JSON or for people. The status is up to --strict."""
    if options.json:
        _print.as_json(document(result))
    else:
        out = Terminal(sys.stdout)
        tell(out, options.file, result, options.allow)
        _print.written(out, *(getattr(options, name, None) for name in ("output", "plot")))
    gated = options.strict and any(warning.code not in options.allow for warning in warnings)
    return REFUSED if gated else DONE


def _suffix(path: Path | None, known: tuple[str, ...]) -> str | None:
    """The suffix of the file to write, checked before anything is sent."""
    if path is None:
        return None
    if path.suffix not in known:
        raise UnusableError(f"{path}: a name ending in {' or '.join(known)} is expected")
    return path.suffix


def _by_node(option: str, given: list[str]) -> float | dict[str, float] | None:
    """One value for all layers, or values by node, from texts such as `-1` and `3=-1`."""
    values = {node: float(value) for node, _, value in (text.rpartition("=") for text in given)}
    if "" not in values:
        return values or None
    if len(given) > 1:
        raise UnusableError(f"{option}: either one value for all layers or values for single nodes are expected")
    return values[""]


def _pairs(text: str | None) -> dict[str, str] | None:
    return (
        None
        if text is None
        else {weight: spike for weight, _, spike in (pair.partition(":") for pair in text.split(","))}
    )


def _array(path: Path, name: str | None) -> Array:
    """An array of a file. An npy file is read as it is sent."""
    if path.suffix == ".safetensors":
        with safetensors.safe_open(path, framework="np") as file:
            array: Array = file.get_tensor(_one_of(path, file.keys(), name))
            return array
    try:
        opened = np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError as ex:
        raise UnusableError(f"{path} is not a .npy, .npz or .safetensors file of numbers") from ex
    if isinstance(opened, np.ndarray):
        return opened
    with opened as archive:
        member: Array = archive[_one_of(path, archive.files, name)]
    return member


def _one_of(path: Path, names: Iterable[str], name: str | None) -> str:
    names = list(names)
    if name is None and len(names) == 1:
        return names[0]
    if name not in names:
        raise UnusableError(f"{path} holds {', '.join(names) or 'nothing'}; select one with --name")
    return name


def entry() -> None:
    sys.exit(main())


if __name__ == "__main__":
    entry()
