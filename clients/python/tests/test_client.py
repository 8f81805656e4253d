"""Both clients against the service: the numbers, the types and the explanation."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import numpy as np
import pytest

import discretizer
from discretizer import AsyncClient, Client

Random = np.random.Generator


def weights(random: Random, *shape: int) -> Any:
    return random.normal(size=shape or (4, 2, 3, 3)).astype(np.float32)


def scale_of(array: Any, bits: int) -> np.float32:
    """The scale by its definition: a reciprocal and a product, in binary32."""
    low, high = np.float32(array.min()), np.float32(array.max())
    lowest, highest = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    limit, end = (high, highest) if abs(low) <= abs(high) * np.float32(-lowest / highest) else (low, lowest)
    scale: np.float32 = np.float32(abs((np.float32(1) / limit) * np.float32(end)))
    return scale


def test_scale(client: Client, random: Random) -> None:
    weight = weights(random)
    result = client.scale(weight, bits=6)
    assert result == discretizer.ScaleResult(scale_of(weight, 6), 6, weight.min(), weight.max())
    assert isinstance(result.scale, np.float32)
    assert client.scale(np.zeros(3)).scale is None


def test_scalar(client: Client) -> None:
    assert client.discretize_scalar(13.5594, 3.0917) == 42
    assert client.discretize_scalar(2**53, 1.0) == 2**53
    assert client.discretize_scalar(0.5, 1) == 0
    with pytest.raises(ValueError, match="value is nan, a finite number is expected"):
        client.discretize_scalar(float("nan"), 1.0)


@pytest.mark.parametrize(("bits", "dtype"), [(2, np.int8), (8, np.int8), (9, np.int16), (16, np.int16), (24, np.int32)])
def test_tensor(client: Client, random: Random, bits: int, dtype: type) -> None:
    weight = weights(random)
    result = client.discretize_tensor(weight, bits=bits)
    assert result.scale == scale_of(weight, bits)
    assert result.tensor.dtype == dtype
    # At 24 bits binary32 may carry an extreme past the range by one.
    expected = np.clip(np.rint(weight * result.scale), -(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    assert np.array_equal(result.tensor, expected)
    assert result.tensor.flags.writeable
    assert result.report is not None
    assert result.report.elements == weight.size
    assert result.report.levels_available == 2**bits


def test_tensor_by_a_given_scaling(client: Client, random: Random) -> None:
    weight = weights(random)
    result = client.discretize_tensor(weight, scaling=3.0917, report=False)
    assert result.scale == np.float32(3.0917)
    assert result.tensor.dtype == np.int32
    assert np.array_equal(result.tensor, np.rint(weight * np.float32(3.0917)))
    assert result.report is None
    clamped = client.discretize_tensor(weight, scaling=100, bits=8)
    assert clamped.tensor.dtype == np.int8
    assert [finding.code for finding in clamped.findings] == ["SATURATED"]
    assert client.discretize_tensor(weight, to_int=False).tensor.dtype == np.float32


def test_conv_spike(client: Client, random: Random) -> None:
    weight, bias, state = weights(random), weights(random, 4) / 10, weights(random, 1, 4, 5, 5)
    result = client.discretize_conv_spike(weight, bias, spike_threshold=1.5, min_v_mem=-1.0, v_mem=state)
    assert result.limited_by == "weight"
    assert result.scale == scale_of(weight, 8)
    assert np.float32(result.candidates.weight) == result.scale
    assert np.float32(result.candidates.state) == scale_of(state, 16)
    assert result.weight.dtype == np.int8
    assert np.array_equal(result.weight, np.rint(weight * result.scale))
    assert result.bias is not None
    assert np.array_equal(result.bias, np.rint(bias * result.scale))
    assert (result.spike_threshold, result.min_v_mem) == (round(1.5 * result.scale), round(-1.0 * result.scale))
    assert isinstance(result.spike_threshold, int)
    assert result.v_mem is not None
    assert result.v_mem.dtype == np.int16
    assert np.array_equal(result.v_mem, np.rint(state * result.scale))
    assert result.report is not None
    assert result.report.bias is not None
    assert result.report.v_mem is not None
    assert result.report.weight.sqnr_db is not None
    assert result.report.dead_output_channels == ()
    assert "BIAS_ENABLES_LEAK" in [finding.code for finding in result.findings]


def test_conv_and_spike_are_halves_of_conv_spike(client: Client, random: Random) -> None:
    weight, bias = weights(random), weights(random, 4)
    both = client.discretize_conv_spike(weight, bias, spike_threshold=1.5, min_v_mem=-1.0, v_mem=weight)
    conv = client.discretize_conv(weight, bias, spike_threshold=1.5, min_v_mem=-1.0, v_mem=weight)
    spike = client.discretize_spike(weight, bias, spike_threshold=1.5, min_v_mem=-1.0, v_mem=weight)
    assert np.array_equal(conv.weight, both.weight)
    assert conv.bias is not None
    assert both.bias is not None
    assert spike.v_mem is not None
    assert both.v_mem is not None
    assert np.array_equal(conv.bias, both.bias)
    assert np.array_equal(spike.v_mem, both.v_mem)
    assert (spike.spike_threshold, spike.min_v_mem) == (both.spike_threshold, both.min_v_mem)
    assert conv.scale == spike.scale == both.scale
    assert conv.report == spike.report == both.report


def test_options(client: Client, random: Random) -> None:
    weight = weights(random)
    plain = client.discretize_conv_spike(weight, spike_threshold=1.0, min_v_mem=-1.0)
    assert plain.bias is None
    assert plain.v_mem is None
    bits = client.discretize_conv_spike(weight, weight[:, 0, 0, 0], spike_threshold=1.0, min_v_mem=-1.0, weight_bits=10)
    assert bits.weight.dtype == np.int16
    assert bits.bias is not None
    assert bits.bias.dtype == np.int16
    few = client.discretize_conv_spike(
        weight, np.ones(4), spike_threshold=1.0, min_v_mem=-1.0, bias_bits=4, state_bits=7
    )
    assert np.float32(few.candidates.bias) == np.float32(7)
    assert np.float32(few.candidates.threshold) == np.float32(63)
    rescaled = client.discretize_conv_spike(weight, spike_threshold=1.0, min_v_mem=-1.0, rescale=0.25)
    assert np.array_equal(rescaled.weight, plain.weight)
    assert rescaled.spike_threshold == round(4 * float(plain.scale))
    floats = client.discretize_conv_spike(weight, spike_threshold=1.0, min_v_mem=-1.0, to_int=False)
    assert floats.weight.dtype == np.float32
    assert isinstance(floats.spike_threshold, float)
    unset = client.discretize_conv_spike(weight, spike_threshold=1.0, unset_min_v_mem="chip_minimum", report=False)
    assert unset.min_v_mem == -32768
    assert unset.scale == plain.scale
    assert unset.report is None


def test_options_are_checked_as_named_parameters_are(client: Client) -> None:
    untyped: Any = client
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'weight_bit'; see discretizer\.LayerOptions"):
        untyped.discretize_conv([1.0], spike_threshold=1.0, weight_bit=7)
    with pytest.raises(TypeError, match="missing keyword argument 'spike_threshold'"):
        untyped.discretize_spike([1.0])
    with pytest.raises(TypeError, match="unexpected keyword argument 'bias_bits'"):
        untyped.discretize_tensor([1.0], bias_bits=7)
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'v_mem'; see discretizer\.NetworkOptions"):
        untyped.network_file({}, v_mem=0.0)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8, np.uint8, np.int32, np.int64, bool])
def test_every_type_of_numpy_is_taken(client: Client, dtype: type) -> None:
    array: Any = np.array([[0, 1, 1], [1, 0, 1]], dtype)
    assert client.discretize_tensor(array, scaling=3).tensor.tolist() == [[0, 3, 3], [3, 0, 3]]


def test_every_layout_is_taken(client: Client, random: Random) -> None:
    weight = weights(random, 5, 4, 3, 3)
    expected = client.discretize_tensor(weight).tensor
    for same in (np.asfortranarray(weight), weight.astype(">f4"), weight[::-1][::-1], weight.tolist()):
        assert np.array_equal(client.discretize_tensor(same).tensor, expected)
    assert np.array_equal(client.discretize_tensor(weight.T).tensor, expected.T)


def test_rank_0_and_one_element_thresholds(client: Client) -> None:
    assert client.discretize_tensor(0.5).tensor.tolist() == 127
    result = client.discretize_conv_spike([1.0, -1.0], spike_threshold=np.ones((3, 4)), min_v_mem=[-1.0])
    assert result.spike_threshold == 127


def test_bfloat16(client: Client) -> None:
    torch = pytest.importorskip("torch", reason="torch is not here")
    tensor = torch.nn.Parameter(torch.tensor([[1.0, -0.5], [0.25, 0.125]], dtype=torch.bfloat16))
    assert client.discretize_tensor(tensor.t(), scaling=8).tensor.tolist() == [[8, 2], [-4, 1]]


def test_a_large_tensor_arrives_whole(client: Client, random: Random) -> None:
    weight = random.random((2**22 + 3,), np.float32) - np.float32(0.5)
    result = client.discretize_tensor(weight)
    assert np.array_equal(result.tensor, np.rint(weight * result.scale))


def test_both_clients_have_the_same_methods() -> None:
    def methods(kind: type) -> dict[str, Any]:
        return {name: value for name, value in vars(kind).items() if name[0] != "_" and "close" not in name}

    assert methods(Client).keys() == methods(AsyncClient).keys()
    for name, method in methods(Client).items():
        other = methods(AsyncClient)[name]
        if not isinstance(method, property):
            assert inspect.signature(method) == inspect.signature(other)
            assert inspect.iscoroutinefunction(other)
    of_async = str(inspect.signature(AsyncClient.__init__)).replace("AsyncBaseTransport", "BaseTransport")
    assert str(inspect.signature(Client.__init__)) == of_async


def test_the_async_client_gives_the_same(client: Client, url: str, random: Random) -> None:
    weight = weights(random)

    async def calls() -> None:
        async with AsyncClient(url, warn=False) as other:
            layer: dict[str, Any] = {"spike_threshold": 1.0, "min_v_mem": -1.0, "v_mem": weight}
            assert await other.scale(weight) == client.scale(weight)
            assert await other.discretize_scalar(13.5594, 3.0917) == 42
            tensor, conv, spike, both = await asyncio.gather(
                other.discretize_tensor(weight.T),
                other.discretize_conv(weight, **layer),
                other.discretize_spike(weight, **layer),
                other.discretize_conv_spike(weight, **layer),
            )
            assert np.array_equal(tensor.tensor, client.discretize_tensor(weight).tensor.T)
            assert np.array_equal(conv.weight, both.weight)
            assert np.array_equal(spike.v_mem, both.v_mem)
            assert repr(both) == repr(client.discretize_conv_spike(weight, **layer))
            assert repr(other) == f"AsyncClient('{url}')"
            with pytest.raises(discretizer.ImpossibleError):
                await other.discretize_tensor([0.0])

    asyncio.run(calls())


def test_a_client_may_be_shared_by_threads(client: Client, random: Random) -> None:
    from concurrent.futures import ThreadPoolExecutor

    arrays = [weights(random, n) for n in range(1, 40)]
    with ThreadPoolExecutor(8) as pool:
        for array, result in zip(arrays, pool.map(client.discretize_tensor, arrays), strict=True):
            assert np.array_equal(result.tensor, np.rint(array * result.scale))


def test_where_the_service_is(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for same in (url, url + "/", url + "/api/v1", url + "/api/v1/"):
        with Client(same) as client:
            assert client.url == url
            assert client.discretize_scalar(1.0, 2.0) == 2
    monkeypatch.setenv("DISCRETIZER_URL", url)
    with Client() as client:
        assert client.discretize_scalar(1.0, 2.0) == 2
    monkeypatch.delenv("DISCRETIZER_URL")
    with Client() as client:
        assert repr(client) == "Client('http://localhost:8080')"


@pytest.mark.parametrize("url", ["localhost:8080", "ftp://localhost", "http://", "/api"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"url is .* a URL such as http://localhost:8080 is expected"):
        Client(url)
