"""The command line tool `discretizer`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import numpy as np
import safetensors
import safetensors.numpy

from discretizer import _codes, _completion, _plot, _print
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
from discretizer._options import UnsetMinVMem
from discretizer._results import Finding
from discretizer._safetensors import Array
from discretizer._terminal import Terminal
from discretizer._version import __version__

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
    except (UnusableError, OSError, ValueError, TypeError) as error:
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

    _add_network(add("network", "discretize a NIR graph or a state dict", common, gate))
    _add_tensor(add("tensor", "discretize one tensor", common, gate))
    add("devices", "list the chips and their limits", common).set_defaults(run=_devices)
    _add_completion(add("completion", "print a script that completes this command in a shell"), commands.choices)
    return parser, commands.choices


def _add_network(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a NIR graph, or a PyTorch state dict as safetensors")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the integers: .nir or .safetensors")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the weights over the grid of integers")
    parser.add_argument("--device", help="the chip to fit the network on; `discretizer devices` lists them")
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
    parser.add_argument("--weight-bits", type=int, default=8, metavar="BITS")
    parser.add_argument("--bias-bits", type=int, metavar="BITS")
    parser.add_argument("--state-bits", type=int, default=16, metavar="BITS")
    parser.set_defaults(run=_network)


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
    given: dict[str, Any] = {
        "device": options.device,
        "min_v_mem": _by_node("--min-v-mem", options.min_v_mem),
        "spike_threshold": options.spike_threshold,
        "rescale": _by_node("--rescale", options.rescale),
        "spike": _pairs(options.spike),
        "weight_bits": options.weight_bits,
        "bias_bits": options.bias_bits,
        "state_bits": options.state_bits,
    }
    if options.unset_min_v_mem:
        given["unset_min_v_mem"] = options.unset_min_v_mem
    errors = Terminal(sys.stderr)
    try:
        result = client.discretize_network(options.file, progress=errors.progress, **given)
    finally:
        errors.erase()
    if writes:
        file_format: FileFormat = "nir" if writes == ".nir" else "safetensors"
        options.output.write_bytes(client.network_file(options.file, file_format=file_format, **given))
    if options.plot:
        _plot.draw(result, weights, options.plot)
    if options.json:
        _print.as_json(_print.network_document(result))
    else:
        out = Terminal(sys.stdout)
        _print.network(out, options.file, result, options.allow)
        _print.written(out, options.output, options.plot)
    fits = result.fit is None or result.fit.fits
    return DONE if fits and not _is_gated(options, result.findings_by_layer()) else REFUSED


def _tensor(client: Client, options: argparse.Namespace) -> int:
    writes = _suffix(options.output, (".npy", ".safetensors"))
    array = _array(options.file, options.name)
    result = client.discretize_tensor(array, scaling=options.scaling, bits=options.bits)
    if writes == ".npy":
        np.save(options.output, result.tensor)
    elif writes:
        safetensors.numpy.save_file({"scale": np.asarray(result.scale), "tensor": result.tensor}, options.output)
    if options.json:
        _print.as_json(_print.document(result))
    else:
        out = Terminal(sys.stdout)
        _print.tensor(out, options.file, result, options.allow)
        _print.written(out, options.output)
    return REFUSED if _is_gated(options, (("", finding) for finding in result.findings)) else DONE


def _devices(client: Client, options: argparse.Namespace) -> int:
    devices = client.devices()
    if options.json:
        _print.as_json([asdict(device) for device in devices])
    else:
        _print.devices(Terminal(sys.stdout), devices)
    return DONE


def _is_gated(options: argparse.Namespace, findings: Iterable[tuple[str, Finding]]) -> bool:
    """Whether --strict refuses one of these findings."""
    found = [finding for _, finding in findings if finding.severity == "warning"]
    return bool(options.strict) and any(finding.code not in options.allow for finding in found)


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
