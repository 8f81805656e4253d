"""Client of Discretizer, a service that computes sinabs' discretize functions for DYNAP-CNN and Speck chips.

    import discretizer

    with discretizer.Client() as client:
        result = client.discretize_conv_spike(weight, bias, spike_threshold=1.0, min_v_mem=-1.0)
    result.weight, result.scale, result.limited_by, result.findings

`discretizer.sinabs` has the functions of sinabs, for modules of sinabs.
"""

from discretizer._async_client import AsyncClient
from discretizer._behaviour import ModeFigures, ModeSummary, SimulatedLayer, SimulatedRecording, SimulationResult
from discretizer._calibrate import Behaviour, BoundCandidate, CalibratedLayer, CalibrationResult
from discretizer._client import Client
from discretizer._errors import (
    AuthenticationError,
    DiscretizerError,
    Fault,
    ImpossibleError,
    MalformedError,
    NegotiationError,
    NotFoundError,
    ProblemError,
    RateLimitError,
    ServiceFailedError,
    ServiceTimeoutError,
    ServiceUnreachableError,
    SlowRequestError,
    TooLargeError,
    UnavailableError,
    UnexpectedAnswerError,
)
from discretizer._network import (
    Core,
    Device,
    Fit,
    FitLayer,
    LayerDestination,
    LayerSource,
    Need,
    NetworkLayer,
    NetworkResult,
    Violation,
)
from discretizer._options import LayerOptions, NetworkOptions, TensorOptions
from discretizer._protocol import DiscretizationWarning, VersionWarning
from discretizer._results import (
    Candidates,
    ConvResult,
    ConvSpikeResult,
    Finding,
    Histogram,
    LayerReport,
    LayerResult,
    Provenance,
    RelativeError,
    ScaleResult,
    ServiceInfo,
    SpikeResult,
    TensorReport,
    TensorResult,
)
from discretizer._verify import (
    Difference,
    LayerMatch,
    ScaleRange,
    SweepResult,
    SweepRow,
    TensorMatch,
    VerifyResult,
)
from discretizer._version import __version__

__all__ = [
    "AsyncClient",
    "AuthenticationError",
    "Behaviour",
    "BoundCandidate",
    "CalibratedLayer",
    "CalibrationResult",
    "Candidates",
    "Client",
    "ConvResult",
    "ConvSpikeResult",
    "Core",
    "Device",
    "Difference",
    "DiscretizationWarning",
    "DiscretizerError",
    "Fault",
    "Finding",
    "Fit",
    "FitLayer",
    "Histogram",
    "ImpossibleError",
    "LayerDestination",
    "LayerMatch",
    "LayerOptions",
    "LayerReport",
    "LayerResult",
    "LayerSource",
    "MalformedError",
    "ModeFigures",
    "ModeSummary",
    "Need",
    "NegotiationError",
    "NetworkLayer",
    "NetworkOptions",
    "NetworkResult",
    "NotFoundError",
    "ProblemError",
    "Provenance",
    "RateLimitError",
    "RelativeError",
    "ScaleRange",
    "ScaleResult",
    "ServiceFailedError",
    "ServiceInfo",
    "ServiceTimeoutError",
    "ServiceUnreachableError",
    "SimulatedLayer",
    "SimulatedRecording",
    "SimulationResult",
    "SlowRequestError",
    "SpikeResult",
    "SweepResult",
    "SweepRow",
    "TensorMatch",
    "TensorOptions",
    "TensorReport",
    "TensorResult",
    "TooLargeError",
    "UnavailableError",
    "UnexpectedAnswerError",
    "VerifyResult",
    "VersionWarning",
    "Violation",
    "__version__",
]

# Shown as members of this package in repr, pickles and help, not of the module that defines them.
for _name in __all__:
    if _name != "__version__":
        globals()[_name].__module__ = __name__
