"""Exceptions of the client."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple


class DiscretizerError(Exception):
    """Base of all errors of a call."""


class ServiceUnreachableError(DiscretizerError):
    """No service answers at the URL, which the message names."""


class ServiceTimeoutError(DiscretizerError):
    """The service did not answer within the client's timeout."""


class UnexpectedAnswerError(DiscretizerError):
    """The answer is not one of a Discretizer service, or is of a version that this client does not understand."""


class Fault(NamedTuple):
    """A member of the request that is wrong."""

    pointer: str
    """JSON pointer to the member (RFC 6901)."""
    detail: str


class ProblemError(DiscretizerError):
    """The service refused a request, with a reason (RFC 9457).

    Attributes:
        code: Stable name of the kind of problem, in kebab-case, such as `threshold-impossible`.
        status: HTTP status of the answer, 400 to 599.
        title: Description of the kind of problem in one sentence.
        detail: The value found and the value expected; names the tensor.
        request_id: Id of the request in the log of the service, or None.
        errors: The members of the request that are wrong.
        retry_after: Seconds after which the service asks for a new attempt, or None.
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
    """400: the request or its file is malformed or ambiguous."""


class AuthenticationError(ProblemError):
    """401, 403: the API key is missing, unknown or lacks permission."""


class NotFoundError(ProblemError):
    """404, 405: the service has no such endpoint; it may be older than this client."""


class NegotiationError(ProblemError):
    """406, 415: the service does not support a format of this client; it may be older than this client."""


class SlowRequestError(ProblemError):
    """408: the body arrived too slowly."""


class TooLargeError(ProblemError):
    """413: the request exceeds a limit of the service, which the detail names."""


class ImpossibleError(ProblemError):
    """422: the values are impossible: not finite, bits out of range, threshold not above min_v_mem, no scale."""


class RateLimitError(ProblemError):
    """429: too many requests, also after the retries."""


class UnavailableError(ProblemError):
    """503: the service has no memory free for the request, also after the retries."""


class ServiceFailedError(ProblemError):
    """Any other status from 500: a defect of the service or of a proxy in front of it."""


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
    """The exception for an answer with status 400 or above, from the service or from a proxy."""
    try:
        document = json.loads(content)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        # Not from the service but from a proxy, for example. Show the beginning of its text.
        document = {"detail": " ".join(content[:500].decode(errors="replace").split())[:200]}
    family = _FAMILIES.get(status, ServiceFailedError if status >= 500 else ProblemError)
    return family(status, document, retry_after)
