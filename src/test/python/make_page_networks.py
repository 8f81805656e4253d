"""Writes the networks that the page's check drops, .ci/page/chain-*.nir.gz, with the real nir package.

    pip install nir==1.0.4 h5py==3.16.0 numpy==2.4.6
    python src/test/python/make_page_networks.py

Chains of convolutions of two channels, each followed by neurons: nine, which fill a chip, and a hundred, which fit none.
Running it again writes the same bytes.
"""

import gzip
import pathlib
import tempfile

import nir
import numpy as np

FOLDER = pathlib.Path(__file__).parents[3] / ".ci" / "page"

SIZE = (2, 8, 8)


def chain(layers, rng):
    nodes = {"input": nir.Input(input_type={"input": np.array(SIZE)})}
    for layer in range(1, layers + 1):
        # With the spread of trained weights, in four decimals.
        weight = np.round(rng.standard_t(4, (2, 2, 3, 3)) * 0.25, 4).astype(np.float32)
        nodes[f"conv{layer}"] = nir.Conv2d(input_shape=SIZE[1:], weight=weight, stride=(1, 1), padding=(1, 1), dilation=(1, 1),
                                           groups=1, bias=np.zeros(2, np.float32))
        nodes[f"spike{layer}"] = nir.IF(r=np.ones(SIZE, np.float32), v_threshold=np.ones(SIZE, np.float32))
    nodes["output"] = nir.Output(output_type={"output": np.array(SIZE)})
    names = list(nodes)
    return nir.NIRGraph(nodes=nodes, edges=list(zip(names, names[1:])))


rng = np.random.default_rng(20260102)
FOLDER.mkdir(exist_ok=True)
for layers in (9, 100):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "chain.nir"
        nir.write(file, chain(layers, rng))
        packed = gzip.compress(file.read_bytes(), mtime=0)
    (FOLDER / f"chain-{layers}.nir.gz").write_bytes(packed)
    print(f"{layers} layers: {len(packed)} bytes")
