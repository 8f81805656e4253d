"""Discretizer: sinabs' discretize functions for DYNAP-CNN and Speck chips, computed and explained by a service.

    import discretizer

    with discretizer.Client() as client:
        result = client.discretize_conv_spike(weight, bias, spike_threshold=1.0, min_v_mem=-1.0)
    result.weight, result.scale, result.limited_by, result.findings

`discretizer.sinabs` has sinabs' own functions, on its own modules.
"""

from discretizer._client import AsyncClient, Client
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
from discretizer._network import Core, Device, Fit, FitLayer, Need, NetworkLayer, NetworkResult, Violation
from discretizer._protocol import DiscretizationWarning
from discretizer._results import (
    Candidates,
    ConvResult,
    ConvSpikeResult,
    Finding,
    LayerReport,
    LayerResult,
    RelativeError,
    ScaleResult,
    SpikeResult,
    TensorReport,
    TensorResult,
)
from discretizer._version import __version__

__all__ = [
    "AsyncClient",
    "AuthenticationError",
    "Candidates",
    "Client",
    "ConvResult",
    "ConvSpikeResult",
    "Core",
    "Device",
    "DiscretizationWarning",
    "DiscretizerError",
    "Fault",
    "Finding",
    "Fit",
    "FitLayer",
    "ImpossibleError",
    "LayerReport",
    "LayerResult",
    "MalformedError",
    "Need",
    "NegotiationError",
    "NetworkLayer",
    "NetworkResult",
    "NotFoundError",
    "ProblemError",
    "RateLimitError",
    "RelativeError",
    "ScaleResult",
    "ServiceFailedError",
    "ServiceTimeoutError",
    "ServiceUnreachableError",
    "SlowRequestError",
    "SpikeResult",
    "TensorReport",
    "TensorResult",
    "TooLargeError",
    "UnavailableError",
    "UnexpectedAnswerError",
    "Violation",
    "__version__",
]

# They belong to this package, wherever in it they are defined: for their repr, their pickles and the help.
for _name in __all__:
    if _name != "__version__":
        globals()[_name].__module__ = __name__
del _name
