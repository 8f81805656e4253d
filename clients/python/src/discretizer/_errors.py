"""What can go wrong, as exceptions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple


class DiscretizerError(Exception):
    """Any failure of a call to the service."""


class ServiceUnreachableError(DiscretizerError):
    """No service answers at the URL; the message names it."""


class ServiceTimeoutError(DiscretizerError):
    """The service did not answer within the client's timeout."""


class UnexpectedAnswerError(DiscretizerError):
    """Something answers at the URL that is no Discretizer, or one of another age."""


class Fault(NamedTuple):
    """A member of the request that is at fault."""

    pointer: str
    """Where it stands: a JSON pointer (RFC 6901)."""
    detail: str


class ProblemError(DiscretizerError):
    """The service refused a request and said why (RFC 9457).

    Attributes:
        code: What kind of problem it is, in kebab-case, such as `threshold-impossible`; stable.
        status: The status of the answer, 400 to 599.
        title: One sentence that holds for every problem of this code.
        detail: What was found and what was expected this time; names the tensor.
        request_id: The request's id in the logs of the service, or None.
        errors: The members at fault, where there are any.
        retry_after: Seconds after which the service asks to be tried again, or None.
    """

    def __init__(self, status: int, document: Mapping[str, Any], retry_after: float | None = None) -> None:
        super().__init__(status, document, retry_after)
        self.status = status
        self.code: str = document.get("code") or f"http-{status}"
        self.title: str = document.get("title") or f"HTTP status {status}"
        self.detail: str = document.get("detail") or ""
        self.request_id: str | None = document.get("request_id")
        self.errors = tuple(Fault(error["pointer"], error["detail"]) for error in document.get("errors") or ())
        self.retry_after = retry_after

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __str__(self) -> str:
        detail = f": {self.detail}" if self.detail else ""
        request = f", request {self.request_id}" if self.request_id else ""
        return f"{self.title}{detail} ({self.code}, {self.status}{request})"


class MalformedError(ProblemError):
    """400: the request is malformed or ambiguous, as the file of a network may be."""


class AuthenticationError(ProblemError):
    """401 and 403: the API key is missing, unknown, or not allowed to do this."""


class NotFoundError(ProblemError):
    """404 and 405: the service has nothing there; it may be older than this client."""


class NegotiationError(ProblemError):
    """406 and 415: the service does not speak a format that this client does; it may be older than this client."""


class SlowRequestError(ProblemError):
    """408: the body arrived too slowly."""


class TooLargeError(ProblemError):
    """413: over a limit of the service, which the detail names."""


class ImpossibleError(ProblemError):
    """422: well formed but impossible: not finite, bits out of range, threshold not above min_v_mem, no scale."""


class RateLimitError(ProblemError):
    """429: too many requests, and still so after the retries."""


class UnavailableError(ProblemError):
    """503: the service has no room for the request, and still none after the retries."""


class ServiceFailedError(ProblemError):
    """Any other status of 500 and above: a defect of the service, or of what stands before it."""


_FAMILIES: dict[int, type[ProblemError]] = {
    400: MalformedError,
    401: AuthenticationError,
    403: AuthenticationError,
    404: NotFoundError,
    405: NotFoundError,
    406: NegotiationError,
    408: SlowRequestError,
    413: TooLargeError,
    415: NegotiationError,
    422: ImpossibleError,
    429: RateLimitError,
    503: UnavailableError,
}


def problem_of(status: int, content: bytes | bytearray, retry_after: float | None = None) -> ProblemError:
    """The exception of an answer of status 400 or above, whoever wrote it."""
    try:
        document = json.loads(content)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        # Not of the service: a proxy, for one. Its first words are better than none.
        document = {"detail": " ".join(content[:500].decode(errors="replace").split())[:200]}
    family = _FAMILIES.get(status, ServiceFailedError if status >= 500 else ProblemError)
    return family(status, document, retry_after)
