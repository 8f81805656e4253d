"""The two clients: what they share is in `_protocol`, what they send and read in `_calls` and `_network`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TypeVar

import httpx

from discretizer import _calls, _network
from discretizer._calls import Call, Layer, Options, Progress, UnsetMinVMem
from discretizer._network import Device, FileFormat, NetworkResult, Request, Source
from discretizer._protocol import Protocol
from discretizer._results import ConvResult, ConvSpikeResult, ScaleResult, SpikeResult, TensorResult
from discretizer._safetensors import ArrayLike

T = TypeVar("T")


class Client:
    """The functions of a Discretizer service, over pooled connections.

    Tensors are NumPy arrays, torch tensors (with or without gradient, on any device), whatever has `__array__`, and
    Python numbers and lists. All are computed in binary32; results are new arrays that may be written to. A client may
    be shared by threads; end it with `close()`, or use it in a `with` statement.

        with discretizer.Client() as client:
            result = client.discretize_conv_spike(weight, bias, spike_threshold=1.0, min_v_mem=-1.0)

    Every method raises `ProblemError` where the service refuses the request, of which there is a subclass for each
    family of reasons, `ServiceUnreachableError` where none answers, `ServiceTimeoutError` where it takes too long,
    `UnexpectedAnswerError` where something else answers, and `TypeError` for what is no tensor.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        api_key: str | None = None,
        timeout: float | None = 60.0,
        retries: int = 3,
        ignore: Iterable[str] = (),
        warn: bool = True,
    ) -> None:
        """Prepare a client; the first call connects.

        Args:
            url: Where the service is. Default: `DISCRETIZER_URL` of the environment, else http://localhost:8080.
            api_key: Sent as a bearer token. Default: `DISCRETIZER_API_KEY` of the environment; "" sends none.
            timeout: Seconds without a byte sent or received after which a call is given up; 5 at most to connect. None
                waits forever.
            retries: How often a request is sent again after 429 or 503, when the service says (`Retry-After`, up to 30
                s), or after a connection broke.
            ignore: Codes of findings that raise no Python warning.
            warn: Whether findings of severity warning are issued as `DiscretizationWarning`, each once.

        Raises:
            ValueError: The URL is none.
        """
        self._protocol = Protocol(url, api_key, timeout, retries, ignore, warn)
        self._http = httpx.Client(headers=self._protocol.headers, timeout=self._protocol.timeout)

    @property
    def url(self) -> str:
        """Where the service is, without `/api/v1`, and without a user's name and password."""
        return self._protocol.shown_url

    def __repr__(self) -> str:
        return f"Client({self.url!r})"

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def _warn_once(self, code: str, message: str) -> None:
        self._protocol.warn_once(code, message)

    def _result(self, call: Call[T]) -> T:
        protocol, attempt = self._protocol, 0
        while True:
            try:
                with self._http.stream(
                    call.method,
                    protocol.url_of(call),
                    params=call.query or None,
                    headers=protocol.headers_of(call),
                    content=iter(call.body) if call.body else None,
                ) as answer:
                    content = bytearray()
                    for part in answer.iter_raw():
                        content += part
                wait = protocol.wait_after(attempt, answer)
                if wait is None:
                    return protocol.result(call, answer, content)
            except httpx.TransportError as failure:
                wait = protocol.wait_after_failure(attempt, failure, call)
            time.sleep(wait)
            attempt += 1

    def scale(self, tensor: ArrayLike, *, bits: int = 8) -> ScaleResult:
        """The largest factor at which no element leaves the range of `bits`: sinabs' `determine_discretization_scale`.

        Args:
            tensor: Of any shape, not empty, finite.
            bits: 2 to 24, in two's complement.

        Raises:
            ImpossibleError: A value is not finite, the tensor is empty, or bits are out of range.
        """
        return self._result(_calls.scale(tensor, bits))

    def discretize_tensor(
        self,
        tensor: ArrayLike,
        *,
        scaling: float | None = None,
        bits: int | None = None,
        to_int: bool = True,
        report: bool = True,
    ) -> TensorResult:
        """`rint(tensor * scale)`, half to even: sinabs' `discretize_tensor`.

        Args:
            tensor: Of any shape, not empty, finite.
            scaling: The scale, above zero. Default: the largest at which no element leaves the range of `bits`.
            bits: 2 to 24, in two's complement; values beyond are clamped and counted. Default: 8 without `scaling`;
                with it, the integers are int32 and only clamped to that.
            to_int: Integers if true; the same values as float32, and never clamped, if false.
            report: Whether to have the report of what rounding cost.

        Raises:
            ImpossibleError: A value is not finite or becomes so, or all are zero and no `scaling` is given.
        """
        return self._result(_calls.discretize_tensor(tensor, scaling, bits, to_int, report))

    def discretize_scalar(self, value: float, scaling: float) -> int:
        """`round(value * scaling)` in binary64, half to even: sinabs' `discretize_scalar`.

        Args:
            value: Finite.
            scaling: Finite, above zero.

        Raises:
            ImpossibleError: The result is beyond 64 bits, or the scaling not above zero.
            ValueError: A number is not finite.
        """
        return self._result(_calls.discretize_scalar(value, scaling))

    def discretize_conv(
        self,
        weight: ArrayLike,
        bias: ArrayLike | None = None,
        *,
        spike_threshold: ArrayLike,
        min_v_mem: ArrayLike | None = None,
        v_mem: ArrayLike | None = None,
        to_int: bool = True,
        weight_bits: int = 8,
        bias_bits: int | None = None,
        state_bits: int = 16,
        rescale: float = 1.0,
        unset_min_v_mem: UnsetMinVMem = "reference",
        report: bool = True,
    ) -> ConvResult:
        """The integers of weights and biases: sinabs' `discretize_conv`; unlike there, `v_mem` counts.

        Args:
            weight: Of any rank from 1; its first dimension are the output channels.
            bias: One element an output channel.
            spike_threshold: The membrane potential above which a neuron spikes, above zero. An array of equal elements
                counts as one.
            min_v_mem: The lower bound of the membrane potential, below `spike_threshold`.
            v_mem: The membrane state, of any shape. It limits the scale where it is given.
            to_int: Integers if true; the same values as float32, and never clamped, if false.
            weight_bits: Bits of a weight, 2 to 24, in two's complement.
            bias_bits: Bits of a bias, 2 to 24; as many as of a weight unless given.
            state_bits: Bits of thresholds and state, 2 to 24.
            rescale: Factor of the weights alone, applied first, as 0.25 after an average pool of 2 x 2; above zero.
            unset_min_v_mem: What a missing `min_v_mem` means: -32768 before scaling as in sinabs (`reference`, which
                holds the scale at 1); minus the threshold as in sinabs' NIR import (`negative_threshold`); or the
                smallest integer after scaling, which does not limit (`chip_minimum`).
            report: Whether to have the report of what rounding cost.

        Raises:
            ImpossibleError: A value is not finite, the shapes disagree, the thresholds are impossible or differ, or
                nothing has a scale.
        """
        return self._result(
            _calls.discretize_conv(
                Layer(weight, bias, spike_threshold, min_v_mem, v_mem),
                Options(to_int, weight_bits, bias_bits, state_bits, rescale, unset_min_v_mem, report),
            )
        )

    def discretize_spike(
        self,
        weight: ArrayLike,
        bias: ArrayLike | None = None,
        *,
        spike_threshold: ArrayLike,
        min_v_mem: ArrayLike | None = None,
        v_mem: ArrayLike | None = None,
        to_int: bool = True,
        weight_bits: int = 8,
        bias_bits: int | None = None,
        state_bits: int = 16,
        rescale: float = 1.0,
        unset_min_v_mem: UnsetMinVMem = "reference",
        report: bool = True,
    ) -> SpikeResult:
        """The integers of thresholds and state: sinabs' `discretize_spk`.

        Args:
            weight: Of any rank from 1; its first dimension are the output channels.
            bias: One element an output channel.
            spike_threshold: The membrane potential above which a neuron spikes, above zero. An array of equal elements
                counts as one.
            min_v_mem: The lower bound of the membrane potential, below `spike_threshold`.
            v_mem: The membrane state, of any shape. It limits the scale where it is given.
            to_int: Integers if true; the same values as float32, and never clamped, if false.
            weight_bits: Bits of a weight, 2 to 24, in two's complement.
            bias_bits: Bits of a bias, 2 to 24; as many as of a weight unless given.
            state_bits: Bits of thresholds and state, 2 to 24.
            rescale: Factor of the weights alone, applied first, as 0.25 after an average pool of 2 x 2; above zero.
            unset_min_v_mem: What a missing `min_v_mem` means: -32768 before scaling as in sinabs (`reference`, which
                holds the scale at 1); minus the threshold as in sinabs' NIR import (`negative_threshold`); or the
                smallest integer after scaling, which does not limit (`chip_minimum`).
            report: Whether to have the report of what rounding cost.

        Raises:
            ImpossibleError: A value is not finite, the shapes disagree, the thresholds are impossible or differ, or
                nothing has a scale.
        """
        return self._result(
            _calls.discretize_spike(
                Layer(weight, bias, spike_threshold, min_v_mem, v_mem),
                Options(to_int, weight_bits, bias_bits, state_bits, rescale, unset_min_v_mem, report),
            )
        )

    def discretize_conv_spike(
        self,
        weight: ArrayLike,
        bias: ArrayLike | None = None,
        *,
        spike_threshold: ArrayLike,
        min_v_mem: ArrayLike | None = None,
        v_mem: ArrayLike | None = None,
        to_int: bool = True,
        weight_bits: int = 8,
        bias_bits: int | None = None,
        state_bits: int = 16,
        rescale: float = 1.0,
        unset_min_v_mem: UnsetMinVMem = "reference",
        report: bool = True,
    ) -> ConvSpikeResult:
        """The integers of a layer and the neurons it feeds: sinabs' `discretize_conv_spike`.

        Args:
            weight: Of any rank from 1; its first dimension are the output channels.
            bias: One element an output channel.
            spike_threshold: The membrane potential above which a neuron spikes, above zero. An array of equal elements
                counts as one.
            min_v_mem: The lower bound of the membrane potential, below `spike_threshold`.
            v_mem: The membrane state, of any shape. It limits the scale where it is given.
            to_int: Integers if true; the same values as float32, and never clamped, if false.
            weight_bits: Bits of a weight, 2 to 24, in two's complement.
            bias_bits: Bits of a bias, 2 to 24; as many as of a weight unless given.
            state_bits: Bits of thresholds and state, 2 to 24.
            rescale: Factor of the weights alone, applied first, as 0.25 after an average pool of 2 x 2; above zero.
            unset_min_v_mem: What a missing `min_v_mem` means: -32768 before scaling as in sinabs (`reference`, which
                holds the scale at 1); minus the threshold as in sinabs' NIR import (`negative_threshold`); or the
                smallest integer after scaling, which does not limit (`chip_minimum`).
            report: Whether to have the report of what rounding cost.

        Raises:
            ImpossibleError: A value is not finite, the shapes disagree, the thresholds are impossible or differ, or
                nothing has a scale.
        """
        return self._result(
            _calls.discretize_conv_spike(
                Layer(weight, bias, spike_threshold, min_v_mem, v_mem),
                Options(to_int, weight_bits, bias_bits, state_bits, rescale, unset_min_v_mem, report),
            )
        )

    def discretize_network(
        self,
        source: Source,
        *,
        device: str | None = None,
        spike_threshold: float | None = None,
        min_v_mem: float | Mapping[str, float] | None = None,
        rescale: float | None = None,
        spike: Mapping[str, str] | None = None,
        to_int: bool = True,
        weight_bits: int = 8,
        bias_bits: int | None = None,
        state_bits: int = 16,
        unset_min_v_mem: UnsetMinVMem = "negative_threshold",
        report: bool = True,
        progress: Progress | None = None,
    ) -> NetworkResult:
        """The integers of a whole network, layer by layer: what sinabs' `DynapcnnNetwork(discretize=True)` has.

        Args:
            source: A NIR graph or a PyTorch state dict as safetensors: the path of a file, its bytes, or an open binary
                file; or a mapping of names to tensors, such as `model.state_dict()`.
            device: A chip to fit the network on, one of `devices()`; the result has `fit` then.
            spike_threshold: Of all layers of a state dict that has none itself. NIR has its own.
            min_v_mem: Of all layers, before scaling; or of single ones, by the names of their nodes.
            rescale: Factor of the weights of all layers of a state dict, for pools that it does not show.
            spike: Which module of a state dict has the thresholds of which weights, such as `{"0": "2", "5": "6"}`.
            to_int: Integers if true; the same values as float32, and never clamped, if false.
            weight_bits: Bits of a weight, 2 to 24, in two's complement.
            bias_bits: Bits of a bias, 2 to 24; as many as of a weight unless given.
            state_bits: Bits of thresholds, 2 to 24.
            unset_min_v_mem: What a missing `min_v_mem` means, as for a layer; here minus the threshold by default.
            report: Whether to have the reports of what rounding cost.
            progress: Called with the bytes that are sent and those there are to send, from none to all.

        Raises:
            MalformedError: The file is broken.
            ImpossibleError: The network is none that a chip could hold; the detail names every node and reason.
            OSError: The file cannot be read.
        """
        return self._result(
            _network.discretize_network(
                Request(
                    source,
                    device,
                    spike_threshold,
                    min_v_mem,
                    rescale,
                    spike,
                    to_int,
                    weight_bits,
                    bias_bits,
                    state_bits,
                    unset_min_v_mem,
                    report,
                    progress,
                ),
            )
        )

    def network_file(
        self,
        source: Source,
        *,
        file_format: FileFormat = "nir",
        device: str | None = None,
        spike_threshold: float | None = None,
        min_v_mem: float | Mapping[str, float] | None = None,
        rescale: float | None = None,
        spike: Mapping[str, str] | None = None,
        to_int: bool = True,
        weight_bits: int = 8,
        bias_bits: int | None = None,
        state_bits: int = 16,
        unset_min_v_mem: UnsetMinVMem = "negative_threshold",
        progress: Progress | None = None,
    ) -> bytes:
        """As `discretize_network`, the answer as a file.

        Args:
            file_format: `nir`, with the nodes, edges and names of the source, for the package `nir` and sinabs'
                `from_nir`; or `safetensors`.

        The other arguments and errors are those of `discretize_network`. A state dict has no graph, and so no NIR file.
        """
        return self._result(
            _network.network_file(
                Request(
                    source,
                    device,
                    spike_threshold,
                    min_v_mem,
                    rescale,
                    spike,
                    to_int,
                    weight_bits,
                    bias_bits,
                    state_bits,
                    unset_min_v_mem,
                    True,
                    progress,
                ),
                file_format,
            )
        )

    def devices(self) -> tuple[Device, ...]:
        """The chips that the service knows, with their limits."""
        return self._result(_network.devices())


class AsyncClient:
    """As `Client`, with the same methods to be awaited; end it with `await aclose()` or an `async with` statement."""

    def __init__(
        self,
        url: str | None = None,
        *,
        api_key: str | None = None,
        timeout: float | None = 60.0,
        retries: int = 3,
        ignore: Iterable[str] = (),
        warn: bool = True,
    ) -> None:
        """As `Client()`."""
        self._protocol = Protocol(url, api_key, timeout, retries, ignore, warn)
        self._http = httpx.AsyncClient(headers=self._protocol.headers, timeout=self._protocol.timeout)

    @property
    def url(self) -> str:
        """Where the service is, without `/api/v1`, and without a user's name and password."""
        return self._protocol.shown_url

    def __repr__(self) -> str:
        return f"AsyncClient({self.url!r})"

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _result(self, call: Call[T]) -> T:
        protocol, attempt = self._protocol, 0
        while True:
            try:
                async with self._http.stream(
                    call.method,
                    protocol.url_of(call),
                    params=call.query or None,
                    headers=protocol.headers_of(call),
                    content=call.body.parts() if call.body else None,
                ) as answer:
                    content = bytearray()
                    async for part in answer.aiter_raw():
                        content += part
                wait = protocol.wait_after(attempt, answer)
                if wait is None:
                    return protocol.result(call, answer, content)
            except httpx.TransportError as failure:
                wait = protocol.wait_after_failure(attempt, failure, call)
            await asyncio.sleep(wait)
            attempt += 1

    async def scale(self, tensor: ArrayLike, *, bits: int = 8) -> ScaleResult:
        """As `Client.scale`."""
        return await self._result(_calls.scale(tensor, bits))

    async def discretize_tensor(
        self,
        tensor: ArrayLike,
        *,
        scaling: float | None = None,
        bits: int | None = None,
        to_int: bool = True,
        report: bool = True,
    ) -> TensorResult:
        """As `Client.discretize_tensor`."""
        return await self._result(_calls.discretize_tensor(tensor, scaling, bits, to_int, report))

    async def discretize_scalar(self, value: float, scaling: float) -> int:
        """As `Client.discretize_scalar`."""
        return await self._result(_calls.discretize_scalar(value, scaling))

    async def discretize_conv(
        self,
        weight: ArrayLike,
        bias: ArrayLike | None = None,
        *,
        spike_threshold: ArrayLike,
        min_v_mem: ArrayLike | None = None,
        v_mem: ArrayLike | None = None,
        to_int: bool = True,
        weight_bits: int = 8,
        bias_bits: int | None = None,
        state_bits: int = 16,
        rescale: float = 1.0,
        unset_min_v_mem: UnsetMinVMem = "reference",
        report: bool = True,
    ) -> ConvResult:
        """As `Client.discretize_conv`."""
        return await self._result(
            _calls.discretize_conv(
                Layer(weight, bias, spike_threshold, min_v_mem, v_mem),
                Options(to_int, weight_bits, bias_bits, state_bits, rescale, unset_min_v_mem, report),
            )
        )

    async def discretize_spike(
        self,
        weight: ArrayLike,
        bias: ArrayLike | None = None,
        *,
        spike_threshold: ArrayLike,
        min_v_mem: ArrayLike | None = None,
        v_mem: ArrayLike | None = None,
        to_int: bool = True,
        weight_bits: int = 8,
        bias_bits: int | None = None,
        state_bits: int = 16,
        rescale: float = 1.0,
        unset_min_v_mem: UnsetMinVMem = "reference",
        report: bool = True,
    ) -> SpikeResult:
        """As `Client.discretize_spike`."""
        return await self._result(
            _calls.discretize_spike(
                Layer(weight, bias, spike_threshold, min_v_mem, v_mem),
                Options(to_int, weight_bits, bias_bits, state_bits, rescale, unset_min_v_mem, report),
            )
        )

    async def discretize_conv_spike(
        self,
        weight: ArrayLike,
        bias: ArrayLike | None = None,
        *,
        spike_threshold: ArrayLike,
        min_v_mem: ArrayLike | None = None,
        v_mem: ArrayLike | None = None,
        to_int: bool = True,
        weight_bits: int = 8,
        bias_bits: int | None = None,
        state_bits: int = 16,
        rescale: float = 1.0,
        unset_min_v_mem: UnsetMinVMem = "reference",
        report: bool = True,
    ) -> ConvSpikeResult:
        """As `Client.discretize_conv_spike`."""
        return await self._result(
            _calls.discretize_conv_spike(
                Layer(weight, bias, spike_threshold, min_v_mem, v_mem),
                Options(to_int, weight_bits, bias_bits, state_bits, rescale, unset_min_v_mem, report),
            )
        )

    async def discretize_network(
        self,
        source: Source,
        *,
        device: str | None = None,
        spike_threshold: float | None = None,
        min_v_mem: float | Mapping[str, float] | None = None,
        rescale: float | None = None,
        spike: Mapping[str, str] | None = None,
        to_int: bool = True,
        weight_bits: int = 8,
        bias_bits: int | None = None,
        state_bits: int = 16,
        unset_min_v_mem: UnsetMinVMem = "negative_threshold",
        report: bool = True,
        progress: Progress | None = None,
    ) -> NetworkResult:
        """As `Client.discretize_network`."""
        return await self._result(
            _network.discretize_network(
                Request(
                    source,
                    device,
                    spike_threshold,
                    min_v_mem,
                    rescale,
                    spike,
                    to_int,
                    weight_bits,
                    bias_bits,
                    state_bits,
                    unset_min_v_mem,
                    report,
                    progress,
                ),
            )
        )

    async def network_file(
        self,
        source: Source,
        *,
        file_format: FileFormat = "nir",
        device: str | None = None,
        spike_threshold: float | None = None,
        min_v_mem: float | Mapping[str, float] | None = None,
        rescale: float | None = None,
        spike: Mapping[str, str] | None = None,
        to_int: bool = True,
        weight_bits: int = 8,
        bias_bits: int | None = None,
        state_bits: int = 16,
        unset_min_v_mem: UnsetMinVMem = "negative_threshold",
        progress: Progress | None = None,
    ) -> bytes:
        """As `Client.network_file`."""
        return await self._result(
            _network.network_file(
                Request(
                    source,
                    device,
                    spike_threshold,
                    min_v_mem,
                    rescale,
                    spike,
                    to_int,
                    weight_bits,
                    bias_bits,
                    state_bits,
                    unset_min_v_mem,
                    True,
                    progress,
                ),
                file_format,
            )
        )

    async def devices(self) -> tuple[Device, ...]:
        """As `Client.devices`."""
        return await self._result(_network.devices())
