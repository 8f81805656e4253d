"""Settings and decisions of a client, without I/O: headers, retries, errors and warnings."""

from __future__ import annotations

import errno
import os
import ssl
import sys
import warnings
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TypeVar

import httpx

from discretizer import _codes
from discretizer._calls import Call
from discretizer._errors import (
    DiscretizerError,
    ServiceTimeoutError,
    ServiceUnreachableError,
    UnexpectedAnswerError,
    problem_of,
)
from discretizer._results import Finding, ServiceInfo
from discretizer._version import __version__

DEFAULT_URL = "http://localhost:8080"
API = "/api/v1"
LONGEST_WAIT = 30.0
"""Longest wait before a retry, in seconds; there is no retry if the service asks for a longer one."""

VERSION_HEADER = "Discretizer-Version"

Verify = ssl.SSLContext | str | bool
Certificate = str | tuple[str, str] | tuple[str, str, str]

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


class VersionWarning(UserWarning):
    """The service is of another major or minor version than this client."""


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
        # User name and password are kept apart from the URL, which is shown and logged.
        self.url, self.auth = _base_of(url or os.environ.get("DISCRETIZER_URL") or DEFAULT_URL)
        self.retries = retries
        self.timeout = _timeout_of(timeout)
        self._ignore = _codes.checked("ignore", [ignore] if isinstance(ignore, str) else ignore)
        self._warn = warn
        self._warned: set[tuple[str, Finding]] = set()
        self._has_compared_versions = False
        self.service_version: str | None = None
        """The version of the service, as its last answer gave it."""
        # httpx.Headers hides the key in its repr, which tracebacks with local variables show.
        self.headers = httpx.Headers(
            {
                "User-Agent": f"discretizer-client/{__version__}",
                # A compressed answer would have to be decompressed into a second copy.
                "Accept-Encoding": "identity",
            }
        )
        key = _key_of(api_key)
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

    @property
    def ready_url(self) -> str:
        return self.url + "/readyz"

    def check_open(self, is_closed: bool) -> None:
        if is_closed:
            raise RuntimeError("this client is closed; a call needs a new one, or one that is still open")

    def wait_after(self, attempt: int, answer: httpx.Response) -> float | None:
        """Seconds until the next attempt, or None if there is none.

        Every request is a pure function, so it is safe to repeat.
        """
        if answer.status_code not in (429, 503) or attempt >= self.retries:
            return None
        asked = retry_after(answer.headers)
        wait = min(0.5 * 2**attempt, LONGEST_WAIT) if asked is None else asked
        return wait if wait <= LONGEST_WAIT else None

    def wait_after_failure(self, attempt: int, failure: httpx.RequestError, call: Call[T]) -> float:
        """Seconds until the next attempt after one without an answer.

        Only broken connections are retried: a connection kept open breaks when the service restarts.

        Raises:
            DiscretizerError: There is no next attempt.
        """
        broke = isinstance(failure, (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError))
        if broke and attempt < self.retries:
            return float(0.1 * 2**attempt)
        raise self.explained(failure, self.url_of(call))

    def explained(self, failure: httpx.RequestError, url: str) -> DiscretizerError:
        """The error to raise for a failure.

        The failure does not become its cause: the frames of httpx hold the headers, and with them the key.
        """
        reason = str(failure) or type(failure).__name__
        distrust = certificate_error(failure)
        if distrust is not None:
            return ServiceUnreachableError(
                f"the certificate of {url} is not trusted: {distrust.verify_message or reason}; pass verify= with the "
                "file of the authority that signed it, or set SSL_CERT_FILE"
            )
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
        self._compare_versions(answer)
        if answer.status_code >= 400:
            raise problem_of(answer.status_code, content, retry_after(answer.headers))
        found = answer.headers.get("Content-Type", "").partition(";")[0].strip()
        if answer.status_code != 200 or found != call.accept:
            where = answer.headers.get("Location")
            raise UnexpectedAnswerError(
                f"{self.url_of(call)} answered {answer.status_code} with {found or 'nothing'}"
                + (f", redirecting to {where}" if where else "")
                + f"; a Discretizer service answers 200 with {call.accept}"
            )
        result = call.read(content)
        self.issue_warnings(call.findings(result))
        return result

    def is_ready(self, answer: httpx.Response | httpx.RequestError) -> bool:
        if isinstance(answer, httpx.Response):
            self._compare_versions(answer)
            return answer.status_code == 200
        if certificate_error(answer) is not None:
            raise self.explained(answer, self.ready_url)
        return False

    def info(self, devices: tuple[str, ...]) -> ServiceInfo:
        return ServiceInfo(self.url, self.service_version, __version__, devices)

    def _compare_versions(self, answer: httpx.Response) -> None:
        """Warn once if the service is of another major or minor version than this client."""
        self.service_version = answer.headers.get(VERSION_HEADER, self.service_version)
        if self.service_version is None or self._has_compared_versions:
            return
        self._has_compared_versions = True
        if self._warn and not self.is_of_same_version():
            warn(VersionWarning(self.versions()))

    def is_of_same_version(self) -> bool:
        """Whether client and service have the same major and minor version, as far as the service told its own."""
        found = self.service_version
        return found is None or found.split(".")[:2] == __version__.split(".")[:2]

    def versions(self) -> str:
        return (
            f"the service at {self.url} has version {self.service_version}, this client {__version__}; "
            "install the client that comes with the service"
        )

    def issue_warnings(self, findings: Iterable[tuple[str, Finding]]) -> None:
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
        self.issue_warnings([("", finding)])


def warn(warning: UserWarning) -> None:
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


def certificate_error(failure: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """The refused certificate that made a request fail, if that was the reason."""
    while failure is not None:
        if isinstance(failure, ssl.SSLCertVerificationError):
            return failure
        failure = failure.__cause__ or failure.__context__
    return None


def ssl_of(verify: Verify, cert: Certificate | None) -> ssl.SSLContext | bool:
    """The setting `verify` for httpx, whose newest versions take neither file names nor `cert`."""
    if isinstance(verify, str):
        if not Path(verify).exists():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), verify)
        is_folder = Path(verify).is_dir()
        context = ssl.create_default_context(cafile=None if is_folder else verify, capath=verify if is_folder else None)
    elif isinstance(verify, ssl.SSLContext):
        context = verify
    elif cert is None:
        return verify
    else:
        context = httpx.create_ssl_context(verify=verify)
    if cert is not None:
        context.load_cert_chain(*((cert,) if isinstance(cert, str) else cert))
    return context


def _base_of(url: str) -> tuple[str, httpx.BasicAuth | None]:
    """The URL that all paths follow, and the user name and password that were in it."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        parts = httpx.URL()
    if parts.scheme not in ("http", "https") or not parts.host:
        raise ValueError(f"url is {_without_user(url)!r}, a URL such as {DEFAULT_URL} is expected")
    auth = httpx.BasicAuth(parts.username, parts.password) if parts.userinfo else None
    return _without_user(url).rstrip("/").removesuffix(API), auth


def _without_user(url: str) -> str:
    """A URL, or what was taken for one, without user name and password."""
    start, colon, rest = url.rpartition("://")
    host, slash, path = rest.partition("/")
    return start + colon + host.rpartition("@")[2] + slash + path


def _key_of(api_key: str | None) -> str | None:
    """The key to send, without the line break of the file it was read from.

    Raises:
        ValueError: No header can hold the key. The message says where, and shows nothing of it.
    """
    name, key = "api_key", api_key
    if key is None:
        name, key = "DISCRETIZER_API_KEY", os.environ.get("DISCRETIZER_API_KEY")
    if key is None:
        return None
    if not isinstance(key, str):
        raise TypeError(f"{name} is of type {type(key).__name__}, a str is expected")
    key = key.strip()
    for number, character in enumerate(key):
        if not "!" <= character <= "~":
            kind = "a space or control character" if character.isascii() else "not ASCII"
            raise ValueError(f"{name}: character {number} of {len(key)} is {kind}, visible ASCII is expected")
    return key


def _timeout_of(timeout: float | None) -> httpx.Timeout:
    if timeout is None:
        return httpx.Timeout(None)
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)):
        raise TypeError(f"timeout is {timeout!r}, a number of seconds or None is expected")
    if not timeout > 0:
        raise ValueError(f"timeout is {timeout}, a number of seconds above zero or None is expected")
    return httpx.Timeout(timeout, connect=min(timeout, 5.0))
