"""Whole networks through sinabs' `DynapcnnNetwork`, with the service behind it and without."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import discretizer

torch = pytest.importorskip("torch", reason="torch is not here")
sinabs = pytest.importorskip("sinabs", reason="sinabs is not here")

from sinabs import layers as sl  # noqa: E402
from sinabs.backend.dynapcnn import DynapcnnNetwork, dynapcnn_layer  # noqa: E402
from sinabs.backend.dynapcnn.chips.dynapcnn import DynapcnnConfigBuilder  # noqa: E402
from torch import nn  # noqa: E402

from conftest import ROOT  # noqa: E402
from discretizer import sinabs as ours  # noqa: E402

pytestmark = pytest.mark.filterwarnings(
    # torch's and nirtorch's own.
    "ignore::DeprecationWarning",
    "ignore::UserWarning:nirtorch.*",
    "ignore::UserWarning:torch.*",
)


@pytest.fixture(autouse=True)
def service(client: discretizer.Client) -> Iterator[None]:
    ours.use(client)
    yield
    ours.use(None)


def nir_nodes(path: Path) -> list[tuple[str, Any]]:
    """The nodes of a network that is a chain, in the order of its edges."""
    nir = pytest.importorskip("nir", reason="nir is not here")
    graph = nir.read(path)
    following = dict(graph.edges)
    name, nodes = "input", []
    while name in following:
        nodes.append((name, graph.nodes[name]))
        name = following[name]
    return nodes[1:]


def module_of(node: Any) -> Any:
    kind = type(node).__name__
    if kind == "Conv2d":
        pair = {name: tuple(int(n) for n in getattr(node, name)) for name in ("stride", "padding")}
        module = nn.Conv2d(node.weight.shape[1], node.weight.shape[0], tuple(node.weight.shape[2:]), **pair)
    elif kind in ("Affine", "Linear"):
        module = nn.Linear(node.weight.shape[1], node.weight.shape[0])
    elif kind == "IF":
        return sl.IAFSqueeze(batch_size=1, spike_threshold=float(node.v_threshold.flat[0]), min_v_mem=-1.0)
    elif kind == "AvgPool2d":
        return nn.AvgPool2d(tuple(int(n) for n in node.kernel_size))
    elif kind == "SumPool2d":
        return sl.SumPool2d(tuple(int(n) for n in node.kernel_size))
    else:
        return nn.Flatten()
    module.weight.data = torch.tensor(node.weight).float()
    bias = getattr(node, "bias", None)
    module.bias = None if bias is None or not bias.any() else nn.Parameter(torch.tensor(bias).float())
    return module


@pytest.fixture
def nodes(expected: dict[str, Any]) -> list[tuple[str, Any]]:
    return nir_nodes(expected["path"])


@pytest.fixture
def model(nodes: list[tuple[str, Any]]) -> Any:
    return nn.Sequential(*(module_of(node) for _, node in nodes))


def assert_expected_integers(layers: list[Any], expected: dict[str, Any]) -> None:
    assert len(layers) == len(expected["layers"])
    for layer, told in zip(layers, expected["layers"], strict=True):
        integers = layer.conv.weight.detach().numpy()
        assert hashlib.sha256(integers.astype(np.int8).tobytes()).hexdigest() == told["weight_int8_sha256"]
        assert layer.spk.spike_threshold == told["spike_threshold"]
        assert layer.spk.min_v_mem == told["min_v_mem"]


def assert_same_network(found: Any, expected: Any) -> None:
    assert list(found.state_dict()) == list(expected.state_dict())
    for name, value in expected.state_dict().items():
        assert found.state_dict()[name].dtype == value.dtype
        assert torch.equal(found.state_dict()[name], value), name


def test_real_networks_are_the_same_while_patched(model: Any, expected: dict[str, Any]) -> None:
    shape = tuple(expected["input_shape"])
    theirs = DynapcnnNetwork(deepcopy(model), shape, discretize=True)
    with ours.patched() as run:
        network = DynapcnnNetwork(model, shape, discretize=True)
    assert_same_network(network, theirs)
    assert_expected_integers(list(network.dynapcnn_layers.values()), expected)
    assert [layer.limited_by for layer in run.layers] == ["weight"] * 5
    assert [layer.conv for layer in run.layers] == [layer.conv for layer in network.dynapcnn_layers.values()]
    for layer in run.layers:
        assert layer.report is not None
        assert layer.report.weight.elements == layer.conv.weight.numel()
        assert not any(finding.severity == "warning" for finding in layer.findings)
    assert "limited_by='weight'" in repr(run)


def test_the_patch_ends_with_the_block() -> None:
    original, init = dynapcnn_layer.discretize_conv_spike_, DynapcnnNetwork.__init__
    with ours.patched():
        assert dynapcnn_layer.discretize_conv_spike_ is not original
        with ours.patched():
            pass
    assert dynapcnn_layer.discretize_conv_spike_ is original
    with pytest.raises(KeyError), ours.patched():
        raise KeyError
    assert dynapcnn_layer.discretize_conv_spike_ is original
    assert DynapcnnNetwork.__init__ is init


def test_the_patch_takes_a_client_of_its_own(url: str) -> None:
    ours.use(discretizer.Client("http://127.0.0.1:1"))
    conv, spike = nn.Conv2d(1, 1, 1), sl.IAFSqueeze(batch_size=1, min_v_mem=-1.0)
    with discretizer.Client(url, warn=False) as client, ours.patched(client) as run:
        dynapcnn_layer.DynapcnnLayer(conv, spike, (1, 4, 4), [])
    assert len(run.layers) == 1


def test_findings_while_patched_are_warned_of_at_the_line_that_built_the_network(url: str) -> None:
    model = small_model(bias=False)
    model[0].weight.data.fill_(1.0)
    model[1].min_v_mem = None
    with discretizer.Client(url) as client, ours.patched(client):
        with pytest.warns(discretizer.DiscretizationWarning, match="min_v_mem is unset") as caught:
            DynapcnnNetwork(model, (1, 40, 40), discretize=True)
    assert {warning.filename for warning in caught} == {__file__}


def test_a_refused_layer_is_discretized_all_the_same_and_has_no_explanation() -> None:
    spike = sl.IAFSqueeze(batch_size=1, spike_threshold=1.0, min_v_mem=2.0)
    with ours.patched() as run:
        layer = dynapcnn_layer.DynapcnnLayer(nn.Conv2d(1, 2, 3), spike, (1, 4, 4), [])
    assert run.layers[0].limited_by is None
    assert run.layers[0].findings == ()
    assert layer.spk.min_v_mem == torch.round(torch.tensor(2.0) * float(run.layers[0].scale))


def chip_integers(network: Any) -> list[dict[str, Any]]:
    """What sinabs would send to the cores."""
    cores = {number: number for number in network.dynapcnn_layers}
    configs = [
        DynapcnnConfigBuilder.get_dynapcnn_layer_config_dict(layer, cores, [])
        for layer in network.dynapcnn_layers.values()
    ]
    names = ("weights", "biases", "threshold_high", "threshold_low", "neurons_initial_value")
    return [{name: config[name] for name in names} for config in configs]


def result_of(network: Any, names: list[tuple[str, str]]) -> discretizer.NetworkResult[None, None]:
    """The answer for a network, from what sinabs makes of it."""
    candidates = discretizer.Candidates()
    layers = [
        discretizer.NetworkLayer(
            scale=np.float32(1),
            limited_by="weight",
            candidates=candidates,
            report=None,
            findings=(),
            spike_threshold=int(layer.spk.spike_threshold),
            min_v_mem=int(layer.spk.min_v_mem),
            v_mem=None,
            weight=layer.conv.weight.detach().numpy().astype(np.int8),
            bias=None if layer.conv.bias is None else layer.conv.bias.detach().numpy().astype(np.int8),
            name=name,
            spike_name=spike_name,
            rescale=float(layer.rescale_weights),
        )
        for (name, spike_name), layer in zip(names, network.dynapcnn_layers.values(), strict=True)
    ]
    return discretizer.NetworkResult(tuple(layers), (), None)


def names_of(nodes: list[tuple[str, Any]]) -> list[tuple[str, str]]:
    weights = [name for name, node in nodes if hasattr(node, "weight")]
    return list(zip(weights, [name for name, node in nodes if type(node).__name__ == "IF"], strict=True))


@pytest.mark.parametrize("named", [True, False])
def test_an_applied_result_gives_the_same_chip_integers(
    model: Any, nodes: list[tuple[str, Any]], expected: dict[str, Any], named: bool
) -> None:
    shape = tuple(expected["input_shape"])
    theirs = DynapcnnNetwork(deepcopy(model), shape, discretize=True)
    names = names_of(nodes) if named else [(f"w{n}", f"s{n}") for n in range(5)]
    applied = deepcopy(model)
    assert ours.apply(result_of(theirs, names), applied) is applied
    network = DynapcnnNetwork(applied, shape, discretize=False)
    assert_expected_integers(list(network.dynapcnn_layers.values()), expected)
    assert chip_integers(network) == chip_integers(theirs)


def test_an_applied_model_computes_what_the_chip_would(model: Any, expected: dict[str, Any]) -> None:
    shape = tuple(expected["input_shape"])
    theirs = DynapcnnNetwork(deepcopy(model), shape, discretize=True)
    applied = ours.apply(result_of(theirs, [("?", "?")] * 5), deepcopy(model))
    torch.manual_seed(1)
    events = (torch.rand((10, *shape)) < 0.2).float()
    for layer in theirs.dynapcnn_layers.values():
        sinabs.reset_states(layer)
    with torch.no_grad():
        assert torch.equal(applied(events), theirs(events).squeeze())


def small_model(*between: Any, bias: bool = True) -> Any:
    torch.manual_seed(2)
    return nn.Sequential(
        nn.Conv2d(1, 2, 3, bias=bias),
        sl.IAFSqueeze(batch_size=1, min_v_mem=-1.0),
        *between,
        nn.Conv2d(2, 3, 3, bias=bias),
        sl.IAFSqueeze(batch_size=1, min_v_mem=-1.0),
    )


def small_result(model: Any) -> discretizer.NetworkResult[None, None]:
    network = DynapcnnNetwork(deepcopy(model), (1, 40, 40), discretize=True)
    return result_of(network, [("first", "neurons"), ("second", "more neurons")])


def test_thresholds_of_each_neuron_become_one_and_states_are_reset() -> None:
    model = small_model()
    result = small_result(model)
    spikes = [module for module in model if isinstance(module, sl.IAF)]
    for spike in spikes:
        spike.spike_threshold = nn.Parameter(torch.ones(2, 18, 18), requires_grad=False)
        spike.min_v_mem = None
        spike.init_state_with_shape((1, 2, 18, 18))
        spike.v_mem.fill_(0.5)
    ours.apply(result, model)
    for spike, layer in zip(spikes, result.layers, strict=True):
        assert spike.spike_threshold.shape == ()
        assert spike.spike_threshold == layer.spike_threshold
        assert spike.min_v_mem == layer.min_v_mem
        assert not spike.v_mem.any()


def test_biases_come_and_go_with_the_result() -> None:
    with_bias, without = small_model(), small_model(bias=False)
    of_with_bias, of_without = small_result(with_bias), small_result(without)
    ours.apply(of_with_bias, without)
    assert without[0].bias.tolist() == of_with_bias.layers[0].bias.tolist()  # type: ignore[union-attr]
    ours.apply(of_without, with_bias)
    assert with_bias[0].bias.tolist() == [0.0, 0.0]


def test_parameters_stay_the_same_objects() -> None:
    model = small_model()
    weight, bias = model[0].weight, model[0].bias
    ours.apply(small_result(model), model)
    assert model[0].weight is weight
    assert model[0].bias is bias


def test_a_pool_that_integers_do_not_survive_is_refused_before_anything_is_written() -> None:
    model = small_model(nn.AvgPool2d(11))
    before = deepcopy(model.state_dict())
    with pytest.raises(ValueError, match=r"layer second: the average pools .* SumPool2d"):
        ours.apply(small_result(model), model)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (nn.Sequential(nn.Conv2d(1, 2, 3), sl.IAFSqueeze(batch_size=1)), "1 layers with weights and 1 with neurons"),
        (small_model(nn.BatchNorm2d(2)), "2 is a BatchNorm2d"),
        (nn.Sequential(*small_model(), nn.Conv2d(1, 1, 1)), "3 layers with weights"),
        (nn.Sequential(nn.Conv2d(1, 2, 5), sl.IAF(), nn.Conv2d(2, 3, 3), sl.IAF()), "layer first: .* 5, 5"),
    ],
)
def test_another_model_is_refused(other: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ours.apply(small_result(small_model()), other)


def test_the_spiking_model_of_a_sinabs_network_is_written() -> None:
    model = small_model()
    network = sinabs.network.Network(spiking_model=model)
    ours.apply(small_result(model), network)
    assert model[0].weight.detach().numpy().round().tolist() == model[0].weight.tolist()


def test_a_real_answer_applied_gives_the_same_chip_integers(
    client: discretizer.Client, model: Any, expected: dict[str, Any]
) -> None:
    shape = tuple(expected["input_shape"])
    theirs = DynapcnnNetwork(deepcopy(model), shape, discretize=True)
    result = client.discretize_network(expected["path"])
    network = DynapcnnNetwork(ours.apply(result, model), shape, discretize=False)
    assert_expected_integers(list(network.dynapcnn_layers.values()), expected)
    assert chip_integers(network) == chip_integers(theirs)


def test_an_answer_is_applied_to_what_sinabs_reads_from_nir(
    client: discretizer.Client, expected: dict[str, Any], nodes: list[tuple[str, Any]]
) -> None:
    if any(type(node).__name__ == "AvgPool2d" for _, node in nodes):
        pytest.skip("AvgPool2d")  # sinabs' own import cannot read it, so there is nothing to apply to
    nir = pytest.importorskip("nir", reason="nir is not here")
    path = expected["path"]
    model = sinabs.from_nir(nir.read(path), batch_size=1)
    ours.apply(client.discretize_network(path), model)
    spikes = [module for module in model.modules() if isinstance(module, sl.IAF)]
    assert all(spike.spike_threshold.shape == () for spike in spikes)
    found = {name: module for name, module in model.named_modules() if isinstance(module, (nn.Conv2d, nn.Linear))}
    for told in expected["layers"]:
        integers = found[told["node"]].weight.detach().numpy().astype(np.int8)
        assert hashlib.sha256(integers.tobytes()).hexdigest() == told["weight_int8_sha256"]


def test_a_calibration_applied_gives_the_bounds_to_the_chip(client: discretizer.Client) -> None:
    examples = ROOT / "src" / "main" / "resources" / "examples"
    nodes = nir_nodes(examples / "tiny.nir")
    model = nn.Sequential(*(module_of(node) for _, node in nodes))
    recordings = [examples / "recording-right.npz", examples / "recording-left.npy"]
    calibration = client.calibrate(examples / "tiny.nir", recordings, dt=5000)
    assert any(layer.chosen != layer.reference for layer in calibration.layers)
    network = DynapcnnNetwork(ours.apply(calibration, model), (2, 8, 8), discretize=False)
    for config, layer, told in zip(
        chip_integers(network), calibration.layers, calibration.network().layers, strict=True
    ):
        assert config["threshold_low"] == layer.chosen
        assert config["threshold_high"] == layer.spike_threshold
        assert np.array_equal(np.sort(np.ravel(config["weights"])), np.sort(told.weight.ravel()))


def test_the_state_dict_of_a_model_is_a_network(client: discretizer.Client) -> None:
    model = small_model(nn.AvgPool2d(2))
    theirs = DynapcnnNetwork(deepcopy(model), (1, 40, 40), discretize=True)
    state = {**model.state_dict(), "3.rescale": 0.25}
    result = client.discretize_network(state, spike={"0": "1", "3": "4"})
    network = DynapcnnNetwork(ours.apply(result, model), (1, 40, 40), discretize=False)
    assert chip_integers(network) == chip_integers(theirs)
    assert result.warnings == ()


# Networks with branches and merges.

BRANCHES = ROOT / "src" / "test" / "resources" / "branches" / "golden"
CASES: dict[str, Any] = json.loads((BRANCHES / "expected.json").read_text())


class Graph(nn.Module):  # type: ignore[misc, unused-ignore]
    """The network of a NIR graph, with the names of its nodes; a `Merge` adds up what enters a node on two edges."""

    def __init__(self, graph: Any) -> None:
        super().__init__()
        self.inputs = {name: [start for start, end in graph.edges if end == name] for name in graph.nodes}
        for name, node in graph.nodes.items():
            if type(node).__name__ not in ("Input", "Output"):
                self.add_module(name, module_of(node))
            for number in range(1, len(self.inputs[name])):
                self.add_module(f"merge_{name}_{number}", sl.Merge())

    def forward(self, events: Any) -> Any:
        values = {"input": events}

        def value_of(name: str) -> Any:
            if name not in values:
                value, *others = (value_of(start) for start in self.inputs[name])
                for number, other in enumerate(others, 1):
                    value = getattr(self, f"merge_{name}_{number}")(value, other)
                values[name] = value if name.startswith("output") else getattr(self, name)(value)
            return values[name]

        outputs = [value_of(name) for name in sorted(self.inputs) if name.startswith("output")]
        return outputs[0] if len(outputs) == 1 else tuple(outputs)


def branched_model(case: str) -> Any:
    nir = pytest.importorskip("nir", reason="nir is not here")
    model = Graph(nir.read(BRANCHES / f"{case}.nir"))
    for module in model.modules():
        if isinstance(module, sl.IAFSqueeze):
            module.min_v_mem = nn.Parameter(-module.spike_threshold, requires_grad=False)
    return model


def integers_by_hash(network: Any) -> dict[str, tuple[float, float]]:
    """The thresholds of each layer, by the hash of its integer weights."""
    return {
        hashlib.sha256(layer.conv.weight.detach().numpy().astype(np.int8).tobytes()).hexdigest(): (
            float(layer.spk.spike_threshold),
            float(layer.spk.min_v_mem),
        )
        for layer in network.dynapcnn_layers.values()
    }


@pytest.mark.parametrize("case", [case for case, told in CASES.items() if told.get("answer") == 200])
def test_branches_have_the_integers_and_connections_of_sinabs(client: discretizer.Client, case: str) -> None:
    result = client.discretize_network(BRANCHES / f"{case}.nir")
    expected = CASES[case]["layers"]
    assert {layer.name for layer in result.layers} == expected.keys()
    for layer in result.layers:
        told = expected[layer.name]
        assert hashlib.sha256(layer.weight.tobytes()).hexdigest() == told["weight_int8_sha256"]
        assert (layer.spike_threshold, layer.min_v_mem) == (told["spike_threshold"], told["min_v_mem"])
        assert layer.rescale == told["rescale"]
        assert layer.destinations is not None
        if "destinations" in told:
            found = [(to.layer or "output", list(to.pool)) for to in layer.destinations]
            assert sorted(found) == sorted(
                ("output" if "output" in name else name, pool) for name, pool in told["destinations"]
            )
    received = {(source.layer, layer.name) for layer in result.layers for source in layer.sources or ()}
    sent = {(layer.name, to.layer) for layer in result.layers for to in layer.destinations or () if to.layer}
    assert {edge for edge in received if edge[0] is not None} == sent
    assert any(source is None for source, _ in received)


@pytest.mark.parametrize(
    "case", [case for case, told in CASES.items() if told.get("answer") == 200 and "sinabs_error" not in told]
)
def test_an_answer_for_branches_applied_gives_the_same_chip_integers(client: discretizer.Client, case: str) -> None:
    shape = tuple(CASES[case]["input_shape"])
    model = branched_model(case)
    theirs = DynapcnnNetwork(deepcopy(model), shape, discretize=True)
    result = client.discretize_network(BRANCHES / f"{case}.nir")
    if any(finding.code == "RESCALE_CONFLICT" for finding in result.findings):
        # sinabs' factor for average pools that disagree, 0.31, has no exact inverse.
        before = deepcopy(model.state_dict())
        with pytest.raises(ValueError, match=r"factor 0\.31, which cannot be undone exactly; use SumPool2d"):
            ours.apply(result, model)
        assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
        for name, module in model.named_children():
            if isinstance(module, nn.AvgPool2d):
                setattr(model, name, sl.SumPool2d(module.kernel_size))
    network = DynapcnnNetwork(ours.apply(result, model), shape, discretize=False)
    assert integers_by_hash(network) == integers_by_hash(theirs)
    assert all(torch.equal(layer.conv.weight, layer.conv.weight.round()) for layer in network.dynapcnn_layers.values())
    assert set(integers_by_hash(network)) == {told["weight_int8_sha256"] for told in CASES[case]["layers"].values()}


def test_branches_are_found_by_name_alone(client: discretizer.Client) -> None:
    model = branched_model("residual_no_pool")
    model.other = model.c2
    del model.c2
    result = client.discretize_network(BRANCHES / "residual_no_pool.nir")
    with pytest.raises(ValueError, match="no modules of the names of layer c2"):
        ours.apply(result, model)


def test_a_rescale_of_a_node_stands_in_the_answer(client: discretizer.Client) -> None:
    result = client.discretize_network(BRANCHES / "merge_avg_sum.nir", rescale={"c3": 0.25})
    assert {layer.name: layer.rescale for layer in result.layers} == {"c1": 1.0, "c2": 1.0, "c3": 0.25}
    assert result.warnings == ()
    conflict = client.discretize_network(BRANCHES / "merge_avg_sum.nir")
    assert [finding.code for _, finding in conflict.warnings] == ["RESCALE_CONFLICT"]
