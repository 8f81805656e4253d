"""How results show themselves."""

from __future__ import annotations

import dataclasses
import pickle
from html.parser import HTMLParser

import numpy as np
import pytest

from discretizer import Client, Finding, TensorReport
from discretizer._results import known


def test_a_result_shows_itself_in_a_line(client: Client) -> None:
    result = client.discretize_conv_spike([[1.0, -0.5]], [0.1], spike_threshold=1.0, min_v_mem=-1.0)
    assert repr(result).startswith(
        "ConvSpikeResult(scale=127.0, limited_by=weight, spike_threshold=127, min_v_mem=-127"
    )
    assert "weight=int8[1, 2], bias=int8[1], sqnr=" in repr(result)
    assert repr(result).endswith("dB, findings=[BIAS_ENABLES_LEAK])")
    assert "\n" not in repr(result)


def test_warnings_are_marked(client: Client) -> None:
    result = client.discretize_tensor([1.0, 300.0], scaling=1, bits=8)
    assert repr(result).endswith("findings=[SATURATED!, ALREADY_DISCRETE])")


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, _: object) -> None:
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"


def test_a_result_is_tables_in_notebooks(client: Client) -> None:
    result = client.discretize_conv_spike([[0.1, -0.2]], [0.1], spike_threshold=1.0, v_mem=[3.0])
    tags = Tags(result._repr_html_())
    assert tags.open == []
    for text in (
        "limited_by",
        "threshold",
        "candidates",
        "int8[1, 2]",
        "SQNR",
        "LOW_THRESHOLD_LIMITS",
        "Set min_v_mem",
    ):
        assert text in tags.text
    assert " v_mem " in tags.text
    tags = Tags(client.discretize_tensor([0.5, 0.25])._repr_html_())
    assert " tensor " in tags.text


def test_html_is_escaped() -> None:
    from discretizer._show import findings_html

    html = findings_html([("", Finding("<b>", "warning", "a < b & c", "<script>"))])
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_results_are_frozen_and_compare_by_identity(client: Client) -> None:
    result = client.discretize_tensor([0.5])
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.scale = np.float32(1)  # type: ignore[misc]
    assert result == result
    assert result != client.discretize_tensor([0.5])


def test_results_can_be_pickled(client: Client) -> None:
    result = client.discretize_tensor([0.5, 0.1])
    assert repr(pickle.loads(pickle.dumps(result))) == repr(result)  # noqa: S301


def test_members_of_a_newer_service_are_left_out() -> None:
    document = {"code": "NEW", "severity": "info", "message": "m", "hint": "h", "tensor": "weight", "more": 1}
    assert known(Finding, document) == Finding("NEW", "info", "m", "h", "weight")
    assert dataclasses.fields(TensorReport)
