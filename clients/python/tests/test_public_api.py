"""The names that users may rely on; a change here is a change for them."""

from __future__ import annotations

import pickle

import discretizer

NAMES = sorted(
    """
    AsyncClient AuthenticationError Behaviour BoundCandidate CalibratedLayer CalibrationResult Candidates Client
    ConvResult ConvSpikeResult Core Device Difference DiscretizationWarning DiscretizerError Fault Finding Fit
    FitLayer Histogram ImpossibleError LayerDestination LayerMatch LayerOptions LayerReport LayerResult LayerSource
    MalformedError ModeFigures ModeSummary Need NegotiationError NetworkLayer NetworkOptions NetworkResult
    NotFoundError ProblemError Provenance RateLimitError RelativeError ScaleRange ScaleResult ServiceFailedError
    ServiceInfo ServiceTimeoutError ServiceUnreachableError SimulatedLayer SimulatedRecording SimulationResult
    SlowRequestError SpikeResult SweepResult SweepRow TensorMatch TensorOptions TensorReport TensorResult
    TooLargeError UnavailableError UnexpectedAnswerError VerifyResult __version__ VersionWarning Violation
    """.split()
)

METHODS = sorted(
    """
    calibrate close devices discretize_conv discretize_conv_spike discretize_network discretize_scalar discretize_spike
    discretize_tensor info network_file ready scale simulate sweep url verify
    """.split()
)


def test_the_names_of_the_package() -> None:
    assert sorted(discretizer.__all__) == NAMES
    assert all(hasattr(discretizer, name) for name in NAMES)
    public = {name for name, value in vars(discretizer).items() if not name.startswith("_") and not is_module(value)}
    assert public == set(NAMES) - {"__version__"}


def is_module(value: object) -> bool:
    return type(value).__name__ == "module"


def test_the_methods_of_a_client() -> None:
    assert sorted(name for name in vars(discretizer.Client) if not name.startswith("_")) == METHODS


def test_all_names_say_that_they_are_of_the_package() -> None:
    for name in set(NAMES) - {"__version__"}:
        assert getattr(discretizer, name).__module__ == "discretizer"
    assert pickle.loads(pickle.dumps(discretizer.TensorResult)) is discretizer.TensorResult  # noqa: S301


def test_all_of_it_is_described() -> None:
    for name in set(NAMES) - {"__version__"}:
        assert getattr(discretizer, name).__doc__
    for name in METHODS:
        assert getattr(discretizer.Client, name).__doc__
