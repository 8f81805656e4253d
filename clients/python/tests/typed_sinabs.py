"""What type checkers know of `discretizer.sinabs` where torch is installed; see `typed_calls`."""

from __future__ import annotations

import sinabs.layers as sl
import torch
from torch import nn
from typing_extensions import assert_type

from discretizer import Client
from discretizer import sinabs as discretize


def modules_keep_their_types(conv: nn.Conv2d, spike: sl.IAFSqueeze) -> None:
    assert_type(discretize.discretize_conv_spike(conv, spike), tuple[nn.Conv2d, sl.IAFSqueeze])
    assert_type(discretize.discretize_conv(conv, 1.0, torch.tensor(-1.0)), nn.Conv2d)
    assert_type(discretize.discretize_spk_(spike, conv.weight, conv.bias), sl.IAFSqueeze)


def tensors_are_tensors(weight: torch.Tensor, client: Client) -> None:
    scale = discretize.determine_discretization_scale(weight, 8)
    assert_type(scale, torch.Tensor)
    assert_type(discretize.discretize_tensor(weight, scale), torch.Tensor)
    assert_type(discretize.discretize_scalar(1.0, scale), int)
    client.discretize_conv_spike(weight, spike_threshold=scale, min_v_mem=-scale)


def a_model_keeps_its_type(client: Client, model: nn.Sequential) -> None:
    assert_type(discretize.apply(client.discretize_network("x.nir"), model), nn.Sequential)
    with discretize.patched(client) as run:
        assert_type(run.layers[0].conv, nn.Conv2d)
