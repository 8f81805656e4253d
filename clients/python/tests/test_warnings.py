"""Findings as Python warnings."""

from __future__ import annotations

import warnings

import pytest

import discretizer
from discretizer import Client, DiscretizationWarning


def coarse(client: Client) -> None:
    """Discretize a layer with three findings of severity warning, and one of severity info."""
    client.discretize_conv_spike([[0.1, -0.2]], [3.0], spike_threshold=1.0)


CODES = ["LOW_THRESHOLD_LIMITS", "ZERO_FRACTION", "DEAD_OUTPUT_CHANNEL"]


def codes(caught: pytest.WarningsRecorder) -> list[str]:
    return [warning.message.code for warning in caught]  # type: ignore[union-attr]


def test_each_finding_of_severity_warning_is_issued_once(url: str) -> None:
    with Client(url) as client, pytest.warns(DiscretizationWarning) as caught:
        coarse(client)
        coarse(client)
    assert codes(caught) == CODES
    assert {warning.filename for warning in caught} == {__file__}
    warning = caught[0].message
    assert isinstance(warning, DiscretizationWarning)
    assert warning.finding is not None
    assert warning.finding.code == warning.code
    assert warning.finding.hint in str(warning)


def test_another_layer_and_another_client_warn_anew(url: str) -> None:
    with Client(url) as client, Client(url) as other, pytest.warns(DiscretizationWarning) as caught:
        coarse(client)
        client.discretize_conv_spike([[0.1, 0.2], [0.3, 0.4]], spike_threshold=1.0)
        coarse(other)
    assert codes(caught) == 3 * CODES


def test_codes_can_be_ignored(url: str) -> None:
    with Client(url, ignore=CODES[1:]) as client, pytest.warns(DiscretizationWarning) as caught:
        coarse(client)
    assert codes(caught) == CODES[:1]
    with Client(url, ignore="ZERO_FRACTION") as client, pytest.warns(DiscretizationWarning) as caught:
        coarse(client)
    assert codes(caught) == [CODES[0], CODES[2]]


def test_warnings_can_be_switched_off(url: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with Client(url, warn=False) as client:
            coarse(client)


def test_warnings_can_be_made_errors_as_a_gate(url: str) -> None:
    with warnings.catch_warnings(), Client(url, ignore=CODES[:2]) as client:
        warnings.simplefilter("error", DiscretizationWarning)
        with pytest.raises(discretizer.DiscretizationWarning, match="DEAD_OUTPUT_CHANNEL"):
            coarse(client)
