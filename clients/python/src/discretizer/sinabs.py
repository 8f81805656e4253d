"""The discretize functions of sinabs, on modules of sinabs, computed by a Discretizer service.

A drop-in for `sinabs.backend.dynapcnn.discretize`: only the import changes.

    from discretizer import sinabs as discretize

    conv, spike = discretize.discretize_conv_spike(conv, spike)

The functions have the names, parameters, defaults and return values of sinabs 3.1.3, leave the same bits in the modules
and raise `TypeError` in the same cases. Where the service differs from sinabs on purpose, they follow sinabs: the scale
of zeros is infinite, and `discretize_conv` ignores `spk_state`. Two kinds of input are computed here, as sinabs would:
input that the service refuses (NaN, impossible thresholds), with a `DiscretizationWarning` that gives the reason; and
input that torch computes otherwise than the service (types other than float32, values beyond 32 bits). No gradient
flows through the functions.

They call the service at `DISCRETIZER_URL`, or the one of the client passed to `use`.

`patched` makes `DynapcnnNetwork` use the service, and `apply` writes a `NetworkResult` into a model.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

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
from discretizer._calibrate import CalibrationResult
from discretizer._client import Client
from discretizer._errors import ImpossibleError, MalformedError
from discretizer._network import NetworkLayer, NetworkResult
from discretizer._options import LayerOptions
from discretizer._results import Candidates, Finding, LayerReport, LayerResult, Term
from discretizer._safetensors import Array

if TYPE_CHECKING:
    from sinabs.backend.dynapcnn import DynapcnnNetwork

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
ConvT = TypeVar("ConvT", bound=nn.Conv2d)
SpikeT = TypeVar("SpikeT", bound=sl.IAF)
ModelT = TypeVar("ModelT", bound=nn.Module)
Number: TypeAlias = "float | torch.Tensor"

_client: Client | None = None
_is_own = False


def use(client: Client | None) -> None:
    """Set the client that these functions use; None for a new one with the settings of the environment."""
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
    """Keep a forked process, such as a worker of a data loader, from using the connections of its parent."""
    global _client
    if _is_own:
        _client = None


atexit.register(use, None)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_connections)


def _asked(ask: Callable[[Client], T], client: Client | None = None) -> T | None:
    """The answer of the service; None, with a warning, if it refuses input that sinabs accepts."""
    client = client or _service()
    try:
        return ask(client)
    except (ImpossibleError, MalformedError) as ex:
        client._protocol.warn_once(
            ex.code, f"{ex.detail}; the service refuses this, so it is computed here as sinabs would."
        )
        return None


def discretize_conv_spike(conv_lyr: ConvT, spike_lyr: SpikeT, to_int: bool = True) -> tuple[ConvT, SpikeT]:
    """Discretize a convolutional layer and the spiking layer that it feeds.

    Args:
        conv_lyr: The convolutional layer.
        spike_lyr: An `IAF` or `IAFSqueeze`.
        to_int: Make the thresholds int32. Weights are whole float32 numbers in both cases.

    Returns:
        Discretized copies of both.
    """
    return discretize_conv_spike_(deepcopy(conv_lyr), deepcopy(spike_lyr), to_int=to_int)


def discretize_conv_spike_(conv_lyr: ConvT, spike_lyr: SpikeT, to_int: bool = True) -> tuple[ConvT, SpikeT]:
    """Do the same as `discretize_conv_spike` in place, and return both layers."""
    _discretize(_Given(conv_lyr, spike_lyr), to_int)
    return conv_lyr, spike_lyr


def discretize_conv(
    layer: ConvT, spk_thr: Number, spk_thr_low: Number, spk_state: torch.Tensor | None = None, to_int: bool = True
) -> ConvT:
    """Discretize a convolutional layer.

    Args:
        layer: The convolutional layer.
        spk_thr: Threshold of the spiking layer that it feeds.
        spk_thr_low: Lower bound of the membrane potential of that layer.
        spk_state: Ignored, as in sinabs.
        to_int: Matters only for values beyond 32 bits.

    Returns:
        A discretized copy.
    """
    return discretize_conv_(deepcopy(layer), spk_thr, spk_thr_low, spk_state, to_int)


def discretize_conv_(
    layer: ConvT,
    spk_thr: Number,
    spk_thr_low: Number,
    spk_state: torch.Tensor | None = None,  # noqa: ARG001
    to_int: bool = True,
) -> ConvT:
    """Do the same as `discretize_conv` in place, and return the layer."""
    _discretize(_Given(layer, None, spk_thr=spk_thr, spk_thr_low=spk_thr_low), to_int)
    return layer


def discretize_spk(
    layer: SpikeT, conv_weight: torch.Tensor, conv_bias: torch.Tensor | None = None, to_int: bool = True
) -> SpikeT:
    """Discretize a spiking layer.

    Args:
        layer: An `IAF` or `IAFSqueeze`. Its membrane state, if it has one, limits the scale.
        conv_weight: Weights of the layer that feeds it.
        conv_bias: Bias of that layer.
        to_int: Make the thresholds int32.

    Returns:
        A discretized copy.
    """
    return discretize_spk_(deepcopy(layer), conv_weight, conv_bias, to_int)


def discretize_spk_(
    layer: SpikeT, conv_weight: torch.Tensor, conv_bias: torch.Tensor | None = None, to_int: bool = True
) -> SpikeT:
    """Do the same as `discretize_spk` in place, and return the layer."""
    _discretize(_Given(None, layer, conv_weight=conv_weight, conv_bias=conv_bias), to_int)
    return layer


def determine_discretization_scale(obj: torch.Tensor, bit_precision: int) -> torch.Tensor:
    """Compute the largest factor that keeps all elements of a tensor in the range of `bit_precision` bits.

    Returns:
        A tensor of rank 0, of the type that division by an element has; infinite if all elements are zero.
    """
    _check_tensor(obj, "obj")
    if obj.dtype is torch.float32 and obj.numel():
        answer = _asked(lambda client: client.scale(obj, bits=bit_precision))
        if answer is not None:
            scale = np.float32(np.inf) if answer.scale is None else answer.scale
            return torch.tensor(scale, device=obj.device)
    return _scale_of(obj.detach(), bit_precision)


def discretize_tensor(obj: torch.Tensor, scaling: Number, to_int: bool = True) -> torch.Tensor:
    """Scale a tensor and round it, half to even.

    Returns:
        A new tensor: int32; of the type of the product if `to_int` is False.
    """
    _check_tensor(obj, "obj")
    one_scale = getattr(scaling, "ndim", 0) == 0
    if one_scale and obj.dtype is torch.float32 and torch.result_type(obj, scaling) is torch.float32 and obj.numel():
        answer = _asked(
            lambda client: client.discretize_tensor(obj, scaling=float(scaling), to_int=to_int, report=False)
        )
        if answer is not None and not _saturated(answer.findings):
            return _tensor(answer.tensor, obj, torch.int32 if to_int else torch.float32)
    return _rounded(obj.detach(), scaling, to_int)


def discretize_scalar(obj: float, scaling: Number) -> int:
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


# Computed here as in sinabs, where the service computes something else or refuses.


def _scale_of(obj: torch.Tensor, bits: int) -> torch.Tensor:
    low, high = torch.min(obj), torch.max(obj)
    lowest, highest = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    limited_by_highest = bool(abs(low) <= abs(high) * abs(lowest / highest))
    scale: torch.Tensor = abs(highest / high if limited_by_highest else lowest / low)
    return scale


def _rounded(obj: torch.Tensor, scaling: Number, to_int: bool) -> torch.Tensor:
    rounded = torch.round(obj * scaling)
    return rounded.int() if to_int else rounded


def _check_tensor(obj: Any, name: str) -> None:
    if not isinstance(obj, torch.Tensor):
        raise TypeError(f"`{name}` is a {type(obj).__name__}, a `torch.Tensor` is expected")


def _saturated(findings: tuple[Finding, ...]) -> bool:
    return any(finding.code == "SATURATED" for finding in findings)


def _tensor(array: Array, like: torch.Tensor, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """A tensor with the values of an array, and the device and memory layout of another tensor."""
    tensor = torch.empty_like(like, dtype=dtype, requires_grad=False)
    tensor.copy_(torch.from_numpy(array))
    return tensor


class _Given:
    """The tensors of a layer, from its modules or passed in place of one, checked as sinabs checks them."""

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
            # Unpacking fails for a parametrized layer, which has more parameters than these two.
            if conv.bias is None:
                (self.weight,) = conv.parameters()
            else:
                self.weight, self.bias = conv.parameters()
        _check_tensor(self.weight, "conv_weight")
        if self.bias is not None:
            _check_tensor(self.bias, "conv_bias")
        if spike is None:
            if spk_thr is None or spk_thr_low is None:
                raise TypeError("`spk_thr` or `spk_thr_low` is None, a number is expected without a spiking layer")
            low, high = spk_thr_low, spk_thr
        else:
            if not isinstance(spike, sl.IAF):
                raise TypeError(f"the spiking layer is a {type(spike).__name__}, an `IAF` is expected")
            low, high = spike.min_v_mem, spike.spike_threshold
        self.is_unset = low is None
        self.thresholds = torch.tensor((_UNSET_MIN_V_MEM if low is None else low, high))
        self.state = spike.v_mem if spike is not None and spike.is_state_initialised() else None

    def is_exact(self) -> bool:
        """Whether torch would compute everything in binary32, as the service does."""
        floats = [tensor for tensor in (self.weight, self.bias, self.state) if tensor is not None]
        return all(tensor.dtype is torch.float32 for tensor in floats) and (
            torch.result_type(self.thresholds, 1.0) is torch.float32
        )

    def ask(self, client: Client, to_int: bool) -> LayerResult:
        """The answer of the service, with the integers of the modules that are given."""
        options: LayerOptions = {
            "spike_threshold": self.thresholds[1],
            "min_v_mem": None if self.is_unset else self.thresholds[0],
            "v_mem": self.state,
            "to_int": to_int,
            "weight_bits": DYNAPCNN_WEIGHT_PRECISION_BITS,
            "state_bits": DYNAPCNN_STATE_PRECISION_BITS,
        }
        if self.spike is None:
            return client.discretize_conv(self.weight, self.bias, **options)
        if self.conv is None:
            return client.discretize_spike(self.weight, self.bias, **options)
        return client.discretize_conv_spike(self.weight, self.bias, **options)

    def scale(self) -> torch.Tensor:
        """The scale that sinabs computes."""
        weight_bits, state_bits = DYNAPCNN_WEIGHT_PRECISION_BITS, DYNAPCNN_STATE_PRECISION_BITS
        bias = torch.zeros(1) if self.bias is None else self.bias
        scales = [
            _scale_of(self.weight.detach(), weight_bits),
            _scale_of(bias.detach(), weight_bits),
            _scale_of(self.thresholds, state_bits),
        ]
        if self.state is not None:
            scales.append(_scale_of(self.state.detach(), state_bits))
        smallest: torch.Tensor = min(scales)
        return smallest

    def write(self, weight: Any, bias: Any, state: Any, low: Any, high: Any) -> None:
        """Write values into the modules as sinabs does: into the same Parameters; thresholds become new Parameters."""
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
    """Discretize modules in place, and return the answer of the service with them."""
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
    """A layer that was discretized while `patched`, with the explanation of the service."""

    conv: nn.Conv2d
    """The convolutional layer of a `DynapcnnLayer`. It now holds integers."""
    spike: sl.IAF
    """The spiking layer of the same `DynapcnnLayer`."""
    scale: np.float32
    limited_by: Term | None
    """None if the service refused the layer; `candidates` and `report` are then None too."""
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
    """The layers that were discretized while `patched`.

    Attributes:
        layers: The layers of a `DynapcnnNetwork` in the order of its `dynapcnn_layers`, in which data flows, then those
            of the next network.
    """

    def __init__(self) -> None:
        self.layers: list[RunLayer] = []

    def __repr__(self) -> str:
        return f"Run({self.layers})"

    def _sort(self, start: int, network: DynapcnnNetwork) -> None:
        """Sort the layers of a network, which sinabs makes in the order of a set."""
        order = {id(layer.conv): number for number, layer in network.dynapcnn_layers.items()}
        self.layers[start:] = sorted(self.layers[start:], key=lambda layer: order[id(layer.conv)])


@contextmanager
def patched(client: Client | None = None) -> Iterator[Run]:
    """Let the service discretize for `DynapcnnNetwork(discretize=True)`.

    The network gets exactly the parameters that sinabs alone would give it. The patch holds for the whole process, so
    no other thread should build networks meanwhile.

    Args:
        client: The client to call the service with. Default: the client of `use`.

    Returns:
        A context manager whose value is the `Run`.
    """
    from sinabs.backend.dynapcnn import DynapcnnNetwork, dynapcnn_layer

    run = Run()
    original, original_init = dynapcnn_layer.discretize_conv_spike_, DynapcnnNetwork.__init__

    def discretize_conv_spike_(conv_lyr: Any, spike_lyr: Any, to_int: bool = True) -> tuple[Any, Any]:
        run.layers.append(_discretize(_Given(conv_lyr, spike_lyr), to_int, client))
        return conv_lyr, spike_lyr

    @wraps(original_init)
    def init(self: DynapcnnNetwork, *args: Any, **options: Any) -> None:
        start = len(run.layers)
        original_init(self, *args, **options)
        run._sort(start, self)

    dynapcnn_layer.discretize_conv_spike_, DynapcnnNetwork.__init__ = discretize_conv_spike_, init
    try:
        yield run
    finally:
        dynapcnn_layer.discretize_conv_spike_, DynapcnnNetwork.__init__ = original, original_init


def apply(result: NetworkResult[Any, Any] | CalibrationResult, model: ModelT) -> ModelT:
    """Write a discretized network into the sinabs model from which it was made, in place.

    `DynapcnnNetwork(model, discretize=False)` then has the integers of the result. Weights are divided by the factor of
    the average pools before them, because `DynapcnnNetwork` multiplies by that factor. Each layer gets one threshold,
    even if the model had one for each neuron, as `sinabs.from_nir` makes them. States are reset.

    Args:
        result: From `Client.discretize_network`, or from `Client.calibrate`.
        model: Has an `nn.Conv2d` or `nn.Linear` and an `IAF` for each layer, with the names in the result. In a chain
            the names may differ; then the order counts in which the modules are defined. Average pools of a chain are
            defined before the layer that they feed. Average pools of a network with branches are those of the NIR
            graph, or all are sum pools instead.

    Returns:
        The model.

    Raises:
        ValueError: The model is another network, or has a batch norm, or has an average pool with a factor that cannot
            be undone exactly in binary32.
    """
    if isinstance(result, CalibrationResult):
        result = result.network()
    network = model.spiking_model if isinstance(model, sinabs.Network) else model
    modules = dict(network.named_modules())
    for name, module in modules.items():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            raise ValueError(f"{name} is a {type(module).__name__}; fold it into its layer first")
    pairs = _pairs(result, modules)
    factors = _pool_factors_of_a_chain(network) if _show.is_chain(result) else _pool_factors(network, pairs)
    weights = [_weight_of(layer, conv, factors[id(conv)]) for layer, conv, _ in pairs]
    for (layer, conv, spike), weight in zip(pairs, weights, strict=True):
        _write_layer(layer, conv, spike, weight)
    return model


def _pairs(result: NetworkResult[Any, Any], modules: dict[str, nn.Module]) -> list[tuple[NetworkLayer[Any], Any, Any]]:
    """Each layer of the result with its two modules."""
    named = [(layer, modules.get(layer.name), modules.get(layer.spike_name)) for layer in result.layers]
    unknown = [
        layer.name
        for layer, conv, spike in named
        if not (isinstance(conv, (nn.Conv2d, nn.Linear)) and isinstance(spike, sl.IAF))
    ]
    if not unknown:
        return named
    if not _show.is_chain(result):
        raise ValueError(
            f"the model has no modules of the names of layer {', '.join(unknown)}; a network with branches needs them"
        )
    convs = [module for module in modules.values() if isinstance(module, (nn.Conv2d, nn.Linear))]
    spikes = [module for module in modules.values() if isinstance(module, sl.IAF)]
    if not len(convs) == len(spikes) == len(result.layers):
        raise ValueError(
            f"the model has {len(convs)} layers with weights and {len(spikes)} with neurons, "
            f"{len(result.layers)} of each are expected"
        )
    return list(zip(result.layers, convs, spikes, strict=True))


def _pool_factors(network: nn.Module, pairs: list[tuple[NetworkLayer[Any], Any, Any]]) -> dict[int, float]:
    """The factor by which `DynapcnnNetwork` multiplies weights, by the id of their module."""
    has_averages = any(isinstance(module, nn.AvgPool2d) for module in network.modules())
    return {id(conv): _pool_factor(layer) if has_averages else 1.0 for layer, conv, _ in pairs}


def _pool_factor(layer: NetworkLayer[Any]) -> float:
    """The factor that `DynapcnnNetwork` takes for the sources of a layer: sinabs' `rescale_method_1` if they differ."""
    factors = {source.factor for source in layer.sources or () if source.layer is not None}
    if len(factors) < 2:
        return factors.pop() if factors else 1.0
    return float(np.round(np.mean(list(factors)) * 0.5, 2))


def _pool_factors_of_a_chain(network: nn.Module) -> dict[int, float]:
    factors, factor = {}, 1.0
    for module in network.modules():
        if isinstance(module, nn.AvgPool2d):
            height, width = sinabs.utils.expand_to_pair(module.kernel_size)
            factor *= 1.0 / (height * width)
        elif isinstance(module, (nn.Conv2d, nn.Linear)):
            factors[id(module)], factor = factor, 1.0
    return factors


def _weight_of(layer: NetworkLayer[Any], conv: Any, factor: float) -> torch.Tensor:
    """The weights that become the integers of a layer once `DynapcnnNetwork` has multiplied them by a factor."""
    shape = tuple(conv.weight.shape)
    if conv.weight.numel() != layer.weight.size or shape[0] != layer.weight.shape[0]:
        raise ValueError(f"layer {layer.name}: the model's weights are {shape}, {layer.weight.shape} is expected")
    integers = torch.from_numpy(layer.weight).float()
    weight = torch.div(integers, factor)
    if not torch.equal(torch.mul(weight, factor), integers):
        raise ValueError(
            f"layer {layer.name}: the average pools before it have the factor {factor}, which cannot be undone "
            "exactly; use SumPool2d instead"
        )
    return weight


def _write_layer(layer: NetworkLayer[Any], conv: Any, spike: Any, weight: torch.Tensor) -> None:
    def parameter(values: Any, requires_grad: bool) -> Any:
        return nn.Parameter(torch.as_tensor(values, dtype=torch.float32, device=device), requires_grad=requires_grad)

    device = conv.weight.device
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
