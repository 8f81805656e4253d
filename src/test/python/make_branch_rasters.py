"""Makes the rasters that sinabs was given for golden/branches, with NumPy (2.4 was used).

    pip install numpy
    python src/test/python/make_branch_rasters.py ../shared/golden/branches

Writes src/test/resources/behaviour/branches.jsonl: name, shape and counts in C order, as digits.
"""

import json
import pathlib
import sys
import zlib

import numpy as np

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "behaviour" / "branches.jsonl"


def main(golden):
    expected = json.loads((pathlib.Path(golden) / "expected.json").read_text())
    lines = []
    for name, case in expected.items():
        if "spikes" in case and case["answer"] == 200:
            rng = np.random.default_rng(zlib.crc32(name.encode()) % 2**31)
            raster = rng.poisson(0.3, (20, *case["input_shape"]))
            if raster.sum() != case["raster"]["sum"] or raster.max() > 9:
                raise SystemExit(f"{name}: {raster.sum()} events, {case['raster']['sum']} are expected")
            lines.append(json.dumps({"name": name, "shape": raster.shape, "counts": "".join(map(str, raster.ravel()))}))
    OUT.write_text("\n".join(lines) + "\n", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])
