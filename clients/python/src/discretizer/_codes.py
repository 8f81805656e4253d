"""The codes of findings and problems that a service of this version knows."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

FINDINGS = frozenset(
    """
    LOW_THRESHOLD_LIMITS THRESHOLD_LIMITS BIAS_LIMITS STATE_LIMITS THRESHOLD_ROUNDS_TO_ZERO THRESHOLD_ERROR
    ZERO_FRACTION DEAD_OUTPUT_CHANNEL BIAS_UNDERFLOW BIAS_ENABLES_LEAK WEIGHT_ABOVE_THRESHOLD SATURATED ALREADY_DISCRETE
    MIN_V_MEM_UNSET NARROWED NEGATIVE_OUTLIER INHIBITION_LOST MIN_V_MEM_ASSUMED RESET_MODE_ASSUMED R_IGNORED
    POOLING_UNKNOWN ORDER_UNKNOWN POOLING_NOT_ON_CHIP RESCALE_CONFLICT RATE_SHIFT SILENT_LAYER STATE_BEYOND_16_BITS
    BIAS_NOT_SIMULATED CONTRADICTION PAIRED_BY_ORDER
    """.split()
)

PROBLEMS = frozenset(
    """
    not-finite empty-tensor bits-out-of-range factor-not-positive shape-impossible threshold-impossible
    thresholds-differ no-scale scalar-out-of-range unsupported-network malformed truncated trailing-bytes shape-mismatch
    ragged-array duplicate-name unknown-member missing-member wrong-type unsupported-dtype unsupported-format
    """.split()
)
"""Problems of status 400 and 422, which `discretizer.sinabs` turns into warnings."""


def checked(argument: str, codes: Iterable[str]) -> frozenset[str]:
    """The codes as a set.

    Raises:
        ValueError: A code is unknown. The message names the nearest one.
    """
    known = FINDINGS | PROBLEMS
    chosen = frozenset(codes)
    for code in sorted(chosen - known):
        near = difflib.get_close_matches(code.upper(), FINDINGS, 1, 0.5) or difflib.get_close_matches(code, PROBLEMS, 1)
        meant = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(FINDINGS))}"
        raise ValueError(f"{argument} has {code!r}, which is the code of no finding; {meant}")
    return chosen
