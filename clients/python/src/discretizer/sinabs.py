"""sinabs' own discretize functions, on sinabs' own modules, computed by a Discretizer service.

A drop-in for `sinabs.backend.dynapcnn.discretize`: change the import, and nothing else.

    from discretizer import sinabs as discretize

    conv, spike = discretize.discretize_conv_spike(conv, spike)

The functions have the names, parameters, defaults and return values of sinabs 3.1.3, leave the same bits in the
modules, and raise `TypeError` where it does. Where the service is meant to differ from sinabs they follow sinabs: the
scale of zeros is infinite, and the `spk_state` of `discretize_conv` does not count. What the service refuses (NaN,
thresholds that make no sense) and what it does not compute as torch does (other types than float32, values beyond 32
bits) is computed here as sinabs would; for a refusal with a `DiscretizationWarning` that says why. No gradient flows
through them.

The service is that of `DISCRETIZER_URL`, or the client given to `use`.

Most networks are discretized by `DynapcnnNetwork`; `patched` puts the service behind it, and `apply` writes the answer
for a whole network into a model.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import numpy as np

try:
    import sinabs
    import torch
    from sinabs import layers as sl
    from torch import nn
except ImportError as ex:
    raise ImportError(
        f"discretizer.sinabs needs sinabs and torch ({ex}): pip install 'discretizer-client[sinabs]'"
    ) from ex

from discretizer import _show
from discretizer._client import Client
from discretizer._errors import ImpossibleError, MalformedError
from discretizer._network import NetworkLayer, NetworkResult
from discretizer._results import Candidates, Finding, LayerReport, LayerResult, Term
from discretizer._safetensors import Array

__all__ = [
    "DYNAPCNN_STATE_PRECISION_BITS",
    "DYNAPCNN_WEIGHT_PRECISION_BITS",
    "Run",
    "RunLayer",
    "apply",
    "determine_discretization_scale",
    "discretize_conv",
    "discretize_conv_",
    "discretize_conv_spike",
    "discretize_conv_spike_",
    "discretize_scalar",
    "discretize_spk",
    "discretize_spk_",
    "discretize_tensor",
    "patched",
    "use",
]

DYNAPCNN_WEIGHT_PRECISION_BITS = 8
DYNAPCNN_STATE_PRECISION_BITS = 16

_UNSET_MIN_V_MEM = -(2**15)

T = TypeVar("T")

_client: Client | None = None
_is_own = False


def use(client: Client | None) -> None:
    """Have these functions call the service with this client; None for one of the environment's settings."""
    global _client, _is_own
    if _client is not None and _is_own:
        _client.close()
    _client, _is_own = client, False


def _service() -> Client:
    global _client, _is_own
    if _client is None:
        _client, _is_own = Client(), True
    return _client


def _forget_connections() -> None:
    """Keep a forked process, such as a worker of a data loader, from writing to its parent's connections."""
    global _client
    if _is_own:
        _client = None


atexit.register(use, None)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_connections)


def _asked(ask: Callable[[Client], T], client: Client | None = None) -> T | None:
    """The service's answer, or None with a warning where it refuses what sinabs does not."""
    client = client or _service()
    try:
        return ask(client)
    except (ImpossibleError, MalformedError) as ex:
        client._warn_once(ex.code, f"{ex.detail}; the service refuses this, so it is computed here as sinabs would.")
        return None


def discretize_conv_spike(conv_lyr: Any, spike_lyr: Any, to_int: bool = True) -> tuple[Any, Any]:
    """Discretize a convolutional and a spiking layer together.

    Args:
        conv_lyr: An `nn.Conv2d`.
        spike_lyr: An `IAF` or `IAFSqueeze`.
        to_int: Whether the thresholds become integers (int32); weights are whole float32 either way.

    Returns:
        Discretized copies of both.
    """
    return discretize_conv_spike_(deepcopy(conv_lyr), deepcopy(spike_lyr), to_int=to_int)


def discretize_conv_spike_(conv_lyr: Any, spike_lyr: Any, to_int: bool = True) -> tuple[Any, Any]:
    """As `discretize_conv_spike`, in place; gives the layers that it was given."""
    _discretize(_Given(conv_lyr, spike_lyr), to_int)
    return conv_lyr, spike_lyr


def discretize_conv(layer: Any, spk_thr: Any, spk_thr_low: Any, spk_state: Any = None, to_int: bool = True) -> Any:
    """Discretize a convolutional layer.

    Args:
        layer: An `nn.Conv2d`.
        spk_thr: Threshold of the spiking layer that it feeds.
        spk_thr_low: Lower bound of the membrane potential there.
        spk_state: Is taken and does not count, as in sinabs.
        to_int: Makes no difference but for values that leave 32 bits.

    Returns:
        A discretized copy.
    """
    return discretize_conv_(deepcopy(layer), spk_thr, spk_thr_low, spk_state, to_int)


def discretize_conv_(layer: Any, spk_thr: Any, spk_thr_low: Any, spk_state: Any = None, to_int: bool = True) -> Any:  # noqa: ARG001
    """As `discretize_conv`, in place; gives the layer that it was given."""
    _discretize(_Given(layer, None, spk_thr=spk_thr, spk_thr_low=spk_thr_low), to_int)
    return layer


def discretize_spk(layer: Any, conv_weight: Any, conv_bias: Any = None, to_int: bool = True) -> Any:
    """Discretize a spiking layer.

    Args:
        layer: An `IAF` or `IAFSqueeze`. Its state counts if it has one.
        conv_weight: Weights of the layer that feeds it.
        conv_bias: Biases there.
        to_int: Whether the thresholds become integers (int32).

    Returns:
        A discretized copy.
    """
    return discretize_spk_(deepcopy(layer), conv_weight, conv_bias, to_int)


def discretize_spk_(layer: Any, conv_weight: Any, conv_bias: Any = None, to_int: bool = True) -> Any:
    """As `discretize_spk`, in place; gives the layer that it was given."""
    _discretize(_Given(None, layer, conv_weight=conv_weight, conv_bias=conv_bias), to_int)
    return layer


def determine_discretization_scale(obj: Any, bit_precision: int) -> Any:
    """Determine the largest factor at which no element of a tensor leaves the range of some bits.

    Returns:
        A tensor of rank 0 of the type that dividing by an element gives; infinite for zeros.
    """
    _check_tensor(obj, "obj")
    if obj.dtype is torch.float32 and obj.numel():
        answer = _asked(lambda client: client.scale(obj, bits=bit_precision))
        if answer is not None:
            scale = np.float32(np.inf) if answer.scale is None else answer.scale
            return torch.tensor(scale, device=obj.device)
    return _scale_of(obj.detach(), bit_precision)


def discretize_tensor(obj: Any, scaling: Any, to_int: bool = True) -> Any:
    """Scale a tensor and round it, half to even.

    Returns:
        A new tensor, int32 or, if `to_int` is false, of the type of the product.
    """
    _check_tensor(obj, "obj")
    one_scale = not isinstance(scaling, torch.Tensor) or scaling.dim() == 0
    if one_scale and obj.dtype is torch.float32 and torch.result_type(obj, scaling) is torch.float32 and obj.numel():
        answer = _asked(
            lambda client: client.discretize_tensor(obj, scaling=float(scaling), to_int=to_int, report=False)
        )
        if answer is not None and not _saturated(answer.findings):
            return _tensor(answer.tensor, obj, torch.int32 if to_int else torch.float32)
    return _rounded(obj.detach(), scaling, to_int)


def discretize_scalar(obj: Any, scaling: Any) -> int:
    """Scale a number and round it, half to even."""
    scaling = float(scaling)
    if isinstance(obj, (int, float)):
        try:
            answer = _asked(lambda client: client.discretize_scalar(obj, scaling))
        except ValueError:  # Not finite: for Python to refuse, below.
            answer = None
        if answer is not None:
            return answer
    rounded: int = round(obj * scaling)
    return rounded


# What sinabs computes, where the service does not.


def _scale_of(obj: Any, bits: int) -> Any:
    low, high = torch.min(obj), torch.max(obj)
    lowest, highest = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    if abs(low) <= abs(high) * abs(lowest / highest):
        return abs(highest / high)
    return abs(lowest / low)


def _rounded(obj: Any, scaling: Any, to_int: bool) -> Any:
    rounded = torch.round(obj * scaling)
    return rounded.int() if to_int else rounded


def _check_tensor(obj: Any, name: str) -> None:
    if not isinstance(obj, torch.Tensor):
        raise TypeError(f"`{name}` is a {type(obj).__name__}, a `torch.Tensor` is expected")


def _saturated(findings: tuple[Finding, ...]) -> bool:
    return any(finding.code == "SATURATED" for finding in findings)


def _tensor(array: Array, like: Any, dtype: Any = torch.float32) -> Any:
    """A tensor of these values with the device and the memory layout of another."""
    return torch.empty_like(like, dtype=dtype, requires_grad=False).copy_(torch.from_numpy(array))


class _Given:
    """The tensors of a layer, from its modules or given instead of one, checked as sinabs does."""

    def __init__(
        self,
        conv: Any,
        spike: Any,
        *,
        conv_weight: Any = None,
        conv_bias: Any = None,
        spk_thr: Any = None,
        spk_thr_low: Any = None,
    ) -> None:
        self.conv, self.spike = conv, spike
        self.weight, self.bias = conv_weight, conv_bias
        if conv is not None:
            if not isinstance(conv, nn.Conv2d):
                raise TypeError(f"the convolutional layer is a {type(conv).__name__}, an `nn.Conv2d` is expected")
            # Unpacked, as a parametrized layer has others than these two, and is refused so.
            if conv.bias is None:
                (self.weight,) = conv.parameters()
            else:
                self.weight, self.bias = conv.parameters()
        _check_tensor(self.weight, "conv_weight")
        if self.bias is not None:
            _check_tensor(self.bias, "conv_bias")
        if spike is None:
            if spk_thr is None or spk_thr_low is None:
                raise TypeError("`spk_thr` and `spk_thr_low` are both expected where there is no spiking layer")
            low, high = spk_thr_low, spk_thr
        else:
            if not isinstance(spike, sl.IAF):
                raise TypeError(f"the spiking layer is a {type(spike).__name__}, an `IAF` is expected")
            low, high = spike.min_v_mem, spike.spike_threshold
        self.is_unset = low is None
        self.thresholds = torch.tensor((_UNSET_MIN_V_MEM if low is None else low, high))
        self.state = spike.v_mem if spike is not None and spike.is_state_initialised() else None

    def is_exact(self) -> bool:
        """Whether torch would compute all of it in binary32, as the service does."""
        floats = [tensor for tensor in (self.weight, self.bias, self.state) if tensor is not None]
        return all(tensor.dtype is torch.float32 for tensor in floats) and (
            torch.result_type(self.thresholds, 1.0) is torch.float32
        )

    def ask(self, client: Client, to_int: bool) -> LayerResult:
        """The service's answer for what is to be written."""
        ask = client.discretize_conv_spike
        if self.spike is None:
            ask = client.discretize_conv  # type: ignore[assignment]
        elif self.conv is None:
            ask = client.discretize_spike  # type: ignore[assignment]
        return ask(
            self.weight,
            self.bias,
            spike_threshold=self.thresholds[1],
            min_v_mem=None if self.is_unset else self.thresholds[0],
            v_mem=self.state,
            to_int=to_int,
            weight_bits=DYNAPCNN_WEIGHT_PRECISION_BITS,
            state_bits=DYNAPCNN_STATE_PRECISION_BITS,
        )

    def scale(self) -> Any:
        """The scale as sinabs has it."""
        weight_bits, state_bits = DYNAPCNN_WEIGHT_PRECISION_BITS, DYNAPCNN_STATE_PRECISION_BITS
        bias = torch.zeros(1) if self.bias is None else self.bias
        scales = [
            _scale_of(self.weight.detach(), weight_bits),
            _scale_of(bias.detach(), weight_bits),
            _scale_of(self.thresholds, state_bits),
        ]
        if self.state is not None:
            scales.append(_scale_of(self.state.detach(), state_bits))
        return min(scales)

    def write(self, weight: Any, bias: Any, state: Any, low: Any, high: Any) -> None:
        """Write values into the modules as sinabs does: into the same Parameters, but for new ones of thresholds."""
        if self.state is not None:
            self.spike.v_mem.data = state
        if self.conv is not None:
            self.weight.data = weight
            if self.bias is not None:
                self.bias.data = bias
        if self.spike is not None:
            self.spike.min_v_mem = nn.Parameter(low, requires_grad=False)
            self.spike.spike_threshold = nn.Parameter(high, requires_grad=False)

    def write_answer(self, answer: Any, to_int: bool) -> None:
        dtype = torch.int32 if to_int else torch.float32
        conv, spike = self.conv is not None, self.spike is not None
        self.write(
            _tensor(answer.weight, self.weight) if conv else None,
            _tensor(answer.bias, self.bias) if conv and self.bias is not None else None,
            _tensor(answer.v_mem, self.state) if self.state is not None else None,
            torch.full_like(self.thresholds[0], answer.min_v_mem, dtype=dtype) if spike else None,
            torch.full_like(self.thresholds[1], answer.spike_threshold, dtype=dtype) if spike else None,
        )

    def write_rounded(self, scale: Any, to_int: bool) -> None:
        def rounded(tensor: Any) -> Any:
            return None if tensor is None else _rounded(tensor.detach(), scale, to_int).float()

        low, high = _rounded(self.thresholds, scale, to_int)
        self.write(rounded(self.weight), rounded(self.bias), rounded(self.state), low, high)


def _discretize(given: _Given, to_int: bool, client: Client | None = None) -> RunLayer:
    """Discretize in place what was given, and tell what the service said."""
    answer = _asked(lambda service: given.ask(service, to_int), client)
    if answer is not None and given.is_exact() and not _saturated(answer.findings):
        given.write_answer(answer, to_int)
        scale = answer.scale
    else:
        reference = given.scale()
        given.write_rounded(reference, to_int)
        scale = np.float32(reference.item())
    if answer is None:
        return RunLayer(given.conv, given.spike, scale, None, None, None, ())
    return RunLayer(
        given.conv, given.spike, scale, answer.limited_by, answer.candidates, answer.report, answer.findings
    )


@dataclass(frozen=True, eq=False)
class RunLayer:
    """A layer that was discretized while `patched`, and what the service said of it."""

    conv: Any
    """The `nn.Conv2d` that now holds integers: that of a `DynapcnnLayer`."""
    spike: Any
    """The `IAFSqueeze` of it."""
    scale: np.float32
    limited_by: Term | None
    """None, as all that follows, where the service refused the layer."""
    candidates: Candidates | None
    report: LayerReport | None
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        decibels = _show.decibels(self.report)
        sqnr = "" if decibels is None else f", sqnr={decibels:.1f} dB"
        found = ", ".join(_show.marked(finding) for finding in self.findings)
        shape = list(self.conv.weight.shape)
        return f"RunLayer({shape}, scale={self.scale!s}, limited_by={self.limited_by!r}{sqnr}, findings=[{found}])"


class Run:
    """What was discretized while `patched`.

    Attributes:
        layers: Those of a `DynapcnnNetwork` are in the order of its `dynapcnn_layers`, that in which data flows; those
            of a second network follow.
    """

    def __init__(self) -> None:
        self.layers: list[RunLayer] = []

    def __repr__(self) -> str:
        return f"Run({self.layers})"

    def _sort(self, start: int, network: Any) -> None:
        """Bring the layers of a network into its order; they were made in one of a set."""
        order = {id(layer.conv): number for number, layer in network.dynapcnn_layers.items()}
        self.layers[start:] = sorted(self.layers[start:], key=lambda layer: order[id(layer.conv)])


@contextmanager
def patched(client: Client | None = None) -> Iterator[Run]:
    """Have `DynapcnnNetwork(discretize=True)` discretized by the service.

    The network ends with exactly the parameters that it has without. What sinabs calls is exchanged for the whole
    process, so no other thread should build networks meanwhile.

    Args:
        client: Default: as in `use`.

    Returns:
        A context manager that gives the `Run`.
    """
    from sinabs.backend.dynapcnn import DynapcnnNetwork, dynapcnn_layer

    run = Run()
    original, original_init = dynapcnn_layer.discretize_conv_spike_, DynapcnnNetwork.__init__

    def discretize_conv_spike_(conv_lyr: Any, spike_lyr: Any, to_int: bool = True) -> tuple[Any, Any]:
        run.layers.append(_discretize(_Given(conv_lyr, spike_lyr), to_int, client))
        return conv_lyr, spike_lyr

    @wraps(original_init)
    def init(network: Any, *args: Any, **options: Any) -> None:
        start = len(run.layers)
        original_init(network, *args, **options)
        run._sort(start, network)

    dynapcnn_layer.discretize_conv_spike_, DynapcnnNetwork.__init__ = discretize_conv_spike_, init
    try:
        yield run
    finally:
        dynapcnn_layer.discretize_conv_spike_, DynapcnnNetwork.__init__ = original, original_init


def apply(result: NetworkResult, model: Any) -> Any:
    """Write a discretized network into the sinabs model that it was made of, in place.

    `DynapcnnNetwork(model, discretize=False)` then gives the integers of the result. Weights are divided by the factor
    of the average pools before them, which `DynapcnnNetwork` will multiply in again. Thresholds become one scalar a
    layer, also where the model had one a neuron, as `sinabs.from_nir` makes them; states are reset.

    Args:
        result: Of `Client.discretize_network`.
        model: With an `nn.Conv2d` or `nn.Linear` and an `IAF` for each layer; found by the result's names, or, where
            the names differ, in the order in which they are defined. Average pools stand, in that order, before what
            they feed.

    Returns:
        The model.

    Raises:
        ValueError: The model is another network, has a batch norm, or a pool whose factor no binary32 undoes.
    """
    network = model.spiking_model if isinstance(model, sinabs.Network) else model
    modules = dict(network.named_modules())
    for name, module in modules.items():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            raise ValueError(f"{name} is a {type(module).__name__}, which has to be folded into its layer before")
    factors = _pool_factors(network)
    pairs = _pairs(result, modules)
    for layer, conv, _ in pairs:
        _check_layer(layer, conv, factors[id(conv)])
    for layer, conv, spike in pairs:
        _write_layer(layer, conv, spike, factors[id(conv)])
    return model


def _pairs(result: NetworkResult, modules: dict[str, Any]) -> list[tuple[NetworkLayer, Any, Any]]:
    """Each layer with its two modules."""
    named = [(layer, modules.get(layer.name), modules.get(layer.spike_name)) for layer in result.layers]
    if all(isinstance(conv, (nn.Conv2d, nn.Linear)) and isinstance(spike, sl.IAF) for _, conv, spike in named):
        return named
    convs = [module for module in modules.values() if isinstance(module, (nn.Conv2d, nn.Linear))]
    spikes = [module for module in modules.values() if isinstance(module, sl.IAF)]
    if not len(convs) == len(spikes) == len(result.layers):
        raise ValueError(
            f"the model has {len(convs)} layers with weights and {len(spikes)} with neurons, "
            f"{len(result.layers)} of each are expected"
        )
    return list(zip(result.layers, convs, spikes, strict=True))


def _pool_factors(network: Any) -> dict[int, float]:
    """By the id of each module with weights, the factor that `DynapcnnNetwork` multiplies them with."""
    factors, factor = {}, 1.0
    for module in network.modules():
        if isinstance(module, nn.AvgPool2d):
            height, width = sinabs.utils.expand_to_pair(module.kernel_size)
            factor *= 1.0 / (height * width)
        elif isinstance(module, (nn.Conv2d, nn.Linear)):
            factors[id(module)], factor = factor, 1.0
    return factors


def _check_layer(layer: NetworkLayer, conv: Any, factor: float) -> None:
    shape = tuple(conv.weight.shape)
    if conv.weight.numel() != layer.weight.size or shape[0] != layer.weight.shape[0]:
        raise ValueError(f"layer {layer.name}: the model's weights are {shape}, {layer.weight.shape} is expected")
    weight = torch.from_numpy(layer.weight).float()
    if not torch.equal((weight / factor) * factor, weight):
        raise ValueError(
            f"layer {layer.name}: the average pool before it multiplies by {factor}, which integers do not survive; "
            "use a SumPool2d in its place"
        )


def _write_layer(layer: NetworkLayer, conv: Any, spike: Any, factor: float) -> None:
    def parameter(values: Any, requires_grad: bool) -> Any:
        return nn.Parameter(torch.as_tensor(values, dtype=torch.float32, device=device), requires_grad=requires_grad)

    device = conv.weight.device
    weight = torch.from_numpy(layer.weight).float() / factor
    conv.weight.data = weight.reshape(conv.weight.shape).to(device)
    if conv.bias is None and layer.bias is not None:
        conv.bias = parameter(layer.bias, conv.weight.requires_grad)
    elif conv.bias is not None:
        values = np.zeros(len(conv.bias), np.float32) if layer.bias is None else layer.bias
        conv.bias.data = parameter(values, False).data
    spike.spike_threshold = parameter(layer.spike_threshold, False)
    spike.min_v_mem = parameter(layer.min_v_mem, False)
    if spike.is_state_initialised():
        spike.reset_states()
