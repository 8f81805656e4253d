"""The asynchronous client, and the source of the synchronous one: `make_client.py` derives `_client.py` from this file.

The decisions of a client are in `_protocol`, requests and answers in `_calls` and `_network`. Here is the I/O.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Literal, TypeVar, overload

import httpx
from typing_extensions import Unpack

from discretizer import _behaviour, _calibrate, _calls, _network, _recordings, _verify
from discretizer._behaviour import MODES, Answer, Counter, Group, Mode, SimulationResult
from discretizer._calibrate import CalibrationResult
from discretizer._calls import Call, Progress
from discretizer._errors import TooLargeError, UnavailableError
from discretizer._network import Device, FileFormat, Fit, NetworkResult, Source
from discretizer._options import LayerOptions, NetworkOptions, ScaleRule, TensorOptions
from discretizer._parallel import async_each
from discretizer._protocol import Certificate, Protocol, Verify, ssl_of
from discretizer._recordings import Recordings
from discretizer._results import (
    ConvResult,
    ConvSpikeResult,
    LayerReport,
    ScaleResult,
    ServiceInfo,
    SpikeResult,
    TensorReport,
    TensorResult,
)
from discretizer._safetensors import ArrayLike
from discretizer._terminal import of_errors
from discretizer._verify import SweepResult, VerifyResult

Bias = ArrayLike | None
T = TypeVar("T")


class AsyncClient:
    """Calls a Discretizer service over pooled connections.

    Tensors are NumPy arrays, torch tensors (with or without gradient, on any device), other objects with `__array__`,
    and Python numbers and lists. They are computed in binary32. Results are new, writable arrays. Several tasks may
    share a client. End it with `aclose()`, or use it in an `async with` statement.

        async with discretizer.AsyncClient() as client:
            result = await client.discretize_conv_spike(weight, bias, spike_threshold=1.0, min_v_mem=-1.0)

    Options are keyword arguments, described in `TensorOptions`, `LayerOptions` and `NetworkOptions`. Every method
    raises `TypeError` for an unknown option and for an argument that is not a tensor, and one of these:

    - a subclass of `ProblemError` if the service refuses the request;
    - `ServiceUnreachableError` if there is no service;
    - `ServiceTimeoutError` if the service takes too long;
    - `UnexpectedAnswerError` if something else answers.
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
        verify: Verify = True,
        cert: Certificate | None = None,
        proxy: httpx.Proxy | httpx.URL | str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Prepare a client. It connects on the first call.

        Args:
            url: URL of the service. Default: `DISCRETIZER_URL` of the environment, or http://localhost:8080.
            api_key: Sent as a bearer token, without white space around it. Default: `DISCRETIZER_API_KEY` of the
                environment; "" sends no key.
            timeout: Seconds without a byte sent or received after which a call fails; at most 5 for connecting. None
                never fails.
            retries: Number of times that a request is repeated, after status 429 or 503 when `Retry-After` says (at
                most 30 s), and after a broken connection.
            ignore: Codes of findings that cause no Python warning.
            warn: Issue each finding of severity warning once as a `DiscretizationWarning`, and a `VersionWarning` once
                if the service has another major or minor version than this client.
            verify: Whose certificates to trust, as in httpx: a file or folder of certificates, or an `ssl.SSLContext`.
                False trusts everyone. Default: the authorities that httpx knows.
            cert: The client's own certificate, as in httpx: a file, or files of certificate and key, and a password.
            proxy: URL of a proxy, as in httpx. Default: the one of the environment (`HTTPS_PROXY`).
            transport: What sends the requests, as in httpx, for example in tests.

        Raises:
            ValueError: `url` is not an HTTP URL, `api_key` has a character that no header can hold, or `ignore` has an
                unknown code.
        """
        self._protocol = Protocol(url, api_key, timeout, retries, ignore, warn)
        self._http = httpx.AsyncClient(
            headers=self._protocol.headers,
            auth=self._protocol.auth,
            timeout=self._protocol.timeout,
            verify=ssl_of(verify, cert),
            proxy=proxy,
            transport=transport,
        )

    @property
    def url(self) -> str:
        """URL of the service, without `/api/v1`, user name and password."""
        return self._protocol.url

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
            protocol.check_open(self._http.is_closed)
            answer, content = await self._attempt(call)
            if isinstance(answer, httpx.RequestError):
                wait = protocol.wait_after_failure(attempt, answer, call)
            else:
                asked = protocol.wait_after(attempt, answer)
                if asked is None:
                    return protocol.result(call, answer, content)
                wait = asked
            await asyncio.sleep(wait)
            attempt += 1

    async def _attempt(self, call: Call[T]) -> tuple[httpx.Response | httpx.RequestError, bytearray]:
        """Send a request once.

        A failure is returned: what is raised for it later has no frames of httpx, which hold the key.
        """
        content = bytearray()
        try:
            async with self._http.stream(
                call.method,
                self._protocol.url_of(call),
                params=call.query or None,
                headers=self._protocol.headers_of(call),
                content=call.body.async_parts() if call.body else None,
            ) as answer:
                async for part in answer.aiter_bytes():
                    content += part
                return answer, content
        except httpx.RequestError as failure:
            return failure, content

    async def ready(self) -> bool:
        """Whether the service takes requests now; False also if there is no service.

        Raises:
            ServiceUnreachableError: The certificate of the service is not trusted.
        """
        self._protocol.check_open(self._http.is_closed)
        try:
            answer: httpx.Response | httpx.RequestError = await self._http.get(self._protocol.ready_url)
        except httpx.RequestError as error:
            answer = error
        return self._protocol.is_ready(answer)

    async def info(self) -> ServiceInfo:
        """Ask the service for its version, and whether it takes the key of this client.

        Raises:
            AuthenticationError: The key is missing or unknown.
        """
        devices = await self.devices()
        return self._protocol.info(tuple(device.name for device in devices))

    async def scale(self, tensor: ArrayLike, *, bits: int = 8) -> ScaleResult:
        """Compute the largest factor that keeps all elements in the range of `bits`.

        sinabs: `determine_discretization_scale`.

        Args:
            tensor: Any shape, not empty, finite.
            bits: 2 to 24, in two's complement.

        Raises:
            ImpossibleError: A value is not finite, the tensor is empty, or bits are out of range.
        """
        return await self._result(_calls.scale(tensor, bits))

    @overload
    async def discretize_tensor(
        self, tensor: ArrayLike, *, report: Literal[True] = ..., **options: Unpack[TensorOptions]
    ) -> TensorResult: ...
    @overload
    async def discretize_tensor(
        self, tensor: ArrayLike, *, report: Literal[False], **options: Unpack[TensorOptions]
    ) -> TensorResult[None]: ...
    @overload
    async def discretize_tensor(
        self, tensor: ArrayLike, *, report: bool, **options: Unpack[TensorOptions]
    ) -> TensorResult[TensorReport | None]: ...
    async def discretize_tensor(
        self, tensor: ArrayLike, *, report: bool = True, **options: Unpack[TensorOptions]
    ) -> TensorResult[Any]:
        """Compute `rint(tensor * scale)`, half to even.

        sinabs: `discretize_tensor`.

        Args:
            tensor: Any shape, not empty, finite.
            report: Report the accuracy lost.
            options: See `TensorOptions`.

        Raises:
            ImpossibleError: A value is or becomes infinite or NaN, or all are zero and `scaling` is not given.
        """
        return await self._result(_calls.discretize_tensor(tensor, report, options))

    async def discretize_scalar(self, value: float, scaling: float) -> int:
        """Compute `round(value * scaling)` in binary64, half to even.

        sinabs: `discretize_scalar`.

        Args:
            value: Finite.
            scaling: Finite, above zero.

        Raises:
            ImpossibleError: The result has more than 64 bits, or `scaling` is not above zero.
            ValueError: A number is not finite.
        """
        return await self._result(_calls.discretize_scalar(value, scaling))

    @overload
    async def discretize_conv(
        self, weight: ArrayLike, bias: Bias = ..., *, report: Literal[True] = ..., **options: Unpack[LayerOptions]
    ) -> ConvResult: ...
    @overload
    async def discretize_conv(
        self, weight: ArrayLike, bias: Bias = ..., *, report: Literal[False], **options: Unpack[LayerOptions]
    ) -> ConvResult[None]: ...
    @overload
    async def discretize_conv(
        self, weight: ArrayLike, bias: Bias = ..., *, report: bool, **options: Unpack[LayerOptions]
    ) -> ConvResult[LayerReport | None]: ...
    async def discretize_conv(
        self, weight: ArrayLike, bias: Bias = None, *, report: bool = True, **options: Unpack[LayerOptions]
    ) -> ConvResult[Any]:
        """Compute the integers of weights and biases.

        sinabs: `discretize_conv`. Unlike there, a given `v_mem` limits the scale.

        Args:
            weight: Any rank from 1; the first dimension counts the output channels.
            bias: One element for each output channel.
            report: Report the accuracy lost.
            options: See `LayerOptions`; `spike_threshold` is required.

        Raises:
            ImpossibleError: A value is not finite, shapes disagree, thresholds are impossible or differ, or nothing
                limits the scale.
        """
        return await self._result(_calls.discretize_conv(weight, bias, report, options))

    @overload
    async def discretize_spike(
        self, weight: ArrayLike, bias: Bias = ..., *, report: Literal[True] = ..., **options: Unpack[LayerOptions]
    ) -> SpikeResult: ...
    @overload
    async def discretize_spike(
        self, weight: ArrayLike, bias: Bias = ..., *, report: Literal[False], **options: Unpack[LayerOptions]
    ) -> SpikeResult[None]: ...
    @overload
    async def discretize_spike(
        self, weight: ArrayLike, bias: Bias = ..., *, report: bool, **options: Unpack[LayerOptions]
    ) -> SpikeResult[LayerReport | None]: ...
    async def discretize_spike(
        self, weight: ArrayLike, bias: Bias = None, *, report: bool = True, **options: Unpack[LayerOptions]
    ) -> SpikeResult[Any]:
        """Compute the integers of thresholds and membrane state.

        sinabs: `discretize_spk`. Arguments and errors are those of `discretize_conv`.
        """
        return await self._result(_calls.discretize_spike(weight, bias, report, options))

    @overload
    async def discretize_conv_spike(
        self, weight: ArrayLike, bias: Bias = ..., *, report: Literal[True] = ..., **options: Unpack[LayerOptions]
    ) -> ConvSpikeResult: ...
    @overload
    async def discretize_conv_spike(
        self, weight: ArrayLike, bias: Bias = ..., *, report: Literal[False], **options: Unpack[LayerOptions]
    ) -> ConvSpikeResult[None]: ...
    @overload
    async def discretize_conv_spike(
        self, weight: ArrayLike, bias: Bias = ..., *, report: bool, **options: Unpack[LayerOptions]
    ) -> ConvSpikeResult[LayerReport | None]: ...
    async def discretize_conv_spike(
        self, weight: ArrayLike, bias: Bias = None, *, report: bool = True, **options: Unpack[LayerOptions]
    ) -> ConvSpikeResult[Any]:
        """Compute the integers of a layer and of the neurons that it feeds.

        sinabs: `discretize_conv_spike`. Arguments and errors are those of `discretize_conv`.
        """
        return await self._result(_calls.discretize_conv_spike(weight, bias, report, options))

    @overload
    async def discretize_network(
        self,
        source: Source,
        *,
        device: None = ...,
        report: Literal[True] = ...,
        progress: Progress | None = ...,
        **options: Unpack[NetworkOptions],
    ) -> NetworkResult[LayerReport, None]: ...
    @overload
    async def discretize_network(
        self,
        source: Source,
        *,
        device: str,
        report: Literal[True] = ...,
        progress: Progress | None = ...,
        **options: Unpack[NetworkOptions],
    ) -> NetworkResult[LayerReport, Fit]: ...
    @overload
    async def discretize_network(
        self,
        source: Source,
        *,
        device: str | None = ...,
        report: bool = ...,
        progress: Progress | None = ...,
        **options: Unpack[NetworkOptions],
    ) -> NetworkResult[LayerReport | None, Fit | None]: ...
    async def discretize_network(
        self,
        source: Source,
        *,
        device: str | None = None,
        report: bool = True,
        progress: Progress | None = None,
        **options: Unpack[NetworkOptions],
    ) -> NetworkResult[Any, Any]:
        """Compute the integers of all layers of a network.

        sinabs: `DynapcnnNetwork(discretize=True)`.

        Args:
            source: A NIR graph, or a PyTorch state dict as safetensors: the path of a file, its bytes, or an open
                binary file; or a mapping of names to tensors, such as `model.state_dict()`.
            device: Name of a chip, one of `devices()`. The result then has `fit`: whether the chip holds the network.
            report: Report the accuracy lost by each layer.
            progress: Called with the number of bytes sent and the number of all bytes, from zero to all.
            options: See `NetworkOptions`.

        Raises:
            MalformedError: The file is broken.
            ImpossibleError: No chip could hold such a network; the detail names each node and the reason.
            OSError: The file cannot be read.
        """
        return await self._result(_network.discretize_network(source, device, report, progress, options))

    async def network_file(
        self,
        source: Source,
        *,
        file_format: FileFormat = "nir",
        device: str | None = None,
        progress: Progress | None = None,
        **options: Unpack[NetworkOptions],
    ) -> bytes:
        """Compute a discretized network as a file.

        Args:
            source: As in `discretize_network`.
            file_format: `nir` keeps the nodes, edges and names of the source, and is read by the package `nir` and by
                sinabs' `from_nir`; it needs a NIR graph. `safetensors` needs none.
            device: As in `discretize_network`.
            progress: As in `discretize_network`.
            options: As in `discretize_network`, and so are the errors.
        """
        return await self._result(_network.network_file(source, file_format, device, progress, options))

    async def verify(self, original: Source, discretized: Source, **options: Unpack[NetworkOptions]) -> VerifyResult:
        """Check whether one network is another one discretized.

        Args:
            original: The floats, as in `discretize_network`.
            discretized: The integers, from any program: a NIR graph or safetensors, with elements of any type.
            options: With which it was discretized; see `NetworkOptions`.

        Returns:
            A result that is true if every integer is the expected one.

        Raises:
            MalformedError: A file is broken.
            ImpossibleError: The networks have different layers, or the original cannot be discretized.
        """
        return await self._result(_verify.verify(original, discretized, options))

    async def sweep(
        self,
        source: Source,
        *,
        bits: Sequence[int] = (2, 3, 4, 5, 6, 8),
        scale_rules: Sequence[ScaleRule] = ("reference", "joint"),
        progress: Progress | None = None,
        **options: Unpack[NetworkOptions],
    ) -> SweepResult:
        """Compute what it costs to discretize a network to several widths, by both scale rules.

        Args:
            source: As in `discretize_network`.
            bits: Bits of a weight, 2 to 24.
            scale_rules: See `NetworkOptions.scale_rule`.
            progress: As in `discretize_network`.
            options: As in `discretize_network`, and so are the errors.
        """
        return await self._result(_verify.sweep(source, bits, scale_rules, progress, options))

    async def simulate(
        self,
        source: Source,
        recordings: Recordings,
        *,
        dt: int | None = None,
        t0: int | None = None,
        modes: Sequence[Mode] = MODES,
        labels: Sequence[int] | None = None,
        merge_polarity: bool = False,
        workers: int = 2,
        request_bytes: int = 32 << 20,
        progress: Progress | bool = True,
        **options: Unpack[NetworkOptions],
    ) -> SimulationResult:
        """Run a network on recordings, as trained and as the chip does, and compare.

        Simulated, not measured on silicon.

        Args:
            source: A NIR graph, as in `discretize_network`.
            recordings: One recording, or any number of them in a list, a data set or another iterable: paths of npz or
                npy files; counts `[T, C, H, W]` of NumPy or torch; events as structured arrays with `x`, `y`, `t` and
                `p`; or pairs of such an array and its label, as tonic gives them.
            dt: Microseconds of a time step; needed for events, unless `modes` is `integer_event` alone.
            t0: Microseconds at which the first step begins. Default: the time of each recording's first event.
            modes: `float_step`: as trained, all of a time step at once; `integer_step`: the same as integers, which is
                what sinabs computes; `integer_event`: as integers, one event after the other, as the chip works.
            labels: The right output neuron of each recording.
            merge_polarity: Send all events to channel 0 of a network with one channel.
            workers: Number of requests at a time.
            request_bytes: Bytes of recordings in a request.
            progress: Called with the number of recordings done and of all; True draws a bar on a terminal.
            options: As in `discretize_network`.

        Raises:
            ImpossibleError: A recording does not fit the network; the detail names it, and the index and value.
            TooLargeError: One recording alone exceeds a limit of the service.
            ValueError: There are no recordings, or not as many labels as recordings.
        """
        wanted = _behaviour.asked(source, options, dt, t0, merge_polarity, modes)
        groups = _behaviour.groups(wanted, recordings, labels, workers, request_bytes)
        shown = of_errors()
        report = (shown.simulated if progress else shown.silent) if isinstance(progress, bool) else progress
        counter = _behaviour.Counter(report, sum(len(group.recordings) for group in groups))
        try:
            answers = await async_each(lambda group: self._simulated(group, counter), groups, workers)
        finally:
            shown.erase()
        result = _behaviour.merged([answer for some in answers for answer in some])
        self._protocol.issue_warnings(_behaviour.findings(result))
        return result

    async def _simulated(self, group: Group, counter: Counter) -> list[Answer]:
        """The answers for a group; where it exceeds a limit of the service, those of its halves.

        A service that is busy with other groups of ours is asked again as long as it is.
        """
        while True:
            try:
                with counter.running():
                    answers = [await self._result(group.call())]
                counter.add(len(group.recordings))
                return answers
            except UnavailableError as refusal:
                if not counter.is_running:
                    raise
                wait = refusal.retry_after or 1.0
            except TooLargeError:
                if len(group.recordings) == 1:
                    raise
                break
            await asyncio.sleep(wait)
        first, second = group.halves()
        return [*await self._simulated(first, counter), *await self._simulated(second, counter)]

    async def calibrate(
        self,
        source: Source,
        recordings: Recordings,
        *,
        dt: int | None = None,
        t0: int | None = None,
        labels: Sequence[int] | None = None,
        merge_polarity: bool = False,
        progress: bool = True,
        **options: Unpack[NetworkOptions],
    ) -> CalibrationResult:
        """Choose the `min_v_mem` of each layer that keeps the chip's spikes nearest to the trained ones, by simulation.

        It changes no weight and costs nothing on the chip. Three to twelve recordings are enough.

        Args:
            source: As in `simulate`.
            recordings: As in `simulate`, all sent in one request.
            dt: As in `simulate`; needed for events.
            t0: As in `simulate`.
            labels: As in `simulate`, for the accuracy before and after; they do not change what is chosen.
            merge_polarity: As in `simulate`.
            progress: Show the elapsed time on a terminal.
            options: As in `discretize_network`.

        Raises:
            ImpossibleError: A recording does not fit the network, or the recordings make no layer spike.
            TooLargeError: The recordings exceed a limit of the service.
            ValueError: There are no recordings, or not as many labels as recordings.
        """
        source = _network.reusable(source)
        wanted = _behaviour.asked(source, options, dt, t0, merge_polarity)
        found = _recordings.read(recordings, labels)
        with of_errors().spinner("calibrating", progress):
            result = await self._result(_calibrate.calibrate(wanted, found))
        chosen = _calibrate.calibrated(result, options)
        network = await self._result(_network.discretize_network(source, None, True, None, chosen))
        return _calibrate.with_network(result, network)

    async def devices(self) -> tuple[Device, ...]:
        """List the chips that the service knows, with their limits."""
        return await self._result(_network.devices())
