"""Settings and decisions of a client, without I/O: headers, retries, errors and warnings."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from discretizer._calls import Call
from discretizer._errors import (
    DiscretizerError,
    ServiceTimeoutError,
    ServiceUnreachableError,
    UnexpectedAnswerError,
    problem_of,
)
from discretizer._results import Finding
from discretizer._version import __version__

DEFAULT_URL = "http://localhost:8080"
API = "/api/v1"
LONGEST_WAIT = 30.0
"""Longest wait before a retry, in seconds; there is no retry if the service asks for a longer one."""

T = TypeVar("T")

_PACKAGE = str(Path(__file__).parent) + os.sep
_WARNED_AT_MOST = 4096


class DiscretizationWarning(UserWarning):
    """A finding of severity warning.

    Attributes:
        code: Code of the finding.
        layer: Name of the layer in a network; empty if there is one layer, or for the network as a whole.
        finding: The finding, or None.
    """

    def __init__(self, message: str, code: str = "", layer: str = "", finding: Finding | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.layer = layer
        self.finding = finding


class Protocol:
    """Settings of a client, and its decisions on requests and answers."""

    def __init__(
        self,
        url: str | None,
        api_key: str | None,
        timeout: float | None,
        retries: int,
        ignore: Iterable[str],
        warn: bool,
    ) -> None:
        self.url = _base_of(url or os.environ.get("DISCRETIZER_URL") or DEFAULT_URL)
        user, at, _ = urlsplit(self.url).netloc.rpartition("@")
        self.shown_url = self.url.replace(user + at, "", 1)
        """The URL without user name and password."""
        self.retries = retries
        self.timeout = httpx.Timeout(timeout, connect=None if timeout is None else min(timeout, 5.0))
        self._ignore = frozenset([ignore] if isinstance(ignore, str) else ignore)
        self._warn = warn
        self._warned: set[tuple[str, Finding]] = set()
        self.headers = {
            "User-Agent": f"discretizer-client/{__version__}",
            # A compressed answer would have to be decompressed into a second copy.
            "Accept-Encoding": "identity",
        }
        key = os.environ.get("DISCRETIZER_API_KEY") if api_key is None else api_key
        if key:
            self.headers["Authorization"] = f"Bearer {key}"

    def headers_of(self, call: Call[T]) -> dict[str, str]:
        headers = {"Accept": call.accept}
        if call.body is not None and call.content_type is not None:
            headers["Content-Type"] = call.content_type
            headers["Content-Length"] = str(call.body.length)
        return headers

    def url_of(self, call: Call[T]) -> str:
        return self.url + API + call.path

    def wait_after(self, attempt: int, answer: httpx.Response) -> float | None:
        """Seconds until the next attempt, or None if there is none.

        Every request is a pure function, so it is safe to repeat.
        """
        if answer.status_code not in (429, 503) or attempt >= self.retries:
            return None
        asked = retry_after(answer.headers)
        wait = min(0.5 * 2**attempt, LONGEST_WAIT) if asked is None else asked
        return wait if wait <= LONGEST_WAIT else None

    def wait_after_failure(self, attempt: int, failure: httpx.TransportError, call: Call[T]) -> float:
        """Seconds until the next attempt after one without an answer.

        Only broken connections are retried: a connection kept open breaks when the service restarts.

        Raises:
            DiscretizerError: There is no next attempt.
        """
        broke = isinstance(failure, (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError))
        if broke and attempt < self.retries:
            return float(0.1 * 2**attempt)
        # Hides the tracebacks of httpx; the failure stays in __context__.
        raise self._explained(failure, call) from None

    def _explained(self, failure: httpx.TransportError, call: Call[T]) -> DiscretizerError:
        reason = str(failure) or type(failure).__name__
        url = self.shown_url + API + call.path
        if isinstance(failure, httpx.ConnectTimeout):
            return ServiceUnreachableError(
                f"no connection to {url} within {self.timeout.connect} s; is the service running?"
            )
        if isinstance(failure, httpx.TimeoutException):
            return ServiceTimeoutError(f"{url} did not answer within {self.timeout.read} s ({reason})")
        return ServiceUnreachableError(
            f"no Discretizer service answers at {url}: {reason}; "
            "start one there, or set url= or DISCRETIZER_URL to another"
        )

    def result(self, call: Call[T], answer: httpx.Response, content: bytearray) -> T:
        """Read the result of a call, and issue warnings for its findings.

        Raises:
            ProblemError: The service refused the request.
            UnexpectedAnswerError: The answer is not from a Discretizer service.
        """
        if answer.status_code >= 400:
            raise problem_of(answer.status_code, content, retry_after(answer.headers))
        found = answer.headers.get("Content-Type", "").partition(";")[0].strip()
        if answer.status_code != 200 or found != call.accept:
            where = answer.headers.get("Location")
            raise UnexpectedAnswerError(
                f"{self.shown_url}{API}{call.path} answered {answer.status_code} with {found or 'nothing'}"
                + (f", redirecting to {where}" if where else "")
                + f"; a Discretizer service answers 200 with {call.accept}"
            )
        result = call.read(content)
        self._issue_warnings(call.findings(result))
        return result

    def _issue_warnings(self, findings: Iterable[tuple[str, Finding]]) -> None:
        if not self._warn:
            return
        for layer, finding in findings:
            key = (layer, finding)
            if finding.severity != "warning" or finding.code in self._ignore or key in self._warned:
                continue
            if len(self._warned) == _WARNED_AT_MOST:
                self._warned.clear()
            self._warned.add(key)
            text = f"layer {layer}: {finding}" if layer else str(finding)
            warn(DiscretizationWarning(text, finding.code, layer, finding))

    def warn_once(self, code: str, message: str) -> None:
        """Warn of something that the client noticed, as of a finding."""
        finding = Finding(code, "warning", message, "")
        self._issue_warnings([("", finding)])


def warn(warning: DiscretizationWarning) -> None:
    """Warn at the line of user code: the nearest caller outside this package and sinabs."""
    sinabs = getattr(sys.modules.get("sinabs"), "__file__", None)
    packages = (_PACKAGE,) if sinabs is None else (_PACKAGE, str(Path(sinabs).parent) + os.sep)
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(packages):
        level, frame = level + 1, frame.f_back
    warnings.warn(warning, stacklevel=level)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header, which may hold a date (RFC 9110, 10.2.3)."""
    text = headers.get("Retry-After")
    if text is None:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(timezone.utc)).total_seconds())
    except (ValueError, TypeError):
        return None


def _base_of(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"url is {url!r}, a URL such as {DEFAULT_URL} is expected")
    return url.rstrip("/").removesuffix(API)
