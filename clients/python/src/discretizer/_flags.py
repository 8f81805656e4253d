"""Messages of the service in the words of the command: flags in place of query parameters."""

from __future__ import annotations

import re

from discretizer._options import NetworkOptions, TensorOptions

_OF_RECORDINGS = ("dt", "t0", "labels", "modes", "merge_polarity")
_OPTIONS = {*NetworkOptions.__annotations__, *TensorOptions.__annotations__} - {"to_int", "histogram", "provenance"}
PARAMETERS = sorted({"device", *_OF_RECORDINGS, *_OPTIONS}, key=len, reverse=True)
"""The query parameters that have a flag; longer names first, so that none is taken for the beginning of another."""

_OF_FILES = ("min_v_mem", "spike_threshold", "rescale")
"""Parameters that messages also name where the value is that of a file."""

_NAME = rf"({'|'.join(PARAMETERS)})"
_BY_NODE = re.compile(rf"\b{_NAME}\.(<?[\w.]+>?)=(?=\S)")
_ANY_NODE = re.compile(rf"\b{_NAME}\.<(\w+)>(?!\w*=)")
_ASSIGNED = re.compile(rf"(?<![\w.<>-]){_NAME}=(?=\S)")
_NAMED = re.compile(rf"\b(by|give|leave|send|(?:the |query )?parameter) {_NAME}(?![\w.])", re.IGNORECASE)
_OF_RECORDING = re.compile(rf"(?<![\w.-])({'|'.join(_OF_RECORDINGS)})(?= is )")
_AT_FAULT = re.compile(rf"^({'|'.join(name for name in PARAMETERS if name not in _OF_FILES)})(?= (?:is|are|has)\b)")

_ARGUMENTS = {"url=": "--url", "verify=": "--cacert", "/calibrate": "`discretizer calibrate`"}
"""Arguments of `Client` and endpoints that messages name."""


def flag(parameter: str) -> str:
    return "--" + parameter.replace("_", "-")


def spoken(text: str) -> str:
    """A message with `--min-v-mem 3=-1` for `min_v_mem.3=-1`, and so on."""
    text = _BY_NODE.sub(lambda found: f"{flag(found[1])} {found[2]}=", text)
    text = _ANY_NODE.sub(lambda found: f"{flag(found[1])} <{found[2]}>=<value>", text)
    text = _ASSIGNED.sub(lambda found: f"{flag(found[1])} ", text)
    text = _NAMED.sub(_of_named, text)
    text = _OF_RECORDING.sub(lambda found: flag(found[1]), text)
    for argument, of_command in _ARGUMENTS.items():
        text = re.sub(rf"(?<= ){argument}(?=[ .;,])", of_command, text)
    return _AT_FAULT.sub(lambda found: flag(found[1]), text).replace("send --", "give --")


def _of_named(found: re.Match[str]) -> str:
    return flag(found[2]) if found[1].lower().endswith("parameter") else f"{found[1]} {flag(found[2])}"
