"""Options of the endpoints, as keyword arguments of the clients' methods.

A field added here becomes an argument of those methods and a query parameter of their requests. None means not given.
"""

# Without `from __future__ import annotations`: which fields are required is read from the annotations as they run.
from collections.abc import Mapping
from typing import Literal, SupportsFloat

from typing_extensions import Required, TypedDict

from discretizer._safetensors import ArrayLike

UnsetMinVMem = Literal["reference", "negative_threshold", "chip_minimum"]
ScaleRule = Literal["reference", "joint"]


class _Options(TypedDict, total=False):
    to_int: bool
    """Return integers. False returns the same values as float32, which are never clamped. Default: True."""


class TensorOptions(_Options, total=False):
    """Options of a tensor."""

    scaling: SupportsFloat | None
    """The scale, above zero. Default: the largest scale that keeps all elements in the range of `bits`."""
    bits: int | None
    """Bits of an integer in two's complement, 2 to 24; values beyond are clamped and counted. Default: 8 without
    `scaling`. With it the integers are int32 and clamped only to that."""


class _NetworkAndLayerOptions(_Options, total=False):
    weight_bits: int
    """Bits of a weight in two's complement, 2 to 24. Default: 8."""
    bias_bits: int | None
    """Bits of a bias, 2 to 24. Default: `weight_bits`."""
    state_bits: int
    """Bits of thresholds and membrane state, 2 to 24. Default: 16."""
    unset_min_v_mem: UnsetMinVMem
    """What a missing `min_v_mem` means.

    - `reference`: -32768 before scaling, as in sinabs. It holds the scale at 1 or below. The default of layers.
    - `negative_threshold`: minus the threshold, as in sinabs' NIR import. The default of networks.
    - `chip_minimum`: the smallest integer after scaling. It does not limit the scale.
    """
    scale_rule: ScaleRule
    """How the scale is chosen.

    - `reference`: the largest at which nothing leaves its range, as in sinabs. The default.
    - `joint`: the scale and integer threshold with the smallest error of the weights, of which the largest may be
      clamped. For 2 to 4 bits; at 8 bits it gains nothing.
    """
    histogram: bool
    """Count in the reports how often each integer occurs, up to 10 bits."""
    provenance: bool
    """Give the SHA-256 of all inputs and outputs, and the versions of what made them."""


class LayerOptions(_NetworkAndLayerOptions, total=False):
    """Options of a layer: its neurons, and how it is discretized."""

    spike_threshold: Required[ArrayLike]
    """Membrane potential at which a neuron spikes, above zero. An array of equal elements counts as one number."""
    min_v_mem: ArrayLike | None
    """Lower bound of the membrane potential, below `spike_threshold`."""
    v_mem: ArrayLike | None
    """Membrane state, of any shape. It limits the scale if it is given."""
    rescale: SupportsFloat
    """Factor of the weights, not of the bias, applied first; above zero. After an average pool of 2 x 2 it is 0.25.
    Default: 1."""


class NetworkOptions(_NetworkAndLayerOptions, total=False):
    """Options of a network."""

    spike_threshold: SupportsFloat | None
    """Threshold of all layers of a state dict that names none. A NIR graph has its own thresholds."""
    min_v_mem: SupportsFloat | Mapping[str, SupportsFloat] | None
    """Lower bound of the membrane potential before scaling: one number for all layers, or one for each node named."""
    rescale: SupportsFloat | Mapping[str, SupportsFloat] | None
    """Factor of the weights: one number for all layers of a state dict, which does not show pools; or one for each node
    named of a NIR graph, instead of the factor of the average pools before it."""
    r: Literal["refuse", "ignore"]
    """What becomes of an `r` of IF nodes other than 1, such as the 1/dt that SpikingJelly writes. Default: refuse."""
    spike: Mapping[str, str] | None
    """Which module of a state dict holds the thresholds for which weights, such as `{"0": "2", "5": "6"}`."""
