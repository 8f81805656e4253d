"""The drop-in beside sinabs 3.1.3 itself: the same bits, types, objects and errors."""

from __future__ import annotations

import importlib
import inspect
import os
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest

import discretizer

torch = pytest.importorskip("torch", reason="torch is not here")
sinabs = pytest.importorskip("sinabs", reason="sinabs is not here")

from sinabs import layers as sl  # noqa: E402
from torch import nn  # noqa: E402

from discretizer import sinabs as ours  # noqa: E402

theirs: Any = importlib.import_module("sinabs.backend.dynapcnn.discretize")

LAYERS = 500


@pytest.fixture(autouse=True)
def service(client: discretizer.Client) -> Iterator[None]:
    ours.use(client)
    yield
    ours.use(None)


def same(found: Any, expected: Any) -> bool:
    """Type, shape, bits (so that NaN is itself, and -0 is not 0), and whether it is a Parameter that is trained."""
    if not isinstance(expected, torch.Tensor):
        return type(found) is type(expected) and (found == expected or found != found)
    return (
        found.dtype == expected.dtype
        and found.shape == expected.shape
        and found.device == expected.device
        and type(found) is type(expected)
        and found.detach().contiguous().numpy().tobytes() == expected.detach().contiguous().numpy().tobytes()
    )


def assert_same_module(found: Any, expected: Any) -> None:
    """The same type, state dict in the same order, and Parameters with the same flags."""
    assert type(found) is type(expected)
    assert list(found.state_dict()) == list(expected.state_dict())
    for name, value in expected.state_dict().items():
        assert same(found.state_dict()[name], value), f"{name}: {found.state_dict()[name]} is not {value}"
    expected_parameters = dict(expected.named_parameters())
    assert dict(found.named_parameters()).keys() == expected_parameters.keys()
    for name, parameter in found.named_parameters():
        assert parameter.requires_grad == expected_parameters[name].requires_grad
        assert strides(parameter) == strides(expected_parameters[name])


def strides(tensor: Any) -> list[int]:
    """Strides where they matter."""
    return [stride for stride, size in zip(tensor.stride(), tensor.shape, strict=True) if size > 1]


def random_conv(numbers: random.Random) -> Any:
    inputs, outputs, kernel = numbers.randint(1, 8), numbers.randint(1, 12), numbers.randint(1, 5)
    conv = nn.Conv2d(inputs, outputs, kernel, bias=numbers.random() < 0.7)
    size = 10.0 ** numbers.uniform(-3, 2)
    with torch.no_grad():
        conv.weight.normal_(numbers.choice([0.0, 0.0, size, -size]), size)
        if numbers.random() < 0.05:
            conv.weight.zero_()
        if numbers.random() < 0.1:
            conv.weight.copy_(torch.randint(-128, 128, conv.weight.shape))
        if conv.bias is not None:
            conv.bias.normal_(0, size * 10.0 ** numbers.uniform(-3, 1))
            if numbers.random() < 0.2:
                conv.bias.zero_()
    if numbers.random() < 0.1:
        conv.weight.requires_grad_(False)
    if numbers.random() < 0.1:
        conv.to(memory_format=torch.channels_last)
    if numbers.random() < 0.05:
        conv.double()
    return conv


def random_spike(numbers: random.Random, channels: int) -> Any:
    threshold = 10.0 ** numbers.uniform(-3, 3)
    low = numbers.choice([None, -threshold, -threshold * numbers.random(), -1.0, 0.0, -(10.0 ** numbers.uniform(0, 5))])
    kind = numbers.choice([sl.IAF, sl.IAFSqueeze])
    given: dict[str, Any] = {"batch_size": 1} if kind is sl.IAFSqueeze else {}
    if numbers.random() < 0.1:
        threshold, low = 3, numbers.choice([None, -2])  # integers make int64 Parameters
    spike = kind(spike_threshold=threshold, min_v_mem=low, **given)
    if numbers.random() < 0.3:
        spike.init_state_with_shape((1, channels, 3, 3))
        spike.v_mem = spike.v_mem.normal_(0, 10.0 ** numbers.uniform(-2, 4)).detach()
    return spike


@pytest.mark.filterwarnings("ignore::discretizer.DiscretizationWarning")
def test_500_random_layers_hold_the_same_bits() -> None:
    numbers = random.Random(5)
    torch.manual_seed(5)
    for _ in range(LAYERS):
        conv, spike = random_conv(numbers), None
        spike = random_spike(numbers, conv.out_channels)
        to_int = numbers.random() < 0.5
        expected = [deepcopy(conv), deepcopy(spike)]
        theirs.discretize_conv_spike_(*expected, to_int=to_int)
        ours.discretize_conv_spike_(conv, spike, to_int=to_int)
        assert_same_module(conv, expected[0])
        assert_same_module(spike, expected[1])


@pytest.mark.parametrize("to_int", [True, False])
def test_each_function_of_layers_gives_what_sinabs_gives(to_int: bool) -> None:
    numbers = random.Random(6)
    torch.manual_seed(6)
    for _ in range(20):
        conv = random_conv(numbers).float()
        spike = random_spike(numbers, conv.out_channels)
        low = -1.5 if spike.min_v_mem is None else spike.min_v_mem
        high = spike.spike_threshold
        calls: dict[str, tuple[Any, ...]] = {
            "discretize_conv": (conv, high, low, 1e6 * torch.ones(3), to_int),
            "discretize_conv_": (conv, high, low, None, to_int),
            "discretize_spk": (spike, conv.weight, conv.bias, to_int),
            "discretize_spk_": (spike, conv.weight, conv.bias, to_int),
            "discretize_conv_spike": (conv, spike, to_int),
            "discretize_conv_spike_": (conv, spike, to_int),
        }
        for name, arguments in calls.items():
            given, expected_given = deepcopy(arguments), deepcopy(arguments)
            found, expected = getattr(ours, name)(*given), getattr(theirs, name)(*expected_given)
            if not isinstance(found, tuple):
                found, expected = (found,), (expected,)
            for one, other in zip(found, expected, strict=True):
                assert_same_module(one, other)
                assert any(one is layer for layer in given) == name.endswith("_")
            for one, other in zip(given, expected_given, strict=True):
                if isinstance(other, nn.Module):
                    assert_same_module(one, other)


def test_parameters_stay_the_same_objects() -> None:
    conv, spike = nn.Conv2d(2, 3, 3), sl.IAF(min_v_mem=-1.0)
    weight, bias = conv.weight, conv.bias
    assert ours.discretize_conv_spike_(conv, spike) == (conv, spike)
    assert conv.weight is weight
    assert conv.bias is bias
    assert spike.spike_threshold.dtype is torch.int32


TENSORS: dict[str, Callable[[], Any]] = {
    "normal": lambda: torch.randn(3, 4, 5),
    "positive": lambda: torch.randn(7) + 20,
    "negative": lambda: -torch.rand(6) - 1,
    "zeros": lambda: torch.zeros(3),
    "rank 0": lambda: torch.tensor(0.7),
    "transposed": lambda: torch.randn(4, 6).t(),
    "double": lambda: torch.randn(5, dtype=torch.float64),
    "long": lambda: torch.randint(-500, 500, (9,)),
    "int8 extremes": lambda: torch.tensor([-128, 127], dtype=torch.int8),
    "with gradient": lambda: torch.randn(5, requires_grad=True),
    "subnormal": lambda: torch.tensor([1e-39, 0.0]),
    "infinite": lambda: torch.tensor([1.0, float("inf")]),
    "nan": lambda: torch.tensor([1.0, float("nan")]),
}


@pytest.mark.filterwarnings("ignore::discretizer.DiscretizationWarning")
@pytest.mark.parametrize("make", TENSORS.values(), ids=TENSORS)
@pytest.mark.parametrize("bits", [2, 8, 16, 24, 30])
def test_scales_are_the_same(make: Callable[[], Any], bits: int) -> None:
    torch.manual_seed(bits)
    tensor = make()
    expected = theirs.determine_discretization_scale(tensor, bits)
    assert same(ours.determine_discretization_scale(tensor, bits), expected.detach())


@pytest.mark.filterwarnings("ignore::discretizer.DiscretizationWarning")
@pytest.mark.parametrize("make", TENSORS.values(), ids=TENSORS)
@pytest.mark.parametrize("to_int", [True, False])
@pytest.mark.parametrize(
    "scaling",
    [3.0917, 1, 1e12, -2.5, 0.0, torch.tensor(12.7), torch.tensor(12.7, dtype=torch.float64)],
    ids=["float", "int", "huge", "negative", "zero", "tensor", "double"],
)
def test_tensors_are_the_same(make: Callable[[], Any], to_int: bool, scaling: Any) -> None:
    torch.manual_seed(3)
    tensor = make()
    expected = theirs.discretize_tensor(tensor, scaling, to_int)
    found = ours.discretize_tensor(tensor, scaling, to_int)
    assert same(found, expected.detach())
    assert strides(found) == strides(expected)


def test_a_scale_for_each_channel_works_as_in_sinabs() -> None:
    tensor, scaling = torch.randn(3, 4), torch.tensor([[1.0], [10.0], [100.0]])
    assert same(ours.discretize_tensor(tensor, scaling), theirs.discretize_tensor(tensor, scaling))


@pytest.mark.filterwarnings("ignore::discretizer.DiscretizationWarning")
@pytest.mark.parametrize("value", [0.5, 1.5, -2.5, 13.5594, 7, True, 1e300, 2**70])
@pytest.mark.parametrize("scaling", [1.0, 3.0917, -1.0, torch.tensor(3.0917)])
def test_scalars_are_the_same(value: Any, scaling: Any) -> None:
    found, expected = ours.discretize_scalar(value, scaling), theirs.discretize_scalar(value, scaling)
    assert type(found) is type(expected)
    assert found == expected


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400], ids=["nan", "inf", "large"])
def test_scalars_that_sinabs_refuses_are_refused_alike(value: Any) -> None:
    with pytest.raises(Exception, match=r".") as expected:
        theirs.discretize_scalar(value, 1.0)
    with pytest.raises(expected.type):
        ours.discretize_scalar(value, 1.0)


CONV, SPIKE = nn.Conv2d(1, 2, 3), sl.IAF(min_v_mem=-1.0)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("discretize_conv_spike", (nn.Linear(2, 2), SPIKE)),
        ("discretize_conv_spike", (CONV, sl.LIF(tau_mem=10.0))),
        ("discretize_conv_spike", (None, SPIKE)),
        ("discretize_conv_spike_", (CONV, None)),
        ("discretize_conv", (nn.Conv1d(1, 1, 1), 1.0, -1.0)),
        ("discretize_conv", (CONV, None, -1.0)),
        ("discretize_conv_", (CONV, 1.0, None)),
        ("discretize_conv_", (None, 1.0, -1.0)),
        ("discretize_spk", (nn.ReLU(), CONV.weight)),
        ("discretize_spk", (SPIKE, None)),
        ("discretize_spk_", (None, CONV.weight)),
        ("discretize_tensor", (1.5, 2.0)),
        ("determine_discretization_scale", ([1.5], 8)),
        # Others than TypeError, which are the same all the same.
        ("discretize_conv_spike", (CONV, sl.IAF(spike_threshold=torch.ones(2), min_v_mem=-torch.ones(2)))),
        ("discretize_conv_spike", (nn.utils.weight_norm(nn.Conv2d(1, 1, 1)), SPIKE)),
        ("determine_discretization_scale", (torch.empty(0), 8)),
    ],
)
def test_what_sinabs_refuses_is_refused_by_the_same_error(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(Exception, match=r".") as expected:
        getattr(theirs, name)(*arguments)
    with pytest.raises(expected.type):
        getattr(ours, name)(*arguments)


def test_what_the_service_refuses_is_computed_as_in_sinabs_and_warned_of(url: str) -> None:
    conv, spike = nn.Conv2d(1, 2, 3), sl.IAF(spike_threshold=1.0, min_v_mem=2.0)
    expected = theirs.discretize_conv_spike(conv, spike)
    with discretizer.Client(url) as client:
        ours.use(client)
        with pytest.warns(discretizer.DiscretizationWarning, match="min_v_mem is 2.0") as caught:
            found = ours.discretize_conv_spike(conv, spike)
    assert [warning.message.code for warning in caught] == ["threshold-impossible"]  # type: ignore[union-attr]
    assert caught[0].filename == __file__
    for one, other in zip(found, expected, strict=True):
        assert_same_module(one, other)


def test_the_precision_constants_are_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (ours, theirs):
        monkeypatch.setattr(module, "DYNAPCNN_WEIGHT_PRECISION_BITS", 5)
        monkeypatch.setattr(module, "DYNAPCNN_STATE_PRECISION_BITS", 9)
    conv, spike = nn.Conv2d(2, 3, 3), sl.IAF(min_v_mem=-1.0)
    for one, other in zip(
        ours.discretize_conv_spike(conv, spike), theirs.discretize_conv_spike(conv, spike), strict=True
    ):
        assert_same_module(one, other)


def public(module: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(module).items() if "iscretiz" in name and inspect.isfunction(value)}


def test_names_parameters_and_defaults_are_those_of_sinabs() -> None:
    expected = {name: function for name, function in public(theirs).items() if not name.startswith("_")}
    assert len(expected) == 9
    assert set(ours.__all__) == {
        *expected,
        "DYNAPCNN_STATE_PRECISION_BITS",
        "DYNAPCNN_WEIGHT_PRECISION_BITS",
        "Run",
        "RunLayer",
        "apply",
        "patched",
        "use",
    }
    for name, function in expected.items():
        found = inspect.signature(getattr(ours, name)).parameters
        assert [(p.name, p.default, p.kind) for p in found.values()] == [
            (p.name, p.default, p.kind) for p in inspect.signature(function).parameters.values()
        ]
    assert ours.DYNAPCNN_WEIGHT_PRECISION_BITS == theirs.DYNAPCNN_WEIGHT_PRECISION_BITS
    assert ours.DYNAPCNN_STATE_PRECISION_BITS == theirs.DYNAPCNN_STATE_PRECISION_BITS


def test_findings_are_warned_of_at_the_line_that_asked(url: str) -> None:
    conv = nn.Conv2d(1, 1, 1, bias=False)
    conv.weight.data.fill_(1.0)
    with discretizer.Client(url) as client:
        ours.use(client)
        with pytest.warns(discretizer.DiscretizationWarning, match="min_v_mem is unset") as caught:
            ours.discretize_conv_spike(conv, sl.IAF())
    assert caught[0].filename == __file__


def test_the_environment_names_the_service(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours.use(None)
    monkeypatch.setenv("DISCRETIZER_URL", url)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ours.discretize_scalar(13.5594, 3.0917) == 42
    monkeypatch.setenv("DISCRETIZER_URL", "http://127.0.0.1:1")
    assert ours.discretize_scalar(13.5594, 3.0917) == 42  # one client for all calls
    ours.use(None)
    with pytest.raises(discretizer.ServiceUnreachableError, match=r"127\.0\.0\.1:1"):
        ours.discretize_scalar(13.5594, 3.0917)


def test_a_forked_process_connects_anew(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours.use(None)
    monkeypatch.setenv("DISCRETIZER_URL", url)
    assert ours.discretize_scalar(1.0, 2.0) == 2
    parents = ours._client
    child = os.fork()
    if child == 0:
        os._exit(0 if ours._client is None and ours.discretize_scalar(2.0, 2.0) == 4 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert ours._client is parents
    assert ours.discretize_scalar(3.0, 2.0) == 6


def test_without_sinabs_the_import_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sinabs", None)
    monkeypatch.delitem(sys.modules, "discretizer.sinabs")
    with pytest.raises(ImportError, match=r"discretizer-client\[sinabs\]"):
        importlib.import_module("discretizer.sinabs")
